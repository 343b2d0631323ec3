"""The announcer: which waiting caller is to hear something next, and what.

Theory of operation. It follows the facts of the engine: a caller who waits has up to two moments to come, one
for place and wait, one for comfort; they lie in one heap and the earliest comes first. A caller whose phone
at an agent rings is passed over this time. Nothing of it changes a decision of the engine, so nothing is
journaled: the moments follow from the time of joining, and a new process finds them again.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from acd.core.announcement import Rhythm, compose
from acd.core.expected_wait import Expectation
from acd.core.policy import QueuePolicy
from contact.announcement import PromptName
from contact.events import CallConnected, CallEnded, CallLeftQueue, CallWaiting
from contact.ids import CallId, QueueId, is_callback
from contact.times import Seconds

Followed: TypeAlias = CallWaiting | CallLeftQueue | CallConnected | CallEnded
FOLLOWED: tuple[type[Followed], ...] = (CallWaiting, CallLeftQueue, CallConnected, CallEnded)
"""The facts that say who waits."""


class Saying(StrEnum):
    """What a moment is for."""

    STANDING = "standing"
    COMFORT = "comfort"


@dataclass(slots=True, kw_only=True)
class _Waiting:
    queue: QueueId
    joined_at: Seconds
    last_said: int | None = None


class Announcer:
    """Moments of everybody who waits. `policy_of` is asked anew each time, so a reload counts at once."""

    def __init__(self, policy_of: Callable[[QueueId], QueuePolicy]) -> None:
        """Start with nobody waiting."""
        self._policy_of = policy_of
        self._waiting: dict[CallId, _Waiting] = {}
        self._moments: list[tuple[Seconds, CallId, Saying]] = []
        self._set: dict[tuple[CallId, Saying], Seconds] = {}

    def take(self, fact: Followed, now: Seconds) -> None:
        """Follow one fact; a citizen who is to be called hears nothing."""
        if isinstance(fact, CallWaiting) and is_callback(fact.call):
            return  # nobody is on the line to hear anything
        if is_callback(fact.call):
            return
        if isinstance(fact, CallWaiting):
            self._waiting[fact.call] = _Waiting(queue=fact.queue, joined_at=fact.joined_at)
            self._plan(fact.call, now)
        elif self._waiting.pop(fact.call, None) is not None:
            for saying in Saying:
                self._set.pop((fact.call, saying), None)

    def renew(self, now: Seconds) -> None:
        """Plan anew by the present policy."""
        self._moments, self._set = [], {}
        for call in self._waiting:
            self._plan(call, now)

    def next_at(self) -> Seconds | None:
        """Return when somebody is to hear something, None when nobody is."""
        while self._moments:
            at, call, saying = self._moments[0]
            if self._set.get((call, saying)) == at:
                return at
            heapq.heappop(self._moments)
        return None

    def pop_due(self, now: Seconds) -> tuple[CallId, Saying] | None:
        """Return the earliest moment that has come, and plan the one after it; None when none has."""
        at = self.next_at()
        if at is None or at > now:
            return None
        _, call, saying = heapq.heappop(self._moments)
        del self._set[(call, saying)]
        self._plan_one(call, saying, now)
        return call, saying

    def words(
        self,
        call: CallId,
        saying: Saying,
        now: Seconds,
        *,
        expectation: Expectation,
        error_s: float | None,
    ) -> tuple[PromptName, ...]:
        """Return what a caller is to hear, () for nothing."""
        waiting = self._waiting.get(call)
        if waiting is None:
            return ()
        policy = self._policy_of(waiting.queue)
        if saying is Saying.COMFORT:
            comfort = policy.comfort
            if comfort is None:
                return ()
            return (comfort.at(call, comfort.rhythm.number_at(waiting.joined_at, now)),)
        if policy.announcements is None:
            return ()
        words = compose(
            policy.announcements,
            position=expectation.position,
            wait_s=expectation.wait_s,
            error_s=error_s,
            last_said=waiting.last_said,
        )
        if words:
            waiting.last_said = min(expectation.position, waiting.last_said or expectation.position)
        return words

    def _plan(self, call: CallId, now: Seconds) -> None:
        for saying in Saying:
            self._plan_one(call, saying, now)

    def _plan_one(self, call: CallId, saying: Saying, now: Seconds) -> None:
        waiting = self._waiting[call]
        rhythm = self._rhythm(waiting.queue, saying)
        at = None if rhythm is None else rhythm.next_at(waiting.joined_at, now)
        if at is not None:
            self._set[(call, saying)] = at
            heapq.heappush(self._moments, (at, call, saying))

    def _rhythm(self, queue: QueueId, saying: Saying) -> Rhythm | None:
        policy = self._policy_of(queue)
        spoken = policy.announcements if saying is Saying.STANDING else policy.comfort
        return None if spoken is None else spoken.rhythm
