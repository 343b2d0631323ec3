"""How often a sign-in may fail before the next one is refused unheard.

A try counts as failed from its beginning until it has succeeded, so that many at once gain nothing.

Failures are counted per pair of login and address, per login and per address, in a window that begins
with the first of them. The pair has the smallest allowance, so that a stranger who guesses at a login
does not lock out its owner, who comes from elsewhere. The table is bounded: the oldest entry makes room.
"""

from collections import OrderedDict

from agent_desktop.errors import SignInThrottled
from contact.times import Seconds

WINDOW_S = 300.0
PAIR_FAILURES_MAX = 5
LOGIN_FAILURES_MAX = 30
ADDRESS_FAILURES_MAX = 60
ENTRIES_MAX = 20_000


class Throttle:
    """Counts failed sign-ins. Time is an argument."""

    def __init__(self) -> None:
        """Start with no failure known."""
        self._failures: OrderedDict[tuple[str, ...], tuple[Seconds, int]] = OrderedDict()

    def check(self, login: str, address: str, now: Seconds) -> None:
        """Raise `SignInThrottled` where an allowance is used up."""
        for key, allowed in _keys(login, address):
            started_at, count = self._failures.get(key, (now, 0))
            wait_s = started_at + WINDOW_S - now
            if count >= allowed and wait_s > 0:
                raise SignInThrottled(wait_s)

    def failed(self, login: str, address: str, now: Seconds) -> None:
        """Count one failure."""
        for key, _ in _keys(login, address):
            started_at, count = self._failures.pop(key, (now, 0))
            if now - started_at >= WINDOW_S:
                started_at, count = now, 0
            self._failures[key] = (started_at, count + 1)
        while len(self._failures) > ENTRIES_MAX:
            self._failures.popitem(last=False)

    def succeeded(self, login: str, address: str) -> None:
        """Forget the pair's failures, and the try that was counted for the login and the address."""
        for key, _ in _keys(login, address):
            started_at, count = self._failures.pop(key, (0.0, 0))
            if key[0] != "pair" and count > 1:
                self._failures[key] = (started_at, count - 1)


def _keys(login: str, address: str) -> tuple[tuple[tuple[str, ...], int], ...]:
    return (
        (("pair", login, address), PAIR_FAILURES_MAX),
        (("login", login), LOGIN_FAILURES_MAX),
        (("address", address), ADDRESS_FAILURES_MAX),
    )
