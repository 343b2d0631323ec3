"""Closures and flash messages as pages see them live, with what changed since they were last sent.

The keeper (`agent_desktop.line_keeper`) puts them in; folding is pure, the moment is an argument.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from contact.flash import FlashId
from contact.line import Closure, ClosureId, Flash
from contact.times import Seconds

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFlash:
    """A flash message, how often it was heard, and whether callers are told just now."""

    flash: Flash
    heard: int
    changed_by: str
    is_told: bool = False


class LiveLine:
    """What is decided about the line. Its dictionaries are for reading only."""

    def __init__(self) -> None:
        """Start with nothing decided and nothing known of the IVR."""
        self.closures: dict[ClosureId, Closure] = {}
        self.flashes: dict[FlashId, LiveFlash] = {}
        self.in_step = False
        self.changed: set[str] = set()

    def put(self, closures: Iterable[Closure], flashes: Iterable[LiveFlash], now: Seconds) -> None:
        """Make this the whole of it; what differs counts as changed."""
        held = {one.closure: one for one in closures if one.holds(now)}
        told = {one.flash.flash: replace(one, is_told=one.flash.is_told(now)) for one in flashes}
        self.changed |= {*_differing(self.closures, held), *_differing(self.flashes, told)}
        self.closures, self.flashes = held, told

    def move_on(self, now: Seconds) -> tuple[Closure, ...]:
        """Let time pass; return the closures that are over with it."""
        over = tuple(one for one in self.closures.values() if not one.holds(now))
        self.put(self.closures.values(), self.flashes.values(), now)
        return over

    def count(self, flash: FlashId) -> None:
        """Note that a flash message was heard once more."""
        known = self.flashes.get(flash)
        if known is not None:
            self.flashes[flash] = replace(known, heard=known.heard + 1)
            self.changed.add(flash)

    def set_in_step(self, *, in_step: bool) -> None:
        """Note whether callers are served by what is shown here."""
        if in_step is not self.in_step:
            self.in_step = in_step
            self.changed |= {*self.closures, *self.flashes}

    def take_changes(self) -> set[str]:
        """Return the ids of what changed since the last time."""
        taken, self.changed = self.changed, set()
        return taken


def _differing(old: Mapping[K, V], new: Mapping[K, V]) -> set[K]:
    return {key for key in (*old, *new) if old.get(key) != new.get(key)}
