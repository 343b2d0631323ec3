"""The figures of a day: what is asked of the store once, and how one slot of one queue is counted.

A call belongs to the day and the slot in which it joined a queue, and to the queue that it was in last.
`offered` counts every call that came to an end in a queue or was answered; `answered` those that an agent
took, `abandoned` those whose callers gave up. What is neither went elsewhere (112, overflow).
`*_within` are those whose wait was at most the queue's service level time.
"""

from dataclasses import dataclass

from contact.commands import Request
from contact.ids import CallId, QueueId
from contact.times import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotTally:
    """One queue in one slot of the day. `talked` calls have ended after `talk_sum_s` seconds of talk."""

    queue: QueueId
    slot: int
    offered: int
    answered: int
    answered_within: int
    abandoned: int
    abandoned_within: int
    wait_sum_s: float
    talked: int
    talk_sum_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTallies:
    """A day as the store has it; `recent` are the calls in it that ended last, for whoever counts on."""

    slots: tuple[SlotTally, ...] = ()
    recent: tuple[CallId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDay(Request[DayTallies]):
    """Ask the bridge for the ended calls that joined a queue from `begins_at` to before `ends_at`.

    `within` holds each queue's service level time in seconds, 0 where it is missing; the ids of calls that
    ended at `recent_from` or later are wanted too.
    """

    begins_at: Seconds
    ends_at: Seconds
    slot_s: float
    within: tuple[tuple[QueueId, float], ...]
    recent_from: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStanding:
    """How many cases wait to reach the city's CRM, since when the oldest does, and how many were refused."""

    pending: int
    oldest_at: Seconds | None
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GetDeliveries(Request[DeliveryStanding]):
    """Ask the bridge how its outbox stands."""
