"""The books as people see them: queues, agents and calls that are live now."""

from acd.core import offering
from acd.core.books import Books
from acd.core.call import Call, Place
from acd.core.policy import QueuePolicy
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
        agent=call.agent if call.place is Place.TALKING or offer is None else offer.agent,
    )


def _waiting(call: Call) -> CallWaiting | None:
    if call.queue is None or call.joined_at is None or call.place not in (Place.WAITING, Place.OFFERED):
        return None
    return offering.as_waiting(call)
