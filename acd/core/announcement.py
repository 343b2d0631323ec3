"""What callers hear while they wait: when, and in which words.

A queue may tell callers their place and how long they have to wait yet, and may play comfort messages; each
has its own rhythm, counted from the time of joining, so that a new process goes on where the old one was.
Nothing is said that is known to be wrong: an expected wait whose measured error is larger than half of it,
and than a minute, is told as an upper bound ("less than") that four in five callers stay below.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from contact.announcement import (
    MINUTES,
    PLACE,
    PLACE_BEYOND,
    PLACES_MAX,
    WAIT_ABOUT,
    WAIT_LESS,
    WAIT_MORE,
    PromptName,
    minutes_prompt,
    place_prompt,
)
from contact.ids import CallId
from contact.times import Seconds

_MINUTE_S = 60.0
_VAGUE_SHARE = 0.5


class PlaceSaid(StrEnum):
    """Whether callers hear their place: never, always, only within `place_max`, or "beyond" that one."""

    NO = "no"
    YES = "yes"
    LIMIT = "limit"
    MORE_THAN = "more_than"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """First `first_s` after joining, then every `every_s`; 0: once only."""

    first_s: float
    every_s: float

    def next_at(self, joined_at: Seconds, now: Seconds) -> Seconds | None:
        """Return the first moment later than `now`; None when there is none any more."""
        first_at = joined_at + self.first_s
        if first_at > now:
            return first_at
        if self.every_s <= 0:
            return None
        next_at = first_at + (self.number_at(joined_at, now) + 1) * self.every_s
        return next_at if next_at > now else next_at + self.every_s

    def number_at(self, joined_at: Seconds, now: Seconds) -> int:
        """Return which moment `now` is or follows, from 0 on."""
        return int(max(0.0, now - joined_at - self.first_s) // self.every_s) if self.every_s > 0 else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcements:
    """What a queue tells of place and wait. `only_improved`: no place that is not better than the last said.

    A wait below `wait_min_s` is not told, one above `wait_max_s` as "more than" that; `wait` False: none.
    """

    rhythm: Rhythm
    place: PlaceSaid = PlaceSaid.MORE_THAN
    place_max: int = 10
    only_improved: bool = False
    wait: bool = True
    wait_min_s: float = 60.0
    wait_max_s: float = 1_800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Comfort:
    """Messages that take turns, one at each moment of the rhythm, in their order or shuffled."""

    prompts: tuple[PromptName, ...]
    rhythm: Rhythm
    shuffled: bool = False

    def at(self, call: CallId, number: int) -> PromptName:
        """Return the message whose turn is `number`, from 0 on; shuffled, all are heard before one again."""
        count = len(self.prompts)
        if not self.shuffled:
            return self.prompts[number % count]
        turn, place = divmod(number, count)
        order = sorted(range(count), key=lambda one: hashlib.sha256(f"{call} {turn} {one}".encode()).digest())
        return self.prompts[order[place]]


def compose(
    rules: Announcements,
    *,
    position: int,
    wait_s: float | None,
    error_s: float | None,
    last_said: int | None,
) -> tuple[PromptName, ...]:
    """Return what is said now, () for nothing: the place, unless it is `last_said` or worse, and the wait.

    `error_s` is how wrong four in five expected waits were at most, None before any was measured.
    """
    return (*_place(rules, position, last_said), *(_wait(rules, wait_s, error_s) if rules.wait else ()))


def _place(rules: Announcements, position: int, last_said: int | None) -> tuple[PromptName, ...]:
    if rules.only_improved and last_said is not None and position >= last_said:
        return ()
    limit = PLACES_MAX if rules.place is PlaceSaid.YES else rules.place_max
    match rules.place:
        case PlaceSaid.NO:
            return ()
        case _ if position <= limit:
            return (PLACE, place_prompt(position))
        case PlaceSaid.LIMIT:
            return ()
        case _:
            return (PLACE_BEYOND, place_prompt(limit))


def _wait(rules: Announcements, wait_s: float | None, error_s: float | None) -> tuple[PromptName, ...]:
    if wait_s is None or wait_s < rules.wait_min_s:
        return ()
    if wait_s > rules.wait_max_s:
        return (WAIT_MORE, minutes_prompt(_at_most(rules.wait_max_s)))
    if error_s is not None and error_s > max(_MINUTE_S, wait_s * _VAGUE_SHARE):
        bound_s = wait_s + error_s
        return (WAIT_LESS, minutes_prompt(_at_least(bound_s))) if bound_s <= rules.wait_max_s else ()
    if wait_s < _MINUTE_S:
        return (WAIT_LESS, minutes_prompt(MINUTES[0]))
    return (WAIT_ABOUT, minutes_prompt(min(MINUTES, key=lambda one: abs(one * _MINUTE_S - wait_s))))


def _at_most(seconds: float) -> int:
    return max([one for one in MINUTES if one * _MINUTE_S <= seconds], default=MINUTES[0])


def _at_least(seconds: float) -> int:
    return min([one for one in MINUTES if one * _MINUTE_S >= seconds], default=MINUTES[-1])
