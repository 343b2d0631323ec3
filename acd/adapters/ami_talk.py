"""What is done to a talk while it lasts, as AMI actions, each written within the call that orders it.

A hold takes caller and agent's leg out of their bridge in one `Redirect`; for a page that is gone only the
caller is taken, and the leg, alone in the bridge, ends. The caller's channel is told before which leg it
waits for, so that the dialplan keeps it as long as that lives. To resume, the leg is sent where it bridges
to the caller. A page that is back is rung as the further leg of the same offer; it is told by a header that
it is to answer at once. Nothing here is tried again: a caller or a leg that is not there any more is
reported by its own hang-up, and a page asks again.
"""

import logging
from collections.abc import Callable
from typing import Protocol

from acd.adapters.ami_connection import OnReply, Outcome
from acd.adapters.ami_message import AmiReply, Fields, FieldValue
from acd.adapters.ami_values import CHANNEL, DEVICE, DIALLED, ID, RECORDED_VARIABLE, shown_caller
from acd.errors import AmiDown, AmiRefused
from contact.ids import CallId, ChannelName, Extension, LegId, OfferId
from contact.talk import EndHeld, HoldCall, RejoinCall, ResumeCall, TalkOrder, TransferCall

log = logging.getLogger(__name__)

TALK_CONTEXT = "agent-talk"
HOLD_CONTEXT = "agent-hold"
HELD_CONTEXT = "held"
AFTER_CONTEXT = "after-call"
WAIT_CONTEXT = "wait"
QUEUE_VARIABLE = "CENTRALA_QUEUE"
"""Set on the caller's channel: which queue `[wait]` says they join."""
OUTSIDE_CONTEXT = "outside"
OUTSIDE_VARIABLE = "CENTRALA_OUTSIDE"
"""Set on the caller's channel: which number `[outside]` dials for them."""
LEG_VARIABLE = "CENTRALA_LEG"
"""Set on the caller's channel: `[held]` waits for the leg of this id."""
CALLER_VARIABLE = "OFFER_CALLER_CHANNEL"
"""Set on the agent's leg: whom it bridges to, and waits beside."""
TALK_HEADER = "PJSIP_HEADER(add,X-Centrala-Talk)"
"""The dialplan function that adds a header to the INVITE of the channel being made."""
REJOIN_TIMEOUT_S = 10


class Sender(Protocol):
    """The part of `AmiLink` that orders need."""

    def send(
        self, name: str, fields: Fields, on_reply: OnReply | None = None, *, action_id: str | None = None
    ) -> None:
        """Write an action now; raise `AmiRefused` or `AmiDown` where nothing was written."""


class AmiTalk:
    """Carries out orders about talks."""

    def __init__(
        self,
        *,
        link: Sender,
        leg_of: Callable[[OfferId], LegId],
        rings: Callable[[Extension], str],
        caller_of: Callable[[CallId], LegId],
    ) -> None:
        """Ask `leg_of` for the leg that carries an offer's talk now, `rings` for the phone of an agent.

        `caller_of` is asked for the leg of whoever has no channel's name in the order: a citizen called back.
        """
        self._caller_of = caller_of
        self._link = link
        self._leg_of = leg_of
        self._rings = rings

    def carry_out(self, order: TalkOrder) -> None:
        """Write what `order` asks for before returning; never raises."""
        try:
            match order:
                case HoldCall():
                    self._hold(order)
                case ResumeCall():
                    self._send("Redirect", place(self._leg_of(order.offer), TALK_CONTEXT), order.call)
                case RejoinCall():
                    caller = self._caller(order)
                    fields = rejoin_fields(order, caller, self._rings(order.extension))
                    self._send("Originate", fields, order.call)
                case TransferCall():
                    self._transfer(order)
                case EndHeld():
                    self._send("Redirect", place(self._caller(order), AFTER_CONTEXT), order.call)
        except AmiRefused as error:
            log.warning("call %s: %s", order.call, error)
        except AmiDown:
            log.debug("call %s: not sent, the link is down", order.call)

    def _hold(self, order: HoldCall) -> None:
        caller, leg = self._caller(order), self._leg_of(order.offer)
        self._send("Setvar", {"Channel": caller, "Variable": LEG_VARIABLE, "Value": leg}, order.call)
        fields = place(caller, HELD_CONTEXT)
        if order.keeps_leg:
            self._send("Setvar", {"Channel": leg, "Variable": CALLER_VARIABLE, "Value": caller}, order.call)
            extra = place(leg, HOLD_CONTEXT)
            fields |= {f"Extra{name}": value for name, value in extra.items()}
        self._send("Redirect", fields, order.call)

    def _transfer(self, order: TransferCall) -> None:
        if not ID.fullmatch(order.queue):
            raise AmiRefused("TransferCall: queue has characters that may not be sent")
        caller = self._caller(order)
        self._send(
            "Setvar", {"Channel": caller, "Variable": QUEUE_VARIABLE, "Value": order.queue}, order.call
        )
        if order.number:
            if not DIALLED.fullmatch(order.number):
                raise AmiRefused("TransferCall: no number that can be dialled")
            variable = {"Channel": caller, "Variable": OUTSIDE_VARIABLE, "Value": order.number}
            self._send("Setvar", variable, order.call)
        context = OUTSIDE_CONTEXT if order.number else WAIT_CONTEXT
        self._send("Redirect", place(caller, context), order.call)

    def _caller(self, order: HoldCall | RejoinCall | EndHeld | TransferCall) -> str:
        return channel_of(order.caller_channel, order.call, self._caller_of)

    def _send(self, name: str, fields: Fields, call: CallId) -> None:
        def on_reply(outcome: Outcome) -> None:
            if isinstance(outcome, AmiReply) and not outcome.ok:
                log.info("call %s: %s came too late: %s", call, name, outcome.message)

        self._link.send(name, fields, on_reply)


def rejoin_fields(order: RejoinCall, caller_leg: str, device: str) -> dict[str, FieldValue]:
    """Return the headers of the `Originate` for a page that is back; raise `AmiRefused` for unfit values."""
    if not (ID.fullmatch(order.leg) and ID.fullmatch(order.call) and DEVICE.fullmatch(device)):
        raise AmiRefused("RejoinCall: leg, call or device has characters that may not be sent")
    caller = shown_caller(order.caller)
    return {
        "Channel": f"PJSIP/{device}",
        "ChannelId": order.leg,
        "Context": TALK_CONTEXT,
        "Exten": "s",
        "Priority": "1",
        "Async": "true",
        "Timeout": str(REJOIN_TIMEOUT_S * 1000),
        "CallerID": f'"{caller}" <{caller}>',
        "Variable": [
            f"OFFER_ID={order.offer}",
            f"OFFER_CALL_ID={order.call}",
            f"{CALLER_VARIABLE}={caller_leg}",
            f"OFFER_EXTENSION={order.extension}",
            *([f"{RECORDED_VARIABLE}=1"] if order.records else []),
            f"{TALK_HEADER}={order.offer}",
        ],
    }


def channel_of(name: ChannelName, call: CallId, caller_of: Callable[[CallId], LegId]) -> str:
    """Return the name of a caller's channel, or its id; both find it. Raise `AmiRefused` for neither."""
    if not name:
        return caller_of(call)
    if not CHANNEL.fullmatch(name):
        raise AmiRefused("a channel with an impossible name")
    return name


def place(channel: str, context: str) -> dict[str, FieldValue]:
    """Return the headers of a `Redirect` of `channel` to the beginning of `context`."""
    return {"Channel": channel, "Context": context, "Exten": "s", "Priority": "1"}
