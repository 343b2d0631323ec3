"""The bodies of what is decided about the line: closures, flash messages, opening hours."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from agent_desktop.forms import Answer, Body, Line, Lines, Word
from agent_desktop.line_live import LiveFlash
from contact.line import Closure, FlowPlaces, PlaceKind
from contact.schedule import Because, Schedule

TEXT_CHARACTERS_MAX = 600
"""About 40 seconds of speech."""
Spoken = Annotated[Lines, Field(max_length=TEXT_CHARACTERS_MAX)]
Window = Annotated[
    Word, Field(description="such as `mon-fri 08:00-16:00`, `sat 09:00-12:00` or `00:00-24:00`")
]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$", description="an ISO date")]


class SpokenTexts(Body):
    """What callers hear, by language; "" says nothing in that language."""

    pl: Spoken = ""
    en: Spoken = ""

    @model_validator(mode="after")
    def _say_something(self) -> Self:
        if not self.pl and not self.en:
            raise ValueError("needs a text in one language at least")
        return self


class ClosureChange(Body):
    """How a closure goes on: until when, why, and what callers hear."""

    reason: Annotated[Line, Field(min_length=1)]
    until_at: float
    texts: SpokenTexts


class ClosureBody(ClosureChange):
    """A closure of a queue, or of the whole line (`queue` null)."""

    queue: Word | None


class ClosureRow(Answer):
    """A closure that holds. `at_the_line` says whether callers are served by it already."""

    id: str
    queue: str | None
    reason: str
    texts: dict[str, str]
    closed_by: str
    closed_at: float
    until_at: float
    at_the_line: bool

    @classmethod
    def of(cls, one: Closure, *, at_the_line: bool) -> Self:
        """Return the closure as it is shown."""
        return cls(
            id=one.closure,
            queue=one.queue,
            reason=one.reason,
            texts=dict(one.texts),
            closed_by=one.closed_by,
            closed_at=one.closed_at,
            until_at=one.until_at,
            at_the_line=at_the_line,
        )


class FlashBody(Body):
    """A flash message; `place_name` is the menu's node or the queue, "" for the line."""

    title: Annotated[Line, Field(min_length=1, max_length=120)]
    place: PlaceKind
    place_name: Word = ""
    texts: SpokenTexts
    starts_at: float
    ends_at: float
    on: bool = True


class FlashState(Body):
    """Whether a flash message is switched on."""

    on: bool


class FlashRow(Answer):
    """A flash message. `told`: callers hear it now; `heard`: how often they did; `recorded`: by a file."""

    id: str
    title: str
    place: PlaceKind
    place_name: str
    texts: dict[str, str]
    recorded: list[str]
    starts_at: float
    ends_at: float
    on: bool
    told: bool
    heard: int
    changed_by: str
    at_the_line: bool

    @classmethod
    def of(cls, one: LiveFlash, *, at_the_line: bool) -> Self:
        """Return the flash message as it is shown."""
        flash = one.flash
        return cls(
            id=flash.flash,
            title=flash.title,
            place=flash.place.kind,
            place_name=flash.place.name,
            texts=dict(flash.texts),
            recorded=[recording.language for recording in flash.recordings],
            starts_at=flash.starts_at,
            ends_at=flash.ends_at,
            on=flash.is_on,
            told=one.is_told,
            heard=one.heard,
            changed_by=one.changed_by,
            at_the_line=at_the_line,
        )


class ExceptionBody(Body):
    """On the days `first` to `last` other `hours` count; none: closed, and callers go to `destination`."""

    title: Line = ""
    first: Day
    last: Day
    hours: list[Window] = Field(default_factory=list)
    destination: Word = ""


class ScheduleBody(Body):
    """Opening hours; `holidays` is a country whose public holidays have `holiday_hours`, "" for none."""

    time_zone: Word
    week: Annotated[list[Window], Field(min_length=1)]
    holidays: Literal["", "PL"] = ""
    holiday_hours: list[Window] = Field(default_factory=list)
    exceptions: list[ExceptionBody] = Field(default_factory=list)


class HolidayRow(Answer):
    """A public holiday to come."""

    day: str
    name: str


class ScheduleRow(Answer):
    """A schedule, and whether it is open now by which rule; `own`: it is as the city's file has it."""

    id: str
    names: dict[str, str]
    time_zone: str
    week: list[str]
    holidays: str
    holiday_hours: list[str]
    exceptions: list[ExceptionBody]
    destinations: list[str]
    own: bool
    open: bool
    because: Because
    title: str
    changes_at: float | None
    coming: list[HolidayRow]


class FlowPlacesRow(Answer):
    """What the flow has that a flash message may be placed at."""

    menus: list[str]

    @classmethod
    def of(cls, found: FlowPlaces) -> Self:
        """Return the places as they are shown."""
        return cls(menus=list(found.menus))


def exceptions_of(schedule: Schedule) -> list[ExceptionBody]:
    """Return a schedule's exceptions as they are written on a page."""
    return [
        ExceptionBody(
            title=one.title,
            first=one.first,
            last=one.last,
            hours=list(one.hours),
            destination=one.destination,
        )
        for one in schedule.exceptions
    ]
