"""One record for each caller of the static queue, whoever knew of them and whenever somebody dies."""

import asyncio
import contextlib
from dataclasses import replace
from pathlib import Path

import pytest

from acd.adapters import fallback_import
from acd.adapters.fallback_import import HOLD_S, FallbackImport
from contact.events import CallDiverted, CallEnded, CallHungUp, Event
from contact.ids import E164, AgentId, CallId, Extension
from contact.states import Outcome
from tests.fakes.crm import ManualClock
from tests.unit.acd.core.test_static_queue import ABANDONED, ANSWERED, ENGINES

CALL = ENGINES.call
FELL_BACK = replace(ENGINES, outcome=Outcome.FALLBACK)
ENTERED = ANSWERED.splitlines()[0]
REST = ANSWERED[len(ENTERED) + 1 :]
STRANGERS = ANSWERED.replace("90.1", "95.5")
STRANGER = CallId("95.5")


class Lines:
    """Our queue_log."""

    def __init__(self) -> None:
        self.added: list[str] = []
        self.repeated: list[str] = []

    def add(self, lines: list[str]) -> None:
        self.added += lines

    def add_missing(self, lines: list[str]) -> None:
        self.repeated += lines


class Office:
    """The importer among its neighbours; the folder outlives it."""

    def __init__(self, folder: Path, *known: CallId, at: float = 300.0) -> None:
        self.folder, self.known = folder, set(known)
        self.clock = ManualClock(at)
        self.published: list[Event] = []
        self.told: list[CallDiverted] = []
        self.counted: list[CallEnded] = []
        self.lines = Lines()
        self.importer = FallbackImport(
            log_path=folder / "queue_log",
            memory_path=folder / "state" / "fallback.json",
            routing=self,
            tell=self.told.append,
            publish=self.published.append,
            queue_log=self.lines,
            number=E164,
            dialled="19115",
            clock=self.clock,
            count=self.counted.append,
        )

    def has_call(self, call: CallId) -> bool:
        return call in self.known

    def agent_at(self, extension: Extension) -> AgentId | None:
        return {"2002": AgentId("anna")}.get(extension)

    def asterisk_writes(self, text: str) -> None:
        with (self.folder / "queue_log").open("a", encoding="utf-8") as stream:
            stream.write(f"{text}\n")
        self.importer.read()

    def engine_ends(self, record: CallEnded) -> None:
        """The engine forgets a call and publishes its record."""
        self.known.discard(record.call)
        self.importer.publish(record)

    @property
    def records(self) -> list[CallEnded]:
        return [one for one in self.published if isinstance(one, CallEnded)]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, CALL)


def test_whatever_is_no_record_of_the_static_queue_passes_at_once(office: Office) -> None:
    hung_up = CallHungUp(call=CALL, cause=16)
    office.importer.publish(hung_up)
    office.engine_ends(ENGINES)
    assert office.published == [hung_up, ENGINES]


def test_record_waits_for_asterisk_to_say_how_the_call_ended(office: Office) -> None:
    office.asterisk_writes(ENTERED)
    office.engine_ends(FELL_BACK)
    assert office.published == []
    assert office.importer.pending == 2
    office.asterisk_writes(REST)
    (record,) = office.records
    assert (record.agent, record.talk_s, record.queue) == ("anna", 40.0, "roads")
    assert office.importer.pending == 0
    assert office.counted == []


def test_record_goes_at_once_when_asterisk_has_said_it_before(office: Office) -> None:
    office.asterisk_writes(ANSWERED)
    assert office.published == []
    office.engine_ends(FELL_BACK)
    assert [one.agent for one in office.records] == ["anna"]


def test_engine_that_took_the_caller_for_gone_is_put_right(office: Office) -> None:
    office.asterisk_writes(ANSWERED)
    office.engine_ends(ENGINES)
    assert [(one.outcome, one.agent) for one in office.records] == [(Outcome.FALLBACK, "anna")]


def test_engine_is_told_who_left_its_queue_and_when(office: Office) -> None:
    office.asterisk_writes(f"{ENTERED}\n{STRANGERS}")
    assert office.told == [
        CallDiverted(call=CALL, outcome=Outcome.FALLBACK, destination="fallback", diverted_at=100.0)
    ]
    office.asterisk_writes("131|90.1|fallback|NONE|EXITEMPTY|1|1|1\n132|90.1|fallback|NONE|ENTERQUEUE|||1")
    assert len(office.told) == 1


def test_call_that_the_engine_never_had_gets_its_record_from_the_log(office: Office) -> None:
    office.asterisk_writes(STRANGERS)
    (record,) = office.records
    assert (record.call, record.caller, record.agent) == (STRANGER, "+48600100200", "anna")
    assert office.counted == [record]


def test_phone_of_nobody_answers_for_nobody(office: Office) -> None:
    office.asterisk_writes(STRANGERS.replace("2002", "2009"))
    assert [(one.agent, one.talk_s) for one in office.records] == [(None, 40.0)]


def test_record_does_not_wait_for_ever(office: Office) -> None:
    office.engine_ends(FELL_BACK)
    office.clock.at += HOLD_S - 1
    office.importer.read()
    assert office.published == []
    office.clock.at += 1
    office.importer.read()
    assert office.published == [FELL_BACK]
    office.asterisk_writes(ANSWERED)
    assert office.published == [FELL_BACK]


def test_record_that_waited_long_enough_takes_along_what_is_known(office: Office) -> None:
    office.asterisk_writes(ENTERED)
    office.engine_ends(replace(ENGINES, queued_at=None, wait_s=0.0))
    office.clock.at += HOLD_S
    office.importer.read()
    assert [(one.queued_at, one.wait_s) for one in office.records] == [(100.0, 100.0)]


def test_caller_given_back_and_not_seen_again_is_gone(office: Office) -> None:
    entered = STRANGERS.splitlines()[0]
    office.clock.at = 120.0
    office.asterisk_writes(f"{entered}\n115|95.5|fallback|NONE|EXITEMPTY|1|1|15")
    assert office.published == []
    office.clock.at = 126.0
    office.importer.read()
    assert [one.ended_at for one in office.records] == [115.0]


def test_lines_are_copied_with_the_agent_in_place_of_the_phone(office: Office) -> None:
    office.asterisk_writes(f"90|NONE|NONE|NONE|QUEUESTART|\n{STRANGERS}")
    assert office.lines.added == []
    assert office.lines.repeated == STRANGERS.replace("PJSIP/2002", "anna").splitlines()
    office.asterisk_writes(ABANDONED.replace("90.1", "99.9"))
    assert office.lines.added == ABANDONED.replace("90.1", "99.9").splitlines()


def test_log_that_is_switched_off_costs_no_record(office: Office) -> None:
    office.importer._queue_log = None
    office.asterisk_writes(STRANGERS)
    assert len(office.records) == 1


def test_next_process_reads_on_and_knows_who_is_in_the_queue(office: Office, tmp_path: Path) -> None:
    office.asterisk_writes(STRANGERS)
    office.asterisk_writes(ENTERED)
    office.importer.stop()
    again = Office(tmp_path, CALL)
    again.importer.begin()
    again.asterisk_writes(REST)
    assert again.told == []
    assert again.published == []
    again.engine_ends(FELL_BACK)
    assert [(one.call, one.agent) for one in again.records] == [(CALL, "anna")]


def test_record_that_waits_survives_a_crash(office: Office, tmp_path: Path) -> None:
    office.asterisk_writes(ENTERED)
    office.engine_ends(FELL_BACK)
    office.importer.read()
    again = Office(tmp_path)
    again.importer.begin()
    assert again.published == []
    again.asterisk_writes(REST)
    assert [one.agent for one in again.records] == ["anna"]


def test_record_is_told_again_after_a_crash_and_not_in_a_worse_form(office: Office, tmp_path: Path) -> None:
    office.asterisk_writes(ANSWERED)
    office.engine_ends(FELL_BACK)
    office.importer.read()
    again = Office(tmp_path)
    again.importer.begin()
    again.engine_ends(FELL_BACK)
    again.importer.read()
    assert again.published == office.published
    assert again.importer.pending == 0


def test_stop_publishes_what_waits_and_tells_nothing_again(office: Office, tmp_path: Path) -> None:
    office.engine_ends(FELL_BACK)
    office.importer.stop()
    assert office.published == [FELL_BACK]
    again = Office(tmp_path)
    again.importer.begin()
    assert again.published == []


def test_call_that_the_engine_lost_with_its_journal_gets_its_record_all_the_same(
    office: Office, tmp_path: Path
) -> None:
    office.asterisk_writes(ANSWERED)
    again = Office(tmp_path)
    again.importer.read()
    assert [(one.call, one.agent) for one in again.records] == [(CALL, "anna")]


def test_crash_before_it_was_remembered_reads_the_lines_again_and_writes_them_once(
    office: Office, tmp_path: Path
) -> None:
    office.asterisk_writes(STRANGERS)
    (tmp_path / "state" / "fallback.json").unlink()
    again = Office(tmp_path)
    again.importer.read()
    assert again.lines.added == []
    assert again.lines.repeated == office.lines.repeated
    assert again.records == office.records


@pytest.mark.parametrize("text", ["{", "[]", '{"calls": 7}', '{"type": "Memory", "odd": 1}'])
def test_memory_that_cannot_be_read_is_said_and_done_without(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "fallback.json").write_text(text, encoding="utf-8")
    office = Office(tmp_path)
    office.asterisk_writes(STRANGERS)
    assert len(office.records) == 1
    assert "fallback.json is not used" in caplog.text


def test_log_that_cannot_be_read_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "queue_log").mkdir()
    office = Office(tmp_path)
    office.importer.read()
    office.importer.read()
    assert [one.levelname for one in caplog.records] == ["WARNING"]


def test_memory_that_cannot_be_written_costs_no_record(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state").write_text("")
    office = Office(tmp_path)
    office.asterisk_writes(STRANGERS)
    assert len(office.records) == 1
    assert "is not remembered" in caplog.text


def test_no_more_is_kept_than_the_limits_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fallback_import, "KNOWN_MAX", 2)
    monkeypatch.setattr(fallback_import, "DONE_MAX", 2)
    office = Office(tmp_path)
    for number in range(4):
        office.asterisk_writes(ABANDONED.replace("90.1", f"90.{number}"))
    assert len(office.records) == 4
    again = Office(tmp_path)
    again.importer.begin()
    assert [one.call for one in again.records] == ["90.2", "90.3"]


async def test_run_reads_on_as_soon_as_a_record_waits(office: Office) -> None:
    task = asyncio.create_task(office.importer.run())
    await asyncio.sleep(0)
    with (office.folder / "queue_log").open("a", encoding="utf-8") as stream:
        stream.write(f"{ANSWERED}\n")
    office.engine_ends(FELL_BACK)
    for _ in range(10):
        await asyncio.sleep(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert [one.agent for one in office.records] == ["anna"]
