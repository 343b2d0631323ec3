"""The order of a callback: offer it, have the number confirmed or keyed in, and place it.

Four phases. While the caller is `CHOOSING`, one key decides; `TYPING` collects digits until `#` or a silence;
`READING` waits for what the digits are as a number, `PLACING` for what became of the order. A number is
never called that was not read out to the caller and confirmed by a key. What cannot happen: more than `tries`
wrong or missing answers, more than `DIGITS_MAX` digits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from contact.ids import Language
from contact.states import IllegalMove
from ivr.flow.nodes import DIGITS, KEYS, Callback, NodeId, PromptId
from ivr.flow.turn import (
    Asked,
    EndedBy,
    Heard,
    Nothing,
    Number,
    NumberRead,
    OrderAnswer,
    OrderAnswered,
    PlaceOrder,
    Play,
    Pressed,
    ReadNumber,
)

THIS_NUMBER, OTHER_NUMBER, NO_CALLBACK, END_OF_NUMBER = "1", "2", "*", "#"
CHOICES = frozenset({THIS_NUMBER, OTHER_NUMBER, NO_CALLBACK})
DIGITS_MAX = 18
"""`00`, a country code and a number: longer than any (E.164: 15 digits)."""


class Phase(StrEnum):
    """What is waited for."""

    CHOOSING = "choosing"
    TYPING = "typing"
    READING = "reading"
    PLACING = "placing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Where the order stands; `attempt` counts answers that led nowhere, from 1."""

    phase: Phase
    number: Number | None = None
    typed: str = ""
    attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """Something whose outcome is to be heard."""

    asking: Asking
    action: Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaves:
    """The way out, and the key that led there."""

    next: NodeId
    heard: str = ""
    ended_by: EndedBy = EndedBy.DONE


def begin(node: Callback, caller: Number | None, language: Language) -> Asks:
    """Offer to call the caller back at their own number; ask those for one who have none."""
    phase = Phase.TYPING if caller is None else Phase.CHOOSING
    return _ask(node, Asking(phase=phase, number=caller), language, node.prompts.offer)


def hear(
    node: Callback, asking: Asking, heard: Heard, language: Language, path: tuple[str, ...]
) -> Asks | Leaves:
    """Return what follows from `heard`; raise `IllegalMove` for an answer to what was not asked."""
    match asking.phase, heard:
        case Phase.CHOOSING, Pressed(key=key):
            return _choose(node, asking, key, language, path)
        case Phase.TYPING, Pressed(key=key):
            return _type(node, asking, key, language)
        case Phase.CHOOSING | Phase.TYPING, Nothing():
            return _read(asking) if asking.typed else _again(node, asking, language, ())
        case _:
            return _hear_answer(node, asking, heard, language)


def _hear_answer(node: Callback, asking: Asking, heard: Heard, language: Language) -> Asks | Leaves:
    match asking.phase, heard:
        case Phase.READING, NumberRead(number=None):
            return _again(node, replace(asking, phase=Phase.TYPING), language, node.prompts.invalid)
        case Phase.READING, NumberRead(number=number):
            chosen = replace(asking, phase=Phase.CHOOSING, number=number, typed="")
            return _ask(node, chosen, language, ())
        case Phase.PLACING, OrderAnswered(answer=OrderAnswer.NOT_ALLOWED):
            typing = replace(asking, phase=Phase.TYPING, number=None)
            return _again(node, typing, language, node.prompts.invalid)
        case Phase.PLACING, OrderAnswered(answer=answer):
            return Leaves(next=_exits(node)[answer], heard=THIS_NUMBER, ended_by=EndedBy.DIGITS)
        case _:
            message = f"an order that is {asking.phase} cannot hear {type(heard).__name__}"
            raise IllegalMove(message)


def _exits(node: Callback) -> Mapping[OrderAnswer, NodeId]:
    return MappingProxyType(
        {
            OrderAnswer.ORDERED: node.ordered,
            OrderAnswer.ALREADY: node.already,
            OrderAnswer.FAILED: node.failed,
        }
    )


def _choose(
    node: Callback, asking: Asking, key: str, language: Language, path: tuple[str, ...]
) -> Asks | Leaves:
    if key == THIS_NUMBER and asking.number is not None:
        return Asks(
            asking=replace(asking, phase=Phase.PLACING),
            action=PlaceOrder(
                number=asking.number,
                queue=node.queue,
                requirement=node.requirement.get(language, ""),
                priority=node.priority,
                language=language,
                path=path,
                topic=node.topic,
            ),
        )
    if key == OTHER_NUMBER:
        return _ask(node, replace(asking, phase=Phase.TYPING, typed=""), language, ())
    if key == NO_CALLBACK:
        return Leaves(next=node.declined, heard=key, ended_by=EndedBy.DIGITS)
    if key in node.keys:
        return Leaves(next=node.keys[key], heard=key, ended_by=EndedBy.DIGITS)
    return _again(node, asking, language, ())


def _type(node: Callback, asking: Asking, key: str, language: Language) -> Asks | Leaves:
    if key == NO_CALLBACK:
        return Leaves(next=node.declined, heard=key, ended_by=EndedBy.DIGITS)
    if key == END_OF_NUMBER:
        return _read(asking)
    if not key.isdecimal():
        return _again(node, replace(asking, typed=""), language, node.prompts.invalid)
    typed = asking.typed + key
    if len(typed) >= DIGITS_MAX:
        return _read(replace(asking, typed=typed))
    listening = Play(prompts=(), language=language, keys=KEYS, wait_s=node.timeout_s)
    return Asks(asking=replace(asking, typed=typed), action=listening)


def _read(asking: Asking) -> Asks:
    return Asks(asking=replace(asking, phase=Phase.READING), action=ReadNumber(digits=asking.typed))


def _again(node: Callback, asking: Asking, language: Language, notice: tuple[PromptId, ...]) -> Asks | Leaves:
    if asking.attempt >= node.tries:
        return Leaves(next=node.declined, ended_by=EndedBy.EXHAUSTED)
    return _ask(node, replace(asking, typed="", attempt=asking.attempt + 1), language, notice)


def _ask(node: Callback, asking: Asking, language: Language, notice: tuple[PromptId, ...]) -> Asks:
    prompts = node.prompts.enter
    if asking.phase is Phase.CHOOSING and asking.number is not None:
        read_out = tuple(DIGITS[int(digit)] for digit in asking.number.digits)
        prompts = (*node.prompts.number, *read_out, *node.prompts.choices)
    play = Play(prompts=(*notice, *prompts), language=language, keys=KEYS, wait_s=node.timeout_s)
    return Asks(asking=asking, action=play)
