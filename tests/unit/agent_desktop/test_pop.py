import asyncio
from dataclasses import replace

from agent_desktop.measure import DesktopMeasures
from agent_desktop.pop import Pop, Pops
from contact.callbacks import CallbackDialled
from contact.case import CallerHistory, Case
from contact.case_requests import CasesOfCall
from contact.commands import CallStanding, LookUpCaller
from contact.ids import CallId, CaseNumber
from contact.numbers import WITHHELD
from contact.people import IdentifiedCall, PersonId
from contact.states import AgentState, OfferState
from crm_bridge.core.case import open_case
from runtime.bus import MemoryBus
from tests.fakes.crm import catalogue, draft
from tests.unit.agent_desktop.test_feed import (
    ANNA,
    CALLER,
    CONNECTED,
    OFFERED,
    RELEASED,
    ended_offer,
    standing,
    state,
)


class StillClock:
    def now(self) -> float:
        return 1_000.0


class Bench:
    """Pops whose messages are kept, and a bridge that answers when it is told to."""

    def __init__(self, *, grace_s: float = 60.0) -> None:
        self.sent: list[Pop] = []
        self.answer = asyncio.Event()
        self.arrived = asyncio.Event()
        self.reply = CallerHistory(caller=CALLER)
        self.bus = bus = MemoryBus()
        bus.serve(LookUpCaller, self._look_up)
        self.pops = Pops(
            bus=bus, clock=StillClock(), send=self._keep, measures=DesktopMeasures(), grace_s=grace_s
        )

    async def _look_up(self, _: LookUpCaller) -> CallerHistory:
        await self.answer.wait()
        return self.reply

    def _keep(self, pop: Pop) -> None:
        self.sent.append(pop)
        self.arrived.set()

    async def message(self) -> Pop:
        await self.arrived.wait()
        self.arrived.clear()
        return self.sent[-1]


async def test_a_history_that_is_there_travels_with_the_pop() -> None:
    bench = Bench()
    bench.answer.set()
    bench.pops.follow(OFFERED)
    pop = await bench.message()
    assert (pop.state, pop.history_state, len(bench.sent)) == ("pending", "complete", 1)
    await bench.pops.stop()


async def test_a_history_that_is_late_follows_the_pop() -> None:
    bench = Bench(grace_s=0.0)
    bench.pops.follow(OFFERED)
    assert (await bench.message()).history_state == "loading"
    bench.reply = CallerHistory(caller=CALLER, complete=False, note="crm")
    bench.answer.set()
    assert (await bench.message()).history_state == "incomplete"
    await bench.pops.stop()


async def test_nobody_to_ask_is_said_and_does_not_hold_the_pop_back() -> None:
    sent: list[Pop] = []
    done = asyncio.Event()

    def keep(pop: Pop) -> None:
        sent.append(pop)
        done.set()

    pops = Pops(bus=MemoryBus(), clock=StillClock(), send=keep, measures=DesktopMeasures())
    pops.follow(OFFERED)
    await done.wait()
    assert sent[-1].history_state == "missing"
    await pops.stop()


async def test_a_pop_follows_its_call_to_the_end_of_wrap_up() -> None:
    bench = Bench()
    bench.answer.set()
    bench.pops.follow(OFFERED)
    await bench.message()
    moves = (
        ended_offer(OfferState.ACCEPTED),
        CONNECTED,
        RELEASED,
        state(ANNA, AgentState.WRAP_UP, CallId("1.1")),
    )
    for event in moves:
        bench.pops.follow(event)
    after = state(ANNA, AgentState.READY)
    bench.pops.follow(type(after)(**{**fields_of(after), "old": AgentState.WRAP_UP}))
    assert [one.state for one in bench.sent] == ["pending", "accepted", "released", "closed"]
    assert bench.pops.of(ANNA) is None
    await bench.pops.stop()


async def test_an_offer_nobody_answered_ends_its_pop() -> None:
    bench = Bench()
    bench.answer.set()
    bench.pops.follow(OFFERED)
    await bench.message()
    bench.pops.follow(ended_offer(OfferState.EXPIRED, offer="another"))
    assert bench.pops.of(ANNA) is not None
    bench.pops.follow(ended_offer(OfferState.EXPIRED))
    assert bench.pops.of(ANNA) is None
    assert bench.sent[-1].state == "expired"
    await bench.pops.stop()


async def test_a_pop_whose_agent_is_free_according_to_routing_is_dropped() -> None:
    bench = Bench()
    bench.answer.set()
    bench.pops.follow(OFFERED)
    await bench.message()
    bench.pops.start_from(standing())
    assert bench.sent[-1].state == "closed"
    await bench.pops.stop()


def fields_of(event: object) -> dict[str, object]:
    return {name: getattr(event, name) for name in event.__slots__}  # type: ignore[attr-defined]


CALLED = CallbackDialled(
    call=OFFERED.call, offer=OFFERED.offer, agent=ANNA, queue=OFFERED.queue, attempt=2, dialled_at=135.0
)


async def dialling() -> Bench:
    bench = Bench()
    bench.answer.set()
    bench.pops.follow(replace(OFFERED, attempt=2))
    assert (await bench.message()).attempt == 2
    bench.pops.follow(ended_offer(OfferState.ACCEPTED))
    bench.pops.follow(CALLED)
    return bench


async def test_a_callback_shows_its_attempt_and_that_the_citizen_is_dialled() -> None:
    bench = await dialling()
    assert (bench.sent[-1].state, bench.sent[-1].attempt) == ("dialling", 2)
    bench.pops.follow(CONNECTED)
    assert (bench.sent[-1].state, bench.sent[-1].attempt) == ("accepted", 2)


async def test_an_attempt_that_led_to_no_talk_closes_the_pop() -> None:
    bench = await dialling()
    bench.pops.follow(replace(state(ANNA, AgentState.RESERVED), old=AgentState.RESERVED))
    assert bench.sent[-1].state == "dialling"
    bench.pops.follow(replace(state(ANNA, AgentState.READY), old=AgentState.RESERVED))
    assert bench.sent[-1].state == "closed"
    assert bench.pops.of(ANNA) is None


def identified(name: str = "Maria Nowak") -> IdentifiedCall:
    return IdentifiedCall(person=PersonId(7), name=name, history=CallerHistory(caller=CALLER, note="hers"))


async def test_who_is_on_the_call_and_what_it_concerns_is_in_the_pop() -> None:
    bench = Bench()
    bench.answer.set()
    bench.pops.follow(OFFERED)
    await bench.message()
    bench.pops.identify(ANNA, OFFERED.call, identified())
    for _ in range(2):
        bench.pops.link(ANNA, OFFERED.call, CaseNumber("1/26"))
    pop = bench.sent[-1]
    assert (pop.person, pop.person_name, pop.linked) == (7, "Maria Nowak", ("1/26",))
    assert pop.history == bench.reply
    assert len(bench.sent) == 3
    await bench.pops.stop()


async def test_a_withheld_number_shows_what_is_known_of_the_person_without_their_number() -> None:
    bench = Bench()
    bench.pops.follow(replace(OFFERED, caller=WITHHELD))
    await bench.message()
    bench.pops.identify(ANNA, OFFERED.call, identified())
    pop = bench.sent[-1]
    assert pop.history == CallerHistory(caller=WITHHELD, note="hers")
    assert pop.history_state == "complete"
    await bench.pops.stop()


async def test_another_call_than_the_one_shown_changes_nothing() -> None:
    bench = Bench()
    bench.pops.identify(ANNA, OFFERED.call, identified())
    bench.answer.set()
    bench.pops.follow(OFFERED)
    await bench.message()
    bench.pops.identify(ANNA, CallId("other"), identified())
    bench.pops.link(ANNA, CallId("other"), CaseNumber("1/26"))
    assert (len(bench.sent), bench.sent[-1].person, bench.sent[-1].linked) == (1, 0, ())
    await bench.pops.stop()


async def test_a_call_that_went_on_before_us_shows_which_cases_it_concerns() -> None:
    bench = Bench()
    bench.answer.set()
    case = open_case(draft(), catalogue(), number=CaseNumber("1/26"), opened_at=0.0, promised_at=None)

    async def concerned(_: CasesOfCall) -> tuple[Case, ...]:
        return (case,)

    bench.bus.serve(CasesOfCall, concerned)
    live = CallStanding(call=OFFERED.call, caller=CALLER, place="talking", since_at=95.0, agent=ANNA)
    known = standing(live)
    talking = replace(known.agents[0], state=state(ANNA, AgentState.TALKING, OFFERED.call))
    bench.pops.start_from(replace(known, agents=(talking,)))
    pop = await bench.message()
    assert (pop.state, pop.linked) == ("accepted", ("1/26",))
    await bench.pops.stop()
