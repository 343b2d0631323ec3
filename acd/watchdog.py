"""The watchdog: nobody stays in a state without a live channel, whatever went missing on the way.

Theory of operation. Every few seconds Asterisk is asked for everything that is live, and the engine says
where its books differ (`acd.core.drift`). Nearly every difference is news that is still on its way, gone at
the next look; one that was there at every look for `TOLERATED_S` is a fault. Then, and only then, the whole
is resynchronised, the way it is after each login: no offer is made until it is done, and what happened
after the snapshot is taken after it, so nothing newer is undone. Each difference that led to it is counted
and logged. One that is still there afterwards is said to be, once, and led to no further repair until it
has been gone.

What was seen is forgotten when the link is down: the login resynchronises anyway. A look costs Asterisk and
us in proportion to what is live, so the pause between two grows with what the last one took.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from acd.core.drift import Difference
from acd.errors import AmiError
from contact.events import TelephonyResynced
from runtime.clock import Clock

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.5
TOLERATED_S = 5.0
LOOK_SHARE = 0.04
"""At most this share of the time is spent on looking."""


class Watchdog:
    """Looks, remembers what lasts, and asks for a resynchronisation."""

    def __init__(
        self,
        *,
        look: Callable[[], Awaitable[TelephonyResynced]],
        drift: Callable[[TelephonyResynced], frozenset[Difference]],
        repair: Callable[[], None],
        count: Callable[[str], None],
        clock: Clock,
    ) -> None:
        """Prepare. `look` raises `AmiError` where Asterisk cannot be asked; `repair` resynchronises."""
        self._look = look
        self._drift = drift
        self._repair = repair
        self._count = count
        self._clock = clock
        self._since: dict[Difference, float] = {}
        self._repaired: set[Difference] = set()
        self._stubborn: set[Difference] = set()

    async def run(self) -> None:
        """Look until cancelled."""
        pause_s = LOOK_EVERY_S
        while True:
            await asyncio.sleep(pause_s)
            began = self._clock.now()
            await self.look()
            pause_s = max(LOOK_EVERY_S, (self._clock.now() - began) / LOOK_SHARE)

    async def look(self) -> None:
        """Look once, and have repaired what has lasted too long."""
        try:
            found = await self._look()
        except AmiError as error:
            log.debug("nothing to compare with: %s", error)
            self._since.clear()
            self._repaired.clear()
            return
        self._compare(self._drift(found))

    def _compare(self, differences: frozenset[Difference]) -> None:
        now = self._clock.now()
        self._since = {one: self._since.get(one, now) for one in differences}
        self._stubborn &= differences
        for one in sorted((self._repaired & differences) - self._stubborn):
            self._stubborn.add(one)
            log.error("%s of %s is there after a resynchronisation too", one.fault, one.key)
        self._repaired &= differences
        lasting = [one for one in sorted(differences) if self._lasts(one, now)]
        if not lasting:
            return
        for one in lasting:
            self._count(one.fault)
            log.warning("%s of %s for %.1f s: repaired", one.fault, one.key, now - self._since[one])
        self._repaired.update(lasting)
        for one in lasting:
            del self._since[one]
        self._repair()

    def _lasts(self, one: Difference, now: float) -> bool:
        return one not in self._repaired and now - self._since[one] >= TOLERATED_S
