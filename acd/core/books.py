"""The engine's books: everything it knows, with the look-ups that keep a decision cheap."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec

from acd.core.agent import Agent
from acd.core.bits import AgentBits
from acd.core.call import Call, Offer
from acd.core.idle import IdleOrder
from acd.core.policy import Policy
from acd.core.qualified import Qualified
from acd.core.roll import Roll
from acd.core.skills import Node
from acd.core.timers import Timers
from acd.core.waiting import WaitingRoom
from contact.commands import Command, Publish
from contact.events import Fact
from contact.explanation import OfferExplained
from contact.ids import E164, AgentId, CallId, Extension, OfferId, QueueId
from contact.states import AgentCause, AgentState, PhoneState
from contact.times import Seconds

P = ParamSpec("P")

_INDEXED = frozenset({AgentState.READY, AgentState.LOGGED_OUT})


@dataclass(slots=True, kw_only=True)
class Books:
    """State of one engine. `now` and `out` belong to the step that is being taken.

    `left_places` holds for callers who hung up waiting when they had joined, and when they left.
    `phones` holds what telephony says of each, also of one that has no agent yet.
    `offers` holds every offer whose leg may still be up at a phone, whatever its state. `stale` counts
    events that came too late to mean anything, by name. `callbacks` are those that are not over, by the
    queue they were ordered for and their number; `orders` what came of the last orders, by their keys.
    Facts of the kinds `untold` are not made.
    """

    policy: Policy
    run: str
    untold: frozenset[type[Fact]] = frozenset()
    now: Seconds = 0.0
    out: list[Command] = field(default_factory=list)
    telephony_up: bool = False
    sequence: int = 0
    agents: dict[AgentId, Agent] = field(default_factory=dict)
    extensions: dict[Extension, AgentId] = field(default_factory=dict)
    phones: dict[Extension, PhoneState] = field(default_factory=dict)
    ready: set[AgentId] = field(default_factory=set)
    idle: IdleOrder = field(default_factory=IdleOrder)
    signed_in: Roll = field(default_factory=Roll)
    calls: dict[CallId, Call] = field(default_factory=dict)
    offers: dict[OfferId, Offer] = field(default_factory=dict)
    waiting: WaitingRoom = field(default_factory=WaitingRoom)
    timers: Timers = field(default_factory=Timers)
    stale: Counter[str] = field(default_factory=Counter)
    agents_changed: bool = False
    last_agents: dict[E164, tuple[AgentId, Seconds]] = field(default_factory=dict)
    left_places: dict[tuple[E164, QueueId], tuple[Seconds, Seconds]] = field(default_factory=dict)
    bits: AgentBits = field(default_factory=AgentBits)
    callbacks: dict[tuple[QueueId, E164], CallId] = field(default_factory=dict)
    orders: dict[str, CallId] = field(default_factory=dict)
    _qualified: Qualified = field(default_factory=Qualified)

    def publish(self, fact: Fact) -> None:
        """Add a fact to what this step returns."""
        self.out.append(Publish(fact=fact))

    def tell(self, kind: type[Fact], make: Callable[P, Fact], *args: P.args, **kwargs: P.kwargs) -> None:
        """Add the fact that `make` makes, if anybody is to be told this kind of facts."""
        if kind not in self.untold:
            self.out.append(Publish(fact=make(*args, **kwargs)))

    @property
    def explains(self) -> bool:
        """Whether it is told of each offer why it went where it went."""
        return OfferExplained not in self.untold

    def next_sequence(self) -> int:
        """Return the next number of this engine's one sequence."""
        self.sequence += 1
        return self.sequence

    def move(self, agent: Agent, cause: AgentCause, *, until_at: Seconds | None = None) -> None:
        """Move an agent, publish it, and keep the indices of agents true."""
        old = agent.state
        self.out.append(agent.move(cause, self.now, until_at=until_at))
        self.agents_changed = True
        if old in _INDEXED or agent.state in _INDEXED:
            self.index(agent)

    def index(self, agent: Agent) -> None:
        """Have an agent among the ready and the signed-in ones if they are that, and not if they are not."""
        if agent.state is AgentState.READY:
            self.ready.add(agent.agent)
            self.idle.add(agent.agent, agent.idle_since_at)
        else:
            self.ready.discard(agent.agent)
            self.idle.discard(agent.agent)
        if agent.state is AgentState.LOGGED_OUT:
            self.signed_in.discard(agent.agent)
        else:
            self.signed_in.add(agent.agent)

    def say_again(self, agent: Agent) -> None:
        """Publish where an agent stands although the state is the same: wish or reason changed."""
        agent.shown_reason = agent.why()
        self.publish(agent.as_fact(agent.state))

    def add_agent(self, agent: Agent) -> None:
        """Take in an agent, or one with other skills or another extension, in the place of the old."""
        old = self.agents.get(agent.agent)
        if old is not None:
            self._forget_phone(old)
        self.agents[agent.agent] = agent
        self.extensions[agent.extension] = agent.agent
        self._qualified.add(agent.agent, agent.levels)
        self._skills_changed()

    def drop_agent(self, agent: Agent) -> None:
        """Forget an agent."""
        del self.agents[agent.agent]
        self._forget_phone(agent)
        self.ready.discard(agent.agent)
        self.idle.discard(agent.agent)
        self.signed_in.discard(agent.agent)
        self._qualified.discard(agent.agent)
        self._skills_changed()

    def _forget_phone(self, agent: Agent) -> None:
        """Let nobody have the agent's phone, unless it is somebody else's by now."""
        if self.extensions.get(agent.extension) == agent.agent:
            del self.extensions[agent.extension]

    def phone(self, extension: Extension) -> PhoneState:
        """Return what telephony last said of a phone; one it never spoke of cannot be reached."""
        return self.phones.get(extension, PhoneState.UNREACHABLE)

    def qualified(self, requirement: Node) -> frozenset[AgentId]:
        """Return the agents that meet `requirement`, whatever they are doing."""
        return self._qualified.meeting(requirement)

    def let_wait(self, call: Call, requirement: Node) -> None:
        """Put `call` among those who wait, under what is asked of its agent."""
        self.waiting.add(call, requirement, self._able(requirement, call.kept_for))

    def _able(self, requirement: Node, kept_for: AgentId | None) -> frozenset[AgentId]:
        able = self.qualified(requirement)
        return able if kept_for is None else able & {kept_for}

    def _skills_changed(self) -> None:
        self.agents_changed = True
        for group in self.waiting.groups():
            group.able = self._able(group.requirement, group.kept_for)
