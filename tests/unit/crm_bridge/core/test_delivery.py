"""What answers of the CRM mean, row by row of the module's table."""

import pytest

from crm_bridge.core.delivery import (
    Answered,
    Delivered,
    RefusedForGood,
    Retry,
    Unanswered,
    backoff_s,
    classify,
    delay_s,
)


@pytest.mark.parametrize("status", [201, 202, 204])
def test_a_created_case_is_delivered_even_without_a_reference(status: int) -> None:
    assert classify(Answered(status=status)) == Delivered(reference="")


def test_an_object_with_a_reference_is_delivered() -> None:
    assert classify(Answered(status=200, reference="SR-1", is_object=True)) == Delivered(reference="SR-1")


def test_a_page_with_status_200_is_not_a_delivery() -> None:
    assert isinstance(classify(Answered(status=200, text="<html>Sign in")), Retry)


def test_a_conflict_that_names_the_case_is_an_earlier_delivery() -> None:
    assert classify(Answered(status=409, reference="SR-1", is_object=True)) == Delivered(reference="SR-1")


@pytest.mark.parametrize("status", [100, 302, 408, 409, 425, 429, 500, 502, 503, 599])
def test_what_is_not_certain_is_tried_again(status: int) -> None:
    assert isinstance(classify(Answered(status=status)), Retry)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 413, 422])
def test_what_the_crm_understood_and_will_not_take_is_refused_for_good(status: int) -> None:
    verdict = classify(Answered(status=status, text="no such unit"))
    assert verdict == RefusedForGood(reason=f"HTTP {status}: no such unit")


def test_a_cut_connection_is_tried_again() -> None:
    assert classify(Unanswered(reason="cut")) == Retry(reason="cut")


def test_the_back_off_doubles_up_to_its_limit() -> None:
    waits = [backoff_s(n, first_s=1, max_s=300, jitter=0) for n in (1, 2, 3, 9, 10, 10_000)]
    assert waits == [1, 2, 4, 256, 300, 300]


def test_jitter_takes_away_at_most_half() -> None:
    assert 2 < backoff_s(3, first_s=1, max_s=300, jitter=0.999) <= 4


def test_the_crm_may_ask_for_a_longer_wait_but_not_beyond_the_limit() -> None:
    asked = Retry(reason="", after_s=60)
    assert delay_s(asked, 1, first_s=1, max_s=300, jitter=0) == 60
    assert delay_s(asked, 1, first_s=1, max_s=30, jitter=0) == 30
    assert delay_s(Retry(reason="", after_s=1), 5, first_s=1, max_s=300, jitter=0) == 16
