"""What a recording says of its callers and agents, apart from how calls were routed.

A *stay* is one caller's time in a queue with what is known of it: how long they were willing to wait, how
long ringing, talk and wrap-up took. What the record cannot know stays None: an answered caller's patience is
only known to be longer than the wait, and nobody knows how long a talk would have been that never was.
A *wish* is what people did of their own accord: signing in and out, pausing, a phone that went away. A phone
that was merely in use was so because of the calls as they were routed then, so that counts as being there;
an agent taken out for not answering counts as having asked for it, because nobody was at the desk.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias, cast

from acd.core.call import Place
from acd.core.offering import TAKEN_OUT
from acd.journal import EntryKind
from acd.recording import Recording, Step, retrace
from contact import codec
from contact.events import (
    AgentConfigured,
    AgentRemoved,
    AgentStateChanged,
    AvailabilityRequested,
    CallConnected,
    CallEnded,
    CallLeftQueue,
    CallQueued,
    CallReleased,
    CallWaiting,
    Fact,
    Input,
    OfferEnded,
    PhoneChanged,
    TelephonyResynced,
)
from contact.ids import AgentId, CallId, Extension, QueueId, is_callback
from contact.states import AgentState, Availability, OfferState, Outcome, PhoneState
from contact.times import Seconds

Wish: TypeAlias = AgentConfigured | AgentRemoved | AvailabilityRequested | PhoneChanged

_READ = tuple(
    f'{{"type":"{kind.__name__}"'
    for kind in (
        CallQueued,
        TelephonyResynced,
        AgentConfigured,
        AgentRemoved,
        AvailabilityRequested,
        PhoneChanged,
    )
)
"""How the inputs begin that are read here; the others, most of a day, are left to the engine alone."""


@dataclass(slots=True, kw_only=True)
class Stay:
    """One caller in one queue as recorded; `gave_up_after_s`, `agent` and durations not known are None."""

    asked: CallQueued
    joined_at: Seconds
    wait_s: float | None = None
    gave_up_after_s: float | None = None
    agent: AgentId | None = None
    ring_s: float | None = None
    talk_s: float | None = None
    wrap_up_s: float | None = None

    @property
    def call(self) -> CallId:
        """The call's id; a later stay of the same call has its number behind it."""
        return self.asked.call


@dataclass(slots=True, kw_only=True)
class RecordedDay:
    """Stays in the order of joining, wishes in the order in which they came, and where agents spent time."""

    begins_at: Seconds
    ends_at: Seconds
    stays: list[Stay] = field(default_factory=list)
    wishes: list[tuple[Seconds, Wish]] = field(default_factory=list)
    moves: list[AgentStateChanged] = field(default_factory=list)
    left_out: int = 0
    refused: int = 0


def read_day(recording: Recording) -> RecordedDay:
    """Return what `recording` says, by taking all of it again under its own rules."""
    reader = _Reader(recording)
    for step in retrace(recording, explains=False):
        reader.take(step)
    return reader.finish()


class _Reader:
    def __init__(self, recording: Recording) -> None:
        self.day = RecordedDay(begins_at=recording.begins_at, ends_at=recording.ends_at)
        self._begun = False
        self._asked: dict[CallId, CallQueued] = {}
        self._open: dict[CallId, Stay] = {}
        self._stays: dict[CallId, int] = {}
        self._wrapping: dict[AgentId, tuple[Stay, Seconds]] = {}
        self._away: dict[Extension, bool] = {}

    def take(self, step: Step) -> None:
        at = step.entry.at
        if not self._begun and at >= self.day.begins_at:
            self._begin(step)
        event = _event(step)
        for asked in _asked(event):
            self._asked[asked.call] = asked
        if not self._begun or at >= self.day.ends_at:
            return
        self.day.refused += bool(step.refused)
        if event is not None:
            for wish in _wishes(event):
                self._wish(at, wish)
        for fact in step.facts:
            self._fact(fact, at)

    def finish(self) -> RecordedDay:
        """Close what is still open at the end: those callers were waiting yet."""
        for stay in self._open.values():
            if stay.wait_s is None:
                stay.wait_s = max(0.0, self.day.ends_at - stay.joined_at)
        return self.day

    def _begin(self, step: Step) -> None:
        self._begun = True
        at = self.day.begins_at
        kept = step.engine.snapshot()
        self.day.left_out = sum(
            one.joined_at is not None and one.joined_at < at and one.place is not Place.AFTER
            for one in kept.calls
        )
        for agent in kept.agents:
            self._wish(
                at,
                AgentConfigured(
                    agent=agent.agent,
                    name=agent.name,
                    extension=agent.extension,
                    skills=agent.skills,
                    wrap_up_s=agent.wrap_up_s,
                ),
            )
            self._wish(at, PhoneChanged(extension=agent.extension, state=agent.phone))
            if agent.availability is not Availability.LOGGED_OUT:
                self._wish(
                    at,
                    AvailabilityRequested(
                        agent=agent.agent,
                        availability=agent.availability,
                        reason=agent.reason,
                        by=agent.agent,
                    ),
                )
            self.day.moves.append(replace(agent.as_fact(agent.state), since_at=at))

    def _wish(self, at: Seconds, wish: Wish) -> None:
        if isinstance(wish, PhoneChanged):
            away = wish.state is PhoneState.UNREACHABLE
            if self._away.get(wish.extension) == away:
                return
            self._away[wish.extension] = away
            wish = replace(wish, state=PhoneState.UNREACHABLE if away else PhoneState.IDLE)
        self.day.wishes.append((at, wish))

    def _fact(self, fact: Fact, at: Seconds) -> None:
        match fact:
            case CallWaiting() if is_callback(fact.call):
                self.day.left_out += 1
            case CallWaiting():
                self._join(fact)
            case OfferEnded() if fact.state is OfferState.ACCEPTED and fact.call in self._open:
                self._open[fact.call].ring_s = fact.ring_s
            case CallConnected() if fact.call in self._open:
                stay = self._open[fact.call]
                stay.agent, stay.wait_s = fact.agent, max(0.0, fact.connected_at - stay.joined_at)
            case CallReleased() if fact.call in self._open:
                self._open[fact.call].talk_s = max(0.0, fact.released_at - fact.connected_at)
            case AgentStateChanged():
                self._moved(fact, at)
            case CallLeftQueue() if fact.call in self._open:
                stay = self._open.pop(fact.call)
                stay.wait_s = stay.gave_up_after_s = max(0.0, at - stay.joined_at)
            case CallEnded():
                self._ended(fact)
            case _:
                pass

    def _join(self, fact: CallWaiting) -> None:
        number = self._stays[fact.call] = self._stays.get(fact.call, 0) + 1
        asked = self._asked[fact.call]
        if number > 1:
            asked = replace(asked, call=CallId(f"{fact.call}/{number}"))
        stay = Stay(asked=asked, joined_at=fact.joined_at)
        self._open[fact.call] = stay
        self.day.stays.append(stay)

    def _moved(self, fact: AgentStateChanged, at: Seconds) -> None:
        if fact.old is fact.new:
            return
        self.day.moves.append(fact)
        began = self._wrapping.pop(fact.agent, None)
        if began is not None and fact.old is AgentState.WRAP_UP:
            began[0].wrap_up_s = max(0.0, fact.since_at - began[1])
        if fact.new is AgentState.WRAP_UP and fact.call in self._open:
            self._wrapping[fact.agent] = (self._open[fact.call], fact.since_at)
        if fact.new is AgentState.NOT_READY and fact.reason in TAKEN_OUT.values():
            self._wish(
                at,
                AvailabilityRequested(
                    agent=fact.agent, availability=Availability.NOT_READY, reason=fact.reason, by=fact.agent
                ),
            )

    def _ended(self, fact: CallEnded) -> None:
        stay = self._open.pop(fact.call, None)
        if stay is None or stay.wait_s is not None:
            return
        stay.wait_s = max(0.0, fact.ended_at - stay.joined_at)
        if fact.outcome in (Outcome.ABANDONED_QUEUE, Outcome.OVERFLOWED, Outcome.FALLBACK):
            stay.gave_up_after_s = stay.wait_s


def _event(step: Step) -> Input | None:
    """Return the input that was taken, where it is of a kind that matters here."""
    entry = step.entry
    if entry.kind is not EntryKind.EVENT or step.refused or not entry.body.startswith(_READ):
        return None
    return cast("Input", codec.decode(entry.body))


def _asked(event: Input | None) -> Iterator[CallQueued]:
    if isinstance(event, CallQueued):
        yield event
    elif isinstance(event, TelephonyResynced):
        yield from event.waiting


def _wishes(event: Input) -> Iterator[Wish]:
    if isinstance(event, Wish):
        yield event
    elif isinstance(event, TelephonyResynced):
        yield from event.phones


def queues_of(day: RecordedDay) -> tuple[QueueId, ...]:
    """Return the queues that anybody joined, by id."""
    return tuple(sorted({stay.asked.queue for stay in day.stays}))
