"""Quantiles of measured durations, and how they are written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured of one thing: how often, and its quantiles in milliseconds."""

    count: int
    p50_ms: float
    p99_ms: float
    max_ms: float

    @classmethod
    def of(cls, durations_s: Sequence[float]) -> "Figures":
        """Return the figures of some durations in seconds; raise `ValueError` for none."""
        if not durations_s:
            message = "nothing was measured"
            raise ValueError(message)
        ordered = sorted(durations_s)
        return cls(
            count=len(ordered),
            p50_ms=median(ordered) * 1000,
            p99_ms=quantile(ordered, 0.99) * 1000,
            max_ms=ordered[-1] * 1000,
        )


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` of the `ordered` ones do not exceed."""
    rank = -(-len(ordered) * share // 1)
    return ordered[max(0, min(len(ordered), int(rank)) - 1)]


def milliseconds(value: float) -> str:
    """Return a duration as the tables show it: three figures, no false precision."""
    if value >= 100:  # noqa: PLR2004 - from here on no decimals
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"
