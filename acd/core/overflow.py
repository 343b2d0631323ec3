"""Overflow: what becomes of a caller for whom a queue is full, empty, or too slow.

A caller follows the ladder of the queue they joined, in seconds since joining, whatever queue a step has
led them to meanwhile. Full and empty are judged by the queue they stand in: on coming into it, and empty
also while they wait. A queue is empty for a caller when every agent who could serve them, by the widest
of the queue's requirements, is in a state that the queue counts as empty. While telephony is lost nobody
is sent anywhere; what came due then happens when it is back. A callback follows steps to other queues only.
"""

from acd.core import callback, offering, steering
from acd.core.books import Books
from acd.core.call import Call, Place
from acd.core.policy import OverflowCause, OverflowStep, QueuePolicy
from acd.core.skills import both
from acd.core.timers import Timer
from contact.commands import Destination, LeaveQueue
from contact.ids import QueueId
from contact.states import AgentState, Outcome
from contact.times import Seconds

_AT_WORK = frozenset({AgentState.READY, AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP})
MOVES_MAX = 10
"""So often a call is led to another queue: steps that lead in a circle end there, and the caller waits."""


def admit(books: Books, call: Call) -> None:
    """Send a call on that came into a queue in which it is not to wait."""
    if not books.telephony_up or call.place is not Place.WAITING or call.queue is None:
        return
    queue = books.policy.queue(call.queue)
    if queue.join_empty and _empty_since(books, call, queue.join_empty) is not None:
        _take(books, call, queue.step_on(OverflowCause.EMPTY))
    elif queue.waiting_max is not None and _on_the_line(books, call.queue) > queue.waiting_max:
        _take(books, call, queue.step_on(OverflowCause.FULL))
    elif _is_crowded(books, call, queue):
        _take(books, call, queue.step_on(OverflowCause.CROWDED))
    elif queue.leave_empty:
        _watch(books, call.queue)


def estimated(books: Books, call: Call, wait_s: float) -> None:
    """Send a call on that came into a queue in which it would wait for too long."""
    if not books.telephony_up or call.place is not Place.WAITING or call.queue is None:
        return
    queue = books.policy.queue(call.queue)
    if queue.expected_wait_max_s is not None and wait_s > queue.expected_wait_max_s:
        _take(books, call, queue.step_on(OverflowCause.SLOW))


def climb(books: Books, call: Call) -> None:
    """Take the step of the ladder that has come."""
    if not books.telephony_up or call.place is not Place.WAITING:
        return
    step = offering.next_step(books, call)
    if step is None or step.after_s is None:
        return
    if step.leave in (None, Destination.CALLBACK) or call.callback is not None:
        call.climbed_s = step.after_s
    _take(books, call, step)
    if call.callback is not None and call.call in books.waiting:
        offering.relax(books, call)


def agents_changed(books: Books) -> None:
    """Look again, after the time each queue allows, whether those who wait there still wait for anybody."""
    books.agents_changed = False
    for queue in books.policy.emptiable:
        _watch(books, queue)


def look(books: Books, queue: QueueId) -> None:
    """Send on whom nobody could have served for as long as the queue allows."""
    policy = books.policy.queue(queue)
    if not policy.leave_empty or not books.telephony_up:
        return
    again_at: Seconds | None = None
    for call in books.waiting.calls_of(queue):
        since_at = _empty_since(books, call, policy.leave_empty)
        if since_at is None:
            continue
        due_at = since_at + policy.empty_after_s
        if due_at <= books.now:
            _take(books, call, policy.step_on(OverflowCause.EMPTY))
        elif again_at is None or due_at < again_at:
            again_at = due_at
    if again_at is not None:
        books.timers.set(Timer.EMPTY, queue, again_at)


def _watch(books: Books, queue: QueueId) -> None:
    if not books.timers.is_set(Timer.EMPTY, queue):
        books.timers.set(Timer.EMPTY, queue, books.now + books.policy.queue(queue).empty_after_s)


def _empty_since(books: Books, call: Call, counted: frozenset[AgentState]) -> Seconds | None:
    """Return since when at the latest nobody is there for `call`, None where somebody is."""
    assert call.queue is not None  # noqa: S101 - only queued calls come here
    able = books.qualified(both(call.asked, books.policy.queue(call.queue).widest))
    agents = [books.agents[one] for one in able]
    if any(one.state not in counted for one in agents):
        return None
    return max([call.came_at or 0.0, *(one.since_at for one in agents)])


def _on_the_line(books: Books, queue: QueueId) -> int:
    return books.waiting.count(queue) - callback.waiting_without_line(books, queue)


def _is_crowded(books: Books, call: Call, queue: QueuePolicy) -> bool:
    """Return whether more callers wait than the queue allows for each agent who could serve this one."""
    if queue.waiting_per_agent_max is None:
        return False
    able = books.qualified(both(call.asked, queue.widest))
    at_work = sum(books.agents[one].state in _AT_WORK for one in able)
    return books.waiting.count(queue.queue) > queue.waiting_per_agent_max * at_work


def _take(books: Books, call: Call, step: OverflowStep | None) -> None:
    if step is None or (call.callback is not None and (step.on is not None or step.leave is not None)):
        return  # a callback keeps no line busy and hears nothing: only another queue is something to it
    if step.leave is Destination.CALLBACK:
        offering.abandon_queue(books, call, str(Outcome.OVERFLOWED))
        books.out.append(LeaveQueue(call=call.call, channel=call.channel, destination=step.leave))
        return
    reason = str(step.on) if step.on is OverflowCause.EMPTY else str(Outcome.OVERFLOWED)
    if step.leave is not None:
        sent = Outcome.VOICEMAIL if step.leave is Destination.VOICEMAIL else Outcome.OVERFLOWED
        call.diverted = sent
        offering.abandon_queue(books, call, reason)
        books.out.append(LeaveQueue(call=call.call, channel=call.channel, destination=step.leave))
    elif step.queue is not None and step.queue != call.queue and call.moves < MOVES_MAX:
        call.moves += 1
        steering.transfer(books, call, step.queue, reason)
        admit(books, call)
