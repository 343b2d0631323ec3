"""What happened at Asterisk while nobody of ours was looking, and is learned afterwards."""

from dataclasses import dataclass

from contact.ids import OfferId
from contact.times import Seconds


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
