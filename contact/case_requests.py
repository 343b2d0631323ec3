"""What is asked about cases that exist: which are near, who else reports them, which calls concern them."""

from dataclasses import dataclass

from contact.case import Case
from contact.commands import Request
from contact.ids import E164, AgentId, CallId, CaseNumber, TopicId
from contact.numbers import WITHHELD
from contact.times import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class NearbyCase:
    """An open case that may be about the same thing; `distance_m` None: known by its address only."""

    case: Case
    distance_m: float | None
    further_reporters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FindNearby(Request[tuple[NearbyCase, ...]]):
    """Ask for open cases of `topic` near a place, nearest first, as near and as new as the catalogue says."""

    topic: TopicId
    latitude: float | None = None
    longitude: float | None = None
    district: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """One thing that happened to a case, such as `opened`, `delivered`, `reporter_added` or `note`."""

    kind: str
    detail: str
    happened_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedCall:
    """A call that concerns a case: it was filed in it, a `reporter` was added in it, or it was `about` it."""

    call: CallId
    reason: str
    agent: AgentId | None
    linked_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case with everything that hangs on it, oldest first."""

    case: Case
    further_reporters: int
    events: tuple[CaseEvent, ...]
    calls: tuple[LinkedCall, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GetCaseFile(Request[CaseFile | None]):
    """Ask for a case with its events and calls."""

    number: CaseNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class AddReporter(Request[CaseFile]):
    """Count one more reporter of an open case and tell the city's CRM; `caller` "" is somebody unnamed.

    The same `idempotency_key`, or a caller who is the first reporter or counted already, adds nobody.
    `Refused`: `not_found`, `case_closed`.
    """

    number: CaseNumber
    agent: AgentId
    idempotency_key: str
    caller: E164 = WITHHELD
    call: CallId | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(Request[CaseFile]):
    """Add a note to a case and tell the city's CRM; the same `idempotency_key` adds it once."""

    number: CaseNumber
    agent: AgentId
    idempotency_key: str
    text: str
    call: CallId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMediaUrls(Request[CaseFile]):
    """Add addresses of photos to a case and tell the city's CRM of those it has not; once for its key.

    `Refused`: `not_found`, `media_urls_invalid`, `too_many_media_urls` (`contact.media.MEDIA_URLS_MAX`).
    """

    number: CaseNumber
    agent: AgentId
    idempotency_key: str
    urls: tuple[str, ...]
    call: CallId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCall(Request[CaseFile]):
    """Keep that `call` is about this case; said again, it changes nothing. `Refused` (`not_found`)."""

    number: CaseNumber
    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesOfCall(Request[tuple[Case, ...]]):
    """Ask which cases a call concerns, in the order in which they were linked."""

    call: CallId
