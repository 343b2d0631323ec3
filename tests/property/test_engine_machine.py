"""Random histories of the engine against a pretend exchange: what may never happen, never does."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from acd.core.drift import Fault
from acd.core.engine import Engine
from acd.core.policy import (
    CallbackPolicy,
    KeyChoice,
    OverflowCause,
    OverflowStep,
    Policy,
    QueuePolicy,
    Relaxation,
    Strategy,
)
from acd.core.skills import matches, parse
from acd.core.snapshot import Snapshot
from contact import codec
from contact.callbacks import (
    CallbackAttempted,
    CallbackDialled,
    CallbackOrdered,
    CallbackRested,
    CallbackResumed,
    CallbackWithdrawn,
)
from contact.commands import Command, Destination, Publish
from contact.consult import (
    ConsultEndRequested,
    ConsultJoinRequested,
    ConsultRequested,
    HandOverRequested,
    Party,
    PartyKind,
)
from contact.events import (
    AgentConfigured,
    AgentStateChanged,
    AvailabilityRequested,
    CallConnected,
    CallEnded,
    CallLeftQueue,
    CallOffered,
    CallWaiting,
    Input,
    OfferDeclined,
    OfferEnded,
    PhoneChanged,
    TelephonyLost,
    WrapUpCompleted,
    WrapUpExtended,
)
from contact.ids import (
    E164,
    AgentId,
    CallId,
    Extension,
    Language,
    QueueId,
    Skill,
    callback_id,
    is_callback,
)
from contact.opening import Window
from contact.states import AgentState, Availability, OfferCause, Outcome, PhoneState
from contact.steering import CallMoved, CallReranked, KeyPressed, OwnerFound, PriorityChanged, WaitEstimated
from contact.talk import (
    HangUpRequested,
    HoldRequested,
    PageLost,
    RejoinRequested,
    ResumeRequested,
    TalkInput,
    TransferRequested,
)
from contact.talk_recording import (
    RecordingDiscardRequested,
    RecordingPauseRequested,
    RecordingResumeRequested,
    RecordingState,
)
from tests.fakes.exchange import Exchange

SKILLS = {
    "anna": (("pl", 80), ("roads", 80)),
    "bartek": (("pl", 80), ("waste", 60)),
    "celina": (("pl", 50), ("uk", 80), ("roads", 30), ("general", 70)),
    "dorota": (("pl", 80), ("roads", 60), ("waste", 60)),
}
HOURS = Window(days=frozenset(range(7)), opens=13 * 60 + 50, closes=13 * 60 + 52)
"""Two minutes of the day, soon after a history begins (at 13:46:40)."""
PL = Language("pl")
NUMBERS = [f"+4860070070{n}" for n in range(4)]
POLICY = Policy(
    queues={
        QueueId("roads"): QueuePolicy(
            queue=QueueId("roads"),
            requirement=parse("roads>=60"),
            relaxations=(Relaxation(after_s=30, requirement=parse("roads | general>=60")),),
            overflow=(OverflowStep(after_s=60.0, leave=Destination.CALLBACK),),
            callback=CallbackPolicy(attempts_max=2, gap_s=20.0, dial_timeout_s=10.0, expires_s=600.0),
        ),
        QueueId("waste"): QueuePolicy(
            queue=QueueId("waste"),
            requirement=parse("waste"),
            wrap_up_s=0.0,
            callback=CallbackPolicy(attempts_max=3, gap_s=0.0, hours=(HOURS,)),
        ),
        QueueId("any"): QueuePolicy(queue=QueueId("any"), priority=1),
    },
    wrap_up_s=20.0,
)
OTHER_POLICY = Policy(
    queues={
        QueueId("roads"): QueuePolicy(
            queue=QueueId("roads"),
            requirement=parse("roads>=30"),
            strategy=Strategy.WEIGHTED,
            last_agent_s=15.0,
            callback=CallbackPolicy(attempts_max=1, gap_s=5.0),
            owner_s=10.0,
            redial_keep_s=30.0,
            expected_wait_max_s=120.0,
            waiting_per_agent_max=2.0,
            overflow=(
                OverflowStep(after_s=40.0, queue=QueueId("waste")),
                OverflowStep(after_s=90.0, leave=Destination.MESSAGE),
                OverflowStep(on=OverflowCause.SLOW, leave=Destination.VOICEMAIL),
                OverflowStep(on=OverflowCause.CROWDED, queue=QueueId("any")),
            ),
        ),
        QueueId("waste"): QueuePolicy(
            queue=QueueId("waste"),
            requirement=parse("waste"),
            waiting_max=3,
            keys=(
                KeyChoice(key="1", leave=Destination.VOICEMAIL),
                KeyChoice(key="2", leave=Destination.MENU),
                KeyChoice(key="33", queue=QueueId("any")),
                KeyChoice(key="4", consents=True),
            ),
            recording_percent=100,
            overflow=(OverflowStep(on=OverflowCause.FULL, queue=QueueId("any")),),
        ),
        QueueId("any"): QueuePolicy(
            queue=QueueId("any"),
            recording_percent=100,
            leave_empty=frozenset({AgentState.LOGGED_OUT, AgentState.NOT_READY}),
            join_empty=frozenset({AgentState.LOGGED_OUT}),
            overflow=(OverflowStep(on=OverflowCause.EMPTY, leave=Destination.HANGUP),),
        ),
    },
    wrap_up_s=10.0,
)
"""Everything that the other policy has not: a ladder, keys, full and empty queues, another strategy."""
AGENTS = sorted(SKILLS)


class EngineMachine(RuleBasedStateMachine):
    """Whatever callers, agents, phones and links do, in any order."""

    @initialize()
    def set_up(self) -> None:
        self.now = 1_000_000.0
        self.policy = POLICY
        self.kept: dict[str, str] = {}
        self.engine = Engine(policy=POLICY, run="t")
        self.exchange = Exchange()
        self.link_up = True
        self.arrived: set[str] = set()
        self.ended: Counter[str] = Counter()
        self.joined: dict[str, CallWaiting] = {}
        self.waiting: dict[str, tuple[int, float, str]] = {}
        self.left: set[str] = set()
        self.offers = 0
        self.state_of: dict[str, AgentState] = {}
        self.counted: Counter[str] = Counter()
        self.orders = 0
        for number, agent in enumerate(AGENTS):
            extension = Extension(str(2001 + number))
            self.exchange.phones[extension] = PhoneState.IDLE
            self.tell(
                AgentConfigured(
                    agent=AgentId(agent),
                    name=agent,
                    extension=extension,
                    skills=tuple((Skill(s), level) for s, level in SKILLS[agent]),
                )
            )
        self.tell(self.exchange.report())
        for agent in AGENTS[1:]:
            self.agent_asks(agent, Availability.READY)

    def tell(self, *events: Input) -> None:
        """Give events to the engine, carry out what it orders, and so on until nothing follows."""
        pending = list(events)
        while pending:
            event = pending.pop(0)
            self.kept = self.kept_calls()
            pending += self.obey(self.engine.handle(event, self.now))

    def obey(self, commands: tuple[Command, ...]) -> list[Input]:
        for command in commands:
            if isinstance(command, Publish):
                self.note(command.fact)
        return self.exchange.carry_out(commands) if self.link_up else []

    def note(self, fact: object) -> None:
        match fact:
            case CallWaiting():
                self.joined[fact.call] = fact
                self.left.discard(fact.call)
                self.waiting[fact.call] = (-fact.priority, fact.joined_at, fact.call)
            case OfferEnded() if fact.state != "accepted" and fact.call not in {*self.ended, *self.left}:
                self.waits_again(fact.call)
            case CallReranked():
                joined = self.joined[fact.call] = replace(self.joined[fact.call], priority=fact.priority)
                if fact.call in self.waiting:
                    self.waiting[fact.call] = (-joined.priority, joined.joined_at, fact.call)
            case CallEnded():
                self.ended[fact.call] += 1
                talked = (Outcome.CONNECTED, Outcome.CALLED_BACK)
                assert fact.outcome in talked or fact.call not in self.exchange.talked
                self.waiting.pop(fact.call, None)
            case CallConnected() | CallLeftQueue():
                self.waiting.pop(fact.call, None)
                if isinstance(fact, CallLeftQueue):
                    self.left.add(fact.call)
            case AgentStateChanged():
                assert self.state_of.get(fact.agent, fact.old) is fact.old
                self.state_of[fact.agent] = fact.new
            case CallOffered():
                self.check_rank(fact)
            case _:
                self.note_callback(fact)

    def note_callback(self, fact: object) -> None:
        match fact:
            case CallbackResumed():
                self.waits_again(fact.call)
            case CallbackRested():
                self.waiting.pop(fact.call, None)
            case CallbackDialled():
                self.counted[fact.call] = fact.attempt
            case CallbackAttempted():
                self.counted[fact.call] = fact.attempt
                self.waits_again(fact.call)
            case _:
                pass

    def waits_again(self, call: str) -> None:
        joined = self.joined[CallId(call)]
        self.waiting[call] = (-joined.priority, joined.joined_at, call)

    def check_rank(self, fact: CallOffered) -> None:
        """No waiting caller of higher rank whom this agent could have taken is passed over."""
        self.offers += 1
        levels = {Skill(s): level for s, level in SKILLS[fact.agent]}
        rank = self.waiting.pop(fact.call)
        for call, other in self.waiting.items():
            joined = self.joined[call]
            before_this_instant = self.now - 1e-6
            asked = self.policy.queue(joined.queue).requirement_at(joined.joined_at, before_this_instant)
            is_tie = other[:2] == rank[:2] and (self.has_lent(call) or self.has_lent(fact.call))
            assert other > rank or is_tie or not matches(asked, levels) or self.is_kept(call, fact.agent)

    def has_lent(self, call: str) -> bool:
        """Whether a caller's place among those who joined in the same instant is, or was, a callback's."""
        return is_callback(CallId(call)) or callback_id(call) in self.joined

    def kept_calls(self) -> dict[str, str]:
        """Return the calls that are kept for their caller's last agent."""
        calls = self.engine.snapshot().calls
        return {one.call: one.kept_for for one in calls if one.kept_for is not None}

    def is_kept(self, call: str, agent: str) -> bool:
        """Whether a call was kept for somebody else before or after this step."""
        return any(one.get(call, agent) != agent for one in (self.kept, self.kept_calls()))

    def is_about_to_relax(self, call: str) -> bool:
        """Whether the moment of a call's next step has come and the engine has not been told so yet."""
        due = self.engine.snapshot().deadlines
        return any(one.timer == "relax" and one.key == call and one.at <= self.now for one in due)

    @rule(queues=st.lists(st.sampled_from(["roads", "waste", "any"]), max_size=6), priority=st.integers(0, 2))
    def calls_come(self, queues: list[str], priority: int) -> None:
        for queue in queues:
            self.call_comes(queue, priority)

    def call_comes(self, queue: str, priority: int) -> None:
        if len(self.exchange.calls) > 16:
            return
        arrival = self.exchange.arrive()
        queued = self.exchange.queue(arrival.call, queue, self.now, priority=priority)
        self.arrived.add(arrival.call)
        if self.link_up:
            self.tell(arrival, queued)

    @rule(index=st.integers(0, 20))
    def caller_hangs_up(self, index: int) -> None:
        calls = self.exchange.calls
        if calls:
            self.told(self.exchange.hang_up(calls[index % len(calls)]))

    @rule(index=st.integers(0, 20))
    def agent_answers(self, index: int) -> None:
        ringing = self.exchange.ringing
        if ringing:
            self.told(self.exchange.answer(ringing[index % len(ringing)]))

    @rule(index=st.integers(0, 20), number=st.sampled_from(NUMBERS), stays=st.booleans())
    def caller_in_the_menu_orders_a_callback(self, index: int, number: str, stays: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        """One whom the ladder sent there, or another: most hang up then, some wait again."""
        callers = sorted(self.exchange.in_ivr | self.exchange.after)
        origin = callers[index % len(callers)] if callers else None
        queued = self.joined.get(origin) if origin is not None else None
        if origin is None or queued is None or is_callback(origin):
            return
        self.told([self.order(callback_id(origin), number, queued.queue, origin)])
        again = replace(self.exchange.queue(origin, queued.queue, queued.joined_at), priority=queued.priority)
        if not stays:
            self.told(self.exchange.hang_up(origin))
        else:
            self.exchange.waiting[origin] = again
            self.told([again])

    @rule(number=st.sampled_from(NUMBERS), queue=st.sampled_from(["roads", "waste"]), later=st.booleans())
    def agent_orders_a_callback(self, number: str, queue: str, later: bool) -> None:  # noqa: FBT001 - the same
        self.orders += 1
        ordered = self.order(callback_id(f"a{self.orders:05d}"), number, queue, None)
        self.told([replace(ordered, not_before_at=self.now + 30.0) if later else ordered])

    def order(self, call: CallId, number: str, queue: str, origin: CallId | None) -> CallbackOrdered:
        return CallbackOrdered(
            call=call, number=E164(number), queue=QueueId(queue), key=call, language=PL, origin=origin
        )

    @rule(index=st.integers(0, 20))
    def callback_is_withdrawn(self, index: int) -> None:
        callbacks = [one.call for one in self.engine.snapshot().calls if one.callback is not None]
        if callbacks:
            by = AgentId("sylwia")
            self.told([CallbackWithdrawn(call=callbacks[index % len(callbacks)], by=by)])

    @rule(index=st.integers(0, 20), cause=st.sampled_from([None, None, 17, 19, 20]))
    def citizen_is_reached_or_not(self, index: int, cause: int | None) -> None:
        dialling = list(self.exchange.dialling)
        if dialling:
            offer = dialling[index % len(dialling)]
            made = self.exchange.pick_up(offer) if cause is None else self.exchange.fail(offer, cause)
            self.told(made)

    @rule(index=st.integers(0, 20))
    def answer_crosses_hang_up(self, index: int) -> None:
        """The caller's leg ends while the answer is on its way: Asterisk may report either first."""
        ringing = self.exchange.ringing
        if ringing:
            offer = ringing[index % len(ringing)]
            events = self.exchange.answer(offer)
            call = self.exchange.talking.get(offer)
            if call is not None:
                events += self.exchange.hang_up(call)
            self.told(events)

    @rule(index=st.integers(0, 20), cause=st.sampled_from(list(OfferCause)[1:]))
    def agent_leg_ends(self, index: int, cause: OfferCause) -> None:
        legs = list(self.exchange.legs)
        if legs:
            self.told(self.exchange.end_leg(legs[index % len(legs)], cause))

    @precondition(lambda self: self.link_up)
    @rule(
        index=st.integers(0, 20),
        kind=st.sampled_from([HoldRequested, ResumeRequested, HangUpRequested, PageLost, RejoinRequested]),
    )
    def agent_controls_a_talk(self, index: int, kind: type[TalkInput]) -> None:
        talks = [one for one in self.engine.snapshot().calls if one.place == "talking"]
        if talks:
            talk = talks[index % len(talks)]
            self.tell(kind(call=talk.call, agent=talk.agent))

    @precondition(lambda self: self.link_up)
    @rule(
        index=st.integers(0, 20),
        kind=st.sampled_from([RecordingPauseRequested, RecordingResumeRequested, RecordingDiscardRequested]),
    )
    def agent_controls_a_recording(self, index: int, kind: type[RecordingPauseRequested]) -> None:
        talks = [one for one in self.engine.snapshot().calls if one.place == "talking"]
        if talks:
            talk = talks[index % len(talks)]
            assert talk.agent is not None
            self.tell(kind(call=talk.call, agent=talk.agent))

    @precondition(lambda self: self.link_up)
    @rule(index=st.integers(0, 20), to=st.sampled_from([None, *AGENTS]), joins=st.booleans())
    def agent_asks_a_third(self, index: int, to: str | None, joins: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        talks = [one for one in self.engine.snapshot().calls if one.place == "talking"]
        if talks:
            talk = talks[index % len(talks)]
            outside = Party(kind=PartyKind.OUTSIDE, name="roads unit", number=E164("+48225550000"))
            party = outside if to is None else Party(kind=PartyKind.AGENT, name=to, agent=AgentId(to))
            self.tell(ConsultRequested(call=talk.call, agent=talk.agent, party=party, joins=joins))

    @precondition(lambda self: self.link_up)
    @rule(
        index=st.integers(0, 20),
        kind=st.sampled_from([ConsultJoinRequested, ConsultEndRequested, HandOverRequested]),
    )
    def agent_controls_a_consultation(
        self, index: int, kind: type[ConsultJoinRequested | ConsultEndRequested | HandOverRequested]
    ) -> None:
        talks = [one for one in self.engine.snapshot().calls if one.consult is not None]
        if talks:
            talk = talks[index % len(talks)]
            assert talk.consult is not None
            self.tell(kind(call=talk.call, agent=talk.consult.by))

    @rule(index=st.integers(0, 20), answers=st.booleans())
    def third_answers_or_leaves(self, index: int, answers: bool) -> None:  # noqa: FBT001 - the same
        parties = list(self.exchange.parties)
        if parties:
            party = parties[index % len(parties)]
            can_answer = answers and party not in self.exchange.asked
            self.told(self.exchange.answer_party(party) if can_answer else self.exchange.end_party(party))

    @precondition(lambda self: self.link_up)
    @rule(
        index=st.integers(0, 20),
        queue=st.sampled_from(["roads", "waste", "any"]),
        to=st.sampled_from([None, *AGENTS]),
    )
    def agent_hands_a_caller_on(self, index: int, queue: str, to: str | None) -> None:
        talks = [one for one in self.engine.snapshot().calls if one.place == "talking"]
        if talks:
            talk = talks[index % len(talks)]
            target = None if to is None else AgentId(to)
            self.tell(TransferRequested(call=talk.call, agent=talk.agent, queue=QueueId(queue), to=target))

    @rule(index=st.integers(0, 20))
    def held_caller_waits_no_longer_for_the_page(self, index: int) -> None:
        if held := list(self.exchange.held):
            self.told(self.exchange.give_up(held[index % len(held)]))

    @rule()
    def everybody_is_ready(self) -> None:
        for number, agent in enumerate(AGENTS):
            self.phone_changes(number, PhoneState.IDLE)
            self.agent_asks(agent, Availability.READY)

    @rule()
    def everybody_answers(self) -> None:
        for offer in self.exchange.ringing:
            if offer in self.exchange.legs:
                self.told(self.exchange.answer(offer))

    @rule(agent=st.sampled_from(AGENTS), wish=st.sampled_from(list(Availability)))
    def agent_asks(self, agent: str, wish: Availability) -> None:
        me = AgentId(agent)
        self.tell(AvailabilityRequested(agent=me, availability=wish, reason="", by=me))

    @rule(agent=st.sampled_from(AGENTS), done=st.booleans())
    def agent_wraps_up(self, agent: str, done: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        for one in self.engine.snapshot().agents:
            if one.agent == agent and one.call is not None:
                kind = WrapUpCompleted if done else WrapUpExtended
                self.tell(kind(agent=AgentId(agent), call=one.call))

    @rule(agent=st.sampled_from(AGENTS))
    def agent_declines(self, agent: str) -> None:
        for one in self.engine.snapshot().offers:
            if one.agent == agent:
                self.tell(OfferDeclined(offer=one.offer, agent=AgentId(agent)))

    @rule(agent=st.integers(0, 3), state=st.sampled_from(list(PhoneState)))
    def phone_changes(self, agent: int, state: PhoneState) -> None:
        extension = Extension(str(2001 + agent))
        self.exchange.phones[extension] = state
        self.told([PhoneChanged(extension=extension, state=state)])

    @rule()
    def policy_changes(self) -> None:
        self.policy = OTHER_POLICY if self.policy is POLICY else POLICY
        self.tell(*self.obey(self.engine.change_policy(self.policy, self.now)))

    @rule(index=st.integers(0, 20), priority=st.integers(-1, 3))
    def priority_changes(self, index: int, priority: int) -> None:
        self.told([PriorityChanged(call=self.any_call(index), priority=priority, by=AgentId("sylwia"))])

    @rule(index=st.integers(0, 20), queue=st.sampled_from(["roads", "waste", "any"]))
    def caller_is_moved(self, index: int, queue: str) -> None:
        self.told([CallMoved(call=self.any_call(index), queue=QueueId(queue), by=AgentId("sylwia"))])

    @rule(index=st.integers(0, 20), key=st.sampled_from("1234"))
    def caller_presses_a_key(self, index: int, key: str) -> None:
        self.told([KeyPressed(call=self.any_call(index), key=key)])

    @rule(index=st.integers(0, 20), wait_s=st.floats(0, 300))
    def wait_is_estimated(self, index: int, wait_s: float) -> None:
        self.told([WaitEstimated(call=self.any_call(index), wait_s=wait_s)])

    @rule(index=st.integers(0, 20), agent=st.sampled_from(AGENTS))
    def owner_is_found(self, index: int, agent: str) -> None:
        self.told([OwnerFound(call=self.any_call(index), agent=AgentId(agent))])

    def any_call(self, index: int) -> CallId:
        calls = self.exchange.calls
        return calls[index % len(calls)] if calls else CallId("nobody")

    @rule(passes_s=st.floats(0.1, 90))
    def time_passes(self, passes_s: float) -> None:
        until = self.now + passes_s
        while (at := self.engine.next_deadline()) is not None and at <= until:
            self.now = max(self.now, at)
            self.kept = self.kept_calls()
            self.tell(*self.obey(self.engine.advance(self.now)))
        self.now = until

    @precondition(lambda self: self.link_up)
    @rule()
    def link_breaks(self) -> None:
        self.link_up = False
        self.exchange.take_missed()
        self.tell(TelephonyLost())

    @precondition(lambda self: not self.link_up)
    @rule()
    def link_comes_back(self) -> None:
        self.link_up = True
        known = {c.call for c in self.engine.snapshot().calls}
        self.arrived &= {*self.ended, *self.exchange.calls, *known}
        self.tell(*self.exchange.take_missed(), self.exchange.report())

    @rule()
    def process_restarts(self) -> None:
        text = json.dumps(codec.to_plain(self.engine.snapshot()))
        self.engine = Engine.restore(codec.from_plain(Snapshot, json.loads(text)), self.policy)

    def told(self, events: list[Input]) -> None:
        if self.link_up:
            self.tell(*events)

    @invariant()
    def books_are_sound(self) -> None:
        books = self.engine.snapshot()
        self.one_offer_each(books)
        self.one_terminal_record()
        self.callbacks_are_sound(books)
        assert Engine.restore(books, self.policy).snapshot().agents == books.agents
        if self.link_up:
            self.no_free_agent_beside_a_waiting_caller(books)
            self.nobody_is_stuck(books)
            self.nothing_is_recorded_without_consent(books)

    def nothing_is_recorded_without_consent(self, books: Snapshot) -> None:
        """What is recorded was agreed to, and is muted as long as it is paused."""
        calls = {one.call: one for one in books.calls}
        offers = {one.offer: one for one in books.offers}
        for offer, muted in self.exchange.tape.running.items():
            if offer in self.exchange.talking:
                assert calls[self.exchange.talking[offer]].consented_at is not None
                recording = offers[offer].recording
                assert recording is not None
                assert muted == (recording.state is RecordingState.PAUSED)

    def one_offer_each(self, books: Snapshot) -> None:
        pending = [one for one in books.offers if one.state == "pending"]
        assert max(Counter(one.agent for one in pending).values(), default=0) <= 1
        assert max(Counter(one.call for one in pending).values(), default=0) <= 1

    def callbacks_are_sound(self, books: Snapshot) -> None:
        live = [one for one in books.calls if one.callback is not None]
        keys = Counter((one.callback.queue, one.caller) for one in live if one.callback is not None)
        assert max(keys.values(), default=0) <= 1
        assert max(Counter(self.exchange.dialling.values()).values(), default=0) <= 1
        for call in live:
            assert call.callback is not None
            assert not self.link_up or self.exchange.dialled[call.call] <= call.callback.attempts
            assert call.callback.attempts >= self.counted[call.call]
        if self.link_up:
            gone = {call for call in self.joined if is_callback(call)} - {one.call for one in live}
            assert all(self.ended[call] == 1 for call in gone)

    def no_free_agent_beside_a_waiting_caller(self, books: Snapshot) -> None:
        free = [one for one in books.agents if one.is_free]
        for call in books.calls if free else ():
            if call.place == "waiting":
                asked = self.policy.queue(call.queue).requirement_at(call.joined_at, self.now)
                assert self.is_about_to_relax(call.call) or not any(
                    matches(asked, one.levels) and call.kept_for in (None, one.agent) for one in free
                )

    def one_terminal_record(self) -> None:
        assert max(self.ended.values(), default=0) <= 1
        if self.link_up:
            gone = self.arrived - set(self.exchange.calls)
            assert all(self.ended[call] == 1 for call in gone)
            assert not any(self.ended[call] for call in self.exchange.calls)

    def nobody_is_stuck(self, books: Snapshot) -> None:
        """An agent in a call has a leg, and nothing but phones is otherwise than the exchange has it."""
        for one in books.agents:
            has_talk = one.offer in {*self.exchange.talking, *self.exchange.held}
            assert (one.state == "talking") == (one.offer is not None and has_talk)
            if one.state == "reserved":
                assert one.offer in self.exchange.legs
        for dialling in self.exchange.dialling.values():
            assert any(call.call == dialling and call.place == "dialling" for call in books.calls)
        drift = self.engine.drift(self.exchange.report())
        assert {one for one in drift if one.fault is not Fault.PHONE_OTHERWISE} == set()


EngineMachine.TestCase.settings = settings(
    max_examples=20 * settings.default.max_examples,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestEngine = pytest.mark.timeout(600)(EngineMachine.TestCase)
