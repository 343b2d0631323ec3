"""The dialogue with one caller: what was heard goes in, what is to be done comes out.

Theory of operation. A dialogue is at one node of its flow, in one of three stages: `SAYING` (a prompt is
played and nothing is asked), `ASKING` (a key is waited for) and `ENDED` (the caller was handed over or is
gone). `begin` enters the first node, `step` takes what was heard. Both return the new dialogue and the
actions to perform in their order; the last one is always one of which the outcome is to be heard (a `Play`,
mostly), or an end. Every visit of a node, each try of a menu included, yields one `Visited` when it is over.

What a stage makes of what was heard is the table `ENDINGS`; anything else is an `IllegalMove`. What is said
at a `Callback` node is `ivr.flow.ordering`.

What cannot happen: a dialogue that goes on for ever (`Flow.visits_max`), a visit without a `Visited`, an
action after an end, a path so long that Asterisk would cut it (`PATH_STEPS_MAX`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias, assert_never

from contact.ids import Language
from contact.states import IllegalMove
from contact.times import Seconds
from ivr.flow import ordering
from ivr.flow.nodes import (
    KEYS,
    Again,
    BackToQueue,
    Callback,
    Emergency,
    End,
    Flow,
    GoTo,
    HangUp,
    Menu,
    Node,
    NodeId,
    PromptId,
    Queue,
    Say,
    SwitchLanguage,
)
from ivr.flow.turn import (
    Action,
    Asked,
    CallEmergency,
    EndCall,
    EndedBy,
    Ending,
    HandOver,
    Heard,
    HungUp,
    Number,
    Play,
    Pressed,
    Speak,
    Visited,
    WaitOn,
)

PATH_STEPS_MAX = 12
"""The last steps that are kept: a line of an Asterisk event holds less than 1,024 bytes."""
KEY_ECHO_S = 0.2
"""The same key within so short a time is the same press: a telephone sends the end of a key three times
(RFC 4733, 2.5.1.4), and Asterisk takes a late copy for a second key when other packets came between.
Nobody reads a new menu in that time."""


class Stage(StrEnum):
    """What the dialogue is doing."""

    SAYING = "saying"
    ASKING = "asking"
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
        Stage.ENDED: {},
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """Where one caller is.

    `attempt` counts the tries of the present menu from 1; `ahead` is a key pressed during a `Say` that
    the next menu takes as its answer; `path` holds `node=key` for each key that led on, oldest first.
    `playing` is what was asked for last, `pressed` the last key that was heard. `caller` is the caller's own
    number, `waited` says that they came out of a queue; `asking` is there at a `Callback` node.
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


Step: TypeAlias = tuple[Dialogue, tuple[Action, ...]]


def begin(
    flow: Flow,
    at: Seconds,
    *,
    resumed_in: Language | None = None,
    caller: Number | None = None,
    entry: str = "",
) -> Step:
    """Enter the flow at its start or, where `resumed_in` is given, at that language's place to resume.

    A language the flow has no such place for begins at the start, in the flow's own language. A caller who
    left a queue comes in at `entry`; where the flow has no such place they go on waiting.
    """
    if entry:
        return _begin_out_of_queue(flow, at, resumed_in or flow.language, caller, entry)
    node = flow.resume.get(resumed_in) if resumed_in is not None else None
    language = resumed_in if resumed_in is not None and node is not None else flow.language
    first = node if node is not None else flow.start
    begun = Dialogue(flow=flow, language=language, node=first, caller=caller)
    state, actions = _enter(begun, first, at)
    return state, (Speak(language=language), *actions)


def _begin_out_of_queue(
    flow: Flow, at: Seconds, language: Language, caller: Number | None, entry: str
) -> Step:
    first = flow.entries.get(entry)
    begun = Dialogue(flow=flow, language=language, node=first or flow.start, caller=caller, waited=True)
    if first is None:
        return replace(begun, stage=Stage.ENDED), (WaitOn(),)
    return _enter(begun, first, at)


def step(state: Dialogue, heard: Heard) -> Step:
    """Return the dialogue after `heard`, and what is to be done now.

    Raises:
        IllegalMove: the dialogue has ended.

    """
    if state.playing is not None and _is_echo(state.pressed, heard):
        return state, (state.playing,)
    node = state.flow.nodes[state.node]
    if isinstance(node, Callback) and not isinstance(heard, HungUp):
        return _hear_at_callback(state, node, heard)
    key = heard.key if isinstance(heard, Pressed) else ""
    cause = Cause.HANGUP if isinstance(heard, HungUp) else _cause(node, state.attempt, key)
    ended_by = ENDINGS[state.stage].get(cause)
    if ended_by is None:
        message = f"a dialogue that is {state.stage} cannot hear {cause}"
        raise IllegalMove(message)
    visited = Visited(node=state.node, heard=key, ended_by=ended_by, spent_s=heard.at - state.entered_at)
    if ended_by is EndedBy.HANGUP:
        return replace(state, stage=Stage.ENDED), (visited,)
    if isinstance(heard, Pressed):
        state = replace(state, pressed=heard)
    after, actions = _leave(state, node, key, ended_by, heard.at)
    return after, (visited, *actions)


def _is_echo(pressed: Pressed | None, heard: Heard) -> bool:
    """Tell whether a key is a late copy of the one before it."""
    if pressed is None or not isinstance(heard, Pressed):
        return False
    return heard.key == pressed.key and heard.at - pressed.at < KEY_ECHO_S


def _cause(node: Node, attempt: int, key: str) -> Cause:
    """Say what a key, or none, means at a node."""
    if not isinstance(node, Menu):
        return Cause.KEY if key else Cause.NOTHING
    if key in node.keys:
        return Cause.KEY
    answer = node.wrong_key if key else node.silence
    if isinstance(answer, Again) and attempt >= node.tries:
        return Cause.LAST_WRONG_KEY if key else Cause.LAST_NOTHING
    return Cause.WRONG_KEY if key else Cause.NOTHING


def _leave(state: Dialogue, node: Node, key: str, ended_by: EndedBy, at: Seconds) -> Step:
    """Go where the end of a visit leads."""
    match node:
        case Say():
            return _enter(replace(state, ahead=key or state.ahead), node.next, at)
        case Menu():
            return _leave_menu(state, node, key, ended_by, at)
        case SwitchLanguage() | Callback() | BackToQueue() | Queue() | Emergency() | HangUp():
            message = f"nothing is heard at {node.node}"
            raise IllegalMove(message)
        case _:
            assert_never(node)


def _leave_menu(state: Dialogue, menu: Menu, key: str, ended_by: EndedBy, at: Seconds) -> Step:
    """Go where the end of a try leads: on by the key, away, or back to the same menu."""
    if ended_by is EndedBy.DIGITS:
        path = (*state.path, f"{menu.node}={key}")[-PATH_STEPS_MAX:]
        return _enter(replace(state, path=path), menu.keys[key], at)
    if ended_by is EndedBy.EXHAUSTED:
        return _enter(state, menu.exhausted, at)
    answer = menu.wrong_key if ended_by is EndedBy.WRONG_KEY else menu.silence
    match answer:
        case GoTo():
            return _enter(state, answer.next, at)
        case Again():
            return _enter(state, menu.node, at, attempt=state.attempt + 1, notice=answer.prompts)
        case _:
            assert_never(answer)


def _hear_at_callback(state: Dialogue, node: Callback, heard: Heard) -> Step:
    """Go on asking for a callback's number, or leave with what came of it."""
    if state.stage is not Stage.ASKING or state.asking is None or isinstance(heard, HungUp):
        message = f"a dialogue that is {state.stage} cannot hear an answer"
        raise IllegalMove(message)
    followed = ordering.hear(node, state.asking, heard, state.language, state.path)
    pressed = heard if isinstance(heard, Pressed) else state.pressed
    if isinstance(followed, ordering.Asks):
        asking = replace(state, asking=followed.asking, playing=followed.action, pressed=pressed)
        return asking, (followed.action,)
    key = followed.heard
    path = (*state.path, f"{node.node}={key}")[-PATH_STEPS_MAX:] if key else state.path
    spent_s = heard.at - state.entered_at
    visited = Visited(node=node.node, heard=key, ended_by=followed.ended_by, spent_s=spent_s)
    left = replace(state, asking=None, path=path, pressed=pressed)
    after, actions = _enter(left, followed.next, heard.at)
    return after, (visited, *actions)


def _enter(
    state: Dialogue, target: NodeId, at: Seconds, *, attempt: int = 1, notice: tuple[PromptId, ...] = ()
) -> Step:
    """Enter `target` and go on until something is to be played or the dialogue ends."""
    flow = state.flow
    node = flow.nodes[target]
    if state.visits >= flow.visits_max and isinstance(node, Say | Menu | SwitchLanguage | Callback):
        node = flow.nodes[flow.too_long]
    state = replace(state, node=node.node, attempt=attempt, entered_at=at, visits=state.visits + 1)
    match node:
        case Say():
            return _enter_say(state, node, at)
        case Menu():
            return _enter_menu(state, node, at, notice)
        case SwitchLanguage():
            after, actions = _enter(replace(state, language=node.language), node.next, at)
            return after, (Speak(language=node.language), _passed(node.node, EndedBy.DONE), *actions)
        case Callback():
            asked = ordering.begin(node, state.caller, state.language)
            asking = replace(state, stage=Stage.ASKING, ahead="", asking=asked.asking, playing=asked.action)
            return asking, (asked.action,)
        case BackToQueue() if not state.waited:
            after, actions = _enter(state, node.otherwise, at)
            return after, (_passed(node.node, EndedBy.DONE), *actions)
        case BackToQueue() | Queue() | Emergency() | HangUp():
            ended = replace(state, stage=Stage.ENDED, playing=None)
            by = EndedBy.HANG_UP if isinstance(node, HangUp) else EndedBy.DONE
            return ended, (_passed(node.node, by), _ending(state, node))
        case _:
            assert_never(node)


def _enter_say(state: Dialogue, node: Say, at: Seconds) -> Step:
    if state.ahead and node.interruptible:
        after, actions = _enter(state, node.next, at)
        return after, (_passed(node.node, EndedBy.DIGITS), *actions)
    keys = KEYS if node.interruptible else ""
    play = Play(prompts=node.prompts, language=state.language, keys=keys, wait_s=0.0)
    return replace(state, stage=Stage.SAYING, playing=play), (play,)


def _enter_menu(state: Dialogue, node: Menu, at: Seconds, notice: tuple[PromptId, ...]) -> Step:
    asking = replace(state, stage=Stage.ASKING, ahead="", playing=None)
    if state.ahead:
        return step(asking, Pressed(key=state.ahead, at=at))
    prompts = (*notice, *node.prompts)
    play = Play(prompts=prompts, language=state.language, keys=KEYS, wait_s=node.timeout_s)
    return replace(asking, playing=play), (play,)


def _ending(state: Dialogue, node: End) -> Ending:
    match node:
        case Queue():
            return HandOver(
                queue=node.queue,
                requirement=node.requirement.get(state.language, ""),
                priority=node.priority,
                language=state.language,
                path=state.path,
                topic=node.topic,
            )
        case BackToQueue():
            return WaitOn()
        case Emergency():
            return CallEmergency(language=state.language, path=state.path)
        case HangUp():
            return EndCall(language=state.language, path=state.path)
        case _:
            assert_never(node)


def _passed(node: NodeId, ended_by: EndedBy) -> Visited:
    return Visited(node=node, heard="", ended_by=ended_by, spent_s=0.0)
