"""Requests about a talk while it lasts; each is `Refused` where it makes no sense just then."""

from dataclasses import dataclass

from contact.commands import Done, Request
from contact.consult import Party
from contact.ids import E164, NO_NUMBER, AgentId, CallId, QueueId


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
    """Hand the caller on: to a queue, a colleague in the queue given or the caller's own, or a number."""

    call: CallId
    agent: AgentId
    queue: QueueId | None = None
    to: AgentId | None = None
    number: E164 = NO_NUMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultParty(Request[Done]):
    """Ask a third about the caller, who hears music meanwhile, or with `joins` in the talk itself."""

    call: CallId
    agent: AgentId
    party: Party
    joins: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinConsult(Request[Done]):
    """Let caller, agent and party hear each other."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class EndConsult(Request[Done]):
    """Be alone with the caller again; a colleague who is asked gives up their part."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(Request[Done]):
    """Leave the caller to the party that was asked."""

    call: CallId
    agent: AgentId
