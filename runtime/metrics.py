"""Prometheus metrics of the process: one registry, the event loop's lag, and what each role depends on.

The lag is how much later than asked a timer fires. Everything a caller or consultant waits for in this
process waits at least that long, so it is the first number to look at when something is slow.
"""

import asyncio
import contextlib
import platform
from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Gauge,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

Health = dict[str, str]
"""Dependency to `ok`, or to the reason why not."""

OK = "ok"
LAG_EVERY_S = 0.1
_LAG_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class DependencyCollector(Collector):
    """`centrala_dependency_up{dependency=}`: 1 or 0, asked for when Prometheus asks."""

    def __init__(self, health: Callable[[], Health]) -> None:
        """Read from `health` at every scrape."""
        self._health = health

    def collect(self) -> list[GaugeMetricFamily]:
        """Return one gauge with a sample a dependency."""
        gauge = GaugeMetricFamily(
            "centrala_dependency_up", "Whether a dependency works (1) or not (0)", labels=["dependency"]
        )
        for name, state in self._health().items():
            gauge.add_metric([name], 1.0 if state == OK else 0.0)
        return [gauge]


def new_registry(*, version: str, health: Callable[[], Health]) -> CollectorRegistry:
    """Return a registry with the process's own figures, its version and its dependencies."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    build = Info("centrala_build", "Version of Centrala and of Python", registry=registry)
    build.info({"version": version, "python": platform.python_version()})
    registry.register(DependencyCollector(health))
    return registry


def render(registry: CollectorRegistry) -> bytes:
    """Return everything in `registry` in Prometheus's text form."""
    return generate_latest(registry)


class LoopLag:
    """Measures the event loop's lag ten times a second, from `start` to `stop`."""

    def __init__(self, *, registry: CollectorRegistry) -> None:
        """Declare `centrala_event_loop_lag_seconds` and `centrala_event_loop_lag_last_seconds`."""
        self._histogram = Histogram(
            "centrala_event_loop_lag_seconds",
            "How much later than asked a timer of the event loop fired",
            buckets=_LAG_BUCKETS_S,
            registry=registry,
        )
        self._last = Gauge("centrala_event_loop_lag_last_seconds", "The lag measured last", registry=registry)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to measure."""
        if self._task is None:
            self._task = asyncio.create_task(self._measure(), name="event loop lag")

    async def stop(self) -> None:
        """Stop measuring; what was measured stays readable."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def observe(self, lag_s: float) -> None:
        """Count one measured lag; a timer that fired early counts as none."""
        lag_s = max(0.0, lag_s)
        self._histogram.observe(lag_s)
        self._last.set(lag_s)

    async def _measure(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LAG_EVERY_S
            await asyncio.sleep(LAG_EVERY_S)
            self.observe(loop.time() - due)
