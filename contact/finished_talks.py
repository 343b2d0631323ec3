"""Talks that are over, as the store knows them: what is asked about them besides a caller's history."""

from dataclasses import dataclass

from contact.commands import Request
from contact.ids import E164, AgentId, CallId, Language, QueueId
from contact.times import Seconds

ASKED_AGENTS_MAX = 100
LISTED_TALKS_MAX = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedTalk:
    """A call that an agent answered, with what they said of it; it began at `connected_at`."""

    call: CallId
    agent: AgentId
    queue: QueueId | None
    caller: E164
    language: Language
    topic: str
    disposition: str
    note: str
    connected_at: Seconds
    wait_s: float
    talk_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTalks(Request[tuple[FinishedTalk, ...]]):
    """Ask the bridge for the talks of `agents` that began from `begins_at` to before `ends_at`, in order.

    `Refused` (`too_many`) for more than `ASKED_AGENTS_MAX` agents or `LISTED_TALKS_MAX` talks: a part of them
    would be a choice that nobody made.
    """

    agents: tuple[AgentId, ...]
    begins_at: Seconds
    ends_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class GetTalk(Request[FinishedTalk | None]):
    """Ask for one talk that is over."""

    call: CallId
