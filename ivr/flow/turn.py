"""One turn of a dialogue: what was heard, and what is to be done."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from contact.flash import FlashId
from contact.ids import E164, Language, QueueId
from contact.times import Seconds
from ivr.flow.nodes import NodeId, PromptId


class EndedBy(StrEnum):
    """How a visit ended, as `contact.events.NodeVisited` names it."""

    DONE = "done"
    DIGITS = "digits"
    WRONG_KEY = "wrong_key"
    SILENCE = "silence"
    EXHAUSTED = "exhausted"
    HANGUP = "hangup"
    """The caller hung up."""
    HANG_UP = "hang_up"
    """The flow ended the call: the caller heard it to its end."""
    OPEN = "open"
    CLOSED = "closed"
    EXCEPTION = "exception"
    """Closed, and led where an exception of the schedule sends its callers."""


class OrderAnswer(StrEnum):
    """What became of the order of a callback."""

    ORDERED = "ordered"
    ALREADY = "already"
    """This number has one in the queue, and keeps it."""
    NOT_ALLOWED = "not_allowed"
    """Such numbers are not called."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A telephone number, and the digits that people of this country know it by."""

    e164: E164
    digits: str


# --- what was heard ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """The caller pressed a key, during a prompt or after it."""

    key: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """The prompts were played, the time to wait is over, and no key came."""

    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class HungUp:
    """The caller is gone."""

    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRead:
    """What the digits that were asked about are as a number, None for no number that can be called."""

    number: Number | None
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAnswered:
    """What became of the order of a callback."""

    answer: OrderAnswer
    at: Seconds


Heard: TypeAlias = Pressed | Nothing | HungUp | NumberRead | OrderAnswered

# --- what is to be done ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """Play prompts one after another, then wait `wait_s` for a key; any of `keys` ends it at once."""

    prompts: tuple[PromptId, ...]
    language: Language
    keys: str
    wait_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Speak:
    """Change the channel's language."""

    language: Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Agree:
    """The caller agreed to be recorded, or did not."""

    agreed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """One visit of a node is over."""

    node: NodeId
    heard: str
    ended_by: EndedBy
    spent_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something that stands in no flow was told, as `visited` says; `flash` None: of a closure."""

    visited: Visited
    language: Language
    flash: FlashId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNumber:
    """Find out what number these digits are."""

    digits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder:
    """Order a callback; `queue` and what follows are for a caller who waited in none."""

    number: Number
    queue: QueueId
    requirement: str
    priority: int
    language: Language
    path: tuple[str, ...]
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitOn:
    """Let a caller who left a queue go on waiting there, at the old place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Give the caller to a queue, with everything routing and the consultant should know."""

    queue: QueueId
    requirement: str
    priority: int
    language: Language
    path: tuple[str, ...]
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEmergency:
    """Give the caller to the emergency number."""

    language: Language
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveMessage:
    """Have the caller leave a message."""

    language: Language
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCall:
    """Hang up."""

    language: Language
    path: tuple[str, ...]


Asked: TypeAlias = Play | ReadNumber | PlaceOrder
"""Each of these is the last of its actions, and what comes of it is to be heard."""
Ending: TypeAlias = HandOver | WaitOn | CallEmergency | LeaveMessage | EndCall
Action: TypeAlias = Asked | Speak | Agree | Visited | Told | Ending
