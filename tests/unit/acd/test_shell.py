import asyncio
import logging
from collections.abc import AsyncIterator, Iterator

import pytest
from prometheus_client import CollectorRegistry

from acd import shell as shell_module
from acd.core.engine import Engine
from acd.core.policy import OverflowCause, OverflowStep
from acd.core.snapshot import Snapshot
from acd.journal import Decision, EntryKind, Ruling, encoded
from acd.measure import Measure
from acd.shell import Shell
from contact import codec
from contact.commands import Command, Destination, LeaveQueue, OfferCall, RescindOffer
from contact.events import (
    AgentStateChanged,
    AvailabilityRequested,
    CallArrived,
    CallEnded,
    CallHungUp,
    CallWaiting,
    Event,
    Input,
    OfferEnded,
    PhoneChanged,
    TelephonyResynced,
)
from contact.ids import AgentId, CallId, Extension
from contact.states import Availability, OfferState, PhoneState
from contact.steering import WaitEstimated
from contact.times import Seconds
from tests.fakes.ami_peer import LoopClock, VirtualTimePolicy
from tests.fakes.exchange import Exchange
from tests.unit.acd.core.floor import configured, policy, queue
from tests.unit.acd.core.shell_parts import MemoryJournal, NotingTelephony

pytestmark = pytest.mark.filterwarnings("ignore:Overriding the:pytest.PytestDeprecationWarning")
ANNA = AgentId("anna")
PHONE = Extension("2001")


@pytest.fixture
def event_loop_policy() -> VirtualTimePolicy:
    return VirtualTimePolicy()


POISON = PhoneChanged(extension=PHONE, state=PhoneState.IDLE)


class Poisoned(Engine):
    """Refuses one input and takes every other."""

    def handle(self, event: Input, now: Seconds) -> tuple[Command, ...]:
        if event == POISON:
            raise LookupError
        return super().handle(event, now)


ENCODING_S = 0.1


class Setting:
    """A shell among its neighbours; `done` holds what they were asked to do, in order."""

    def __init__(self, engine: Engine | None = None) -> None:
        self.done: list[str] = []
        self.published: list[Event] = []
        self.journal = MemoryJournal(self.done)
        self.telephony = NotingTelephony(self.done)
        self.exchange = Exchange()
        self.clock = LoopClock()
        self.registry = CollectorRegistry()
        self.shell = Shell(
            engine=engine or Engine(policy=policy(), run="r"),
            journal=self.journal,
            telephony=self.telephony,
            publish=self._publish,
            clock=self.clock,
            measure=Measure(self.registry),
            encode=in_a_while,
        )

    def _publish(self, event: Event) -> None:
        self.published.append(event)
        self.done.append(type(event).__name__)

    def take_anna(self) -> None:
        """Anna is ready at her phone."""
        self.shell.take(TelephonyResynced(calls=(), waiting=(), offers=(), phones=()))
        self.shell.take(configured("anna", {"roads": 80}))
        self.shell.take(PhoneChanged(extension=PHONE, state=PhoneState.IDLE))
        self.shell.take(
            AvailabilityRequested(agent=ANNA, availability=Availability.READY, reason="", by=ANNA)
        )

    def take_call(self) -> CallId:
        arrived = self.exchange.arrive()
        self.shell.take(arrived)
        self.shell.take(self.exchange.queue(arrived.call, "roads", self.clock.now()))
        return arrived.call

    def count(self, metric: str) -> float:
        return self.registry.get_sample_value(f"centrala_acd_{metric}") or 0.0


async def in_a_while(snapshot: Snapshot) -> str:
    await asyncio.sleep(ENCODING_S)
    return encoded(snapshot)


@pytest.fixture
async def setting() -> AsyncIterator[Setting]:
    made = Setting()
    yield made
    made.shell.stop()


async def passes(seconds: float) -> None:
    """Virtual time goes by."""
    await asyncio.sleep(seconds)


@pytest.fixture(autouse=True)
def _logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.DEBUG, logger="acd.shell"):
        yield


# --- order ---------------------------------------------------------------------------------------


async def test_an_input_is_in_the_journal_before_anything_that_follows_from_it(setting: Setting) -> None:
    setting.take_anna()
    setting.shell.take(arrived := setting.exchange.arrive())
    setting.done.clear()
    setting.shell.take(setting.exchange.queue(arrived.call, "roads", setting.clock.now()))
    assert setting.done == [
        "journal event",
        "OfferCall",
        "CallWaiting",
        "CallOffered",
        "AgentStateChanged",
        "OfferExplained",
    ]


async def test_what_is_fed_in_one_turn_of_the_loop_is_one_batch_of_the_journal(setting: Setting) -> None:
    first, second = setting.exchange.arrive(), setting.exchange.arrive()
    setting.shell.feed(first)
    setting.shell.feed(second)
    assert setting.done == []
    await passes(0)
    assert [[codec.decode(one.body) for one in batch] for batch in setting.journal.batches] == [
        [first, second]
    ]
    assert setting.done == ["journal event", "journal event", "CallArrived", "CallArrived"]


async def test_what_was_fed_before_is_taken_before_what_is_taken_now(setting: Setting) -> None:
    first, second = setting.exchange.arrive(), setting.exchange.arrive()
    setting.shell.feed(first)
    setting.shell.take(second)
    assert setting.published == [first, second]
    await passes(0)
    assert len(setting.journal.entries) == 2


async def test_a_flush_of_nothing_writes_nothing(setting: Setting) -> None:
    setting.shell.flush()
    assert setting.done == []


async def test_entries_carry_the_time_the_engine_went_by(setting: Setting) -> None:
    await passes(5)
    call = setting.take_call()
    assert [one.at for one in setting.journal.entries] == [1_005.0, 1_005.0]
    setting.shell.take(CallHungUp(call=call, cause=16))
    (ended,) = (one for one in setting.published if isinstance(one, CallEnded))
    assert (ended.arrived_at, ended.ended_at) == (1_005.0, 1_005.0)


async def test_arrival_and_hang_up_are_passed_on_behind_what_they_caused(setting: Setting) -> None:
    call = setting.take_call()
    setting.shell.take(CallHungUp(call=call, cause=16))
    assert [type(one) for one in setting.published] == [CallArrived, CallWaiting, CallEnded, CallHungUp]


async def test_a_run_is_marked_before_its_first_offer(setting: Setting) -> None:
    setting.shell.begin_run("beef")
    setting.take_anna()
    setting.take_call()
    assert (setting.journal.entries[0].kind, setting.journal.entries[0].body) == (EntryKind.RUN, "beef")
    (order,) = setting.telephony.orders
    assert isinstance(order, OfferCall)
    assert order.offer.startswith("beef-")


async def test_the_policy_that_rules_is_marked(setting: Setting) -> None:
    setting.shell.rule_by(Ruling(policy(), "the text"))
    (entry,) = setting.journal.entries
    assert (entry.kind, entry.body) == (EntryKind.POLICY, "the text")


async def test_each_offer_is_in_the_journal_with_the_next_batch_or_at_the_end(setting: Setting) -> None:
    setting.take_anna()
    call = setting.take_call()
    setting.shell.stop()
    decision = setting.journal.entries[-1]
    assert decision.kind is EntryKind.DECISION
    assert Decision.read(decision).call == call


# --- time ----------------------------------------------------------------------------------------


async def test_a_deadline_comes_by_itself_and_is_in_the_journal_as_a_tick(setting: Setting) -> None:
    setting.take_anna()
    setting.take_call()
    await passes(22.9)
    assert len(setting.telephony.orders) == 1
    setting.done.clear()
    await passes(0.2)
    assert "journal tick" in setting.done
    assert setting.done.index("journal tick") < setting.done.index("RescindOffer")
    assert isinstance(setting.telephony.orders[1], RescindOffer)
    assert [one.state for one in setting.published if isinstance(one, OfferEnded)] == [OfferState.EXPIRED]


async def test_there_is_one_timer_and_it_is_armed_anew(setting: Setting) -> None:
    setting.take_anna()
    assert setting.shell._timer is None
    call = setting.take_call()
    first = setting.shell._timer
    assert first is not None
    assert first.when() == 1_023.0
    setting.shell.take(CallHungUp(call=call, cause=16))
    second = setting.shell._timer
    assert second is not None
    assert first.cancelled()
    assert second.when() == 1_003.0
    await passes(10)
    assert setting.shell._timer is None


async def test_what_was_fed_goes_before_a_deadline_of_the_same_turn(setting: Setting) -> None:
    setting.take_anna()
    call = setting.take_call()
    setting.shell.feed(CallHungUp(call=call, cause=16))
    setting.shell._advance()
    assert [one.state for one in setting.published if isinstance(one, OfferEnded)] == [OfferState.RESCINDED]


# --- the journal fails -----------------------------------------------------------------------------


async def test_a_journal_that_fails_does_not_stop_the_hotline_and_shows(
    setting: Setting, caplog: pytest.LogCaptureFixture
) -> None:
    setting.take_anna()
    setting.journal.trouble = "disk full"
    setting.take_call()
    assert len(setting.telephony.orders) == 1
    assert setting.shell.journal_trouble == "disk full"
    assert setting.count("journal_failures_total") == 2
    said = [one.levelname for one in caplog.records if "no journal: disk full" in one.getMessage()]
    assert said == ["WARNING", "DEBUG"]


async def test_a_journal_that_can_be_written_again_is_healthy_and_whole(
    setting: Setting, caplog: pytest.LogCaptureFixture
) -> None:
    setting.journal.trouble = "disk full"
    setting.take_anna()
    setting.journal.trouble = ""
    call = setting.take_call()
    assert setting.shell.journal_trouble == ""
    assert any(one.levelname == "INFO" for one in caplog.records)
    _, kept = setting.journal.snapshots[-1]
    assert [one.agent for one in kept.agents] == ["anna"]
    assert [one.call for one in kept.calls] == [call]


async def test_after_trouble_one_snapshot_is_enough(setting: Setting) -> None:
    setting.journal.trouble = "disk full"
    setting.take_anna()
    setting.journal.trouble = ""
    for _ in range(5):
        setting.take_call()
    assert len(setting.journal.snapshots) == 1


async def test_a_snapshot_that_cannot_be_kept_is_trouble_too(setting: Setting) -> None:
    setting.journal.trouble = "disk full"
    setting.shell.keep_snapshot()
    assert setting.shell.journal_trouble == "disk full"


# --- the engine fails ------------------------------------------------------------------------------


async def test_an_input_the_engine_refuses_does_not_stop_the_next(caplog: pytest.LogCaptureFixture) -> None:
    setting = Setting(Poisoned(policy=policy(), run="r"))
    arrived = setting.exchange.arrive()
    setting.shell.feed(POISON)
    setting.shell.feed(arrived)
    await passes(0)
    assert setting.published == [arrived]
    assert [one.call for one in setting.shell.engine.snapshot().calls] == [arrived.call]
    assert "the engine refused an input" in caplog.text
    assert len(setting.journal.entries) == 2


# --- snapshots, memory, end ------------------------------------------------------------------------


async def test_a_snapshot_is_kept_every_so_many_entries(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell_module, "SNAPSHOT_EVERY", 10)
    for _ in range(12):
        setting.take_call()
        await passes(2 * ENCODING_S)
    assert [after for after, _ in setting.journal.snapshots] == [10, 20]


async def test_what_comes_while_a_snapshot_is_being_encoded_is_behind_it(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell_module, "SNAPSHOT_EVERY", 1)
    setting.shell.take(first := setting.exchange.arrive())
    setting.shell.take(setting.exchange.arrive())
    await passes(2 * ENCODING_S)
    assert [after for after, _ in setting.journal.snapshots] == [1]
    kept, entries = setting.journal.latest()
    assert kept is not None
    assert [one.call for one in kept.calls] == [first.call]
    assert len(list(entries)) == 1


async def test_a_shell_that_stops_while_a_snapshot_is_being_encoded_keeps_a_newer_one(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell_module, "SNAPSHOT_EVERY", 1)
    setting.take_call()
    setting.shell.stop()
    await passes(1)
    assert [after for after, _ in setting.journal.snapshots] == [len(setting.journal.entries)]


async def test_stopping_takes_what_is_left_and_keeps_a_snapshot(setting: Setting) -> None:
    setting.take_anna()
    setting.take_call()
    late = setting.exchange.arrive()
    setting.shell.feed(late)
    setting.shell.stop()
    assert setting.published[-1] == late
    assert setting.done[-1] == "snapshot"
    orders = len(setting.telephony.orders)
    await passes(100)
    assert len(setting.telephony.orders) == orders


async def test_what_was_decided_about_a_call_is_remembered_in_order(setting: Setting) -> None:
    setting.take_anna()
    call = setting.take_call()
    facts = setting.shell.facts_of(call)
    assert [type(one).__name__ for one in facts] == [
        "CallWaiting",
        "CallOffered",
        "AgentStateChanged",
        "OfferExplained",
    ]
    assert setting.shell.facts_of(CallId("unknown")) == ()


async def test_the_calls_that_nothing_was_decided_about_for_longest_are_forgotten_first(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell_module, "REMEMBERED_CALLS_MAX", 2)
    first, second = setting.take_call(), setting.take_call()
    setting.shell.take(CallHungUp(call=first, cause=16))
    third = setting.take_call()
    assert [bool(setting.shell.facts_of(one)) for one in (first, second, third)] == [True, False, True]


async def test_facts_about_no_call_are_not_remembered(setting: Setting) -> None:
    setting.take_anna()
    facts = [one for one in setting.published if isinstance(one, AgentStateChanged)]
    setting.shell.remember(facts)
    assert not setting.shell._remembered


async def test_a_queue_that_goes_by_the_expected_wait_is_told_it_with_every_caller() -> None:
    asks = queue(
        "roads",
        "roads",
        expected_wait_max_s=1.0,
        overflow=(OverflowStep(on=OverflowCause.SLOW, leave=Destination.MESSAGE),),
    )
    setting = Setting(Engine(policy=policy(asks), run="r"))
    setting.take_anna()
    setting.take_call()
    late = setting.take_call()
    await passes(0)
    (left,) = [one for one in setting.telephony.orders if isinstance(one, LeaveQueue)]
    assert left.call == late
    inputs = [one.body for one in setting.journal.entries if one.kind is EntryKind.EVENT]
    (estimated,) = [body for body in inputs if "WaitEstimated" in body]
    event = codec.decode(estimated)
    assert isinstance(event, WaitEstimated)
    assert event.wait_s > 1.0
    setting.shell.stop()
