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
    OVERFLOW = "overflow"
    EMPTY = "empty"
    KEPT = "kept"
    CALLBACK = "callback"
    CONSULT_OVERDUE = "consult_overdue"
    RECORDING_PAUSED = "recording_paused"


OFFER_TIMERS = frozenset({Timer.OFFER_OVERDUE, Timer.LEG_OVERDUE, Timer.CONSULT_OVERDUE})
"""By then telephony is to have spoken of an agent's leg; while it cannot speak, nothing is overdue."""
OUT_OF_SIGHT_S = 2.0
"""So much later such a deadline comes again that came while telephony was out of sight."""


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
    cost nothing; the heap is rebuilt when more than half of it is such. In the heap lie plain tuples, which
    compare at once: no two have the same sequence.
    """

    _REBUILD_ABOVE = 1_000

    def __init__(self) -> None:
        """Start with no deadline."""
        self._heap: list[tuple[Seconds, int, Timer, str]] = []
        self._set: dict[tuple[Timer, str], int] = {}
        self._sequence = 0

    def set(self, timer: Timer, key: str, at: Seconds) -> None:
        """Have `timer` of `key` come up at `at`, instead of any earlier setting."""
        self._sequence += 1
        self._set[(timer, key)] = self._sequence
        heapq.heappush(self._heap, (at, self._sequence, timer, key))
        if len(self._heap) > max(self._REBUILD_ABOVE, 2 * len(self._set)):
            self._rebuild()

    def cancel(self, timer: Timer, key: str) -> None:
        """Forget `timer` of `key`, if it is set."""
        self._set.pop((timer, key), None)

    def is_set(self, timer: Timer, key: str) -> bool:
        """Return whether `timer` of `key` is set."""
        return (timer, key) in self._set

    def next_at(self) -> Seconds | None:
        """Return when the next deadline comes up, None when none is set."""
        heap, is_set = self._heap, self._set
        while heap:
            at, sequence, timer, key = heap[0]
            if is_set.get((timer, key)) == sequence:
                return at
            heapq.heappop(heap)
        return None

    def deadlines(self) -> tuple[Deadline, ...]:
        """Return every deadline that is set, earliest first."""
        return tuple(Deadline(*entry) for entry in sorted(self._heap) if self._is_set(entry))

    def pop_due(self, now: Seconds) -> Deadline | None:
        """Return the earliest deadline that has come, and forget it; None when there is none."""
        next_at = self.next_at()
        if next_at is None or next_at > now:
            return None
        deadline = Deadline(*heapq.heappop(self._heap))
        del self._set[(deadline.timer, deadline.key)]
        return deadline

    def _rebuild(self) -> None:
        """Leave out of the heap whatever is not set any more."""
        is_set = self._set.get
        self._heap = [entry for entry in self._heap if is_set((entry[2], entry[3])) == entry[1]]
        heapq.heapify(self._heap)

    def _is_set(self, entry: tuple[Seconds, int, Timer, str]) -> bool:
        _, sequence, timer, key = entry
        return self._set.get((timer, key)) == sequence
