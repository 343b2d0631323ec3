"""The file of the queue_log: each line once, in order, whatever happens to the process or the disk."""

import errno
import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from acd.adapters import queue_log as module
from acd.adapters.queue_log import QueueLog
from acd.core.queue_log_lines import LogMark, Profile
from acd.core.snapshot import Snapshot
from acd.journal import Entry, EntryKind, recover
from contact import codec
from contact.commands import Command, Publish
from contact.events import AvailabilityRequested, CallHungUp, Input, TelephonyResynced
from contact.ids import AgentId, CallId
from contact.states import Availability
from tests.fakes.exchange import Exchange
from tests.unit.acd.core.floor import configured, policy
from tests.unit.acd.core.shell_parts import MemoryJournal


class Life:
    """One process: brings the engine back from the journal, then journals, decides and writes."""

    def __init__(self, path: Path, journal: MemoryJournal, at: float = 1_000.0) -> None:
        self.journal, self.now = journal, at
        self.log = QueueLog(path=path, profile=Profile.STANDARD, dialled="19115")
        self.engine = recover(journal, policy(), self.log).engine
        self.written_again = self.log.catch_up()

    def begin(self, run: str) -> None:
        self.journal.append([Entry(at=self.now, kind=EntryKind.RUN, body=run)])
        self.engine.begin_run(run)
        self.log.began(self.now)

    def take(self, *events: Input) -> tuple[Command, ...]:
        commands: tuple[Command, ...] = ()
        for event in events:
            self.journal.append([Entry(at=self.now, kind=EntryKind.EVENT, body=codec.encode(event))])
            commands = self.engine.handle(event, self.now)
            self.log.take((one.fact for one in commands if isinstance(one, Publish)), self.now)
            self.log.flush()
        return commands

    def keep(self) -> None:
        self.journal.keep(replace(self.engine.snapshot(), log=self.log.mark()))


def calls_come(life: Life, exchange: Exchange, count: int) -> list[CallId]:
    calls = []
    for _ in range(count):
        arrived = exchange.arrive()
        life.now += 1.5
        life.take(arrived, exchange.queue(arrived.call, "roads", life.now))
        calls.append(arrived.call)
    return calls


def calls_go(life: Life, calls: Sequence[CallId]) -> None:
    for call in calls:
        life.now += 2.5
        life.take(CallHungUp(call=call, cause=16))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "queue_log"


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def a_life(path: Path, journal: MemoryJournal, *, keeps: bool) -> list[str]:
    """A whole process whose file is complete; with `keeps` there is a snapshot in the middle."""
    life = Life(path, journal)
    life.begin("a")
    exchange = Exchange()
    life.take(
        TelephonyResynced(calls=(), waiting=(), offers=(), phones=()), configured("anna", {"roads": 80})
    )
    calls = calls_come(life, exchange, 3)
    if keeps:
        life.keep()
    calls_go(life, calls[:2])
    calls_come(life, exchange, 1)
    calls_go(life, calls[2:])
    life.log.close()
    return lines_of(path)


def test_lines_stand_in_the_order_of_the_facts(path: Path) -> None:
    events = [line.split("|")[4] for line in a_life(path, MemoryJournal(), keeps=False)]
    assert events == ["QUEUESTART", *["ENTERQUEUE"] * 3, *["ABANDON"] * 2, "ENTERQUEUE", "ABANDON"]


@pytest.mark.parametrize("keeps", [False, True], ids=["no_snapshot", "snapshot"])
@pytest.mark.parametrize("lost", range(5))
def test_what_a_killed_process_had_not_written_is_written_by_the_next(
    path: Path,
    keeps: bool,  # noqa: FBT001 - drawn by pytest
    lost: int,
) -> None:
    journal = MemoryJournal()
    whole = a_life(path, journal, keeps=keeps)
    path.write_text("".join(f"{line}\n" for line in whole[: len(whole) - lost]), encoding="utf-8")
    again = Life(path, journal)
    again.log.close()
    assert lines_of(path) == whole
    assert again.written_again == lost
    assert Life(path, journal).written_again == 0


def test_torn_line_is_written_anew(path: Path) -> None:
    journal = MemoryJournal()
    whole = a_life(path, journal, keeps=True)
    content = path.read_bytes()
    path.write_bytes(content[:-7])
    Life(path, journal).log.close()
    assert lines_of(path) == whole


def test_lines_from_elsewhere_do_not_disturb_the_comparison(path: Path) -> None:
    journal = MemoryJournal()
    whole = a_life(path, journal, keeps=True)
    mixed = [*whole[:-2], "1004|9.9|fallback|NONE|ABANDON|1|1|3", whole[-2]]
    path.write_text("".join(f"{line}\n" for line in mixed), encoding="utf-8")
    Life(path, journal).log.close()
    assert lines_of(path) == [*mixed, whole[-1]]


def test_rotation_between_crash_and_start_neither_loses_nor_doubles(path: Path) -> None:
    journal = MemoryJournal()
    whole = a_life(path, journal, keeps=True)
    rotated = path.with_name("queue_log.1")
    rotated.write_text("")
    path.write_text("".join(f"{line}\n" for line in whole[:-1]), encoding="utf-8")
    path.rename(rotated)
    Life(path, journal).log.close()
    assert lines_of(path) == whole[-1:]


def test_next_process_goes_on_with_open_calls_and_without_a_new_start(path: Path) -> None:
    journal = MemoryJournal()
    a_life(path, journal, keeps=True)
    again = Life(path, journal, at=1_100.0)
    again.begin("b")
    again.take(CallHungUp(call=CallId("c00004"), cause=16))
    again.log.close()
    assert lines_of(path)[-1] == "1100|c00004|roads|NONE|ABANDON|1|2|89"
    assert sum("QUEUESTART" in line for line in lines_of(path)) == 1


def test_next_process_starts_the_queues_when_nothing_is_open(path: Path) -> None:
    journal = MemoryJournal()
    a_life(path, journal, keeps=False)
    again = Life(path, journal, at=1_100.0)
    again.take(CallHungUp(call=CallId("c00004"), cause=16))
    again.begin("b")
    again.log.close()
    once_more = Life(path, journal)
    assert once_more.written_again == 0
    assert lines_of(path)[-1] == "1100|NONE|NONE|NONE|QUEUESTART|"


def test_mark_survives_the_journal(path: Path) -> None:
    journal = MemoryJournal()
    a_life(path, journal, keeps=True)
    _, snapshot = journal.snapshots[-1]
    plain = json.loads(json.dumps(codec.to_plain(snapshot)))
    assert codec.from_plain(Snapshot, plain) == snapshot
    assert isinstance(snapshot.log, LogMark)


class Failing:
    """A disk that can be full."""

    def __init__(self, log: QueueLog) -> None:
        self._append, self.is_full = log._file.append, True
        log._file.append = self  # type: ignore[method-assign]

    def __call__(self, content: bytes) -> int:
        if self.is_full:
            raise OSError(errno.ENOSPC, "no space left")
        return self._append(content)


def test_full_disk_delays_lines_and_holds_up_nothing(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    life = Life(path, MemoryJournal())
    disk = Failing(life.log)
    with caplog.at_level(logging.INFO):
        calls = calls_come(life, Exchange(), 2)
        assert not path.read_bytes()
        disk.is_full = False
        calls_go(life, calls)
    life.log.close()
    assert [line.split("|")[4] for line in lines_of(path)] == ["ENTERQUEUE"] * 2 + ["ABANDON"] * 2
    levels = [(one.levelname, one.getMessage().split(":")[0]) for one in caplog.records]
    assert levels == [("WARNING", "no queue_log"), ("INFO", f"{path} is written again")]


def test_lines_that_wait_at_a_snapshot_are_written_after_a_crash(path: Path) -> None:
    journal = MemoryJournal()
    life = Life(path, journal)
    Failing(life.log)
    calls = calls_come(life, Exchange(), 2)
    life.keep()
    calls_go(life, calls)
    Life(path, journal).log.close()
    assert [line.split("|")[4] for line in lines_of(path)] == ["ENTERQUEUE"] * 2 + ["ABANDON"] * 2


def test_oldest_lines_go_when_too_many_wait(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "PENDING_MAX", 3)
    life = Life(path, MemoryJournal())
    disk = Failing(life.log)
    calls_come(life, Exchange(), 5)
    disk.is_full = False
    life.log.close()
    assert [line.split("|")[1] for line in lines_of(path)] == ["c00003", "c00004", "c00005"]
    assert "1 lines of the queue_log are lost" in caplog.text


def test_folder_that_cannot_be_written_is_said_once_and_costs_no_call(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    life = Life(tmp_path / "file" / "queue_log", MemoryJournal())
    calls_go(life, calls_come(life, Exchange(), 2))
    life.log.add_missing(["1|2.2|fallback|NONE|ENTERQUEUE|||1"])
    life.keep()
    life.log.close()
    assert [one.levelname for one in caplog.records] == ["WARNING"]


def test_fact_that_cannot_be_written_is_logged_and_the_others_are_written(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    life = Life(path, MemoryJournal())
    life.take(configured("anna", {"roads": 80}))
    life.log._scribe.member = lambda _: 1 / 0  # type: ignore[assignment, return-value]
    anna = AgentId("anna")
    life.take(
        AvailabilityRequested(agent=anna, availability=Availability.NOT_READY, reason="", by=anna),
    )
    calls_come(life, Exchange(), 1)
    life.log.close()
    assert [line.split("|")[4] for line in lines_of(path)] == ["ENTERQUEUE"]
    assert "no line in the queue_log for a AgentStateChanged" in caplog.text


def test_imported_lines_are_added_once(path: Path) -> None:
    life = Life(path, MemoryJournal())
    imported = ["5|2.2|fallback|NONE|ENTERQUEUE|||1", "9|2.2|fallback|NONE|ABANDON|1|1|4"]
    life.log.add_missing(imported[:1])
    life.log.add_missing(imported)
    life.log.add_missing(imported)
    life.log.close()
    assert lines_of(path) == imported


def test_mark_of_a_process_that_wrote_nothing_is_the_start_of_the_file(path: Path) -> None:
    life = Life(path, MemoryJournal())
    assert life.log.mark().length == 0
    life.log.close()
    assert lines_of(path) == []
