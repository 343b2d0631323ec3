from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from contact.ids import Language
from contact.opening import OpeningError
from contact.schedule import (
    EXCEPTIONS_MAX,
    WINDOWS_MAX,
    Because,
    Hours,
    Schedule,
    ScheduleException,
    ScheduleId,
    changes_at,
    read_hours,
    verdict,
)

WARSAW = ZoneInfo("Europe/Warsaw")
HOLIDAYS = {date(2026, 11, 11): "Święto Niepodległości"}
CHRISTMAS = ScheduleException(
    first="2026-12-24", last="2026-12-26", destination="christmas", title="Boże Narodzenie"
)
SHORT = ScheduleException(first="2026-12-31", last="2026-12-31", hours=("08:00-12:00",), title="Sylwester")


def schedule(**values: object) -> Schedule:
    usual: dict[str, object] = {
        "schedule": ScheduleId("office"),
        "names": ((Language("pl"), "Urząd"),),
        "zone": "Europe/Warsaw",
        "week": ("mon 08:00-18:00", "tue-fri 08:00-16:00"),
        "exceptions": (CHRISTMAS, SHORT),
        "holidays": "PL",
    }
    return Schedule(**{**usual, **values})  # type: ignore[arg-type]


def hours(**values: object) -> Hours:
    return read_hours(schedule(**values), WARSAW, lambda day: HOLIDAYS.get(day, ""))


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW).timestamp()


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23T17:59", True),  # Monday
        ("2026-11-23T18:00", False),
        ("2026-11-24T07:59", False),
        ("2026-11-24T08:00", True),
        ("2026-11-24T16:00", False),
        ("2026-11-28T12:00", False),  # Saturday
    ],
)
def test_the_week_counts_by_the_clock_of_the_zone(moment: str, *, is_open: bool) -> None:
    found = verdict(hours(), at(moment))
    assert (found.is_open, found.because, found.destination) == (is_open, Because.WEEK, "")


def test_a_public_holiday_has_hours_of_its_own_or_none() -> None:
    noon = at("2026-11-11T12:00")  # Wednesday
    found = verdict(hours(), noon)
    assert (found.is_open, found.because, found.title) == (False, Because.HOLIDAY, "Święto Niepodległości")
    assert verdict(hours(holiday_hours=("10:00-14:00",)), noon).is_open
    assert not verdict(hours(holiday_hours=("10:00-14:00",)), at("2026-11-11T14:00")).is_open


def test_an_exception_goes_before_week_and_holiday() -> None:
    every_day = hours(week=("00:00-24:00",))
    closed = verdict(every_day, at("2026-12-25T12:00"))
    assert (closed.is_open, closed.because) == (False, Because.EXCEPTION)
    assert (closed.destination, closed.title) == ("christmas", "Boże Narodzenie")
    assert verdict(every_day, at("2026-12-27T00:00")).is_open
    open_on_a_holiday = ScheduleException(first="2026-11-11", last="2026-11-11", hours=("08:00-10:00",))
    assert verdict(hours(exceptions=(open_on_a_holiday,)), at("2026-11-11T09:00")).is_open


def test_other_hours_lead_nowhere_else_while_they_are_open() -> None:
    led = ScheduleException(first="2026-12-31", last="2026-12-31", hours=("08:00-12:00",), destination="eve")
    assert verdict(hours(exceptions=(led,)), at("2026-12-31T11:59")).destination == ""
    assert verdict(hours(exceptions=(led,)), at("2026-12-31T12:00")).destination == "eve"


def test_of_two_exceptions_for_a_day_the_first_counts() -> None:
    both = (SHORT, ScheduleException(first="2026-12-01", last="2026-12-31"))
    assert verdict(hours(exceptions=both), at("2026-12-31T09:00")).is_open


@pytest.mark.parametrize(
    ("moment", "change"),
    [
        ("2026-11-23T12:00", "2026-11-23T18:00"),
        ("2026-11-27T20:00", "2026-11-30T08:00"),
        ("2026-11-10T20:00", "2026-11-12T08:00"),  # over the holiday
        ("2026-12-23T17:00", "2026-12-28T08:00"),  # over the exception and the week-end
        ("2026-12-31T09:00", "2026-12-31T12:00"),
    ],
)
def test_the_next_change_is_found(moment: str, change: str) -> None:
    assert changes_at(hours(), at(moment)) == at(change)


def test_what_is_always_open_or_never_changes_not() -> None:
    monday = at("2026-11-23T12:00")
    assert changes_at(hours(week=("00:00-24:00",), exceptions=()), monday) is None
    assert changes_at(hours(week=(), exceptions=()), monday) is None


def test_the_night_in_which_the_clock_is_put_back_is_open_an_hour_longer() -> None:
    night = hours(week=("00:00-06:00",), exceptions=())
    begins = at("2026-10-25T00:00")
    assert changes_at(night, begins) == begins + 7 * 3600


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"week": ("mon-fri 8-16",)}, "week.0: not of the form"),
        ({"week": ("mon 08:00-18:00", "tue 25:00-26:00")}, "week.1: 25:00 is no time of day"),
        ({"holiday_hours": ("12:00-10:00",)}, "holiday_hours.0: ends before it begins"),
        ({"exceptions": (ScheduleException(first="24.12", last="24.12"),)}, "exceptions.0.first: '24.12'"),
        (
            {"exceptions": (ScheduleException(first="2026-12-24", last="2026-12-23"),)},
            "exceptions.0: ends before it begins",
        ),
        (
            {"exceptions": (ScheduleException(first="2026-12-24", last="2026-12-24", hours=("x",)),)},
            "exceptions.0.hours.0: not of the form",
        ),
        ({"week": ("00:00-24:00",) * (WINDOWS_MAX + 1)}, f"week: more than {WINDOWS_MAX}"),
        ({"exceptions": (CHRISTMAS,) * (EXCEPTIONS_MAX + 1)}, f"exceptions: more than {EXCEPTIONS_MAX}"),
    ],
)
def test_a_mistake_is_named_with_its_place(values: dict[str, object], said: str) -> None:
    with pytest.raises(OpeningError) as error:
        hours(**values)
    assert str(error.value).startswith(said)
