"""Messages are taken over once each, and none is lost while the store is away."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from acd.voicemail import QUIET_S, VoicemailImport
from contact.commands import Done
from contact.errors import NotAvailable
from contact.events import CallEnded
from contact.ids import E164, CallId, Language
from contact.states import Outcome
from contact.voicemail import KeepVoicemail
from runtime.bus import MemoryBus
from tests.unit.acd.adapters.test_message_file import recorded

CALL = CallId("1763800000.7")


class Store:
    """Keeps what it is given, unless it is away."""

    def __init__(self, bus: MemoryBus) -> None:
        self.kept: list[KeepVoicemail] = []
        self.away = False
        self.was_given = asyncio.Event()
        bus.serve(KeepVoicemail, self.keep)

    async def keep(self, request: KeepVoicemail) -> Done:
        if self.away:
            raise NotAvailable("the store is away")
        self.kept.append(request)
        self.was_given.set()
        return Done()


class Machine:
    """A folder of messages, a time, and the calls that are up."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bus = MemoryBus()
        self.store = Store(self.bus)
        self.up: set[CallId] = set()
        self.time = 1_000.0
        self.works = VoicemailImport(
            folder=folder, bus=self.bus, is_up=lambda call: call in self.up, clock=self
        )

    def now(self) -> float:
        return self.time

    def record(self, seconds: float = 3.0, call: CallId = CALL) -> Path:
        return recorded(self.folder / f"{call}.wav", seconds, at=self.time)


def ended(outcome: Outcome = Outcome.VOICEMAIL) -> CallEnded:
    return CallEnded(
        call=CALL,
        caller=E164("+48600100200"),
        dialled="19115",
        language=Language("pl"),
        queue=None,
        agent=None,
        outcome=outcome,
        path=(),
        topic="",
        arrived_at=900.0,
        queued_at=None,
        connected_at=None,
        ended_at=1_000.0,
        wait_s=0.0,
        talk_s=0.0,
        offers=0,
    )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


async def test_a_message_is_taken_when_its_caller_is_gone_and_not_before(machine: Machine) -> None:
    file = machine.record()
    machine.up.add(CALL)
    machine.time += 100
    await machine.works.look()
    assert machine.store.kept == []
    machine.up.clear()
    machine.works.hear(ended())
    await machine.works.look()
    (kept,) = machine.store.kept
    assert (kept.call, kept.left_at, kept.duration_s) == (CALL, 1_000.0, 3.0)
    assert not file.exists()


async def test_a_call_nobody_knows_may_still_be_recorded_until_its_file_is_quiet(machine: Machine) -> None:
    machine.record()
    machine.time += QUIET_S - 1
    await machine.works.look()
    assert machine.store.kept == []
    machine.time += 1
    await machine.works.look()
    assert len(machine.store.kept) == 1


async def test_a_store_that_is_away_gets_the_message_later(machine: Machine) -> None:
    file = machine.record()
    machine.store.away = True
    machine.works.hear(ended())
    await machine.works.look()
    assert file.exists()
    machine.store.away = False
    machine.time += QUIET_S
    await machine.works.look()
    assert [one.call for one in machine.store.kept] == [CALL]
    assert not file.exists()


async def test_silence_is_no_message(machine: Machine) -> None:
    file = machine.record(0.5)
    machine.works.hear(ended())
    await machine.works.look()
    assert machine.store.kept == []
    assert not file.exists()


async def test_the_end_of_a_call_wakes_the_import_and_other_ends_do_not_matter(machine: Machine) -> None:
    running = asyncio.create_task(machine.works.run())
    await asyncio.sleep(0)
    machine.record()
    machine.works.hear(ended(Outcome.CONNECTED))
    machine.works.hear(ended())
    await machine.store.was_given.wait()
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert [one.call for one in machine.store.kept] == [CALL]
