"""Recorded talks are kept once each, or deleted with a reason; none is lost while the store is away."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from acd.errors import JournalError
from acd.measure import RecordingMeasure
from acd.talk_import import GIVE_UP_S, QUIET_S, TalkImport
from contact.commands import Done
from contact.errors import NotAvailable, Refused
from contact.events import Fact
from contact.ids import CallId, OfferId
from contact.kept_talk import Erased, EraseTalks, KeepTalk
from contact.talk_recording import TalkRecordingDiscarded
from runtime.bus import MemoryBus
from tests.unit.acd.adapters.test_talk_file import BEGAN_MS, side
from tests.unit.acd.core.test_kept_talk import ANNA, OFFER, OTHER, ROADS, began, released

CALL = CallId("1763800000.1")


def discarded() -> TalkRecordingDiscarded:
    return TalkRecordingDiscarded(call=CALL, offer=OTHER, agent=ANNA, queue=ROADS, discarded_at=1_050.0)


class Machine:
    """A folder of talks, a time, the offers that are open, and a store that may be away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bus = MemoryBus()
        self.time = BEGAN_MS / 1000 + 100
        self.open: set[OfferId] = set()
        self.facts: list[Fact] = [began(), released(1_003.0)]
        self.journal_away = False
        self.fault: Exception | None = None
        self.kept: list[KeepTalk] = []
        self.erased: list[CallId] = []
        self.was_kept = asyncio.Event()
        self.registry = CollectorRegistry()
        self.bus.serve(KeepTalk, self.keep)
        self.bus.serve(EraseTalks, self.erase)
        self.works = TalkImport(
            folder=folder,
            bus=self.bus,
            open_offers=lambda: self.open,
            facts_of=self.facts_of,
            clock=self,
            measure=RecordingMeasure(self.registry),
        )

    def now(self) -> float:
        return self.time

    async def facts_of(self, _call: CallId) -> Sequence[Fact]:
        if self.journal_away:
            raise JournalError("the journal cannot be read")
        return self.facts

    async def keep(self, request: KeepTalk) -> Done:
        if self.fault is not None:
            raise self.fault
        self.kept.append(request)
        self.was_kept.set()
        return Done()

    async def erase(self, request: EraseTalks) -> Erased:
        self.erased.append(request.query.call)
        return Erased(count=1)

    def record(self, seconds: float = 3.0, offer: str = "o1") -> list[Path]:
        sides = ("agent", "caller")
        return [side(self.folder, seconds, 500, side=one, offer=offer) for one in sides]

    def files(self) -> list[str]:
        return sorted(one.name for one in self.folder.iterdir())

    def count(self, outcome: str) -> float:
        name = "centrala_acd_talk_recordings_taken_over_total"
        return self.registry.get_sample_value(name, {"outcome": outcome}) or 0.0


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


async def test_a_talk_is_kept_when_its_leg_is_gone_and_not_before(machine: Machine) -> None:
    machine.record()
    machine.open.add(OFFER)
    await machine.works.look()
    assert machine.kept == []
    machine.open.clear()
    await machine.works.look()
    (kept,) = machine.kept
    assert (kept.talk.call, kept.talk.agent, kept.duration_s) == (began().call, ANNA, 3.0)
    assert kept.audio.startswith(b"fLaC")
    assert machine.files() == []
    assert machine.count("kept") == 1


async def test_a_file_that_is_still_written_to_is_left_alone(machine: Machine) -> None:
    machine.record()
    machine.time = BEGAN_MS / 1000 + 3.0 + QUIET_S - 0.5
    await machine.works.look()
    assert len(machine.files()) == 2


@pytest.mark.parametrize("fault", [NotAvailable("the store is away"), Refused("no key", code="no_key")])
async def test_what_cannot_be_kept_now_waits_and_the_log_says_so_once(
    machine: Machine, fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    machine.record()
    machine.fault = fault
    with caplog.at_level(logging.INFO):
        await machine.works.look()
        await machine.works.look()
    assert (
        len([one for one in caplog.records if "waits" in one.message and one.levelno >= logging.WARNING]) == 1
    )
    assert len(machine.files()) == 2
    machine.fault = None
    await machine.works.look()
    assert machine.files() == []
    assert machine.count("failed") == 2


async def test_one_that_cannot_be_kept_does_not_hold_the_others_up(machine: Machine) -> None:
    machine.record()
    machine.record(offer="o2")
    machine.facts += [began(OTHER)]
    machine.fault = NotAvailable("no")
    await machine.works.look()
    assert machine.count("failed") == 2


async def test_what_could_not_be_kept_for_a_week_is_deleted(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    machine.record()
    machine.fault = NotAvailable("the store is away")
    machine.time += GIVE_UP_S
    await machine.works.look()
    assert machine.files() == []
    assert "could not be taken over" in caplog.text


async def test_a_talk_nobody_knows_a_consent_for_is_deleted(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    machine.record()
    machine.facts = [released(1_003.0)]
    await machine.works.look()
    assert (machine.files(), machine.kept) == ([], [])
    assert "no consent is known" in caplog.text


async def test_a_journal_that_cannot_be_read_deletes_nothing(machine: Machine) -> None:
    machine.record()
    machine.journal_away = True
    await machine.works.look()
    assert len(machine.files()) == 2


async def test_a_withdrawn_consent_deletes_the_files_and_what_was_kept(machine: Machine) -> None:
    machine.record()
    machine.facts.append(discarded())
    machine.works.hear(discarded())
    await machine.works.look()
    assert (machine.files(), machine.kept) == ([], [])
    assert set(machine.erased) == {CALL}


async def test_a_withdrawal_after_the_talk_deletes_at_once(machine: Machine) -> None:
    machine.record()
    await machine.works.discard(CALL)
    assert (machine.files(), machine.erased) == ([], [CALL])


async def test_half_a_second_is_nobodys_talk(machine: Machine) -> None:
    machine.record(0.5)
    await machine.works.look()
    assert (machine.files(), machine.kept) == ([], [])


async def test_the_end_of_a_talk_wakes_the_import(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acd.talk_import.QUIET_S", -0.5)
    running = asyncio.create_task(machine.works.run())
    await asyncio.sleep(0)
    machine.record()
    machine.works.hear(released(1_003.0))
    await machine.was_kept.wait()
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert len(machine.kept) == 1
