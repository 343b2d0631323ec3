"""Small days for the simulator's tests."""

from dataclasses import replace

from acd.core.policy import Policy, QueuePolicy
from acd.core.skills import parse
from acd.sim.workload import AgentGroup, CallType, Law, Spread, Workload
from contact.ids import QueueId, Skill

ROADS = QueueId("roads")


def fixed(mean_s: float) -> Spread:
    return Spread(law=Law.FIXED, mean_s=mean_s)


def kind(name: str = "roads", **changes: object) -> CallType:
    return replace(CallType(name=name, weight=1.0, queue=ROADS, talk=fixed(100.0)), **changes)  # type: ignore[arg-type]


def day(**changes: object) -> Workload:
    """Two half hours with about 60 calls of 100 s, 5 agents; no ringing, no wrap-up, nobody gives up."""
    usual = Workload(
        name="a day",
        begins_s=8 * 3_600.0,
        calls=(30.0, 30.0),
        types=(kind(),),
        groups=(AgentGroup(name="all", skills=((Skill("roads"), 80),), on=(5, 5)),),
        policy=Policy(queues={ROADS: QueuePolicy(queue=ROADS, requirement=parse("roads"))}, wrap_up_s=60.0),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]
