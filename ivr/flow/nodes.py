"""A flow: the nodes a caller can be at, and where each of them leads.

A node either speaks (`Say`), asks for one key (`Menu`), asks whether the talk may be recorded (`Consent`),
looks at the clock (`OpenHours`), takes the order of a callback (`Callback`), changes the language
(`SwitchLanguage`) or ends the dialogue (`Queue`, `BackToQueue`,
`Voicemail`, `Emergency`, `HangUp`). Flows are read and checked by `ivr.adapters.flow_file`; a `Flow` that it
returns has no missing target, no dead end and no loop that goes round without a key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NewType, TypeAlias

from contact.ids import Language, QueueId
from contact.schedule import ScheduleId

NodeId = NewType("NodeId", str)
PromptId = NewType("PromptId", str)

ENTRIES = frozenset({"callback"})
"""Where callers come in who leave a queue, by the destination's name."""
NO_ENTRIES: Mapping[str, NodeId] = MappingProxyType({})
DIGITS = tuple(PromptId(f"digit_{digit}") for digit in range(10))
"""The prompts that a number is read out by."""
MESSAGE_PROMPTS = (PromptId("voicemail_greeting"), PromptId("voicemail_thanks"))
"""What the dialplan plays before and after a message is recorded."""
KEYS = "0123456789*#ABCD"
"""The keys a telephone can send (RFC 4733, events 0 to 15)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Play prompts and go on. A key pressed meanwhile stops them and is the first input of what follows.

    Where `interruptible` is False the prompts are played to their end and keys pressed meanwhile are lost.
    """

    node: NodeId
    prompts: tuple[PromptId, ...]
    next: NodeId
    interruptible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Say `prompts` and ask once more, as long as tries are left."""

    prompts: tuple[PromptId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GoTo:
    """Leave the menu for `next` at once."""

    next: NodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """Play prompts, then wait `timeout_s` for one key; ask at most `tries` times, then go to `exhausted`.

    `wrong_key` says what follows a key that leads nowhere, `silence` what follows no key at all.
    """

    node: NodeId
    prompts: tuple[PromptId, ...]
    keys: Mapping[str, NodeId]
    timeout_s: float
    tries: int
    wrong_key: Again | GoTo
    silence: Again | GoTo
    exhausted: NodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Ask whether the talk may be recorded: play prompts, wait `timeout_s` for a key, and go on to `next`.

    `key` agrees; any other key, and none, does not. Asked again, the last answer counts.
    """

    node: NodeId
    prompts: tuple[PromptId, ...]
    next: NodeId
    key: str = "1"
    timeout_s: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchLanguage:
    """Speak `language` from here on."""

    node: NodeId
    language: Language
    next: NodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHours:
    """Lead on by a schedule: to `open` or `closed`, or where an exception has its callers sent by name."""

    node: NodeId
    schedule: ScheduleId
    open: NodeId
    closed: NodeId
    exceptions: Mapping[str, NodeId] = field(default_factory=lambda: NO_ENTRIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackPrompts:
    """What is said at a `Callback`.

    `offer` at first; `number`, then the digits of the number, then `choices` (1: this number, 2:
    another, *: no callback); `enter` before a number is keyed in; `invalid` after one that cannot be
    called.
    """

    offer: tuple[PromptId, ...]
    number: tuple[PromptId, ...]
    choices: tuple[PromptId, ...]
    enter: tuple[PromptId, ...]
    invalid: tuple[PromptId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """Offer to call back: have the number confirmed or another keyed in, then order.

    Who waited keeps their place and what they asked for; `queue`, `requirement`, `priority` and `topic`
    are for others. `keys` are further ways out while a choice is asked for. Who chooses nothing goes to
    `declined`.
    """

    node: NodeId
    prompts: CallbackPrompts
    queue: QueueId
    requirement: Mapping[Language, str]
    ordered: NodeId
    already: NodeId
    declined: NodeId
    failed: NodeId
    keys: Mapping[str, NodeId]
    priority: int = 0
    topic: str = ""
    timeout_s: float = 5.0
    tries: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class BackToQueue:
    """Have a caller who left a queue go on waiting there, at their old place; others go to `otherwise`."""

    node: NodeId
    otherwise: NodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Hand the caller over to a queue.

    `requirement` holds the skill expression by the caller's language; a language that is not in it leaves
    the choice to the queue itself. A higher `priority` is served first. While the queue is closed its callers
    go to `closed`, None for where the flow sends all of them.
    """

    node: NodeId
    queue: QueueId
    requirement: Mapping[Language, str]
    priority: int = 0
    topic: str = ""
    closed: NodeId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicemail:
    """Have the caller leave a message, and end the call."""

    node: NodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """Hand the caller over to the emergency number."""

    node: NodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """End the call."""

    node: NodeId


End: TypeAlias = Queue | BackToQueue | Voicemail | Emergency | HangUp
Node: TypeAlias = Say | Menu | Consent | OpenHours | SwitchLanguage | Callback | End


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A whole dialogue.

    A call begins at `start` in `language`. One whose dialogue was cut off by a stopped controller
    begins again at `resume[language]`. One who leaves a queue for `callback` comes in at the entry of
    that name. After `visits_max` visits the caller goes to `too_long`, which is an end. Callers of a closed
    queue or line are sent to `closed`; None ends their call.
    """

    flow: str
    language: Language
    start: NodeId
    resume: Mapping[Language, NodeId]
    visits_max: int
    too_long: NodeId
    nodes: Mapping[NodeId, Node]
    entries: Mapping[str, NodeId] = field(default_factory=lambda: NO_ENTRIES)
    closed: NodeId | None = None
