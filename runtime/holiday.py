"""Public holidays, as the `holidays` library knows them: by country, with the name in its own language."""

from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from contact.opening import OpeningError
from contact.schedule import Holiday, Hours, Schedule, read_hours

NO_COUNTRY = ""


def holidays_of(country: str) -> Holiday:
    """Return the function that names the public holidays of `country` (ISO 3166, such as `PL`).

    Raises:
        OpeningError: the library knows no such country.

    """
    if country == NO_COUNTRY:
        return _no_holiday
    try:
        known = _calendar(country)
    except NotImplementedError:
        raise OpeningError(f"holidays: no public holidays of {country!r} are known") from None

    def name(day: date) -> str:
        return known.get(day, "")

    return name


def hours_of(schedule: Schedule) -> Hours:
    """Return a schedule, read with its clock and its holidays; raise `OpeningError` naming the field."""
    try:
        zone = ZoneInfo(schedule.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise OpeningError(f"zone: there is no time zone {schedule.zone!r}") from None
    return read_hours(schedule, zone, holidays_of(schedule.holidays))


@lru_cache(maxsize=32)
def _calendar(country: str) -> holidays.HolidayBase:
    language = holidays.country_holidays(country).default_language
    return holidays.country_holidays(country, language=language)


def _no_holiday(_: date) -> str:
    return ""
