"""Callers without a controller, on a real Asterisk: they reach a phone, and their records come home."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from acd.app import AcdApp
from acd.core.queue_log_lines import TERMINAL
from contact.commands import ConfigureAgent
from contact.events import CallEnded, CallWaiting
from contact.ids import AgentId, CallId, Extension, Skill
from contact.states import Outcome
from runtime.bus import MemoryBus
from runtime.clock import SystemClock
from runtime.config import Settings
from tests.e2e.sip_phone import ANSWERS, Phone, PhoneLeg
from tests.integration.ami_asterisk import entry_script
from tests.integration.asterisk_instance import SECRET, call, log_of, rendered, settings_in

FALLBACK_AFTER_S = 4.0
WITHIN_S = 30.0
ANNA = ConfigureAgent(
    agent=AgentId("anna"), name="Anna", extension=Extension("2001"), skills=((Skill("roads"), 80),)
)
QUEUES = '[queue.roads]\nnames = { pl = "Drogi" }\nrequirement = "roads"\n'


class Controller:
    """One process's worth of distribution; what it publishes is kept."""

    def __init__(self, settings: Settings) -> None:
        self._bus = MemoryBus()
        self.waiting: list[CallId] = []
        self.ended: list[CallEnded] = []
        self._bus.subscribe([CallWaiting], lambda event: self.waiting.append(event.call))
        self._bus.subscribe([CallEnded], self.ended.append)
        self._app = AcdApp(settings=settings, bus=self._bus, clock=SystemClock())

    async def start(self) -> None:
        await self._app.start()
        await self._bus.request(ANNA)

    async def stop(self) -> None:
        await self._app.stop()

    async def kill(self) -> None:
        """Let go of everything at once, as a killed process does: no snapshot, no last words."""
        app = self._app
        for task in app._tasks:
            task.cancel()
        await asyncio.gather(*app._tasks, return_exceptions=True)
        shell, journal, queue_log = app._shell, app._journal, app._queue_log
        assert shell is not None
        assert journal is not None
        assert queue_log is not None
        if shell._timer is not None:
            shell._timer.cancel()
        journal.close()
        queue_log._file.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not holds():  # noqa: ASYNC110 - what is waited for is in another process
            await asyncio.sleep(0.05)


async def answered(phone: Phone, nth: int) -> PhoneLeg:
    leg = await asyncio.to_thread(phone.wait_for_call, nth, within_s=WITHIN_S)
    await asyncio.to_thread(leg.wait, "answered")
    return leg


@contextlib.asynccontextmanager
async def hotline(folder: Path) -> AsyncIterator[tuple[Settings, Phone]]:
    """An Asterisk at which 2001 is registered, answering whatever rings."""
    (folder / "queues.toml").write_text(QUEUES, encoding="utf-8")
    settings = settings_in(folder, fallback_after_s=FALLBACK_AFTER_S)
    asterisk = rendered(settings)
    await asterisk.start()
    phone = Phone(sip_port=settings.sip.port, folder=folder / "phone", extensions=("2001",), secret=SECRET)
    try:
        await asyncio.to_thread(phone.register, ANSWERS)
        yield settings, phone
        assert [line for line in log_of(asterisk) if "res_agi" not in line] == []
    finally:
        await asyncio.to_thread(phone.close)
        await asterisk.stop()


def events_of(settings: Settings, call: CallId) -> list[tuple[str, str, str]]:
    """Return queue, agent and event of each line that our queue_log has of a call."""
    text = (settings.state_dir / "queue_log").read_text(encoding="utf-8")
    lines = [line.split("|") for line in text.splitlines()]
    return [(line[2], line[3], line[4]) for line in lines if line[1] == call]


async def test_callers_of_a_dead_controller_reach_a_phone_and_their_records_come_home_once(
    tmp_path: Path,
) -> None:
    async with hotline(tmp_path) as (settings, phone), contextlib.AsyncExitStack() as callers:
        first = Controller(settings)
        await first.start()
        async with entry_script(settings):
            await callers.enter_async_context(call(settings, tmp_path))
            await until(lambda: bool(first.waiting))
        known = first.waiting[0]
        await first.kill()
        # One caller waits in `[wait]`, one finds nobody, one is still in the static queue afterwards.
        leg = await answered(phone, 1)
        await asyncio.sleep(1.1)
        await asyncio.to_thread(leg.hang_up)
        for caller in ("+48600100201", "+48600100202"):
            await callers.enter_async_context(call(settings, tmp_path, caller=caller))
        talking = await answered(phone, 2)

        second = Controller(settings)
        await second.start()
        try:
            await until(lambda: [one.call for one in second.ended] == [known])
            await asyncio.to_thread(talking.hang_up)
            last = await answered(phone, 3)
            await asyncio.to_thread(last.hang_up)
            await until(lambda: len(second.ended) == 3)
        finally:
            await second.stop()

    records = {one.call: one for one in second.ended}
    assert len(records) == 3
    assert {one.outcome for one in records.values()} == {Outcome.FALLBACK}
    assert {one.agent for one in records.values()} == {AgentId("anna")}
    mine = records.pop(known)
    assert (mine.queue, mine.caller) == ("roads", "+48600100200")
    assert mine.talk_s >= 1
    assert mine.wait_s >= FALLBACK_AFTER_S - 1
    assert {one.queue for one in records.values()} == {"fallback"}
    assert {one.caller for one in records.values()} == {"+48600100201", "+48600100202"}
    assert {one.dialled for one in records.values()} == {"19115"}
    served = [("fallback", "NONE", "ENTERQUEUE"), ("fallback", "anna", "CONNECT")]
    assert events_of(settings, known) == [
        ("roads", "NONE", "ENTERQUEUE"),
        ("roads", "NONE", "EXITWITHTIMEOUT"),
        *served,
        ("fallback", "anna", "COMPLETEAGENT"),
    ]
    for stranger in records:
        assert events_of(settings, stranger) == [*served, ("fallback", "anna", "COMPLETEAGENT")]


async def test_what_was_imported_is_not_imported_again(tmp_path: Path) -> None:
    async with hotline(tmp_path) as (settings, phone):
        first = Controller(settings)
        await first.start()
        await first.stop()
        async with call(settings, tmp_path):
            leg = await answered(phone, 1)
            await asyncio.to_thread(leg.hang_up)
        second = Controller(settings)
        await second.start()
        await until(lambda: len(second.ended) == 1)
        await second.kill()
        third = Controller(settings)
        await third.start()
        await third.stop()
        fourth = Controller(settings)
        await fourth.start()
        await fourth.stop()
    # After a kill the last record is told again, for nobody knows whether it arrived; after a stop it is not.
    assert third.ended == second.ended
    assert fourth.ended == []
    text = (settings.state_dir / "queue_log").read_text(encoding="utf-8")
    events = Counter(line.split("|")[4] for line in text.splitlines())
    assert events["ENTERQUEUE"] == 1
    assert sum(count for event, count in events.items() if event in TERMINAL) == 1
