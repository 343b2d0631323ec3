"""Estimates over replications: a mean and how far off it may be, by Student's t.

Runs with different seeds are independent, so the standard error of their mean is honest however much the
waits within one run hang together.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev

CONFIDENCE = 0.95

_T = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
"""The 0.975 quantile of Student's t for 1 to 30 degrees of freedom (any statistical table)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean over `count` runs with its standard error, None where one run alone cannot tell it."""

    mean: float
    error: float | None
    count: int

    @property
    def half_width(self) -> float | None:
        """Return half the width of the 95 % confidence interval."""
        return None if self.error is None else t_quantile(self.count - 1) * self.error


def estimate(values: Sequence[float | None]) -> Estimate | None:
    """Return the estimate from one value of each run; runs without a value are left out."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    error = stdev(known) / math.sqrt(len(known)) if len(known) > 1 else None
    return Estimate(mean=fmean(known), error=error, count=len(known))


def t_quantile(freedom: int) -> float:
    """Return the 0.975 quantile of Student's t; above 30 degrees by Cornish and Fisher's expansion."""
    if freedom <= len(_T):
        return _T[freedom - 1]
    z = NormalDist().inv_cdf((1.0 + CONFIDENCE) / 2.0)
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
