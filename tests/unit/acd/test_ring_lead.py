"""An offer waits for the page of its agent, never longer than it may, and never twice."""

import asyncio

import pytest

from acd.ring_lead import RingLead
from contact.commands import HangUpLeg, OfferCall, Order, RescindOffer
from contact.events import Input, OfferFailed, TelephonyLost
from contact.ids import E164, AgentId, CallId, ChannelName, Extension, LegId, OfferId
from contact.pages import PageClosed, PageOpened, PopPainted

ANNA, BARTEK = AgentId("anna"), AgentId("bartek")
FIRST = OfferId("r-1")
LEAD_S = 0.25


class Exchange:
    """What telephony was told, what was fed back, and how long offers were held."""

    def __init__(self, lead_s: float = LEAD_S) -> None:
        self.orders: list[Order] = []
        self.fed: list[Input] = []
        self.held: list[float] = []
        self.lead = RingLead(telephony=self, feed=self.fed.append, lead_s=lead_s, held_s=self.held.append)

    def carry_out(self, order: Order) -> None:
        self.orders.append(order)


def offer(agent: AgentId = ANNA, name: OfferId = FIRST) -> OfferCall:
    return OfferCall(
        offer=name,
        call=CallId("1.1"),
        caller_channel=ChannelName("PJSIP/trunk-1"),
        agent=agent,
        extension=Extension("2001"),
        caller=E164("+48600100200"),
        ring_timeout_s=20,
    )


async def test_a_phone_rings_as_soon_as_the_page_shows_the_caller() -> None:
    exchange = Exchange()
    exchange.lead.hear(PageOpened(agent=ANNA))
    exchange.lead.carry_out(offer())
    assert exchange.orders == []
    exchange.lead.hear(PopPainted(offer=FIRST, agent=ANNA))
    assert exchange.orders == [offer()]
    assert len(exchange.held) == 1


async def test_a_page_that_says_nothing_is_not_waited_for_longer_than_the_lead() -> None:
    exchange = Exchange()
    exchange.lead.hear(PageOpened(agent=ANNA))
    exchange.lead.carry_out(offer())
    await asyncio.sleep(LEAD_S + 0.01)
    assert exchange.orders == [offer()]
    exchange.lead.hear(PopPainted(offer=FIRST, agent=ANNA))
    assert exchange.orders == [offer()]


@pytest.mark.parametrize("lead_s", [0.0, LEAD_S])
async def test_without_a_page_or_a_lead_the_phone_rings_at_once(lead_s: float) -> None:
    exchange = Exchange(lead_s)
    exchange.lead.hear(PageOpened(agent=BARTEK if lead_s else ANNA))
    exchange.lead.carry_out(offer())
    assert exchange.orders == [offer()]


async def test_other_orders_do_not_wait() -> None:
    exchange = Exchange()
    exchange.lead.hear(PageOpened(agent=ANNA))
    exchange.lead.carry_out(offer())
    exchange.lead.carry_out(HangUpLeg(leg=LegId("1.1")))
    assert exchange.orders == [HangUpLeg(leg=LegId("1.1"))]


async def test_another_agents_page_cannot_let_a_phone_ring() -> None:
    exchange = Exchange()
    exchange.lead.hear(PageOpened(agent=ANNA))
    exchange.lead.carry_out(offer())
    exchange.lead.hear(PopPainted(offer=FIRST, agent=BARTEK))
    assert exchange.orders == []


async def test_an_offer_rescinded_while_it_is_held_never_reaches_the_phone_and_its_leg_is_down() -> None:
    exchange = Exchange()
    exchange.lead.hear(PageOpened(agent=ANNA))
    exchange.lead.carry_out(offer())
    exchange.lead.carry_out(RescindOffer(offer=FIRST))
    await asyncio.sleep(LEAD_S + 0.01)
    exchange.lead.hear(PopPainted(offer=FIRST, agent=ANNA))
    assert exchange.orders == []
    assert [(type(one), getattr(one, "offer", None)) for one in exchange.fed] == [(OfferFailed, FIRST)]


async def test_a_page_that_goes_away_holds_nothing_any_more() -> None:
    exchange = Exchange()
    exchange.lead.hear(PageOpened(agent=ANNA))
    exchange.lead.carry_out(offer())
    exchange.lead.hear(PageClosed(agent=ANNA))
    assert exchange.orders == [offer()]
    second = offer(name=OfferId("r-2"))
    exchange.lead.carry_out(second)
    assert exchange.orders == [offer(), second]


async def test_what_is_held_when_the_link_breaks_is_dropped_like_any_order_that_cannot_be_sent() -> None:
    exchange = Exchange()
    exchange.lead.hear(PageOpened(agent=ANNA))
    exchange.lead.carry_out(offer())
    exchange.lead.observe(TelephonyLost())
    await asyncio.sleep(LEAD_S + 0.01)
    assert exchange.orders == []
