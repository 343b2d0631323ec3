"""Counting by key, each key in a window that begins with its first count. Time is an argument.

The table is bounded: the oldest entry makes room.
"""

from collections import OrderedDict

from contact.times import Seconds

Key = tuple[str, ...]


class WindowCounts:
    """How often each key was counted in its window of `window_s`."""

    def __init__(self, *, window_s: float, entries_max: int) -> None:
        """Start with nothing counted."""
        self._window_s = window_s
        self._entries_max = entries_max
        self._counts: OrderedDict[Key, tuple[Seconds, int]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many keys are known."""
        return len(self._counts)

    def wait_s(self, key: Key, allowed: int, now: Seconds) -> float:
        """Return how long `key` has to wait where it was counted `allowed` times, 0 where it need not."""
        started_at, count = self._counts.get(key, (now, 0))
        return max(0.0, started_at + self._window_s - now) if count >= allowed else 0.0

    def add(self, key: Key, now: Seconds) -> None:
        """Count `key` once more."""
        started_at, count = self._counts.pop(key, (now, 0))
        if now - started_at >= self._window_s:
            started_at, count = now, 0
        self._counts[key] = (started_at, count + 1)
        while len(self._counts) > self._entries_max:
            self._counts.popitem(last=False)

    def take_back(self, key: Key) -> None:
        """Undo one count of `key`."""
        started_at, count = self._counts.pop(key, (0.0, 0))
        if count > 1:
            self._counts[key] = (started_at, count - 1)

    def forget(self, key: Key) -> None:
        """Forget every count of `key`."""
        self._counts.pop(key, None)
