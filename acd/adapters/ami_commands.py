"""The engine's orders as AMI actions, each written within the call that orders it.

Theory of operation. `OfferCall` becomes one asynchronous `Originate` whose channel id is the offer's, so
that Asterisk refuses a second one for the same offer. `RescindOffer` becomes a `Hangup` of that channel
id, and there are three races in it:

- The channel does not exist yet (`Originate` is answered before its thread made the channel): Asterisk
  says so, and the hang-up is tried again, ever more slowly, until the leg is known to be gone.
- The agent answers first. Where the caller is still there the two are bridged or about to be, and the
  hang-up is not sent (any more): an established call is never cut by a rescinded offer, the engine hears
  of the talk. Where the caller is gone the agent's leg is hung up, and so it is for a callback: that leg is
  only dialling yet, and another agent may be about to.
- The leg is gone already: nothing to do.

An `Originate` that was written just before the link broke may make its leg only after the resynchronisation
that did not show it. Nobody knows such a leg any more; it is ended as soon as it rings.

`LeaveQueue` becomes a `Redirect` of the caller's channel, tried again as long as the caller is there.
`Announce` becomes a variable of the caller's channel, which `[wait]` reads at its next turn: the caller is
never taken out of the wait for it, so that no offer can miss them.
`HangUpLeg` of a leg that is gone is nothing to do either. An order that cannot be sent because the link
is down is dropped: the resynchronisation shows that it did not happen.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass

from acd.adapters.ami_connection import Outcome
from acd.adapters.ami_consult import AmiConsult, Outside
from acd.adapters.ami_events import ORIGINATE_ACTION_PREFIX
from acd.adapters.ami_message import AmiReply, FieldValue
from acd.adapters.ami_phones import is_browser
from acd.adapters.ami_recording import AmiRecording
from acd.adapters.ami_talk import AmiTalk, Sender
from acd.adapters.ami_values import (
    CHANNEL,
    DEVICE,
    DIALLED,
    ID,
    OFFER_HEADER,
    PROMPT,
    RECORDED_VARIABLE,
    shown_caller,
)
from acd.errors import AmiDown, AmiRefused
from contact.announcement import PromptName
from contact.commands import Announce, HangUpLeg, LeaveQueue, OfferCall, Order, RescindOffer
from contact.consult import ConsultOrder, DropParty, GiveCaller, JoinParty, RingParty
from contact.events import Input, OfferAnswered, OfferFailed, OfferRinging, TalkEnded
from contact.ids import (
    CallId,
    ChannelName,
    Extension,
    LegId,
    OfferId,
    is_callback,
    offer_channel_id,
    offer_of_channel_id,
)
from contact.states import OfferCause
from contact.talk import EndHeld, HoldCall, RejoinCall, ResumeCall, TransferCall
from contact.talk_recording import AimRecording, KeepConsent, MuteRecording, StopRecording

log = logging.getLogger(__name__)

RETRY_FIRST_S = 0.01
RETRY_MAX_S = 1.0
RETRIES_MAX = 20
"""With the pauses above about 15 s: longer than Asterisk takes to make a channel or to give up."""

OVERFLOW_CONTEXT = "overflow"
"""Where the dialplan takes callers who leave a queue; its extensions are the destinations."""

SAY_VARIABLE = "CENTRALA_SAY"
"""Names of prompts, joined by `SAY_JOINT`; `[wait]` plays them and empties it."""
SAY_JOINT = "&"
NO_CHANNEL = ChannelName("")
RESCINDED_VARIABLE = "CENTRALA_RESCINDED"
"""Set on the caller's channel; `[after-call]` compares it with the offer that was bridged last."""


@dataclass(slots=True)
class _SentOffer:
    """An offer whose leg may exist; `caller_channel` is "" for one that a resynchronisation found.

    One that `meets` the caller by being answered is left alone then.
    """

    call: CallId
    caller_channel: ChannelName = NO_CHANNEL
    answered: bool = False
    rescinded: bool = False
    meets: bool = True
    tries: int = 0
    retry: asyncio.TimerHandle | None = None


class AmiOrders:
    """Carries out orders; `observe` must be shown every input that comes from Asterisk."""

    def __init__(
        self,
        *,
        link: Sender,
        on_input: Callable[[Input], None],
        is_up: Callable[[CallId], bool],
        rings: Callable[[Extension], str] = str,
        leg_of: Callable[[OfferId], LegId] = offer_channel_id,
        caller_of: Callable[[CallId], LegId] = LegId,
        outside: Outside | None = None,
    ) -> None:
        """Report failures by `on_input`; ask `is_up` whether a call's caller is still there.

        `rings` says which device an offer to an extension goes to, `leg_of` which leg carries its talk now.
        Without `outside` nobody outside can be consulted.
        """
        self._leg_of = leg_of
        self._talk = AmiTalk(link=link, leg_of=leg_of, rings=rings, caller_of=caller_of)
        self._consults = AmiConsult(
            link=link,
            outside=outside or Outside(own_number=""),
            leg_of=leg_of,
            rings=rings,
            caller_of=caller_of,
            on_input=on_input,
        )
        self._recording = AmiRecording(link=link, leg_of=leg_of)
        self._rings = rings
        self._link = link
        self._on_input = on_input
        self._is_up = is_up
        self._offers: dict[OfferId, _SentOffer] = {}

    @property
    def open_offers(self) -> int:
        """How many offers' legs may exist."""
        return len(self._offers)

    def carry_out(self, order: Order) -> None:
        """Write what `order` asks for before returning; failures come back by `on_input`."""
        match order:
            case OfferCall():
                self._offer(order)
            case RescindOffer(offer=offer):
                self._rescind(offer)
            case HangUpLeg(leg=leg):
                self._hang_up(leg)
            case LeaveQueue():
                self._redirect(order)
            case HoldCall() | ResumeCall() | RejoinCall() | EndHeld() | TransferCall():
                self._talk.carry_out(order)
            case RingParty() | JoinParty() | DropParty() | GiveCaller():
                self._consult(order)
            case KeepConsent() | AimRecording() | MuteRecording() | StopRecording():
                self._recording.carry_out(order)
            case Announce(call=call, prompts=prompts):
                self._announce(call, prompts)

    def observe(self, happened: Input) -> None:
        """Follow the legs of offers, and end at once one that comes alive for nobody any more."""
        match happened:
            case OfferFailed(offer=offer) | TalkEnded(offer=offer):
                self._forget(offer)
            case OfferRinging(offer=offer) if offer not in self._offers:
                self._hang_up_unknown(offer)
            case OfferRinging(offer=offer):
                self._hang_up_if_rescinded(offer)
            case OfferAnswered(offer=offer) if offer in self._offers:
                self._offers[offer].answered = True
                self._hang_up_if_rescinded(offer)
            case _:
                pass

    def forget_all(self) -> None:
        """Drop every memory and timer: the link is down, the resynchronisation will tell."""
        for offer in list(self._offers):
            self._forget(offer)

    def adopt(self, offer: OfferId, call: CallId, *, answered: bool) -> None:
        """Remember a leg that a resynchronisation found."""
        self._offers[offer] = _SentOffer(call=call, answered=answered)

    # --- offers ---------------------------------------------------------------------------------

    def _offer(self, order: OfferCall) -> None:
        self._offers[order.offer] = _SentOffer(call=order.call, caller_channel=order.caller_channel)

        def on_reply(outcome: Outcome) -> None:
            if isinstance(outcome, AmiReply) and not outcome.ok:
                self._failed(order.offer, outcome.message)

        try:
            action_id = ORIGINATE_ACTION_PREFIX + order.offer
            fields = originate_fields(order, self._rings(order.extension))
            self._link.send("Originate", fields, on_reply, action_id=action_id)
        except AmiRefused as error:
            self._failed(order.offer, str(error))
        except AmiDown:
            self._forget(order.offer)

    def _failed(self, offer: OfferId, reason: str) -> None:
        log.warning("offer %s could not be made: %s", offer, reason)
        self._forget(offer)
        self._on_input(OfferFailed(offer=offer, cause=OfferCause.PHONE_UNREACHABLE))

    def _rescind(self, offer: OfferId) -> None:
        sent = self._offers.get(offer)
        if sent is None:
            return
        sent.rescinded = True
        self._warn_caller(offer, sent)
        self._hang_up_if_rescinded(offer)

    def _warn_caller(self, offer: OfferId, sent: _SentOffer) -> None:
        """Mark the caller's channel before the agent's leg is ended.

        If that very leg answers first, `[after-call]` sees the mark and lets the caller wait on.
        """
        if sent.answered or not sent.caller_channel or not self._is_up(sent.call):
            return
        fields = {"Channel": sent.caller_channel, "Variable": RESCINDED_VARIABLE, "Value": offer}
        try:
            self._link.send("Setvar", fields)
        except AmiDown:
            log.debug("offer %s is rescinded without warning: the link is down", offer)

    def _hang_up_if_rescinded(self, offer: OfferId) -> None:
        sent = self._offers.get(offer)
        if sent is None or not sent.rescinded:
            return
        if sent.answered and sent.meets and self._is_up(sent.call) and not is_callback(sent.call):
            log.info("offer %s was answered before it could be rescinded: the talk stands", offer)
            return

        def on_reply(outcome: Outcome) -> None:
            if isinstance(outcome, AmiReply) and not outcome.ok:
                self._retry_later(offer)

        try:
            self._link.send("Hangup", {"Channel": offer_channel_id(offer)}, on_reply)
        except AmiDown:
            self._forget(offer)

    def _hang_up_unknown(self, offer: OfferId) -> None:
        """End a leg that was not there yet when the resynchronisation found nothing of its offer."""
        log.info("offer %s rings and is nobody's: its leg is ended", offer)
        self._offers[offer] = _SentOffer(call=CallId(""), rescinded=True)
        self._hang_up_if_rescinded(offer)

    def _retry_later(self, offer: OfferId) -> None:
        sent = self._offers.get(offer)
        if sent is None or sent.retry is not None:
            return
        if sent.tries >= RETRIES_MAX:
            self._forget(offer)
            return
        pause_s = min(RETRY_MAX_S, RETRY_FIRST_S * 2.0**sent.tries)
        sent.tries += 1
        sent.retry = asyncio.get_running_loop().call_later(pause_s, self._retry, offer)

    def _retry(self, offer: OfferId) -> None:
        sent = self._offers.get(offer)
        if sent is not None:
            sent.retry = None
            self._hang_up_if_rescinded(offer)

    def _forget(self, offer: OfferId) -> None:
        sent = self._offers.pop(offer, None)
        if sent is not None and sent.retry is not None:
            sent.retry.cancel()

    def _consult(self, order: ConsultOrder) -> None:
        if isinstance(order, RingParty) and order.extension is not None:
            self._offers[order.consult] = _SentOffer(call=order.call, meets=False)
        self._consults.carry_out(order)

    # --- other legs -----------------------------------------------------------------------------

    def _hang_up(self, leg: LegId) -> None:
        offer = offer_of_channel_id(leg)
        leg = leg if offer is None else self._leg_of(offer)
        if not ID.fullmatch(leg):
            log.warning("a leg with an impossible id is not hung up")
            return
        try:
            self._link.send("Hangup", {"Channel": leg})
        except AmiDown:
            log.debug("leg %s is not hung up: the link is down", leg)

    # --- callers --------------------------------------------------------------------------------

    def _announce(self, call: CallId, prompts: tuple[PromptName, ...]) -> None:
        if not ID.fullmatch(call) or not all(PROMPT.fullmatch(one) for one in prompts):
            log.warning("an announcement with an impossible name is not made")
            return
        fields = {"Channel": call, "Variable": SAY_VARIABLE, "Value": SAY_JOINT.join(prompts)}
        try:
            self._link.send("Setvar", fields)
        except AmiDown:
            log.debug("call %s hears nothing now: the link is down", call)

    def _redirect(self, order: LeaveQueue, tries: int = 0) -> None:
        def on_reply(outcome: Outcome) -> None:
            if isinstance(outcome, AmiReply) and not outcome.ok and self._is_up(order.call):
                self._redirect_later(order, tries, outcome.message)

        if not CHANNEL.fullmatch(order.channel):
            log.warning("a caller on a channel with an impossible name cannot leave the queue")
            return
        fields = {
            "Channel": order.channel,
            "Context": OVERFLOW_CONTEXT,
            "Exten": str(order.destination),
            "Priority": "1",
        }
        try:
            self._link.send("Redirect", fields, on_reply)
        except AmiDown:
            log.debug("call %s does not leave its queue yet: the link is down", order.call)

    def _redirect_later(self, order: LeaveQueue, tries: int, reason: str) -> None:
        if tries >= RETRIES_MAX:
            log.error("call %s could not leave its queue: %s", order.call, reason)
            return
        pause_s = min(RETRY_MAX_S, RETRY_FIRST_S * 2.0**tries)
        asyncio.get_running_loop().call_later(pause_s, self._redirect, order, tries + 1)


def originate_fields(order: OfferCall, device: str) -> dict[str, FieldValue]:
    """Return the headers of the `Originate` for an offer; raise `AmiRefused` for values unfit to be sent.

    A page learns from a header of its INVITE which offer it is that rings. Variables are comma-separated
    inside AMI, so no value may hold a comma; the patterns see to it.
    """
    _check("offer", order.offer, ID)
    _check("call", order.call, ID)
    _check("device", device, DEVICE)
    if not 0 < order.ring_timeout_s <= 600:  # noqa: PLR2004 - ten minutes is nobody's ring timeout
        raise AmiRefused("OfferCall: ring_timeout_s is not between 0 and 600")
    caller = shown_caller(order.caller)
    return {
        "Channel": f"PJSIP/{device}",
        "ChannelId": offer_channel_id(order.offer),
        "Context": "agent-offer" if order.dial_timeout_s is None else "agent-callback",
        "Exten": "s",
        "Priority": "1",
        "Async": "true",
        "Timeout": str(round(order.ring_timeout_s * 1000)),
        "CallerID": f'"{caller}" <{caller}>',
        "Variable": [
            f"OFFER_ID={order.offer}",
            f"OFFER_CALL_ID={order.call}",
            *_other_end(order),
            f"OFFER_EXTENSION={order.extension}",
            *([f"{RECORDED_VARIABLE}=1"] if order.records else []),
            *([f"{OFFER_HEADER}={order.offer}"] if is_browser(device) else []),
        ],
    }


def _other_end(order: OfferCall) -> tuple[str, ...]:
    """Return the variables that say whom the agent is to talk to: a caller who is there, or a number."""
    if order.dial_timeout_s is None:
        _check("caller_channel", order.caller_channel, CHANNEL)
        return (f"OFFER_CALLER_CHANNEL={order.caller_channel}",)
    _check("caller", order.caller, DIALLED)
    if not 0 < order.dial_timeout_s <= 600:  # noqa: PLR2004 - the same
        raise AmiRefused("OfferCall: dial_timeout_s is not between 0 and 600")
    return (f"OFFER_DIALS={order.caller}", f"OFFER_DIAL_S={round(order.dial_timeout_s)}")


def _check(name: str, value: str, pattern: re.Pattern[str]) -> None:
    if not pattern.fullmatch(value):
        raise AmiRefused(f"OfferCall: {name} has characters that may not be sent")
