"""Callbacks: a citizen who is to be called waits without a line, in the one order of all who wait.

A callback is a call of its own with an id of its own (`contact.ids.callback_id`): it has its own place, its
own offers and its own terminal record. An *attempt* is one dialling of the citizen; it begins when an agent
has answered the offer.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from contact.ids import E164, AgentId, CallId, Language, OfferId, QueueId
from contact.times import Seconds


class AttemptEnd(StrEnum):
    """How an attempt ended that did not lead to a talk."""

    BUSY = "busy"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    """Telephony was out of sight: the citizen may have been dialled."""


class Rest(StrEnum):
    """Why a callback does not wait for an agent just now."""

    SCHEDULED = "scheduled"
    GAP = "gap"
    HOURS = "hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackOrdered:
    """Somebody is to be called at `number`: the caller of `origin` asked for it, or `by` did for them.

    `origin` gives it its place, where that caller waited; else it joins `queue` now, or at `not_before_at`.
    The same `key` never makes a second callback.
    """

    call: CallId
    number: E164
    queue: QueueId
    key: str
    requirement: str = ""
    priority: int = 0
    language: Language
    path: tuple[str, ...] = ()
    topic: str = ""
    origin: CallId | None = None
    by: AgentId | None = None
    not_before_at: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackWithdrawn:
    """Somebody (`by`) took a callback back."""

    call: CallId
    by: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackDialled:
    """The agent has answered and the citizen is dialled, for the `attempt`th time. A fact of the engine."""

    call: CallId
    offer: OfferId
    agent: AgentId
    queue: QueueId
    attempt: int
    dialled_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAttempted:
    """The `attempt`th dialling ended without a talk. A fact of the engine."""

    call: CallId
    queue: QueueId
    attempt: int
    end: AttemptEnd
    ended_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRested:
    """A callback keeps its place and waits for no agent before `until_at`. A fact of the engine."""

    call: CallId
    queue: QueueId
    reason: Rest
    until_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackResumed:
    """A callback that rested waits for an agent again, at its old place. A fact of the engine."""

    call: CallId
    queue: QueueId
    resumed_at: Seconds


CallbackInput: TypeAlias = CallbackOrdered | CallbackWithdrawn
"""The inputs among these."""
CallbackFact: TypeAlias = CallbackDialled | CallbackAttempted | CallbackRested | CallbackResumed
"""The facts among these."""
