"""The consultation that a pop shows: whom the agent asks, or who asks the agent."""

from dataclasses import dataclass
from typing import Any

from contact.consult import ConsultBegan, ConsultId, ConsultStanding, ConsultState, Party
from contact.ids import AgentId
from contact.times import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class PopConsult:
    """A consultation about the pop's call, `since_at` in its present state."""

    consult: ConsultId
    by: AgentId
    party: Party
    state: ConsultState
    joins: bool
    since_at: Seconds

    @classmethod
    def began(cls, event: ConsultBegan) -> "PopConsult":
        """Return one whose party is being rung."""
        return cls(
            consult=event.consult,
            by=event.by,
            party=event.party,
            state=ConsultState.DIALLING,
            joins=event.joins,
            since_at=event.began_at,
        )

    @classmethod
    def standing(cls, known: ConsultStanding) -> "PopConsult":
        """Return one that was there before us."""
        return cls(
            consult=known.consult,
            by=known.by,
            party=known.party,
            state=known.state,
            joins=known.joins,
            since_at=known.began_at,
        )

    def row(self) -> dict[str, Any]:
        """Return it as the page gets it."""
        return {
            "id": self.consult,
            "by": self.by,
            "kind": self.party.kind.value,
            "name": self.party.name,
            "agent": self.party.agent,
            "number": self.party.number,
            "state": self.state.value,
            "joins": self.joins,
            "since_at": self.since_at,
        }
