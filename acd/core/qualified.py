"""Who meets a requirement, found from who has each skill, and kept until anybody's skills change."""

from acd.core.skills import AllOf, AnyOf, Has, Levels, Node, Not, meets
from contact.ids import AgentId, Skill

KEPT_MAX = 10_000
"""The answers for so many requirements and parts of them are kept."""


class Qualified:
    """The agents, whatever they are doing, by what they can do."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._everybody: dict[AgentId, Levels] = {}
        self._having: dict[Skill, dict[AgentId, int]] = {}
        self._kept: dict[Node, frozenset[AgentId]] = {}

    def add(self, agent: AgentId, levels: Levels) -> None:
        """Take in an agent, or their other skills in the place of the old."""
        self.discard(agent)
        self._everybody[agent] = levels
        for skill, level in levels.items():
            self._having.setdefault(skill, {})[agent] = level

    def discard(self, agent: AgentId) -> None:
        """Forget an agent, if they are here."""
        self._kept.clear()
        for skill in self._everybody.pop(agent, ()):
            del self._having[skill][agent]

    def meeting(self, requirement: Node) -> frozenset[AgentId]:
        """Return the agents that meet `requirement`."""
        found = self._kept.get(requirement)
        if found is None:
            if len(self._kept) >= KEPT_MAX:
                self._kept.clear()
            found = self._kept[requirement] = self._find(requirement)
        return found

    def _find(self, requirement: Node) -> frozenset[AgentId]:
        """Put the answer together from those for its parts, which other requirements share."""
        match requirement:
            case Has():
                having = self._having.get(requirement.skill, {})
                return frozenset([agent for agent, level in having.items() if meets(requirement, level)])
            case Not():
                return frozenset(self._everybody).difference(self.meeting(requirement.inner))
            case AllOf() if not requirement.parts:
                return frozenset(self._everybody)
            case AllOf():
                return frozenset.intersection(*(self.meeting(part) for part in requirement.parts))
            case AnyOf():
                return frozenset().union(*(self.meeting(part) for part in requirement.parts))
