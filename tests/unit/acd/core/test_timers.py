import pytest

from acd.core.timers import Timer, Timers


def drained(timers: Timers, now: float) -> list[tuple[Timer, str]]:
    found = []
    while (due := timers.pop_due(now)) is not None:
        found.append((due.timer, due.key))
    return found


def test_deadlines_come_up_in_order_of_time_and_then_of_setting() -> None:
    timers = Timers()
    timers.set(Timer.RELAX, "b", 5.0)
    timers.set(Timer.RELAX, "a", 5.0)
    timers.set(Timer.HOLD_OVER, "a", 4.0)
    assert timers.next_at() == 4.0
    assert drained(timers, 5.0) == [(Timer.HOLD_OVER, "a"), (Timer.RELAX, "b"), (Timer.RELAX, "a")]
    assert timers.next_at() is None


def test_a_deadline_does_not_come_before_its_time() -> None:
    timers = Timers()
    timers.set(Timer.RELAX, "a", 5.0)
    assert timers.pop_due(4.999) is None
    assert timers.next_at() == 5.0


@pytest.mark.parametrize(("first", "then"), [(5.0, 9.0), (9.0, 5.0)])
def test_setting_again_moves_a_deadline_later_or_earlier(first: float, then: float) -> None:
    timers = Timers()
    timers.set(Timer.RELAX, "a", first)
    timers.set(Timer.RELAX, "a", then)
    assert timers.next_at() == then
    assert drained(timers, 10.0) == [(Timer.RELAX, "a")]


def test_a_cancelled_deadline_never_comes_up() -> None:
    timers = Timers()
    timers.set(Timer.RELAX, "a", 5.0)
    timers.set(Timer.HOLD_OVER, "a", 6.0)
    timers.cancel(Timer.RELAX, "a")
    timers.cancel(Timer.RELAX, "never set")
    assert timers.next_at() == 6.0
    assert drained(timers, 10.0) == [(Timer.HOLD_OVER, "a")]


def test_a_deadline_that_came_up_can_be_set_again() -> None:
    timers = Timers()
    timers.set(Timer.RELAX, "a", 5.0)
    assert drained(timers, 5.0) == [(Timer.RELAX, "a")]
    timers.set(Timer.RELAX, "a", 6.0)
    assert drained(timers, 6.0) == [(Timer.RELAX, "a")]


def test_the_list_of_deadlines_shows_only_what_is_set_earliest_first() -> None:
    timers = Timers()
    timers.set(Timer.RELAX, "a", 7.0)
    timers.set(Timer.RELAX, "b", 6.0)
    timers.set(Timer.RELAX, "c", 5.0)
    timers.cancel(Timer.RELAX, "c")
    timers.set(Timer.RELAX, "a", 8.0)
    assert [(one.at, one.key) for one in timers.deadlines()] == [(6.0, "b"), (8.0, "a")]


def test_moving_one_deadline_for_ever_does_not_let_the_heap_grow() -> None:
    timers = Timers()
    timers.set(Timer.HOLD_OVER, "kept", 1.0)
    for moment in range(5_000):
        timers.set(Timer.RELAX, "a", 10.0 + moment)
    assert len(timers._heap) <= Timers._REBUILD_ABOVE
    assert drained(timers, 1e9) == [(Timer.HOLD_OVER, "kept"), (Timer.RELAX, "a")]
