import asyncio
from zoneinfo import ZoneInfo

import pytest

from agent_desktop.day_keeper import DayKeeper
from agent_desktop.feed import Feed
from runtime.bus import MemoryBus
from runtime.clock import SystemClock

TURNS_MAX = 20


@pytest.mark.parametrize("turns_between", range(5))
async def test_it_ends_also_when_it_is_told_to_in_the_moment_it_is_woken(turns_between: int) -> None:
    keeper = DayKeeper(
        feed=Feed(), bus=MemoryBus(), clock=SystemClock(), zone=ZoneInfo("UTC"), changed=lambda: None
    )
    running = asyncio.create_task(keeper.run())
    await _turns(5)
    keeper.wake()
    await _turns(turns_between)
    running.cancel()
    await _turns(TURNS_MAX)
    try:
        assert running.cancelled()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)
