"""The figures of one run: of all calls, of each type, of each half hour."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields

from acd.core.measures import CallTally
from acd.sim.driver import Run, SimulatedCall
from acd.sim.workload import HALF_HOUR_S, Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one group of calls met in one run. Shares are from 0 to 1, None where nothing was to count.

    `calls` are all that came, blocked ones too. `wait_s` is the mean wait of all that were not blocked,
    `asa_s` that of the answered ones. `occupancy` is known for half hours and the whole. `unserved` still
    waited when the run ended.
    """

    calls: float
    answered: float
    service_level: float | None
    asa_s: float | None
    wait_s: float | None
    wait_max_s: float
    abandoned_share: float | None
    blocked_share: float | None
    occupancy: float | None
    unserved: float

    def values(self) -> dict[str, float | None]:
        """Return the figures by name."""
        return asdict(self)


NAMES = tuple(field.name for field in fields(Figures))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFigures:
    """The figures of one run; `types` in the order of the workload, `half_hours` from its beginning."""

    everything: Figures
    types: Mapping[str, Figures]
    half_hours: tuple[Figures, ...]


def figures(run: Run, workload: Workload) -> RunFigures:
    """Return the figures of `run`; calls that joined during the warm-up are left out."""
    begins_at = workload.begins_s + workload.warm_up_s
    counted = [call for call in run.calls if call.joined_at >= begins_at]
    by_type: dict[str, list[SimulatedCall]] = {one.name: [] for one in workload.types}
    by_slot: list[list[SimulatedCall]] = [[] for _ in workload.calls]
    for call in counted:
        by_type[call.kind.name].append(call)
        by_slot[int((call.joined_at - workload.begins_s) // HALF_HOUR_S)].append(call)
    within_s = workload.service_level_s
    return RunFigures(
        everything=_figures(counted, within_s, run.agents.occupancy()),
        types={name: _figures(calls, within_s, None) for name, calls in by_type.items()},
        half_hours=tuple(
            _figures(calls, within_s, run.agents.occupancy(slot)) for slot, calls in enumerate(by_slot)
        ),
    )


def _figures(calls: Iterable[SimulatedCall], within_s: float, occupancy: float | None) -> Figures:
    tally = CallTally(within_s=within_s)
    came = blocked = unserved = 0
    for call in calls:
        came += 1
        if call.blocked:
            blocked += 1
        elif call.wait_s is None:
            unserved += 1
        elif call.answered:
            tally.add_answered(call.wait_s)
        else:
            tally.add_abandoned(call.wait_s)
    return Figures(
        calls=float(came),
        answered=float(tally.answered),
        service_level=tally.service_level,
        asa_s=tally.asa_s,
        wait_s=tally.mean_wait_s,
        wait_max_s=tally.wait_max_s,
        abandoned_share=tally.abandoned_share,
        blocked_share=blocked / came if came else None,
        occupancy=occupancy,
        unserved=float(unserved),
    )
