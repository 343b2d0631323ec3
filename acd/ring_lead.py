"""Who calls is on the consultant's screen before the phone rings.

Theory of operation. An offer to an agent whose page is open is held until the page says that it has
painted the caller, for `lead_s` at the longest; every other order, and every offer to an agent without a
page, goes on to telephony in the same call. A held offer that is rescinded has never left us: it is
dropped, and reported as a leg that is down. What is held when the link breaks is dropped like any order
that could not be sent; the resynchronisation shows that it did not happen.
"""

import asyncio
from collections.abc import Callable

from acd.shell import Telephony
from contact.commands import OfferCall, Order, RescindOffer
from contact.events import Input, OfferFailed, TelephonyLost
from contact.ids import AgentId, OfferId
from contact.pages import PageClosed, PageOpened, PageReport, PopPainted
from contact.states import OfferCause

REPORTS: tuple[type[PageReport], ...] = (PageOpened, PageClosed, PopPainted)


class RingLead:
    """Stands between the shell and telephony."""

    def __init__(
        self,
        *,
        telephony: Telephony,
        feed: Callable[[Input], None],
        lead_s: float,
        held_s: Callable[[float], None],
    ) -> None:
        """Hold no offer longer than `lead_s`, none at all where that is 0; tell `held_s` how long it was."""
        self._telephony = telephony
        self._feed = feed
        self._lead_s = lead_s
        self._held_s = held_s
        self._with_page: set[AgentId] = set()
        self._held: dict[OfferId, tuple[OfferCall, asyncio.TimerHandle]] = {}

    def carry_out(self, order: Order) -> None:
        """Carry out an order, an offer perhaps a moment later."""
        match order:
            case OfferCall() if self._lead_s > 0 and order.agent in self._with_page:
                timer = asyncio.get_running_loop().call_later(self._lead_s, self._release, order.offer)
                self._held[order.offer] = order, timer
            case RescindOffer(offer=offer) if offer in self._held:
                self._drop(offer)
                self._feed(OfferFailed(offer=offer, cause=OfferCause.PHONE_UNREACHABLE))
            case _:
                self._telephony.carry_out(order)

    def hear(self, report: PageReport) -> None:
        """Take what a page reports."""
        match report:
            case PageOpened(agent=agent):
                self._with_page.add(agent)
            case PageClosed(agent=agent):
                self._with_page.discard(agent)
                for order, _ in tuple(self._held.values()):
                    if order.agent == agent:
                        self._release(order.offer)
            case PopPainted(offer=offer, agent=agent) if (
                offer in self._held and self._held[offer][0].agent == agent
            ):
                self._release(offer)
            case _:
                pass

    def observe(self, happened: Input) -> None:
        """See what telephony tells: a broken link takes away what is held."""
        if isinstance(happened, TelephonyLost):
            self.stop()

    def stop(self) -> None:
        """Drop every offer that is held."""
        for offer in tuple(self._held):
            self._drop(offer)

    def _release(self, offer: OfferId) -> None:
        order, timer = self._held[offer]
        loop = asyncio.get_running_loop()
        self._held_s(self._lead_s - max(0.0, timer.when() - loop.time()))
        self._drop(offer)
        self._telephony.carry_out(order)

    def _drop(self, offer: OfferId) -> None:
        _, timer = self._held.pop(offer)
        timer.cancel()
