"""Steering: a waiting caller gets another priority or another queue, and keeps the time of joining."""

from acd.core import offering
from acd.core.books import Books
from acd.core.call import Call, Place
from contact.events import CallLeftQueue, CallWaiting
from contact.ids import QueueId
from contact.states import OfferCause, OfferState
from contact.steering import CallMoved, CallReranked, PriorityChanged

_WAITS = frozenset({Place.WAITING, Place.OFFERED})


def steer(books: Books, event: PriorityChanged | CallMoved) -> None:
    """Take what a supervisor asked for; a call that does not wait (any more) stays as it is."""
    call = books.calls.get(event.call)
    match event:
        case PriorityChanged() if call is not None and call.place in _WAITS:
            _rank(books, call, event)
        case CallMoved() if call is not None and call.place in _WAITS and event.queue != call.queue:
            transfer(books, call, event.queue, "moved")
        case _:
            books.stale[type(event).__name__] += 1


def transfer(books: Books, call: Call, queue: QueueId, reason: str) -> None:
    """Let a waiting call wait for another queue; an offer that is pending is taken back first.

    The agent who is freed by that chooses among all who wait, this caller included.
    """
    assert call.queue is not None  # noqa: S101 - only queued calls come here
    offer = books.offers.get(call.offer) if call.offer is not None else None
    offering.leave(books, call)
    books.publish(CallLeftQueue(call=call.call, queue=call.queue, reason=reason))
    call.queue, call.came_at, call.kept_for = queue, books.now, None
    books.tell(CallWaiting, offering.as_waiting, call)
    offering.enter(books, call)
    if offer is not None and offer.state is OfferState.PENDING:
        offering.stop(books, offer, OfferCause.WITHDRAWN)
    if call.call in books.waiting:
        offering.offer_to_best_agent(books, call)


def _rank(books: Books, call: Call, event: PriorityChanged) -> None:
    assert call.queue is not None  # noqa: S101 - only queued calls come here
    call.priority = event.priority
    books.publish(CallReranked(call=call.call, queue=call.queue, priority=event.priority, by=event.by))
    offering.relax(books, call)
