"""Explanations: why an offer went to this agent, and which older calls it passed over."""

from itertools import takewhile
from typing import TypeAlias

from acd.core.books import Books
from acd.core.call import Call, Offer
from acd.core.skills import Node
from acd.core.waiting import Group, Rank
from contact.explanation import OfferExplained
from contact.ids import AgentId, CallId
from contact.states import AgentState

Candidates: TypeAlias = tuple[tuple[AgentId, float], ...]

LAST_AGENT = "last_agent"
"""Instead of a strategy, where the caller was kept for the agent they last talked to."""
PASSED_CALLS_MAX = 20
"""So many of the passed-over groups of callers are named, each by its first caller."""


def explain(
    books: Books, offer: Offer, call: Call, requirement: Node, candidates: Candidates
) -> OfferExplained:
    """Return the explanation of an offer that is about to be made.

    `skipped` names every signed-in qualified agent that was not a candidate, with a word for the reason: the
    state that kept them away, `held` after a failed offer, `leg_up` while an earlier call still hangs at the
    phone, `not_last_agent` where the call was kept for one, and `free` where the chosen agent chose the call:
    they had just become free, while this one stood free for other calls.
    """
    rank = call.rank
    not_chosen = books.qualified(requirement).difference(agent for agent, _ in candidates)
    older = _older(books, offer.agent, rank)
    return OfferExplained(
        offer=offer.offer,
        call=call.call,
        agent=offer.agent,
        queue=offer.queue,
        requirement=str(requirement),
        strategy=LAST_AGENT if call.kept_for is not None else str(books.policy.queue(offer.queue).strategy),
        candidates=candidates,
        skipped=tuple(_kept_away(books, not_chosen, call.kept_for)),
        signed_in=books.signed_in.call(),
        older_calls_passed=_passed(older),
        older_callers=sum(group.count_before(rank) for group in older),
    )


def _kept_away(
    books: Books, agents: frozenset[AgentId], kept_for: AgentId | None
) -> list[tuple[AgentId, str]]:
    """Return what kept each of these qualified agents from the offer, in the order of their names."""
    found: list[tuple[AgentId, str]] = []
    for one in sorted(agents):
        agent = books.agents[one]
        if agent.state is AgentState.LOGGED_OUT:
            continue
        if agent.state is not AgentState.READY:
            found.append((one, agent.state.value))
        elif agent.leg is not None:
            found.append((one, "leg_up"))
        elif agent.held_until_at is not None:
            found.append((one, "held"))
        elif kept_for is not None:
            found.append((one, "not_last_agent"))
        else:
            found.append((one, "free"))
    return found


def _older(books: Books, agent: AgentId, rank: Rank) -> list[Group]:
    """Return the groups whose first caller is before `rank` and not for this agent, in their order."""
    before = takewhile(lambda group: group.rank < rank, books.waiting.groups())
    return [group for group in before if agent not in books.able(group)]


def _passed(older: list[Group]) -> tuple[tuple[CallId, str], ...]:
    """Return the first caller of each of these groups, and why the agent is not theirs."""
    return tuple((group.first().call, "agent_lacks_skill") for group in older[:PASSED_CALLS_MAX])
