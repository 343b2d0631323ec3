"""Callbacks: from the place in the order to the talk, or to the end of all attempts.

Theory of operation. A callback is a call without a leg. While its time is there it stands in the waiting
room among the callers, by the same rank, and is offered like them. When the agent answers, telephony dials
the citizen from the agent's leg: the attempt is counted in that moment, before anything is known of its end.
An attempt that leads to no talk lets the callback rest, and it stands where it stood when the rest is over;
so it does when the hours of calling begin. One timer for each callback says when it is to be looked at again.

What cannot happen: two live callbacks of one number in one queue; an offer to a second agent while a
first may yet dial; a dialling that is not counted. Where telephony was out of sight while a phone rang, the
citizen may have been dialled, so an attempt is counted then too.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from acd.core import offering
from acd.core.books import Books
from acd.core.call import Call, Callback, Offer, Place
from acd.core.policy import CallbackPolicy
from acd.core.timers import Timer
from contact.callbacks import (
    AttemptEnd,
    CallbackAttempted,
    CallbackDialled,
    CallbackRested,
    CallbackResumed,
    Rest,
)
from contact.events import CallLeftQueue
from contact.ids import CallId, QueueId, callback_id
from contact.states import OfferCause, OfferState, Outcome
from contact.times import Seconds

_ENDS: Mapping[int, AttemptEnd] = MappingProxyType(
    {
        1: AttemptEnd.UNREACHABLE,
        3: AttemptEnd.UNREACHABLE,
        17: AttemptEnd.BUSY,
        20: AttemptEnd.UNREACHABLE,
        21: AttemptEnd.BUSY,
        22: AttemptEnd.UNREACHABLE,
        27: AttemptEnd.UNREACHABLE,
        28: AttemptEnd.UNREACHABLE,
        34: AttemptEnd.UNREACHABLE,
        38: AttemptEnd.UNREACHABLE,
        41: AttemptEnd.UNREACHABLE,
        42: AttemptEnd.UNREACHABLE,
        58: AttemptEnd.UNREACHABLE,
    }
)
"""Q.850 causes of a citizen's leg that was never answered; with any other, nobody picked up."""

_STANDS = frozenset({Place.WAITING, Place.RESTING})
UP = frozenset({Place.TALKING, Place.AFTER})
"""Where a callback has a leg of its own that must be there."""


def begin(books: Books, call: Call) -> None:
    """Let a new callback wait, or rest until its time has come."""
    opens_at = _opens_at(books, call)
    if opens_at > books.now:
        _rest(books, call, opens_at)
    else:
        offering.wait(books, call)


def turn(books: Books, call: Call) -> None:
    """Look at a callback again: is it over, is it to rest, or to wait?

    One that is offered or dialled just now is looked at when that has come to nothing.
    """
    if call.callback is None or call.place not in _STANDS:
        return
    rules = _rules(books, call)
    if books.now >= call.callback.counts_from_at + rules.expires_s:
        close(books, call, Outcome.CALLBACK_EXPIRED)
        return
    opens_at = _opens_at(books, call)
    if opens_at > books.now:
        _rest(books, call, opens_at)
    elif call.place is Place.RESTING:
        books.publish(CallbackResumed(call=call.call, queue=_queue(call), resumed_at=books.now))
        call.since_at = call.joined_at or books.now
        offering.wait(books, call)
    else:
        books.timers.set(Timer.CALLBACK, call.call, rules.turns_at(call.callback.counts_from_at, books.now))


def policy_changed(books: Books) -> None:
    """Look at every callback again, by the rules that hold now."""
    for call_id in list(books.callbacks.values()):
        turn(books, books.calls[call_id])


def dial(books: Books, offer: Offer, call: Call) -> None:
    """The agent has answered: telephony dials the citizen now."""
    attempt = _count(call)
    call.place, call.since_at = Place.DIALLING, books.now
    overdue_s = _rules(books, call).dial_timeout_s + books.policy.leg_grace_s
    books.timers.set(Timer.LEG_OVERDUE, offer.offer, books.now + overdue_s)
    books.publish(
        CallbackDialled(
            call=call.call,
            offer=offer.offer,
            agent=offer.agent,
            queue=offer.queue,
            attempt=attempt,
            dialled_at=books.now,
        )
    )


def answered_late(call: Call | None) -> None:
    """Count the dialling by an agent who answered an offer that was taken back in that very moment."""
    if call is not None and call.callback is not None:
        _count(call)


def leg_ended(books: Books, call: Call, cause: int) -> bool:
    """Take the end of the citizen's leg; return whether that ends the call: they had talked."""
    if call.place is Place.DIALLING:
        end_attempt(books, call, _ENDS.get(cause, AttemptEnd.NO_ANSWER))
    elif call.place not in UP:
        books.stale["CallHungUp"] += 1
    return call.place in UP


def end_attempt(books: Books, call: Call, end: AttemptEnd) -> None:
    """End an attempt that led to no talk: the callback rests, or was called often enough."""
    assert call.callback is not None  # noqa: S101 - only callbacks come here
    rules, attempts = _rules(books, call), call.callback.attempts
    fact = CallbackAttempted(
        call=call.call, queue=_queue(call), attempt=attempts, end=end, ended_at=books.now
    )
    books.publish(fact)
    call.offer, call.place = None, Place.RESTING
    call.callback = replace(call.callback, rests_until=books.now + rules.gap_s, reason=Rest.GAP)
    if attempts >= rules.attempts_max:
        close(books, call, Outcome.CALLBACK_FAILED)
    else:
        turn(books, call)


def lose(books: Books, offer: Offer, call: Call) -> None:
    """A phone that rang for a callback is silent, and nobody saw why: the citizen may have been dialled."""
    call.offer = None
    offering.end_offer(books, offer, OfferCause.WITHDRAWN, leg_is_down=True)
    _count(call)
    end_attempt(books, call, AttemptEnd.UNKNOWN)


def dialled_unseen(books: Books, call: Call) -> None:
    """An agent answered an offer, or may have, that had been given up while nobody could tell them."""
    _count(call)
    if call.place in _STANDS:
        offering.leave(books, call)
        end_attempt(books, call, AttemptEnd.UNKNOWN)


def withdraw(books: Books, call: Call) -> None:
    """Give up a callback that nobody is dialling yet; a phone that rings for it is told to stop."""
    if call.callback is not None and (call.place in _STANDS or call.place is Place.OFFERED):
        close(books, call, Outcome.CALLBACK_WITHDRAWN)
    else:
        books.stale["CallbackWithdrawn"] += 1


def caller_connected(books: Books, call: Call) -> None:
    """A citizen who waits to be called talks to an agent of the same queue: no need to call them."""
    if call.callback is None and books.callbacks and call.entered is not None:
        known = books.callbacks.get((call.entered, call.caller))
        _withdraw_standing(books, books.calls.get(known) if known is not None else None)


def origin_waits(books: Books, call: Call) -> None:
    """A caller who had ordered a callback waits on the line after all, and has their place back."""
    ordered = books.calls.get(callback_id(call.call)) if books.callbacks else None
    if ordered is not None and ordered.place in _STANDS:
        call.sequence, ordered.sequence = ordered.sequence, call.sequence
        _withdraw_standing(books, ordered)


def close(books: Books, call: Call, outcome: Outcome) -> None:
    """End a callback without a talk: the terminal record."""
    del books.calls[call.call]
    offer = books.offers.get(call.offer) if call.offer is not None else None
    call.diverted, call.offer = outcome, None
    offering.leave(books, call)
    forget(books, call)
    if offer is not None and offer.state is OfferState.PENDING:
        offering.stop(books, offer, OfferCause.WITHDRAWN)
    books.publish(CallLeftQueue(call=call.call, queue=_queue(call), reason=str(outcome)))
    books.publish(call.ended(books.now))


def forget(books: Books, call: Call) -> None:
    """Let the number of a callback that is over be ordered again."""
    if call.callback is not None:
        books.callbacks.pop((call.callback.queue, call.caller), None)
        books.timers.cancel(Timer.CALLBACK, call.call)


def waiting_without_line(books: Books, queue: QueueId) -> int:
    """Return how many of those who wait in `queue` are callbacks: they keep no line busy."""
    there = (books.calls.get(one) for one in books.callbacks.values())
    return sum(one is not None and one.queue == queue and one.call in books.waiting for one in there)


def is_dialled(call: Call, up: set[CallId]) -> bool:
    """Say whether an agent's answered leg of `call` still dials: the citizen is not among those `up`."""
    return call.callback is not None and call.call not in up


def _withdraw_standing(books: Books, call: Call | None) -> None:
    if call is not None and call.callback is not None and call.place in _STANDS:
        close(books, call, Outcome.CALLBACK_WITHDRAWN)


def _rest(books: Books, call: Call, until_at: Seconds) -> None:
    callback = call.callback
    assert callback is not None  # noqa: S101 - only callbacks come here
    offering.leave(books, call)
    call.place, call.since_at = Place.RESTING, books.now
    reason = callback.reason if until_at == callback.rests_until else Rest.HOURS
    call.callback = replace(callback, reason=reason)
    expires_at = callback.counts_from_at + _rules(books, call).expires_s
    books.timers.set(Timer.CALLBACK, call.call, min(until_at, expires_at))
    books.publish(CallbackRested(call=call.call, queue=_queue(call), reason=reason, until_at=until_at))


def _count(call: Call) -> int:
    assert call.callback is not None  # noqa: S101 - only callbacks come here
    call.callback = replace(call.callback, attempts=call.callback.attempts + 1)
    return call.callback.attempts


def _opens_at(books: Books, call: Call) -> Seconds:
    callback: Callback | None = call.callback
    assert callback is not None  # noqa: S101 - only callbacks come here
    return _rules(books, call).opens_at(max(books.now, callback.rests_until))


def _rules(books: Books, call: Call) -> CallbackPolicy:
    assert call.callback is not None  # noqa: S101 - only callbacks come here
    return books.policy.queue(call.callback.queue).callback


def _queue(call: Call) -> QueueId:
    assert call.queue is not None  # noqa: S101 - a callback has a queue
    return call.queue
