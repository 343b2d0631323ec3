"""Events: facts that happened. Frozen, named in the past tense, carried by the bus and the journal.

Two families. *Inputs* are what telephony, people and the desktop report to the routing engine; every one
is journaled before it is acted on. *Facts* are what the engine decided or noticed and tells the other
roles. Moments (`*_at`) are `contact.times.Seconds`. No event carries what its reader could look up in time.
"""

from dataclasses import dataclass
from typing import TypeAlias

from contact.callbacks import CallbackFact, CallbackInput
from contact.case import CaseDelivered as CaseDelivered  # noqa: PLC0414 - said again: events are found here
from contact.case import CaseFact
from contact.case import CaseOpened as CaseOpened  # noqa: PLC0414 - the same
from contact.consult import ConsultFact, ConsultId, ConsultInput
from contact.explanation import OfferExplained as OfferExplained  # noqa: PLC0414 - the same
from contact.flash import FlashHeard
from contact.ids import (
    E164,
    AgentId,
    CallId,
    ChannelName,
    Extension,
    Language,
    LegId,
    OfferId,
    QueueId,
    Skill,
)
from contact.listening import ListeningFact
from contact.live_offer import LiveOffer as LiveOffer  # noqa: PLC0414 - the same
from contact.missed import IvrWord, TalkMissed
from contact.pages import PageReport
from contact.states import AgentState, Availability, OfferCause, OfferState, Outcome, PhoneState
from contact.steering import CallReranked, Steering
from contact.talk import TalkFact, TalkInput
from contact.talk_recording import RecordingFact, RecordingInput, TalksExpired
from contact.times import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CallArrived:
    """A caller's leg was answered in `[from-trunk]` and goes into the IVR."""

    call: CallId
    leg: LegId
    channel: ChannelName
    caller: E164
    dialled: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeVisited:
    """The IVR left one node of its flow: what was heard there, digits or words, and how the node ended.

    `ended_by`: the exit taken, such as `digits`, `done`, `hangup` (the caller), `hang_up` (the flow).
    """

    call: CallId
    flow: str
    node: str
    heard: str
    ended_by: str
    spent_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallQueued:
    """The caller entered `[wait]` for a queue. Seen again after a reconnection, with the same `joined_at`.

    `requirement` is a skill expression, "" for the queue's own; `path` are steps `node=key`, oldest first;
    at `consented_at` the caller agreed to be recorded.
    """

    call: CallId
    leg: LegId
    channel: ChannelName
    caller: E164
    queue: QueueId
    requirement: str
    priority: int
    language: Language
    joined_at: Seconds
    path: tuple[str, ...] = ()
    topic: str = ""
    consented_at: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHungUp:
    """The caller's leg is gone, whoever ended it, with a Q.850 `cause`; `place`: its last context."""

    call: CallId
    cause: int
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDiverted:
    """The dialplan sent the caller to 112 or to the static fallback, at `diverted_at` if not just now."""

    call: CallId
    outcome: Outcome
    destination: str
    diverted_at: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRinging:
    """The agent's phone of this offer has begun to ring."""

    offer: OfferId


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAnswered:
    """The agent picked up; Asterisk is about to bridge the agent's leg to the caller's."""

    offer: OfferId


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFailed:
    """The agent's leg ended without an answer, or could not be made."""

    offer: OfferId
    cause: OfferCause


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkStarted:
    """The agent's leg of `offer` and the caller's leg are in one bridge."""

    offer: OfferId
    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkEnded:
    """The agent's leg of `offer` is gone after it had been answered; `by_caller`: the caller left first."""

    offer: OfferId
    by_caller: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneChanged:
    """The state of the phone at an extension changed."""

    extension: Extension
    state: PhoneState


@dataclass(frozen=True, slots=True, kw_only=True)
class TelephonyLost:
    """The link to Asterisk broke; what happens there is unknown until `TelephonyResynced`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelephonyResynced:
    """Asterisk's whole view after a (re)connection; it wins over ours about media.

    `calls` are all caller legs that are up, `waiting` those that stand in `[wait]`, `offers` the agent legs,
    `parties` the legs of consulted parties that are no agents.
    """

    calls: tuple[CallId, ...]
    waiting: tuple[CallQueued, ...]
    offers: tuple[LiveOffer, ...]
    phones: tuple[PhoneChanged, ...]
    parties: tuple[ConsultId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentConfigured:
    """An agent exists, or changed: name, phone, skills with levels (0 to 100)."""

    agent: AgentId
    name: str
    extension: Extension
    skills: tuple[tuple[Skill, int], ...]
    wrap_up_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRemoved:
    """An agent exists no more, as far as routing is concerned."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityRequested:
    """Somebody (`by`: the agent or a supervisor) asked for an availability; it rules until the next."""

    agent: AgentId
    availability: Availability
    reason: str
    by: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDeclined:
    """The agent refused the offer on the desktop."""

    offer: OfferId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpCompleted:
    """The agent finished the work after the call."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpExtended:
    """The agent asked, once, for more time after the call."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWaiting:
    """A call joined its queue and waits; published once per stay, after `CallQueued` was accepted."""

    call: CallId
    caller: E164
    queue: QueueId
    requirement: str
    priority: int
    language: Language
    joined_at: Seconds
    path: tuple[str, ...] = ()
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLeftQueue:
    """A call that goes on waits no more: diverted, or answered while out of sight. `left_at` None: now."""

    call: CallId
    queue: QueueId
    reason: str
    left_at: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOffered:
    """A call is being put to one agent: the pop, for that agent only. `attempt`: a callback's, from 1."""

    offer: OfferId
    call: CallId
    agent: AgentId
    queue: QueueId
    caller: E164
    language: Language
    path: tuple[str, ...]
    topic: str
    joined_at: Seconds
    offered_at: Seconds
    expires_at: Seconds
    attempt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferEnded:
    """An offer reached its one final state, `ring_s` seconds after it was made."""

    offer: OfferId
    call: CallId
    agent: AgentId
    queue: QueueId
    state: OfferState
    ring_s: float
    ended_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CallConnected:
    """Caller and agent hear each other."""

    call: CallId
    offer: OfferId
    agent: AgentId
    queue: QueueId
    joined_at: Seconds
    connected_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReleased:
    """The talk between caller and agent is over; the agent's wrap-up begins. `by_caller`: who ended it."""

    call: CallId
    offer: OfferId
    agent: AgentId
    queue: QueueId
    connected_at: Seconds
    released_at: Seconds
    by_caller: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded:
    """The terminal record of a call: published exactly once for every call that arrived.

    Times that never came are None. `wait_s` is the time in the queue, `talk_s` the time with an agent.
    """

    call: CallId
    caller: E164
    dialled: str
    language: Language
    queue: QueueId | None
    agent: AgentId | None
    outcome: Outcome
    path: tuple[str, ...]
    topic: str
    arrived_at: Seconds
    queued_at: Seconds | None
    connected_at: Seconds | None
    ended_at: Seconds
    wait_s: float
    talk_s: float
    offers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStateChanged:
    """An agent moved from one state to another; `until_at` is a deadline where the state has one."""

    agent: AgentId
    old: AgentState
    new: AgentState
    availability: Availability
    reason: str
    by: AgentId | None
    call: CallId | None
    since_at: Seconds
    until_at: Seconds | None = None


Legs: TypeAlias = OfferRinging | OfferAnswered | OfferFailed | TalkStarted | TalkEnded | TalkMissed
"""The inputs about agents' legs."""

Input: TypeAlias = (
    CallArrived
    | NodeVisited
    | CallQueued
    | CallHungUp
    | CallDiverted
    | Legs
    | PhoneChanged
    | TelephonyLost
    | TelephonyResynced
    | AgentConfigured
    | AgentRemoved
    | AvailabilityRequested
    | OfferDeclined
    | WrapUpCompleted
    | WrapUpExtended
    | Steering
    | CallbackInput
    | TalkInput
    | ConsultInput
    | RecordingInput
)
"""What the engine is told."""

Fact: TypeAlias = (
    CallWaiting
    | CallLeftQueue
    | CallOffered
    | OfferEnded
    | CallConnected
    | CallReleased
    | CallEnded
    | AgentStateChanged
    | OfferExplained
    | CallReranked
    | CallbackFact
    | TalkFact
    | ConsultFact
    | RecordingFact
)
"""What the engine tells."""

Word: TypeAlias = IvrWord | CaseFact | PageReport | ListeningFact | FlashHeard | TalksExpired
"""What the other roles tell."""

Event: TypeAlias = Input | Fact | Word
"""Anything the bus may carry."""
