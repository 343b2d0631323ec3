"""Time as the engine sees it.

`Seconds` counts seconds since the Unix epoch and never runs backwards within a process (see
`runtime.clock`); differences are durations. Names that hold a duration end in `_s`, names that hold a
moment end in `_at`.
"""

from datetime import UTC, datetime
from typing import TypeAlias

Seconds: TypeAlias = float
"""A moment or a duration in seconds; moments count from 1970-01-01T00:00:00Z."""


def to_utc(moment: Seconds) -> datetime:
    """Return `moment` as an aware UTC datetime with microseconds."""
    return datetime.fromtimestamp(moment, tz=UTC)


def to_iso(moment: Seconds) -> str:
    """Return `moment` in RFC 3339 form with milliseconds, for example `2026-03-01T08:15:30.125Z`."""
    return to_utc(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")
