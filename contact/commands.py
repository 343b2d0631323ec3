"""Commands: requests in the imperative that one role makes of another.

*Orders* are what the engine asks telephony to do; they carry no reply, what came of them returns as
events. *Requests* go over the bus and have a reply of a stated type; one that is understood and not
carried out raises `contact.errors.Refused`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from contact.announcement import PromptName
from contact.case import CallerHistory, Case, CaseDraft, Catalogue
from contact.consult import ConsultOrder, ConsultStanding
from contact.events import AgentStateChanged, CallOffered, CallWaiting, Fact
from contact.ids import (
    E164,
    AgentId,
    CallId,
    CaseNumber,
    ChannelName,
    Extension,
    LegId,
    OfferId,
    QueueId,
    Skill,
)
from contact.states import Availability, PhoneState
from contact.talk import TalkOrder
from contact.talk_recording import RecordingOrder, RecordingStanding
from contact.times import Seconds

Reply = TypeVar("Reply", covariant=True)

# --- orders of the engine ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCall:
    """Ring the agent's phone for `ring_timeout_s` and bridge it to the caller when it answers.

    For a callback there is no caller's channel: the number `caller` is dialled for `dial_timeout_s` then.
    One that `records` keeps the sound of the talk.
    """

    offer: OfferId
    call: CallId
    caller_channel: ChannelName
    agent: AgentId
    extension: Extension
    caller: E164
    ring_timeout_s: float
    dial_timeout_s: float | None = None
    records: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RescindOffer:
    """Stop the agent's phone: the offer is no longer wanted."""

    offer: OfferId


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpLeg:
    """End one channel, named by its unique id."""

    leg: LegId


class Destination(StrEnum):
    """Where a caller goes who leaves the queue without an agent: an extension of `[overflow]`."""

    MESSAGE = "message"
    HANGUP = "hangup"
    VOICEMAIL = "voicemail"
    """Leave a message, which becomes a task."""
    MENU = "menu"
    """Back into the IVR, where the flow resumes; the place in the queue is given up."""
    CALLBACK = "callback"
    """Into the IVR, which offers a callback; whoever does not want one goes on waiting at the old place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveQueue:
    """Take a waiting caller out of `[wait]` and on to `destination`."""

    call: CallId
    channel: ChannelName
    destination: Destination


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """Let a caller who stands in `[wait]` hear prompts, one after another, at the next turn of the wait."""

    call: CallId
    prompts: tuple[PromptName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """Tell the other roles a fact."""

    fact: Fact


Order: TypeAlias = (
    OfferCall | RescindOffer | HangUpLeg | LeaveQueue | Announce | TalkOrder | ConsultOrder | RecordingOrder
)
"""The commands that telephony carries out."""

Command: TypeAlias = Order | Publish
"""What `Engine.handle` and `Engine.advance` return, in the order in which it is to be done."""

# --- requests over the bus ---------------------------------------------------------------------


class Request(Generic[Reply]):
    """A message with a reply of type `Reply`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """It was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAvailability(Request[Done]):
    """Ask routing for an agent's availability, on behalf of `by`."""

    agent: AgentId
    availability: Availability
    reason: str
    by: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineOffer(Request[Done]):
    """Refuse an offer on the desktop."""

    offer: OfferId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteWrapUp(Request[Done]):
    """End an agent's wrap-up of a call before its deadline."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendWrapUp(Request[Done]):
    """Ask once for more wrap-up time."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpCall(Request[Done]):
    """End the agent's part of a call (the caller goes on to what follows the talk).

    `Refused` (`not_talking`) where `by` is neither who talks to the caller nor who was asked about them.
    """

    call: CallId
    by: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigureAgent(Request[Done]):
    """Tell routing that an agent exists or changed; `skills` levels are 0 to 100."""

    agent: AgentId
    name: str
    extension: Extension
    skills: tuple[tuple[Skill, int], ...]
    wrap_up_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveAgent(Request[Done]):
    """Tell routing that an agent exists no more; one who is in a call is forgotten when it is over."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePriority(Request[Done]):
    """Give a waiting caller another priority (higher goes first); `Refused` for one who does not wait."""

    call: CallId
    priority: int
    by: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCall(Request[Done]):
    """Move a waiting caller to another queue; `Refused` for no such queue or a caller who does not wait."""

    call: CallId
    queue: QueueId
    by: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReloadPolicy(Request[Done]):
    """Have routing read its policy file again; `Refused` names place and reason, the old one goes on."""

    by: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStanding:
    """A queue's name and what it was configured with, for people to read.

    `expected_wait_s` is what a caller who joins now has to wait for an answer, None where nobody is there to
    give one. How wrong such figures were, over the last `wait_error_calls` answered callers who had to wait:
    on average by `wait_error_bias_s` (positive: they waited longer), four in five by at most
    `wait_error_p80_s`. `relaxations` are what the queue asks instead, each after so many seconds of waiting.
    """

    queue: QueueId
    names: tuple[tuple[str, str], ...]
    requirement: str
    service_level_s: float
    members: tuple[AgentId, ...]
    expected_wait_s: float | None = None
    wait_error_bias_s: float | None = None
    wait_error_p80_s: float | None = None
    wait_error_calls: int = 0
    relaxations: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStanding:
    """An agent as routing sees them now."""

    agent: AgentId
    name: str
    extension: Extension
    phone: PhoneState
    skills: tuple[tuple[Skill, int], ...]
    state: AgentStateChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStanding:
    """A call that is up: `place` is `ivr`, `waiting`, `offered`, `talking` or `after`.

    `held_at` is set while the caller hears music in a talk, `awaits` where that is for the agent's page.
    `consult` is whom the agent asks meanwhile, `recording` what is kept of the talk.
    """

    call: CallId
    caller: E164
    place: str
    since_at: Seconds
    waiting: CallWaiting | None = None
    offer: CallOffered | None = None
    agent: AgentId | None = None
    held_at: Seconds | None = None
    awaits: bool = False
    consult: ConsultStanding | None = None
    recording: RecordingStanding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Everything that is live in routing at one moment."""

    at: Seconds
    telephony_up: bool
    queues: tuple[QueueStanding, ...] = ()
    agents: tuple[AgentStanding, ...] = ()
    calls: tuple[CallStanding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GetStanding(Request[Standing]):
    """Ask routing for everything that is live."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallExplanation:
    """What routing decided about a call: its facts, oldest first, and what they say by language, in lines."""

    facts: tuple[Fact, ...] = ()
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainCall(Request[CallExplanation]):
    """Ask routing for what it decided about a call, also of one that is long over; nothing if unknown."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedWait:
    """What a waiting caller is to expect; `position` counts, from 1 on, who competes for the same agents.

    `wait_s` is the time from now until an agent answers, None where nobody is there to; `error_p80_s` is how
    wrong four in five of such figures were at most in this queue, None before any was measured.
    """

    call: CallId
    queue: QueueId
    position: int
    wait_s: float | None
    error_p80_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateWait(Request[ExpectedWait]):
    """Ask routing how long a caller has to wait; `Refused` (`not_waiting`) for one who does not."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpCaller(Request[CallerHistory]):
    """Ask the bridge for the last contacts and the open cases of a number."""

    caller: E164
    contacts_max: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCase(Request[Case]):
    """File a case. The same `idempotency_key` always answers with the case it first made."""

    draft: CaseDraft
    idempotency_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GetCase(Request[Case | None]):
    """Ask for one case by its number."""

    number: CaseNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCases(Request[tuple[Case, ...]]):
    """Ask for a caller's cases, newest first."""

    caller: E164
    cases_max: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Undeliverable:
    """A case that the city's CRM refused for good: why and when."""

    case: Case
    reason: str
    refused_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ListUndeliverable(Request[tuple[Undeliverable, ...]]):
    """Ask for the cases that the CRM refused, the last refused first."""

    cases_max: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SendCaseAgain(Request[Done]):
    """Have a refused case delivered once more; `Refused` (`not_undeliverable`) where it was not refused."""

    number: CaseNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class GetCatalogue(Request[Catalogue]):
    """Ask for topics, units and districts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWrapUp(Request[Done]):
    """Keep the disposition and the note of a contact; said again, the last one stays."""

    call: CallId
    agent: AgentId
    disposition: str
    note: str
