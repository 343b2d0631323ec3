"""All deadlines of the engine in one heap; ties by order of setting."""

import heapq
from dataclasses import dataclass
from enum import StrEnum

from contact.times import Seconds


class Timer(StrEnum):
    """What a deadline is for; the key beside it is the agent, call or offer it belongs to."""

    OFFER_OVERDUE = "offer_overdue"
    HOLD_OVER = "hold_over"
    WRAP_UP_OVER = "wrap_up_over"
    RELAX = "relax"
    LEG_OVERDUE = "leg_overdue"


@dataclass(frozen=True, slots=True, order=True)
class Deadline:
    """One deadline as it lies in the heap."""

    at: Seconds
    sequence: int
    timer: Timer
    key: str


class Timers:
    """Deadlines by (timer, key): setting one again moves it, cancelling one that is not set is nothing.

    A moved or cancelled deadline stays in the heap and is passed over when it comes up, so that both
    cost nothing; the heap is rebuilt when more than half of it is such.
    """

    _REBUILD_ABOVE = 1_000

    def __init__(self) -> None:
        """Start with no deadline."""
        self._heap: list[Deadline] = []
        self._set: dict[tuple[Timer, str], Deadline] = {}
        self._sequence = 0

    def set(self, timer: Timer, key: str, at: Seconds) -> None:
        """Have `timer` of `key` come up at `at`, instead of any earlier setting."""
        self._sequence += 1
        deadline = Deadline(at, self._sequence, timer, key)
        self._set[(timer, key)] = deadline
        heapq.heappush(self._heap, deadline)
        if len(self._heap) > max(self._REBUILD_ABOVE, 2 * len(self._set)):
            self._heap = sorted(self._set.values())

    def cancel(self, timer: Timer, key: str) -> None:
        """Forget `timer` of `key`, if it is set."""
        self._set.pop((timer, key), None)

    def next_at(self) -> Seconds | None:
        """Return when the next deadline comes up, None when none is set."""
        self._drop_stale()
        return self._heap[0].at if self._heap else None

    def deadlines(self) -> tuple[Deadline, ...]:
        """Return every deadline that is set, earliest first."""
        return tuple(sorted(self._set.values()))

    def pop_due(self, now: Seconds) -> Deadline | None:
        """Return the earliest deadline that has come, and forget it; None when there is none."""
        self._drop_stale()
        if not self._heap or self._heap[0].at > now:
            return None
        deadline = heapq.heappop(self._heap)
        del self._set[(deadline.timer, deadline.key)]
        return deadline

    def _drop_stale(self) -> None:
        while self._heap and self._set.get((self._heap[0].timer, self._heap[0].key)) is not self._heap[0]:
            heapq.heappop(self._heap)
