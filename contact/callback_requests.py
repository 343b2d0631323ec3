"""What other roles ask of routing about callbacks."""

from dataclasses import dataclass

from contact.callbacks import Rest
from contact.commands import Done, Request
from contact.ids import E164, AgentId, CallId, Language, QueueId
from contact.times import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedCallback:
    """The callback that stands for a number now; `is_new`: it was made by this very order."""

    call: CallId
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCallback(Request[OrderedCallback]):
    """Have somebody called at `number`.

    A caller (`origin`) who waited in a queue gives it their place; `queue` and what stands with it is for one
    who did not. Said again with the same `key`, it answers the same and orders nothing. `Refused`:
    `number_not_allowed`, `callbacks_off` (no trunk to call by), `unknown_queue`, `in_the_past`, `too_many`.
    """

    number: E164
    key: str
    queue: QueueId | None = None
    requirement: str = ""
    priority: int = 0
    language: Language
    path: tuple[str, ...] = ()
    topic: str = ""
    origin: CallId | None = None
    by: AgentId | None = None
    not_before_at: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawCallback(Request[Done]):
    """Take a callback back; `Refused`: `no_such_callback` (unknown or over), `being_called`."""

    call: CallId
    by: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackStanding:
    """A callback that is not over. `place` is that of a call, or `resting` or `dialling`.

    While it rests, `due_at` is when it waits again and `rest` the reason. `attempts` of `attempts_max` were
    begun; at `expires_at` it is given up.
    """

    call: CallId
    number: E164
    queue: QueueId
    place: str
    priority: int
    language: Language
    topic: str
    joined_at: Seconds
    attempts: int
    attempts_max: int
    expires_at: Seconds
    due_at: Seconds | None = None
    rest: Rest | None = None
    origin: CallId | None = None
    by: AgentId | None = None
    agent: AgentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCallbacks(Request[tuple[CallbackStanding, ...]]):
    """Ask for every callback that is not over, in the one order of all who wait."""
