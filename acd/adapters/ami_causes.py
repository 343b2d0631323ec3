"""What Asterisk's causes mean: why a leg that was never answered ended."""

from collections.abc import Mapping

from contact.consult import ConsultEnd
from contact.states import OfferCause

CAUSES: Mapping[int, OfferCause] = {
    1: OfferCause.PHONE_UNREACHABLE,
    3: OfferCause.PHONE_UNREACHABLE,
    17: OfferCause.PHONE_BUSY,
    20: OfferCause.PHONE_UNREACHABLE,
    21: OfferCause.DECLINED,
    27: OfferCause.PHONE_UNREACHABLE,
}
"""Q.850 causes of an agent leg that was never answered, whatever else was seen of it.

With any other cause (19 at the end of the ring time, 18 for a phone that never replied, 0 or 16 after a
hang-up of ours) a phone that rang was not answered, and one that never rang could not be reached.
"""
_PARTY_ENDS: Mapping[OfferCause, ConsultEnd] = {
    OfferCause.PHONE_UNREACHABLE: ConsultEnd.UNREACHABLE,
    OfferCause.PHONE_BUSY: ConsultEnd.BUSY,
    OfferCause.DECLINED: ConsultEnd.REJECTED,
}
_REASONS: Mapping[str, ConsultEnd] = {"3": ConsultEnd.NO_ANSWER, "5": ConsultEnd.BUSY}
"""`Reason` of an `OriginateResponse`: what was seen last of the channel (3 ringing, 5 busy)."""


def offer_end(cause: int, *, rang: bool) -> OfferCause:
    """Return how the offer ended whose leg ended with `cause` before it was answered."""
    known = CAUSES.get(cause)
    if known is not None:
        return known
    return OfferCause.NO_ANSWER if rang else OfferCause.PHONE_UNREACHABLE


def party_end(cause: int) -> ConsultEnd:
    """Return how a consultation ended whose party's leg ended with `cause`, had it not been answered."""
    return _PARTY_ENDS.get(offer_end(cause, rang=True), ConsultEnd.NO_ANSWER)


def party_not_reached(reason: str) -> ConsultEnd:
    """Return how a consultation ended whose party could not be rung, or did not answer."""
    return _REASONS.get(reason, ConsultEnd.UNREACHABLE)
