"""Ordering a callback: the caller's own place goes over to it, and a number has one in each queue."""

from dataclasses import replace

from acd.core import arrival, callback, offering
from acd.core.books import Books
from acd.core.call import Call, Callback, Place
from acd.core.skills import ANYBODY
from contact.callbacks import CallbackOrdered
from contact.ids import CallId, ChannelName, LegId
from contact.states import Outcome

ORDERS_MAX = 10_000
"""What came of so many orders is known by their keys; the oldest is forgotten first."""

_LEAVES = frozenset({Place.IVR, Place.AFTER})
"""Where a caller is who orders a callback in place of waiting on."""


def order(books: Books, event: CallbackOrdered) -> None:
    """Take in a callback; where its number has one in the queue already, that one stays as it is."""
    origin = books.calls.get(event.origin) if event.origin is not None else None
    if origin is not None and origin.place not in _LEAVES:
        origin = None
    queue = event.queue if origin is None or origin.entered is None else origin.entered
    known = books.orders.get(event.key) or books.callbacks.get((queue, event.number))
    _remember(books, event.key, known or event.call)
    if origin is not None:
        origin.diverted = Outcome.CALLBACK_ORDERED
    if known is not None or event.call in books.calls:
        return
    call = _new(books, event, origin)
    call.asked = arrival.asked_by(books, call.requirement) if call.requirement else ANYBODY
    books.calls[call.call] = call
    books.callbacks[(queue, event.number)] = call.call
    books.publish(offering.as_waiting(call))
    callback.begin(books, call)


def _new(books: Books, event: CallbackOrdered, origin: Call | None) -> Call:
    due_at = max(books.now, event.not_before_at or books.now)
    call = Call(
        call=event.call,
        leg=LegId(""),
        channel=ChannelName(""),
        caller=event.number,
        dialled="" if origin is None else origin.dialled,
        arrived_at=books.now,
        sequence=books.next_sequence(),
        since_at=due_at,
        place=Place.WAITING,
        language=event.language,
        queue=event.queue,
        requirement=event.requirement,
        priority=event.priority + books.policy.queue(event.queue).priority,
        joined_at=due_at,
        path=event.path,
        topic=event.topic,
        entered=event.queue,
        came_at=books.now,
        callback=Callback(
            queue=event.queue,
            counts_from_at=due_at,
            rests_until=due_at,
            origin=event.origin,
            by=event.by,
        ),
    )
    if origin is not None and origin.queue is not None:
        _take_place(call, origin)
    return call


def _take_place(call: Call, origin: Call) -> None:
    """Give a callback the place of the caller who ordered it."""
    assert call.callback is not None  # noqa: S101 - it has just been made
    call.sequence, origin.sequence = origin.sequence, call.sequence
    call.queue, call.entered, call.climbed_s = origin.queue, origin.entered, origin.climbed_s
    call.requirement, call.priority, call.topic = origin.requirement, origin.priority, origin.topic
    call.joined_at, call.path, call.moves = origin.joined_at, origin.path, origin.moves
    call.since_at = origin.joined_at or call.since_at
    call.language = origin.language
    if origin.entered is not None:
        call.callback = replace(call.callback, queue=origin.entered)


def _remember(books: Books, key: str, call: CallId) -> None:
    books.orders.pop(key, None)
    books.orders[key] = call
    while len(books.orders) > ORDERS_MAX:
        del books.orders[next(iter(books.orders))]
