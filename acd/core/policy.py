"""Policy: everything about routing that the city decides, frozen; a new one replaces the old whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from enum import StrEnum
from types import MappingProxyType

from acd.core.announcement import Announcements, Comfort
from acd.core.skills import ANYBODY, Node
from contact.commands import Destination
from contact.ids import QueueId
from contact.opening import Window, closes_at, opens_at
from contact.states import AgentState, OfferState
from contact.times import Seconds


class Strategy(StrEnum):
    """How one agent is chosen among the qualified ready ones; ties by agent id."""

    LONGEST_IDLE = "longest_idle"
    FEWEST_CALLS = "fewest_calls"
    LEAST_TALK = "least_talk"
    ROUND_ROBIN = "round_robin"
    MOST_SKILLED = "most_skilled"
    WEIGHTED = "weighted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What `weighted` counts in points: the agent with most of them is chosen.

    `skill` points for each level, on average over the skills the requirement names (0 to 100 of them),
    `idle` for each minute without a call, less `load` for each call since sign-in.
    """

    skill: float = 1.0
    idle: float = 1.0
    load: float = 1.0


EVEN_WEIGHTS = Weights()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """From `after_s` seconds of waiting on, `requirement` takes the place of the queue's own."""

    after_s: float
    requirement: Node


class OverflowCause(StrEnum):
    """Why a caller is not to wait in a queue, other than having waited for long."""

    FULL = "full"
    EMPTY = "empty"
    SLOW = "slow"
    CROWDED = "crowded"


@dataclass(frozen=True, slots=True, kw_only=True)
class OverflowStep:
    """After so many seconds, or on a cause: on to another queue, or out of all queues.

    One of `after_s` and `on` is given, and one of `queue` and `leave`.
    """

    after_s: float | None = None
    on: OverflowCause | None = None
    queue: QueueId | None = None
    leave: Destination | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChoice:
    """A waiting caller who presses `key` (1 to 3 signs) goes to another `queue`, or out of all by `leave`.

    One that `consents` agrees to be recorded, or takes that back, and waits on.
    """

    key: str
    queue: QueueId | None = None
    leave: Destination | None = None
    consents: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackPolicy:
    """How citizens of one queue are called back.

    They are dialled `attempts_max` times at most, each for `dial_timeout_s`, with `gap_s` between the end of
    one and the next; only within `hours` on the clock of `zone`, at any time where there are none. A callback
    is given up `expires_s` after it was ordered, or after the moment it was ordered for.
    """

    attempts_max: int = 3
    gap_s: float = 900.0
    dial_timeout_s: float = 30.0
    expires_s: float = 345_600.0
    hours: tuple[Window, ...] = ()
    zone: tzinfo = UTC

    def opens_at(self, at: Seconds) -> Seconds:
        """Return the first moment from `at` on at which a citizen may be called."""
        return opens_at(self.hours, self.zone, at)

    def turns_at(self, counts_from_at: Seconds, now: Seconds) -> Seconds:
        """Return when one that waits now must wait no longer: its end, or the end of the hours."""
        expires_at = counts_from_at + self.expires_s
        closes = closes_at(self.hours, self.zone, now)
        return expires_at if closes is None else min(expires_at, closes)


DEFAULT_CALLBACK = CallbackPolicy()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePolicy:
    """One queue. Durations in seconds; None means: what `Policy` says for all.

    `requirement` is asked of every agent, together with the caller's own; `relaxations` replace it step
    by step, in growing order of `after_s`. `priority` is added to the caller's. `overflow` has its timed
    steps in growing order, and at most one for each `OverflowCause`. `waiting_max` callers may wait;
    `join_empty` and `leave_empty` are the states of agents that count as nobody being there for one who
    joins, and for one who has waited `empty_after_s` seconds with nobody else there. A caller is kept for
    the agent they last talked to for `last_agent_s`. What callers hear while they wait is `announcements`
    and `comfort`; by `keys`, none of which begins another, they leave. Whoever comes in and would wait longer
    than `expected_wait_max_s`, or with more than `waiting_per_agent_max` callers to each agent at work who
    could serve them, is sent on. A caller who hung up and calls again within `redial_keep_s` has the old time
    of joining back; one with an open case is kept for whoever filed it for `owner_s`. Of the
    calls whose callers agreed, `recording_percent` in a hundred are recorded.
    """

    queue: QueueId
    names: tuple[tuple[str, str], ...] = ()
    requirement: Node = ANYBODY
    relaxations: tuple[Relaxation, ...] = ()
    strategy: Strategy = Strategy.LONGEST_IDLE
    weights: Weights = EVEN_WEIGHTS
    overflow: tuple[OverflowStep, ...] = ()
    waiting_max: int | None = None
    join_empty: frozenset[AgentState] = frozenset()
    leave_empty: frozenset[AgentState] = frozenset()
    empty_after_s: float = 10.0
    last_agent_s: float = 0.0
    announcements: Announcements | None = None
    comfort: Comfort | None = None
    keys: tuple[KeyChoice, ...] = ()
    callback: CallbackPolicy = DEFAULT_CALLBACK
    expected_wait_max_s: float | None = None
    waiting_per_agent_max: float | None = None
    redial_keep_s: float = 0.0
    owner_s: float = 0.0
    recording_percent: int = 0
    priority: int = 0
    service_level_s: float = 30.0
    ring_timeout_s: float | None = None
    wrap_up_s: float | None = None

    @property
    def widest(self) -> Node:
        """Return what the queue asks at last."""
        return self.relaxations[-1].requirement if self.relaxations else self.requirement

    def step_after(self, climbed_s: float) -> OverflowStep | None:
        """Return the first timed step of the ladder later than `climbed_s`."""
        timed = (step for step in self.overflow if step.after_s is not None and step.after_s > climbed_s)
        return next(timed, None)

    def step_on(self, cause: OverflowCause) -> OverflowStep | None:
        """Return what is to be done when the queue is full, or empty."""
        return next((step for step in self.overflow if step.on is cause), None)

    def requirement_at(self, joined_at: Seconds, now: Seconds) -> Node:
        """Return what the queue asks at `now` of the agent of a caller who joined at `joined_at`."""
        asked = self.requirement
        for step in self.relaxations:
            if joined_at + step.after_s <= now:
                asked = step.requirement
        return asked


_REOFFER_AFTER_S: Mapping[OfferState, float] = MappingProxyType(
    {
        OfferState.ACCEPTED: 0.0,
        OfferState.REJECTED: 5.0,
        OfferState.EXPIRED: 2.0,
        OfferState.BUSY: 5.0,
        OfferState.UNREACHABLE: 5.0,
        OfferState.RESCINDED: 0.0,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All queues, and what holds for every one of them.

    `reoffer_after_s` says for each end of an offer how long that agent is left in peace. An agent is
    taken out after `rona_offers_max` offers in a row that were not answered or did not reach the phone.
    `offer_grace_s` is how much longer than the ring time-out telephony may take to report the end of an
    offer; `leg_grace_s` how long an agent's leg may outlive its call before it is ended by us. A caller's
    last agent is known for `last_agent_keep_s`. A pause of a recording ends by itself after
    `recording_pause_s_max`.
    """

    queues: Mapping[QueueId, QueuePolicy]
    ring_timeout_s: float = 20.0
    wrap_up_s: float = 30.0
    wrap_up_extension_s: float = 60.0
    rona_offers_max: int = 2
    reoffer_after_s: Mapping[OfferState, float] = field(default_factory=lambda: _REOFFER_AFTER_S)
    offer_grace_s: float = 3.0
    leg_grace_s: float = 3.0
    last_agent_keep_s: float = 604_800.0
    recording_pause_s_max: float = 120.0
    emptiable: tuple[QueueId, ...] = field(init=False, compare=False)
    reunites: bool = field(init=False, compare=False)
    keeps_for_owners: bool = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Note which queues callers leave when nobody is there, and whether any keeps them for an agent."""
        emptiable = tuple(queue for queue, policy in self.queues.items() if policy.leave_empty)
        object.__setattr__(self, "emptiable", emptiable)
        owners = any(one.owner_s > 0 for one in self.queues.values())
        object.__setattr__(self, "keeps_for_owners", owners)
        last = any(one.last_agent_s > 0 for one in self.queues.values())
        object.__setattr__(self, "reunites", owners or last)

    def queue(self, queue: QueueId) -> QueuePolicy:
        """Return the policy of `queue`; a queue nobody configured asks nothing of the agent."""
        return self.queues.get(queue) or QueuePolicy(queue=queue)
