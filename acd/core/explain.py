"""Explanations: why an offer went to this agent, and which older calls it passed over."""

from bisect import bisect_left
from typing import TypeAlias

from acd.core.books import Books
from acd.core.call import Call, Offer
from acd.core.skills import Node
from contact.events import OfferExplained
from contact.ids import AgentId, CallId
from contact.states import AgentState

Candidates: TypeAlias = tuple[tuple[AgentId, float], ...]

PASSED_CALLS_MAX = 20
"""So many of the passed-over groups of callers are named, each by its first caller."""


def explain(
    books: Books, offer: Offer, call: Call, requirement: Node, candidates: Candidates
) -> OfferExplained:
    """Return the explanation of an offer that is about to be made.

    `skipped` names every signed-in agent that was not a candidate, with a word for the reason:
    `lacks_skill`, or for a qualified one the state that kept them away, `held` after a failed offer, or
    `leg_up` while an earlier call still hangs at the phone.
    """
    chosen = {agent for agent, _ in candidates}
    able = books.qualified(requirement)
    skipped: list[tuple[AgentId, str]] = []
    for one in books.agents.values():
        if one.agent in chosen or one.state is AgentState.LOGGED_OUT:
            continue
        if one.agent not in able:
            skipped.append((one.agent, "lacks_skill"))
        elif one.state is not AgentState.READY:
            skipped.append((one.agent, str(one.state)))
        elif one.leg is not None:
            skipped.append((one.agent, "leg_up"))
        elif one.held_until_at is not None:
            skipped.append((one.agent, "held"))
    return OfferExplained(
        offer=offer.offer,
        call=call.call,
        agent=offer.agent,
        queue=offer.queue,
        requirement=str(requirement),
        strategy=str(books.policy.queue(offer.queue).strategy),
        candidates=candidates,
        skipped=tuple(skipped),
        older_calls_passed=_passed(books, offer.agent, call),
        older_callers=_older_callers(books, offer.agent, call),
    )


def _passed(books: Books, agent: AgentId, call: Call) -> tuple[tuple[CallId, str], ...]:
    """Return the first caller of each group that ranks before `call`, and why this agent is not theirs."""
    rank = call.rank
    passed = [
        (group.rank, group.first().call, "agent_lacks_skill")
        for group in books.waiting.groups()
        if group.rank < rank and agent not in books.able(group)
    ]
    return tuple((one, reason) for _, one, reason in sorted(passed)[:PASSED_CALLS_MAX])


def _older_callers(books: Books, agent: AgentId, call: Call) -> int:
    """Return how many callers in all rank before `call` and are not for this agent."""
    rank = call.rank
    return sum(
        bisect_left(group.calls, rank, key=lambda entry: entry[0])
        for group in books.waiting.groups()
        if group.rank < rank and agent not in books.able(group)
    )
