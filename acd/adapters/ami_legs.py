"""The legs that a resynchronisation found, as the translator takes them over."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contact.events import LiveOffer
from contact.ids import CallId, LegId, OfferId
from contact.listening import ListeningId
from contact.states import PhoneState


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedBy:
    """The leg that carries an offer's talk, the phone it is at, and the bridge it is in, "" for none."""

    bridge: str
    leg: LegId
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLegs:
    """The legs that a resynchronisation found: trunk legs with their calls, and offers.

    `dialling` are the offers from whose answered legs a citizen is called; `listeners` supervisors' legs.
    """

    callers: Mapping[LegId, CallId]
    offers: tuple[LiveOffer, ...]
    devices: Mapping[str, PhoneState] = field(default_factory=dict)
    carried: Mapping[OfferId, CarriedBy] = field(default_factory=dict)
    dialling: frozenset[OfferId] = frozenset()
    listeners: tuple[ListeningId, ...] = ()
