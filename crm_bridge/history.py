"""What is known of callers: looked up ahead of the pop, within a budget, from a bounded memory.

Theory of operation. A look-up is started when the call arrives, while the caller is still in the menu. At
most one look-up of a number runs at a time, and it is never cut off: one that is late for its asker still
fills the memory for the next. An asker waits `BUDGET_S` at most and then gets what was known before, or
nothing, marked incomplete. What this bridge writes about a number makes its entry stale at once; what other
processes write shows after `FRESH_S`.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from contact.case import CallerHistory
from contact.ids import E164
from contact.times import Seconds
from crm_bridge.measure import BridgeMetrics
from runtime.clock import Clock
from runtime.db import DatabaseAway

log = logging.getLogger(__name__)

BUDGET_S = 0.8
FRESH_S = 60.0
NUMBERS_MAX = 5_000
LOOK_UPS_MAX = 200
"""Look-ups on their way at once; beyond it a number is answered from memory only."""
CONTACTS_MAX = 50


@dataclass(frozen=True, slots=True)
class _Entry:
    history: CallerHistory
    read_at: Seconds


class Histories:
    """The bounded memory of caller histories."""

    def __init__(
        self,
        *,
        read: Callable[[E164, int], Awaitable[CallerHistory]],
        clock: Clock,
        metrics: BridgeMetrics,
        budget_s: float = BUDGET_S,
    ) -> None:
        """Keep `read`, which asks the store for a number's history with at most so many contacts."""
        self._read = read
        self._clock = clock
        self._metrics = metrics
        self._budget_s = budget_s
        self._entries: OrderedDict[E164, _Entry] = OrderedDict()
        self._stale: set[E164] = set()
        self._running: dict[E164, asyncio.Task[None]] = {}

    def prefetch(self, caller: E164) -> None:
        """Start a look-up that the screen-pop will need soon."""
        if caller and self._fresh(caller) is None:
            self._start(caller)

    async def look_up(self, caller: E164, contacts_max: int) -> CallerHistory:
        """Return what is known of `caller`, within the budget."""
        wanted = min(max(contacts_max, 0), CONTACTS_MAX)
        if not caller:
            return CallerHistory(caller=caller)
        if (known := self._fresh(caller)) is not None:
            self._metrics.look_ups.labels("memory").inc()
            return _cut(known, wanted)
        if (task := self._start(caller)) is not None:
            await asyncio.wait([task], timeout=self._budget_s)
        if (known := self._fresh(caller)) is not None:
            self._metrics.look_ups.labels("store").inc()
            return _cut(known, wanted)
        self._metrics.look_ups.labels("incomplete").inc()
        entry = self._entries.get(caller)
        old = CallerHistory(caller=caller) if entry is None else entry.history
        note = f"database: no answer within {self._budget_s * 1000:.0f} ms"
        as_of = None if entry is None else entry.read_at
        return replace(_cut(old, wanted), complete=False, note=note, as_of=as_of)

    def forget(self, caller: E164) -> None:
        """Have the next look-up of `caller` ask the store; until then the old entry serves in need."""
        if caller in self._entries or caller in self._running:
            self._stale.add(caller)

    async def stop(self) -> None:
        """End the look-ups that are still on their way."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _fresh(self, caller: E164) -> CallerHistory | None:
        """Return what is remembered; nothing while a look-up runs, which would not run if that were fresh."""
        entry = self._entries.get(caller)
        if entry is None or caller in self._stale or caller in self._running:
            return None
        if self._clock.now() - entry.read_at > FRESH_S:
            return None
        return entry.history

    def _start(self, caller: E164) -> asyncio.Task[None] | None:
        running = self._running.get(caller)
        if running is None and len(self._running) < LOOK_UPS_MAX:
            running = asyncio.create_task(self._fill(caller), name="look up a caller")
            self._running[caller] = running
            # Not in the task's own `finally`: one that is cancelled before its first step never gets there.
            running.add_done_callback(lambda _task: self._ended(caller))
        return running

    async def _fill(self, caller: E164) -> None:
        try:
            self._stale.discard(caller)
            read_at = self._clock.now()
            history = await self._read(caller, CONTACTS_MAX)
        except DatabaseAway as error:
            self._stale.add(caller)
            log.debug("a look-up failed: %s", error)
        else:
            self._entries[caller] = _Entry(history, read_at)
            self._entries.move_to_end(caller)
            while len(self._entries) > NUMBERS_MAX:
                self._stale.discard(self._entries.popitem(last=False)[0])

    def _ended(self, caller: E164) -> None:
        del self._running[caller]
        if caller not in self._entries:
            self._stale.discard(caller)


def _cut(history: CallerHistory, contacts_max: int) -> CallerHistory:
    return replace(history, contacts=history.contacts[:contacts_max])
