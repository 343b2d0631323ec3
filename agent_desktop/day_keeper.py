"""Who asks the store for the day: at start, again after midnight, and until the store answers."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from zoneinfo import ZoneInfo

from agent_desktop.day import bounds_of_day
from agent_desktop.feed import Feed
from contact.errors import CentralaError
from runtime.bus import Bus
from runtime.clock import Clock

log = logging.getLogger(__name__)

RETRY_S = 2.0
LOOK_EVERY_S = 1.0
"""How late after midnight, or after a service level time has changed, the day is asked for anew."""


class DayKeeper:
    """Keeps the feed's day the one that it is in the city."""

    def __init__(
        self, *, feed: Feed, bus: Bus, clock: Clock, zone: ZoneInfo, changed: Callable[[], None]
    ) -> None:
        """Call `changed` when the figures of a whole day came in."""
        self._feed = feed
        self._bus = bus
        self._clock = clock
        self._zone = zone
        self._changed = changed
        self._away = False
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Have it looked at once: the queues may be known now."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            pause_s = LOOK_EVERY_S if await self.look() else RETRY_S
            self._woken.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._woken.wait()

    async def look(self) -> bool:
        """Ask for the day where it is not today's or counts other times; False if the store is away."""
        now = self._clock.now()
        within = {queue: one.service_level_s for queue, one in self._feed.queues.items()}
        if not within or self._feed.day.is_of(now, within):
            return True
        begins_at, ends_at = bounds_of_day(now, self._zone)
        asked = self._feed.day.ask(begins_at=begins_at, ends_at=ends_at, within=within, now=now)
        try:
            reply = await self._bus.request(asked)
        except CentralaError as error:
            log.log(logging.DEBUG if self._away else logging.WARNING, "no figures of today: %s", error)
            self._away = True
            return False
        self._away = False
        self._feed.day.start_from(asked, reply)
        self._changed()
        return True
