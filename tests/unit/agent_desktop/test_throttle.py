import pytest

from agent_desktop.errors import SignInThrottled
from agent_desktop.throttle import ENTRIES_MAX, PAIR_FAILURES_MAX, WINDOW_S, Throttle


def failing(times: int, *, address: str = "a") -> Throttle:
    throttle = Throttle()
    for _ in range(times):
        throttle.failed("anna", address, 0.0)
    return throttle


def test_a_few_failures_pass_and_one_more_is_refused() -> None:
    failing(PAIR_FAILURES_MAX - 1).check("anna", "a", 1.0)
    with pytest.raises(SignInThrottled) as refused:
        failing(PAIR_FAILURES_MAX).check("anna", "a", 1.0)
    assert refused.value.retry_after_s == WINDOW_S - 1.0


def test_the_owner_of_the_login_elsewhere_is_not_locked_out() -> None:
    failing(PAIR_FAILURES_MAX).check("anna", "b", 1.0)


def test_the_window_ends() -> None:
    throttle = failing(PAIR_FAILURES_MAX)
    throttle.check("anna", "a", WINDOW_S)
    throttle.failed("anna", "a", WINDOW_S)
    throttle.check("anna", "a", WINDOW_S)


def test_a_login_that_many_addresses_guess_at_is_closed_for_a_while() -> None:
    throttle = Throttle()
    for number in range(30):
        throttle.failed("anna", f"a{number}", 0.0)
    with pytest.raises(SignInThrottled):
        throttle.check("anna", "new", 1.0)


def test_a_success_forgets_its_try() -> None:
    throttle = failing(PAIR_FAILURES_MAX)
    throttle.succeeded("anna", "a")
    throttle.check("anna", "a", 1.0)


def test_successes_alone_never_close_an_address() -> None:
    throttle = Throttle()
    for number in range(200):
        throttle.check(f"u{number}", "office", 1.0)
        throttle.failed(f"u{number}", "office", 1.0)
        throttle.succeeded(f"u{number}", "office")
    throttle.check("anna", "office", 1.0)


def test_the_table_is_bounded() -> None:
    throttle = Throttle()
    for number in range(ENTRIES_MAX):
        throttle.failed(f"u{number}", f"a{number}", 0.0)
    assert len(throttle._failures) <= ENTRIES_MAX
