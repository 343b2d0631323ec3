"""Explanations: why an offer went to this agent, and which older calls it passed over."""

from collections.abc import Iterator
from typing import TypeAlias

from acd.core.books import Books
from acd.core.call import Call, Offer
from acd.core.skills import Node, written
from acd.core.waiting import Rank
from contact.explanation import OfferExplained
from contact.ids import AgentId, CallId

Candidates: TypeAlias = tuple[tuple[AgentId, float], ...]

LAST_AGENT = "last_agent"
"""Instead of a strategy, where the caller was kept for the agent they last talked to."""
OWNER = "owner"
"""The same for one who was kept for whoever filed their open case."""
PASSED_CALLS_MAX = 20
"""So many of the passed-over groups of callers are named, each by its first caller."""


def explain(
    books: Books, offer: Offer, call: Call, requirement: Node, candidates: Candidates
) -> OfferExplained:
    """Return the explanation of an offer that is about to be made.

    `skipped` names every signed-in qualified agent that was not a candidate, with a word for the reason: the
    state that kept them away, `held` after a failed offer, `leg_up` while an earlier call still hangs at the
    phone, `not_last_agent` or `not_owner` where the call was kept for one, and `free` where the chosen agent
    chose the call: they had just become free, while this one stood free for other calls.
    """
    not_chosen = books.qualified(requirement).difference(agent for agent, _ in candidates)
    first_passed, callers_passed = _passed_over(books, offer.agent, call.rank)
    return OfferExplained(
        offer=offer.offer,
        call=call.call,
        agent=offer.agent,
        queue=offer.queue,
        requirement=written(requirement),
        strategy=_kept_as(books, call) or str(books.policy.queue(offer.queue).strategy),
        candidates=candidates,
        skipped=tuple(_kept_away(books, not_chosen, _kept_as(books, call))),
        signed_in=books.signed_in.call(),
        older_calls_passed=tuple((one, "agent_lacks_skill") for one in first_passed),
        older_callers=callers_passed,
    )


def _kept_as(books: Books, call: Call) -> str | None:
    """Return as what the one agent was chosen for whom a call was kept, None for a call that was not."""
    if call.kept_for is None:
        return None
    last, _ = books.last_agents.get(call.caller, (None, 0.0))
    return OWNER if call.kept_for == call.owner and call.kept_for != last else LAST_AGENT


def _kept_away(
    books: Books, agents: frozenset[AgentId], kept_as: str | None
) -> Iterator[tuple[AgentId, str]]:
    """Yield what kept each of these qualified agents from the offer, in the order of their names."""
    for one in books.signed_in.among(agents):
        agent = books.agents[one]
        if one not in books.ready:
            yield one, agent.state
        elif agent.leg is not None:
            yield one, "leg_up"
        elif agent.held_until_at is not None:
            yield one, "held"
        elif kept_as is not None:
            yield one, f"not_{kept_as}"
        else:
            yield one, "free"


def _passed_over(books: Books, agent: AgentId, rank: Rank) -> tuple[list[CallId], int]:
    """Return the first callers of the groups that were passed over, and how many callers that were in all."""
    first: list[CallId] = []
    count = books.waiting.count_before(rank)
    for group in books.waiting.groups_before(rank):
        if agent in group.able:
            count -= group.count_before(rank)
        elif len(first) < PASSED_CALLS_MAX:
            first.append(group.first().call)
    return first, count
