"""Orders about consultations, as AMI actions.

Three contexts of the dialplan carry them. `[agent-consult]` is where an agent hears that somebody is rung;
`[consult]` joins whoever answered to that agent, `[consult-joined]` to the talk itself. A leg is told by
variables whom it is for, so that nothing of it waits for the controller. A party's leg that is to be ended
and is not there yet is asked for again: it may just be in the making.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from acd.adapters.ami_connection import Outcome
from acd.adapters.ami_message import AmiReply, FieldValue
from acd.adapters.ami_parties import CONSULT_ACTION_PREFIX
from acd.adapters.ami_phones import is_browser
from acd.adapters.ami_talk import (
    CALLER_VARIABLE,
    HELD_CONTEXT,
    LEG_VARIABLE,
    TALK_CONTEXT,
    Sender,
    channel_of,
    place,
)
from acd.adapters.ami_values import DIALLED, ID, OFFER_HEADER, shown_caller
from acd.errors import AmiDown, AmiRefused
from contact.consult import (
    ConsultEnd,
    ConsultOrder,
    DropParty,
    GiveCaller,
    JoinParty,
    PartyGone,
    PartyKind,
    RingParty,
    consult_of_channel_id,
)
from contact.events import Input, OfferFailed
from contact.ids import CallId, Extension, LegId, OfferId
from contact.states import OfferCause

log = logging.getLogger(__name__)

CONSULT_CONTEXT = "consult"
JOINED_CONTEXT = "consult-joined"
GIVEN_CONTEXT = "consult-talk"
ASKING_CONTEXT = "agent-consult"
CONSULT_VARIABLE = "CENTRALA_CONSULT"
"""Set on the agent's leg: `[agent-consult]` lasts as long as the leg of this id."""
RETRY_S = 0.1
TRIES_MAX = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """How whoever is no agent is rung: by the trunk's peer `outbound`, showing `own_number`.

    `emergency` is the dial string of 112; either is "" where the city has none.
    """

    own_number: str
    outbound: str = ""
    emergency: str = ""


class AmiConsult:
    """Carries out orders about consultations."""

    def __init__(
        self,
        *,
        link: Sender,
        outside: Outside,
        leg_of: Callable[[OfferId], LegId],
        rings: Callable[[Extension], str],
        caller_of: Callable[[CallId], LegId],
        on_input: Callable[[Input], None],
    ) -> None:
        """Ask the three for legs and phones as `AmiTalk` does; tell `on_input` who cannot be rung."""
        self._link = link
        self._outside = outside
        self._leg_of = leg_of
        self._rings = rings
        self._caller_of = caller_of
        self._on_input = on_input

    def carry_out(self, order: ConsultOrder) -> None:
        """Write what `order` asks for before returning; never raises."""
        try:
            match order:
                case RingParty():
                    self._ring(order)
                case JoinParty():
                    extra = place(self._leg_of(order.offer), TALK_CONTEXT)
                    both = place(order.leg, JOINED_CONTEXT)
                    both |= {f"Extra{name}": value for name, value in extra.items()}
                    self._link.send("Redirect", both)
                case GiveCaller():
                    is_agent = consult_of_channel_id(order.leg) is None
                    context = TALK_CONTEXT if is_agent else GIVEN_CONTEXT
                    self._link.send("Redirect", place(order.leg, context))
                case DropParty():
                    self._drop(order, 0)
        except AmiRefused as error:
            log.warning("consultation %s: %s", order.leg, error)
        except AmiDown:
            log.debug("consultation %s: not sent, the link is down", order.leg)

    def _ring(self, order: RingParty) -> None:
        caller = channel_of(order.caller_channel, order.call, self._caller_of)
        leg = self._leg_of(order.offer)
        try:
            fields = self._originate(order, caller, leg)
        except AmiRefused as error:
            self._cannot_ring(order, str(error))
            return
        if not order.joins:
            self._link.send("Setvar", {"Channel": leg, "Variable": CONSULT_VARIABLE, "Value": order.leg})
        if order.holds:
            self._link.send("Setvar", {"Channel": caller, "Variable": LEG_VARIABLE, "Value": leg})
            self._link.send("Setvar", {"Channel": leg, "Variable": CALLER_VARIABLE, "Value": caller})
            extra = place(leg, ASKING_CONTEXT)
            both = place(caller, HELD_CONTEXT) | {f"Extra{name}": value for name, value in extra.items()}
            self._link.send("Redirect", both)
        elif not order.joins:
            self._link.send("Redirect", place(leg, ASKING_CONTEXT))

        def on_reply(outcome: Outcome) -> None:
            if isinstance(outcome, AmiReply) and not outcome.ok:
                self._cannot_ring(order, outcome.message)

        action_id = None if order.extension else CONSULT_ACTION_PREFIX + order.consult
        self._link.send("Originate", fields, on_reply, action_id=action_id)

    def _cannot_ring(self, order: RingParty, reason: str) -> None:
        log.warning("consultation %s could not begin: %s", order.consult, reason)
        if order.extension:
            self._on_input(OfferFailed(offer=order.consult, cause=OfferCause.PHONE_UNREACHABLE))
        else:
            self._on_input(PartyGone(consult=order.consult, end=ConsultEnd.UNREACHABLE))

    def _originate(self, order: RingParty, caller: str, leg: LegId) -> dict[str, FieldValue]:
        """Return the headers of the `Originate`; raise `AmiRefused` for what cannot or may not be rung."""
        if not (ID.fullmatch(order.leg) and ID.fullmatch(order.call) and ID.fullmatch(leg)):
            raise AmiRefused("RingParty: an id has characters that may not be sent")
        device = None if order.extension is None else self._rings(order.extension)
        shown = self._shown(order)
        return {
            "Channel": self._channel(order, device),
            "ChannelId": order.leg,
            "Context": CONSULT_CONTEXT,
            "Exten": "agent" if device else "outside",
            "Priority": "1",
            "Async": "true",
            "Timeout": str(round(order.ring_timeout_s * 1000)),
            "CallerID": f'"{shown}" <{shown}>',
            "Variable": [
                f"CONSULT_ID={order.consult}",
                f"CONSULT_LEG={leg}",
                f"CONSULT_JOINS={int(order.joins)}",
                f"OFFER_CALL_ID={order.call}",
                f"{CALLER_VARIABLE}={caller}",
                *self._as_offer(order, device),
            ],
        }

    def _as_offer(self, order: RingParty, device: str | None) -> tuple[str, ...]:
        if device is None:
            return ()
        own = (f"OFFER_ID={order.consult}", f"OFFER_EXTENSION={order.extension}")
        return (*own, f"{OFFER_HEADER}={order.consult}") if is_browser(device) else own

    def _channel(self, order: RingParty, device: str | None) -> str:
        if device is not None:
            return f"PJSIP/{device}"
        if order.party.kind is PartyKind.EMERGENCY:
            if not self._outside.emergency:
                raise AmiRefused("no emergency line is configured")
            return f"PJSIP/{self._outside.emergency.removeprefix('PJSIP/')}"
        if not self._outside.outbound or not DIALLED.fullmatch(order.party.number):
            raise AmiRefused("no number that can be dialled")
        return f"PJSIP/trunk/sip:{order.party.number}@{self._outside.outbound}"

    def _shown(self, order: RingParty) -> str:
        """Return the number that the party sees: the caller's own, outside the hotline's."""
        if order.party.kind is PartyKind.OUTSIDE:
            return self._outside.own_number
        return shown_caller(order.caller)

    def _drop(self, order: DropParty, tries: int) -> None:
        def on_reply(outcome: Outcome) -> None:
            if isinstance(outcome, AmiReply) and not outcome.ok and tries < TRIES_MAX:
                asyncio.get_running_loop().call_later(RETRY_S, self._drop_again, order, tries + 1)

        self._link.send("Hangup", {"Channel": order.leg}, on_reply)

    def _drop_again(self, order: DropParty, tries: int) -> None:
        try:
            self._drop(order, tries)
        except (AmiDown, AmiRefused) as error:
            log.debug("the leg of consultation %s is not ended: %s", order.consult, error)
