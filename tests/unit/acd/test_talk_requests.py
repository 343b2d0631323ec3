"""What is asked of a talk over the bus, and what is refused."""

from collections.abc import AsyncIterator, Callable

import pytest
from prometheus_client import CollectorRegistry

from acd.core.engine import Engine
from acd.measure import Measure
from acd.shell import Shell
from acd.talk_requests import TalkRequests
from contact.commands import Done, HangUpCall, HangUpLeg, Request
from contact.errors import Refused
from contact.events import (
    AvailabilityRequested,
    OfferAnswered,
    PhoneChanged,
    TalkStarted,
    TelephonyResynced,
)
from contact.ids import E164, AgentId, CallId, Extension, OfferId, QueueId
from contact.states import Availability, PhoneState
from contact.talk import HoldCall, RejoinCall, ResumeCall, TransferCall
from contact.talk_requests import HoldTalk, RejoinTalk, ReportLostPage, ResumeTalk, TransferTalk
from runtime.bus import MemoryBus
from tests.fakes.ami_peer import LoopClock, VirtualTimePolicy
from tests.fakes.exchange import Exchange
from tests.unit.acd.core.floor import configured, policy
from tests.unit.acd.core.shell_parts import MemoryJournal, NotingTelephony

pytestmark = pytest.mark.filterwarnings("ignore:Overriding the:pytest.PytestDeprecationWarning")
ANNA, BARTEK = AgentId("anna"), AgentId("bartek")
WASTE = QueueId("waste")


@pytest.fixture
def event_loop_policy() -> VirtualTimePolicy:
    return VirtualTimePolicy()


class Talk:
    """Anna's phone rings; `begin` has her talk to the caller, on her page unless `at_page` is emptied."""

    def __init__(self, may_dial: Callable[[E164], bool] = lambda _: False) -> None:
        self.bus, self.telephony, self.clock = MemoryBus(), NotingTelephony(), LoopClock()
        self.at_page: set[OfferId] = set()
        self.shell = Shell(
            engine=Engine(policy=policy(), run="r"),
            journal=MemoryJournal(),
            telephony=self.telephony,
            publish=self.bus.publish,
            clock=self.clock,
            measure=Measure(CollectorRegistry()),
        )
        requests = TalkRequests(
            shell=self.shell,
            now=self.clock.now,
            is_at_page=lambda offer: offer in self.at_page,
            may_dial=may_dial,
        )
        requests.serve(self.bus)
        exchange = Exchange()
        arrived = exchange.arrive()
        self.call = arrived.call
        for event in (
            TelephonyResynced(calls=(), waiting=(), offers=(), phones=()),
            configured("anna", {"roads": 80}),
            PhoneChanged(extension=Extension("2001"), state=PhoneState.IDLE),
            AvailabilityRequested(agent=ANNA, availability=Availability.READY, reason="", by=ANNA),
            arrived,
            exchange.queue(arrived.call, "roads", self.clock.now()),
        ):
            self.shell.take(event)
        self.offer = self.shell.engine.snapshot().offers[0].offer
        self.at_page.add(self.offer)

    def begin(self) -> None:
        self.shell.take(OfferAnswered(offer=self.offer))
        self.shell.take(TalkStarted(offer=self.offer, call=self.call))

    def join(self, agent: str, skills: dict[str, int]) -> None:
        """Another agent is ready."""
        who = configured(agent, skills)
        for event in (
            who,
            PhoneChanged(extension=who.extension, state=PhoneState.IDLE),
            AvailabilityRequested(agent=who.agent, availability=Availability.READY, reason="", by=who.agent),
        ):
            self.shell.take(event)

    async def refusal(self, request: Request[object]) -> str:
        with pytest.raises(Refused) as refused:
            await self.bus.request(request)
        return refused.value.code


@pytest.fixture
async def ringing() -> AsyncIterator[Talk]:
    one = Talk()
    yield one
    one.shell.stop()


@pytest.fixture
async def talk(ringing: Talk) -> Talk:
    ringing.begin()
    return ringing


async def test_a_talk_is_held_and_resumed(talk: Talk) -> None:
    assert await talk.bus.request(HoldTalk(call=talk.call, agent=ANNA)) == Done()
    assert isinstance(talk.telephony.orders[-1], HoldCall)
    assert await talk.refusal(HoldTalk(call=talk.call, agent=ANNA)) == "held_already"
    assert await talk.bus.request(ResumeTalk(call=talk.call, agent=ANNA)) == Done()
    assert talk.telephony.orders[-1] == ResumeCall(offer=talk.offer, call=talk.call)


async def test_what_is_not_held_is_not_resumed(talk: Talk) -> None:
    assert await talk.refusal(ResumeTalk(call=talk.call, agent=ANNA)) == "not_held"
    await talk.bus.request(ReportLostPage(agent=ANNA))
    assert await talk.refusal(ResumeTalk(call=talk.call, agent=ANNA)) == "not_held"


async def test_a_lost_page_is_brought_back(talk: Talk) -> None:
    await talk.bus.request(ReportLostPage(agent=ANNA))
    held = talk.telephony.orders[-1]
    assert isinstance(held, HoldCall)
    assert not held.keeps_leg
    await talk.bus.request(RejoinTalk(call=talk.call, agent=ANNA))
    assert isinstance(talk.telephony.orders[-1], RejoinCall)


async def test_a_page_neither_loses_nor_takes_a_talk_on_the_desk_phone(talk: Talk) -> None:
    talk.at_page.clear()
    orders = len(talk.telephony.orders)
    assert await talk.bus.request(ReportLostPage(agent=ANNA)) == Done()
    assert await talk.refusal(RejoinTalk(call=talk.call, agent=ANNA)) == "on_desk_phone"
    assert len(talk.telephony.orders) == orders


async def test_a_page_without_a_talk_may_be_lost(talk: Talk) -> None:
    assert await talk.bus.request(ReportLostPage(agent=AgentId("bartek"))) == Done()


async def test_hanging_up_ends_the_agents_leg(talk: Talk) -> None:
    assert await talk.bus.request(HangUpCall(call=talk.call, by=ANNA)) == Done()
    assert talk.telephony.orders[-1] == HangUpLeg(leg=f"offer-{talk.offer}")  # type: ignore[arg-type]


async def test_nobody_controls_a_talk_that_is_not_theirs_or_not_yet(ringing: Talk) -> None:
    assert await ringing.refusal(HangUpCall(call=CallId("unknown"), by=ANNA)) == "not_talking"
    for kind in (HoldTalk, ResumeTalk, RejoinTalk):
        assert await ringing.refusal(kind(call=ringing.call, agent=ANNA)) == "not_talking"
    ringing.begin()
    assert await ringing.refusal(HoldTalk(call=ringing.call, agent=BARTEK)) == "not_talking"
    assert await ringing.refusal(HangUpCall(call=ringing.call, by=BARTEK)) == "not_talking"


async def test_a_caller_is_handed_on_to_a_queue_or_to_who_takes_its_calls(talk: Talk) -> None:
    talk.join("bartek", {"waste": 80})
    assert await talk.bus.request(TransferTalk(call=talk.call, agent=ANNA, queue=WASTE)) == Done()
    assert isinstance(talk.telephony.orders[-1], TransferCall)


async def test_a_caller_is_handed_on_to_a_colleague_of_the_same_queue(talk: Talk) -> None:
    talk.join("bartek", {"roads": 80})
    assert await talk.bus.request(TransferTalk(call=talk.call, agent=ANNA, to=BARTEK)) == Done()
    order = talk.telephony.orders[-1]
    assert isinstance(order, TransferCall)
    assert order.queue == "roads"


async def test_a_transfer_that_leads_nowhere_is_refused(talk: Talk) -> None:
    talk.join("bartek", {"waste": 80})
    for queue, to, code in (
        ("roads", None, "same_queue"),
        ("unknown", None, "unknown_queue"),
        (None, "bartek", "not_there"),
        (None, "anna", "not_there"),
        ("waste", "nobody", "not_there"),
    ):
        request = TransferTalk(
            call=talk.call,
            agent=ANNA,
            queue=None if queue is None else QueueId(queue),
            to=None if to is None else AgentId(to),
        )
        assert await talk.refusal(request) == code
    assert await talk.refusal(TransferTalk(call=talk.call, agent=BARTEK, queue=WASTE)) == "not_talking"


async def test_a_caller_is_sent_to_a_number_that_may_be_called_and_comes_back_to_who_sent_them() -> None:
    talk = Talk(may_dial=lambda number: number.startswith("+4822"))
    talk.begin()
    forbidden = TransferTalk(call=talk.call, agent=ANNA, number=E164("+48701000000"))
    assert await talk.refusal(forbidden) == "number_not_allowed"
    await talk.bus.request(TransferTalk(call=talk.call, agent=ANNA, number=E164("+48224430000")))
    order = talk.telephony.orders[-1]
    assert isinstance(order, TransferCall)
    assert (order.queue, order.number) == ("roads", "+48224430000")
    call = next(one for one in talk.shell.engine.snapshot().calls if one.call == talk.call)
    assert call.directed_to == ANNA
    talk.shell.stop()
