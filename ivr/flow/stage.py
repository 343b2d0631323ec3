"""Where a dialogue is, and what its stages make of what was heard: the table `ENDINGS`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from contact.ids import Language
from contact.times import Seconds
from ivr.flow import ordering, telling
from ivr.flow.line import EMPTY_LINE, Line
from ivr.flow.nodes import Flow, NodeId
from ivr.flow.turn import Asked, EndedBy, Number, Pressed

PATH_STEPS_MAX = 12
"""The last steps that are kept: a line of an Asterisk event holds less than 1,024 bytes."""


class Stage(StrEnum):
    """What the dialogue is doing."""

    SAYING = "saying"
    ASKING = "asking"
    TELLING = "telling"
    ENDED = "ended"


class Cause(StrEnum):
    """What was heard, seen from the node it was heard at."""

    NOTHING = "nothing"
    KEY = "key"
    WRONG_KEY = "wrong_key"
    LAST_WRONG_KEY = "last_wrong_key"
    LAST_NOTHING = "last_nothing"
    HANGUP = "hangup"


ENDINGS: Mapping[Stage, Mapping[Cause, EndedBy]] = MappingProxyType(
    {
        Stage.SAYING: {
            Cause.NOTHING: EndedBy.DONE,
            Cause.KEY: EndedBy.DIGITS,
            Cause.HANGUP: EndedBy.HANGUP,
        },
        Stage.ASKING: {
            Cause.NOTHING: EndedBy.SILENCE,
            Cause.KEY: EndedBy.DIGITS,
            Cause.WRONG_KEY: EndedBy.WRONG_KEY,
            Cause.LAST_NOTHING: EndedBy.EXHAUSTED,
            Cause.LAST_WRONG_KEY: EndedBy.EXHAUSTED,
            Cause.HANGUP: EndedBy.HANGUP,
        },
        Stage.TELLING: {
            Cause.NOTHING: EndedBy.DONE,
            Cause.KEY: EndedBy.DIGITS,
            Cause.HANGUP: EndedBy.HANGUP,
        },
        Stage.ENDED: {},
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """Where one caller is.

    `attempt` counts the tries of the present menu from 1; `ahead` is a key pressed during a `Say` that
    the next menu takes as its answer; `path` holds `node=key` for each key that led on, oldest first.
    `playing` is what was asked for last, `pressed` the last key that was heard. `caller` is the caller's own
    number, `waited` says that they came out of a queue; `asking` is there at a `Callback` node. `line` is
    what is decided about the line just now, and may be another one at the next step; `told` are the keys of
    what the caller was told already, `errand` what is being told.
    """

    flow: Flow
    language: Language
    node: NodeId
    stage: Stage = Stage.SAYING
    attempt: int = 1
    entered_at: Seconds = 0.0
    visits: int = 0
    ahead: str = ""
    path: tuple[str, ...] = ()
    playing: Asked | None = None
    pressed: Pressed | None = None
    caller: Number | None = None
    waited: bool = False
    asking: ordering.Asking | None = None
    line: Line = EMPTY_LINE
    told: frozenset[str] = frozenset()
    errand: telling.Errand | None = None
