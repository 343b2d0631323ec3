"""One agent: what they asked for, what they are, and what the strategies need to know of them."""

from dataclasses import dataclass, field

from acd.core.skills import Levels
from contact.commands import Publish
from contact.events import AgentStateChanged
from contact.ids import AgentId, CallId, Extension, OfferId, Skill
from contact.states import AgentCause, AgentState, Availability, PhoneState, next_agent_state
from contact.times import Seconds

_READY = AgentState.READY
"""At hand: to look it up takes longer than all the rest of asking whether an agent is free."""


@dataclass(slots=True, kw_only=True)
class Agent:
    """An agent in the engine's books; only the engine writes here.

    `offer` is the pending offer or the one being talked on; `leg` the offer whose channel is still up at
    the phone, which may outlast the call; `held_until_at` keeps new offers away after one that failed.
    `idle_since_at` is when they last became free of a call, across all queues.
    """

    agent: AgentId
    name: str
    extension: Extension
    skills: tuple[tuple[Skill, int], ...]
    wrap_up_s: float | None
    idle_since_at: Seconds
    since_at: Seconds
    availability: Availability = Availability.LOGGED_OUT
    reason: str = ""
    by: AgentId | None = None
    state: AgentState = AgentState.LOGGED_OUT
    phone: PhoneState = PhoneState.UNREACHABLE
    offer: OfferId | None = None
    leg: OfferId | None = None
    call: CallId | None = None
    held_until_at: Seconds | None = None
    until_at: Seconds | None = None
    extended: bool = False
    missed_offers: int = 0
    offered_at: Seconds = 0.0
    calls: int = 0
    talk_s: float = 0.0
    shown_reason: str = ""
    levels: Levels = field(init=False)

    def __post_init__(self) -> None:
        """Index the skills."""
        self.levels = dict(self.skills)

    @property
    def is_free(self) -> bool:
        """Return whether a call may be offered now."""
        return self.state is _READY and self.leg is None and self.held_until_at is None

    def move(self, cause: AgentCause, now: Seconds, *, until_at: Seconds | None = None) -> Publish:
        """Go where `cause` leads and return the fact; raise `IllegalMove` and change nothing otherwise."""
        old, self.state = self.state, next_agent_state(self.state, cause)
        self.since_at = now
        self.until_at = until_at
        self.shown_reason = self.why()
        return Publish(fact=self.as_fact(old))

    def as_fact(self, old: AgentState) -> AgentStateChanged:
        """Return where the agent stands, having come from `old`."""
        return AgentStateChanged(
            agent=self.agent,
            old=old,
            new=self.state,
            availability=self.availability,
            reason=self.shown_reason,
            by=self.by,
            call=self.call,
            since_at=self.since_at,
            until_at=self.until_at,
        )

    def resting_cause(self) -> AgentCause:
        """Return the move to where an agent without a call belongs, by wish and by phone."""
        if self.availability is Availability.LOGGED_OUT:
            return AgentCause.LOGGED_OUT
        if self.availability is Availability.NOT_READY or self.phone is not PhoneState.IDLE:
            return AgentCause.WENT_NOT_READY
        return AgentCause.WENT_READY

    def why(self) -> str:
        """Return the reason that belongs to the state: the person's own, or the phone's where it is that."""
        if self.state is not AgentState.NOT_READY or self.availability is not Availability.READY:
            return self.reason
        return self.reason if self.phone is PhoneState.IDLE else f"phone_{self.phone}"
