"""Requests of supervisors who want to hear a talk."""

from dataclasses import dataclass

from contact.commands import Done, Request
from contact.ids import AgentId, CallId, Extension
from contact.listening import ListeningId, ListenMode


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningStarted:
    """The supervisor's phone is being rung."""

    listening: ListeningId


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenIn(Request[ListeningStarted]):
    """Ring the phone of `by` for the talk of `call`: the one `in_page`, or the one on their desk.

    `Refused` (`not_talking`, `listening_already`, `phone_unreachable`).
    """

    call: CallId
    by: AgentId
    name: str
    extension: Extension
    in_page: bool
    mode: ListenMode


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnListening(Request[Done]):
    """Be heard by others than before; `Refused` (`no_such_listening`) where it is over, or not of `by`."""

    listening: ListeningId
    by: AgentId
    mode: ListenMode


@dataclass(frozen=True, slots=True, kw_only=True)
class StopListening(Request[Done]):
    """End a listening; `Refused` (`no_such_listening`) where it is over, or not of `by`."""

    listening: ListeningId
    by: AgentId
