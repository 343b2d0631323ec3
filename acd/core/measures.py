"""Measures: what counts as answered in time, abandoned and busy; one definition for everybody who counts.

Only calls that reached a queue are counted. The service level is the share answered within the threshold,
of all calls but those that gave up within it themselves: they could not have been answered late.
"""

from dataclasses import dataclass, field

from contact.events import AgentStateChanged
from contact.ids import AgentId
from contact.states import AgentState
from contact.times import Seconds

AVAILABLE = (AgentState.READY, AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP)
"""The states in which an agent's time counts: they have a call or could be offered one."""
BUSY = (AgentState.TALKING, AgentState.WRAP_UP)
"""The states of work on a call."""


@dataclass(slots=True, kw_only=True)
class CallTally:
    """Counts of calls at one threshold of `within_s` seconds. Waits are seconds in the queue."""

    within_s: float
    answered: int = 0
    answered_within: int = 0
    abandoned: int = 0
    abandoned_within: int = 0
    wait_sum_s: float = 0.0
    wait_max_s: float = 0.0
    abandoned_wait_sum_s: float = 0.0

    def add_answered(self, wait_s: float) -> None:
        """Count a call that an agent answered after `wait_s`."""
        self.answered += 1
        self.wait_sum_s += wait_s
        self.wait_max_s = max(self.wait_max_s, wait_s)
        if wait_s <= self.within_s:
            self.answered_within += 1

    def add_abandoned(self, wait_s: float) -> None:
        """Count a call whose caller gave up after `wait_s`."""
        self.abandoned += 1
        self.abandoned_wait_sum_s += wait_s
        self.wait_max_s = max(self.wait_max_s, wait_s)
        if wait_s <= self.within_s:
            self.abandoned_within += 1

    @property
    def offered(self) -> int:
        """Return how many calls have come to an end in the queue, one way or the other."""
        return self.answered + self.abandoned

    @property
    def service_level(self) -> float | None:
        """Return the share answered within the threshold; None where no call counts."""
        counted = self.offered - self.abandoned_within
        return self.answered_within / counted if counted else None

    @property
    def asa_s(self) -> float | None:
        """Return the average speed of answer: the mean wait of answered calls; None without any."""
        return self.wait_sum_s / self.answered if self.answered else None

    @property
    def mean_wait_s(self) -> float | None:
        """Return the mean wait of all calls, those who gave up included; None without any."""
        return (self.wait_sum_s + self.abandoned_wait_sum_s) / self.offered if self.offered else None

    @property
    def abandoned_share(self) -> float | None:
        """Return the share of calls whose callers gave up; None without any call."""
        return self.abandoned / self.offered if self.offered else None


@dataclass(slots=True, kw_only=True)
class AgentTimes:
    """Time that agents spend in each state, by slots of `slot_s` seconds counted from `begins_at`.

    A slot holds the sums over all agents. Time before `counts_from_at` is left out.
    """

    begins_at: Seconds
    slot_s: float
    counts_from_at: Seconds
    slots: list[dict[AgentState, float]] = field(default_factory=list)
    _since: dict[AgentId, tuple[AgentState, Seconds]] = field(default_factory=dict)

    def take(self, fact: AgentStateChanged) -> None:
        """Note where an agent stands from `since_at` on, and close the time before it."""
        now = fact.since_at
        before = self._since.get(fact.agent)
        if before is not None and before[0] is not AgentState.LOGGED_OUT:
            self._add(before[0], before[1], now)
        self._since[fact.agent] = (fact.new, now)

    def close(self, at: Seconds) -> None:
        """Close everybody's time at `at`; what comes later is counted from there."""
        for agent, (state, since_at) in self._since.items():
            self._add(state, since_at, at)
            self._since[agent] = (state, max(since_at, at))

    def spent_s(self, *states: AgentState, slot: int | None = None) -> float:
        """Return the seconds in `states`, in one slot or, without one, in all."""
        if slot is None:
            return sum(self.spent_s(*states, slot=one) for one in range(len(self.slots)))
        if slot >= len(self.slots):
            return 0.0
        return sum(self.slots[slot][state] for state in states)

    def occupancy(self, slot: int | None = None) -> float | None:
        """Return work on calls as a share of the time calls could be had; None without such time."""
        available_s = self.spent_s(*AVAILABLE, slot=slot)
        return self.spent_s(*BUSY, slot=slot) / available_s if available_s > 0 else None

    def _add(self, state: AgentState, since_at: Seconds, until_at: Seconds) -> None:
        since_at = max(self.counts_from_at, since_at)
        begun_s, ended_s = since_at - self.begins_at, until_at - self.begins_at
        while begun_s < ended_s:
            number = int(begun_s // self.slot_s)
            while len(self.slots) <= number:
                self.slots.append(dict.fromkeys(AgentState, 0.0))
            end_s = (number + 1) * self.slot_s
            end_s = min(ended_s, end_s)
            self.slots[number][state] += end_s - begun_s
            begun_s = end_s
