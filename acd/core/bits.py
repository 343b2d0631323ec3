"""Sets of agents as the bits of numbers: what two sets have in common is found at once, not one by one."""

from collections.abc import Iterable

from contact.ids import AgentId

KEPT_MAX = 10_000
"""The numbers of so many sets are kept: the sets of those who meet a requirement come again and again."""


class AgentBits:
    """One bit for every agent ever asked for."""

    def __init__(self) -> None:
        """Start with no agent known."""
        self._bit: dict[AgentId, int] = {}
        self._kept: dict[frozenset[AgentId], int] = {}

    def of(self, agents: Iterable[AgentId]) -> int:
        """Return the number in which the bits of `agents` are set."""
        bit, found = self._bit, 0
        for agent in agents:
            found |= bit.get(agent) or self._next(agent)
        return found

    def kept(self, agents: frozenset[AgentId]) -> int:
        """Return the same of a set that will be asked for again."""
        found = self._kept.get(agents)
        if found is None:
            if len(self._kept) >= KEPT_MAX:
                self._kept.clear()
            found = self._kept[agents] = self.of(agents)
        return found

    def _next(self, agent: AgentId) -> int:
        self._bit[agent] = 1 << len(self._bit)
        return self._bit[agent]
