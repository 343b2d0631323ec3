"""How often a sign-in may fail before the next one is refused unheard.

A try counts as failed from its beginning until it has succeeded, so that many at once gain nothing.

Failures are counted per pair of login and address, per login and per address, in a window that begins
with the first of them. The pair has the smallest allowance, so that a stranger who guesses at a login
does not lock out its owner, who comes from elsewhere.
"""

from agent_desktop.errors import SignInThrottled
from agent_desktop.window import Key, WindowCounts
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
        self._failures = WindowCounts(window_s=WINDOW_S, entries_max=ENTRIES_MAX)

    def check(self, login: str, address: str, now: Seconds) -> None:
        """Raise `SignInThrottled` where an allowance is used up."""
        for key, allowed in _keys(login, address):
            wait_s = self._failures.wait_s(key, allowed, now)
            if wait_s > 0:
                raise SignInThrottled(wait_s)

    def failed(self, login: str, address: str, now: Seconds) -> None:
        """Count one failure."""
        for key, _ in _keys(login, address):
            self._failures.add(key, now)

    def succeeded(self, login: str, address: str) -> None:
        """Forget the pair's failures, and the try that was counted for the login and the address."""
        for key, _ in _keys(login, address):
            if key[0] == "pair":
                self._failures.forget(key)
            else:
                self._failures.take_back(key)


def _keys(login: str, address: str) -> tuple[tuple[Key, int], ...]:
    return (
        (("pair", login, address), PAIR_FAILURES_MAX),
        (("login", login), LOGIN_FAILURES_MAX),
        (("address", address), ADDRESS_FAILURES_MAX),
    )
