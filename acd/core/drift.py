"""Drift: where the books and Asterisk's own report differ although the link between them is up.

A difference by itself proves nothing: events may be on their way. It is for whoever looks (`acd.watchdog`)
to see whether it lasts. A difference is named by the offer, call or phone that it is about, so that the
same one is recognised at the next look and a new one is not taken for an old one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from acd.core.books import Books
from acd.core.call import Place
from acd.core.callback import UP
from contact.events import TelephonyResynced
from contact.states import OfferState


class Fault(StrEnum):
    """What can be wrong; each is repaired by a resynchronisation."""

    OFFER_WITHOUT_LEG = "offer_without_leg"
    """An agent is reserved or talking, and nothing rings or talks at their phone."""
    LEG_WITHOUT_OFFER = "leg_without_offer"
    """A leg at an agent's phone that no offer is known for."""
    ANSWER_UNKNOWN = "answer_unknown"
    """An offer counts as ringing and was answered."""
    CALL_WITHOUT_LEG = "call_without_leg"
    """A call is in the books and its caller is gone."""
    WAIT_WITHOUT_CALLER = "wait_without_caller"
    """A call waits in the books and its caller stands elsewhere."""
    CALLER_WITHOUT_WAIT = "caller_without_wait"
    """A caller stands in `[wait]` and nobody means to serve them."""
    PHONE_OTHERWISE = "phone_otherwise"
    """An agent's phone is in another state than the books have it."""


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """One thing that is otherwise in the books; `key` is the id of the offer, call or extension."""

    fault: Fault
    key: str


def drift(books: Books, found: TelephonyResynced) -> frozenset[Difference]:
    """Return every difference between the books and what Asterisk reports."""
    return frozenset((*_offers(books, found), *_calls(books, found), *_phones(books, found)))


def _offers(books: Books, found: TelephonyResynced) -> Iterator[Difference]:
    live = {one.offer: one for one in found.offers}
    for offer in books.offers.values():
        leg = live.get(offer.offer)
        call = books.calls.get(offer.call)
        if leg is None and call is not None and call.awaits:
            continue
        if leg is None:
            yield Difference(Fault.OFFER_WITHOUT_LEG, offer.offer)
        elif leg.answered and offer.state is OfferState.PENDING:
            yield Difference(Fault.ANSWER_UNKNOWN, offer.offer)
    for one in live.keys() - books.offers.keys():
        yield Difference(Fault.LEG_WITHOUT_OFFER, one)


def _calls(books: Books, found: TelephonyResynced) -> Iterator[Difference]:
    waiting = {one.call for one in found.waiting}
    alive = waiting.union(found.calls)
    for call in books.calls.values():
        if call.callback is not None and call.place not in UP:
            continue  # it has no leg before it is talked to
        if call.call not in alive:
            yield Difference(Fault.CALL_WITHOUT_LEG, call.call)
        elif call.place is Place.WAITING and call.call not in waiting:
            yield Difference(Fault.WAIT_WITHOUT_CALLER, call.call)
    for one in waiting:
        known = books.calls.get(one)
        if known is None or known.place not in (Place.WAITING, Place.OFFERED):
            yield Difference(Fault.CALLER_WITHOUT_WAIT, one)


def _phones(books: Books, found: TelephonyResynced) -> Iterator[Difference]:
    """Compare the phones of agents; what one says while a leg of ours is at it means nothing."""
    for phone in found.phones:
        agent = books.extensions.get(phone.extension)
        if agent is None or books.agents[agent].leg is not None:
            continue
        if books.phone(phone.extension) is not phone.state:
            yield Difference(Fault.PHONE_OTHERWISE, phone.extension)
