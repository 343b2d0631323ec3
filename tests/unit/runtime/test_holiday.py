from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from contact.opening import OpeningError
from contact.schedule import Because, Schedule, ScheduleId, verdict
from runtime.holiday import holidays_of, hours_of


@pytest.mark.parametrize(
    ("day", "part"),
    [
        (date(2026, 1, 1), "Nowy Rok"),
        (date(2026, 4, 6), "Poniedziałek Wielkanocny"),
        (date(2027, 5, 3), "Trzeciego Maja"),
        (date(2026, 11, 11), "Niepodległości"),
        (date(2026, 12, 24), "Wigilia"),  # a public holiday since 2025
        (date(2026, 11, 12), ""),
    ],
)
def test_polands_public_holidays_are_known_by_name(day: date, part: str) -> None:
    name = holidays_of("PL")(day)
    assert part in name
    assert bool(name) is bool(part)


def test_no_country_has_no_holidays() -> None:
    assert holidays_of("")(date(2026, 1, 1)) == ""


def test_a_country_that_is_not_known_is_refused() -> None:
    with pytest.raises(OpeningError, match="no public holidays of 'XX'"):
        holidays_of("XX")


def schedule(**values: str) -> Schedule:
    usual = {"zone": "Europe/Warsaw", "holidays": "PL", **values}
    return Schedule(schedule=ScheduleId("office"), names=(), week=("00:00-24:00",), **usual)  # type: ignore[arg-type]


def test_a_schedule_is_read_with_its_clock_and_its_holidays() -> None:
    at = datetime(2026, 11, 11, 12, tzinfo=ZoneInfo("Europe/Warsaw")).timestamp()
    found = verdict(hours_of(schedule()), at)
    assert (found.is_open, found.because) == (False, Because.HOLIDAY)


@pytest.mark.parametrize("zone", ["", "Mars/Base", "/etc/passwd", "../UTC"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(OpeningError, match="there is no time zone"):
        hours_of(schedule(zone=zone))
