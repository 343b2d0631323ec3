"""The search for staff."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from acd.errors import WorkloadError
from acd.sim.figures import RunFigures
from acd.sim.replicate import AS_IT_IS, InThisProcess, Progress, Variant, run_one
from acd.sim.staffing import Goal, Need, read_goal, search, table
from acd.sim.workload import AgentGroup
from contact.ids import Skill
from tests.unit.acd.sim.days import day

GOAL = Goal(share=0.9, within_s=15.0)


class Scripted:
    """Runs in which a half hour meets the goal from so many agents on."""

    def __init__(self, needed: Sequence[int | None]) -> None:
        self.needed = needed
        self.tried: list[tuple[int, ...]] = []
        self.one = run_one(day(), 1)

    def run(self, seeds: Sequence[int], variant: Variant, progress: Progress) -> list[RunFigures]:
        del progress
        assert variant.staff is not None
        self.tried.append(variant.staff)
        halves = tuple(
            replace(self.one.half_hours[0], service_level=float(needed is not None and agents >= needed))
            for agents, needed in zip(variant.staff, self.needed, strict=True)
        )
        return [replace(self.one, half_hours=halves) for _ in seeds]


def found(runs: Scripted) -> list[int]:
    return [one.agents for one in search(day(), GOAL, runs=runs, seeds=(1, 2), progress=lambda _: None)]


@pytest.mark.parametrize("needed", [(3, 3), (1, 12), (0, 40), (7, 0)])
def test_the_fewest_agents_that_are_enough_are_found(needed: tuple[int, int]) -> None:
    runs = Scripted(needed)
    assert found(runs) == list(needed)
    assert runs.tried[-1] == needed


def test_a_half_hour_that_nobody_can_help_ends_the_search_with_its_place() -> None:
    with pytest.raises(WorkloadError, match=r"a day: 08:30: \d+ agents are too few"):
        found(Scripted((3, None)))


def test_the_staff_found_by_simulation_meets_the_goal_in_each_half_hour() -> None:
    workload = day(groups=(AgentGroup(name="g", skills=((Skill("roads"), 50),), on=(1, 1)),))
    runs = InThisProcess(workload)
    needs = search(workload, GOAL, runs=runs, seeds=range(1, 6), progress=lambda _: None)
    assert all(one.service_level is not None and one.service_level >= 0.9 for one in needs)
    staff = tuple(one.agents for one in needs)
    levels = [
        run.half_hours[slot].service_level
        for run in runs.run(range(1, 6), replace(AS_IT_IS, staff=staff, service_level_s=15.0), lambda _: None)
        for slot in range(2)
    ]
    assert len(levels) == 10
    assert all(one.erlang >= 2 for one in needs)


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("90% in 15 s", GOAL),
        ("80 % in 20s", Goal(share=0.8, within_s=20.0)),
        ("99.5%in 0 s", Goal(share=0.995, within_s=0.0)),
    ],
)
def test_goals_are_read_as_people_write_them(text: str, goal: Goal) -> None:
    assert read_goal(text) == goal


@pytest.mark.parametrize(
    "text", ["", "90 in 15", "0% in 15 s", "100% in 15 s", "90% in 15 min", "x90% in 15 s"]
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(WorkloadError, match="90% in 15 s"):
        read_goal(text)


def test_the_table_names_the_hours_of_agents() -> None:
    needs = [
        Need(begins="08:00", calls=30.0, erlang=4, agents=5, service_level=0.95),
        Need(begins="08:30", calls=0.0, erlang=0, agents=0, service_level=None),
    ]
    lines = table(needs, GOAL).splitlines()
    assert lines[0] == "agents for 90 % in 15 s: 2.5 hours of agents in all"
    assert lines[3].split() == ["08:00", "30", "4", "5", "95.0"]
    assert lines[4].split() == ["08:30", "0", "0", "0", "-"]
