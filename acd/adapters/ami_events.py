"""What Asterisk's events mean to routing: `AmiEvent` in, `contact.events` inputs out.

Theory of operation. The translator remembers two kinds of legs and forgets each at its hang-up. A *trunk
leg* is known from its `CallArrived`, `CallQueued` or `CallbackLeg`, or from a resynchronisation; only the
hang-up of such a leg ends a call. An *agent leg* is recognised by its channel id `offer-<OfferId>`; it may
ring, be answered (`UserEvent(OfferAnswered)`), talk (it and a trunk leg are in one bridge), and ends. The
end of an agent leg is `TalkEnded` where it had been answered, `OfferFailed` where not. The failed
`OriginateResponse` comes before the leg's `Hangup`, which alone tells the cause, so it counts only where no
leg was seen at all: then none was made.

An event that does not say what it should is one counted and logged `TranslationError` and no input.
A held event (see `ami_link`) about a call that the snapshot does not show is old news of a dead call:
counted, no input, so that it cannot bring the call back.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from acd.adapters import ami_headers as headers
from acd.adapters import ami_parties
from acd.adapters.ami_causes import offer_end
from acd.adapters.ami_legs import KnownLegs
from acd.adapters.ami_message import AmiEvent
from acd.adapters.ami_phones import Phones, is_browser
from acd.errors import TranslationError
from contact.events import (
    CallArrived,
    CallDiverted,
    CallHungUp,
    CallQueued,
    Input,
    OfferAnswered,
    OfferFailed,
    OfferRinging,
    TalkEnded,
    TalkStarted,
)
from contact.ids import (
    E164,
    OFFER_CHANNEL_PREFIX,
    CallId,
    Language,
    LegId,
    OfferId,
    QueueId,
    offer_channel_id,
    offer_of_channel_id,
)
from contact.states import OfferCause, Outcome, PhoneState
from contact.steering import KeyPressed
from contact.talk_recording import TalkRecordingStarted

log = logging.getLogger(__name__)

ORIGINATE_ACTION_PREFIX = "originate-"
"""An `Originate` for an offer has the action id `originate-<OfferId>`: its response names no channel."""

WAIT_CONTEXT = "wait"
"""Where callers wait in the dialplan."""
_KEYS = frozenset("0123456789*#")

ENDED_MAX = 1_000
"""So many legs that ended before their `OriginateResponse` are remembered; the oldest go first."""


@dataclass(slots=True)
class _AgentLeg:
    """What was seen of one offer's leg; `leg` is the one that carries its talk, `phone` where that is."""

    leg: LegId | None = None
    phone: str = ""
    ringing: bool = False
    answered: bool = False
    talking: bool = False
    responded: bool = False
    bridge: str = ""
    caller_left: bool = False


@dataclass(slots=True)
class TranslationCounts:
    """What was noticed since the process began; `faults` by event and header."""

    faults: Counter[tuple[str, str]] = field(default_factory=Counter)
    stale: int = 0


class AmiTranslator:
    """Turns events into inputs; remembers what it needs to know a leg by."""

    def __init__(self, *, number: Callable[[str], E164]) -> None:
        """Use `number` to read a caller id as E.164; it returns `WITHHELD` for what is no number."""
        self._number = number
        self._callers: dict[LegId, CallId] = {}
        self._caller_bridges: dict[LegId, str] = {}
        self._offers: dict[OfferId, _AgentLeg] = {}
        self._ended: dict[OfferId, None] = {}
        self.phones = Phones()
        self.counts = TranslationCounts()
        self._readers: dict[str, Callable[[AmiEvent], tuple[Input, ...]]] = {
            "UserEvent": self._user_event,
            "Hangup": self._hangup,
            "BridgeEnter": self._bridge_enter,
            "BridgeLeave": self._bridge_leave,
            "OriginateResponse": self._originate_response,
            "Newchannel": self._new_channel,
            "Newstate": self._new_state,
            "DeviceStateChange": self._device_state,
            "DTMFEnd": self._key,
        }
        self._user_readers: dict[str, Callable[[AmiEvent], tuple[Input, ...]]] = {
            "CallArrived": self._call_arrived,
            "CallQueued": self._call_queued,
            "CallDiverted": self._call_diverted,
            "OfferAnswered": self._offer_answered,
            "CallbackLeg": self._callback_leg,
            "CallbackMissed": self._callback_missed,
            "ConsultAnswered": ami_parties.answered,
            "TalkRecordingStarted": self._recording_started,
        }

    def translate(self, event: AmiEvent) -> tuple[Input, ...]:
        """Return what `event` means, in order; () for what means nothing. Never raises."""
        reader = self._readers.get(event.name)
        if reader is None:
            return ()
        try:
            return reader(event)
        except TranslationError as error:
            self.note(error)
            return ()

    def note(self, error: TranslationError) -> None:
        """Count and log one fault: the first of its kind as a warning."""
        kind = (error.event, error.header)
        self.counts.faults[kind] += 1
        log.log(logging.WARNING if self.counts.faults[kind] == 1 else logging.DEBUG, "%s", error)

    def adopt(self, legs: KnownLegs) -> None:
        """Take over what a resynchronisation found, and forget everything else."""
        self._callers = dict(legs.callers)
        self._caller_bridges = {}
        self._ended = {}
        self._offers = {
            offer.offer: _AgentLeg(
                ringing=True,
                answered=offer.answered,
                talking=offer.answered and offer.offer not in legs.dialling,
            )
            for offer in legs.offers
        }
        for offer_id, carried in legs.carried.items():
            seen = self._offers[offer_id]
            seen.leg, seen.phone, seen.bridge = carried.leg, carried.phone, carried.bridge
            seen.talking = seen.answered and carried.bridge != ""
        self.phones.start_from(legs.devices.items())

    def leg_of(self, offer: OfferId) -> LegId:
        """Return the leg that carries the talk of `offer` now, or would."""
        seen = self._offers.get(offer)
        return offer_channel_id(offer) if seen is None or seen.leg is None else seen.leg

    def caller_of(self, call: CallId) -> LegId:
        """Return the leg of the caller, or of the citizen who was called back, of `call`."""
        return next((leg for leg, known in self._callers.items() if known == call), LegId(call))

    def is_at_page(self, offer: OfferId) -> bool:
        """Tell whether the talk of `offer` is at a phone in a browser."""
        seen = self._offers.get(offer)
        return seen is not None and is_browser(seen.phone)

    def is_up(self, call: CallId) -> bool:
        """Tell whether the caller's leg of `call` is there, as far as the events tell."""
        return LegId(call) in self._callers or call in self._callers.values()

    @property
    def legs(self) -> int:
        """How many legs are remembered."""
        return len(self._callers) + len(self._offers) + len(self._ended)

    # --- the dialplan's own events --------------------------------------------------------------

    def _user_event(self, event: AmiEvent) -> tuple[Input, ...]:
        reader = self._user_readers.get(event.get("UserEvent"))
        return reader(event) if reader is not None else ()

    def _call_arrived(self, event: AmiEvent) -> tuple[Input, ...]:
        arrived = CallArrived(
            call=headers.call_id(event),
            leg=headers.leg_id(event),
            channel=headers.channel_name(event),
            caller=self._number(headers.plain(event, "Caller")),
            dialled=headers.needed(event, "Dialled"),
        )
        self._callers[arrived.leg] = arrived.call
        return (arrived,)

    def _call_queued(self, event: AmiEvent) -> tuple[Input, ...]:
        queued = read_queued(event, self._number)
        if event.held and queued.leg not in self._callers:
            self.counts.stale += 1
            return ()
        self._callers[queued.leg] = queued.call
        return (queued,)

    def _call_diverted(self, event: AmiEvent) -> tuple[Input, ...]:
        call = headers.call_id(event)
        try:
            outcome = Outcome(headers.needed(event, "Outcome"))
        except ValueError:
            raise headers.fault(event, "Outcome", "not an outcome") from None
        return (CallDiverted(call=call, outcome=outcome, destination=headers.plain(event, "Destination")),)

    def _offer_answered(self, event: AmiEvent) -> tuple[Input, ...]:
        offer = headers.offer_id(event)
        if offer in self._ended:
            self.counts.stale += 1
            return ()
        self._offers.setdefault(offer, _AgentLeg()).answered = True
        return (OfferAnswered(offer=offer),)

    def _recording_started(self, event: AmiEvent) -> tuple[Input, ...]:
        return (TalkRecordingStarted(offer=headers.offer_id(event), call=headers.call_id(event)),)

    def _callback_leg(self, event: AmiEvent) -> tuple[Input, ...]:
        """Know the leg of a citizen who is about to be dialled; one told of before a snapshot is in that."""
        if not event.held:
            self._callers[headers.leg_id(event)] = headers.call_id(event)
        return ()

    def _callback_missed(self, event: AmiEvent) -> tuple[Input, ...]:
        """Tell why a citizen was not reached, unless the end of their leg has told it already."""
        call = headers.call_id(event)
        leg = next((one for one, known in self._callers.items() if known == call), None)
        if leg is None:
            return ()
        del self._callers[leg]
        return (CallHungUp(call=call, cause=headers.dial_cause(event), place=event.get("Context")),)

    # --- Asterisk's events ----------------------------------------------------------------------

    def _hangup(self, event: AmiEvent) -> tuple[Input, ...]:
        leg = headers.leg_id(event)
        offer = offer_of_channel_id(leg)
        if offer is not None:
            return self._agent_leg_ended(offer, leg, headers.whole(event, "Cause", 0))
        call = self._callers.pop(leg, None)
        self._caller_bridges.pop(leg, None)
        if call is None:
            return ami_parties.gone(event)
        return (CallHungUp(call=call, cause=headers.lenient_cause(event), place=event.get("Context")),)

    def _agent_leg_ended(self, offer: OfferId, leg: LegId, cause: int) -> tuple[Input, ...]:
        if leg != self.leg_of(offer):
            return ()  # another leg carries the talk, or this one never got to
        seen = self._offers.pop(offer, _AgentLeg())
        if seen.answered:
            return (TalkEnded(offer=offer, by_caller=seen.caller_left),)
        if not seen.responded:
            self._ended[offer] = None
            if len(self._ended) > ENDED_MAX:
                self._ended.pop(next(iter(self._ended)))
        return (OfferFailed(offer=offer, cause=offer_end(cause, rang=seen.ringing)),)

    def _originate_response(self, event: AmiEvent) -> tuple[Input, ...]:
        action_id = event.get("ActionID")
        if not action_id.startswith(ORIGINATE_ACTION_PREFIX):
            return ami_parties.not_reached(event)
        offer = OfferId(action_id.removeprefix(ORIGINATE_ACTION_PREFIX))
        if offer in self._ended:
            del self._ended[offer]
            return ()
        failed = headers.needed(event, "Response") != "Success"
        if offer in self._offers:
            self._offers[offer].responded = True
            return ()
        if not failed:
            return ()
        return (OfferFailed(offer=offer, cause=OfferCause.PHONE_UNREACHABLE),)

    def _new_channel(self, event: AmiEvent) -> tuple[Input, ...]:
        if event.get("Uniqueid").startswith(OFFER_CHANNEL_PREFIX):
            leg = headers.leg_id(event)
            offer = offer_of_channel_id(leg)
            if offer is not None and leg == offer_channel_id(offer):
                self._offers.setdefault(offer, _AgentLeg())
        return ()

    def _new_state(self, event: AmiEvent) -> tuple[Input, ...]:
        if not event.get("Uniqueid").startswith(OFFER_CHANNEL_PREFIX):
            return ()
        leg = headers.leg_id(event)
        offer = offer_of_channel_id(leg)
        if offer is None or leg != offer_channel_id(offer):
            return ()
        if headers.needed(event, "ChannelStateDesc") != "Ringing":
            return ()
        seen = self._offers.setdefault(offer, _AgentLeg())
        if seen.ringing:
            return ()
        seen.ringing = True
        return (OfferRinging(offer=offer),)

    def _key(self, event: AmiEvent) -> tuple[Input, ...]:
        call = self._callers.get(headers.leg_id(event))
        key = headers.needed(event, "Digit")
        if call is None or event.get("Context") != WAIT_CONTEXT or event.get("Direction") != "Received":
            return ()
        return (KeyPressed(call=call, key=key),) if key in _KEYS else ()

    def _bridge_enter(self, event: AmiEvent) -> tuple[Input, ...]:
        leg = headers.leg_id(event)
        bridge = headers.needed(event, "BridgeUniqueid")
        offer = offer_of_channel_id(leg)
        if offer is not None:
            self._joined(offer, leg, bridge, event.get("Channel"))
        elif leg in self._callers:
            self._caller_bridges[leg] = bridge
        else:
            return ()
        return tuple(self._talks_in(bridge))

    def _joined(self, offer: OfferId, leg: LegId, bridge: str, channel: str) -> None:
        """The leg carries the talk from here on; whichever did so before is nothing any more."""
        seen = self._offers.setdefault(offer, _AgentLeg())
        seen.answered, seen.bridge = True, bridge
        seen.talking = seen.talking and seen.leg == leg
        seen.leg, seen.phone = leg, headers.phone_of_channel(channel) or ""

    def _bridge_leave(self, event: AmiEvent) -> tuple[Input, ...]:
        """Whoever leaves a talk first has ended it; the other one follows."""
        leg = headers.leg_id(event)
        bridge = headers.needed(event, "BridgeUniqueid")
        offer = offer_of_channel_id(leg)
        if offer is not None and offer in self._offers:
            seen = self._offers[offer]
            if seen.leg == leg:
                seen.bridge, seen.talking = "", False
        elif self._caller_bridges.get(leg) == bridge:
            del self._caller_bridges[leg]
            for seen in self._offers.values():
                seen.caller_left = seen.caller_left or seen.bridge == bridge
        return ()

    def _talks_in(self, bridge: str) -> Iterable[Input]:
        for leg, where in self._caller_bridges.items():
            if where != bridge:
                continue
            for offer, seen in self._offers.items():
                if seen.bridge == bridge and not seen.talking:
                    seen.talking, seen.caller_left = True, False
                    yield TalkStarted(offer=offer, call=self._callers[leg])

    def _device_state(self, event: AmiEvent) -> tuple[Input, ...]:
        read = read_phone(event)
        changed = None if read is None else self.phones.changed(*read)
        return () if changed is None else (changed,)


def read_queued(event: AmiEvent, number: Callable[[str], E164]) -> CallQueued:
    """Return the stay in a queue that `UserEvent(CallQueued)` tells of; raise `TranslationError`."""
    return CallQueued(
        call=headers.call_id(event),
        leg=headers.leg_id(event),
        channel=headers.channel_name(event),
        caller=number(headers.plain(event, "Caller")),
        queue=QueueId(headers.needed(event, "Queue")),
        requirement=headers.decoded(event, "Requirement"),
        priority=headers.whole(event, "Priority", 0),
        language=Language(headers.plain(event, "Language")),
        joined_at=headers.moment(event, "JoinedAt"),
        path=headers.steps(event, "Path"),
        topic=headers.plain(event, "Topic"),
        consented_at=headers.moment(event, "Consent") if event.get("Consent") else None,
    )


def read_phone(event: AmiEvent) -> tuple[str, PhoneState] | None:
    """Return an agent's phone and its state, None for another device; raise `TranslationError`."""
    phone = headers.phone_of_device(headers.needed(event, "Device"))
    if phone is None:
        return None
    state = headers.PHONE_STATES.get(headers.needed(event, "State"))
    if state is None:
        raise headers.fault(event, "State", "not a device state")
    return phone, state
