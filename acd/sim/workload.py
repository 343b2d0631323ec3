"""A workload: who calls when, about what, for how long and how patiently, and who is there to answer."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from acd.core.policy import Policy
from contact.ids import QueueId, Skill

HALF_HOUR_S = 1_800.0


class Law(StrEnum):
    """How a duration is spread around its mean."""

    FIXED = "fixed"
    EXPONENTIAL = "exponential"
    LOGNORMAL = "lognormal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A random duration: its law, mean and, for the lognormal law, standard deviation, in seconds."""

    law: Law
    mean_s: float
    deviation_s: float = 0.0

    def drawer(self, chance: random.Random) -> Callable[[], float]:
        """Return a function that draws one duration after another."""
        mean_s = self.mean_s
        if self.law is Law.FIXED or mean_s == 0.0:
            return lambda: mean_s
        if self.law is Law.EXPONENTIAL:
            rate = 1.0 / mean_s
            return lambda: chance.expovariate(rate)
        variance = math.log(1.0 + (self.deviation_s / mean_s) ** 2)
        middle, width = math.log(mean_s) - variance / 2.0, math.sqrt(variance)
        return lambda: chance.lognormvariate(middle, width)


NOTHING = Spread(law=Law.FIXED, mean_s=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallType:
    """One kind of call. `weight` is its share of all calls, relative to the other types'.

    `patience` None means that these callers never give up. `wrap_up` is the time that agents take after
    the talk; the policy's limit ends it where it is shorter.
    """

    name: str
    weight: float
    queue: QueueId
    requirement: str = ""
    priority: int = 0
    talk: Spread
    wrap_up: Spread = NOTHING
    patience: Spread | None = None

    @property
    def handle_s(self) -> float:
        """Return the mean time that a call keeps an agent busy."""
        return self.talk.mean_s + self.wrap_up.mean_s


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentGroup:
    """Agents with the same skills; `on` says how many of them are there in each half hour."""

    name: str
    skills: tuple[tuple[Skill, int], ...]
    on: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A stretch of half hours from `begins_s` after midnight on.

    `calls` are the expected numbers of calls in each half hour; the real ones are Poisson. `ring` is the
    time from an offer to the answer. A call that no agent is free for and that finds all `waiting_places`
    taken is blocked; None means endless room. The calls of the first `warm_up_s` are served, not counted.
    """

    name: str
    begins_s: float
    calls: tuple[float, ...]
    types: tuple[CallType, ...]
    groups: tuple[AgentGroup, ...]
    policy: Policy
    ring: Spread = NOTHING
    service_level_s: float = 30.0
    waiting_places: int | None = None
    warm_up_s: float = 0.0

    @property
    def handle_s(self) -> float:
        """Return the mean time that a call of any type keeps an agent busy, ringing included."""
        weight = sum(one.weight for one in self.types)
        return self.ring.mean_s + sum(one.weight * one.handle_s for one in self.types) / weight

    @property
    def patience_s(self) -> float | None:
        """Return the mean patience of the callers who have an end to it; None where all wait for ever."""
        limited = [(one.weight, one.patience.mean_s) for one in self.types if one.patience is not None]
        weight = sum(one for one, _ in limited)
        return sum(one * mean_s for one, mean_s in limited) / weight if weight else None

    def staff(self) -> tuple[int, ...]:
        """Return how many agents of all groups are there in each half hour."""
        return tuple(sum(group.on[slot] for group in self.groups) for slot in range(len(self.calls)))

    def staffed(self, staff: tuple[int, ...]) -> "Workload":
        """Return the same workload with `staff` agents in each half hour, shared out as the groups are.

        Shares follow the groups' numbers in that half hour (over the whole day where it has none), whole
        agents by the largest remainders; a group that is there at all keeps at least one of them.
        """
        shares = [self._shares(slot) for slot in range(len(self.calls))]
        split = [_apportion(total, share) for total, share in zip(staff, shares, strict=True)]
        groups = tuple(
            replace(group, on=tuple(row[number] for row in split)) for number, group in enumerate(self.groups)
        )
        return replace(self, groups=groups)

    def _shares(self, slot: int) -> list[int]:
        there = [group.on[slot] for group in self.groups]
        return there if any(there) else [sum(group.on) for group in self.groups]


def _apportion(total: int, shares: list[int]) -> list[int]:
    """Share `total` out in proportion to `shares`, at least 1 where a share is not 0 and it reaches."""
    present = [number for number, share in enumerate(shares) if share]
    if not present:
        return [total, *[0] * (len(shares) - 1)]
    everything = sum(shares)
    exact = [total * share / everything for share in shares]
    given = [int(one) for one in exact]
    for number in sorted(present, key=lambda one: given[one] - exact[one])[: total - sum(given)]:
        given[number] += 1
    for number in present:
        largest = max(present, key=lambda one: given[one])
        if given[number] == 0 and given[largest] > 1:
            given[number], given[largest] = 1, given[largest] - 1
    return given
