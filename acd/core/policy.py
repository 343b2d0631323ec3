"""Policy: everything about routing that the city decides, frozen; a new one replaces the old whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from acd.core.skills import ANYBODY, Node
from contact.ids import QueueId
from contact.states import OfferState
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


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePolicy:
    """One queue. Durations in seconds; None means: what `Policy` says for all.

    `requirement` is asked of every agent, together with the caller's own; `relaxations` replace it step
    by step, in growing order of `after_s`. `priority` is added to the caller's.
    """

    queue: QueueId
    names: tuple[tuple[str, str], ...] = ()
    requirement: Node = ANYBODY
    relaxations: tuple[Relaxation, ...] = ()
    strategy: Strategy = Strategy.LONGEST_IDLE
    weights: Weights = EVEN_WEIGHTS
    priority: int = 0
    service_level_s: float = 30.0
    ring_timeout_s: float | None = None
    wrap_up_s: float | None = None

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
    offer; `leg_grace_s` how long an agent's leg may outlive its call before it is ended by us.
    """

    queues: Mapping[QueueId, QueuePolicy]
    ring_timeout_s: float = 20.0
    wrap_up_s: float = 30.0
    wrap_up_extension_s: float = 60.0
    rona_offers_max: int = 2
    reoffer_after_s: Mapping[OfferState, float] = field(default_factory=lambda: _REOFFER_AFTER_S)
    offer_grace_s: float = 3.0
    leg_grace_s: float = 3.0

    def queue(self, queue: QueueId) -> QueuePolicy:
        """Return the policy of `queue`; a queue nobody configured asks nothing of the agent."""
        return self.queues.get(queue) or QueuePolicy(queue=queue)
