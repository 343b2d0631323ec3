"""Opening hours: the stretches of a week in which something is open, by the clock on people's wall."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from contact.errors import CentralaError
from contact.times import Seconds

DAY_MINUTES = 24 * 60
WEEK_DAYS = 7
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(
    r"(?:(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))? )?(?P<opens>\d\d:\d\d)-(?P<closes>\d\d:\d\d)"
)


class OpeningError(CentralaError):
    """Opening hours that cannot be read; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """On each of `days` (Monday is 0), from minute `opens` of the day until before minute `closes`."""

    days: frozenset[int]
    opens: int
    closes: int


def read_window(text: str) -> Window:
    """Return the window that `mon-fri 08:00-20:00`, `sat 09:00-12:00` or `00:00-24:00` says.

    Raises:
        OpeningError: it has another form, or ends before it begins.

    """
    found = _WINDOW.fullmatch(text)
    if found is None:
        raise OpeningError('not of the form "mon-fri 08:00-20:00" or "08:00-20:00"')
    opens, closes = _minute(found["opens"]), _minute(found["closes"])
    if closes <= opens:
        raise OpeningError("ends before it begins; give two windows for a night")
    return Window(days=_days(found["first"], found["last"]), opens=opens, closes=closes)


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
                begins, ends = (moment_of(midnight, minutes) for minutes in (window.opens, window.closes))
                found.append((begins, ends))
    return found


def moment_of(midnight: datetime, minutes: int) -> Seconds:
    """Return when the clock shows so many minutes after midnight, also on a day of 23 or 25 hours."""
    days, rest = divmod(minutes, DAY_MINUTES)
    return (midnight + timedelta(days=days, minutes=rest)).timestamp()


def _minute(text: str) -> int:
    hour, minute = int(text[:2]), int(text[3:])
    if minute >= 60 or hour * 60 + minute > DAY_MINUTES:  # noqa: PLR2004 - minutes of an hour
        raise OpeningError(f"{text} is no time of day")
    return hour * 60 + minute


def _days(first: str | None, last: str | None) -> frozenset[int]:
    if first is None:
        return frozenset(range(len(DAYS)))
    for name in (first, last or first):
        if name not in DAYS:
            raise OpeningError(f"no day {name}; there are {', '.join(DAYS)}")
    begin, end = DAYS.index(first), DAYS.index(last or first)
    count = (end - begin) % len(DAYS) + 1
    return frozenset((begin + offset) % len(DAYS) for offset in range(count))
