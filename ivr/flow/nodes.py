"""A flow: the nodes a caller can be at, and where each of them leads.

A node either speaks (`Say`), asks for one key (`Menu`), changes the language (`SwitchLanguage`) or ends
the dialogue (`Queue`, `Emergency`, `HangUp`). Flows are read and checked by `ivr.adapters.flow_file`; a
`Flow` that it returns has no missing target, no dead end and no loop that goes round without a key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NewType, TypeAlias

from contact.ids import Language, QueueId

NodeId = NewType("NodeId", str)
PromptId = NewType("PromptId", str)

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
class SwitchLanguage:
    """Speak `language` from here on."""

    node: NodeId
    language: Language
    next: NodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Hand the caller over to a queue.

    `requirement` holds the skill expression by the caller's language; a language that is not in it leaves
    the choice to the queue itself. A higher `priority` is served first.
    """

    node: NodeId
    queue: QueueId
    requirement: Mapping[Language, str]
    priority: int = 0
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """Hand the caller over to the emergency number."""

    node: NodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """End the call."""

    node: NodeId


End: TypeAlias = Queue | Emergency | HangUp
Node: TypeAlias = Say | Menu | SwitchLanguage | End


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A whole dialogue.

    A call begins at `start` in `language`. One whose dialogue was cut off by a stopped controller begins
    again at `resume[language]`. After `visits_max` visits the caller goes to `too_long`, which is an end.
    """

    flow: str
    language: Language
    start: NodeId
    resume: Mapping[Language, NodeId]
    visits_max: int
    too_long: NodeId
    nodes: Mapping[NodeId, Node]
