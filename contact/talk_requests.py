"""Requests about a talk while it lasts; each is `Refused` where it makes no sense just then."""

from dataclasses import dataclass

from contact.commands import Done, Request
from contact.ids import AgentId, CallId, QueueId


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldTalk(Request[Done]):
    """Let the caller hear music."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeTalk(Request[Done]):
    """Go on talking to a caller on hold."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class RejoinTalk(Request[Done]):
    """Bring the sound of a talk to the agent's page; `Refused` (`on_desk_phone`) if another phone has it."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLostPage(Request[Done]):
    """Say that an agent's page is gone; without a talk on it that means nothing."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferTalk(Request[Done]):
    """Hand the caller on: to a queue, or to a colleague in the queue given or in the caller's own."""

    call: CallId
    agent: AgentId
    queue: QueueId | None = None
    to: AgentId | None = None
