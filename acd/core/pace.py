"""Pace: how fast callers are being served, learned from nothing but the facts that the engine publishes.

Theory of operation. Each queue has exponentially weighted means of the time from a call's first offer to
the answer, of the talk and of the work after it, and of what waiting came to: its length, and the share
that ended with the caller giving up. From the last two follows how quickly waiting callers give up, as for
exponential patience. The first observations count as in a plain mean, later ones at least `NEWEST_SHARE`
each, so about the last 100 calls count.

The pace also keeps its own record: `expected` notes what a caller who had to wait was to expect at joining,
and the answer tells how wrong that was. The error is the real wait less the expected one: a positive bias
means that callers waited longer than expected. Callers who were served at once would flatter the figure and
are not in it; callers who gave up have no answer to compare with and are not either. Two things lean the
bias to below zero: where many give up, those are left for whom it went fast; and a run of long talks makes
the queue long and the learned mean too, while the talks to come are of the usual length again.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from contact.events import (
    AgentStateChanged,
    CallConnected,
    CallEnded,
    CallLeftQueue,
    CallOffered,
    CallReleased,
    CallWaiting,
    Fact,
)
from contact.ids import AgentId, CallId, QueueId, is_callback
from contact.states import AgentState, Outcome
from contact.times import Seconds

NEWEST_SHARE = 0.02
ERRORS_MAX = 200
"""The error of a queue's expectations is that of so many of its last answers."""
QUEUES_MAX = 10_000
"""Queues beyond so many are not learned from; their callers are judged by all the others."""

FIRST_ANSWER_S, FIRST_TALK_S, FIRST_WRAP_UP_S = 5.0, 180.0, 30.0
"""What is taken as long as nothing at all was seen."""

_HIGH = 0.8


@dataclass(frozen=True, slots=True)
class Mean:
    """An exponentially weighted mean of `count` observations."""

    value: float = 0.0
    count: int = 0

    def with_one(self, observed: float) -> "Mean":
        """Return the mean with one more observation."""
        share = max(NEWEST_SHARE, 1.0 / (self.count + 1))
        return Mean(self.value + share * (observed - self.value), self.count + 1)


@dataclass(slots=True, kw_only=True)
class QueuePace:
    """What was learned of one queue, in seconds. `errors_s` are real less expected waits, oldest first."""

    queue: QueueId
    answer: Mean = field(default_factory=Mean)
    talk: Mean = field(default_factory=Mean)
    wrap_up: Mean = field(default_factory=Mean)
    wait: Mean = field(default_factory=Mean)
    abandoned: Mean = field(default_factory=Mean)
    errors_s: tuple[float, ...] = ()

    @property
    def bias_s(self) -> float | None:
        """Return the mean error; positive where callers wait longer than expected. None without any."""
        return math.fsum(self.errors_s) / len(self.errors_s) if self.errors_s else None

    @property
    def error_p80_s(self) -> float | None:
        """Return the error that four in five expectations stay within; None without any."""
        sizes = sorted(abs(one) for one in self.errors_s)
        return sizes[math.ceil(_HIGH * len(sizes)) - 1] if sizes else None


@dataclass(slots=True, kw_only=True)
class _Wait:
    queue: QueueId
    joined_at: Seconds
    offered_at: Seconds | None = None
    expected_s: float | None = None


class Pace:
    """Learns from facts; tells means, each queue's own or, where it has none yet, that of all together."""

    def __init__(self, known: Iterable[QueuePace] = ()) -> None:
        """Go on from what was `known` before."""
        self._all = QueuePace(queue=QueueId(""))
        self._queues: dict[QueueId, QueuePace] = {}
        for one in known:
            if one.queue:
                self._queues[one.queue] = replace(one)
            else:
                self._all = replace(one)
        self._waits: dict[CallId, _Wait] = {}
        self._after: dict[CallId, QueueId] = {}
        self._wrapping: dict[AgentId, tuple[QueueId, Seconds]] = {}

    def known(self) -> tuple[QueuePace, ...]:
        """Return everything learned, as values of their own, to go on from later."""
        return tuple(replace(one) for one in (self._all, *self._queues.values()))

    def of(self, queue: QueueId) -> QueuePace:
        """Return what was learned of `queue`; of one never seen, nothing."""
        return self._queues.get(queue) or QueuePace(queue=queue)

    def answer_s(self, queue: QueueId) -> float:
        """Return the mean time from a call's first offer to its answer."""
        return self._mean(self.of(queue).answer, self._all.answer, FIRST_ANSWER_S)

    def talk_s(self, queue: QueueId) -> float:
        """Return the mean time of a talk."""
        return self._mean(self.of(queue).talk, self._all.talk, FIRST_TALK_S)

    def wrap_up_s(self, queue: QueueId) -> float:
        """Return the mean time of the work after a talk."""
        return self._mean(self.of(queue).wrap_up, self._all.wrap_up, FIRST_WRAP_UP_S)

    def handle_s(self, queue: QueueId) -> float:
        """Return the mean time for which a call keeps an agent from the next one."""
        return self.answer_s(queue) + self.talk_s(queue) + self.wrap_up_s(queue)

    def leaving_per_s(self, queue: QueueId) -> float:
        """Return how many of one waiting caller give up in a second: the inverse of the mean patience."""
        own = self.of(queue)
        seen = own if own.wait.count else self._all
        return seen.abandoned.value / seen.wait.value if seen.wait.value > 0.0 else 0.0

    def expected(self, call: CallId, wait_s: float | None) -> None:
        """Note what a caller who has just joined and must wait is to expect, in seconds to the answer."""
        if call in self._waits:
            self._waits[call].expected_s = wait_s

    def take(self, fact: Fact) -> None:
        """Learn from one fact."""
        match fact:
            case CallWaiting() if not is_callback(fact.call):
                self._waits[fact.call] = _Wait(queue=fact.queue, joined_at=fact.joined_at)
            case CallOffered() if fact.call in self._waits:
                wait = self._waits[fact.call]
                wait.offered_at = wait.offered_at or fact.offered_at
            case CallConnected():
                self._connected(fact)
            case CallReleased():
                self._after[fact.call] = fact.queue
                self._learn(fact.queue, talk=max(0.0, fact.released_at - fact.connected_at))
            case AgentStateChanged() if fact.old is not fact.new:
                self._moved(fact)
            case CallLeftQueue():
                self._waits.pop(fact.call, None)
            case CallEnded():
                self._ended(fact)
            case _:
                pass

    def _connected(self, fact: CallConnected) -> None:
        wait = self._waits.pop(fact.call, None)
        if wait is None:
            return
        waited_s = max(0.0, fact.connected_at - wait.joined_at)
        self._learn(wait.queue, wait=waited_s, abandoned=0.0)
        if wait.offered_at is not None:
            self._learn(wait.queue, answer=max(0.0, fact.connected_at - wait.offered_at))
        if wait.expected_s is not None:
            for pace in self._both(wait.queue):
                pace.errors_s = (*pace.errors_s, waited_s - wait.expected_s)[-ERRORS_MAX:]

    def _ended(self, fact: CallEnded) -> None:
        self._after.pop(fact.call, None)
        wait = self._waits.pop(fact.call, None)
        if wait is not None and fact.outcome is Outcome.ABANDONED_QUEUE:
            self._learn(wait.queue, wait=max(0.0, fact.ended_at - wait.joined_at), abandoned=1.0)

    def _moved(self, fact: AgentStateChanged) -> None:
        began = self._wrapping.pop(fact.agent, None)
        if began is not None and fact.old is AgentState.WRAP_UP:
            self._learn(began[0], wrap_up=max(0.0, fact.since_at - began[1]))
        if fact.new is AgentState.WRAP_UP and fact.call is not None:
            queue = self._after.pop(fact.call, None)
            if queue is not None:
                self._wrapping[fact.agent] = (queue, fact.since_at)

    def _learn(self, queue: QueueId, **observed: float) -> None:
        for pace in self._both(queue):
            for name, value in observed.items():
                setattr(pace, name, getattr(pace, name).with_one(value))

    def _both(self, queue: QueueId) -> tuple[QueuePace, ...]:
        own = self._queues.get(queue)
        if own is None:
            if len(self._queues) >= QUEUES_MAX:
                return (self._all,)
            own = self._queues[queue] = QueuePace(queue=queue)
        return (self._all, own)

    @staticmethod
    def _mean(own: Mean, everybody: Mean, first: float) -> float:
        if own.count:
            return own.value
        return everybody.value if everybody.count else first
