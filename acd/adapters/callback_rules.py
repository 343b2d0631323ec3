"""Reads a queue's table `callback` of `queues.toml`; what is wrong is named with its place and reason."""

from datetime import tzinfo
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from acd.core.policy import CallbackPolicy
from acd.errors import PolicyError
from contact.opening import OpeningError, Window, read_window


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
    try:
        return read_window(text)
    except OpeningError as error:
        raise PolicyError(f"{place}: {error}") from None
