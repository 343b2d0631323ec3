"""What happened while the link to Asterisk was down, as it becomes known in other ways than from Asterisk.

The IVR sees callers come and go on whether or not routing can hear Asterisk, and says so on the bus; routing
heeds it only where it could not hear. How a talk ended is read from Asterisk afterwards.
"""

from dataclasses import dataclass
from typing import TypeAlias

from contact.ids import E164, CallId, ChannelName, Language, LegId, OfferId, QueueId
from contact.times import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEntered:
    """The IVR began to serve a caller; after a restart it does so again."""

    call: CallId
    leg: LegId
    channel: ChannelName
    caller: E164
    dialled: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHandedOver:
    """The IVR gave a caller to a queue at `at`; `[wait]` is next. The fields are those of `CallQueued`."""

    call: CallId
    leg: LegId
    channel: ChannelName
    caller: E164
    queue: QueueId
    requirement: str
    priority: int
    language: Language
    path: tuple[str, ...]
    topic: str
    at: Seconds


IvrWord: TypeAlias = CallEntered | CallHandedOver
"""What the IVR says of callers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkMissed:
    """The agent's leg of `offer` was answered and is gone, and its end at least was out of sight.

    `has_met` tells whether the caller was there to talk to; `by_caller`, whether the caller left first. Both
    moments are Asterisk's. An input, told before the `TelephonyResynced` that no longer shows the leg.
    """

    offer: OfferId
    answered_at: Seconds
    ended_at: Seconds
    has_met: bool
    by_caller: bool
