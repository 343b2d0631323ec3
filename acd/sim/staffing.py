"""The staffing search: the fewest agents in each half hour that meet a service level, by simulation.

It begins with what Erlang's formulas say for one pooled group, then runs the whole day again and again and
halves, for every half hour at once, the distance between the most agents that were too few and the fewest
that were enough. Half hours lean on each other (who waits at its end waits in the next), so in the end all
of them must hold together; one that does not gets one agent more.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from acd.core.forecast import Demand, agents_needed
from acd.errors import WorkloadError
from acd.sim.figures import RunFigures
from acd.sim.replicate import Progress, Replications, Variant
from acd.sim.report import clock, columns
from acd.sim.workload import HALF_HOUR_S, Workload

ROUNDS_MAX = 60
"""No search runs the day more often."""

ERLANG_TIMES_MAX = 5
AGENTS_MARGIN = 20
"""More agents than so many times Erlang's number and this margin are not tried."""

_GOAL = re.compile(r"\s*(\d+(?:\.\d+)?)\s*%\s*in\s*(\d+(?:\.\d+)?)\s*s\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """`share` (0 to 1) of the calls answered within `within_s` seconds, in every half hour."""

    share: float
    within_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One half hour: agents by Erlang's formulas, agents by simulation, and what those reached."""

    begins: str
    calls: float
    erlang: int
    agents: int
    service_level: float | None


def read_goal(text: str) -> Goal:
    """Return the goal written as `90% in 15 s`; raise `WorkloadError` for anything else."""
    match = _GOAL.fullmatch(text)
    if match is None or not 0 < float(match[1]) < 100:  # noqa: PLR2004 - per cent
        raise WorkloadError(f"a staffing goal is written like '90% in 15 s', not {text!r}")
    return Goal(share=float(match[1]) / 100.0, within_s=float(match[2]))


def search(
    workload: Workload, goal: Goal, *, runs: Replications, seeds: Sequence[int], progress: Progress
) -> list[Need]:
    """Return what each half hour needs; raise `WorkloadError` where no number of agents is enough."""
    erlang = [_by_erlang(workload, calls, goal) for calls in workload.calls]
    slots = [_Slot(agents=agents) for agents in erlang]
    for done in range(ROUNDS_MAX):
        staff = tuple(slot.agents for slot in slots)
        found = runs.run(seeds, Variant(staff=staff, service_level_s=goal.within_s), lambda _: None)
        levels = [_level(found, number) for number in range(len(slots))]
        is_met = [level is None or level >= goal.share for level in levels]
        for slot, met in zip(slots, is_met, strict=True):
            slot.learn(met=met)
        _expect_reach(workload, slots, erlang)
        settled = sum(slot.is_settled and slot.agents == old for slot, old in zip(slots, staff, strict=True))
        progress(max(settled / len(slots), done / ROUNDS_MAX))
        if settled == len(slots):
            return [
                Need(
                    begins=clock(workload.begins_s + number * HALF_HOUR_S),
                    calls=workload.calls[number],
                    erlang=erlang[number],
                    agents=staff[number],
                    service_level=levels[number],
                )
                for number in range(len(slots))
            ]
    raise WorkloadError(f"{workload.name}: no staff was found in {ROUNDS_MAX} runs of the day")


def table(needs: Sequence[Need], goal: Goal) -> str:
    """Return the needs as text."""
    head = ("", "calls", "by Erlang", "agents", f"in {goal.within_s:g} s, %")
    rows = [
        (
            one.begins,
            f"{one.calls:g}",
            str(one.erlang),
            str(one.agents),
            "-" if one.service_level is None else f"{one.service_level * 100:.1f}",
        )
        for one in needs
    ]
    hours = sum(one.agents for one in needs) * HALF_HOUR_S / 3_600.0
    title = f"agents for {goal.share * 100:g} % in {goal.within_s:g} s: {hours:g} hours of agents in all"
    return "\n".join([title, "", *columns([head, *rows])])


@dataclass(slots=True, kw_only=True)
class _Slot:
    """The search in one half hour: `too_few` is the most that failed, `enough` the fewest that did not."""

    agents: int
    too_few: int = -1
    enough: int | None = None

    @property
    def is_settled(self) -> bool:
        """Return whether `agents` are enough and one less is not."""
        return self.enough == self.agents and self.agents - self.too_few == 1

    def learn(self, *, met: bool) -> None:
        """Take what `agents` came to and choose the next number to try, always more than `too_few`."""
        if met:
            self.enough = self.agents
        else:
            self.too_few = self.agents
            if self.enough is not None and self.enough <= self.too_few:
                self.enough = None
        if self.enough is None:
            self.agents = self.too_few + max(1, self.too_few // 10)
        else:
            middle = (self.enough + self.too_few + 1) // 2
            self.agents = max(middle, self.enough - max(1, self.enough // 20))
        if self.enough is not None and self.enough - self.too_few == 1:
            self.agents = self.enough


def _expect_reach(workload: Workload, slots: Sequence[_Slot], erlang: Sequence[int]) -> None:
    """Give up where far more agents than one pooled group would need are still too few."""
    for number, slot in enumerate(slots):
        if slot.too_few > ERLANG_TIMES_MAX * erlang[number] + AGENTS_MARGIN:
            place = clock(workload.begins_s + number * HALF_HOUR_S)
            raise WorkloadError(
                f"{workload.name}: {place}: {slot.too_few} agents are too few; "
                "has every call a group with its skills?"
            )


def _by_erlang(workload: Workload, calls: float, goal: Goal) -> int:
    demand = Demand(
        calls_per_s=calls / HALF_HOUR_S, service_s=workload.handle_s, patience_s=workload.patience_s
    )
    return agents_needed(demand, share=goal.share, within_s=goal.within_s)


def _level(found: Sequence[RunFigures], slot: int) -> float | None:
    """Return the service level over all runs of one half hour, each weighing as much as it had calls."""
    weighed = [(run.half_hours[slot].calls, run.half_hours[slot].service_level) for run in found]
    known = [(calls, level) for calls, level in weighed if level is not None]
    calls = sum(one for one, _ in known)
    return sum(one * level for one, level in known) / calls if calls else None
