"""One line of a queue_log as text, and which lines of several are not written yet."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from contact.times import Seconds

NONE = "NONE"
"""What stands in an unused field."""


def line(at: Seconds, call: str, queue: str, agent: str, event: str, *fields: object) -> str:
    """Return one line without its end; a character that would end a field or the line becomes `_`."""
    parts = (str(int(at)), call, queue or NONE, agent, event, *fields)
    return "|".join("".join("_" if c in "|\r\n\0" else c for c in str(part)) for part in parts)


def whole(duration_s: float) -> int:
    """Return a duration as app_queue writes it: whole seconds, cut, never negative."""
    return max(0, int(duration_s))


def missing(wanted: Sequence[str], written: Iterable[str]) -> tuple[str, ...]:
    """Return the end of `wanted` that is not in `written`, which may hold other lines in between."""
    places: dict[str, list[int]] = {}
    for place, one in enumerate(written):
        places.setdefault(one, []).append(place)
    after, found = 0, 0
    for number, one in enumerate(wanted, start=1):
        there = places.get(one, [])
        index = bisect_left(there, after)
        if index < len(there):
            after, found = there[index] + 1, number
    return tuple(wanted[found:])
