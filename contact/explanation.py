"""Why an offer was made as it was."""

from dataclasses import dataclass

from contact.ids import AgentId, CallId, OfferId, QueueId


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferExplained:
    """Why an offer went to this agent, what held the others back, and the `older_callers` it passed.

    `candidates` are the agents it could have gone to, each with their score, the chosen one first. `skipped`
    are the other agents who meet the requirement, each with the word for what kept them away. Whoever else
    was `signed_in` lacked a skill.
    """

    offer: OfferId
    call: CallId
    agent: AgentId
    queue: QueueId
    requirement: str
    strategy: str
    candidates: tuple[tuple[AgentId, float], ...]
    skipped: tuple[tuple[AgentId, str], ...]
    signed_in: tuple[AgentId, ...] = ()
    older_calls_passed: tuple[tuple[CallId, str], ...] = ()
    older_callers: int = 0

    @property
    def lacking(self) -> tuple[AgentId, ...]:
        """Return who was signed in and lacked a skill."""
        able = {agent for agent, _ in (*self.candidates, *self.skipped)}
        return tuple(agent for agent in self.signed_in if agent not in able)
