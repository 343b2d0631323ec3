"""What a supervisor does to a caller who waits, and what becomes known of it."""

from dataclasses import dataclass
from typing import TypeAlias

from contact.ids import AgentId, CallId, QueueId


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
class CallReranked:
    """A waiting call has another priority from now on. A fact of the engine."""

    call: CallId
    queue: QueueId
    priority: int
    by: AgentId


Steering: TypeAlias = PriorityChanged | CallMoved
"""The inputs among these."""
