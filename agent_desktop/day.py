"""The figures of today, by queue and slot of the day.

Theory of operation. The day is read from the store once, and from then on each fact moves it: a call counts
as answered when its talk begins (`CallConnected`), as anything else when it ends (`CallEnded`), and its
talk time when it ends. Between the question to the store and its answer calls go on ending: those are kept
aside and counted unless the answer has them already. A call counts in the slot in which it joined the
queue, so one that joined before midnight is nobody's today. Callbacks do not count: nobody waited on the
line. How long wrap-ups take is not in the store: their mean is of those seen since this process began.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from contact.day import DayTallies, ReadDay, SlotTally
from contact.events import AgentStateChanged, CallConnected, CallEnded, CallReleased
from contact.ids import AgentId, CallId, QueueId, is_callback
from contact.states import AgentState, Outcome
from contact.times import Seconds

SLOT_S = 1_800.0
RECENT_S = 120.0
GIVEN_UP_MAX = 1_000
CALLS_MAX = 20_000
"""More than can talk, or end while the store is asked, at once."""
DayEvent: TypeAlias = CallConnected | CallReleased | CallEnded | AgentStateChanged
SlotKey: TypeAlias = tuple[QueueId, int]


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of calls, as in `contact.day`; the wrap-ups are those that were seen."""

    offered: int = 0
    answered: int = 0
    answered_within: int = 0
    abandoned: int = 0
    abandoned_within: int = 0
    wait_sum_s: float = 0.0
    talked: int = 0
    talk_sum_s: float = 0.0
    wrap_ups: int = 0
    wrap_up_sum_s: float = 0.0

    def add(self, other: "Tally") -> None:
        """Add the counts of `other`."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    @property
    def share_of_offered(self) -> float | None:
        """The share of all offered calls that was answered in time; None without any."""
        return self.answered_within / self.offered if self.offered else None

    @property
    def share_without_short_abandons(self) -> float | None:
        """The same share without the callers who gave up within that time: nobody could be late for them."""
        counted = self.offered - self.abandoned_within
        return self.answered_within / counted if counted else None

    @property
    def asa_s(self) -> float | None:
        """The average speed of answer: the mean wait of answered calls; None without any."""
        return self.wait_sum_s / self.answered if self.answered else None

    @property
    def aht_s(self) -> float | None:
        """The average handling time: mean talk and mean wrap-up; None until both were seen."""
        if not self.talked or not self.wrap_ups:
            return None
        return self.talk_sum_s / self.talked + self.wrap_up_sum_s / self.wrap_ups


@dataclass(frozen=True, slots=True)
class _Talk:
    queue: QueueId
    joined_at: Seconds
    wait_s: float


def bounds_of_day(now: Seconds, zone: ZoneInfo) -> tuple[Seconds, Seconds]:
    """Return the midnights before and after `now` in `zone`; between them lie 23 to 25 hours."""
    today = datetime.fromtimestamp(now, zone).date()
    begins = datetime.combine(today, time(), zone)
    ends = datetime.combine(today + timedelta(days=1), time(), zone)
    return begins.timestamp(), ends.timestamp()


class Day:
    """Today's figures. `slots` is for reading only."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self.known = False
        self.begins_at: Seconds = 0.0
        self.ends_at: Seconds = 0.0
        self.slots: dict[SlotKey, Tally] = {}
        self.given_up: dict[QueueId, deque[Seconds]] = {}
        self.changed: set[SlotKey] = set()
        self._totals: dict[QueueId, Tally] = {}
        self._within: dict[QueueId, float] = {}
        self._talks: dict[CallId, _Talk] = {}
        self._wrap_ups: dict[AgentId, CallReleased] = {}
        self._ended: deque[CallEnded] | None = None

    def is_of(self, now: Seconds, within: Mapping[QueueId, float]) -> bool:
        """Say whether these are the figures of the day of `now`, counted by these service level times."""
        return self.known and self.begins_at <= now < self.ends_at and self._within == within

    def ask(
        self, *, begins_at: Seconds, ends_at: Seconds, within: Mapping[QueueId, float], now: Seconds
    ) -> ReadDay:
        """Begin to keep aside what ends, and return the question to the store."""
        self._ended = deque(maxlen=CALLS_MAX)
        return ReadDay(
            begins_at=begins_at,
            ends_at=ends_at,
            slot_s=SLOT_S,
            within=tuple(sorted(within.items())),
            recent_from=now - RECENT_S,
        )

    def start_from(self, asked: ReadDay, reply: DayTallies) -> None:
        """Take the store's answer, with the calls that talk now and those that ended meanwhile."""
        self.changed |= self.slots.keys()
        same_day = self.begins_at == asked.begins_at
        wrapped = {key: (one.wrap_ups, one.wrap_up_sum_s) for key, one in self.slots.items() if same_day}
        self.known, self.begins_at, self.ends_at = True, asked.begins_at, asked.ends_at
        self._within = dict(asked.within)
        self.slots = {(one.queue, one.slot): _tally(one) for one in reply.slots}
        for key, (count, sum_s) in wrapped.items():
            tally = self.slots.setdefault(key, Tally())
            tally.wrap_ups, tally.wrap_up_sum_s = count, sum_s
        for talk in self._talks.values():
            self._count_answered(talk.queue, talk.joined_at, talk.wait_s)
        ended, self._ended = self._ended or deque(), None
        for one in ended:
            if one.call not in reply.recent:
                self._count_ended(one)
        self.changed |= self.slots.keys()
        self._totals = {}

    def talking_are(
        self, talks: Iterable[tuple[CallId, QueueId, Seconds, Seconds]], up: Collection[CallId]
    ) -> None:
        """Take from routing who talks: call, queue, joined, connected. Talks of calls not `up` are over."""
        for call in [one for one in self._talks if one not in up]:
            del self._talks[call]
        for call, queue, joined_at, connected_at in talks:
            self._begin(call, _Talk(queue, joined_at, max(0.0, connected_at - joined_at)))

    def fold(self, event: DayEvent) -> None:
        """Move on by one fact."""
        match event:
            case CallConnected():
                self._begin(
                    event.call, _Talk(event.queue, event.joined_at, event.connected_at - event.joined_at)
                )
            case CallReleased():
                self._wrap_ups[event.agent] = event
            case CallEnded():
                self._fold_ended(event)
            case AgentStateChanged(old=AgentState.WRAP_UP, new=new) if new is not AgentState.WRAP_UP:
                self._end_wrap_up(event)
            case AgentStateChanged():
                pass

    def of(self, queue: QueueId) -> Tally:
        """Return the whole day of a queue, for reading only; it is summed up again after a change."""
        total = self._totals.get(queue)
        if total is None:
            total = self._totals[queue] = Tally()
            for (name, _), tally in self.slots.items():
                if name == queue:
                    total.add(tally)
        return total

    def given_up_since(self, queue: QueueId, moment: Seconds) -> int:
        """Return how many callers gave up in a queue at `moment` or later."""
        return sum(one >= moment for one in self.given_up.get(queue, ()))

    def _begin(self, call: CallId, talk: _Talk) -> None:
        if is_callback(call) or call in self._talks or len(self._talks) >= CALLS_MAX:
            return
        self._talks[call] = talk
        self._count_answered(talk.queue, talk.joined_at, talk.wait_s)

    def _fold_ended(self, event: CallEnded) -> None:
        talk = self._talks.pop(event.call, None)
        if event.outcome is Outcome.ABANDONED_QUEUE and event.queue is not None:
            self.given_up.setdefault(event.queue, deque(maxlen=GIVEN_UP_MAX)).append(event.ended_at)
        if self._ended is not None:
            self._ended.append(event)
        if talk is None:
            self._count_ended(event)
        else:
            _add_talk(self._tally(self._key(talk.queue, talk.joined_at)), event.talk_s)

    def _count_answered(self, queue: QueueId, joined_at: Seconds, wait_s: float) -> Tally | None:
        tally = self._tally(self._key(queue, joined_at))
        if tally is not None:
            tally.offered += 1
            tally.answered += 1
            tally.answered_within += wait_s <= self._within.get(queue, 0.0)
            tally.wait_sum_s += wait_s
        return tally

    def _count_ended(self, event: CallEnded) -> None:
        if event.queue is None or event.queued_at is None or is_callback(event.call):
            return
        if event.connected_at is not None:
            answered = self._count_answered(event.queue, event.queued_at, event.wait_s)
            _add_talk(answered, event.talk_s)
            return
        tally = self._tally(self._key(event.queue, event.queued_at))
        if tally is None:
            return
        tally.offered += 1
        if event.outcome is Outcome.ABANDONED_QUEUE:
            tally.abandoned += 1
            tally.abandoned_within += event.wait_s <= self._within.get(event.queue, 0.0)

    def _end_wrap_up(self, event: AgentStateChanged) -> None:
        released = self._wrap_ups.pop(event.agent, None)
        if released is None:
            return
        tally = self._tally(self._key(released.queue, released.connected_at))
        if tally is not None:
            tally.wrap_ups += 1
            tally.wrap_up_sum_s += max(0.0, event.since_at - released.released_at)

    def _key(self, queue: QueueId, joined_at: Seconds) -> SlotKey | None:
        if not self.known or not self.begins_at <= joined_at < self.ends_at:
            return None
        return queue, int((joined_at - self.begins_at) // SLOT_S)

    def _tally(self, key: SlotKey | None) -> Tally | None:
        if key is None:
            return None
        self.changed.add(key)
        self._totals.pop(key[0], None)
        return self.slots.setdefault(key, Tally())


def _add_talk(tally: Tally | None, talk_s: float) -> None:
    if tally is not None:
        tally.talked += 1
        tally.talk_sum_s += talk_s


def _tally(one: SlotTally) -> Tally:
    return Tally(
        offered=one.offered,
        answered=one.answered,
        answered_within=one.answered_within,
        abandoned=one.abandoned,
        abandoned_within=one.abandoned_within,
        wait_sum_s=one.wait_sum_s,
        talked=one.talked,
        talk_sum_s=one.talk_sum_s,
    )
