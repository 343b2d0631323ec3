"""Erlang's formulas beside published figures."""

import math

import pytest

from acd.core.forecast import (
    AGENTS_MAX,
    Demand,
    agents_needed,
    erlang_b,
    erlang_c,
    forecast,
    service_level,
)

HALF_HOUR_EXAMPLE = Demand(calls_per_s=100 / 1800, service_s=180.0)
"""100 calls of 3 minutes in half an hour: the worked example of callcentrehelper.com, 10 Erlang."""
IMPATIENT = Demand(calls_per_s=0.8, service_s=60.0, patience_s=120.0)
"""48 calls a minute of 1 minute, patience 2 minutes: Garnett, Mandelbaum and Reiman (2002), table 1."""


@pytest.mark.parametrize(("agents", "load"), [(10, 4.461), (20, 12.03), (50, 37.90), (100, 84.06)])
def test_one_call_in_a_hundred_is_lost_at_the_loads_of_the_erlang_b_table(agents: int, load: float) -> None:
    assert erlang_b(load, agents) == pytest.approx(0.01, rel=2e-3)


def test_the_worked_example_with_14_agents_comes_out() -> None:
    found = forecast(HALF_HOUR_EXAMPLE, 14)
    assert found.wait_share == pytest.approx(0.174, abs=5e-4)
    assert found.mean_wait_s == pytest.approx(7.8, abs=0.05)
    assert found.occupancy == pytest.approx(0.714, abs=5e-4)
    assert service_level(HALF_HOUR_EXAMPLE, 14, 20.0) == pytest.approx(0.888, abs=5e-4)


def test_another_published_example_with_55_agents_comes_out() -> None:
    demand = Demand(calls_per_s=0.2, service_s=240.0)
    assert erlang_c(demand.load, 55) == pytest.approx(0.239, abs=5e-4)
    assert forecast(demand, 55).mean_wait_s == pytest.approx(8.18, abs=5e-3)
    assert service_level(demand, 55, 15.0) == pytest.approx(0.8459, abs=5e-5)


def test_a_little_impatience_changes_everything_as_published() -> None:
    patient = forecast(Demand(calls_per_s=0.8, service_s=60.0), 50)
    assert patient.mean_wait_s == pytest.approx(20.8, abs=0.05)
    assert patient.occupancy == pytest.approx(0.96)
    found = forecast(IMPATIENT, 50)
    assert found.abandoned_share == pytest.approx(0.031, abs=5e-4)
    assert found.mean_wait_s == pytest.approx(3.7, abs=0.05)
    assert found.occupancy == pytest.approx(0.93, abs=5e-3)


def test_those_who_give_up_are_the_waiting_ones_at_their_pace() -> None:
    found = forecast(IMPATIENT, 50)
    assert found.abandoned_share == pytest.approx(found.mean_wait_s / 120.0)
    assert found.occupancy * 50 == pytest.approx(IMPATIENT.load * (1 - found.abandoned_share))


def test_the_service_level_with_endless_time_is_the_share_answered() -> None:
    answered = 1 - forecast(IMPATIENT, 50).abandoned_share
    assert service_level(IMPATIENT, 50, 600.0) == pytest.approx(answered, abs=1e-6)


def test_very_long_patience_is_the_patience_of_erlang_c() -> None:
    patient = Demand(calls_per_s=0.2, service_s=240.0, patience_s=1e8)
    endless = Demand(calls_per_s=0.2, service_s=240.0)
    assert forecast(patient, 55).mean_wait_s == pytest.approx(forecast(endless, 55).mean_wait_s, rel=1e-4)
    assert service_level(patient, 55, 15.0) == pytest.approx(service_level(endless, 55, 15.0), rel=1e-4)


def test_thirty_waiting_places_for_ninety_agents_wait_27_seconds() -> None:
    found = forecast(Demand(calls_per_s=84 / 600, service_s=600.0, waiting_places=30), 90)
    assert found.mean_wait_s / 60 == pytest.approx(0.45, abs=5e-4)
    assert found.blocked_share == pytest.approx(0.00364, abs=5e-6)


def test_no_waiting_place_is_erlang_b() -> None:
    found = forecast(Demand(calls_per_s=84.06 / 60, service_s=60.0, waiting_places=0), 100)
    assert found.blocked_share == pytest.approx(erlang_b(84.06, 100))
    assert (found.wait_share, found.mean_wait_s) == (0.0, 0.0)


def test_a_queue_that_only_grows_waits_for_ever() -> None:
    found = forecast(HALF_HOUR_EXAMPLE, 10)
    assert (found.wait_share, found.mean_wait_s, found.occupancy) == (1.0, math.inf, 1.0)
    assert service_level(HALF_HOUR_EXAMPLE, 10, 20.0) == 0.0


def test_nobody_there_means_everybody_waits_until_they_give_up() -> None:
    assert forecast(IMPATIENT, 0).abandoned_share == 1.0
    assert forecast(IMPATIENT, 0).mean_wait_s == 120.0
    assert forecast(HALF_HOUR_EXAMPLE, 0).mean_wait_s == math.inf
    assert service_level(IMPATIENT, 0, 20.0) == 0.0


def test_without_calls_nobody_waits_and_nobody_is_needed() -> None:
    demand = Demand(calls_per_s=0.0, service_s=60.0)
    assert forecast(demand, 3).mean_wait_s == 0.0
    assert service_level(demand, 0, 20.0) == 1.0
    assert agents_needed(demand, share=0.9, within_s=15.0) == 0


@pytest.mark.parametrize("demand", [HALF_HOUR_EXAMPLE, IMPATIENT, Demand(calls_per_s=3.0, service_s=300.0)])
def test_the_agents_needed_are_enough_and_one_less_is_not(demand: Demand) -> None:
    agents = agents_needed(demand, share=0.9, within_s=15.0)
    assert service_level(demand, agents, 15.0) >= 0.9 > service_level(demand, agents - 1, 15.0)


def test_the_worked_example_needs_14_agents_for_80_per_cent_in_20_seconds() -> None:
    assert agents_needed(HALF_HOUR_EXAMPLE, share=0.8, within_s=20.0) == 14


def test_more_agents_than_anybody_has_are_not_looked_for() -> None:
    assert agents_needed(Demand(calls_per_s=1e3, service_s=1e3), share=0.9, within_s=1.0) == AGENTS_MAX


def test_the_service_level_of_limited_places_is_refused() -> None:
    with pytest.raises(ValueError, match="endless"):
        service_level(Demand(calls_per_s=1.0, service_s=60.0, waiting_places=3), 70, 20.0)
