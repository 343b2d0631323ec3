"""The bodies of the HTTP API about what happens during a call: people, near cases, places, knowledge."""

from typing import Annotated, Literal

from pydantic import Field

from agent_desktop.forms import Answer, Body, Line, Lines, MediaUrls, Number, Word
from agent_desktop.recording_schemas import RecordedCall
from agent_desktop.schemas import CaseRow, History, PointRow
from contact.knowledge import Article, Knowledge
from contact.people import ContactKind
from contact.place import CityMap

Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class CallersQuery(Body):
    """What to look for: words of a name or an address, digits of a number, a case's number."""

    text: Annotated[Line, Field(min_length=2)]


class FoundPersonRow(Answer):
    """A person that was found; consultants see numbers masked."""

    id: int
    name: str
    number: str
    language: str
    tags: list[str]
    addresses: list[str]
    open_cases: int


class FoundAnswer(Answer):
    """The best matches."""

    people: list[FoundPersonRow]
    cases: list[CaseRow]


class PersonBody(Body):
    """Who is on the call: somebody known by `person`, or somebody new by `name` and what else is known."""

    person: Annotated[int, Field(ge=1)] | None = None
    name: Line = ""
    language: Annotated[str, Field(pattern=r"^([a-z]{2,3})?$")] = ""
    contacts: dict[ContactKind, Line] = Field(default_factory=dict)


class PersonAnswer(Answer):
    """Who is on the call, and what is known of them."""

    person: int
    name: str
    history: History


class CaseOfCallBody(Body):
    """The case that a call is about."""

    number: Annotated[Word, Field(min_length=1)]


class ReporterBody(Body):
    """One more reporter of a case: the caller of `call`, `caller`, or with `anonymous` somebody unnamed."""

    call: Word | None = None
    caller: Number | None = None
    anonymous: bool = False
    note: Lines = ""


class NoteBody(Body):
    """A note for a case, and the call it was said in."""

    text: Annotated[Lines, Field(min_length=1)]
    call: Word | None = None


class LinksBody(Body):
    """Addresses of photos for a case, and the call they were named in."""

    urls: Annotated[MediaUrls, Field(min_length=1)]
    call: Word | None = None


class CaseEventRow(Answer):
    """One thing that happened to a case."""

    kind: str
    detail: str
    happened_at: float


class LinkedCallRow(Answer):
    """A call that concerns a case, and how: `filed`, `reporter` or `about`."""

    call: str
    reason: str
    agent: str | None
    linked_at: float


class CaseFileAnswer(Answer):
    """A case with its events and calls, oldest first.

    `recordings` are those of its calls that the asker may play; nobody else is told of any.
    """

    case: CaseRow
    further_reporters: int
    events: list[CaseEventRow]
    calls: list[LinkedCallRow]
    recordings: list[RecordedCall] = Field(default_factory=list)


class NearbyQuery(Body):
    """What the new case is about, and where: a point, an address, or both."""

    topic: Annotated[Word, Field(min_length=1)]
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    district: Line = ""
    address: Line = ""


class NearbyRow(Answer):
    """An open case that may be about the same thing; `distance_m` null: known by its address only."""

    case: CaseRow
    distance_m: float | None
    further_reporters: int


class PointQuery(Body):
    """A point in degrees of WGS84."""

    latitude: Latitude
    longitude: Longitude


class LocatedAnswer(PointRow):
    """A point in both systems, and its district, "" outside the city."""

    district: str


class OutlineRow(Answer):
    """A district's rings of longitude and latitude."""

    district: str
    rings: list[list[tuple[float, float]]]


class StreetRow(Answer):
    """A street, its districts, and a point on it."""

    name: str
    districts: list[str]
    latitude: float
    longitude: float


class CityMapAnswer(Answer):
    """The districts and streets that a place is found from."""

    outlines: list[OutlineRow]
    streets: list[StreetRow]

    @classmethod
    def of(cls, found: CityMap) -> "CityMapAnswer":
        """Return `found` with rows."""
        return cls(
            outlines=[
                OutlineRow(district=one.district, rings=[list(ring) for ring in one.rings])
                for one in found.outlines
            ],
            streets=[StreetRow.model_validate(one) for one in found.streets],
        )


class ArticleTextRow(Answer):
    """An article in one language. `html` was made from Markdown and holds no other HTML."""

    title: str
    html: str
    words: list[str]


class ArticleRow(Answer):
    """A script or an article; `checked` is the day on which it was last read over."""

    id: str
    kind: Literal["script", "article"]
    topics: list[str]
    queues: list[str]
    checked: str
    texts: dict[str, ArticleTextRow]

    @classmethod
    def of(cls, article: Article) -> "ArticleRow":
        """Return `article` with its texts by language."""
        return cls(
            id=article.article,
            kind=article.kind.value,
            topics=list(article.topics),
            queues=list(article.queues),
            checked=article.checked,
            texts={one.language: ArticleTextRow.model_validate(one) for one in article.texts},
        )


class KnowledgeAnswer(Answer):
    """Every script and article; `version` changes whenever any part does."""

    version: str
    articles: list[ArticleRow]

    @classmethod
    def of(cls, knowledge: Knowledge) -> "KnowledgeAnswer":
        """Return `knowledge` with rows."""
        return cls(version=knowledge.version, articles=[ArticleRow.of(one) for one in knowledge.articles])


class FavouriteRow(Body):
    """An agent, a queue or a unit kept at the top of the directory."""

    kind: Literal["agent", "queue", "unit"]
    target: Annotated[Word, Field(min_length=1)]


class FavouritesBody(Body):
    """All of a user's favourites, in their order."""

    favourites: Annotated[list[FavouriteRow], Field(max_length=50)]


class FavouritesAnswer(Answer):
    """A user's favourites."""

    favourites: list[FavouriteRow]


class OwnDayAnswer(Answer):
    """The agent's own day. Pauses and wrap-ups count since `since_at`; `calls` and the rest since midnight.

    `calls`, `talk_s` and `without_disposition` are null while the store does not answer; `aht_s` is null
    until there was a call and a wrap-up.
    """

    calls: int | None
    talk_s: float | None
    without_disposition: int | None
    aht_s: float | None
    pause_s: float
    since_at: float
