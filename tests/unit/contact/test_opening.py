from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from contact.opening import OpeningError, Window, closes_at, opens_at, read_window

WARSAW = ZoneInfo("Europe/Warsaw")
WEEKDAYS = Window(days=frozenset(range(5)), opens=8 * 60, closes=20 * 60)


def at(text: str, zone: ZoneInfo = WARSAW) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


def test_without_windows_it_is_always_open() -> None:
    assert opens_at((), UTC, 1_000.0) == 1_000.0
    assert closes_at((), UTC, 1_000.0) is None


def test_inside_a_window_it_is_open_until_its_end() -> None:
    noon = at("2026-11-20T12:00")
    assert opens_at((WEEKDAYS,), WARSAW, noon) == noon
    assert closes_at((WEEKDAYS,), WARSAW, noon) == at("2026-11-20T20:00")


def test_after_the_last_window_of_the_week_it_opens_on_monday() -> None:
    friday_night = at("2026-11-20T20:00")
    assert opens_at((WEEKDAYS,), WARSAW, friday_night) == at("2026-11-23T08:00")
    assert closes_at((WEEKDAYS,), WARSAW, friday_night) == friday_night


def test_the_clock_on_the_wall_counts_when_it_is_put_back() -> None:
    every_day = Window(days=frozenset(range(7)), opens=8 * 60, closes=20 * 60)
    night = at("2026-10-25T01:00")  # the clock is put back at 3:00
    assert opens_at((every_day,), WARSAW, night) == at("2026-10-25T08:00")
    assert at("2026-10-25T08:00") - night == 8 * 3600


def test_windows_that_meet_are_one() -> None:
    evening = Window(days=frozenset(range(7)), opens=20 * 60, closes=24 * 60)
    night = Window(days=frozenset(range(7)), opens=0, closes=2 * 60)
    assert closes_at((evening, night), WARSAW, at("2026-11-20T21:00")) == at("2026-11-21T02:00")


@pytest.mark.parametrize(
    ("text", "days", "opens", "closes"),
    [
        ("mon-fri 08:00-20:00", range(5), 480, 1200),
        ("sat 09:00-12:30", [5], 540, 750),
        ("sat-mon 00:00-24:00", [5, 6, 0], 0, 1440),
        ("08:00-20:00", range(7), 480, 1200),
    ],
)
def test_a_window_is_read(text: str, days: list[int], opens: int, closes: int) -> None:
    assert read_window(text) == Window(days=frozenset(days), opens=opens, closes=closes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("8-16", "not of the form"),
        ("mon 16:00-08:00", "ends before it begins"),
        ("mon 08:60-09:00", "08:60 is no time of day"),
        ("mon 08:00-24:01", "24:01 is no time of day"),
        ("xyz 08:00-09:00", "no day xyz"),
    ],
)
def test_what_is_no_window_is_refused_with_its_reason(text: str, said: str) -> None:
    with pytest.raises(OpeningError, match=said):
        read_window(text)
