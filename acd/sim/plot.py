"""The report of a simulation as a picture, PNG or SVG by the file's name.

Drawn by matplotlib, which is an extra (`pip install 'centrala[sim]'`): it is large, and the hotline itself
has no use for it.
"""

from pathlib import Path

from acd.errors import WorkloadError
from acd.sim.report import HalfHour, Report

FORMS = (".png", ".svg")
_WIDTH_IN, _HEIGHT_IN = 10.0, 9.0
_LABELS_MAX = 24


def plot(found: Report, file: Path) -> None:
    """Draw calls and agents, service level and occupancy, and waits by half hour; raise `WorkloadError`."""
    if file.suffix not in FORMS:
        raise WorkloadError(f"{file}: a plot is a {' or '.join(FORMS)} file")
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - an extra; only a plot needs it
    except ImportError:
        raise WorkloadError("a plot needs matplotlib: pip install 'centrala[sim]'") from None
    places = list(range(len(found.half_hours)))
    figure = Figure(figsize=(_WIDTH_IN, _HEIGHT_IN), layout="constrained")
    staff, shares, waits = figure.subplots(3, 1, sharex=True)
    figure.suptitle(f"{found.name}: {len(found.seeds)} runs, bars are 95 % confidence")
    staff.step(places, [half.agents for half in found.half_hours], where="mid", label="agents")
    for axes, name, scale, label in (
        (staff, "calls", 1.0, "calls"),
        (shares, "service_level", 100.0, f"answered in {found.service_level_s:g} s, %"),
        (shares, "occupancy", 100.0, "occupancy, %"),
        (shares, "abandoned_share", 100.0, "abandoned, %"),
        (waits, "asa_s", 1.0, "average speed of answer, s"),
    ):
        where, means, widths = series(found.half_hours, name, scale)
        axes.errorbar(where, means, yerr=widths, capsize=2, marker=".", label=label)
    for axes in (staff, shares, waits):
        axes.grid(visible=True, alpha=0.3)
        axes.set_ylim(bottom=0)
        axes.legend(loc="best")
    step = -(-len(places) // _LABELS_MAX)
    waits.set_xticks(places[::step], [half.begins for half in found.half_hours[::step]], rotation=60)
    try:
        figure.savefig(file)
    except OSError as error:
        raise WorkloadError(f"{file}: {error}") from None


def series(
    half_hours: tuple[HalfHour, ...], name: str, scale: float
) -> tuple[list[int], list[float], list[float]]:
    """Return where a figure is known, its means and half its confidence intervals there."""
    known = [
        (slot, found) for slot, half in enumerate(half_hours) if (found := half.estimates[name]) is not None
    ]
    return (
        [slot for slot, _ in known],
        [found.mean * scale for _, found in known],
        [(found.half_width or 0.0) * scale for _, found in known],
    )
