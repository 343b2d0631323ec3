"""Consultation: an agent in a talk asks a third party, and may bring them in or hand the caller over to them.

The third *party* is a colleague at work, a number outside, or the emergency service. A consultation is
*private* while the caller hears music, *joined* while all three hear each other. It ends with the party's
leg, by going back to the caller alone, or by a hand-over, after which the party has the caller.

A colleague is rung by an offer like any other, whose leg has that offer's id; whoever else is rung has a leg
of the consultation's own (`consult-<ConsultId>`). The two ids are one: a colleague's offer has the id of the
consultation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NewType, TypeAlias

from contact.ids import (
    E164,
    NO_NUMBER,
    AgentId,
    CallId,
    ChannelName,
    Extension,
    Language,
    LegId,
    OfferId,
    QueueId,
)
from contact.states import IllegalMove
from contact.times import Seconds

ConsultId = NewType("ConsultId", OfferId)
CONSULT_CHANNEL_PREFIX = "consult-"


def consult_channel_id(consult: ConsultId) -> LegId:
    """Return the Asterisk channel id of the leg of a party that is no agent."""
    return LegId(CONSULT_CHANNEL_PREFIX + consult)


def consult_of_channel_id(leg: LegId) -> ConsultId | None:
    """Return the consultation whose party `leg` is; None for any other channel."""
    if not leg.startswith(CONSULT_CHANNEL_PREFIX) or ";" in leg:
        return None
    return ConsultId(OfferId(leg.removeprefix(CONSULT_CHANNEL_PREFIX)))


class PartyKind(StrEnum):
    """Who is asked."""

    AGENT = "agent"
    OUTSIDE = "outside"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """The third: `agent` where they are a colleague, `number` where they are outside; `name` for people."""

    kind: PartyKind
    name: str
    agent: AgentId | None = None
    number: E164 = NO_NUMBER


class ConsultState(StrEnum):
    """Where a consultation stands."""

    DIALLING = "dialling"
    PRIVATE = "private"
    JOINED = "joined"
    HANDED_OVER = "handed_over"
    ENDED = "ended"


class ConsultCause(StrEnum):
    """What moves a consultation from one state to the next."""

    ANSWERED = "answered"
    ANSWERED_INTO_TALK = "answered_into_talk"
    BROUGHT_IN = "brought_in"
    GAVE_CALLER = "gave_caller"
    OVER = "over"


CONSULT_TRANSITIONS: Mapping[ConsultState, Mapping[ConsultCause, ConsultState]] = MappingProxyType(
    {
        ConsultState.DIALLING: {
            ConsultCause.ANSWERED: ConsultState.PRIVATE,
            ConsultCause.ANSWERED_INTO_TALK: ConsultState.JOINED,
            ConsultCause.OVER: ConsultState.ENDED,
        },
        ConsultState.PRIVATE: {
            ConsultCause.BROUGHT_IN: ConsultState.JOINED,
            ConsultCause.GAVE_CALLER: ConsultState.HANDED_OVER,
            ConsultCause.OVER: ConsultState.ENDED,
        },
        ConsultState.JOINED: {
            ConsultCause.GAVE_CALLER: ConsultState.HANDED_OVER,
            ConsultCause.OVER: ConsultState.ENDED,
        },
        ConsultState.HANDED_OVER: {ConsultCause.OVER: ConsultState.ENDED},
        ConsultState.ENDED: {},
    }
)


def next_consult_state(state: ConsultState, cause: ConsultCause) -> ConsultState:
    """Return the state after `cause`; raise `IllegalMove` where the table has no such move."""
    try:
        return CONSULT_TRANSITIONS[state][cause]
    except KeyError:
        message = f"a consultation that is {state} cannot be moved by {cause}"
        raise IllegalMove(message) from None


class ConsultEnd(StrEnum):
    """Why a consultation is over without, or after, a hand-over."""

    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    WITHDRAWN = "withdrawn"
    """The agent went back to the caller, or the caller is gone."""
    PARTY_LEFT = "party_left"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultStanding:
    """A consultation that is going on: whom `by` asks, since when, and how far it has come."""

    consult: ConsultId
    by: AgentId
    party: Party
    state: ConsultState
    joins: bool
    began_at: Seconds


# --- inputs ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultRequested:
    """The agent wants to ask `party`; `joins`: in the talk itself, without music for the caller."""

    call: CallId
    agent: AgentId
    party: Party
    joins: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultJoinRequested:
    """The agent wants all three to hear each other."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultEndRequested:
    """The agent wants to be alone with the caller again."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverRequested:
    """The agent leaves the caller to the party."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyAnswered:
    """A party that is no agent has picked up."""

    consult: ConsultId


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyGone:
    """The leg of a party that is no agent is gone, or never was; `end` says why for one not answered."""

    consult: ConsultId
    end: ConsultEnd


# --- facts -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultBegan:
    """A party is being rung for `by`; where it is a colleague, that is the offer of the same id.

    What a colleague's page shows of the call is told along: who calls, in which language, and why.
    """

    consult: ConsultId
    call: CallId
    by: AgentId
    party: Party
    joins: bool
    queue: QueueId
    caller: E164
    language: Language
    path: tuple[str, ...]
    topic: str
    joined_at: Seconds
    began_at: Seconds
    expires_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultMoved:
    """The party has answered, or was brought in."""

    consult: ConsultId
    call: CallId
    by: AgentId
    party: Party
    state: ConsultState
    moved_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultEnded:
    """The consultation is over; the agent who asked goes on with the caller, unless they handed over."""

    consult: ConsultId
    call: CallId
    by: AgentId
    party: Party
    end: ConsultEnd
    ended_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CallGivenOver:
    """`by` has left the caller to `party`, after asking them; the talk of `by` ends with it."""

    consult: ConsultId
    call: CallId
    by: AgentId
    party: Party
    queue: QueueId
    given_at: Seconds


# --- orders ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RingParty:
    """Ring a party for the agent in the talk of `offer`, as the channel `leg`.

    With `holds` the caller is taken out of the talk to music first. A colleague's phone is `extension`, a
    number outside `party.number`; the emergency service's is the city's setting, and it sees the caller's
    own number, everybody else outside that of the hotline.
    """

    consult: ConsultId
    leg: LegId
    offer: OfferId
    call: CallId
    caller_channel: ChannelName
    caller: E164
    party: Party
    extension: Extension | None
    joins: bool
    holds: bool
    ring_timeout_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinParty:
    """Put the agent's leg together with the caller again, and let the party in `leg` hear and be heard."""

    consult: ConsultId
    leg: LegId
    offer: OfferId
    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class DropParty:
    """End the party's leg, whether it is there already or not."""

    consult: ConsultId
    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveCaller:
    """Join the party's leg to the caller, who hears music."""

    consult: ConsultId
    leg: LegId
    call: CallId


ConsultInput: TypeAlias = (
    ConsultRequested
    | ConsultJoinRequested
    | ConsultEndRequested
    | HandOverRequested
    | PartyAnswered
    | PartyGone
)
"""The inputs among these."""
ConsultFact: TypeAlias = ConsultBegan | ConsultMoved | ConsultEnded | CallGivenOver
"""The facts among these."""
ConsultOrder: TypeAlias = RingParty | JoinParty | DropParty | GiveCaller
"""The orders among these."""
