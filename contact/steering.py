"""What people do to a call that waits, and what becomes known of it meanwhile."""

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
class WaitEstimated:
    """A caller who has just come into a queue has to wait `wait_s` for an answer, as far as the pace says."""

    call: CallId
    wait_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerFound:
    """The caller has an open case, and `agent` filed the newest of them."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReranked:
    """A waiting call has another priority from now on. A fact of the engine."""

    call: CallId
    queue: QueueId
    priority: int
    by: AgentId


Steering: TypeAlias = PriorityChanged | CallMoved | KeyPressed | WaitEstimated | OwnerFound
"""The inputs among these."""
