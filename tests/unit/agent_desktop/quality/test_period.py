from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from agent_desktop.quality.period import day_of, months_before, week_before, week_from, week_of

WARSAW = ZoneInfo("Europe/Warsaw")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW).timestamp()


def test_a_week_goes_from_monday_to_monday_on_the_citys_clock() -> None:
    week = week_of(at("2026-11-15T23:59:59"), WARSAW)
    assert week.name == "2026-11-09"
    assert (week.begins_at, week.ends_at) == (at("2026-11-09T00:00"), at("2026-11-16T00:00"))
    assert week_of(week.ends_at, WARSAW).name == "2026-11-16"
    assert week_before(week, WARSAW).name == "2026-11-02"


def test_the_week_in_which_clocks_go_back_has_an_hour_more() -> None:
    week = week_from(date(2026, 10, 19), WARSAW)
    assert week.ends_at - week.begins_at == (7 * 24 + 1) * 3_600


@pytest.mark.parametrize(
    ("moment", "months", "found"),
    [
        ("2026-11-17T15:00", 12, "2025-11-17T00:00"),
        ("2026-03-31T15:00", 1, "2026-02-28T00:00"),
        ("2026-01-05T00:30", 1, "2025-12-05T00:00"),
        ("2026-11-17T15:00", 24, "2024-11-17T00:00"),
    ],
)
def test_months_are_counted_by_the_calendar(moment: str, months: int, found: str) -> None:
    assert months_before(at(moment), months, WARSAW) == at(found)


def test_a_day_is_the_citys() -> None:
    assert day_of(at("2026-11-09T00:10"), WARSAW).isoformat() == "2026-11-09"
