"""The pace of one recipient's messages: what comes together is gathered, many are slowed, failures wait.

Theory of operation. A message leaves `gather_s` after the first thing it tells, so that what happens at once
is told at once. Each message takes one of a bucket of `per_hour / BURST_SHARE`, which fills by `per_hour`;
with an empty bucket everything waits for the next one and goes out together. After a failure nothing is sent
for a pause that doubles up to `RETRY_MAX_S`, less a random part, or for as long as the other side asks.
"""

from collections.abc import Callable

from contact.times import Seconds

RETRY_FIRST_S = 5.0
RETRY_MAX_S = 300.0
BURST_SHARE = 4
_HOUR_S = 3600.0
_DOUBLINGS_MAX = 30


class Pace:
    """When one recipient may be sent the next message."""

    def __init__(self, *, per_hour: int, gather_s: Seconds, jitter: Callable[[], float]) -> None:
        """Start with a full bucket; `jitter`, in [0, 1), takes away up to half of a pause."""
        self._per_s = per_hour / _HOUR_S
        self._most = float(max(1, per_hour // BURST_SHARE))
        self._gather_s = gather_s
        self._jitter = jitter
        self._left = self._most
        self._left_at: Seconds = 0.0
        self._free_at: Seconds = 0.0
        self._failures = 0
        self._not_before: Seconds = 0.0
        self.failing_since: Seconds | None = None
        """Since when no message has arrived; None where the last one did."""

    def ready_at(self, due_at: Seconds) -> Seconds:
        """Return when a message about something due since `due_at` may leave."""
        return max(due_at + self._gather_s, self._not_before, self._free_at)

    def is_slowed(self, due_at: Seconds) -> bool:
        """Say whether something due since `due_at` had to wait for the bucket."""
        return self._free_at > due_at + self._gather_s

    def done(self, now: Seconds) -> None:
        """Note that a message was taken, or refused for good: the other side answers."""
        self._left = min(self._most, self._left + (now - self._left_at) * self._per_s) - 1
        self._left_at = now
        self._free_at = now + (1 - self._left) / self._per_s if self._left < 1 else now
        self._failures, self._not_before, self.failing_since = 0, 0.0, None

    def failed(self, now: Seconds, after_s: Seconds | None = None) -> None:
        """Note that a message did not arrive; `after_s` is what the other side asked for, if it did."""
        if self.failing_since is None:
            self.failing_since = now
        whole = min(RETRY_FIRST_S * 2.0 ** min(self._failures, _DOUBLINGS_MAX), RETRY_MAX_S)
        pause_s = max(whole * (1 - self._jitter() / 2), min(after_s or 0.0, RETRY_MAX_S))
        self._failures += 1
        self._not_before = now + pause_s
