"""Replications: the same workload with several seeds, on as many processors as there are."""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Protocol, Self

from acd.sim.driver import simulate
from acd.sim.figures import RunFigures, figures
from acd.sim.workload import Workload

Progress = Callable[[float], None]
"""Hears how much of the work is done, from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What differs from the workload as it is: agents by half hour, the service level's threshold."""

    staff: tuple[int, ...] | None = None
    service_level_s: float | None = None

    def of(self, workload: Workload) -> Workload:
        """Return the workload with these differences."""
        within_s = workload.service_level_s if self.service_level_s is None else self.service_level_s
        changed = workload if self.staff is None else workload.staffed(self.staff)
        return replace(changed, service_level_s=within_s)


AS_IT_IS = Variant()


class Replications(Protocol):
    """Whatever runs a workload with several seeds."""

    def run(self, seeds: Sequence[int], variant: Variant, progress: Progress) -> list[RunFigures]:
        """Return the figures of one run for each seed, in their order."""


def run_one(workload: Workload, seed: int, progress: Progress | None = None) -> RunFigures:
    """Return the figures of the run with `seed`."""
    return figures(simulate(workload, random.Random(seed), progress), workload)  # noqa: S311 - no secret


class InThisProcess:
    """Runs one seed after another."""

    def __init__(self, workload: Workload) -> None:
        """Run `workload`."""
        self._workload = workload

    def run(self, seeds: Sequence[int], variant: Variant, progress: Progress) -> list[RunFigures]:
        """Return the figures of one run for each seed, in their order."""
        workload = variant.of(self._workload)
        found = []
        for number, seed in enumerate(seeds):

            def tell(done: float, number: int = number) -> None:
                progress((number + done) / len(seeds))

            found.append(run_one(workload, seed, tell))
        progress(1.0)
        return found


class InProcesses:
    """Runs the seeds in `jobs` processes of its own, which end with the `with` block."""

    def __init__(self, workload: Workload, jobs: int, begin: Callable[[], None] | None = None) -> None:
        """Run `workload` in up to `jobs` processes, each of which calls `begin` first.

        The rules travel to them as plain dictionaries.
        """
        policy = workload.policy
        plain = replace(policy, queues=dict(policy.queues), reoffer_after_s=dict(policy.reoffer_after_s))
        self._workload = replace(workload, policy=plain)
        self._pool = ProcessPoolExecutor(max_workers=jobs, initializer=begin)

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the processes; what has not begun is not begun any more."""
        self._pool.shutdown(cancel_futures=True)

    def run(self, seeds: Sequence[int], variant: Variant, progress: Progress) -> list[RunFigures]:
        """Return the figures of one run for each seed, in their order."""
        workload = variant.of(self._workload)
        futures = [self._pool.submit(run_one, workload, seed) for seed in seeds]
        for number, _ in enumerate(as_completed(futures)):
            progress((number + 1) / len(seeds))
        return [future.result() for future in futures]
