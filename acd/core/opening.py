"""Opening hours: the stretches of the week in which citizens are called, by the clock on their wall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from contact.times import Seconds

DAY_MINUTES = 24 * 60
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """On each of `days` (Monday is 0), from minute `opens` of the day until before minute `closes`."""

    days: frozenset[int]
    opens: int
    closes: int


def opens_at(windows: Sequence[Window], zone: tzinfo, at: Seconds) -> Seconds:
    """Return the first moment from `at` on that lies in a window; `at` itself where there are none."""
    return min((max(at, begins) for begins, ends in _stretches(windows, zone, at) if ends > at), default=at)


def closes_at(windows: Sequence[Window], zone: tzinfo, at: Seconds) -> Seconds | None:
    """Return when the windows that `at` lies in are over, `at` where it lies in none; None: never."""
    if not windows:
        return None
    until = at
    for begins, ends in sorted(_stretches(windows, zone, at)):
        if begins <= until < ends:
            until = ends
    return until


def _stretches(windows: Sequence[Window], zone: tzinfo, at: Seconds) -> list[tuple[Seconds, Seconds]]:
    """Return beginning and end of each window in the week from `at` on, and on the day before it."""
    today = datetime.fromtimestamp(at, zone).date()
    found = []
    for offset in range(-1, WEEK_DAYS + 1):
        day = today + timedelta(days=offset)
        midnight = datetime.combine(day, time.min, zone)
        for window in windows:
            if day.weekday() in window.days:
                begins, ends = (_moment(midnight, minutes) for minutes in (window.opens, window.closes))
                found.append((begins, ends))
    return found


def _moment(midnight: datetime, minutes: int) -> Seconds:
    """Return when the clock shows so many minutes after midnight, also on a day of 23 or 25 hours."""
    days, rest = divmod(minutes, DAY_MINUTES)
    return (midnight + timedelta(days=days, minutes=rest)).timestamp()
