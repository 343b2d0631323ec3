"""What one run comes to."""

import pytest

from acd.core.measures import AgentTimes
from acd.sim.driver import Run, SimulatedCall
from acd.sim.figures import figures
from acd.sim.workload import HALF_HOUR_S, CallType
from contact.ids import CallId
from tests.unit.acd.sim.days import day, kind

BEGINS = 8 * 3_600.0
ROADS, WASTE = kind("roads"), kind("waste")


def call(at_s: float, wait_s: float | None, how: str = "answered", of: CallType = ROADS) -> SimulatedCall:
    made = SimulatedCall(CallId(f"c{at_s}"), of, BEGINS + at_s, 10.0, 0.0, None, wait_s)
    if how:
        setattr(made, how, True)
    return made


def run(*calls: SimulatedCall) -> Run:
    times = AgentTimes(begins_at=BEGINS, slot_s=HALF_HOUR_S, counts_from_at=BEGINS)
    return Run(calls=list(calls), agents=times)


WORKLOAD = day(types=(ROADS, WASTE), service_level_s=20.0)


def test_each_end_of_a_call_is_counted_as_what_it_is() -> None:
    calls = (
        call(1, 10.0),
        call(2, 30.0),
        call(3, 50.0, "abandoned"),
        call(4, 0.0, "blocked"),
        call(5, None, ""),
    )
    found = figures(run(*calls), WORKLOAD).everything
    assert (found.calls, found.answered, found.unserved) == (5, 2, 1)
    assert found.service_level == pytest.approx(1 / 3)
    assert (found.asa_s, found.wait_s, found.wait_max_s) == (20.0, 30.0, 50.0)
    assert found.abandoned_share == pytest.approx(1 / 3)
    assert found.blocked_share == pytest.approx(1 / 5)


def test_calls_are_told_apart_by_type_and_by_the_half_hour_in_which_they_joined() -> None:
    found = figures(run(call(10, 5.0), call(1_800, 5.0), call(1_900, 5.0, of=WASTE)), WORKLOAD)
    assert {name: one.calls for name, one in found.types.items()} == {"roads": 2, "waste": 1}
    assert [one.calls for one in found.half_hours] == [1, 2]


def test_the_warm_up_is_left_out() -> None:
    warm = day(types=(ROADS, WASTE), warm_up_s=600.0)
    assert figures(run(call(599, 5.0), call(600, 5.0)), warm).everything.calls == 1


def test_no_call_has_no_figures() -> None:
    found = figures(run(), WORKLOAD).everything
    assert (found.service_level, found.asa_s, found.blocked_share, found.occupancy) == (None,) * 4
