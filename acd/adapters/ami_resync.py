"""Reads Asterisk's whole state after a login: which callers, which offers, which phones.

A trunk leg is a channel whose CALL_ID is its own unique id; channels that Asterisk made on behalf of a
call (a phone of the fallback queue) inherit CALL_ID and are told apart by that. It waits where its
context is `[wait]` and it is in no bridge; it has joined once CENTRALA_JOINED_AT is set, before that its
`CallQueued` is still to come. The leg of a citizen who is called back bears CENTRALA_CALLBACK, and is a
caller's once it is up. An agent leg is known by its channel id and answered once it is up; its context says
whether it is with the caller of its call, waits beside them, or asks somebody about them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from acd.adapters import ami_headers as headers
from acd.adapters.ami_events import WAIT_CONTEXT, read_phone, read_queued
from acd.adapters.ami_legs import CarriedBy, KnownLegs
from acd.adapters.ami_link import AmiLink
from acd.adapters.ami_message import AmiEvent
from acd.adapters.ami_phones import Phones, owner_of
from acd.errors import TranslationError
from contact.consult import ConsultId, consult_of_channel_id
from contact.events import CallQueued, LiveOffer, PhoneChanged, TelephonyResynced
from contact.ids import (
    E164,
    CallId,
    Extension,
    LegId,
    OfferId,
    is_callback,
    offer_channel_id,
    offer_of_channel_id,
)
from contact.listening import ListeningId, listening_of_channel_id
from contact.states import PhoneState

VARIABLES = (
    "CALL_ID",
    "CENTRALA_QUEUE",
    "CENTRALA_REQUIREMENT",
    "CENTRALA_PRIORITY",
    "CENTRALA_LANGUAGE",
    "CENTRALA_PATH",
    "CENTRALA_TOPIC",
    "CENTRALA_JOINED_AT",
    "CENTRALA_CALLER",
    "CENTRALA_CALLBACK",
    "CENTRALA_CONSENT",
    "CENTRALA_RECORDING",
    "OFFER_ID",
    "OFFER_CALL_ID",
)
"""What is read of every channel; the dialplan and the IVR set them."""

WITHOUT_CALLER = frozenset({"agent-hold", "agent-consult"})
"""Where an agent's leg is whose caller hears music; a bridge that it is in is with a consulted party."""
CONSULTING = frozenset({"consult", "consult-joined"})
"""Where the leg of a colleague is who is asked about another's call."""
_UP = "6"
_UNSET = "(null)"
"""What Asterisk 22 writes for a variable that a channel does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What was found: the input for the engine, and the legs for the translator."""

    resynced: TelephonyResynced
    legs: KnownLegs


async def take_snapshot(
    link: AmiLink,
    *,
    extensions: Iterable[Extension],
    number: Callable[[str], E164],
    on_fault: Callable[[TranslationError], None],
) -> Snapshot:
    """Return Asterisk's view now; raise `AmiError`. A channel that cannot be read goes to `on_fault`.

    Every phone that Asterisk lists has a state in the result, and every one of `extensions`; one that
    Asterisk does not list is unreachable.
    """
    channels = await link.collect("Status", {"Variables": ",".join(VARIABLES)})
    devices = await link.collect("DeviceStateList")
    return read_snapshot(channels, devices, extensions=extensions, number=number, on_fault=on_fault)


def read_snapshot(
    channels: Iterable[AmiEvent],
    devices: Iterable[AmiEvent],
    *,
    extensions: Iterable[Extension],
    number: Callable[[str], E164],
    on_fault: Callable[[TranslationError], None],
) -> Snapshot:
    """Return what the items of the two lists say; see `take_snapshot`."""
    callers: dict[LegId, CallId] = {}
    waiting: list[CallQueued] = []
    offers: dict[OfferId, tuple[LiveOffer, CarriedBy]] = {}
    ringing: set[CallId] = set()
    parties: list[ConsultId] = []
    listeners: list[ListeningId] = []
    for channel in channels:
        try:
            variables = _variables(channel)
            offer = offer_of_channel_id(LegId(channel.get("Uniqueid")))
            if offer is not None:
                _keep_leg(offers, channel, _live_offer(channel, variables, offer))
            elif (party := consult_of_channel_id(LegId(channel.get("Uniqueid")))) is not None:
                parties.append(party)
            elif (listener := listening_of_channel_id(LegId(channel.get("Uniqueid")))) is not None:
                listeners.append(listener)
            elif called := variables.get("CENTRALA_CALLBACK"):
                callers[headers.leg_id(channel)] = CallId(called)
                if channel.get("ChannelState") != _UP:
                    ringing.add(CallId(called))
            elif variables.get("CALL_ID", "") == channel.get("Uniqueid") != "":
                leg = headers.leg_id(channel)
                callers[leg] = CallId(leg)
                waiting.extend(_waiting(channel, variables, number))
        except TranslationError as error:
            on_fault(error)
    states = _devices(devices, on_fault)
    phones = Phones()
    phones.start_from(states.items())
    reported = dict.fromkeys(extensions, PhoneState.UNREACHABLE) | phones.together()
    live = tuple(one for one, _ in offers.values())
    return Snapshot(
        resynced=TelephonyResynced(
            calls=tuple(call for call in callers.values() if call not in ringing),
            waiting=tuple(sorted(waiting, key=lambda one: (one.joined_at, one.call))),
            offers=live,
            phones=tuple(PhoneChanged(extension=one, state=state) for one, state in reported.items()),
            parties=tuple(parties),
        ),
        legs=KnownLegs(
            callers=callers,
            offers=live,
            devices=states,
            carried={offer: carried for offer, (_, carried) in offers.items()},
            dialling=_dialling(live, callers, ringing),
            listeners=tuple(listeners),
        ),
    )


def _dialling(
    offers: Iterable[LiveOffer], callers: Mapping[LegId, CallId], ringing: set[CallId]
) -> frozenset[OfferId]:
    """Return the offers whose agents have answered and whose citizens have not."""
    up = set(callers.values()) - ringing
    return frozenset(
        one.offer for one in offers if one.answered and is_callback(one.call) and one.call not in up
    )


def _keep_leg(offers: dict[OfferId, tuple[LiveOffer, CarriedBy]], channel: AmiEvent, live: LiveOffer) -> None:
    """Keep the leg that carries its offer's talk: of several the one in the bridge, then the newest."""
    leg = headers.leg_id(channel)
    if leg != offer_channel_id(live.offer) and not live.answered:
        return  # a page that is being rung for a talk; whether it answers will be seen
    phone = headers.phone_of_channel(channel.get("Channel")) or ""
    carried = CarriedBy(bridge=channel.get("BridgeID"), leg=leg, phone=phone)
    known = offers.get(live.offer)
    if known is None or _rank(carried) > _rank(known[1]):
        offers[live.offer] = live, carried


def _rank(carried: CarriedBy) -> tuple[bool, int, str]:
    return carried.bridge != "", len(carried.leg), carried.leg


def _variables(channel: AmiEvent) -> dict[str, str]:
    pairs = (one.partition("=") for one in channel.all("Variable"))
    return {name: value for name, _, value in pairs if value != _UNSET}


def _live_offer(channel: AmiEvent, variables: dict[str, str], offer: OfferId) -> LiveOffer:
    phone = headers.phone_of_channel(channel.get("Channel"))
    if phone is None:
        raise headers.fault(channel, "Channel", "not the channel of an agent's phone")
    call = CallId(variables.get("OFFER_CALL_ID", ""))
    if not call:
        raise headers.fault(channel, "OFFER_CALL_ID", "missing")
    answered = channel.get("ChannelState") == _UP
    context = channel.get("Context")
    return LiveOffer(
        offer=offer,
        call=call,
        extension=owner_of(phone),
        answered=answered,
        bridged=(channel.get("BridgeID") != "" and context not in WITHOUT_CALLER) or not answered,
        consults=answered and context in CONSULTING,
        records=answered and variables.get("CENTRALA_RECORDING") == "1",
    )


def _waiting(
    channel: AmiEvent, variables: dict[str, str], number: Callable[[str], E164]
) -> Iterable[CallQueued]:
    in_wait = channel.get("Context") == WAIT_CONTEXT and not channel.get("BridgeID")
    if not in_wait or not variables.get("CENTRALA_JOINED_AT"):
        return
    yield read_queued(
        AmiEvent.of(
            {
                "Event": "Status",
                "CallId": variables["CALL_ID"],
                "Uniqueid": channel.get("Uniqueid"),
                "Channel": channel.get("Channel"),
                "Caller": variables.get("CENTRALA_CALLER") or channel.get("CallerIDNum"),
                "Queue": variables.get("CENTRALA_QUEUE", ""),
                "Requirement": variables.get("CENTRALA_REQUIREMENT", ""),
                "Priority": variables.get("CENTRALA_PRIORITY", ""),
                "Language": variables.get("CENTRALA_LANGUAGE", ""),
                "JoinedAt": variables["CENTRALA_JOINED_AT"],
                "Path": variables.get("CENTRALA_PATH", ""),
                "Topic": variables.get("CENTRALA_TOPIC", ""),
                "Consent": variables.get("CENTRALA_CONSENT", ""),
            }
        ),
        number,
    )


def _devices(
    devices: Iterable[AmiEvent], on_fault: Callable[[TranslationError], None]
) -> dict[str, PhoneState]:
    """Return the state of every agent's phone that Asterisk lists."""
    states: dict[str, PhoneState] = {}
    for device in devices:
        try:
            read = read_phone(device)
        except TranslationError as error:
            on_fault(error)
            continue
        if read is not None:
            states[read[0]] = read[1]
    return states
