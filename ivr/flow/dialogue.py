"""The dialogue with one caller: what was heard goes in, what is to be done comes out.

Theory of operation. A dialogue is at one node of its flow, in one of four stages: `SAYING` (a prompt is
played and nothing is asked), `ASKING` (a key is waited for), `TELLING` (what is told stands in no flow) and
`ENDED` (the caller was handed over or is gone). `begin` enters the first node, `step` takes what was heard.
Both return the new dialogue and the actions to perform in their order; the last one is always one of which
the outcome is to be heard (a `Play`, mostly), or an end. Every visit of a node, each try of a menu included,
yields one `Visited` when it is over.

What a stage makes of what was heard is the table `ENDINGS` of `ivr.flow.stage`; anything else is an
`IllegalMove`. What is said at a `Callback` node is `ivr.flow.ordering`.

Before a menu or a queue is entered, a caller may be told of a closure or hear flash messages
(`ivr.flow.telling`); these are no visits of nodes and are reported as `Told`.

What cannot happen: a dialogue that goes on for ever (`Flow.visits_max`), a visit without a `Visited`, an
action after an end, a path so long that Asterisk would cut it (`PATH_STEPS_MAX`).
"""

from dataclasses import replace
from typing import TypeAlias, assert_never

from contact.ids import Language
from contact.states import IllegalMove
from contact.times import Seconds
from ivr.flow import ordering, telling
from ivr.flow.line import EMPTY_LINE, Line
from ivr.flow.nodes import (
    KEYS,
    Again,
    BackToQueue,
    Callback,
    Consent,
    Emergency,
    End,
    Flow,
    GoTo,
    HangUp,
    Menu,
    Node,
    NodeId,
    OpenHours,
    PromptId,
    Queue,
    Say,
    SwitchLanguage,
    Voicemail,
)
from ivr.flow.stage import ENDINGS, PATH_STEPS_MAX, Cause, Dialogue, Stage
from ivr.flow.turn import (
    Action,
    Agree,
    CallEmergency,
    EndCall,
    EndedBy,
    Ending,
    HandOver,
    Heard,
    HungUp,
    LeaveMessage,
    Number,
    Play,
    Pressed,
    Speak,
    Told,
    Visited,
    WaitOn,
)

KEY_ECHO_S = 0.2
"""The same key within so short a time is the same press: a telephone sends the end of a key three times
(RFC 4733, 2.5.1.4), and Asterisk takes a late copy for a second key when other packets came between.
Nobody reads a new menu in that time."""
_GOES_ON = (Say, Menu, Consent, OpenHours, SwitchLanguage, Callback)
Step: TypeAlias = tuple[Dialogue, tuple[Action, ...]]


def begin(
    flow: Flow,
    at: Seconds,
    *,
    resumed_in: Language | None = None,
    caller: Number | None = None,
    entry: str = "",
    line: Line = EMPTY_LINE,
) -> Step:
    """Enter the flow at its start or, where `resumed_in` is given, at that language's place to resume.

    A language the flow has no such place for begins at the start, in the flow's own language. A caller who
    left a queue comes in at `entry`; where the flow has no such place they go on waiting.
    """
    if entry:
        begun = Dialogue(
            flow=flow,
            language=resumed_in or flow.language,
            node=flow.start,
            caller=caller,
            waited=True,
            line=line,
        )
        return _begin_out_of_queue(begun, at, entry)
    node = flow.resume.get(resumed_in) if resumed_in is not None else None
    language = resumed_in if resumed_in is not None and node is not None else flow.language
    first = node if node is not None else flow.start
    begun = Dialogue(flow=flow, language=language, node=first, caller=caller, line=line)
    state, actions = _enter(begun, first, at)
    return state, (Speak(language=language), *actions)


def _begin_out_of_queue(begun: Dialogue, at: Seconds, entry: str) -> Step:
    first = begun.flow.entries.get(entry)
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
    if state.errand is not None:
        return _hear_at_telling(state, state.errand, heard)
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
        case Consent():
            return _leave_consent(state, node, key, at)
        case (
            OpenHours()
            | SwitchLanguage()
            | Callback()
            | BackToQueue()
            | Queue()
            | Voicemail()
            | Emergency()
            | HangUp()
        ):
            message = f"nothing is heard at {node.node}"
            raise IllegalMove(message)
        case _:
            assert_never(node)


def _leave_consent(state: Dialogue, node: Consent, key: str, at: Seconds) -> Step:
    """Go on with what the caller said of being recorded."""
    agreed = key == node.key
    path = (*state.path, f"{node.node}={key}")[-PATH_STEPS_MAX:] if agreed else state.path
    after, actions = _enter(replace(state, path=path), node.next, at)
    return after, (Agree(agreed=agreed), *actions)


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
    if state.visits >= flow.visits_max and isinstance(node, _GOES_ON):
        node = flow.nodes[flow.too_long]
    first = _errand(state, node, at) if attempt == 1 else None
    if first is not None:
        return _tell(state, first, at)
    state = replace(state, node=node.node, attempt=attempt, entered_at=at, visits=state.visits + 1)
    match node:
        case Say():
            return _enter_say(state, node, at)
        case Menu() | Consent():
            return _enter_question(state, node, at, notice)
        case Callback():
            asked = ordering.begin(node, state.caller, state.language)
            asking = replace(state, stage=Stage.ASKING, ahead="", asking=asked.asking, playing=asked.action)
            return asking, (asked.action,)
        case SwitchLanguage() | OpenHours():
            return _pass(state, node, at)
        case BackToQueue() | Queue() | Voicemail() | Emergency() | HangUp():
            return _enter_end(state, node, at)
        case _:
            assert_never(node)


def _enter_end(state: Dialogue, node: End, at: Seconds) -> Step:
    if isinstance(node, BackToQueue) and not state.waited:
        after, actions = _enter(state, node.otherwise, at)
        return after, (_passed(node.node, EndedBy.DONE), *actions)
    ended = replace(state, stage=Stage.ENDED, playing=None)
    by = EndedBy.HANG_UP if isinstance(node, HangUp) else EndedBy.DONE
    return ended, (_passed(node.node, by), _ending(state, node))


def _pass(state: Dialogue, node: SwitchLanguage | OpenHours, at: Seconds) -> Step:
    """Pass a node at which nothing is said."""
    if isinstance(node, OpenHours):
        return _enter_hours(state, node, at)
    after, actions = _enter(replace(state, language=node.language), node.next, at)
    return after, (Speak(language=node.language), _passed(node.node, EndedBy.DONE), *actions)


def _enter_hours(state: Dialogue, node: OpenHours, at: Seconds) -> Step:
    """Lead on by the schedule; one that is not known is open, because nobody is turned away by mistake."""
    found = state.line.verdict(node.schedule, at)
    if found is None or found.is_open:
        following, ended_by = node.open, EndedBy.OPEN
    elif found.destination in node.exceptions:
        following, ended_by = node.exceptions[found.destination], EndedBy.EXCEPTION
    else:
        following, ended_by = node.closed, EndedBy.CLOSED
    after, actions = _enter(state, following, at)
    return after, (_passed(node.node, ended_by), *actions)


def _errand(state: Dialogue, node: Node, at: Seconds) -> telling.Errand | None:
    return telling.errand(
        state.flow,
        state.line,
        node,
        language=state.language,
        told=state.told,
        ahead=state.ahead,
        at=at,
    )


def _tell(state: Dialogue, errand: telling.Errand, at: Seconds) -> Step:
    """Tell the first of what is left, or go where the errand leads."""
    if not errand.tellings:
        return _end_errand(state, errand, at)
    first = errand.tellings[0]
    play = Play(prompts=(first.prompt,), language=first.language, keys=first.keys, wait_s=0.0)
    telling_it = replace(state, stage=Stage.TELLING, errand=errand, playing=play, entered_at=at)
    return telling_it, (play,)


def _end_errand(state: Dialogue, errand: telling.Errand, at: Seconds) -> Step:
    closes = frozenset({errand.closes} if errand.closes else ())
    done = replace(state, stage=Stage.SAYING, errand=None, playing=None, told=state.told | closes)
    if errand.next is not None:
        return _enter(done, errand.next, at)
    ended = replace(done, stage=Stage.ENDED)
    passed = _passed(NodeId(telling.CLOSED), EndedBy.HANG_UP)
    return ended, (passed, EndCall(language=state.language, path=state.path))


def _hear_at_telling(state: Dialogue, errand: telling.Errand, heard: Heard) -> Step:
    """Go on after one prompt of an errand: a key leaves the rest of it unsaid."""
    done, *rest = errand.tellings
    key = heard.key if isinstance(heard, Pressed) else ""
    cause = Cause.HANGUP if isinstance(heard, HungUp) else Cause.KEY if key else Cause.NOTHING
    ended_by = ENDINGS[state.stage][cause]
    visited = Visited(node=done.node, heard=key, ended_by=ended_by, spent_s=heard.at - state.entered_at)
    told = Told(visited=visited, language=done.language, flash=done.flash)
    if cause is Cause.HANGUP:
        return replace(state, stage=Stage.ENDED, errand=None), (told,)
    path = state.path if done.mark in state.path else (*state.path, done.mark)[-PATH_STEPS_MAX:]
    over = errand.tellings if key else (done,)
    told_keys = state.told | {one.key for one in over}
    after = replace(state, path=path, told=told_keys, ahead=key or state.ahead)
    if isinstance(heard, Pressed):
        after = replace(after, pressed=heard)
    left = replace(errand, tellings=() if key else tuple(rest))
    final, actions = _tell(after, left, heard.at)
    return final, (told, *actions)


def _enter_say(state: Dialogue, node: Say, at: Seconds) -> Step:
    if state.ahead and node.interruptible:
        after, actions = _enter(state, node.next, at)
        return after, (_passed(node.node, EndedBy.DIGITS), *actions)
    keys = KEYS if node.interruptible else ""
    play = Play(prompts=node.prompts, language=state.language, keys=keys, wait_s=0.0)
    return replace(state, stage=Stage.SAYING, playing=play), (play,)


def _enter_question(state: Dialogue, node: Menu | Consent, at: Seconds, notice: tuple[PromptId, ...]) -> Step:
    if isinstance(node, Menu):
        return _enter_menu(state, node, at, notice)
    # A key that was pressed before is for what came before, and agrees to nothing.
    play = Play(prompts=node.prompts, language=state.language, keys=KEYS, wait_s=node.timeout_s)
    return replace(state, stage=Stage.ASKING, ahead="", playing=play), (play,)


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
        case Voicemail():
            return LeaveMessage(language=state.language, path=state.path)
        case Emergency():
            return CallEmergency(language=state.language, path=state.path)
        case HangUp():
            return EndCall(language=state.language, path=state.path)
        case _:
            assert_never(node)


def _passed(node: NodeId, ended_by: EndedBy) -> Visited:
    return Visited(node=node, heard="", ended_by=ended_by, spent_s=0.0)
