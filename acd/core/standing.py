"""The books as people see them: queues, agents and calls that are live now."""

from acd.core import offering
from acd.core.books import Books
from acd.core.call import Call, Callback, Place
from acd.core.policy import QueuePolicy
from contact.callback_requests import CallbackStanding
from contact.commands import AgentStanding, CallStanding, QueueStanding, Standing
from contact.events import CallWaiting
from contact.times import Seconds


def standing(books: Books, now: Seconds) -> Standing:
    """Return everything that is live; queues in the order of the policy, the rest by id."""
    return Standing(
        at=now,
        telephony_up=books.telephony_up,
        queues=tuple(_queue(books, policy) for policy in books.policy.queues.values()),
        agents=tuple(
            AgentStanding(
                agent=agent.agent,
                name=agent.name,
                extension=agent.extension,
                phone=agent.phone,
                skills=agent.skills,
                state=agent.as_fact(agent.state),
            )
            for _, agent in sorted(books.agents.items())
        ),
        calls=tuple(_call(books, call) for _, call in sorted(books.calls.items())),
    )


def callbacks(books: Books) -> tuple[CallbackStanding, ...]:
    """Return every callback that is not over, in the one order of all who wait."""
    found = [books.calls[one] for one in books.callbacks.values()]
    return tuple(_callback(books, one, one.callback) for one in sorted(found, key=_rank) if one.callback)


def _rank(call: Call) -> tuple[int, Seconds, int]:
    return call.rank


def _callback(books: Books, call: Call, callback: Callback) -> CallbackStanding:
    assert call.queue is not None  # noqa: S101 - a callback has a queue
    rules = books.policy.queue(callback.queue).callback
    offer = books.offers.get(call.offer) if call.offer is not None else None
    rests = call.place is Place.RESTING
    return CallbackStanding(
        call=call.call,
        number=call.caller,
        queue=call.queue,
        place=str(call.place),
        priority=call.priority,
        language=call.language,
        topic=call.topic,
        joined_at=call.joined_at or call.arrived_at,
        attempts=callback.attempts,
        attempts_max=rules.attempts_max,
        expires_at=callback.counts_from_at + rules.expires_s,
        due_at=rules.opens_at(max(books.now, callback.rests_until)) if rests else None,
        rest=callback.reason if rests else None,
        origin=callback.origin,
        by=callback.by,
        agent=offer.agent if offer is not None else call.agent,
    )


def _queue(books: Books, policy: QueuePolicy) -> QueueStanding:
    return QueueStanding(
        queue=policy.queue,
        names=policy.names,
        requirement=str(policy.requirement),
        service_level_s=policy.service_level_s,
        members=tuple(sorted(books.qualified(policy.requirement))),
        relaxations=tuple((step.after_s, str(step.requirement)) for step in policy.relaxations),
    )


def _call(books: Books, call: Call) -> CallStanding:
    offer = books.offers.get(call.offer) if call.offer is not None else None
    return CallStanding(
        call=call.call,
        caller=call.caller,
        place=str(call.place),
        since_at=call.since_at,
        waiting=_waiting(call),
        offer=offering.as_fact(offer, call) if offer is not None else None,
        held_at=call.held_at,
        awaits=call.awaits,
        consult=call.consult,
        recording=offer.recording if offer is not None else None,
        agent=call.agent if call.place is Place.TALKING or offer is None else offer.agent,
    )


def _waiting(call: Call) -> CallWaiting | None:
    if call.queue is None or call.joined_at is None or call.place not in (Place.WAITING, Place.OFFERED):
        return None
    return offering.as_waiting(call)
