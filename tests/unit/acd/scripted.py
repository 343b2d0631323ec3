"""A short day before a pretend exchange, journaled as the hotline would."""

from acd.core.engine import Engine
from acd.core.policy import Policy
from acd.journal import Decision, Entry, EntryKind
from acd.recording import Recording
from contact import codec
from contact.commands import Command, OfferCall
from contact.events import (
    AvailabilityRequested,
    CallHungUp,
    Input,
    OfferFailed,
    PhoneChanged,
    TelephonyResynced,
)
from contact.ids import AgentId, CallId, Extension
from contact.states import Availability, OfferCause, PhoneState
from tests.fakes.exchange import Exchange
from tests.unit.acd.core.floor import EXTENSIONS, configured, policy


class Day:
    """`entries` is what the journal would hold."""

    def __init__(self, rules: Policy | None = None) -> None:
        self.now = 10_000.0
        self.rules = rules or policy()
        self.engine = Engine(policy=self.rules, run="")
        self.exchange = Exchange()
        self.entries: list[Entry] = []
        self._note(EntryKind.RUN, "r")
        self.engine.begin_run("r")
        self.tell(TelephonyResynced(calls=(), waiting=(), offers=(), phones=()))

    def tell(self, *events: Input) -> None:
        for event in events:
            self._note(EntryKind.EVENT, codec.encode(event))
            self._obey(self.engine.handle(event, self.now))

    def pass_s(self, seconds: float) -> None:
        until = self.now + seconds
        while (at := self.engine.next_deadline()) is not None and at <= until:
            self.now = max(self.now, at)
            self._note(EntryKind.TICK)
            self._obey(self.engine.advance(self.now))
        self.now = until

    def agent(self, agent: str = "anna", **skills: int) -> None:
        self.tell(
            configured(agent, skills or {"roads": 80}),
            PhoneChanged(extension=Extension(EXTENSIONS[agent]), state=PhoneState.IDLE),
        )
        self.wish(agent, Availability.READY)

    def wish(self, agent: str, wish: Availability, reason: str = "") -> None:
        login = AgentId(agent)
        self.tell(AvailabilityRequested(agent=login, availability=wish, reason=reason, by=login))

    def call(self, queue: str = "roads", priority: int = 0) -> CallId:
        arrived = self.exchange.arrive()
        self.tell(arrived)
        self.tell(self.exchange.queue(arrived.call, queue, self.now, priority=priority))
        return arrived.call

    def answer(self, after_s: float = 2.0) -> None:
        self.pass_s(after_s)
        ringing = sorted(set(self.exchange.legs) - set(self.exchange.talking))
        self.tell(*self.exchange.answer(ringing[0]))

    def refuse(self, cause: OfferCause = OfferCause.NO_ANSWER) -> None:
        ringing = sorted(set(self.exchange.legs) - set(self.exchange.talking))
        events = self.exchange.end_leg(ringing[0], cause)
        assert isinstance(events[0], OfferFailed)
        self.tell(*events)

    def hang_up(self, call: CallId) -> None:
        events = self.exchange.hang_up(call)
        assert isinstance(events[0], CallHungUp)
        self.tell(*events)

    def recording(self) -> Recording:
        return Recording(
            snapshot=None,
            entries=tuple(self.entries),
            begins_at=10_000.0,
            ends_at=self.now + 1.0,
            ruling=self.rules,
            policies=lambda _body: self.rules,
        )

    def _note(self, kind: EntryKind, body: str = "") -> None:
        self.entries.append(Entry(at=self.now, kind=kind, body=body))

    def _obey(self, commands: tuple[Command, ...]) -> None:
        for command in commands:
            if isinstance(command, OfferCall):
                self.entries.append(Decision.of(command).entry(self.now))
        self.tell(*self.exchange.carry_out(commands))
