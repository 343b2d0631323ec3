import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from acd.adapters.journal import SqliteJournal
from acd.adapters.journal_reader import facts_of_call, read_recording, save_recording
from acd.adapters.policy_record import policy_body, recorded_policy
from acd.core.policy import Policy
from acd.errors import JournalError, PolicyError
from acd.journal import Entry, EntryKind
from acd.recording import Recording, retrace
from contact.commands import Publish
from contact.events import CallConnected, CallEnded, CallWaiting
from contact.ids import CallId
from runtime.config import Acd
from tests.unit.acd.core.floor import policy
from tests.unit.acd.scripted import Day

QUEUES = '[queue.roads]\nnames = { pl = "Drogi", en = "Roads" }\nrequirement = "roads"\n'
BODY = policy_body(QUEUES, Acd(wrap_up_s=7))
NOBODYS = Policy(queues={})


@contextmanager
def journal(path: Path) -> Iterator[SqliteJournal]:
    kept = SqliteJournal(path)
    try:
        yield kept
    finally:
        kept.close()


def written(path: Path, day: Day, *, body: str = BODY) -> Path:
    with journal(path) as kept:
        kept.append([Entry(at=day.entries[0].at, kind=EntryKind.POLICY, body=body), *day.entries])
    return path


def one_call() -> Day:
    day = Day(policy())
    day.agent()
    day.exchange.numbered = 10_000
    call = day.call()
    day.answer()
    day.pass_s(20)
    day.hang_up(call)
    day.pass_s(40)
    return day


def connected(recording: Recording) -> list[CallConnected]:
    return [fact for step in retrace(recording) for fact in step.facts if isinstance(fact, CallConnected)]


def test_a_whole_journal_is_read_with_the_policy_that_ruled(tmp_path: Path) -> None:
    day = one_call()
    found = read_recording(written(tmp_path / "journal.sqlite", day), NOBODYS)
    assert found.ruling == recorded_policy(BODY)
    assert found.ruling.wrap_up_s == 7
    assert found.entries[1:] == tuple(day.entries)
    assert (found.begins_at, found.ends_at) == (day.entries[0].at, day.entries[-1].at + 1.0)


def test_a_stretch_starts_from_the_snapshot_before_it(tmp_path: Path) -> None:
    day = one_call()
    path = written(tmp_path / "journal.sqlite", day)
    with journal(path) as kept:
        kept.keep(day.engine.snapshot())
        later_at = day.now + 50
        kept.append([Entry(at=later_at, kind=EntryKind.TICK), Entry(at=later_at + 9, kind=EntryKind.TICK)])
    found = read_recording(path, NOBODYS, (day.now + 10, later_at + 5))
    assert found.snapshot == day.engine.snapshot()
    assert [entry.at for entry in found.entries] == [later_at]
    assert found.begins_at == day.now + 10
    assert found.ruling == recorded_policy(BODY)


def test_a_journal_that_names_no_policy_goes_by_the_fallback(tmp_path: Path) -> None:
    with journal(tmp_path / "journal.sqlite") as kept:
        kept.append(one_call().entries)
    assert read_recording(tmp_path / "journal.sqlite", policy()).ruling == policy()


def test_a_saved_recording_is_the_same_but_for_the_callers_numbers(tmp_path: Path) -> None:
    day = one_call()
    path = written(tmp_path / "journal.sqlite", day)
    with journal(path) as kept:
        kept.keep(day.engine.snapshot())
    recording = read_recording(path, NOBODYS)
    save_recording(tmp_path / "day.jsonl", path, recording)
    text = (tmp_path / "day.jsonl").read_text(encoding="utf-8")
    assert "+48600100200" not in text
    assert "+48000000001" in text
    again = read_recording(tmp_path / "day.jsonl", NOBODYS)
    assert (again.begins_at, again.ends_at, again.ruling) == (
        recording.begins_at,
        recording.ends_at,
        recording.ruling,
    )
    assert connected(again) == connected(recording)
    assert len(connected(again)) == 1
    save_recording(tmp_path / "again.jsonl", tmp_path / "day.jsonl", again)
    assert (tmp_path / "again.jsonl").read_text(encoding="utf-8") == text


def test_a_saved_stretch_keeps_its_snapshot(tmp_path: Path) -> None:
    day = one_call()
    path = written(tmp_path / "journal.sqlite", day)
    with journal(path) as kept:
        kept.keep(day.engine.snapshot())
        kept.append([Entry(at=day.now + 5, kind=EntryKind.TICK)])
    recording = read_recording(path, NOBODYS, (day.now + 1, day.now + 100))
    save_recording(tmp_path / "day.jsonl", path, recording)
    again = read_recording(tmp_path / "day.jsonl", NOBODYS)
    assert again.snapshot is not None
    assert recording.snapshot is not None
    assert [caller for caller, *_ in again.snapshot.last_agents] == ["+48000000001"]
    assert replace(again.snapshot, last_agents=()) == replace(recording.snapshot, last_agents=())
    assert again.entries == recording.entries


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "line 1: "),
        ("[]", "line 1: not a JSON object"),
        ('{"kind": "dance", "at": 1, "body": ""}', "'dance' is not a valid EntryKind"),
        ('{"kind": "tick"}', "'at'"),
        ('{"kind": "policy", "body": "{}"}', "the policy in the journal cannot be read"),
    ],
)
def test_a_text_that_is_no_recording_is_refused_with_its_place(
    tmp_path: Path, text: str, reason: str
) -> None:
    (tmp_path / "day.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(JournalError, match=reason):
        read_recording(tmp_path / "day.jsonl", NOBODYS)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="no-such-day"):
        read_recording(tmp_path / "no-such-day", NOBODYS)


def test_an_empty_text_records_nothing(tmp_path: Path) -> None:
    (tmp_path / "day.jsonl").write_text("", encoding="utf-8")
    assert read_recording(tmp_path / "day.jsonl", NOBODYS).entries == ()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "journal.sqlite", one_call())
    with pytest.raises(JournalError, match="nowhere"):
        save_recording(tmp_path / "nowhere" / "day.jsonl", path, read_recording(path, NOBODYS))


def test_a_policy_of_the_journal_with_a_mistake_names_it() -> None:
    with pytest.raises(PolicyError, match=r"the policy in the journal: queue\.roads\.dance: unknown key"):
        recorded_policy(json.dumps({"queues": f"{QUEUES}dance = 1\n", "acd": Acd().model_dump()}))


# --- one call out of a journal ----------------------------------------------------------------------


class Hotline(Day):
    """A day whose calls are named by the second of their arrival, as Asterisk names them."""

    def call(self, queue: str = "roads", priority: int = 0) -> CallId:
        arrived = self.exchange.arrive()
        call = CallId(f"{int(self.now)}.{self.exchange.numbered}")
        self.exchange.in_ivr.discard(arrived.call)
        self.tell(self.exchange.queue(call, queue, self.now, priority=priority))
        return call


def test_the_facts_of_an_old_call_are_found_by_taking_its_stretch_again(tmp_path: Path) -> None:
    day = Hotline()
    day.agent()
    first = day.call()
    day.answer()
    day.pass_s(20)
    day.hang_up(first)
    path = written(tmp_path / "journal.sqlite", day)
    with journal(path) as kept:
        kept.keep(day.engine.snapshot())
    facts = facts_of_call(path, NOBODYS, first)
    assert isinstance(facts[0], CallWaiting)
    assert isinstance(facts[-1], CallEnded)
    expected = [
        one.fact
        for step in retrace(read_recording(path, NOBODYS))
        for one in step.commands
        if isinstance(one, Publish) and getattr(one.fact, "call", None) == first
    ]
    assert list(facts) == expected[: len(facts)]


@pytest.mark.parametrize("call", ["10000.99", "unknown", "1e9.1", "", "9" * 40 + ".1", "-5.2"])
def test_a_call_the_journal_does_not_have_gives_nothing(tmp_path: Path, call: str) -> None:
    path = written(tmp_path / "journal.sqlite", Hotline())
    assert facts_of_call(path, NOBODYS, CallId(call)) == ()


def test_a_journal_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match=r"gone\.sqlite"):
        facts_of_call(tmp_path / "gone.sqlite", NOBODYS, CallId("10000.1"))
