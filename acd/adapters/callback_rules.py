"""Reads a queue's table `callback` of `queues.toml`; what is wrong is named with its place and reason."""

import re
from datetime import tzinfo
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from acd.core.opening import DAY_MINUTES, Window
from acd.core.policy import CallbackPolicy
from acd.errors import PolicyError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(
    r"(?:(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))? )?(?P<opens>\d\d:\d\d)-(?P<closes>\d\d:\d\d)"
)


class CallbackTable(BaseModel):
    """The table as it is written; durations in seconds."""

    model_config = ConfigDict(extra="forbid")

    attempts_max: Annotated[int, Field(ge=1, le=20)] = 3
    gap_s: Annotated[float, Field(ge=0, le=86_400)] = 900
    dial_timeout_s: Annotated[float, Field(ge=5, le=120)] = 30
    expires_s: Annotated[float, Field(ge=60, le=2_592_000)] = 345_600
    hours: list[str] = []


def read_callback(place: str, read: CallbackTable, zone: tzinfo) -> CallbackPolicy:
    """Return the rules that `read` says, with `hours` on the clock of `zone`; raise `PolicyError`."""
    hours = tuple(_window(f"{place}.hours.{i}", text) for i, text in enumerate(read.hours))
    return CallbackPolicy(
        attempts_max=read.attempts_max,
        gap_s=read.gap_s,
        dial_timeout_s=read.dial_timeout_s,
        expires_s=read.expires_s,
        hours=hours,
        zone=zone,
    )


def _window(place: str, text: str) -> Window:
    found = _WINDOW.fullmatch(text)
    if found is None:
        raise PolicyError(f'{place}: not of the form "mon-fri 08:00-20:00" or "08:00-20:00"')
    opens, closes = _minute(place, found["opens"]), _minute(place, found["closes"])
    if closes <= opens:
        raise PolicyError(f"{place}: ends before it begins; give two windows for a night")
    return Window(days=_days(place, found["first"], found["last"]), opens=opens, closes=closes)


def _minute(place: str, text: str) -> int:
    hour, minute = int(text[:2]), int(text[3:])
    if minute >= 60 or hour * 60 + minute > DAY_MINUTES:  # noqa: PLR2004 - minutes of an hour
        raise PolicyError(f"{place}: {text} is no time of day")
    return hour * 60 + minute


def _days(place: str, first: str | None, last: str | None) -> frozenset[int]:
    if first is None:
        return frozenset(range(len(DAYS)))
    for name in (first, last or first):
        if name not in DAYS:
            raise PolicyError(f"{place}: no day {name}; there are {', '.join(DAYS)}")
    begin, end = DAYS.index(first), DAYS.index(last or first)
    count = (end - begin) % len(DAYS) + 1
    return frozenset((begin + offset) % len(DAYS) for offset in range(count))
