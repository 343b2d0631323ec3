"""Presence: what agents ask for, what their phones can do, and the work after a call."""

from acd.core import offering
from acd.core.agent import Agent
from acd.core.books import Books
from acd.core.timers import Timer
from contact.events import AgentConfigured, AvailabilityRequested, PhoneChanged
from contact.states import AgentCause, AgentState, Availability, OfferCause, OfferState, PhoneState

_RESTING = frozenset({AgentState.NOT_READY, AgentState.READY})


def configure(books: Books, event: AgentConfigured) -> None:
    """Take in a new agent, or the new name, phone or skills of one who stays as they are."""
    old = books.agents.get(event.agent)
    if old is None:
        agent = Agent(
            agent=event.agent,
            name=event.name,
            extension=event.extension,
            skills=event.skills,
            wrap_up_s=event.wrap_up_s,
            idle_since_at=books.now,
            since_at=books.now,
            phone=books.phone(event.extension),
        )
        books.add_agent(agent)
        books.say_again(agent)
        return
    books.drop_agent(old)
    old.name, old.skills, old.levels = event.name, event.skills, dict(event.skills)
    old.wrap_up_s = event.wrap_up_s
    if old.extension != event.extension:
        old.extension, old.phone = event.extension, books.phone(event.extension)
    books.add_agent(old)
    books.index(old)
    settle(books, old)
    offering.offer_best_call(books, old)


def remove(books: Books, agent: Agent) -> None:
    """Sign an agent out and forget them; one in a call is signed out when it is over."""
    agent.availability, agent.reason = Availability.LOGGED_OUT, "removed"
    _withdraw_offer(books, agent)
    if agent.state in (AgentState.RESERVED, AgentState.TALKING):
        return
    if agent.state is AgentState.WRAP_UP:
        end_wrap_up(books, agent)
    settle(books, agent)
    books.drop_agent(agent)


def ask_for(books: Books, event: AvailabilityRequested) -> None:
    """Take an agent's wish. During an offer or a call it rules what comes after; in wrap-up it ends it."""
    agent = books.agents[event.agent]
    signs_in = agent.availability is Availability.LOGGED_OUT is not event.availability
    agent.availability, agent.reason, agent.by = event.availability, event.reason, event.by
    agent.missed_offers, agent.held_until_at = 0, None
    books.timers.cancel(Timer.HOLD_OVER, agent.agent)
    if signs_in:
        agent.calls, agent.talk_s, agent.idle_since_at = 0, 0.0, books.now
    if agent.state is AgentState.TALKING:
        books.say_again(agent)
        return
    if agent.state is AgentState.RESERVED:
        _wish_while_reserved(books, agent)
        return
    if agent.state is AgentState.WRAP_UP:
        end_wrap_up(books, agent)
        return
    said = len(books.out)
    settle(books, agent)
    if len(books.out) == said:
        books.say_again(agent)
    offering.offer_best_call(books, agent)


def phone_changed(books: Books, event: PhoneChanged) -> None:
    """Take what a phone can do now.

    That a phone is in use while a leg of ours is at it says nothing new: it is in use by that leg, and
    free when that leg is gone, without waiting to be told. One that became unreachable while it was
    ringing ends the offer through telephony's own report.
    """
    agent_id = books.extensions.get(event.extension)
    agent = books.agents.get(agent_id) if agent_id is not None else None
    if agent is not None and agent.leg is not None and event.state is PhoneState.IN_USE:
        return
    books.phones[event.extension] = event.state
    if agent is None:
        return
    agent.phone = event.state
    if agent.leg is None:
        settle(books, agent)
        offering.offer_best_call(books, agent)


def settle(books: Books, agent: Agent) -> None:
    """Move an agent who rests to where wish and phone say they belong; nothing if they are there."""
    cause = agent.resting_cause()
    if agent.state is AgentState.LOGGED_OUT:
        _sign_in(books, agent, cause)
    elif agent.state in _RESTING and not _is_there(agent, cause):
        books.move(agent, cause)


def start_wrap_up(books: Books, agent: Agent, limit_s: float) -> None:
    """Begin the work after a call; with no time allowed for it, it is over at once."""
    agent.extended = False
    agent.idle_since_at = books.now
    until_at = books.now + limit_s
    books.move(agent, AgentCause.TALK_ENDED, until_at=until_at)
    if limit_s <= 0:
        end_wrap_up(books, agent)
    else:
        books.timers.set(Timer.WRAP_UP_OVER, agent.agent, until_at)


def extend_wrap_up(books: Books, agent: Agent) -> None:
    """Give more time, once."""
    if agent.state is not AgentState.WRAP_UP or agent.extended or agent.until_at is None:
        books.stale["WrapUpExtended"] += 1
        return
    agent.extended = True
    agent.until_at += books.policy.wrap_up_extension_s
    books.timers.set(Timer.WRAP_UP_OVER, agent.agent, agent.until_at)
    books.say_again(agent)


def end_wrap_up(books: Books, agent: Agent) -> None:
    """End the work after a call and go where wish and phone say; then take the next call."""
    books.timers.cancel(Timer.WRAP_UP_OVER, agent.agent)
    agent.call = None
    cause = agent.resting_cause()
    books.move(agent, AgentCause.WRAP_UP_ENDED if cause is AgentCause.WENT_READY else cause)
    offering.offer_best_call(books, agent)


def _wish_while_reserved(books: Books, agent: Agent) -> None:
    if agent.availability is not Availability.LOGGED_OUT or not _withdraw_offer(books, agent):
        books.say_again(agent)


def _withdraw_offer(books: Books, agent: Agent) -> bool:
    """Stop the agent's offer if it is pending, and return whether it was; an answered one is too late."""
    offer = books.offers.get(agent.offer) if agent.offer is not None else None
    if offer is None or offer.state is not OfferState.PENDING:
        return False
    offering.stop(books, offer, OfferCause.WITHDRAWN)
    return True


def _sign_in(books: Books, agent: Agent, cause: AgentCause) -> None:
    if cause is AgentCause.WENT_READY:
        books.move(agent, AgentCause.LOGGED_IN_READY)
    elif cause is AgentCause.WENT_NOT_READY:
        books.move(agent, AgentCause.LOGGED_IN_NOT_READY)


def _is_there(agent: Agent, cause: AgentCause) -> bool:
    """Return whether `cause` would lead a resting agent to where they stand, for the reason shown."""
    if cause is AgentCause.WENT_READY:
        return agent.state is AgentState.READY
    if cause is AgentCause.LOGGED_OUT:
        return False
    return agent.state is AgentState.NOT_READY and agent.shown_reason == agent.why()
