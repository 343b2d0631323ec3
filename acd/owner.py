"""Finds out, while a caller is still in the IVR, who filed their newest open case."""

import asyncio
import logging
from collections.abc import Callable

from acd.core.engine import Engine
from contact.commands import LookUpCaller
from contact.errors import CentralaError
from contact.events import CallArrived, Input
from contact.numbers import WITHHELD
from contact.steering import OwnerFound
from runtime.bus import Bus

log = logging.getLogger(__name__)

TRIES_MAX = 10
TRY_AGAIN_S = 0.5
"""A history that is not complete was read in too little time for a screen-pop; a menu leaves more."""
LOOK_UPS_MAX = 500
"""Beyond so many at a time callers are not looked up: they are served by anybody."""


class OwnerLookUp:
    """Asks the bridge about each caller, as long as any queue keeps callers for the owners of their cases."""

    def __init__(self, *, engine: Engine, bus: Bus, feed: Callable[[Input], None]) -> None:
        """Tell what was found by `feed`."""
        self._engine = engine
        self._bus = bus
        self._feed = feed
        self._tasks: set[asyncio.Task[None]] = set()

    def hear(self, arrived: CallArrived) -> None:
        """Begin to look a caller up."""
        wanted = self._engine.keeps_for_owners and arrived.caller != WITHHELD
        if wanted and len(self._tasks) < LOOK_UPS_MAX:
            task = asyncio.create_task(self._look_up(arrived), name=f"owner of call {arrived.call}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Forget whoever is being looked up."""
        for task in self._tasks:
            task.cancel()

    async def _look_up(self, arrived: CallArrived) -> None:
        for _ in range(TRIES_MAX):
            try:
                history = await self._bus.request(LookUpCaller(caller=arrived.caller))
            except CentralaError as error:
                log.debug("call %s has no owner: %s", arrived.call, error)
                return
            if history.complete:
                owner = next((case.agent for case in history.open_cases if case.agent is not None), None)
                if owner is not None:
                    self._feed(OwnerFound(call=arrived.call, agent=owner))
                return
            await asyncio.sleep(TRY_AGAIN_S)
        log.debug("call %s has no owner: nobody could tell in time", arrived.call)
