"""The models of queueing theory as workloads, and many runs of them as one estimate."""

from collections.abc import Sequence

from acd.core.policy import Policy, QueuePolicy, Strategy
from acd.core.skills import parse
from acd.sim.estimate import estimate
from acd.sim.figures import Figures
from acd.sim.replicate import run_one
from acd.sim.workload import HALF_HOUR_S, AgentGroup, CallType, Law, Spread, Workload
from contact.ids import QueueId, Skill


def exponential(mean_s: float) -> Spread:
    return Spread(law=Law.EXPONENTIAL, mean_s=mean_s)


def one_queue(
    *, agents: int, calls_per_s: float, service_s: float, hours: int, patience_s: float | None = None
) -> Workload:
    """M/M/n, or with patience M/M/n+M, on the engine: no ringing, no wrap-up; a fifth of it warms up."""
    queue = QueueId("all")
    kind = CallType(
        name="all",
        weight=1,
        queue=queue,
        talk=exponential(service_s),
        patience=None if patience_s is None else exponential(patience_s),
    )
    slots = hours * 2
    return Workload(
        name="one queue",
        begins_s=0.0,
        calls=(calls_per_s * HALF_HOUR_S,) * slots,
        types=(kind,),
        groups=(AgentGroup(name="a", skills=(), on=(agents,) * slots),),
        policy=Policy(queues={queue: QueuePolicy(queue=queue)}, wrap_up_s=0.0),
        warm_up_s=hours * 3_600.0 / 5,
    )


def six_types(skills_each: int, *, hours: int) -> Workload:
    """Six call types, 90 agents, 30 waiting places, ten minutes a call, 84 Erlang; a fifth warms up.

    Fifteen agents have each type as their first skill. Two skills each: the second is spread evenly over
    the other five types. The agent whose first skill it is goes before one whose second it is.
    """
    types, slots = range(6), hours * 2
    queues = {
        QueueId(f"q{i}"): QueuePolicy(
            queue=QueueId(f"q{i}"), requirement=parse(f"s{i}"), strategy=Strategy.MOST_SKILLED
        )
        for i in types
    }
    return Workload(
        name=f"six types, {skills_each} skills each",
        begins_s=0.0,
        calls=(84.0 / 600.0 * HALF_HOUR_S,) * slots,
        types=tuple(
            CallType(name=f"t{i}", weight=1, queue=QueueId(f"q{i}"), talk=exponential(600.0)) for i in types
        ),
        groups=tuple(
            AgentGroup(name=f"g{i}-{j}", skills=_skills(i, (i + j) % 6, skills_each), on=(3,) * slots)
            for i in types
            for j in range(1, 6)
        ),
        policy=Policy(queues=queues, wrap_up_s=0.0),
        waiting_places=30,
        warm_up_s=hours * 3_600.0 / 5,
    )


def runs_of(workload: Workload, runs: int) -> list[Figures]:
    """Return the figures of runs with the seeds 1, 2, ..."""
    return [run_one(workload, seed).everything for seed in range(1, runs + 1)]


def errors_off(values: Sequence[float | None], exact: float) -> float:
    """Return how many standard errors the mean of independent `values` lies from `exact`."""
    found = estimate(values)
    assert found is not None
    assert found.error is not None
    assert found.error > 0
    return abs(found.mean - exact) / found.error


def _skills(first: int, second: int, skills_each: int) -> tuple[tuple[Skill, int], ...]:
    others = {1: (), 2: (second,), 6: tuple(one for one in range(6) if one != first)}[skills_each]
    return ((Skill(f"s{first}"), 90), *((Skill(f"s{one}"), 40) for one in others))
