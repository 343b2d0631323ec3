"""An agent's leg as a resynchronisation finds it."""

from dataclasses import dataclass

from contact.ids import CallId, Extension, OfferId


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOffer:
    """One agent leg that Asterisk reports: ringing, or answered and `bridged` to `call` or holding it.

    One that `consults` talks to another agent about `call`, or to both of them; `records`: its sound is kept.
    """

    offer: OfferId
    call: CallId
    extension: Extension
    answered: bool
    bridged: bool = True
    consults: bool = False
    records: bool = False
