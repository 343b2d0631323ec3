"""Waiting for conditions, each under a deadline; the only way in which end-to-end tests wait."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
POLL_S = 0.05
PATIENCE = 6.0
"""Every limit is stretched by so much: a busy machine needs longer, and none is reached where all is well."""


def until(probe: Callable[[], T], *, within_s: float, what: str) -> T:
    """Return the first true answer of `probe`; fail, saying `what` was waited for, if none came in time.

    A `probe` that raises `OSError` (a server that is not up yet) has not answered.
    """
    within_s *= PATIENCE
    deadline = time.monotonic() + within_s
    last: object = None
    while True:
        try:
            answer = probe()
            if answer:
                return answer
            last = answer
        except OSError as error:
            last = error
        if time.monotonic() > deadline:
            message = f"{what}: not within {within_s:g} s; last seen: {last!r}"
            raise AssertionError(message)
        time.sleep(POLL_S)


def steady(probe: Callable[[], object], *, for_s: float, what: str) -> None:
    """Fail, saying `what` was to hold, as soon as `probe` is false during the next `for_s`."""
    deadline = time.monotonic() + for_s
    while time.monotonic() < deadline:
        if not probe():
            message = f"{what}: no longer true"
            raise AssertionError(message)
        time.sleep(POLL_S)
