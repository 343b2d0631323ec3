from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from acd.core.opening import Window, closes_at, opens_at

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
