"""Opening hours as named schedules: a week, exceptions to it, and public holidays, on one clock.

Theory of operation. A `Schedule` is what people write, as text. `read_hours` makes `Hours` of it, which
decide. Each day is governed by one rule: by the first exception whose dates hold it; else, on a public
holiday, by the holiday hours; else by the week. Which days are public holidays is asked of a function, and
the moment is an argument, so the same call gives the same verdict in a test, in the IVR and on a page.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import NewType, TypeAlias

from contact.ids import Language
from contact.opening import OpeningError, Window, moment_of, read_window
from contact.times import Seconds

ScheduleId = NewType("ScheduleId", str)
Holiday: TypeAlias = Callable[[date], str]
"""The name of the public holiday that a day is, "" for none."""

WINDOWS_MAX = 50
EXCEPTIONS_MAX = 200
AHEAD_DAYS = 60
"""So far ahead the next change of state is looked for."""


class Because(StrEnum):
    """Which rule governs a day."""

    WEEK = "week"
    EXCEPTION = "exception"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleException:
    """On the days `first` to `last` (ISO dates, both included) other `hours` count; none: closed.

    Whoever calls outside them is led to `destination`, a name that flows give their places; "" is where any
    closed hour leads.
    """

    first: str
    last: str
    hours: tuple[str, ...] = ()
    destination: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A schedule as people write it: windows such as `mon-fri 08:00-16:00` on the clock of `zone`.

    `holidays` is the country whose public holidays have `holiday_hours` (none: closed), "" for no country.
    """

    schedule: ScheduleId
    names: tuple[tuple[Language, str], ...]
    zone: str
    week: tuple[str, ...]
    exceptions: tuple[ScheduleException, ...] = ()
    holidays: str = ""
    holiday_hours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceptional:
    """An exception, read."""

    first: date
    last: date
    windows: tuple[Window, ...]
    destination: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A schedule, read."""

    zone: tzinfo
    week: tuple[Window, ...]
    exceptions: tuple[Exceptional, ...]
    holiday: Holiday
    holiday_windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether it is open, by which rule, and where an exception leads those who find it closed.

    `title` names the exception or the holiday.
    """

    is_open: bool
    because: Because
    destination: str = ""
    title: str = ""


def read_hours(schedule: Schedule, zone: tzinfo, holiday: Holiday) -> Hours:
    """Return what `schedule` says, on the clock of `zone`.

    Raises:
        OpeningError: a window or a date cannot be read, or there are too many; the text names the field.

    """
    if len(schedule.exceptions) > EXCEPTIONS_MAX:
        raise OpeningError(f"exceptions: more than {EXCEPTIONS_MAX}")
    return Hours(
        zone=zone,
        week=_windows("week", schedule.week),
        exceptions=tuple(_exception(f"exceptions.{i}", one) for i, one in enumerate(schedule.exceptions)),
        holiday=holiday,
        holiday_windows=_windows("holiday_hours", schedule.holiday_hours),
    )


def verdict(hours: Hours, at: Seconds) -> Verdict:
    """Say whether it is open at the moment `at`."""
    day = datetime.fromtimestamp(at, hours.zone).date()
    is_open = any(begins <= at < ends for begins, ends in _stretches(hours, day))
    exception = _exception_of(hours, day)
    if exception is not None:
        destination = "" if is_open else exception.destination
        return Verdict(
            is_open=is_open, because=Because.EXCEPTION, destination=destination, title=exception.title
        )
    name = hours.holiday(day)
    return Verdict(is_open=is_open, because=Because.HOLIDAY if name else Because.WEEK, title=name)


def changes_at(hours: Hours, at: Seconds) -> Seconds | None:
    """Return when it next opens or closes after `at`, None where it does not within `AHEAD_DAYS`."""
    is_open = verdict(hours, at).is_open
    day = datetime.fromtimestamp(at, hours.zone).date()
    for offset in range(AHEAD_DAYS + 1):
        bounds = sorted({one for pair in _stretches(hours, day + timedelta(days=offset)) for one in pair})
        for bound in bounds:
            if bound > at and verdict(hours, bound).is_open is not is_open:
                return bound
    return None


def _stretches(hours: Hours, day: date) -> Iterator[tuple[Seconds, Seconds]]:
    """Yield beginning and end of each window that governs `day`."""
    midnight = datetime.combine(day, time.min, hours.zone)
    for window in _windows_of(hours, day):
        if day.weekday() in window.days:
            yield moment_of(midnight, window.opens), moment_of(midnight, window.closes)


def _windows_of(hours: Hours, day: date) -> tuple[Window, ...]:
    exception = _exception_of(hours, day)
    if exception is not None:
        return exception.windows
    return hours.holiday_windows if hours.holiday(day) else hours.week


def _exception_of(hours: Hours, day: date) -> Exceptional | None:
    return next((one for one in hours.exceptions if one.first <= day <= one.last), None)


def _exception(place: str, read: ScheduleException) -> Exceptional:
    first, last = _day(f"{place}.first", read.first), _day(f"{place}.last", read.last)
    if last < first:
        raise OpeningError(f"{place}: ends before it begins")
    return Exceptional(
        first=first,
        last=last,
        windows=_windows(f"{place}.hours", read.hours),
        destination=read.destination,
        title=read.title,
    )


def _day(place: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise OpeningError(f"{place}: {text!r} is no date such as 2026-12-24") from None


def _windows(place: str, texts: Sequence[str]) -> tuple[Window, ...]:
    if len(texts) > WINDOWS_MAX:
        raise OpeningError(f"{place}: more than {WINDOWS_MAX}")
    found = []
    for i, text in enumerate(texts):
        try:
            found.append(read_window(text))
        except OpeningError as error:
            raise OpeningError(f"{place}.{i}: {error}") from None
    return tuple(found)
