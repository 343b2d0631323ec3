"""The bodies of the HTTP API and of the pop, as the OpenAPI document describes them.

Moments (`*_at`) are seconds since 1970-01-01T00:00:00Z, durations (`*_s`) are seconds. What a person
types is refused if it holds characters that cannot be seen; only long texts may have line breaks.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from agent_desktop.board_schemas import RelaxationRow, TodayFigures
from agent_desktop.forms import Answer, Body, Line, Lines, MediaUrls, Number, Word
from agent_desktop.recording_schemas import RecordedCall
from contact.case import CallerHistory, Case, Contact
from contact.numbers import mask
from contact.states import Availability


class ProblemBody(Answer):
    """An error, RFC 9457."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[dict[str, str]] = Field(default_factory=list)


class SignInBody(Body):
    """Login and password."""

    login: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=256)]


class AgentRow(Answer):
    """An agent with live state; `availability` is what was asked for, `state` what is.

    `hand_up_at` is since when they ask for help in their talk, `helper` the name of who comes.
    """

    id: str
    name: str
    extension: str
    phone: str
    team: str
    skills: dict[str, int]
    state: str
    availability: str
    reason: str
    call: str | None
    since_at: float
    until_at: float | None
    hand_up_at: float | None
    helper: str


class Me(Answer):
    """Who is signed in. `csrf` goes into the header X-CSRF-Token of every write."""

    login: str
    name: str
    role: str
    extension: str | None
    language: str
    skills: dict[str, int]
    team: str
    scope: dict[str, list[str]]
    csrf: str
    agent: AgentRow | None = None


class AvailabilityBody(Body):
    """The agent's wish; `reason` says why not ready."""

    availability: Availability
    reason: Word = ""


class AvailabilityAnswer(Answer):
    """The wish as routing took it."""

    availability: Availability
    reason: str


class QueueRow(Answer):
    """A queue with live figures; `waiting` on the line, and `callbacks` whose citizens are not yet dialled.

    `agents` counts its members by state. `expected_wait_s` is what a caller who joins now has to wait, null
    where nobody is there to answer. Over the last `wait_error_calls` answers such figures were wrong by
    `wait_error_bias_s` on average (positive: callers waited longer) and, four times in five, by at most
    `wait_error_p80_s`. `today` is null until the store was read.
    """

    id: str
    names: dict[str, str]
    requirement: str
    relaxations: list[RelaxationRow]
    service_level_s: float
    members: list[str]
    waiting: int
    callbacks: int
    oldest_joined_at: float | None
    expected_wait_s: float | None
    wait_error_bias_s: float | None
    wait_error_p80_s: float | None
    wait_error_calls: int
    agents: dict[str, int]
    today: TodayFigures | None


class CallRow(Answer):
    """A call that is up, or a `callback`. `caller` is masked without a right to it by role or call.

    `recording` is `on`, `paused` or `discarded` of a talk that is, or was, recorded; null: it is not.
    """

    id: str
    callback: bool
    caller: str
    place: str
    since_at: float
    queue: str | None
    requirement: str
    priority: int
    language: str
    joined_at: float | None
    path: list[str]
    topic: str
    agent: str | None
    offer: str | None
    recording: str | None = None


class CallsQuery(Body):
    """Which calls: `state` is their place, `resting` and `dialling` of callbacks; all without it."""

    state: Literal["ivr", "waiting", "offered", "talking", "after", "resting", "dialling"] | None = None


class Explanation(Answer):
    """What routing decided about a call: its facts, oldest first, each with its `type`.

    `words` says the same for people to read, as lines by language (`pl`, `en`).
    """

    call: str
    facts: list[dict[str, Any]]
    words: dict[str, list[str]]


class WrapUpBody(Body):
    """What the agent notes after a call. `extend` asks once for more time, `complete` ends the wrap-up."""

    disposition: Word = ""
    note: Lines = ""
    complete: bool = False
    extend: bool = False


class WrapUpAnswer(Answer):
    """What was noted."""

    call: str
    disposition: str
    note: str
    complete: bool


class PriorityBody(Body):
    """A waiting caller's priority, the queue's own included; higher goes first."""

    priority: Annotated[int, Field(ge=-1_000, le=1_000)]


class MoveBody(Body):
    """The queue that a waiting caller is moved to."""

    queue: Annotated[Word, Field(min_length=1)]


class TransferBody(Body):
    """Where a caller is handed on to: a queue, a colleague, a colleague in a queue; or a number outside."""

    queue: Annotated[Word, Field(min_length=1)] | None = None
    agent: Annotated[Word, Field(min_length=1)] | None = None
    number: Annotated[Word, Field(min_length=1)] | None = None


class ContactRow(Answer):
    """One past contact of a caller."""

    call: str
    queue: str | None
    agent: str | None
    outcome: str
    topic: str
    disposition: str
    note: str
    started_at: float
    talk_s: float
    person: str

    @classmethod
    def of(cls, contact: Contact) -> "ContactRow":
        """Return `contact` without the number it is listed under."""
        return cls.model_validate(contact)


class PointRow(Answer):
    """A point: degrees of WGS84 and metres of EPSG:2178 (PL-2000, zone 7)."""

    latitude: float
    longitude: float
    northing: float | None
    easting: float | None


class CaseRow(Answer):
    """A filed case; `reference` is the city CRM's own number, "" until it was delivered."""

    number: str
    topic: str
    title: str
    unit: str
    unit_reason: str
    description: str
    caller: str
    call: str | None
    agent: str | None
    district: str
    address: str
    answers: dict[str, str]
    status: str
    reference: str
    opened_at: float
    promised_at: float | None
    point: PointRow | None
    media_urls: list[str]

    @classmethod
    def of(cls, case: Case, *, caller: str) -> "CaseRow":
        """Return `case` with the number as far as the reader may see it."""
        own = ("answers", "caller", "point")
        plain = {name: getattr(case, name) for name in cls.model_fields if name not in own}
        point = None if case.point is None else PointRow.model_validate(case.point)
        return cls(**plain, caller=caller, answers=dict(case.answers), point=point)


class PersonRow(Answer):
    """A person behind a number, as far as known; `id` names them in `PUT /api/v1/calls/{id}/person`."""

    id: int
    name: str
    language: str
    tags: list[str]


class History(Answer):
    """What is known of a number; `complete` is false where a source did not answer, `note` says which.

    `as_of` is when it was read, where that is not now. `recordings` are those that the asker may play.
    """

    caller: str
    people: list[PersonRow]
    contacts: list[ContactRow]
    open_cases: list[CaseRow]
    complete: bool
    note: str
    as_of: float | None = None
    recordings: list[RecordedCall] = Field(default_factory=list)

    @classmethod
    def of(cls, history: CallerHistory) -> "History":
        """Return `history` for somebody who may see the number; those of other people's cases are masked."""
        return cls(
            caller=history.caller,
            people=[
                PersonRow(id=one.person, name=one.name, language=one.language, tags=list(one.tags))
                for one in history.people
            ],
            contacts=[ContactRow.of(one) for one in history.contacts],
            open_cases=[
                CaseRow.of(one, caller=one.caller if one.caller == history.caller else mask(one.caller))
                for one in history.open_cases
            ],
            complete=history.complete,
            note=history.note,
            as_of=history.as_of,
        )


class PointBody(Body):
    """A point in degrees of WGS84."""

    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class CaseBody(Body):
    """A case to file. Without `unit` the topic and the district decide; without `caller` the call does.

    Without `district` the point does. With `anonymous` neither the caller nor the call is kept in the case.
    """

    topic: Annotated[Word, Field(min_length=1)]
    description: Annotated[Lines, Field(min_length=1)]
    caller: Number | None = None
    call: Word | None = None
    district: Line = ""
    address: Line = ""
    unit: Word | None = None
    answers: dict[Word, Line] = Field(default_factory=dict, max_length=50)
    point: PointBody | None = None
    anonymous: bool = False
    media_urls: MediaUrls = Field(default_factory=list)


class CasesQuery(Body):
    """Whose cases."""

    caller: Number


class Alive(Answer):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(Answer):
    """Each dependency with `ok` or the reason why not."""

    status: Literal["ready", "not_ready"]
    checks: dict[str, str]
