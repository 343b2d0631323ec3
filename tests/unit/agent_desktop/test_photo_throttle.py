from agent_desktop.photo_throttle import (
    PICTURES_MAX,
    PICTURES_OF_ADDRESS_MAX,
    PICTURES_OF_CASE_MAX,
    WINDOW_S,
    WRONG_MAX,
    WRONG_OF_ADDRESS_MAX,
    PhotoThrottle,
)
from contact.ids import CaseNumber

NUMBER = CaseNumber("1/26")


def test_an_address_that_guesses_waits_and_others_do_not() -> None:
    throttle = PhotoThrottle()
    for _ in range(WRONG_OF_ADDRESS_MAX):
        assert throttle.code_wait_s("a", 0.0) == 0
        throttle.wrong("a", 0.0)
    assert throttle.code_wait_s("a", 1.0) == WINDOW_S - 1.0
    assert throttle.code_wait_s("b", 1.0) == 0
    assert throttle.code_wait_s("a", WINDOW_S) == 0


def test_many_addresses_together_guess_no_more_than_so_often() -> None:
    throttle = PhotoThrottle()
    for number in range(WRONG_MAX):
        throttle.wrong(f"a{number}", 0.0)
    assert throttle.code_wait_s("new", 1.0) > 0


def test_pictures_for_one_case_are_counted_when_they_are_looked_into() -> None:
    throttle = PhotoThrottle()
    for place in range(PICTURES_OF_CASE_MAX):
        assert throttle.picture_wait_s(NUMBER, f"a{place}", 0.0) == 0
    assert throttle.picture_wait_s(NUMBER, "b", 1.0) == WINDOW_S - 1.0
    assert throttle.picture_wait_s(CaseNumber("2/26"), "b", 1.0) == 0


def test_pictures_of_one_address_and_of_all_have_an_end() -> None:
    throttle = PhotoThrottle()
    for number in range(PICTURES_OF_ADDRESS_MAX):
        assert throttle.picture_wait_s(CaseNumber(f"{number}/26"), "a", 0.0) == 0
    assert throttle.picture_wait_s(NUMBER, "a", 0.0) > 0
    for number in range(PICTURES_MAX - PICTURES_OF_ADDRESS_MAX):
        assert throttle.picture_wait_s(CaseNumber(f"{number}/27"), f"b{number}", 0.0) == 0
    assert throttle.picture_wait_s(CaseNumber("1/28"), "new", 0.0) > 0
