"""Offering: which call goes to which agent, and what becomes of the offer.

Two questions keep work conserved. When a call starts to wait, moves back or relaxes: which free agent
takes it? When an agent becomes free: which waiting call do they take? Each is asked at the moment that
makes it possible, so between two steps no free qualified agent stands beside a waiting qualified call.
"""

from itertools import islice

from acd.core import consent, consult_end, explain
from acd.core.agent import Agent
from acd.core.books import Books
from acd.core.call import Call, Callback, Offer, Place
from acd.core.policy import OverflowStep, QueuePolicy, Strategy
from acd.core.skills import Node, both
from acd.core.strategy import order
from acd.core.timers import Timer
from acd.core.waiting import Group
from contact.commands import OfferCall, RescindOffer
from contact.events import CallLeftQueue, CallOffered, CallWaiting, OfferEnded
from contact.ids import AgentId, OfferId
from contact.states import AgentCause, AgentState, Availability, OfferCause, OfferState
from contact.times import Seconds

TAKEN_OUT = {OfferState.EXPIRED: "rona", OfferState.UNREACHABLE: "phone_unreachable"}
"""The ends of an offer that count towards taking the agent out, and the reason shown then."""

_ELSEWHERE = frozenset({Place.OFFERED, Place.TALKING, Place.AFTER})
"""Where a call is that has left the waiting room, and what was set for its wait, before."""


def requirement_of(books: Books, call: Call) -> Node:
    """Return what is asked of an agent for `call` now: the caller's own and the queue's current step."""
    assert call.queue is not None  # noqa: S101 - only queued calls come here
    joined_at = books.now if call.joined_at is None else call.joined_at
    return both(call.asked, books.policy.queue(call.queue).requirement_at(joined_at, books.now))


def wait(books: Books, call: Call) -> None:
    """Offer `call` if it can be, or else let it wait for an agent, at the place its rank gives it."""
    if call.callback is not None:
        enter(books, call)
        if call.call in books.waiting:
            offer_to_best_agent(books, call)
    elif not offer_to_best_agent(books, call):
        enter(books, call)


def wait_again(books: Books, call: Call | None, agent: Agent | None, offer: OfferId) -> None:
    """After `offer` came to nothing: the freed agent chooses first, among all who wait, this one too."""
    is_ours = call is not None and call.offer == offer
    if call is not None and is_ours:
        enter(books, call)
    if agent is not None:
        offer_best_call(books, agent)
    if call is not None and is_ours and call.call in books.waiting:
        offer_to_best_agent(books, call)


def enter(books: Books, call: Call) -> None:
    """Put `call` into the waiting room under what is asked of its agent now."""
    call.place = Place.WAITING
    call.offer = None
    if call.callback is not None and not _has_time(books, call, call.callback):
        call.place = Place.RESTING
        return
    books.let_wait(call, requirement_of(books, call))
    _set_relaxation(books, call)
    step = next_step(books, call)
    if step is not None and step.after_s is not None:
        joined_at = books.now if call.joined_at is None else call.joined_at
        books.timers.set(Timer.OVERFLOW, call.call, max(books.now, joined_at + step.after_s))


def _has_time(books: Books, call: Call, callback: Callback) -> bool:
    """Have a callback looked at again in time; return whether that is not at once."""
    rules = books.policy.queue(callback.queue).callback
    turns_at = rules.turns_at(callback.counts_from_at, books.now)
    books.timers.set(Timer.CALLBACK, call.call, max(books.now, turns_at))
    return turns_at > books.now


def next_step(books: Books, call: Call) -> OverflowStep | None:
    """Return the timed step of its overflow ladder that `call` comes to next."""
    return books.policy.queue(call.entered).step_after(call.climbed_s) if call.entered is not None else None


def relax(books: Books, call: Call) -> None:
    """Apply the step of the queue's relaxations that has come."""
    if call.call in books.waiting:
        books.waiting.remove(call.call)
        wait(books, call)


def leave(books: Books, call: Call) -> None:
    """Take `call` out of the waiting room, if it is there."""
    if call.place in _ELSEWHERE:
        return
    books.waiting.remove(call.call)
    books.timers.cancel(Timer.RELAX, call.call)
    books.timers.cancel(Timer.OVERFLOW, call.call)
    books.timers.cancel(Timer.KEPT, call.call)
    if call.callback is not None:
        books.timers.cancel(Timer.CALLBACK, call.call)


def abandon_queue(books: Books, call: Call, reason: str, left_at: Seconds | None = None) -> None:
    """Let a call that goes on elsewhere wait no more; `left_at` where that was earlier than now."""
    leave(books, call)
    call.place, call.offer, call.since_at = Place.AFTER, None, books.now
    call.left_at = books.now if left_at is None else left_at
    assert call.queue is not None  # noqa: S101 - only queued calls come here
    books.publish(CallLeftQueue(call=call.call, queue=call.queue, reason=reason, left_at=left_at))


def offer_to_best_agent(books: Books, call: Call) -> bool:
    """Offer a call to the free qualified agent whom its queue's strategy chooses; return whether it was."""
    if not books.telephony_up or not books.ready:
        return False
    assert call.queue is not None  # noqa: S101 - only queued calls come here
    requirement = requirement_of(books, call)
    ranked = _free_agents(books, books.policy.queue(call.queue), requirement, call.kept_for)
    if ranked:
        _offer(books, call, books.agents[ranked[0][1]], requirement, tuple((a, s) for s, a in ranked))
    return bool(ranked)


def offer_best_call(books: Books, agent: Agent) -> None:
    """Give a free agent the call that is first in the one order of all that they are qualified for."""
    if not books.telephony_up or not agent.is_free:
        return
    group = _first_group(books, agent.agent)
    if group is not None:
        ranked = _order(books, books.policy.queue(group.queue), [agent], group.requirement)
        _offer(books, group.first(), agent, group.requirement, tuple((a, s) for s, a in ranked))


def offer_all(books: Books) -> None:
    """Ask the first question for every waiting call, in order: after a change that concerns many."""
    for call in books.waiting.calls():
        if not books.ready:
            return
        if call.call in books.waiting:
            offer_to_best_agent(books, call)


def end_offer(books: Books, offer: Offer, cause: OfferCause, *, leg_is_down: bool) -> None:
    """End a pending offer: free or take out the agent, let the caller go on waiting where they stood."""
    offer.move(cause)
    books.timers.cancel(Timer.OFFER_OVERDUE, offer.offer)
    agent, call = books.agents.get(offer.agent), books.calls.get(offer.call)
    if offer.consults:
        consult_end.offer_over(books, offer)
    else:
        books.tell(OfferEnded, ended, books, offer)
    if leg_is_down:
        forget_leg(books, offer)
    else:
        books.timers.set(Timer.LEG_OVERDUE, offer.offer, books.now + books.policy.leg_grace_s)
    if agent is not None and agent.offer == offer.offer:
        _free_after_offer(books, agent, offer)
    wait_again(books, call, agent, offer.offer)


def stop(books: Books, offer: Offer, cause: OfferCause) -> None:
    """End a pending offer from our side: the phone is told to stop, its leg may take a moment to go."""
    books.out.append(RescindOffer(offer=offer.offer))
    end_offer(books, offer, cause, leg_is_down=False)


def overdue(books: Books, offer: Offer) -> None:
    """Telephony never said how a pending offer ended: count it as not answered."""
    if offer.state is OfferState.PENDING:
        stop(books, offer, OfferCause.NO_ANSWER)


def forget_leg(books: Books, offer: Offer) -> None:
    """The agent's channel of this offer is gone: nothing keeps the phone busy for us any more."""
    books.offers.pop(offer.offer, None)
    books.timers.cancel(Timer.LEG_OVERDUE, offer.offer)
    agent = books.agents.get(offer.agent)
    if agent is not None and agent.leg == offer.offer:
        agent.leg = None


def _first_group(books: Books, agent: AgentId) -> Group | None:
    """Return the group whose first caller is first of all that `agent` may serve."""
    return next((group for group in books.waiting.groups() if agent in group.able), None)


def _free_agents(
    books: Books, queue: QueuePolicy, requirement: Node, kept_for: AgentId | None
) -> list[tuple[float, AgentId]]:
    """Return the free qualified agents in the strategy's order; the first alone where nobody asks why."""
    able = books.qualified(requirement)
    if kept_for is not None:
        able &= {kept_for}
    if able.isdisjoint(books.ready):
        return []
    agents = books.agents
    if queue.strategy is Strategy.LONGEST_IDLE:
        if books.explains:
            return [entry for entry in books.idle.among(able) if agents[entry[1]].is_free]
        return list(
            islice((entry for entry in books.idle if entry[1] in able and agents[entry[1]].is_free), 1)
        )
    return _order(
        books, queue, [agents[one] for one in able & books.ready if agents[one].is_free], requirement
    )


def _order(
    books: Books, queue: QueuePolicy, agents: list[Agent], requirement: Node
) -> list[tuple[float, AgentId]]:
    return order(queue.strategy, agents, requirement, weights=queue.weights, now=books.now)


def _offer(books: Books, call: Call, agent: Agent, requirement: Node, candidates: explain.Candidates) -> None:
    assert call.queue is not None  # noqa: S101 - only queued calls come here
    policy = books.policy.queue(call.queue)
    ring_timeout_s = policy.ring_timeout_s or books.policy.ring_timeout_s
    offer = Offer(
        offer=OfferId(f"{books.run}-{books.next_sequence()}"),
        call=call.call,
        agent=agent.agent,
        queue=call.queue,
        offered_at=books.now,
        expires_at=books.now + ring_timeout_s,
    )
    explanation = explain.explain(books, offer, call, requirement, candidates) if books.explains else None
    leave(books, call)
    call.kept_for = None
    books.offers[offer.offer] = offer
    call.place, call.offer, call.offers = Place.OFFERED, offer.offer, call.offers + 1
    call.since_at = books.now
    agent.offer, agent.leg, agent.call, agent.offered_at = offer.offer, offer.offer, call.call, books.now
    books.timers.set(Timer.OFFER_OVERDUE, offer.offer, offer.expires_at + books.policy.offer_grace_s)
    books.out.append(
        OfferCall(
            offer=offer.offer,
            call=call.call,
            caller_channel=call.channel,
            agent=agent.agent,
            extension=agent.extension,
            caller=call.caller,
            ring_timeout_s=ring_timeout_s,
            dial_timeout_s=None if call.callback is None else _dial_timeout_s(books, call.callback),
            records=consent.aim(books, call, offer),
        )
    )
    books.tell(CallOffered, as_fact, offer, call)
    books.move(agent, AgentCause.OFFERED, until_at=offer.expires_at)
    if explanation is not None:
        books.publish(explanation)


def _dial_timeout_s(books: Books, callback: Callback) -> float:
    return books.policy.queue(callback.queue).callback.dial_timeout_s


def as_waiting(call: Call) -> CallWaiting:
    """Return the fact that `call` waits for its queue."""
    assert call.queue is not None  # noqa: S101 - only queued calls come here
    assert call.joined_at is not None  # noqa: S101 - the same
    return CallWaiting(
        call=call.call,
        caller=call.caller,
        queue=call.queue,
        requirement=call.requirement,
        priority=call.priority,
        language=call.language,
        joined_at=call.joined_at,
        path=call.path,
        topic=call.topic,
    )


def as_fact(offer: Offer, call: Call) -> CallOffered:
    """Return the screen-pop of an offer."""
    return CallOffered(
        offer=offer.offer,
        call=call.call,
        agent=offer.agent,
        queue=offer.queue,
        caller=call.caller,
        language=call.language,
        path=call.path,
        topic=call.topic,
        joined_at=call.joined_at or offer.offered_at,
        offered_at=offer.offered_at,
        expires_at=offer.expires_at,
        attempt=0 if call.callback is None else call.callback.attempts + (call.place is Place.OFFERED),
    )


def ended(books: Books, offer: Offer) -> OfferEnded:
    """Return the fact that an offer reached its final state now."""
    return OfferEnded(
        offer=offer.offer,
        call=offer.call,
        agent=offer.agent,
        queue=offer.queue,
        state=offer.state,
        ring_s=max(0.0, books.now - offer.offered_at),
        ended_at=books.now,
    )


def _free_after_offer(books: Books, agent: Agent, offer: Offer) -> None:
    """Free an agent of an offer that came to nothing; only callers who waited for them count."""
    ended = offer.state
    agent.offer = agent.call = None
    if ended in TAKEN_OUT and not offer.consults:
        agent.missed_offers += 1
        if agent.missed_offers >= books.policy.rona_offers_max:
            agent.availability, agent.reason, agent.by = Availability.NOT_READY, TAKEN_OUT[ended], None
    delay_s = books.policy.reoffer_after_s[ended]
    if delay_s > 0:
        agent.held_until_at = books.now + delay_s
        books.timers.set(Timer.HOLD_OVER, agent.agent, agent.held_until_at)
    if agent.state is AgentState.RESERVED:
        cause = agent.resting_cause()
        books.move(agent, AgentCause.OFFER_ENDED if cause is AgentCause.WENT_READY else cause)


def _set_relaxation(books: Books, call: Call) -> None:
    assert call.queue is not None  # noqa: S101 - only queued calls come here
    joined_at = call.joined_at or books.now
    for step in books.policy.queue(call.queue).relaxations:
        if joined_at + step.after_s > books.now:
            books.timers.set(Timer.RELAX, call.call, joined_at + step.after_s)
            return
