"""Callers who come while Asterisk cannot be heard: what the IVR says of them is taken for it.

Theory of operation. Asterisk's own word for a caller who arrives, and for one who joins a queue, comes over
the link. While there is none, the IVR's word is taken instead, so that a caller who is gone before the link
is back has a terminal record all the same; the resynchronisation then says who is. What the IVR says while
Asterisk is being looked at waits until that is done: a caller whom the look does not show would be taken
for gone. With the link up a caller is taken from the IVR only if routing does not know them and their leg
is known to be up.
"""

from collections.abc import Callable
from typing import Protocol

from contact.events import CallArrived, CallQueued, Input
from contact.ids import CallId
from contact.missed import CallEntered, CallHandedOver

ENTRIES: tuple[type[CallEntered | CallHandedOver], ...] = (CallEntered, CallHandedOver)
"""What the IVR says of callers."""
KEPT_MAX = 1_000


class Sight(Protocol):
    """What is asked of telephony."""

    @property
    def is_blind(self) -> bool:
        """Whether Asterisk neither can be heard nor is being looked at."""

    @property
    def in_step(self) -> bool:
        """Whether what Asterisk says is heard and taken."""

    def is_up(self, call: CallId) -> bool:
        """Whether the caller's leg is up, as far as was heard."""


class Entrance:
    """Takes the IVR's word where it is needed; `resynced` belongs behind each `TelephonyResynced`."""

    def __init__(
        self, *, sight: Sight, has_call: Callable[[CallId], bool], feed: Callable[[Input], None]
    ) -> None:
        """Ask `sight` and `has_call`, routing's books; tell routing by `feed`."""
        self._sight = sight
        self._has_call = has_call
        self._feed = feed
        self._kept: list[CallEntered] = []

    def hear(self, event: CallEntered | CallHandedOver) -> None:
        """Take what the IVR says of a caller."""
        if self._sight.is_blind:
            self.resynced()
            self._feed(as_input(event))
        elif isinstance(event, CallEntered) and not self._has_call(event.call):
            if not self._sight.in_step:
                self._kept = [*self._kept, event][-KEPT_MAX:]
            elif self._sight.is_up(event.call):
                self._feed(as_input(event))

    def resynced(self) -> None:
        """Take what was said while Asterisk was being looked at."""
        kept, self._kept = self._kept, []
        for event in kept:
            self._feed(as_input(event))


def as_input(event: CallEntered | CallHandedOver) -> CallArrived | CallQueued:
    """Return what Asterisk would have said."""
    match event:
        case CallEntered():
            return CallArrived(
                call=event.call,
                leg=event.leg,
                channel=event.channel,
                caller=event.caller,
                dialled=event.dialled,
            )
        case CallHandedOver():
            return CallQueued(
                call=event.call,
                leg=event.leg,
                channel=event.channel,
                caller=event.caller,
                queue=event.queue,
                requirement=event.requirement,
                priority=event.priority,
                language=event.language,
                joined_at=event.at,
                path=event.path,
                topic=event.topic,
            )
