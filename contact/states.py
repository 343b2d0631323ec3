"""The states of agents and offers, and the tables that say which moves exist.

An agent's `availability` is what the person asked for; the agent's `state` is what is. An offer is one
call put to one agent; it is `PENDING` once and then in exactly one final state for good.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from contact.errors import CentralaError


class IllegalMove(CentralaError):
    """A state machine was asked for a move that its table does not hold; nothing was changed."""


class Availability(StrEnum):
    """What the person asked for."""

    READY = "ready"
    NOT_READY = "not_ready"
    LOGGED_OUT = "logged_out"


class AgentState(StrEnum):
    """What is."""

    LOGGED_OUT = "logged_out"
    NOT_READY = "not_ready"
    READY = "ready"
    RESERVED = "reserved"
    TALKING = "talking"
    WRAP_UP = "wrap_up"


class AgentCause(StrEnum):
    """What moves an agent from one state to the next."""

    LOGGED_IN_READY = "logged_in_ready"
    LOGGED_IN_NOT_READY = "logged_in_not_ready"
    WENT_READY = "went_ready"
    WENT_NOT_READY = "went_not_ready"
    LOGGED_OUT = "logged_out"
    OFFERED = "offered"
    OFFER_ENDED = "offer_ended"
    CONNECTED = "connected"
    TALK_ENDED = "talk_ended"
    WRAP_UP_ENDED = "wrap_up_ended"
    ADOPTED = "adopted"


class OfferState(StrEnum):
    """Where one offer stands."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXPIRED = "expired"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    RESCINDED = "rescinded"


class OfferCause(StrEnum):
    """What ends a pending offer."""

    ANSWERED = "answered"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    PHONE_BUSY = "phone_busy"
    PHONE_UNREACHABLE = "phone_unreachable"
    WITHDRAWN = "withdrawn"


class PhoneState(StrEnum):
    """What an agent's phone can do now: take a call, be in use already, or not be reached at all."""

    IDLE = "idle"
    IN_USE = "in_use"
    UNREACHABLE = "unreachable"


class Outcome(StrEnum):
    """How a call ended, one for every call; the terminal record."""

    CONNECTED = "connected"
    ABANDONED_IVR = "abandoned_ivr"
    ABANDONED_QUEUE = "abandoned_queue"
    ANSWERED_BY_IVR = "answered_by_ivr"
    EMERGENCY = "emergency"
    FALLBACK = "fallback"
    OVERFLOWED = "overflowed"
    LEFT_QUEUE = "left_queue"
    """The caller left the queue by a key."""
    VOICEMAIL = "voicemail"
    """The caller was asked to leave a message; whether they did is another matter."""
    CALLBACK_ORDERED = "callback_ordered"
    """The caller is to be called back; the callback has a record of its own, with one of the ends below."""
    CALLED_BACK = "called_back"
    CALLBACK_FAILED = "callback_failed"
    CALLBACK_EXPIRED = "callback_expired"
    CALLBACK_WITHDRAWN = "callback_withdrawn"


AGENT_TRANSITIONS: Mapping[AgentState, Mapping[AgentCause, AgentState]] = MappingProxyType(
    {
        AgentState.LOGGED_OUT: {
            AgentCause.LOGGED_IN_READY: AgentState.READY,
            AgentCause.LOGGED_IN_NOT_READY: AgentState.NOT_READY,
            AgentCause.ADOPTED: AgentState.TALKING,
        },
        AgentState.NOT_READY: {
            AgentCause.WENT_READY: AgentState.READY,
            AgentCause.WENT_NOT_READY: AgentState.NOT_READY,
            AgentCause.LOGGED_OUT: AgentState.LOGGED_OUT,
            AgentCause.ADOPTED: AgentState.TALKING,
        },
        AgentState.READY: {
            AgentCause.WENT_NOT_READY: AgentState.NOT_READY,
            AgentCause.LOGGED_OUT: AgentState.LOGGED_OUT,
            AgentCause.OFFERED: AgentState.RESERVED,
            AgentCause.ADOPTED: AgentState.TALKING,
        },
        AgentState.RESERVED: {
            AgentCause.OFFER_ENDED: AgentState.READY,
            AgentCause.WENT_NOT_READY: AgentState.NOT_READY,
            AgentCause.LOGGED_OUT: AgentState.LOGGED_OUT,
            AgentCause.CONNECTED: AgentState.TALKING,
            AgentCause.ADOPTED: AgentState.TALKING,
        },
        AgentState.TALKING: {AgentCause.TALK_ENDED: AgentState.WRAP_UP},
        AgentState.WRAP_UP: {
            AgentCause.WENT_READY: AgentState.READY,
            AgentCause.WENT_NOT_READY: AgentState.NOT_READY,
            AgentCause.LOGGED_OUT: AgentState.LOGGED_OUT,
            AgentCause.WRAP_UP_ENDED: AgentState.READY,
            AgentCause.ADOPTED: AgentState.TALKING,
        },
    }
)

OFFER_TRANSITIONS: Mapping[OfferState, Mapping[OfferCause, OfferState]] = MappingProxyType(
    {
        OfferState.PENDING: {
            OfferCause.ANSWERED: OfferState.ACCEPTED,
            OfferCause.DECLINED: OfferState.REJECTED,
            OfferCause.NO_ANSWER: OfferState.EXPIRED,
            OfferCause.PHONE_BUSY: OfferState.BUSY,
            OfferCause.PHONE_UNREACHABLE: OfferState.UNREACHABLE,
            OfferCause.WITHDRAWN: OfferState.RESCINDED,
        },
        OfferState.ACCEPTED: {},
        OfferState.REJECTED: {},
        OfferState.EXPIRED: {},
        OfferState.BUSY: {},
        OfferState.UNREACHABLE: {},
        OfferState.RESCINDED: {},
    }
)


def next_agent_state(state: AgentState, cause: AgentCause) -> AgentState:
    """Return the state after `cause`; raise `IllegalMove` where the table has no such move."""
    try:
        return AGENT_TRANSITIONS[state][cause]
    except KeyError:
        message = f"an agent that is {state} cannot be moved by {cause}"
        raise IllegalMove(message) from None


def next_offer_state(state: OfferState, cause: OfferCause) -> OfferState:
    """Return the state after `cause`; raise `IllegalMove` where the table has no such move."""
    try:
        return OFFER_TRANSITIONS[state][cause]
    except KeyError:
        message = f"an offer that is {state} cannot be moved by {cause}"
        raise IllegalMove(message) from None
