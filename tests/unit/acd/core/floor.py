"""A floor of agents before a pretend exchange: one engine and a time that only the test moves."""

from dataclasses import replace
from typing import TypeVar

from acd.core.agent import Agent
from acd.core.call import Call
from acd.core.engine import Engine
from acd.core.policy import Policy, QueuePolicy
from acd.core.skills import parse
from acd.core.snapshot import Snapshot
from contact.commands import Command, OfferCall, Publish
from contact.events import (
    AgentConfigured,
    AvailabilityRequested,
    CallDiverted,
    CallQueued,
    Fact,
    Input,
    OfferAnswered,
    PhoneChanged,
    TalkStarted,
    TelephonyResynced,
    WrapUpCompleted,
)
from contact.ids import AgentId, CallId, Extension, OfferId, QueueId, Skill
from contact.states import Availability, OfferCause, Outcome, PhoneState
from tests.fakes.exchange import Exchange

F = TypeVar("F")

EXTENSIONS = {"anna": "2001", "bartek": "2002", "celina": "2003", "dorota": "2004"}


def queue(name: str, requirement: str = "", **rest: object) -> QueuePolicy:
    return QueuePolicy(queue=QueueId(name), requirement=parse(requirement), **rest)  # type: ignore[arg-type]


ROADS = queue("roads", "roads")
WASTE = queue("waste", "waste")


def policy(*queues: QueuePolicy, **rest: object) -> Policy:
    return Policy(queues={one.queue: one for one in queues or (ROADS, WASTE)}, **rest)  # type: ignore[arg-type]


def configured(agent: str, skills: dict[str, int], wrap_up_s: float | None = None) -> AgentConfigured:
    return AgentConfigured(
        agent=AgentId(agent),
        name=agent.title(),
        extension=Extension(EXTENSIONS[agent]),
        skills=tuple((Skill(skill), level) for skill, level in skills.items()),
        wrap_up_s=wrap_up_s,
    )


def numbered_anew(snapshot: Snapshot) -> Snapshot:
    """A snapshot to compare by: deadlines in their order, whatever numbers they were set under."""
    deadlines = tuple(replace(one, sequence=n) for n, one in enumerate(snapshot.deadlines))
    return replace(snapshot, deadlines=deadlines)


class Floor:
    """`commands` and `facts` are everything the engine ever said; `step` what it said to the last input.

    While `obeys` is off the exchange does nothing with the engine's orders, as one that is slow.
    """

    def __init__(self, *queues: QueuePolicy, resynced: bool = True, **rest: object) -> None:
        self.now = 1_000.0
        self.policy = policy(*queues, **rest)
        self.engine = Engine(policy=self.policy, run="r")
        self.exchange = Exchange()
        self.obeys = True
        self.commands: list[Command] = []
        self.step: tuple[Command, ...] = ()
        if resynced:
            self.tell(TelephonyResynced(calls=(), waiting=(), offers=(), phones=()))

    # --- what happens --------------------------------------------------------------------------

    def tell(self, *events: Input) -> None:
        for event in events:
            self._obey(self.engine.handle(event, self.now))

    def pass_s(self, seconds: float) -> None:
        """Let time pass, each deadline at its own moment."""
        until = self.now + seconds
        while (at := self.engine.next_deadline()) is not None and at <= until:
            self.now = max(self.now, at)
            self._obey(self.engine.advance(self.now))
        self.now = until

    def agent(
        self,
        agent: str = "anna",
        *,
        wish: Availability | None = Availability.READY,
        phone: PhoneState = PhoneState.IDLE,
        wrap_up_s: float | None = None,
        **skills: int,
    ) -> None:
        """An agent with these skills (roads unless said otherwise) takes their place."""
        self.tell(configured(agent, skills or {"roads": 80}, wrap_up_s))
        self.phone(agent, phone)
        if wish is not None:
            self.wish(agent, wish)

    def phone(self, agent: str, state: PhoneState) -> None:
        extension = Extension(EXTENSIONS[agent])
        self.exchange.phones[extension] = state
        self.tell(PhoneChanged(extension=extension, state=state))

    def wish(self, agent: str, wish: Availability, reason: str = "", by: str = "") -> None:
        self.tell(
            AvailabilityRequested(
                agent=AgentId(agent), availability=wish, reason=reason, by=AgentId(by or agent)
            )
        )

    def arrive(self) -> CallId:
        arrived = self.exchange.arrive()
        self.tell(arrived)
        return arrived.call

    def call(
        self,
        queue: str = "roads",
        *,
        requirement: str = "",
        priority: int = 0,
        joined_at: float | None = None,
    ) -> CallId:
        """A caller comes in and joins a queue."""
        call = self.arrive()
        self.tell(self.queued(call, queue, requirement=requirement, priority=priority, joined_at=joined_at))
        return call

    def queued(
        self,
        call: CallId,
        queue: str = "roads",
        *,
        requirement: str = "",
        priority: int = 0,
        joined_at: float | None = None,
    ) -> CallQueued:
        at = self.now if joined_at is None else joined_at
        return self.exchange.queue(call, queue, at, requirement=requirement, priority=priority)

    def answer(self, offer: OfferId | None = None) -> OfferId:
        """The agent picks up, both legs meet."""
        answered = offer or self.ringing().offer
        self.tell(*self.exchange.answer(answered))
        return answered

    def pick_up(self) -> tuple[OfferAnswered, TalkStarted]:
        """The agent picks up; the two events are still on their way."""
        answered, started = self.exchange.answer(self.ringing().offer)
        assert isinstance(answered, OfferAnswered)
        assert isinstance(started, TalkStarted)
        return answered, started

    def end_leg(self, offer: OfferId, cause: OfferCause = OfferCause.NO_ANSWER) -> None:
        """The agent's channel ends."""
        self.tell(*self.exchange.end_leg(offer, cause))

    def hang_up(self, call: CallId) -> None:
        """The caller hangs up."""
        self.tell(*self.exchange.hang_up(call))

    def divert(self, call: CallId, outcome: Outcome) -> None:
        self.tell(CallDiverted(call=call, outcome=outcome, destination="elsewhere"))

    def complete(self, agent: str, call: CallId) -> None:
        self.tell(WrapUpCompleted(agent=AgentId(agent), call=call))

    def talked(self, seconds: float = 10.0) -> CallId:
        """A whole call up to the agent's wrap-up."""
        call = self.call()
        offer = self.answer()
        self.pass_s(seconds)
        self.end_leg(offer)
        self.hang_up(call)
        return call

    # --- what is to be seen ----------------------------------------------------------------------

    @property
    def facts(self) -> list[Fact]:
        return [one.fact for one in self.commands if isinstance(one, Publish)]

    def said(self, kind: type[F]) -> list[F]:
        return [one for one in self.facts if isinstance(one, kind)]

    def last(self, kind: type[F]) -> F:
        return self.said(kind)[-1]

    def ordered(self, kind: type[F]) -> list[F]:
        return [one for one in self.commands if isinstance(one, kind)]

    def ringing(self) -> OfferCall:
        """The offer that was made last."""
        return self.ordered(OfferCall)[-1]

    def ordered_offer(self, agent: str) -> OfferId:
        """The last offer that was made to an agent."""
        return [one for one in self.ordered(OfferCall) if one.agent == agent][-1].offer

    def see(self, agent: str = "anna") -> Agent:
        return next(one for one in self.engine.snapshot().agents if one.agent == agent)

    def look(self, call: CallId) -> Call:
        return next(one for one in self.engine.snapshot().calls if one.call == call)

    def has(self, call: CallId) -> bool:
        return any(one.call == call for one in self.engine.snapshot().calls)

    def takers(self) -> list[tuple[CallId, AgentId]]:
        """Every offer that was made, in order."""
        return [(one.call, one.agent) for one in self.ordered(OfferCall)]

    def _obey(self, commands: tuple[Command, ...]) -> None:
        self.step = commands
        self.commands += commands
        if self.obeys:
            self.tell(*self.exchange.carry_out(commands))
