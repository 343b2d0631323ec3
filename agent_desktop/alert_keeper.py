"""Who has the alerts judged every second, and asks how many cases wait for the CRM.

Whoever tells recipients of alerts follows each look; nothing here waits for a message to be sent.
"""

import asyncio
import logging
from collections.abc import Callable

from agent_desktop.feed import Feed
from agent_desktop.measure import DesktopMeasures
from agent_desktop.notifier import Notifier
from agent_desktop.reading import readings
from contact.day import GetDeliveries
from contact.errors import CentralaError
from contact.times import Seconds
from runtime.bus import Bus
from runtime.clock import Clock

log = logging.getLogger(__name__)

JUDGE_EVERY_S = 1.0
DELIVERIES_EVERY_S = 15.0


class AlertKeeper:
    """Keeps the feed's alerts up to the moment."""

    def __init__(
        self,
        *,
        feed: Feed,
        bus: Bus,
        clock: Clock,
        measures: DesktopMeasures,
        notifier: Notifier,
        changed: Callable[[], None],
    ) -> None:
        """Call `changed` when an alert came or went."""
        self._feed = feed
        self._bus = bus
        self._clock = clock
        self._measures = measures
        self._notifier = notifier
        self._changed = changed
        self._undelivered: int | None = None
        self._asked_at: Seconds | None = None

    async def run(self) -> None:
        """Go on with what stood before a restart, then work until cancelled."""
        await self._notifier.restore()
        while True:
            await self.look()
            await asyncio.sleep(JUDGE_EVERY_S)

    async def look(self) -> None:
        """Judge the readings of now."""
        now = self._clock.now()
        if self._asked_at is None or now - self._asked_at >= DELIVERIES_EVERY_S:
            self._asked_at = now
            self._undelivered = await self._ask()
        before = set(self._feed.alerts.raised)
        found = readings(self._feed, now, undelivered=self._undelivered)
        judged = self._feed.alerts.judge(found, now)
        # Queues are not known before routing has answered for the first time.
        gone = bool(self._feed.queues) and self._feed.alerts.keep_queues(self._feed.queues)
        if judged or gone:
            self._tell(before)
        self._notifier.follow()

    def _tell(self, before: set[str]) -> None:
        for name in sorted(self._feed.alerts.raised.keys() - before):
            log.warning("alert: %s at %g", name, self._feed.alerts.raised[name].reading)
        for name in sorted(before - self._feed.alerts.raised.keys()):
            log.info("alert over: %s", name)
        self._measures.alerts.set(len(self._feed.alerts.raised))
        self._changed()

    async def _ask(self) -> int | None:
        try:
            return (await self._bus.request(GetDeliveries())).pending
        except CentralaError:
            return None
