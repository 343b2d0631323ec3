"""Spreads of durations, and staff shared out over groups."""

import random
from statistics import fmean, stdev

import pytest

from acd.sim.workload import AgentGroup, Law, Spread
from contact.ids import Skill
from tests.unit.acd.sim.days import day, fixed, kind


def drawn(spread: Spread) -> list[float]:
    draw = spread.drawer(random.Random(3))  # noqa: S311 - a simulation, no secret
    return [draw() for _ in range(20_000)]


def test_a_fixed_duration_is_always_the_same() -> None:
    assert set(drawn(fixed(7.0))) == {7.0}


def test_an_exponential_duration_spreads_as_wide_as_its_mean() -> None:
    found = drawn(Spread(law=Law.EXPONENTIAL, mean_s=200.0))
    assert fmean(found) == pytest.approx(200.0, abs=3 * 200 / 20_000**0.5)
    assert stdev(found) == pytest.approx(200.0, rel=0.05)


def test_a_lognormal_duration_has_the_mean_and_the_deviation_asked_for() -> None:
    found = drawn(Spread(law=Law.LOGNORMAL, mean_s=235.0, deviation_s=120.0))
    assert fmean(found) == pytest.approx(235.0, abs=3 * 120 / 20_000**0.5)
    assert stdev(found) == pytest.approx(120.0, rel=0.05)


@pytest.mark.parametrize("law", list(Law))
def test_no_duration_at_all_is_nothing_under_every_law(law: Law) -> None:
    assert set(drawn(Spread(law=law, mean_s=0.0))) == {0.0}


def groups(*on: tuple[int, ...]) -> tuple[AgentGroup, ...]:
    return tuple(AgentGroup(name=f"g{i}", skills=((Skill("s"), 1),), on=one) for i, one in enumerate(on))


def test_staff_counts_all_groups_in_each_half_hour() -> None:
    assert day(groups=groups((1, 2), (3, 4))).staff() == (4, 6)


@pytest.mark.parametrize(
    ("there", "total", "given"),
    [
        ((5, 5), 10, (5, 5)),
        ((6, 2), 4, (3, 1)),
        ((9, 1), 3, (2, 1)),
        ((9, 1), 1, (1, 0)),
        ((4, 0), 7, (7, 0)),
        ((2, 2), 0, (0, 0)),
    ],
)
def test_other_staff_is_shared_out_as_the_groups_are(
    there: tuple[int, int], total: int, given: tuple[int, int]
) -> None:
    staffed = day(calls=(1.0,), groups=groups((there[0],), (there[1],))).staffed((total,))
    assert tuple(group.on[0] for group in staffed.groups) == given


def test_a_half_hour_without_anybody_goes_by_the_whole_day() -> None:
    staffed = day(groups=groups((0, 6), (0, 2))).staffed((4, 8))
    assert [group.on for group in staffed.groups] == [(3, 6), (1, 2)]


def test_agents_may_be_given_to_a_day_that_had_none() -> None:
    assert day(groups=groups((0, 0), (0, 0))).staffed((2, 3)).staff() == (2, 3)


def test_handle_time_and_patience_are_means_over_the_types() -> None:
    types = (
        kind("a", weight=3.0, talk=fixed(100.0), wrap_up=fixed(20.0), patience=fixed(60.0)),
        kind("b", weight=1.0, talk=fixed(300.0)),
    )
    workload = day(types=types, ring=fixed(5.0))
    assert workload.handle_s == pytest.approx(5.0 + (3 * 120.0 + 300.0) / 4)
    assert workload.patience_s == 60.0
    assert day().patience_s is None
