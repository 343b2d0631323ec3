"""The driver: runs the very engine of the hotline on virtual time against random callers and agents.

Theory of operation. One heap holds what callers, phones and agents will do; the engine's own deadlines are
asked for between any two of them. Whatever comes up first is told to the engine, and what the engine
orders is carried out at once: an offer rings and is answered after the drawn time. Everything about a call
(type, talk, wrap-up, patience) is drawn when it arrives, from a stream of its own, so that the same seed
brings the same callers under any rules and any staff.

After the last half hour no call arrives any more and the last agents stay until nobody is left; callers
whom no agent there may serve, and who never give up, are counted as `unserved`.
"""

import heapq
import random
from bisect import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate
from typing import TypeAlias, get_args

from acd.core.engine import Engine
from acd.core.measures import AgentTimes
from acd.core.offering import TAKEN_OUT
from acd.sim.workload import HALF_HOUR_S, CallType, Workload
from contact.commands import Command, LeaveQueue, OfferCall, Publish, RescindOffer
from contact.events import (
    AgentConfigured,
    AgentStateChanged,
    AvailabilityRequested,
    CallHungUp,
    CallQueued,
    Fact,
    Input,
    OfferAnswered,
    OfferFailed,
    PhoneChanged,
    TalkEnded,
    TalkStarted,
    TelephonyResynced,
    WrapUpCompleted,
)
from contact.ids import E164, AgentId, CallId, ChannelName, Extension, Language, LegId, OfferId
from contact.states import AgentState, Availability, OfferCause, PhoneState
from contact.times import Seconds

BACK_AFTER_S = 60.0
"""An agent who was taken out after missed offers asks for calls again so much later."""

_CALLER = E164("+48000000000")
_LANGUAGE = Language("pl")
_NORMAL_CLEARING = 16

_UNTOLD = frozenset(get_args(Fact)) - {AgentStateChanged}
"""What becomes of the callers the driver knows by itself."""

Action: TypeAlias = Callable[[Seconds], None]


@dataclass(slots=True, eq=False)
class SimulatedCall:
    """One caller: what was drawn for them and what became of them.

    `wait_s` is None while they wait. At most one of `answered`, `abandoned` and `blocked` is true in the
    end; a caller who is none of them was still waiting when the run ended.
    """

    call: CallId
    kind: CallType
    joined_at: Seconds
    talk_s: float
    wrap_up_s: float
    patience_s: float | None
    wait_s: float | None = None
    answered: bool = False
    abandoned: bool = False
    blocked: bool = False


@dataclass(slots=True, kw_only=True)
class Run:
    """What one run of a workload came to. `steps` counts the engine's steps; `calls` are in arrival order."""

    calls: list[SimulatedCall] = field(default_factory=list)
    agents: AgentTimes
    steps: int = 0
    offers: int = 0


def simulate(
    workload: Workload, chance: random.Random, progress: Callable[[float], None] | None = None
) -> Run:
    """Return what becomes of `workload` with this `chance`; `progress` hears of each half hour, 0 to 1."""
    driver = Driver(workload, chance, progress)
    driver.run()
    return driver.outcome


class Driver:
    """One run of one workload."""

    def __init__(
        self, workload: Workload, chance: random.Random, progress: Callable[[float], None] | None = None
    ) -> None:
        """Prepare the run; all its chance comes from `chance`."""
        self._workload = workload
        self._progress = progress
        self._begins_at = workload.begins_s
        self._callers = random.Random(chance.getrandbits(64))  # noqa: S311 - a simulation's chance, no secret
        self._draw_ring_s = workload.ring.drawer(random.Random(chance.getrandbits(64)))  # noqa: S311 - the same
        self._engine = Engine(policy=workload.policy, run="sim", untold=_UNTOLD)
        self._heap: list[tuple[Seconds, int, Action]] = []
        self._sequence = 0
        self._arrivals = self._draw_arrivals()
        self._up: dict[CallId, SimulatedCall] = {}
        self._ringing: dict[OfferId, SimulatedCall] = {}
        self._rostered: set[AgentId] = set()
        self._to_come = True
        self._talking = 0
        self.outcome = Run(
            agents=AgentTimes(
                begins_at=self._begins_at,
                slot_s=HALF_HOUR_S,
                counts_from_at=self._begins_at + workload.warm_up_s,
            )
        )

    def run(self) -> None:
        """Run to the end of the last call."""
        self._configure_agents()
        self._begin_half_hour(0, self._begins_at)
        self._next_arrival()
        heap, engine = self._heap, self._engine
        while self._up or self._to_come:
            deadline = engine.next_deadline()
            if heap and (deadline is None or heap[0][0] < deadline):
                at, _, action = heapq.heappop(heap)
                action(at)
            elif deadline is not None:
                self.outcome.steps += 1
                self._carry_out(engine.advance(deadline), deadline)
            else:
                break
        self.outcome.agents.close(self._begins_at + len(self._workload.calls) * HALF_HOUR_S)

    def _configure_agents(self) -> None:
        now = self._begins_at
        phones = []
        for number, group in enumerate(self._workload.groups):
            for one in range(max(group.on, default=0)):
                agent, extension = _agent_id(group.name, one), Extension(f"{number + 1}{one:04d}")
                self._tell(
                    AgentConfigured(agent=agent, name=agent, extension=extension, skills=group.skills), now
                )
                phones.append(PhoneChanged(extension=extension, state=PhoneState.IDLE))
        self._tell(TelephonyResynced(calls=(), waiting=(), offers=(), phones=tuple(phones)), now)

    def _begin_half_hour(self, slot: int, now: Seconds) -> None:
        for group in self._workload.groups:
            before = group.on[slot - 1] if slot else 0
            for one in range(before, group.on[slot]):
                agent = _agent_id(group.name, one)
                self._rostered.add(agent)
                self._ask(now, agent, Availability.READY)
            for one in range(group.on[slot], before):
                agent = _agent_id(group.name, one)
                self._rostered.discard(agent)
                self._ask(now, agent, Availability.LOGGED_OUT)
        if self._progress is not None:
            self._progress(slot / len(self._workload.calls))
        if slot + 1 < len(self._workload.calls):
            self._plan(now + HALF_HOUR_S, partial(self._begin_half_hour, slot + 1))

    def _ask(self, now: Seconds, agent: AgentId, availability: Availability) -> None:
        self._tell(AvailabilityRequested(agent=agent, availability=availability, reason="", by=agent), now)

    def _draw_arrivals(self) -> Iterator[SimulatedCall]:
        """Yield every caller in order of arrival, at a rate that is the same within each half hour."""
        chance, types = self._callers, self._workload.types
        limits = list(accumulate(one.weight for one in types))
        draws = [(t.talk.drawer(chance), t.wrap_up.drawer(chance), _patience(t, chance)) for t in types]
        number = 0
        for slot, expected in enumerate(self._workload.calls):
            at = self._begins_at + slot * HALF_HOUR_S
            ends_at = at + HALF_HOUR_S
            while expected > 0 and (at := at + chance.expovariate(expected / HALF_HOUR_S)) < ends_at:
                kind = min(bisect(limits, chance.random() * limits[-1]), len(types) - 1)
                talk, wrap_up, patience = draws[kind]
                number += 1
                yield SimulatedCall(CallId(f"s{number}"), types[kind], at, talk(), wrap_up(), patience())

    def _next_arrival(self) -> None:
        call = next(self._arrivals, None)
        if call is None:
            self._to_come = False
        else:
            self._plan(call.joined_at, partial(self._arrive, call))

    def _arrive(self, call: SimulatedCall, now: Seconds) -> None:
        self.outcome.calls.append(call)
        self._next_arrival()
        self._up[call.call] = call
        self._tell(
            CallQueued(
                call=call.call,
                leg=LegId(call.call),
                channel=ChannelName(call.call),
                caller=_CALLER,
                queue=call.kind.queue,
                requirement=call.kind.requirement,
                priority=call.kind.priority,
                language=_LANGUAGE,
                joined_at=now,
            ),
            now,
        )
        places = self._workload.waiting_places
        if places is not None and self._waiting > places:
            call.blocked = True
            self._hang_up(call, now)
        elif call.patience_s is not None:
            self._plan(now + call.patience_s, partial(self._give_up, call))

    @property
    def _waiting(self) -> int:
        """How many calls wait and ring nowhere."""
        return len(self._up) - len(self._ringing) - self._talking

    def _give_up(self, call: SimulatedCall, now: Seconds) -> None:
        if call.wait_s is not None:
            return
        call.abandoned = True
        self._hang_up(call, now)

    def _hang_up(self, call: SimulatedCall, now: Seconds) -> None:
        call.wait_s = now - call.joined_at
        del self._up[call.call]
        self._tell(CallHungUp(call=call.call, cause=_NORMAL_CLEARING), now)

    def _answer(self, offer: OfferId, now: Seconds) -> None:
        call = self._ringing.pop(offer, None)
        if call is None:
            return
        call.answered, call.wait_s = True, now - call.joined_at
        self._talking += 1
        self._plan(now + call.talk_s, partial(self._end_talk, offer, call))
        self._tell(OfferAnswered(offer=offer), now)
        self._tell(TalkStarted(offer=offer, call=call.call), now)

    def _miss(self, offer: OfferId, now: Seconds) -> None:
        if self._ringing.pop(offer, None) is not None:
            self._tell(OfferFailed(offer=offer, cause=OfferCause.NO_ANSWER), now)

    def _end_talk(self, offer: OfferId, call: SimulatedCall, now: Seconds) -> None:
        self._tell(TalkEnded(offer=offer), now)
        self._tell(CallHungUp(call=call.call, cause=_NORMAL_CLEARING), now)
        del self._up[call.call]
        self._talking -= 1

    def _come_back(self, agent: AgentId, now: Seconds) -> None:
        if agent in self._rostered:
            self._ask(now, agent, Availability.READY)

    def _tell(self, event: Input, now: Seconds) -> None:
        self.outcome.steps += 1
        self._carry_out(self._engine.handle(event, now), now)

    def _carry_out(self, commands: tuple[Command, ...], now: Seconds) -> None:
        stopped = []
        left = []
        for command in commands:
            if isinstance(command, Publish):
                if isinstance(command.fact, AgentStateChanged):
                    self._note(command.fact, now)
            elif isinstance(command, OfferCall):
                self._ring(command, now)
            elif isinstance(command, RescindOffer):
                stopped.append(command.offer)
            elif isinstance(command, LeaveQueue):
                left.append(command.call)
        for offer in stopped:
            if self._ringing.pop(offer, None) is not None:
                self._tell(OfferFailed(offer=offer, cause=OfferCause.WITHDRAWN), now)
        for leaver in left:
            self._hang_up(self._up[leaver], now)

    def _ring(self, order: OfferCall, now: Seconds) -> None:
        self.outcome.offers += 1
        self._ringing[order.offer] = self._up[order.call]
        ring_s = self._draw_ring_s()
        if ring_s < order.ring_timeout_s:
            self._plan(now + ring_s, partial(self._answer, order.offer))
        else:
            self._plan(now + order.ring_timeout_s, partial(self._miss, order.offer))

    def _note(self, fact: AgentStateChanged, now: Seconds) -> None:
        self.outcome.agents.take(fact)
        if fact.new is AgentState.WRAP_UP:
            call = self._up.get(fact.call) if fact.call is not None else None
            if call is not None and fact.until_at is not None and now + call.wrap_up_s < fact.until_at:
                done = WrapUpCompleted(agent=fact.agent, call=call.call)
                self._plan(now + call.wrap_up_s, partial(self._tell, done))
        elif fact.new is AgentState.NOT_READY and fact.reason in TAKEN_OUT.values():
            self._plan(now + BACK_AFTER_S, partial(self._come_back, fact.agent))

    def _plan(self, at: Seconds, action: Action) -> None:
        self._sequence += 1
        heapq.heappush(self._heap, (at, self._sequence, action))


def _agent_id(group: str, number: int) -> AgentId:
    return AgentId(f"{group}-{number + 1:03d}")


def _patience(kind: CallType, chance: random.Random) -> Callable[[], float | None]:
    return (lambda: None) if kind.patience is None else kind.patience.drawer(chance)
