"""What every test runs under: no task outlives it, and hypothesis has no time limits (benchmarks have).

A run of the tests judges a change, so it draws the same random histories each time; `make soak` draws others
each time, twenty times as many, and is where to look for new ones. What it finds becomes a test of its own.
"""

import asyncio
import inspect
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer

from tests.lanes import Lanes

settings.register_profile(
    "centrala",
    deadline=None,
    derandomize=True,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "soak", settings.get_profile("centrala"), derandomize=False, max_examples=1000, print_blob=True
)
settings.load_profile("centrala")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have every test that is a coroutine leave no task of its own behind."""
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.function):
            item.fixturenames.insert(0, "_no_task_left")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what tests have measured on the way (`record_property`), whichever process they ran in."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {name} {value}")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Lanes:
    """Share the tests out to several processes by `tests/lanes.py`."""
    return Lanes(config, log)


@pytest.fixture
async def _no_task_left() -> AsyncIterator[None]:
    before = asyncio.all_tasks()
    yield
    await asyncio.sleep(0)  # a task that was cancelled last has yet to run to its end
    left = {task for task in asyncio.all_tasks() - before - {asyncio.current_task()} if not task.done()}
    assert not left, f"tasks left behind: {left}"
