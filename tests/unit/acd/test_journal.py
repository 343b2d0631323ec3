import logging
from pathlib import Path

import pytest

from acd.adapters.journal import SqliteJournal
from acd.core.engine import Engine
from acd.core.policy import Policy
from acd.errors import JournalError
from acd.journal import Decision, Entry, EntryKind, Journal, recover, take_again
from contact import codec
from contact.commands import Command
from contact.errors import CodecError
from contact.events import CallDiverted, Input, TelephonyLost
from contact.states import Availability, OfferCause, Outcome, PhoneState
from tests.unit.acd.core.floor import ROADS, WASTE, Floor, numbered_anew
from tests.unit.acd.core.shell_parts import MemoryJournal


class Recording(Engine):
    """Writes what it takes into a journal, and keeps a snapshot where it is told to."""

    journal: Journal

    def handle(self, event: Input, now: float) -> tuple[Command, ...]:
        self.journal.append([Entry(at=now, kind=EntryKind.EVENT, body=codec.encode(event))])
        return super().handle(event, now)

    def advance(self, now: float) -> tuple[Command, ...]:
        self.journal.append([Entry(at=now, kind=EntryKind.TICK)])
        return super().advance(now)

    def begin_run(self, run: str) -> None:
        self.journal.append([Entry(at=0.0, kind=EntryKind.RUN, body=run)])
        super().begin_run(run)


def recorded(journal: Journal, *, snapshot: bool) -> Floor:
    """An eventful quarter of an hour, written down as it happened."""
    floor = Floor(ROADS, WASTE, wrap_up_s=20.0, resynced=False)
    engine = Recording(policy=floor.policy, run="")
    engine.journal = journal
    floor.engine = engine
    engine.begin_run("r")
    floor.tell(floor.exchange.report())
    floor.agent("anna")
    floor.agent("bartek", roads=60, waste=60)
    for n in range(5):
        floor.call("waste" if n % 2 else "roads", priority=n % 3)
        floor.pass_s(4)
    floor.answer()
    floor.end_leg(floor.ordered_offer("anna"), OfferCause.NO_ANSWER)
    floor.pass_s(30)
    if snapshot:
        journal.keep(engine.snapshot())
    floor.hang_up(floor.exchange.calls[0])
    floor.tell(CallDiverted(call=floor.exchange.calls[0], outcome=Outcome.FALLBACK, destination=""))
    floor.phone("bartek", PhoneState.UNREACHABLE)
    floor.wish("anna", Availability.NOT_READY, "lunch")
    floor.tell(TelephonyLost())
    floor.pass_s(60)
    floor.tell(floor.exchange.report())
    floor.wish("anna", Availability.READY)
    floor.pass_s(5)
    return floor


@pytest.mark.parametrize("snapshot", [False, True])
def test_an_engine_brought_back_from_its_journal_equals_the_one_that_lived(
    tmp_path: Path,
    snapshot: bool,  # noqa: FBT001 - two histories
) -> None:
    journal = SqliteJournal(tmp_path / "journal.sqlite")
    floor = recorded(journal, snapshot=snapshot)
    back = recover(journal, floor.policy)
    journal.close()
    assert numbered_anew(back.engine.snapshot()) == numbered_anew(floor.engine.snapshot())
    assert back.engine.next_deadline() == floor.engine.next_deadline()


def test_the_commands_since_the_snapshot_come_back_as_they_were_given() -> None:
    journal = MemoryJournal()
    floor = recorded(journal, snapshot=True)
    back = recover(journal, floor.policy)
    assert back.commands == tuple(floor.commands[-len(back.commands) :])
    after, _ = journal.snapshots[-1]
    assert back.entries == len(journal.entries) - after


def test_an_empty_journal_brings_an_empty_engine() -> None:
    back = recover(MemoryJournal(), Policy(queues={}))
    assert (back.entries, back.commands) == (0, ())
    assert back.engine.snapshot() == Engine(policy=Policy(queues={}), run="").snapshot()


def test_what_the_engine_refused_when_it_came_is_passed_over_and_the_rest_taken(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    journal = MemoryJournal()
    floor = recorded(journal, snapshot=False)
    whole = recover(journal, floor.policy)
    journal.entries.insert(3, Entry(at=1_000.0, kind=EntryKind.EVENT, body=codec.encode(TelephonyLost())))
    original = Engine.handle

    def refusing(engine: Engine, event: Input, now: float) -> tuple[Command, ...]:
        if now == 1_000.0 and isinstance(event, TelephonyLost):
            raise LookupError("poisoned")
        return original(engine, event, now)

    monkeypatch.setattr(Engine, "handle", refusing)
    with caplog.at_level(logging.ERROR, logger="acd.journal"):
        back = recover(journal, floor.policy)
    assert numbered_anew(back.engine.snapshot()) == numbered_anew(whole.engine.snapshot())
    assert "entry 4 after the snapshot is passed over" in caplog.text


def test_a_run_names_the_offers_that_follow() -> None:
    engine = Engine(policy=Policy(queues={}), run="old")
    assert take_again(engine, Entry(at=1.0, kind=EntryKind.RUN, body="new")) == ()
    assert engine.snapshot().run == "new"


@pytest.mark.parametrize("kind", [EntryKind.POLICY, EntryKind.DECISION])
def test_marks_in_the_journal_move_nothing(kind: EntryKind) -> None:
    engine = Engine(policy=Policy(queues={}), run="r")
    before = engine.snapshot()
    assert take_again(engine, Entry(at=1.0, kind=kind, body="anything")) == ()
    assert engine.snapshot() == before


def test_an_entry_that_is_none_of_ours_is_an_error() -> None:
    engine = Engine(policy=Policy(queues={}), run="r")
    with pytest.raises(CodecError):
        take_again(engine, Entry(at=1.0, kind=EntryKind.EVENT, body="{}"))


@pytest.mark.parametrize("body", ["", "[]", '["o","c"]'])
def test_a_decision_that_cannot_be_read_is_an_error(body: str) -> None:
    with pytest.raises(JournalError, match="a decision that cannot be read"):
        Decision.read(Entry(at=1.0, kind=EntryKind.DECISION, body=body))


def test_a_decision_is_written_down_and_read_back() -> None:
    floor = Floor()
    floor.agent("anna")
    call = floor.call()
    decision = Decision.of(floor.ringing())
    assert (decision.offer, decision.call, decision.agent) == (floor.ringing().offer, call, "anna")
    entry = decision.entry(5.0)
    assert (entry.at, entry.kind) == (5.0, EntryKind.DECISION)
    assert Decision.read(entry) == decision
