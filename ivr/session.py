"""One caller in the IVR: joins the dialogue, which decides, to their telephone, which is told what to do.

A call whose dialogue was cut off (a killed or stopped controller) finds `CENTRALA_ATTACHED` set when the
dialplan brings it back: it begins again where the flow resumes in its language, without the greeting.
`CENTRALA_NEXT` is the very last variable to be set: without it the dialplan takes the script for broken.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol, assert_never
from urllib.parse import quote

from contact.callback_requests import OrderCallback
from contact.errors import NotAvailable, Refused
from contact.events import NodeVisited
from contact.flash import FlashHeard
from contact.ids import E164, Language
from contact.missed import CallEntered, CallHandedOver
from contact.numbers import mask
from ivr.errors import AgiGone, CallerHungUp
from ivr.flow.dialogue import begin, step
from ivr.flow.line import Line
from ivr.flow.nodes import Flow, PromptId
from ivr.flow.turn import (
    Action,
    Agree,
    Asked,
    CallEmergency,
    EndCall,
    EndedBy,
    Ending,
    HandOver,
    Heard,
    HungUp,
    LeaveMessage,
    Nothing,
    Number,
    NumberRead,
    OrderAnswer,
    OrderAnswered,
    PlaceOrder,
    Play,
    Pressed,
    ReadNumber,
    Speak,
    Told,
    Visited,
    WaitOn,
)
from ivr.measure import IvrMeasures
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.telephone import to_e164, to_keyed

log = logging.getLogger(__name__)


class Phone(Protocol):
    """What a session asks of the caller's telephone; every method raises `CallerHungUp`."""

    async def play(self, prompts: Sequence[PromptId], *, language: Language, keys: str, wait_s: float) -> str:
        """Play prompts, wait for a key, return it or ""."""

    async def set_variables(self, values: Sequence[tuple[str, str]]) -> None:
        """Set channel variables in this order."""

    async def get_variable(self, name: str) -> str:
        """Return a channel variable, "" where it is not set."""


class CallSession:
    """The dialogue with one caller, from the first prompt to the hand-over."""

    def __init__(
        self,
        *,
        phone: Phone,
        entered: CallEntered,
        flow: Flow,
        bus: Bus,
        clock: Clock,
        measures: IvrMeasures,
        line: Callable[[], Line] = Line,
    ) -> None:
        """Join the `phone` of the caller who has `entered` to a new dialogue; publish on `bus`.

        `line` says what is decided about the line; it is asked again before each step.
        """
        self._phone = phone
        self._entered = entered
        self._call = entered.call
        self._flow = flow
        self._bus = bus
        self._clock = clock
        self._measures = measures
        self._line = line

    async def run(self) -> None:
        """Talk until the caller is handed over; raise `CallerHungUp` or `AgiGone` when they are gone."""
        attached = await self._phone.get_variable("CENTRALA_ATTACHED")
        spoken = Language(await self._phone.get_variable("CENTRALA_LANGUAGE")) if attached else None
        caller = self._entered.caller
        await self._phone.set_variables((("CENTRALA_ATTACHED", "1"), ("CENTRALA_CALLER", caller)))
        self._bus.publish(self._entered)
        log.info("call %s of %s: %s", self._call, mask(caller), "again" if attached else "begins")
        entry = await self._phone.get_variable("CENTRALA_ENTRY")
        state, actions = begin(
            self._flow,
            self._clock.now(),
            resumed_in=spoken,
            caller=_number(caller),
            entry=entry,
            line=self._line(),
        )
        while (asked := await self._perform(actions)) is not None:
            try:
                heard = await self._hear(asked)
            except (CallerHungUp, AgiGone):
                _, last = step(state, HungUp(at=self._clock.now()))
                await self._perform(last)
                raise
            state, actions = step(replace(state, line=self._line()), heard)

    async def _play(self, play: Play) -> Heard:
        key = await self._phone.play(play.prompts, language=play.language, keys=play.keys, wait_s=play.wait_s)
        now = self._clock.now()
        return Pressed(key=key, at=now) if key else Nothing(at=now)

    async def _hear(self, asked: Asked) -> Heard:
        match asked:
            case Play():
                return await self._play(asked)
            case ReadNumber():
                return NumberRead(number=_number(to_e164(_dialled(asked.digits))), at=self._clock.now())
            case PlaceOrder():
                return OrderAnswered(answer=await self._order(asked), at=self._clock.now())
            case _:
                assert_never(asked)

    async def _order(self, order: PlaceOrder) -> OrderAnswer:
        request = OrderCallback(
            number=order.number.e164,
            key=f"call {self._call}",
            queue=order.queue,
            requirement=order.requirement,
            priority=order.priority,
            language=order.language,
            path=order.path,
            topic=order.topic,
            origin=self._call,
        )
        try:
            made = await self._bus.request(request)
        except Refused as error:
            log.info("call %s orders no callback: %s", self._call, error.code)
            return OrderAnswer.NOT_ALLOWED if error.code == "number_not_allowed" else OrderAnswer.FAILED
        except NotAvailable as error:
            log.warning("call %s orders no callback: %s", self._call, error)
            return OrderAnswer.FAILED
        return OrderAnswer.ORDERED if made.is_new else OrderAnswer.ALREADY

    async def _perform(self, actions: Sequence[Action]) -> Asked | None:
        """Do everything but what is to be heard of, and return that; None when the dialogue is over."""
        for action in actions:
            match action:
                case Play() | ReadNumber() | PlaceOrder():
                    return action
                case Visited():
                    self._publish(action)
                case Told():
                    self._publish_told(action)
                case Speak():
                    spoken = action.language
                    await self._phone.set_variables(
                        (("CHANNEL(language)", spoken), ("CENTRALA_LANGUAGE", spoken))
                    )
                case Agree(agreed=agreed):
                    given = f"{self._clock.now():.3f}" if agreed else ""
                    await self._phone.set_variables((("CENTRALA_CONSENT", given),))
                case HandOver() | WaitOn() | CallEmergency() | LeaveMessage() | EndCall():
                    await self._leave(action)
                case _:
                    assert_never(action)
        return None

    def _publish(self, visited: Visited) -> None:
        self._measures.node_visits.labels(
            flow=self._flow.flow, node=visited.node, ended_by=visited.ended_by
        ).inc()
        self._bus.publish(
            NodeVisited(
                call=self._call,
                flow=self._flow.flow,
                node=visited.node,
                heard=visited.heard,
                ended_by=visited.ended_by.value,
                spent_s=visited.spent_s,
            )
        )

    def _publish_told(self, told: Told) -> None:
        self._publish(told.visited)
        if told.flash is None:
            return
        self._measures.flashes_heard.labels(flash=told.flash, language=told.language).inc()
        whole = told.visited.ended_by is EndedBy.DONE
        self._bus.publish(FlashHeard(call=self._call, flash=told.flash, language=told.language, whole=whole))

    async def _leave(self, ending: Ending) -> None:
        await self._phone.set_variables(_variables(ending))
        if isinstance(ending, HandOver):
            self._bus.publish(self._handed_over(ending))
        log.info("call %s goes on to %s", self._call, _variables(ending)[-1][1])

    def _handed_over(self, ending: HandOver) -> CallHandedOver:
        return CallHandedOver(
            call=self._call,
            leg=self._entered.leg,
            channel=self._entered.channel,
            caller=self._entered.caller,
            queue=ending.queue,
            requirement=ending.requirement,
            priority=ending.priority,
            language=ending.language,
            path=ending.path,
            topic=ending.topic,
            at=self._clock.now(),
        )


def _number(caller: E164) -> Number | None:
    return Number(e164=caller, digits=to_keyed(caller)) if caller else None


def _dialled(digits: str) -> str:
    """Return keyed digits as a number is written: `00` is how people dial the plus."""
    return f"+{digits[2:]}" if digits.startswith("00") else digits


def _variables(ending: Ending) -> tuple[tuple[str, str], ...]:
    """Return what the dialplan is to know of an ending, in the order it is to be set."""
    if isinstance(ending, WaitOn):
        return (("CENTRALA_NEXT", "queue"),)
    path = quote(";".join(ending.path), safe="")
    known = (("CENTRALA_LANGUAGE", str(ending.language)), ("CENTRALA_PATH", path))
    match ending:
        case HandOver():
            return (
                ("CENTRALA_QUEUE", ending.queue),
                ("CENTRALA_REQUIREMENT", quote(ending.requirement, safe="")),
                ("CENTRALA_PRIORITY", str(ending.priority)),
                *known,
                ("CENTRALA_TOPIC", ending.topic),
                ("CENTRALA_NEXT", "queue"),
            )
        case CallEmergency():
            return (*known, ("CENTRALA_NEXT", "emergency"))
        case LeaveMessage():
            return (*known, ("CENTRALA_NEXT", "voicemail"))
        case EndCall():
            return (*known, ("CENTRALA_NEXT", "hangup"))
        case _:
            assert_never(ending)
