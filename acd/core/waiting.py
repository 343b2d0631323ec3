"""The waiting room: callers grouped by what they ask of an agent.

A group is one queue, one requirement, and the one agent its callers are kept for, if any. Within it every
caller may go to the same agents, so only its first one ever needs looking at: a decision costs the number
of groups, not of callers.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TypeAlias

from acd.core.call import Call
from acd.core.skills import Node
from contact.ids import AgentId, CallId, QueueId

GroupKey: TypeAlias = tuple[QueueId, Node, AgentId | None]
Rank: TypeAlias = tuple[int, float, int]


@dataclass(slots=True, eq=False)
class Group:
    """Callers of one queue with one requirement, in the order of their `ranks`; `able` may serve them."""

    queue: QueueId
    requirement: Node
    kept_for: AgentId | None
    able: frozenset[AgentId]
    ranks: list[Rank] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    @property
    def rank(self) -> Rank:
        """The rank of the caller whose turn is first."""
        return self.ranks[0]

    def first(self) -> Call:
        """Return the caller whose turn is first; a group is never empty."""
        return self.calls[0]

    def count_before(self, rank: Rank) -> int:
        """Return how many of these callers have a smaller rank."""
        return bisect_left(self.ranks, rank)

    def add(self, rank: Rank, call: Call) -> None:
        """Let `call` stand where its rank says."""
        at = bisect_right(self.ranks, rank)
        self.ranks.insert(at, rank)
        self.calls.insert(at, call)

    def remove(self, rank: Rank) -> None:
        """Take out the call of this rank."""
        at = bisect_left(self.ranks, rank)
        del self.ranks[at], self.calls[at]


class WaitingRoom:
    """Everybody who waits and is not being offered just now."""

    def __init__(self) -> None:
        """Start empty."""
        self._groups: dict[GroupKey, Group] = {}
        self._place: dict[CallId, tuple[GroupKey, Rank]] = {}
        self._fronts: list[Group] = []
        self._front_ranks: list[Rank] = []
        self._ranks: list[Rank] = []

    def __contains__(self, call: CallId) -> bool:
        """Return whether the call waits here."""
        return call in self._place

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._place)

    def groups(self) -> Iterator[Group]:
        """Return each group once, in the order of their first callers."""
        return iter(self._fronts)

    def groups_before(self, rank: Rank) -> list[Group]:
        """Return the groups whose first caller ranks before `rank`, in order."""
        return self._fronts[: bisect_left(self._front_ranks, rank)]

    def count_before(self, rank: Rank) -> int:
        """Return how many rank before `rank`."""
        return bisect_left(self._ranks, rank)

    def count(self, queue: QueueId) -> int:
        """Return how many wait for `queue`."""
        return sum(len(group.calls) for group in self._groups.values() if group.queue == queue)

    def calls_of(self, queue: QueueId) -> list[Call]:
        """Return the callers who wait for `queue` in the order of their rank."""
        return _ranked(group for group in self._groups.values() if group.queue == queue)

    def calls(self) -> list[Call]:
        """Return all callers in the order of their rank."""
        return _ranked(self._groups.values())

    def add(self, call: Call, requirement: Node, able: frozenset[AgentId]) -> None:
        """Let `call` wait under `requirement`, which those `able` meet, at the place its rank gives it."""
        assert call.queue is not None  # noqa: S101 - a call without a queue cannot wait
        key = (call.queue, requirement, call.kept_for)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(call.queue, requirement, call.kept_for, able)
        rank = call.rank
        if not group.calls or rank < group.rank:
            self._drop_front(group)
            group.add(rank, call)
            self._put_front(group)
        else:
            group.add(rank, call)
        self._place[call.call] = (key, rank)
        insort(self._ranks, rank)

    def remove(self, call: CallId) -> None:
        """Take `call` out, if it is here; an empty group goes too."""
        if call not in self._place:
            return
        key, rank = self._place.pop(call)
        del self._ranks[bisect_left(self._ranks, rank)]
        group = self._groups[key]
        if rank != group.rank:
            group.remove(rank)
            return
        self._drop_front(group)
        group.remove(rank)
        if group.calls:
            self._put_front(group)
        else:
            del self._groups[key]

    def _put_front(self, group: Group) -> None:
        """Let a group stand where its first caller does."""
        at = bisect_right(self._front_ranks, group.rank)
        self._front_ranks.insert(at, group.rank)
        self._fronts.insert(at, group)

    def _drop_front(self, group: Group) -> None:
        """Take a group out of the order, if it has a first caller."""
        if group.calls:
            at = self._fronts.index(group, bisect_left(self._front_ranks, group.rank))
            del self._front_ranks[at], self._fronts[at]


def _ranked(groups: Iterable[Group]) -> list[Call]:
    """Return the callers of these groups in the order of their rank."""
    entries = [entry for group in groups for entry in zip(group.ranks, group.calls, strict=True)]
    return [call for _, call in sorted(entries, key=itemgetter(0))]
