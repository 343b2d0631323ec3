"""The engine on virtual time beside the exact answers of queueing theory."""

import pytest

from acd.core.forecast import Demand, forecast, service_level
from tests.sim.models import errors_off, one_queue, runs_of

RUNS = 10
ERRORS_MAX = 3.0


@pytest.mark.parametrize(("agents", "load"), [(5, 3.5), (20, 16.0), (20, 18.0)])
def test_waits_are_those_of_erlang_c(agents: int, load: float) -> None:
    demand = Demand(calls_per_s=load / 240.0, service_s=240.0)
    hours = round(2_400 / demand.calls_per_s / 3_600.0)
    workload = one_queue(agents=agents, calls_per_s=demand.calls_per_s, service_s=240.0, hours=hours)
    waits = [run.wait_s for run in runs_of(workload, RUNS)]
    assert errors_off(waits, forecast(demand, agents).mean_wait_s) <= ERRORS_MAX, waits


def test_the_service_level_is_that_of_erlang_c() -> None:
    demand = Demand(calls_per_s=10.0 / 180.0, service_s=180.0)
    workload = one_queue(agents=14, calls_per_s=demand.calls_per_s, service_s=180.0, hours=20)
    levels = [run.service_level for run in runs_of(workload, RUNS)]
    assert errors_off(levels, service_level(demand, 14, workload.service_level_s)) <= ERRORS_MAX, levels


@pytest.mark.parametrize(("agents", "load", "patience_s"), [(20, 20.0, 120.0), (10, 12.0, 300.0)])
def test_waits_and_abandonment_are_those_of_erlang_a(agents: int, load: float, patience_s: float) -> None:
    demand = Demand(calls_per_s=load / 240.0, service_s=240.0, patience_s=patience_s)
    hours = round(2_400 / demand.calls_per_s / 3_600.0)
    workload = one_queue(
        agents=agents,
        calls_per_s=demand.calls_per_s,
        service_s=240.0,
        hours=hours,
        patience_s=patience_s,
    )
    exact = forecast(demand, agents)
    runs = runs_of(workload, RUNS)
    assert errors_off([run.wait_s for run in runs], exact.mean_wait_s) <= ERRORS_MAX, runs
    assert errors_off([run.abandoned_share for run in runs], exact.abandoned_share) <= ERRORS_MAX, runs
