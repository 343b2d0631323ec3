"""Leaving: a caller who waits presses a key of the queue's policy and goes where it leads.

A key has up to three signs; no key of a queue begins another one (the policy file sees to it), so a key is
complete as soon as it is one. Signs further apart than `SIGNS_APART_S` belong to different keys. A caller to
whom an agent's phone rings may leave too; one who is talking cannot. Who agrees to be recorded, by a key as
well, stays where they are.
"""

from acd.core import consent, offering, overflow, steering
from acd.core.books import Books
from acd.core.call import Call, Place
from acd.core.policy import KeyChoice
from contact.commands import Destination, LeaveQueue
from contact.states import OfferCause, OfferState, Outcome
from contact.steering import KEY_REASON

SIGNS_APART_S = 3.0
_WAITS = frozenset({Place.WAITING, Place.OFFERED})


def press(books: Books, call: Call, sign: str) -> None:
    """Take one sign, and send the caller on where it completes a key."""
    if call.place not in _WAITS or call.queue is None or not books.telephony_up:
        books.stale["KeyPressed"] += 1
        return
    keys = books.policy.queue(call.queue).keys
    so_far = call.typed if books.now - call.typed_at <= SIGNS_APART_S else ""
    typed = next((one for one in (so_far + sign, sign) if any(k.key.startswith(one) for k in keys)), "")
    choice = next((one for one in keys if one.key == typed), None)
    call.typed, call.typed_at = ("" if choice is not None else typed), books.now
    if choice is not None:
        _take(books, call, choice)


def _take(books: Books, call: Call, choice: KeyChoice) -> None:
    reason = KEY_REASON + choice.key
    if choice.consents:
        consent.turn(books, call)
        return
    if choice.leave is not None:
        _go(books, call, choice.leave, reason)
    elif choice.queue is not None and choice.queue != call.queue:
        steering.transfer(books, call, choice.queue, reason)
        overflow.admit(books, call)


def _go(books: Books, call: Call, destination: Destination, reason: str) -> None:
    """Let a waiting call go to `destination`; an offer that is pending is taken back behind it."""
    offer = books.offers.get(call.offer) if call.offer is not None else None
    if destination is not Destination.CALLBACK:  # from there they may come back
        call.diverted = Outcome.VOICEMAIL if destination is Destination.VOICEMAIL else Outcome.LEFT_QUEUE
    offering.abandon_queue(books, call, reason)
    if destination is Destination.MENU:
        call.place = Place.IVR
    books.out.append(LeaveQueue(call=call.call, channel=call.channel, destination=destination))
    if offer is not None and offer.state is OfferState.PENDING:
        offering.stop(books, offer, OfferCause.WITHDRAWN)
