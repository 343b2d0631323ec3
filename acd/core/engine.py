"""The routing engine: events and a time in, commands out; no clock, no chance, no input or output.

Theory of operation. The engine keeps books of agents, calls and offers. Every event changes the books
and at once asks who can be offered what (`offering`), so no free qualified agent ever stands beside a
waiting qualified call. Time enters only as the argument `now`; `next_deadline` says when `advance` wants
to be called next. The same events at the same times give the same commands, which is what the journal,
the replay and the simulator rest on.

What cannot happen: two pending offers for one agent or one call; a call without exactly one terminal
record; a caller who loses their place by an offer that failed. While telephony is lost (`TelephonyLost`)
no offer is made; `TelephonyResynced` reconciles the books with what Asterisk reports, which wins.
"""

from typing import assert_never

from acd.core import (
    arrival,
    callback,
    callback_order,
    consulting,
    deadlines,
    holding,
    leaving,
    offering,
    overflow,
    presence,
    reconcile,
    reunion,
    steering,
    talk_recording,
    talking,
)
from acd.core.books import Books
from acd.core.drift import Difference, drift
from acd.core.expected_wait import Expectation, expect, expect_newcomer
from acd.core.pace import Pace
from acd.core.policy import Policy, QueuePolicy
from acd.core.snapshot import Snapshot, read_snapshot, write_snapshot
from acd.core.standing import callbacks, standing
from acd.core.timers import Timer
from contact.callback_requests import CallbackStanding
from contact.callbacks import CallbackInput, CallbackOrdered, CallbackWithdrawn
from contact.commands import Command, Standing
from contact.consult import (
    ConsultEndRequested,
    ConsultInput,
    ConsultJoinRequested,
    ConsultRequested,
    HandOverRequested,
    PartyAnswered,
    PartyGone,
)
from contact.events import (
    AgentConfigured,
    AgentRemoved,
    AvailabilityRequested,
    CallArrived,
    CallDiverted,
    CallHungUp,
    CallQueued,
    Fact,
    Input,
    NodeVisited,
    OfferAnswered,
    OfferDeclined,
    OfferFailed,
    OfferRinging,
    PhoneChanged,
    TalkEnded,
    TalkStarted,
    TelephonyLost,
    TelephonyResynced,
    WrapUpCompleted,
    WrapUpExtended,
)
from contact.ids import AgentId, CallId, Extension, OfferId, QueueId
from contact.missed import TalkMissed
from contact.states import AgentState, OfferCause, OfferState
from contact.steering import CallMoved, KeyPressed, OwnerFound, PriorityChanged, Steering, WaitEstimated
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
    RecordingInput,
    RecordingPauseRequested,
    RecordingResumeRequested,
    TalkRecordingStarted,
)
from contact.times import Seconds


class Engine:
    """Distribution of calls to agents. `run` makes the offer ids of this run unlike any other's."""

    def __init__(self, *, policy: Policy, run: str, untold: frozenset[type[Fact]] = frozenset()) -> None:
        """Start with empty books; telephony counts as lost until it is resynced.

        Facts of the kinds `untold` cost nothing: `OfferExplained` is most of the cost of an offer.
        """
        self._books = Books(policy=policy, run=run, untold=untold)

    @property
    def stale_events(self) -> dict[str, int]:
        """How often an event of each name came too late to mean anything."""
        return dict(self._books.stale)

    def handle(self, event: Input, now: Seconds) -> tuple[Command, ...]:
        """Take one event and return what is to be done, in order."""
        self._books.now = now
        self._books.out = []
        self._take(event)
        return self._done()

    def advance(self, now: Seconds) -> tuple[Command, ...]:
        """Let every deadline up to `now` come and return what is to be done, in order."""
        books = self._books
        books.now = now
        books.out = []
        while (due := books.timers.pop_due(now)) is not None:
            deadlines.come(books, due)
        return self._done()

    def next_deadline(self) -> Seconds | None:
        """Return the moment at which `advance` has something to do, None when there is none."""
        return self._books.timers.next_at()

    def begin_run(self, run: str) -> None:
        """Name the offers of this process from now on, so that they differ from an earlier one's."""
        self._books.run = run

    def change_policy(self, policy: Policy, now: Seconds) -> tuple[Command, ...]:
        """Go by another policy from now on; callers keep their places, offers and talks go on."""
        books = self._books
        if policy == books.policy:
            return ()
        books.now, books.out, books.policy = now, [], policy
        for call in books.waiting.calls():
            books.timers.cancel(Timer.RELAX, call.call)
            books.timers.cancel(Timer.OVERFLOW, call.call)
            offering.relax(books, call)
        callback.policy_changed(books)
        books.agents_changed = True
        return self._done()

    def standing(self, now: Seconds) -> Standing:
        """Return everything that is live, for people to look at."""
        return standing(self._books, now)

    def member(self, agent: AgentId) -> tuple[Extension, tuple[QueueId, ...]] | None:
        """Return an agent's phone and the queues whose own requirement they meet; None for a stranger."""
        known = self._books.agents.get(agent)
        if known is None:
            return None
        queues = self._books.policy.queues.values()
        return known.extension, tuple(
            one.queue for one in queues if agent in self._books.qualified(one.requirement)
        )

    def queue_policy(self, queue: QueueId) -> QueuePolicy:
        """Return the policy that rules `queue` now."""
        return self._books.policy.queue(queue)

    @property
    def keeps_for_owners(self) -> bool:
        """Whether any queue keeps callers for whoever filed their case."""
        return self._books.policy.keeps_for_owners

    def agent_at(self, extension: Extension) -> AgentId | None:
        """Return whose phone `extension` is."""
        return self._books.extensions.get(extension)

    def open_offers(self) -> dict[OfferId, Extension]:
        """Return each offer whose leg may be at a phone, and whose phone that is."""
        agents = self._books.agents
        known = ((one.offer, agents.get(one.agent)) for one in self._books.offers.values())
        return {offer: agent.extension for offer, agent in known if agent is not None}

    def has_call(self, call: CallId) -> bool:
        """Return whether `call` is in the books: it arrived and has no terminal record yet."""
        return call in self._books.calls

    def has_queue(self, queue: QueueId) -> bool:
        """Return whether the policy knows `queue`."""
        return queue in self._books.policy.queues

    def queue_joined(self, call: CallId) -> QueueId | None:
        """Return the queue that a caller joined at first, None for one who has joined none."""
        found = self._books.calls.get(call)
        return None if found is None else found.entered

    def callbacks(self) -> tuple[CallbackStanding, ...]:
        """Return every callback that is not over, in the one order of all who wait."""
        return callbacks(self._books)

    def ordered(self, key: str) -> CallId | None:
        """Return the callback that an order with this key led to, as far back as orders are remembered."""
        return self._books.orders.get(key)

    def expected_wait(self, pace: Pace, call: CallId, now: Seconds) -> Expectation | None:
        """Return what a caller is to expect at this pace; None for one who does not wait."""
        found = self._books.calls.get(call)
        return None if found is None else expect(self._books, pace, found, now)

    def expected_wait_in(self, pace: Pace, queue: QueueId, now: Seconds) -> Expectation:
        """Return what a caller is to expect at this pace who joins `queue` now."""
        return expect_newcomer(self._books, pace, queue, now)

    def drift(self, found: TelephonyResynced) -> frozenset[Difference]:
        """Return where the books differ from what Asterisk reports."""
        return drift(self._books, found)

    def snapshot(self) -> Snapshot:
        """Return the books as a value that `restore` takes."""
        return write_snapshot(self._books)

    @classmethod
    def restore(
        cls, snapshot: Snapshot, policy: Policy, *, untold: frozenset[type[Fact]] = frozenset()
    ) -> "Engine":
        """Return an engine that goes on where `snapshot` was taken."""
        engine = cls(policy=policy, run=snapshot.run, untold=untold)
        read_snapshot(engine._books, snapshot)
        return engine

    def _take(self, event: Input) -> None:
        match event:
            case CallArrived() | CallQueued() | CallHungUp() | CallDiverted() | NodeVisited():
                self._take_call(event)
            case OfferRinging() | OfferAnswered() | OfferFailed() | OfferDeclined() | TalkEnded():
                self._take_offer(event)
            case TalkStarted():
                self._talk_started(event)
            case PriorityChanged() | CallMoved() | KeyPressed() | WaitEstimated() | OwnerFound():
                self._steer(event)
            case CallbackOrdered() | CallbackWithdrawn():
                self._take_callback(event)
            case PhoneChanged() | TelephonyLost() | TalkMissed() | TelephonyResynced():
                self._take_sight(event)
            case (
                HoldRequested()
                | ResumeRequested()
                | HangUpRequested()
                | PageLost()
                | RejoinRequested()
                | TransferRequested()
                | ConsultRequested()
                | ConsultJoinRequested()
                | ConsultEndRequested()
                | HandOverRequested()
                | PartyAnswered()
                | PartyGone()
                | TalkRecordingStarted()
                | RecordingPauseRequested()
                | RecordingResumeRequested()
                | RecordingDiscardRequested()
            ):
                self._take_talk(event)
            case AgentConfigured():
                presence.configure(self._books, event)
            case AgentRemoved() | AvailabilityRequested() | WrapUpCompleted() | WrapUpExtended():
                self._take_person(event)
            case _:
                assert_never(event)

    def _take_talk(self, event: TalkInput | ConsultInput | RecordingInput) -> None:
        if isinstance(event, RecordingInput):
            talk_recording.take(self._books, event)
        elif isinstance(event, ConsultInput):
            consulting.take(self._books, event)
        else:
            holding.control(self._books, event)

    def _take_sight(self, event: PhoneChanged | TelephonyLost | TalkMissed | TelephonyResynced) -> None:
        match event:
            case PhoneChanged():
                presence.phone_changed(self._books, event)
            case TelephonyLost():
                self._books.telephony_up = False
            case TalkMissed():
                reconcile.talk_missed(self._books, event)
            case TelephonyResynced():
                reconcile.resync(self._books, event)

    def _steer(self, event: Steering) -> None:
        call = self._books.calls.get(event.call)
        match event:
            case PriorityChanged() | CallMoved():
                steering.steer(self._books, event)
                if isinstance(event, CallMoved) and call is not None:
                    overflow.admit(self._books, call)
            case KeyPressed() if call is not None:
                leaving.press(self._books, call, event.key)
            case WaitEstimated() if call is not None:
                overflow.estimated(self._books, call, event.wait_s)
            case OwnerFound() if call is not None:
                reunion.owner_found(self._books, call, event.agent)
            case _:
                self._books.stale[type(event).__name__] += 1

    def _take_callback(self, event: CallbackInput) -> None:
        call = self._books.calls.get(event.call)
        match event:
            case CallbackOrdered():
                callback_order.order(self._books, event)
            case CallbackWithdrawn() if call is not None:
                callback.withdraw(self._books, call)
            case _:
                self._books.stale[type(event).__name__] += 1

    def _done(self) -> tuple[Command, ...]:
        """Return what this step has given."""
        books = self._books
        if books.agents_changed and books.policy.reunites:
            reunion.agents_changed(books)
        if books.agents_changed and books.telephony_up:
            overflow.agents_changed(books)
        return tuple(books.out)

    def _take_call(self, event: CallArrived | CallQueued | CallHungUp | CallDiverted | NodeVisited) -> None:
        call = self._books.calls.get(event.call)
        match event:
            case CallArrived() if call is None:
                arrival.arrive(self._books, event)
            case CallQueued():
                arrival.queue(self._books, event)
            case CallHungUp() if call is not None:
                if call.callback is None or callback.leg_ended(self._books, call, event.cause):
                    talking.finish(self._books, call, place=event.place)
            case CallDiverted() if call is not None:
                arrival.divert(self._books, call, event)
            case NodeVisited() if call is not None:
                arrival.visit(call, event)
            case _:
                self._books.stale[type(event).__name__] += 1

    def _take_offer(
        self, event: OfferRinging | OfferAnswered | OfferFailed | OfferDeclined | TalkEnded
    ) -> None:
        books = self._books
        offer = books.offers.get(event.offer)
        is_pending = offer is not None and offer.state is OfferState.PENDING
        match event:
            case OfferRinging() if offer is not None and is_pending:
                offer.ringing_at = books.now
            case OfferAnswered() if offer is not None:
                talking.answered(books, offer)
            case OfferFailed() if offer is not None and is_pending:
                offering.end_offer(books, offer, event.cause, leg_is_down=True)
            case OfferDeclined() if offer is not None and is_pending and offer.agent == event.agent:
                offering.stop(books, offer, OfferCause.DECLINED)
            case TalkEnded() if offer is not None:
                talking.leg_ended(books, offer, by_caller=event.by_caller)
            case OfferFailed() if offer is not None:
                talking.leg_ended(books, offer)
            case _:
                books.stale[type(event).__name__] += 1

    def _talk_started(self, event: TalkStarted) -> None:
        offer, call = self._books.offers.get(event.offer), self._books.calls.get(event.call)
        if offer is None or call is None:
            self._books.stale["TalkStarted"] += 1
        else:
            talking.started(self._books, offer, call)

    def _take_person(
        self, event: AgentRemoved | AvailabilityRequested | WrapUpCompleted | WrapUpExtended
    ) -> None:
        agent = self._books.agents.get(event.agent)
        match event:
            case AvailabilityRequested() if agent is not None:
                presence.ask_for(self._books, event)
            case AgentRemoved() if agent is not None:
                presence.remove(self._books, agent)
            case WrapUpCompleted() if (
                agent is not None and agent.state is AgentState.WRAP_UP and agent.call == event.call
            ):
                presence.end_wrap_up(self._books, agent)
            case WrapUpExtended() if agent is not None and agent.call == event.call:
                presence.extend_wrap_up(self._books, agent)
            case _:
                self._books.stale[type(event).__name__] += 1
