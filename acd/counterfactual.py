"""A recorded day run through other rules: the same callers, the same people at their desks, another routing.

Theory of operation. The very engine of the hotline runs on virtual time. Callers join when they did and ask
for what they did; agents sign in, pause and sign out when they did. What depends on the routing is no input
but follows from it. Where a duration was recorded for that call, that one is taken; else it is drawn, for
each call by chance of its own, so that every policy meets the same:

- patience: one who gave up does so after the same wait; one who was answered had more of it, and how much
  more is drawn as exponential with the mean that the day shows (all waiting time over the number who gave
  up; on a day on which nobody did, nobody ever does);
- ringing, talk and wrap-up of one who was not answered: as of some answered call of the same queue that day,
  or of any queue where it has none.

A caller whom the rules send out of the queue counts as not served. Callbacks of the day are left out: when
a citizen picks up, nobody knows. Each offer is answered while its agent is there; a wrap-up takes as long
as it did, at most the policy's limit. Outages of the link to the telephone exchange are not run again. How
far the model itself is from the truth is seen by running it under the recorded rules: that is the second of
the three columns.
"""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias

from acd.core.engine import Engine
from acd.core.pace import FIRST_ANSWER_S, FIRST_TALK_S, FIRST_WRAP_UP_S
from acd.core.policy import Policy
from acd.recorded_day import RecordedDay, Stay
from contact.commands import Command, LeaveQueue, OfferCall, Publish, RescindOffer
from contact.events import (
    AgentStateChanged,
    CallHungUp,
    Input,
    OfferAnswered,
    OfferFailed,
    TalkEnded,
    TalkStarted,
    TelephonyResynced,
    WrapUpCompleted,
)
from contact.explanation import OfferExplained
from contact.ids import AgentId, CallId, OfferId, QueueId
from contact.states import AgentState, OfferCause
from contact.times import Seconds

RUN_ON_S = 86_400.0
"""Callers who are still waiting so long after the end of the stretch are not waited for."""
_NORMAL_CLEARING = 16

Action: TypeAlias = Callable[[Seconds], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """One stay with everything that was not recorded drawn; `patience_s` None: waits for ever."""

    stay: Stay
    patience_s: float | None
    ring_s: float
    talk_s: float
    wrap_up_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of a stay. `agent` is None for one not answered; `wait_s` to the answer or the end."""

    wait_s: float
    agent: AgentId | None
    abandoned: bool


@dataclass(slots=True, kw_only=True)
class Course:
    """What one run came to, by call; `moves` is where agents stood."""

    fates: dict[CallId, Fate] = field(default_factory=dict)
    moves: list[AgentStateChanged] = field(default_factory=list)
    offers: int = 0


def draw(day: RecordedDay, seed: int) -> list[Caller]:
    """Return the day's callers, with what was not recorded drawn by `seed`."""
    gave_up = sum(stay.gave_up_after_s is not None for stay in day.stays)
    waited_s = sum(stay.wait_s or 0.0 for stay in day.stays)
    mean_s = waited_s / gave_up if gave_up else None
    answered = [stay for stay in day.stays if stay.talk_s is not None]
    alike: dict[QueueId, list[Stay]] = {}
    for stay in answered:
        alike.setdefault(stay.asked.queue, []).append(stay)
    callers = []
    for stay in day.stays:
        chance = random.Random(f"{seed}:{stay.call}")  # noqa: S311 - a simulation's chance, no secret
        callers.append(_draw_one(stay, alike.get(stay.asked.queue, answered), mean_s, chance))
    return callers


def recorded(day: RecordedDay) -> Course:
    """Return what really became of the day's stays."""
    course = Course(moves=day.moves)
    for stay in day.stays:
        wait_s = stay.wait_s or 0.0
        course.fates[stay.call] = Fate(
            wait_s=wait_s, agent=stay.agent, abandoned=stay.gave_up_after_s is not None
        )
    return course


def run(
    day: RecordedDay,
    callers: list[Caller],
    policy: Policy,
    progress: Callable[[float], None] | None = None,
) -> Course:
    """Return what becomes of `callers` under `policy`; `progress` hears how far the day is, 0 to 1."""
    model = _Model(day, policy, progress)
    model.run(callers)
    return model.course


def _draw_one(stay: Stay, alike: list[Stay], mean_s: float | None, chance: random.Random) -> Caller:
    more_s = chance.expovariate(1.0 / mean_s) if mean_s else None
    like = chance.choice(alike) if alike else stay
    patience_s = stay.gave_up_after_s
    if patience_s is None and more_s is not None:
        patience_s = (stay.wait_s or 0.0) + more_s
    return Caller(
        stay=stay,
        patience_s=patience_s,
        ring_s=_first(stay.ring_s, like.ring_s, FIRST_ANSWER_S),
        talk_s=_first(stay.talk_s, like.talk_s, FIRST_TALK_S),
        wrap_up_s=_first(stay.wrap_up_s, like.wrap_up_s, FIRST_WRAP_UP_S),
    )


def _first(own: float | None, like: float | None, otherwise: float) -> float:
    if own is not None:
        return own
    return like if like is not None else otherwise


class _Model:
    """One run: a heap of what callers, phones and agents will do, and the engine's own deadlines between."""

    def __init__(self, day: RecordedDay, policy: Policy, progress: Callable[[float], None] | None) -> None:
        self._day = day
        self._progress = progress
        self._engine = Engine(policy=policy, run="replay", untold=frozenset({OfferExplained}))
        self._heap: list[tuple[Seconds, int, Action]] = []
        self._sequence = 0
        self._waiting: dict[CallId, Caller] = {}
        self._talking: dict[CallId, Caller] = {}
        self._ringing: dict[OfferId, OfferCall] = {}
        self.course = Course()

    def run(self, callers: list[Caller]) -> None:
        day, engine, heap = self._day, self._engine, self._heap
        self._tell(TelephonyResynced(calls=(), waiting=(), offers=(), phones=()), day.begins_at)
        for at, wish in day.wishes:
            self._plan(max(at, day.begins_at), partial(self._tell, wish))
        for caller in callers:
            self._plan(max(caller.stay.joined_at, day.begins_at), partial(self._join, caller))
        last_at = day.ends_at + RUN_ON_S
        steps = 0
        while True:
            deadline = engine.next_deadline()
            planned_at = heap[0][0] if heap else None
            if planned_at is not None and (deadline is None or planned_at < deadline):
                at, _, action = heapq.heappop(heap)
                action(at)
            elif deadline is not None and deadline <= last_at:
                at = deadline
                self._carry_out(engine.advance(deadline), deadline)
            else:
                break
            steps += 1
            if self._progress is not None and steps % 1_000 == 0:
                self._progress(min(1.0, (at - day.begins_at) / (day.ends_at - day.begins_at)))
        for caller in self._waiting.values():
            self._settle(caller, last_at, None, abandoned=False)

    def _join(self, caller: Caller, now: Seconds) -> None:
        call = caller.stay.call
        self._waiting[call] = caller
        if caller.patience_s is not None:
            self._plan(caller.stay.joined_at + caller.patience_s, partial(self._give_up, call))
        self._tell(replace(caller.stay.asked, joined_at=caller.stay.joined_at), now)

    def _give_up(self, call: CallId, now: Seconds) -> None:
        caller = self._waiting.pop(call, None)
        if caller is not None:
            self._settle(caller, now, None, abandoned=True)
            self._tell(CallHungUp(call=call, cause=_NORMAL_CLEARING), now)

    def _leave(self, call: CallId, now: Seconds) -> None:
        """Let a caller go whom the rules send out of the queue: what comes then is not modelled."""
        caller = self._waiting.pop(call, None)
        if caller is not None:
            self._settle(caller, now, None, abandoned=False)
            self._tell(CallHungUp(call=call, cause=_NORMAL_CLEARING), now)

    def _answer(self, offer: OfferId, now: Seconds) -> None:
        order = self._ringing.pop(offer, None)
        caller = self._waiting.pop(order.call, None) if order is not None else None
        if order is None or caller is None:
            return
        self._settle(caller, now, order.agent, abandoned=False)
        self._talking[order.call] = caller
        self._plan(now + caller.talk_s, partial(self._end_talk, offer, order.call))
        self._tell(OfferAnswered(offer=offer), now)
        self._tell(TalkStarted(offer=offer, call=order.call), now)

    def _end_talk(self, offer: OfferId, call: CallId, now: Seconds) -> None:
        self._tell(TalkEnded(offer=offer), now)
        self._tell(CallHungUp(call=call, cause=_NORMAL_CLEARING), now)
        del self._talking[call]

    def _settle(self, caller: Caller, now: Seconds, agent: AgentId | None, *, abandoned: bool) -> None:
        wait_s = max(0.0, now - caller.stay.joined_at)
        self.course.fates[caller.stay.call] = Fate(wait_s=wait_s, agent=agent, abandoned=abandoned)

    def _tell(self, event: Input, now: Seconds) -> None:
        self._carry_out(self._engine.handle(event, now), now)

    def _carry_out(self, commands: tuple[Command, ...], now: Seconds) -> None:
        stopped = []
        left = []
        for command in commands:
            match command:
                case OfferCall():
                    self._ring(command, now)
                case LeaveQueue():
                    left.append(command.call)
                case RescindOffer():
                    stopped.append(command.offer)
                case Publish(fact=AgentStateChanged() as moved) if moved.old is not moved.new:
                    self._note(moved, now)
                case _:
                    pass
        for offer in stopped:
            if self._ringing.pop(offer, None) is not None:
                self._tell(OfferFailed(offer=offer, cause=OfferCause.WITHDRAWN), now)
        for call in left:
            self._leave(call, now)

    def _ring(self, order: OfferCall, now: Seconds) -> None:
        self.course.offers += 1
        self._ringing[order.offer] = order
        self._plan(
            now + min(self._waiting[order.call].ring_s, order.ring_timeout_s),
            partial(self._answer, order.offer),
        )

    def _note(self, fact: AgentStateChanged, now: Seconds) -> None:
        self.course.moves.append(fact)
        caller = self._talking.get(fact.call) if fact.call is not None else None
        if fact.new is not AgentState.WRAP_UP or caller is None or fact.until_at is None:
            return
        if now + caller.wrap_up_s < fact.until_at:
            done = WrapUpCompleted(agent=fact.agent, call=caller.stay.call)
            self._plan(now + caller.wrap_up_s, partial(self._tell, done))

    def _plan(self, at: Seconds, action: Action) -> None:
        self._sequence += 1
        heapq.heappush(self._heap, (at, self._sequence, action))
