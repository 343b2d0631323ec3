"""Cases, the catalogue they are filed from, and what is known of a caller."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from contact.ids import E164, AgentId, CallId, CaseNumber, QueueId, Skill, TopicId, UnitId
from contact.numbers import WITHHELD
from contact.times import Seconds


class CaseStatus(StrEnum):
    """Where a case stands: taken here, taken by the city's CRM, refused by it for good, or closed."""

    OPEN = "open"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question a topic asks; `datatype` is one of Open311's, such as string, text or singlevaluelist."""

    code: str
    datatype: str
    required: bool
    texts: tuple[tuple[str, str], ...]
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A reason to call: its titles by language, its owner unit, the skill it needs, its questions."""

    topic: TopicId
    titles: tuple[tuple[str, str], ...]
    group: str
    unit: UnitId
    skill: Skill
    synonyms: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    district_decides_unit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPhone:
    """A number of a unit: what it is for by language, and whether it is one person's own."""

    number: str
    labels: tuple[tuple[str, str], ...]
    personal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A city unit that owns cases; `district` is set for a district office."""

    unit: UnitId
    names: tuple[tuple[str, str], ...]
    district: str = ""
    phones: tuple[UnitPhone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What a case can be filed from. `version` changes whenever any part does."""

    version: str
    topics: tuple[Topic, ...]
    units: tuple[Unit, ...]
    districts: tuple[str, ...]
    dispositions: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place in degrees of WGS84 and, once it was projected, in metres of EPSG:2178 (PL-2000, zone 7)."""

    latitude: float
    longitude: float
    northing: float | None = None
    easting: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDraft:
    """What a person fills in. `unit` left out means: the one the topic and the district propose."""

    topic: TopicId
    description: str
    caller: E164 = WITHHELD
    call: CallId | None = None
    agent: AgentId | None = None
    district: str = ""
    address: str = ""
    unit: UnitId | None = None
    answers: tuple[tuple[str, str], ...] = ()
    point: Point | None = None
    media_urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A filed case. `reference` is the city CRM's own number, "" until it was delivered.

    `media_urls` are addresses of photos that people named (`contact.media`).
    """

    number: CaseNumber
    topic: TopicId
    title: str
    unit: UnitId
    unit_reason: str
    description: str
    caller: E164
    call: CallId | None
    agent: AgentId | None
    district: str
    address: str
    answers: tuple[tuple[str, str], ...]
    status: CaseStatus
    reference: str
    opened_at: Seconds
    promised_at: Seconds | None = None
    point: Point | None = None
    media_urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One past contact of a caller; `person` is the name of who was on the line, "" where nobody said."""

    call: CallId
    caller: E164
    queue: QueueId | None
    agent: AgentId | None
    outcome: str
    topic: str
    disposition: str
    note: str
    started_at: Seconds
    talk_s: float
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A person behind a number, as far as known; `person` is their id here, 0 where they have none."""

    name: str
    person: int = 0
    language: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerHistory:
    """What is known of a number. `complete` is False where a source did not answer; `note` says which.

    `as_of` is when it was read, where that is not now.
    """

    caller: E164
    people: tuple[Caller, ...] = ()
    contacts: tuple[Contact, ...] = ()
    open_cases: tuple[Case, ...] = ()
    complete: bool = True
    note: str = field(default="")
    as_of: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened:
    """A case was filed here and waits for delivery to the city's CRM."""

    number: str
    topic: str
    unit: str
    call: CallId | None
    caller: E164


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDelivered:
    """The city's CRM took the case and gave it its own reference."""

    number: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoAdded:
    """A photo came to a case from whoever had the code; `agent` had asked for it."""

    number: str
    photo: str
    agent: AgentId


CaseFact: TypeAlias = CaseOpened | CaseDelivered | PhotoAdded
"""What the bridge tells of cases."""
