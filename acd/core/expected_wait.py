"""Expected wait: how long a caller has to wait yet, and at which place among those who compete with them.

Theory of operation. A caller is served by the agents who meet their requirement, as those become free. An
agent in wrap-up, or held after a failed offer, does at the latest by its deadline. One in a talk has their
wrap-up yet to come, so the talks of now free nobody before a mean wrap-up has passed; from there on each
agent becomes free at a constant rate, one over the mean handle time of the talk's queue (as for exponential
times, where the past of a talk says nothing of its rest). Ahead are the waiting callers of smaller rank
whom any of these agents may serve too; a group of callers whom others may serve as well counts by the share
of its agents that are ours. While n stand ahead, the next step forward comes at the agents' rate plus n times
the rate at which waiting callers give up (W. Whitt, "Predicting queueing delays", Management Science 45(6),
1999, section 3: exact where all handle times and patiences are exponential and all agents serve all).
Relaxation steps to come are looked at each as if it ruled already, and the best counts.

What it does not know: callers of higher priority who come later, and agents who sign in or out meanwhile.
How wrong it is, is measured (`acd.core.pace`), not tuned.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from acd.core.agent import Agent
from acd.core.books import Books
from acd.core.call import Call, Place
from acd.core.pace import Pace
from acd.core.skills import ANYBODY, Node, both
from contact.ids import AgentId, QueueId
from contact.states import AgentState, Availability
from contact.times import Seconds

_AT_WORK = frozenset({AgentState.READY, AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP})
AHEAD_MAX = 5_000
"""A caller with more than so many ahead is told no time: nothing about it would be true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """Place from 1 on, and seconds to the answer from now; None where nobody is there to give it."""

    queue: QueueId
    position: int
    wait_s: float | None


@dataclass(frozen=True, slots=True)
class _Seeker:
    """One caller, there or imagined. `rank` is `Call.rank`."""

    queue: QueueId
    asked: Node
    joined_at: Seconds
    rank: tuple[int, Seconds, int]


class _Change(NamedTuple):
    """In `in_s` seconds so many agents become free at once, and from there so many a second more."""

    in_s: float
    freed: int
    rate: float


def expect(books: Books, pace: Pace, call: Call, now: Seconds) -> Expectation | None:
    """Return what a waiting caller is to expect; None for one who does not wait."""
    if call.place is not Place.WAITING or call.queue is None or call.joined_at is None:
        return None
    return _expect(books, pace, _Seeker(call.queue, call.asked, call.joined_at, call.rank), now)


def expect_newcomer(books: Books, pace: Pace, queue: QueueId, now: Seconds) -> Expectation:
    """Return what a caller is to expect who joined `queue` now and asked for nothing of their own."""
    rank = (-books.policy.queue(queue).priority, now, books.sequence + 1)
    return _expect(books, pace, _Seeker(queue, ANYBODY, now, rank), now)


def _expect(books: Books, pace: Pace, seeker: _Seeker, now: Seconds) -> Expectation:
    policy = books.policy.queue(seeker.queue)
    leaving_per_s = pace.leaving_per_s(seeker.queue)
    at_work, bits = _at_work(books), books.bits
    at_work_bits = bits.of(at_work)
    rank, groups = seeker.rank, books.waiting.groups_before(seeker.rank)
    before = [(group.count_before(rank), bits.kept(group.able)) for group in groups]
    starts = [now, *(at for step in policy.relaxations if (at := seeker.joined_at + step.after_s) > now)]
    position, waits = 0, []
    for start in starts:
        requirement = both(seeker.asked, policy.requirement_at(seeker.joined_at, start))
        able = books.qualified(requirement)
        ours = able & at_work
        count, share = _ahead(before, bits.of(ours), at_work_bits)
        if not ours:
            count = _ahead_of_nobody(books, seeker, able)
        position = position or count + 1
        turn_s = _turn_s(_supply(books, pace, seeker.queue, ours, now), share, leaving_per_s)
        if turn_s is not None:
            waits.append(max(start - now, turn_s))
    wait_s = min(waits) + pace.answer_s(seeker.queue) if waits else None
    return Expectation(queue=seeker.queue, position=position, wait_s=wait_s)


def _at_work(books: Books) -> frozenset[AgentId]:
    """Return the agents who will take calls again without a word of their own."""
    ready = Availability.READY
    agents = books.agents.values()
    return frozenset([one.agent for one in agents if one.availability is ready and one.state in _AT_WORK])


def _ahead(before: Iterable[tuple[int, int]], ours: int, at_work: int) -> tuple[int, float]:
    """Return how many callers go first who compete for `ours`, and how many of them `ours` will serve.

    `before` has for each group how many of its callers go first and who may serve them; agents are bits.
    """
    count, share = 0, 0.0
    for callers, able in before:
        common = able & ours
        if common:
            count += callers
            share += callers * common.bit_count() / (able & at_work).bit_count()
    return count, share


def _ahead_of_nobody(books: Books, seeker: _Seeker, able: frozenset[AgentId]) -> int:
    """Return how many go first where nobody is at work: who is for the same agents, or in the queue."""
    count = 0
    for group in books.waiting.groups_before(seeker.rank):
        competes = not group.able.isdisjoint(able) if group.able and able else group.queue == seeker.queue
        if competes:
            count += group.count_before(seeker.rank)
    return count


def _supply(books: Books, pace: Pace, queue: QueueId, ours: Iterable[AgentId], now: Seconds) -> list[_Change]:
    """Return when agents become free, soonest first; without any agent, nothing."""
    wrap_up_s, again = pace.wrap_up_s(queue), 1.0 / max(1.0, pace.handle_s(queue))
    rates = {queue: again}
    rate, changes = 0.0, []
    for one in ours:
        agent = books.agents[one]
        if agent.state in (AgentState.RESERVED, AgentState.TALKING):
            offer = books.offers.get(agent.offer) if agent.offer is not None else None
            served = queue if offer is None else offer.queue
            if served not in rates:
                rates[served] = 1.0 / max(1.0, pace.handle_s(served))
            rate += rates[served]
        else:
            rate += again
            changes.append(_Change(_free_in_s(agent, wrap_up_s, now), 1, 0.0))
    return sorted([*changes, _Change(wrap_up_s, 0, rate)]) if rate else []


def _free_in_s(agent: Agent, wrap_up_s: float, now: Seconds) -> float:
    """Return in how many seconds an agent who does not talk can be offered a call."""
    if agent.state is AgentState.WRAP_UP:
        rest_s = agent.until_at - now if agent.until_at is not None else wrap_up_s
        return max(0.0, min(rest_s, wrap_up_s))
    return max(0.0, agent.held_until_at - now) if agent.held_until_at is not None else 0.0


def _turn_s(changes: list[_Change], ahead: float, leaving_per_s: float) -> float | None:
    """Return the seconds until an agent is there for somebody with `ahead` callers before them."""
    if not changes or ahead > AHEAD_MAX:
        return None
    at_s, rate, rest = 0.0, 0.0, 0.0
    to_come = deque(changes)
    for still_ahead, turn in _turns(ahead):
        rest += turn
        speed = rate + still_ahead * leaving_per_s
        while rest > 0.0 and to_come and (speed <= 0.0 or at_s + rest / speed > to_come[0].in_s):
            change = to_come.popleft()
            rest -= (change.in_s - at_s) * speed + change.freed
            at_s, rate = change.in_s, rate + change.rate
            speed = rate + still_ahead * leaving_per_s
        if rest > 0.0:
            at_s, rest = at_s + rest / speed, 0.0
    return at_s


def _turns(ahead: float) -> Iterator[tuple[float, float]]:
    """Yield how many stand ahead and how much of a turn that lasts, until it is one's own turn."""
    whole = int(ahead)
    if ahead > whole:
        yield ahead, ahead - whole
    for number in range(whole, -1, -1):
        yield float(number), 1.0
