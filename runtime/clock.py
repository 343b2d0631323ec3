"""Time that never runs backwards: the wall clock read once, then moved on by the monotonic clock."""

import time
from typing import Protocol

from contact.times import Seconds


class Clock(Protocol):
    """Whatever tells the time."""

    def now(self) -> Seconds:
        """Return seconds since the Unix epoch, never less than what was returned before."""


class SystemClock:
    """The machine's time. A step of the wall clock while the process runs does not show."""

    def __init__(self) -> None:
        """Anchor the monotonic clock to the wall clock."""
        self._offset = time.time() - time.monotonic()

    def now(self) -> Seconds:
        """Return seconds since the Unix epoch as anchored at start."""
        return time.monotonic() + self._offset
