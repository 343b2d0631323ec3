"""Ready agents in the order in which they became idle, kept so that a decision need not sort them."""

from bisect import bisect_left, insort
from collections.abc import Iterator

from contact.ids import AgentId
from contact.times import Seconds

_MANY = 5
"""Where more than one in so many of the idle are asked for, sorting them takes longer than finding them."""


class IdleOrder:
    """Agents, longest idle first, ties by agent id."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._order: list[tuple[Seconds, AgentId]] = []
        self._since: dict[AgentId, Seconds] = {}

    def __iter__(self) -> Iterator[tuple[Seconds, AgentId]]:
        """Return each agent after the moment they became idle."""
        return iter(self._order)

    def among(self, agents: frozenset[AgentId]) -> list[tuple[Seconds, AgentId]]:
        """Return those of `agents` who are idle, in order; sorts a few, and walks past the rest of many."""
        since = self._since
        found = since.keys() & agents
        if len(found) * _MANY > len(since):
            return [entry for entry in self._order if entry[1] in found]
        return sorted((since[one], one) for one in found)

    def add(self, agent: AgentId, since_at: Seconds) -> None:
        """Let an agent be idle since `since_at`, instead of whatever was said before."""
        self.discard(agent)
        self._since[agent] = since_at
        insort(self._order, (since_at, agent))

    def discard(self, agent: AgentId) -> None:
        """Take an agent out, if they are here."""
        since_at = self._since.pop(agent, None)
        if since_at is not None:
            del self._order[bisect_left(self._order, (since_at, agent))]
