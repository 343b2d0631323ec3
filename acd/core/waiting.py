"""The waiting room: callers grouped by what they ask of an agent.

A group is one queue and one requirement. Within it every caller may go to the same agents, so only its
first one ever needs looking at: a decision costs the number of groups, not of callers.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from acd.core.call import Call
from acd.core.skills import Node
from contact.ids import AgentId, CallId, QueueId

GroupKey: TypeAlias = tuple[QueueId, Node]
Rank: TypeAlias = tuple[int, float, int]


@dataclass(slots=True)
class Group:
    """Callers of one queue with one requirement, by rank; `able` is kept here by the books."""

    queue: QueueId
    requirement: Node
    calls: list[tuple[Rank, Call]] = field(default_factory=list)
    able: frozenset[AgentId] | None = None

    @property
    def rank(self) -> Rank:
        """The rank of the caller whose turn is first."""
        return self.calls[0][0]

    def first(self) -> Call:
        """Return the caller whose turn is first; a group is never empty."""
        return self.calls[0][1]


class WaitingRoom:
    """Everybody who waits and is not being offered just now."""

    def __init__(self) -> None:
        """Start empty."""
        self._groups: dict[GroupKey, Group] = {}
        self._place: dict[CallId, tuple[GroupKey, Rank]] = {}

    def __contains__(self, call: CallId) -> bool:
        """Return whether the call waits here."""
        return call in self._place

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._place)

    def groups(self) -> Iterator[Group]:
        """Return each group once."""
        return iter(self._groups.values())

    def count(self, queue: QueueId) -> int:
        """Return how many wait for `queue`."""
        return sum(len(group.calls) for group in self._groups.values() if group.queue == queue)

    def calls_of(self, queue: QueueId) -> list[Call]:
        """Return the callers who wait for `queue` in the order of their rank."""
        found = [entry for group in self._groups.values() if group.queue == queue for entry in group.calls]
        return [call for _, call in sorted(found, key=lambda entry: entry[0])]

    def calls(self) -> list[Call]:
        """Return all callers in the order of their rank."""
        everybody = [entry for group in self._groups.values() for entry in group.calls]
        return [call for _, call in sorted(everybody, key=lambda entry: entry[0])]

    def add(self, call: Call, requirement: Node) -> None:
        """Let `call` wait under `requirement`, at the place its rank gives it."""
        assert call.queue is not None  # noqa: S101 - a call without a queue cannot wait
        key = (call.queue, requirement)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(call.queue, requirement)
        rank = call.rank
        insort(group.calls, (rank, call), key=lambda entry: entry[0])
        self._place[call.call] = (key, rank)

    def remove(self, call: CallId) -> None:
        """Take `call` out, if it is here; an empty group goes too."""
        if call not in self._place:
            return
        key, rank = self._place.pop(call)
        group = self._groups[key]
        del group.calls[bisect_left(group.calls, rank, key=lambda entry: entry[0])]
        if not group.calls:
            del self._groups[key]
