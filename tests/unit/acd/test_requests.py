import math
from collections.abc import AsyncIterator

import pytest
from prometheus_client import CollectorRegistry

from acd.core.engine import Engine
from acd.measure import Measure
from acd.requests import Requests
from acd.shell import Shell
from contact.commands import (
    CompleteWrapUp,
    ConfigureAgent,
    DeclineOffer,
    Done,
    EstimateWait,
    ExplainCall,
    ExtendWrapUp,
    GetStanding,
    RemoveAgent,
    Request,
    SetAvailability,
)
from contact.errors import Refused
from contact.events import (
    CallHungUp,
    CallWaiting,
    Input,
    OfferAnswered,
    OfferExplained,
    PhoneChanged,
    TalkEnded,
    TalkStarted,
    TelephonyResynced,
)
from contact.ids import AgentId, CallId, Extension, OfferId, Skill
from contact.states import AgentState, Availability, PhoneState
from runtime.bus import MemoryBus
from tests.fakes.ami_peer import LoopClock, VirtualTimePolicy
from tests.fakes.exchange import Exchange
from tests.unit.acd.core.floor import policy
from tests.unit.acd.core.shell_parts import MemoryJournal, NotingTelephony

pytestmark = pytest.mark.filterwarnings("ignore:Overriding the:pytest.PytestDeprecationWarning")
ANNA = AgentId("anna")
NOBODY = AgentId("nobody")
ANNAS = ConfigureAgent(
    agent=ANNA, name="Anna", extension=Extension("2001"), skills=((Skill("roads"), 80),), wrap_up_s=30.0
)


@pytest.fixture
def event_loop_policy() -> VirtualTimePolicy:
    return VirtualTimePolicy()


class Desk:
    """The bus with distribution behind it, and one agent."""

    def __init__(self) -> None:
        self.bus = MemoryBus()
        self.registry = CollectorRegistry()
        self.telephony = NotingTelephony()
        self.exchange = Exchange()
        self.clock = LoopClock()
        measure = Measure(self.registry)
        self.shell = Shell(
            engine=Engine(policy=policy(), run="r"),
            journal=MemoryJournal(),
            telephony=self.telephony,
            publish=self.bus.publish,
            clock=self.clock,
            measure=measure,
        )
        requests = Requests(
            shell=self.shell,
            clock=self.clock,
            measure=measure,
        )
        requests.serve(self.bus)

    async def sit_down(self) -> None:
        self.tell(TelephonyResynced(calls=(), waiting=(), offers=(), phones=()))
        await self.bus.request(ANNAS)
        self.tell(PhoneChanged(extension=Extension("2001"), state=PhoneState.IDLE))
        await self.wish(Availability.READY)

    async def wish(self, availability: Availability, reason: str = "", by: AgentId = ANNA) -> Done:
        return await self.bus.request(
            SetAvailability(agent=ANNA, availability=availability, reason=reason, by=by)
        )

    def tell(self, *events: Input) -> None:
        for event in events:
            self.shell.take(event)

    def ring(self) -> tuple[CallId, OfferId]:
        arrived = self.exchange.arrive()
        self.tell(arrived, self.exchange.queue(arrived.call, "roads", self.clock.now()))
        offer = next(one.offer for one in self.shell.engine.snapshot().offers if one.call == arrived.call)
        return arrived.call, offer

    def talk(self) -> tuple[CallId, OfferId]:
        call, offer = self.ring()
        self.tell(OfferAnswered(offer=offer), TalkStarted(offer=offer, call=call))
        return call, offer

    def wrap_up(self) -> CallId:
        call, offer = self.talk()
        self.tell(TalkEnded(offer=offer))
        return call

    @property
    def state(self) -> AgentState:
        return self.shell.engine.snapshot().agents[0].state

    async def refusal(self, request: Request[Done]) -> tuple[str, str]:
        with pytest.raises(Refused) as raised:
            await self.bus.request(request)
        return raised.value.code, raised.value.reason


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    await made.sit_down()
    yield made
    made.shell.stop()


async def test_an_agent_goes_where_they_ask(desk: Desk) -> None:
    assert desk.state is AgentState.READY
    assert await desk.wish(Availability.NOT_READY, "lunch", AgentId("sylwia")) == Done()
    (anna,) = (await desk.bus.request(GetStanding())).agents
    assert (anna.state.new, anna.state.reason, anna.state.by) == (AgentState.NOT_READY, "lunch", "sylwia")


async def test_nobody_asks_for_an_agent_who_does_not_exist(desk: Desk) -> None:
    request = SetAvailability(agent=NOBODY, availability=Availability.READY, reason="", by=NOBODY)
    assert await desk.refusal(request) == ("unknown_agent", "no agent nobody")


async def test_an_offer_is_declined_by_whom_it_was_made_to(desk: Desk) -> None:
    _, offer = desk.ring()
    assert await desk.bus.request(DeclineOffer(offer=offer, agent=ANNA)) == Done()
    assert desk.state is AgentState.READY


async def test_an_offer_that_is_over_unknown_or_another_agents_cannot_be_declined(desk: Desk) -> None:
    over = ("offer_over", "this offer is over")
    assert await desk.refusal(DeclineOffer(offer=OfferId("x"), agent=ANNA)) == over
    _, offer = desk.ring()
    assert await desk.refusal(DeclineOffer(offer=offer, agent=NOBODY)) == over
    assert await desk.bus.request(DeclineOffer(offer=offer, agent=ANNA)) == Done()
    assert await desk.refusal(DeclineOffer(offer=offer, agent=ANNA)) == over


async def test_an_offer_that_became_a_talk_cannot_be_declined(desk: Desk) -> None:
    _, offer = desk.talk()
    assert (await desk.refusal(DeclineOffer(offer=offer, agent=ANNA)))[0] == "offer_over"


async def test_a_wrap_up_is_completed(desk: Desk) -> None:
    call = desk.wrap_up()
    assert await desk.bus.request(CompleteWrapUp(agent=ANNA, call=call)) == Done()
    assert desk.state is AgentState.READY


async def test_a_wrap_up_is_extended_once(desk: Desk) -> None:
    call = desk.wrap_up()
    assert await desk.bus.request(ExtendWrapUp(agent=ANNA, call=call)) == Done()
    (anna,) = (await desk.bus.request(GetStanding())).agents
    assert anna.state.until_at == desk.clock.now() + 90
    assert await desk.refusal(ExtendWrapUp(agent=ANNA, call=call)) == (
        "extended_already",
        "wrap-up can be extended once only",
    )


@pytest.mark.parametrize("kind", [CompleteWrapUp, ExtendWrapUp])
async def test_what_is_not_in_wrap_up_is_neither_completed_nor_extended(
    desk: Desk, kind: type[CompleteWrapUp | ExtendWrapUp]
) -> None:
    assert await desk.refusal(kind(agent=NOBODY, call=CallId("c"))) == ("unknown_agent", "no agent nobody")
    not_there = ("not_in_wrap_up", "this call is not in wrap-up")
    assert await desk.refusal(kind(agent=ANNA, call=CallId("c"))) == not_there
    call, offer = desk.talk()
    assert await desk.refusal(kind(agent=ANNA, call=call)) == not_there
    desk.tell(TalkEnded(offer=offer))
    assert await desk.refusal(kind(agent=ANNA, call=CallId("other"))) == not_there


async def test_an_agent_may_be_configured_again_and_not_with_anothers_extension(desk: Desk) -> None:
    assert await desk.bus.request(ANNAS) == Done()
    bartek = ConfigureAgent(
        agent=AgentId("bartek"), name="Bartek", extension=Extension("2001"), skills=(), wrap_up_s=None
    )
    assert await desk.refusal(bartek) == ("extension_taken", "extension 2001 is another agent's")
    assert len((await desk.bus.request(GetStanding())).agents) == 1


async def test_a_removed_agent_is_there_no_more_and_their_phone_is_free(desk: Desk) -> None:
    assert await desk.bus.request(RemoveAgent(agent=ANNA)) == Done()
    assert (await desk.bus.request(GetStanding())).agents == ()
    bartek = ConfigureAgent(
        agent=AgentId("bartek"), name="Bartek", extension=Extension("2001"), skills=(), wrap_up_s=None
    )
    assert await desk.bus.request(bartek) == Done()
    assert await desk.bus.request(RemoveAgent(agent=ANNA)) == Done()


async def test_a_call_is_explained_by_its_facts(desk: Desk) -> None:
    call, _ = desk.ring()
    found = await desk.bus.request(ExplainCall(call=call))
    assert isinstance(found.facts[0], CallWaiting)
    assert isinstance(found.facts[-1], OfferExplained)
    assert [language for language, _ in found.words] == ["pl", "en"]
    assert all(lines for _, lines in found.words)
    assert (await desk.bus.request(ExplainCall(call=CallId("unknown")))).facts == ()


async def test_who_waits_and_who_is_ready_is_counted_when_asked(desk: Desk) -> None:
    def gauges() -> tuple[float | None, float | None]:
        value = desk.registry.get_sample_value
        return value("centrala_acd_waiting"), value("centrala_acd_agents_ready")

    assert gauges() == (0, 1)
    desk.ring()
    arrived = desk.exchange.arrive()
    desk.tell(arrived, desk.exchange.queue(arrived.call, "roads", desk.clock.now()))
    assert gauges() == (1, 0)


async def test_a_waiting_caller_has_a_position_and_an_expected_wait(desk: Desk) -> None:
    desk.talk()
    calls = []
    for _ in range(2):
        arrived = desk.exchange.arrive()
        desk.tell(arrived, desk.exchange.queue(arrived.call, "roads", desk.clock.now()))
        calls.append(arrived.call)
    first, second = [await desk.bus.request(EstimateWait(call=call)) for call in calls]
    assert (first.position, second.position) == (1, 2)
    assert first.wait_s is not None
    assert second.wait_s is not None
    assert 0 < first.wait_s < second.wait_s
    assert first.error_p80_s is None


async def test_who_does_not_wait_is_refused_an_estimate(desk: Desk) -> None:
    call, _ = desk.talk()
    for asked in (call, CallId("unknown")):
        with pytest.raises(Refused) as raised:
            await desk.bus.request(EstimateWait(call=asked))
        assert raised.value.code == "not_waiting"


async def test_queues_say_what_the_next_caller_is_to_expect_and_how_wrong_that_was(desk: Desk) -> None:
    call, offer = desk.talk()
    waiting = desk.exchange.arrive()
    desk.tell(waiting, desk.exchange.queue(waiting.call, "roads", desk.clock.now()))
    desk.tell(TalkEnded(offer=offer), CallHungUp(call=call, cause=16))
    await desk.bus.request(CompleteWrapUp(agent=ANNA, call=call))
    again = next(one.offer for one in desk.shell.engine.snapshot().offers if one.call == waiting.call)
    desk.tell(OfferAnswered(offer=again), TalkStarted(offer=again, call=waiting.call))
    roads, waste = (await desk.bus.request(GetStanding())).queues
    assert (roads.wait_error_calls, waste.wait_error_calls) == (1, 0)
    assert roads.wait_error_bias_s is not None
    assert roads.wait_error_p80_s == abs(roads.wait_error_bias_s)
    assert roads.expected_wait_s is not None
    assert waste.expected_wait_s is None
    name = "centrala_acd_expected_wait_bias_seconds"
    assert desk.registry.get_sample_value(name, {"queue": "roads"}) == roads.wait_error_bias_s
    expected = desk.registry.get_sample_value("centrala_acd_expected_wait_seconds", {"queue": "waste"})
    assert expected is not None
    assert math.isnan(expected)
