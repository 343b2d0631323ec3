"""What a supervisor or the caller does to a call that waits, and what becomes known of it."""

from dataclasses import dataclass
from typing import TypeAlias

from contact.ids import AgentId, CallId, QueueId

KEY_REASON = "key="
"""The reason of `CallLeftQueue` begins with this where the caller pressed a key, which follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityChanged:
    """Somebody (`by`) gave a waiting caller another priority, the queue's own included; higher goes first."""

    call: CallId
    priority: int
    by: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMoved:
    """Somebody (`by`) moved a waiting caller to another queue; the caller keeps the time of joining."""

    call: CallId
    queue: QueueId
    by: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPressed:
    """A caller who stands in `[wait]` pressed a key of the telephone: a digit, `*` or `#`."""

    call: CallId
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReranked:
    """A waiting call has another priority from now on. A fact of the engine."""

    call: CallId
    queue: QueueId
    priority: int
    by: AgentId


Steering: TypeAlias = PriorityChanged | CallMoved | KeyPressed
"""The inputs among these."""
