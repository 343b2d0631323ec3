"""Weeks and months as the city's calendar has them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from contact.times import Seconds, to_utc

_WEEK = timedelta(days=7)
_MONTHS = 12
_MONTH_DAYS_SAFE = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A week from Monday on; `name` is the date of its Monday, such as `2026-11-09`."""

    monday: date
    begins_at: Seconds
    ends_at: Seconds

    @property
    def name(self) -> str:
        """The date of its Monday."""
        return self.monday.isoformat()


def day_of(moment: Seconds, zone: ZoneInfo) -> date:
    """Return the day that it is in the city."""
    return to_utc(moment).astimezone(zone).date()


def week_of(moment: Seconds, zone: ZoneInfo) -> Week:
    """Return the week that `moment` is in."""
    day = day_of(moment, zone)
    return week_from(day - timedelta(days=day.weekday()), zone)


def week_from(monday: date, zone: ZoneInfo) -> Week:
    """Return the week of a Monday; nights with 23 and 25 hours are counted as they are."""
    return Week(monday=monday, begins_at=_midnight(monday, zone), ends_at=_midnight(monday + _WEEK, zone))


def week_before(week: Week, zone: ZoneInfo) -> Week:
    """Return the week before."""
    return week_from(week.monday - _WEEK, zone)


def months_before(moment: Seconds, months: int, zone: ZoneInfo) -> Seconds:
    """Return the midnight that began the day so many months ago; the 29th to 31st count as the 28th."""
    day = day_of(moment, zone)
    year, month = divmod(day.year * _MONTHS + day.month - 1 - months, _MONTHS)
    return _midnight(date(year, month + 1, min(day.day, _MONTH_DAYS_SAFE)), zone)


def _midnight(day: date, zone: ZoneInfo) -> Seconds:
    return datetime.combine(day, time(), zone).timestamp()
