from agent_desktop.notice_pace import RETRY_FIRST_S, RETRY_MAX_S, Pace


def pace(per_hour: int = 20, *, gather_s: float = 5.0, jitter: float = 0.0) -> Pace:
    return Pace(per_hour=per_hour, gather_s=gather_s, jitter=lambda: jitter)


def test_what_comes_together_is_waited_for() -> None:
    assert pace().ready_at(100.0) == 105.0


def test_so_many_messages_go_at_once_and_then_one_as_the_bucket_fills() -> None:
    one = pace(per_hour=20)
    for _ in range(4):
        one.done(100.0)
        assert one.ready_at(90.0) <= 100.0
    one.done(100.0)
    assert one.ready_at(90.0) == 100.0 + 180.0
    one.done(280.0)
    assert round(one.ready_at(90.0)) == 280 + 180


def test_a_quiet_hour_fills_the_bucket_and_no_more() -> None:
    one = pace(per_hour=8)
    one.done(0.0)
    one.done(0.0)
    assert one.ready_at(-10.0) == 450.0
    one.done(100_000.0)
    one.done(100_000.0)
    assert one.ready_at(0.0) == 100_450.0


def test_a_message_that_had_to_wait_for_others_says_so() -> None:
    one = pace(per_hour=4)
    assert not one.is_slowed(100.0)
    one.done(105.0)
    assert one.is_slowed(200.0)
    assert not one.is_slowed(105.0 + 900.0)


def test_pauses_after_failures_double_up_to_a_limit() -> None:
    one = pace()
    waits = []
    now = 0.0
    for _ in range(9):
        one.failed(now)
        waits.append(one.ready_at(-10.0) - now)
        now += waits[-1]
    assert waits[:3] == [RETRY_FIRST_S, 2 * RETRY_FIRST_S, 4 * RETRY_FIRST_S]
    assert waits[-1] == RETRY_MAX_S


def test_chance_takes_up_to_half_of_a_pause_away() -> None:
    one = pace(jitter=0.5)
    one.failed(0.0)
    assert one.ready_at(-10.0) == RETRY_FIRST_S * 0.75


def test_the_other_side_may_ask_for_longer_but_not_for_ever() -> None:
    one = pace()
    one.failed(0.0, 60.0)
    assert one.ready_at(-10.0) == 60.0
    one.failed(60.0, 1e9)
    assert one.ready_at(-10.0) == 60.0 + RETRY_MAX_S


def test_a_message_that_arrives_ends_the_series() -> None:
    one = pace()
    one.failed(1.0)
    one.failed(6.0)
    assert one.failing_since == 1.0
    one.done(20.0)
    assert one.failing_since is None
    assert one.ready_at(0.0) <= 20.0
    one.failed(30.0)
    assert one.ready_at(0.0) == 30.0 + RETRY_FIRST_S


def test_a_million_failures_overflow_nothing() -> None:
    one = pace()
    one._failures = 1_000_000
    one.failed(0.0)
    assert one.ready_at(-10.0) == RETRY_MAX_S
