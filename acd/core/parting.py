"""Parting: a talk is over; the agent's wrap-up begins and the call goes on without them."""

from acd.core import consulting, offering, presence
from acd.core.books import Books
from acd.core.call import Call, Offer, Place
from acd.core.timers import Timer
from contact.consult import ConsultState
from contact.events import CallReleased


def release(books: Books, offer: Offer, call: Call, *, by_caller: bool = False) -> None:
    """The talk is over: the agent's wrap-up begins, the call goes on; a leg that is still up is to go."""
    if call.awaits:
        offering.forget_leg(books, offer)
    elif offer.offer in books.offers:
        books.timers.set(Timer.LEG_OVERDUE, offer.offer, books.now + books.policy.leg_grace_s)
    if call.consult is not None and call.consult.state is not ConsultState.HANDED_OVER:
        consulting.drop(books, call)
    books.timers.cancel(Timer.RECORDING_PAUSED, offer.offer)
    agent = books.agents[offer.agent]
    call.place, call.offer, call.released_at, call.since_at = Place.AFTER, None, books.now, books.now
    call.held_at, call.awaits, call.handed_on = None, False, False
    agent.offer = None
    agent.calls += 1
    agent.talk_s += max(0.0, books.now - (call.connected_at or offer.offered_at))
    books.tell(CallReleased, _as_released, books, offer, call, by_caller=by_caller)
    limits = (agent.wrap_up_s, books.policy.queue(offer.queue).wrap_up_s, books.policy.wrap_up_s)
    presence.start_wrap_up(books, agent, next(limit for limit in limits if limit is not None))


def _as_released(books: Books, offer: Offer, call: Call, *, by_caller: bool) -> CallReleased:
    return CallReleased(
        call=call.call,
        offer=offer.offer,
        agent=offer.agent,
        queue=offer.queue,
        connected_at=call.connected_at or offer.offered_at,
        released_at=books.now,
        by_caller=by_caller,
    )
