"""Arrival: how a call comes into the books, through the IVR and into its queue, or out of our hands."""

import math

from acd.core import callback, offering, overflow, parting, redial, reunion
from acd.core.books import Books
from acd.core.call import Call, Place
from acd.core.skills import ANYBODY, Node, RequirementError, parse
from contact.events import CallArrived, CallDiverted, CallQueued, CallWaiting, NodeVisited
from contact.states import OfferCause, OfferState, Outcome

PATH_STEPS_MAX = 100
"""So many steps through the IVR are kept with a call."""


def arrive(books: Books, event: CallArrived) -> None:
    """Open the books for a call that was answered."""
    books.calls[event.call] = Call(
        call=event.call,
        leg=event.leg,
        channel=event.channel,
        caller=event.caller,
        dialled=event.dialled,
        arrived_at=books.now,
        sequence=books.next_sequence(),
        since_at=books.now,
    )


def visit(call: Call, event: NodeVisited) -> None:
    """Keep what the caller pressed or said in the IVR; one who heard the flow to its end was answered."""
    if event.heard and len(call.path) < PATH_STEPS_MAX:
        call.path = (*call.path, f"{event.node}={event.heard}")
    if event.ended_by == "hang_up" and call.diverted is None:
        call.diverted = Outcome.ANSWERED_BY_IVR


def queue(books: Books, event: CallQueued) -> None:
    """Let a call join its queue, with the join time it brings; one that waits there already stays.

    One that talks has come back to its queue before word of the end of the talk did.
    """
    call = books.calls.get(event.call)
    if call is not None and call.place in (Place.WAITING, Place.OFFERED):
        books.stale["CallQueued"] += 1
        return
    offer = books.offers.get(call.offer) if call is not None and call.offer is not None else None
    if call is not None and offer is not None:
        parting.release(books, offer, call)
    if call is None:
        call = Call(
            call=event.call,
            leg=event.leg,
            channel=event.channel,
            caller=event.caller,
            dialled="",
            arrived_at=min(event.joined_at, books.now),
            sequence=books.next_sequence(),
            since_at=books.now,
        )
        books.calls[event.call] = call
    _join(books, call, event)


def divert(books: Books, call: Call, event: CallDiverted) -> None:
    """Note that a call left our hands; it stays in the books until it hangs up.

    One that we sent on ourselves keeps the outcome with which we did.
    """
    if event.outcome is not Outcome.OVERFLOWED or call.diverted is None:
        call.diverted = event.outcome
    offer = books.offers.get(call.offer) if call.offer is not None else None
    if call.place in (Place.WAITING, Place.OFFERED):
        offering.abandon_queue(books, call, str(event.outcome), left_at=event.diverted_at)
    if offer is not None and offer.state is OfferState.PENDING:
        offering.stop(books, offer, OfferCause.WITHDRAWN)


def asked_by(books: Books, requirement: str) -> Node:
    """Return the caller's own requirement; one that cannot be read asks for nothing and is counted."""
    try:
        return parse(requirement)
    except RequirementError:
        books.stale["requirement"] += 1
        return ANYBODY


def _join(books: Books, call: Call, event: CallQueued) -> None:
    call.channel, call.caller, call.language = event.channel, event.caller, event.language
    call.requirement, call.topic = event.requirement, event.topic
    call.asked, call.consented_at = asked_by(books, event.requirement), event.consented_at
    joined_at = min(event.joined_at, books.now)
    known_at = call.joined_at if call.claimed_at is None else call.claimed_at
    if (call.entered, known_at) != (event.queue, joined_at):
        # Not one who comes back to the same wait: they stand where they were moved to meanwhile.
        call.queue = call.entered = event.queue
        call.priority = event.priority + books.policy.queue(event.queue).priority
        call.climbed_s, call.moves, call.claimed_at = -1.0, 0, joined_at
        call.joined_at = redial.joined_at(books, event.caller, event.queue, joined_at)
    if call.transferred:
        call.climbed_s = math.inf  # who was handed on has waited before: no ladder leads them away
    call.came_at, call.since_at = books.now, call.joined_at or books.now
    call.path = event.path or call.path
    call.diverted = call.left_at = None
    callback.origin_waits(books, call)
    books.tell(CallWaiting, offering.as_waiting, call)
    reunion.keep(books, call)
    offering.wait(books, call)
    if not call.transferred:
        overflow.admit(books, call)
