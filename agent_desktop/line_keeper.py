"""Keeps pages, database and IVR in step about what is decided about the line.

Theory of operation. Views change the database and call `renew`, which reads all of it, shows it, and gives it
to the IVR; what the IVR does not take at once is given again every `RETRY_S`. Once a second time passes for
what is shown: closures end, flash messages begin and end. Plays are counted as they are heard, and added to
the database every few seconds; those of the last seconds before a kill are lost to the count, not to the
metric.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from agent_desktop.audit import Audit
from agent_desktop.line_live import LiveLine
from agent_desktop.line_store import LineStore
from contact.errors import CentralaError
from contact.flash import FlashHeard, FlashId
from contact.line import Closure, KeepRecording, LineState, SetLine
from runtime.bus import Bus
from runtime.clock import Clock

log = logging.getLogger(__name__)

RETRY_S = 1.0
COUNT_EVERY_S = 2.0
TAKE_TIMEOUT_S = 30.0
"""The IVR speaks what is new before it answers."""
EXPIRY = "expiry"
"""Who opens again, where nobody does."""


class LineKeeper:
    """Keeps the live line; `run` is its only task."""

    def __init__(
        self,
        *,
        store: LineStore,
        live: LiveLine,
        bus: Bus,
        clock: Clock,
        audit: Audit,
        changed: Callable[[], None],
    ) -> None:
        """Call `changed` when pages are to be sent something."""
        self.store = store
        self._live = live
        self._bus = bus
        self._clock = clock
        self._audit = audit
        self._changed = changed
        self._heard: Counter[FlashId] = Counter()
        self._state: LineState | None = None
        self._renewing = asyncio.Lock()
        self._over: list[Closure] = []
        self._counted_at = 0.0

    def hear(self, event: FlashHeard) -> None:
        """Count a play."""
        self._heard[event.flash] += 1
        self._live.count(event.flash)
        self._changed()

    async def renew(self) -> None:
        """Show what the database holds and give it to the IVR; raise `DatabaseAway` where it is away."""
        async with self._renewing:
            await self._read()
            await self._give()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(RETRY_S)

    async def look(self) -> None:
        """Let time pass, and do again what did not succeed."""
        now = self._clock.now()
        self._over += self._live.move_on(now)
        if self._live.changed:
            self._changed()
        try:
            if not self._live.in_step:
                await self.renew()
            while self._over:
                await self._note_over(self._over[0])
                self._over.pop(0)
            if self._heard and now - self._counted_at >= COUNT_EVERY_S:
                await self._count()
        except CentralaError as error:
            log.debug("the line is not kept yet: %s", error)

    async def _read(self) -> None:
        store = self.store
        closures, flashes = await store.closures(), await store.flashes()
        schedules = await store.schedules()
        now = self._clock.now()
        pending = self._heard
        self._live.put(
            closures, [replace(one, heard=one.heard + pending[one.flash.flash]) for one in flashes], now
        )
        self._state = LineState(
            schedules=schedules,
            closures=closures,
            flashes=tuple(one.flash for one in flashes if one.flash.ends_at > now),
        )
        self._changed()

    async def _give(self) -> None:
        state = self._state
        assert state is not None  # noqa: S101 - read just before
        try:
            taken = await self._bus.request(SetLine(state=state), timeout_s=TAKE_TIMEOUT_S)
            if taken.missing:
                for recording in taken.missing:
                    audio = await self.store.recording(recording)
                    if audio is not None:
                        await self._bus.request(KeepRecording(recording=recording, audio=audio))
                taken = await self._bus.request(SetLine(state=state), timeout_s=TAKE_TIMEOUT_S)
            if taken.trouble:
                log.warning("not everything can be told on the line: %s", taken.trouble)
        except CentralaError as error:
            level = logging.WARNING if self._live.in_step else logging.DEBUG
            log.log(level, "the IVR has not taken what was decided: %s", error)
            self._live.set_in_step(in_step=False)
        else:
            self._live.set_in_step(in_step=True)
        self._changed()

    async def _note_over(self, closure: Closure) -> None:
        await self._audit.record(
            actor=EXPIRY, action="line.opened", subject=closure.queue or "line", detail=closure.reason
        )

    async def _count(self) -> None:
        """Add the plays to the database; nobody reads it while they are neither there nor here."""
        async with self._renewing:
            counts, self._heard = self._heard, Counter()
            self._counted_at = self._clock.now()
            try:
                await self.store.add_heard(counts)
            except CentralaError:
                self._heard.update(counts)
                raise
