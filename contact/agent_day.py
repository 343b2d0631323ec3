"""An agent's own day: what the store knows of it."""

from dataclasses import dataclass

from contact.commands import Request
from contact.ids import AgentId, CallId
from contact.times import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentTally:
    """The calls of one agent: how many, how long they talked, and how many have no disposition."""

    agent: AgentId
    calls: int
    talk_s: float
    without_disposition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentDay(Request[AgentTally]):
    """Ask the bridge for the calls that `agent` answered from `begins_at` to before `ends_at`.

    `in_hand` is the call that the agent has not finished with, which may have no disposition yet.
    """

    agent: AgentId
    begins_at: Seconds
    ends_at: Seconds
    in_hand: CallId | None = None
