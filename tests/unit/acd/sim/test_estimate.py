"""Means, standard errors and confidence intervals."""

import pytest

from acd.sim.estimate import estimate, t_quantile


def test_the_standard_error_is_that_of_a_mean() -> None:
    found = estimate([1.0, 2.0, 3.0, 4.0])
    assert found is not None
    assert (found.mean, found.count) == (2.5, 4)
    assert found.error == pytest.approx(0.6455, abs=5e-5)
    assert found.half_width == pytest.approx(3.182 * 0.6455, abs=5e-4)


def test_one_run_cannot_tell_how_far_off_it_is() -> None:
    found = estimate([7.0])
    assert found is not None
    assert (found.mean, found.error, found.half_width) == (7.0, None, None)


def test_runs_without_a_value_are_left_out() -> None:
    found = estimate([None, 1.0, 3.0])
    assert found is not None
    assert (found.mean, found.count) == (2.0, 2)
    assert estimate([None]) is None


@pytest.mark.parametrize(
    ("freedom", "value"), [(1, 12.706), (30, 2.042), (40, 2.021), (60, 2.000), (120, 1.980), (10_000, 1.960)]
)
def test_students_t_is_that_of_the_tables(freedom: int, value: float) -> None:
    assert t_quantile(freedom) == pytest.approx(value, abs=6e-4)
