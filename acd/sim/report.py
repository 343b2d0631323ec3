"""The report of a simulation: estimates over all its runs, as a table for people and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from acd.sim.estimate import CONFIDENCE, Estimate, estimate
from acd.sim.figures import NAMES, Figures, RunFigures
from acd.sim.workload import HALF_HOUR_S, Workload

_DAY_S = 86_400.0

Estimates = Mapping[str, Estimate | None]
"""Estimates of the figures of `acd.sim.figures.Figures` by their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfHour:
    """One half hour: when it begins, who was rostered, what was met; `expected` calls by the workload."""

    begins: str
    agents: int
    expected: float
    estimates: Estimates


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that the runs of one workload say."""

    name: str
    seeds: tuple[int, ...]
    service_level_s: float
    everything: Estimates
    types: Mapping[str, Estimates]
    half_hours: tuple[HalfHour, ...]


def report(workload: Workload, seeds: Sequence[int], runs: Sequence[RunFigures]) -> Report:
    """Return the report of `runs`, one for each of `seeds`."""
    staff = workload.staff()
    return Report(
        name=workload.name,
        seeds=tuple(seeds),
        service_level_s=workload.service_level_s,
        everything=_estimates([run.everything for run in runs]),
        types={kind.name: _estimates([run.types[kind.name] for run in runs]) for kind in workload.types},
        half_hours=tuple(
            HalfHour(
                begins=clock(workload.begins_s + slot * HALF_HOUR_S),
                agents=staff[slot],
                expected=workload.calls[slot],
                estimates=_estimates([run.half_hours[slot] for run in runs]),
            )
            for slot in range(len(workload.calls))
        ),
    )


def table(found: Report) -> str:
    """Return the report as text; ± is half the 95 % confidence interval over the runs."""
    head = (
        *("", "agents", "calls", f"in {found.service_level_s:g} s, %", "asa, s", "wait, s"),
        *("abandoned, %", "blocked, %", "occupancy, %"),
    )
    rows = [(half.begins, str(half.agents), *_cells(half.estimates)) for half in found.half_hours]
    types = [(name, "", *_cells(estimates)) for name, estimates in found.types.items()]
    whole = ("all", "", *_cells(found.everything))
    lines = [*columns([head, *rows]), "", *columns([head, *types, whole])]
    unserved = found.everything["unserved"]
    if unserved is not None and unserved.mean > 0:
        lines += ["", f"{unserved.mean:.1f} calls a run still waited at the end: no agent may take them"]
    return "\n".join([f"{found.name}: {len(found.seeds)} runs", "", *lines])


def as_json(found: Report) -> dict[str, Any]:
    """Return the report in JSON's types: each figure as `mean` and `half_width`, null where unknown."""
    return {
        "name": found.name,
        "seeds": list(found.seeds),
        "confidence": CONFIDENCE,
        "service_level_s": found.service_level_s,
        "all": _plain(found.everything),
        "types": {name: _plain(estimates) for name, estimates in found.types.items()},
        "half_hours": [
            {
                "begins": half.begins,
                "agents": half.agents,
                "expected_calls": half.expected,
                **_plain(half.estimates),
            }
            for half in found.half_hours
        ],
    }


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows as lines of aligned columns, the first to the left, the others to the right."""
    widths = [max(len(row[number]) for row in rows) for number in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if number == 0 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def clock(at_s: float) -> str:
    """Return a time of day as `HH:MM`."""
    minutes = int(at_s % _DAY_S) // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _estimates(found: Sequence[Figures]) -> Estimates:
    values = [one.values() for one in found]
    return {name: estimate([one[name] for one in values]) for name in NAMES}


def _cells(estimates: Estimates) -> tuple[str, ...]:
    return (
        _cell(estimates["calls"], 1.0, 0),
        _cell(estimates["service_level"], 100.0, 1),
        _cell(estimates["asa_s"], 1.0, 1),
        _cell(estimates["wait_s"], 1.0, 1),
        _cell(estimates["abandoned_share"], 100.0, 1),
        _cell(estimates["blocked_share"], 100.0, 1),
        _cell(estimates["occupancy"], 100.0, 1),
    )


def _cell(found: Estimate | None, scale: float, digits: int) -> str:
    if found is None:
        return "-"
    mean = f"{found.mean * scale:.{digits}f}"
    return mean if found.half_width is None else f"{mean} ±{found.half_width * scale:.{digits}f}"


def _plain(estimates: Estimates) -> dict[str, Any]:
    return {
        name: None if found is None else {"mean": found.mean, "half_width": found.half_width}
        for name, found in estimates.items()
    }
