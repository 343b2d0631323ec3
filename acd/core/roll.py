"""The roll: who is signed in."""

from bisect import bisect_left, insort

from contact.ids import AgentId


class Roll:
    """Agents in the order of their ids; as a value that stays as it is when somebody comes or goes."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._present: set[AgentId] = set()
        self._order: list[AgentId] = []
        self._called: tuple[AgentId, ...] | None = None

    def add(self, agent: AgentId) -> None:
        """Let an agent be signed in."""
        if agent not in self._present:
            self._present.add(agent)
            insort(self._order, agent)
            self._called = None

    def discard(self, agent: AgentId) -> None:
        """Let an agent be signed in no more."""
        if agent in self._present:
            self._present.discard(agent)
            del self._order[bisect_left(self._order, agent)]
            self._called = None

    def among(self, agents: frozenset[AgentId]) -> list[AgentId]:
        """Return those of `agents` who are signed in, in order."""
        return sorted(agents & self._present)

    def call(self) -> tuple[AgentId, ...]:
        """Return everybody; the same value as before where nobody came or went."""
        if self._called is None:
            self._called = tuple(self._order)
        return self._called
