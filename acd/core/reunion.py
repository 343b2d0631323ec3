"""Reunion: a caller is kept for a while for the agent they last talked to, or who filed their open case.

The books know the last agent of so many callers, for so long. A caller is kept only for an agent who is
at work and able; others may not take them then. It ends with the first offer, with the time the queue
gives, and at once when the agent goes: after that the caller stands where they always stood.
"""

from acd.core import offering
from acd.core.agent import Agent
from acd.core.books import Books
from acd.core.call import Call
from acd.core.timers import Timer
from contact.ids import AgentId
from contact.numbers import WITHHELD
from contact.states import AgentState
from contact.times import Seconds

CALLERS_MAX = 10_000
"""The last agents of so many callers are known; whoever talked longest ago is forgotten first."""

DIRECTED_S = 30.0
"""A transferred call is kept so long for the colleague it was meant for."""
_AT_WORK = frozenset({AgentState.READY, AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP})


def remember(books: Books, call: Call) -> None:
    """Keep whom the caller of a call that is over talked to."""
    if call.agent is None or call.connected_at is None or call.caller == WITHHELD:
        return
    books.last_agents.pop(call.caller, None)
    books.last_agents[call.caller] = (call.agent, books.now)
    while len(books.last_agents) > CALLERS_MAX:
        del books.last_agents[next(iter(books.last_agents))]


def keep(books: Books, call: Call) -> None:
    """Keep a call that joins its queue for the caller's last agent or their case's owner, if they are there.

    Whom it was transferred to goes before both, for `DIRECTED_S`. The last agent goes before the owner,
    unless they are not there or their time is over.
    """
    call.kept_for = None
    assert call.queue is not None  # noqa: S101 - only queued calls come here
    assert call.joined_at is not None  # noqa: S101 - the same
    directed, call.directed_to = call.directed_to, None
    if directed is not None and _takes(books, call, directed):
        _keep_for(books, call, directed, books.now + DIRECTED_S)
        return
    policy = books.policy.queue(call.queue)
    last, talked_at = books.last_agents.get(call.caller, (None, 0.0))
    if talked_at < books.now - books.policy.last_agent_keep_s:
        last = None
    for agent, for_s in ((last, policy.last_agent_s), (call.owner, policy.owner_s)):
        until_at = call.joined_at + for_s
        if agent is not None and until_at > books.now and _takes(books, call, agent):
            _keep_for(books, call, agent, until_at)
            return


def _takes(books: Books, call: Call, agent: AgentId) -> bool:
    """Return whether `agent` is at work and able to take `call`."""
    able = books.qualified(offering.requirement_of(books, call))
    return _is_at_work(books.agents.get(agent)) and agent in able


def _keep_for(books: Books, call: Call, agent: AgentId, until_at: Seconds) -> None:
    call.kept_for = agent
    books.timers.set(Timer.KEPT, call.call, until_at)


def owner_found(books: Books, call: Call, owner: AgentId) -> None:
    """Note who filed the caller's newest open case, and keep the call for them if nobody was offered it."""
    call.owner = owner
    if call.kept_for is None and call.offers == 0 and call.call in books.waiting:
        books.waiting.remove(call.call)
        keep(books, call)
        offering.wait(books, call)


def release(books: Books, call: Call) -> None:
    """Let anybody take a call whose time with its last agent has come."""
    if call.kept_for is not None:
        again = call.call in books.waiting
        books.waiting.remove(call.call)
        call.kept_for = None
        if again:
            offering.wait(books, call)


def agents_changed(books: Books) -> None:
    """Release whoever is kept for an agent who went."""
    gone = [
        group
        for group in books.waiting.groups()
        if group.kept_for is not None and not _is_at_work(books.agents.get(group.kept_for))
    ]
    for call in sorted((call for group in gone for call in group.calls), key=lambda one: one.rank):
        release(books, call)


def _is_at_work(agent: Agent | None) -> bool:
    return agent is not None and agent.state in _AT_WORK
