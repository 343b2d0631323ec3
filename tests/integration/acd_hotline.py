"""Distribution on a real Asterisk with one consultant's phone, without the other roles."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry

from acd.app import AcdApp
from contact.commands import ConfigureAgent, GetStanding, SetAvailability
from contact.events import CallEnded, CallWaiting
from contact.ids import AgentId, CallId, Extension, Skill
from contact.states import AgentState, Availability
from runtime.bus import MemoryBus
from runtime.clock import SystemClock
from runtime.config import Settings
from tests.e2e.sip_phone import ANSWERS, Phone, PhoneLeg
from tests.integration.asterisk_instance import SECRET, log_of, rendered, settings_in

FALLBACK_AFTER_S = 4.0
WITHIN_S = 120.0
ANNA = ConfigureAgent(
    agent=AgentId("anna"),
    name="Anna",
    extension=Extension("2001"),
    skills=((Skill("roads"), 80), (Skill("lang.pl"), 80)),
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
        self.registry = CollectorRegistry()
        self._app = AcdApp(settings=settings, bus=self._bus, clock=SystemClock(), registry=self.registry)

    async def start(self) -> None:
        await self._app.start()
        await self._bus.request(ANNA)

    async def ask(self, availability: Availability, reason: str = "") -> None:
        """Anna asks for an availability."""
        await self._bus.request(
            SetAvailability(agent=ANNA.agent, availability=availability, reason=reason, by=ANNA.agent)
        )

    async def anna(self) -> AgentState:
        """What Anna is."""
        standing = await self._bus.request(GetStanding())
        return next(one.state.new for one in standing.agents if one.agent == ANNA.agent)

    async def talks(self) -> None:
        """Return when the agent is talking."""
        async with asyncio.timeout(WITHIN_S):
            while await self.anna() is not AgentState.TALKING:  # noqa: ASYNC110 - asked, not told
                await asyncio.sleep(0.05)

    async def no_legs(self) -> None:
        """Return when Asterisk has no channel left."""
        assert self._app._telephony is not None
        link = self._app._telephony.link
        async with asyncio.timeout(WITHIN_S):
            while await link.collect("Status"):  # noqa: ASYNC110 - asked, not told
                await asyncio.sleep(0.05)

    @contextlib.contextmanager
    def deaf(self) -> Iterator[None]:
        """While this lasts, everything that Asterisk tells of its own accord is lost."""
        assert self._app._telephony is not None
        link = self._app._telephony.link
        heard, link._on_event = link._on_event, lambda _event: None
        try:
            yield
        finally:
            link._on_event = heard

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


def lines_of(settings: Settings) -> list[list[str]]:
    """Return the fields of each line of our queue_log."""
    text = (settings.state_dir / "queue_log").read_text(encoding="utf-8")
    return [line.split("|") for line in text.splitlines()]
