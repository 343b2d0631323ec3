"""Talking: from the answered phone to the agent's wrap-up and the call's terminal record."""

from acd.core import callback, consult_end, consulting, holding, offering, parting, presence, redial, reunion
from acd.core.agent import Agent
from acd.core.books import Books
from acd.core.call import Call, Offer, Place
from acd.core.timers import Timer
from contact.callbacks import AttemptEnd
from contact.commands import HangUpLeg
from contact.events import CallConnected, CallEnded, OfferEnded
from contact.ids import offer_channel_id
from contact.states import AgentCause, AgentState, OfferCause, OfferState

AFTER_TALK = "after-call"
"""The context of the dialplan where a caller goes on when the agent has ended the talk."""


def answered(books: Books, offer: Offer) -> None:
    """The agent picked up; the two legs are about to meet."""
    call = books.calls.get(offer.call)
    if offer.state is not OfferState.PENDING:
        books.stale["OfferAnswered"] += 1
        if offer.state is OfferState.RESCINDED:
            callback.answered_late(call)
        return
    offer.move(OfferCause.ANSWERED)
    books.timers.cancel(Timer.OFFER_OVERDUE, offer.offer)
    if offer.consults:
        _consulted(books, offer, call)
        return
    books.tell(OfferEnded, offering.ended, books, offer)
    books.timers.set(Timer.LEG_OVERDUE, offer.offer, books.now + books.policy.leg_grace_s)
    if (agent := books.agents.get(offer.agent)) is not None:
        agent.missed_offers = 0
    if call is not None and call.callback is not None and call.offer == offer.offer:
        callback.dial(books, offer, call)


def _consulted(books: Books, offer: Offer, call: Call | None) -> None:
    """A colleague has answered who is asked about another's call; they stay reserved for it."""
    if call is not None and call.consult is not None and call.consult.consult == offer.offer:
        consulting.answered(books, call)
    if (agent := books.agents.get(offer.agent)) is not None:
        agent.until_at = None
        books.say_again(agent)


def started(books: Books, offer: Offer, call: Call) -> None:
    """Both legs are in one bridge.

    An offer that was given up here but was answered after all is taken as it is: telephony's view wins
    about media. Whatever else had been begun for the call or the agent is withdrawn.
    """
    agent = books.agents.get(offer.agent)
    if (
        offer.bridged
        and agent is not None
        and call.offer == offer.offer
        and agent.state is AgentState.TALKING
    ):
        holding.resumed(books, call, offer)
        return
    if offer.bridged or agent is None or agent.state is AgentState.TALKING:
        books.stale["TalkStarted"] += 1
        return
    if offer.state is OfferState.PENDING:
        answered(books, offer)
    if offer.consults:
        call.consult, offer.consults = None, False
    offering.leave(books, call)
    adopted = call.offer != offer.offer or agent.offer != offer.offer
    if adopted:
        _make_way(books, offer, call, agent)
    books.timers.cancel(Timer.LEG_OVERDUE, offer.offer)
    books.timers.cancel(Timer.WRAP_UP_OVER, agent.agent)
    offer.bridged = True
    call.place, call.offer, call.agent, call.since_at = Place.TALKING, offer.offer, agent.agent, books.now
    call.connected_at, call.released_at = call.connected_at or books.now, None
    agent.offer = agent.leg = offer.offer
    agent.call = call.call
    books.tell(CallConnected, _as_connected, books, offer, call)
    books.move(agent, AgentCause.ADOPTED if adopted else AgentCause.CONNECTED)
    callback.caller_connected(books, call)


def leg_ended(books: Books, offer: Offer, *, by_caller: bool = False) -> None:
    """The agent's leg is gone after it had been answered; `by_caller`: the caller had left before it."""
    call = books.calls.get(offer.call)
    agent = books.agents.get(offer.agent)
    talks = offer.bridged and call is not None and call.offer == offer.offer
    if talks and call is not None and holding.leg_is_missed(books, call, offer):
        return
    offering.forget_leg(books, offer)
    if offer.state is OfferState.PENDING:
        offering.end_offer(books, offer, OfferCause.PHONE_UNREACHABLE, leg_is_down=True)
        return
    if offer.consults:
        consult_end.offer_over(books, offer)
    if talks and call is not None:
        parting.release(
            books, offer, call, by_caller=by_caller and call.held_at is None and not call.handed_on
        )
    elif agent is not None and agent.offer == offer.offer:
        _never_met(books, offer, agent, call)
    if agent is not None:
        _free_phone(books, agent)


def finish(books: Books, call: Call, *, place: str = "") -> None:
    """The caller's leg is gone: end whatever was under way for it and write the terminal record.

    A caller whose leg ended in `AFTER_TALK` had been left by the agent; elsewhere they hung up themselves.
    """
    del books.calls[call.call]
    consulting.drop(books, call)
    callback.forget(books, call)
    offering.leave(books, call)
    offer = books.offers.get(call.offer) if call.offer is not None else None
    call.offer = None
    if offer is not None and offer.bridged:
        parting.release(books, offer, call, by_caller=place != AFTER_TALK)
    elif offer is not None and offer.state is OfferState.PENDING:
        offering.stop(books, offer, OfferCause.WITHDRAWN)
    reunion.remember(books, call)
    redial.remember(books, call)
    books.tell(CallEnded, call.ended, books.now)


def leg_overdue(books: Books, offer: Offer) -> None:
    """An agent's leg outlived its call or its offer: end it and stop waiting for word of it."""
    books.out.append(HangUpLeg(leg=offer_channel_id(offer.offer)))
    agent = books.agents.get(offer.agent)
    if offer.state is OfferState.ACCEPTED and not offer.bridged and agent is not None:
        _never_met(books, offer, agent, books.calls.get(offer.call))
    offering.forget_leg(books, offer)
    if agent is not None:
        _free_phone(books, agent)


def _as_connected(books: Books, offer: Offer, call: Call) -> CallConnected:
    return CallConnected(
        call=call.call,
        offer=offer.offer,
        agent=offer.agent,
        queue=offer.queue,
        joined_at=call.joined_at or offer.offered_at,
        connected_at=books.now,
    )


def _free_phone(books: Books, agent: Agent) -> None:
    """The agent's leg is gone: what the phone said of itself meanwhile counts from here on."""
    presence.settle(books, agent)
    offering.offer_best_call(books, agent)


def _never_met(books: Books, offer: Offer, agent: Agent, call: Call | None) -> None:
    """The agent answered, and one of the two legs was gone before they met."""
    if call is not None and call.callback is not None and call.offer == offer.offer:
        callback.end_attempt(books, call, AttemptEnd.NO_ANSWER)
    if agent.offer == offer.offer:
        agent.offer = agent.call = None
        if agent.state is AgentState.RESERVED:
            cause = agent.resting_cause()
            books.move(agent, AgentCause.OFFER_ENDED if cause is AgentCause.WENT_READY else cause)
    offering.wait_again(books, call, agent, offer.offer)


def _make_way(books: Books, offer: Offer, call: Call, agent: Agent) -> None:
    """End or withdraw the other offers of a call and of an agent who are already talking to each other."""
    others = [one for one in (call.offer, agent.offer) if one is not None and one != offer.offer]
    call.offer = offer.offer  # a call that still had its old offer would wait again when that is withdrawn
    for other in (books.offers.get(one) for one in others):
        if other is not None and other.bridged:
            parting.release(books, other, call)
        elif other is not None and other.state is OfferState.PENDING:
            offering.stop(books, other, OfferCause.WITHDRAWN)
