"""Listening: a supervisor hears a talk, may speak to its agent alone, or to both.

It is no part of routing: a talk is the same whether anybody listens or not, and a listening ends with it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType, TypeAlias

from contact.ids import AgentId, CallId, LegId
from contact.times import Seconds

ListeningId = NewType("ListeningId", str)
LISTEN_CHANNEL_PREFIX = "listen-"


def listen_channel_id(listening: ListeningId) -> LegId:
    """Return the Asterisk channel id of the supervisor's leg."""
    return LegId(LISTEN_CHANNEL_PREFIX + listening)


def listening_of_channel_id(leg: LegId) -> ListeningId | None:
    """Return the listening whose supervisor `leg` is; None for any other channel."""
    if not leg.startswith(LISTEN_CHANNEL_PREFIX) or ";" in leg:
        return None
    return ListeningId(leg.removeprefix(LISTEN_CHANNEL_PREFIX))


class ListenMode(StrEnum):
    """Who hears the supervisor: nobody, the agent, or agent and caller."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningBegan:
    """`by`, whose name is `name`, hears the talk of `call` that `agent` has, from `began_at` on."""

    listening: ListeningId
    call: CallId
    agent: AgentId
    by: AgentId
    name: str
    mode: ListenMode
    began_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningTurned:
    """`by` is heard by others than before."""

    listening: ListeningId
    call: CallId
    agent: AgentId
    by: AgentId
    mode: ListenMode


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningEnded:
    """It is over, or never began because nobody answered at the phone of `by`."""

    listening: ListeningId
    call: CallId
    agent: AgentId
    by: AgentId
    ended_at: Seconds


ListeningFact: TypeAlias = ListeningBegan | ListeningTurned | ListeningEnded
"""The facts among these."""
