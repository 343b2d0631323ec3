"""What is decided about the line, made quickly for tests: open, closed, told."""

from collections.abc import Iterable
from datetime import UTC

from contact.flash import FlashId
from contact.ids import Language, QueueId
from contact.line import Closure, ClosureId, Flash, LineState, Place, PlaceKind
from contact.schedule import Hours, Schedule, ScheduleException, ScheduleId, read_hours
from ivr.flow.line import Line
from ivr.flow.nodes import PromptId

PL, EN = Language("pl"), Language("en")
TEXTS = ((PL, "tekst"), (EN, "text"))
OFFICE = ScheduleId("office")
LINE = Place(kind=PlaceKind.LINE)


def flash(name: str, *, place: Place = LINE, starts_at: float = 0.0, ends_at: float = 1_000.0) -> Flash:
    return Flash(
        flash=FlashId(name), title=name, place=place, texts=TEXTS, starts_at=starts_at, ends_at=ends_at
    )


def closure(queue: str | None, *, until_at: float = 1_000.0) -> Closure:
    return Closure(
        closure=ClosureId(f"c-{queue}"),
        queue=None if queue is None else QueueId(queue),
        reason="Awaria",
        texts=TEXTS,
        closed_by="sylwia",
        closed_at=0.0,
        until_at=until_at,
    )


def office(*exceptions: ScheduleException, week: tuple[str, ...] = ("mon-fri 08:00-16:00",)) -> Hours:
    schedule = Schedule(schedule=OFFICE, names=(), zone="UTC", week=week, exceptions=exceptions)
    return read_hours(schedule, UTC, lambda _: "")


def line(
    *,
    flashes: Iterable[Flash] = (),
    closures: Iterable[Closure] = (),
    hours: Hours | None = None,
    languages: tuple[Language, ...] = (PL, EN),
) -> Line:
    """Return a line in which everything can be told in `languages`, as the prompt `<id>-<language>`."""
    state = LineState(flashes=tuple(flashes), closures=tuple(closures))
    ids = (*(one.flash for one in state.flashes), *(one.closure for one in state.closures))
    return Line(
        state=state,
        hours={} if hours is None else {OFFICE: hours},
        prompts={(one, spoken): PromptId(f"{one}-{spoken}") for one in ids for spoken in languages},
    )
