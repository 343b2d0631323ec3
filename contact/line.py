"""What is decided about the line from day to day: opening hours, closures, and what callers are told.

Theory of operation. The desktop keeps these in the store and gives the whole of it, a `LineState`, to the
IVR after each change; the IVR keeps the last one in a file of its own, so that it goes on by it while desktop
or store are away. Everything that ends does so by its moment: a closure that is over, or an announcement
whose time has passed, needs nobody to take it back.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType, TypeAlias

from contact.commands import Done, Request
from contact.flash import FlashId
from contact.ids import Language, QueueId
from contact.schedule import Schedule, ScheduleId
from contact.times import Seconds

ClosureId = NewType("ClosureId", str)
Texts: TypeAlias = tuple[tuple[Language, str], ...]
"""What is said, by language."""


class PlaceKind(StrEnum):
    """Where in a call something is told."""

    LINE = "line"
    """Once, before the first menu or queue."""
    MENU = "menu"
    QUEUE = "queue"
    """On joining it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a call; `name` is the menu's node or the queue, "" for the line."""

    kind: PlaceKind
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A recorded file that is played instead of a spoken text; `digest` is its SHA-256."""

    language: Language
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flash:
    """A flash message: what callers are told at a place from `starts_at` until before `ends_at`."""

    flash: FlashId
    title: str
    place: Place
    texts: Texts
    starts_at: Seconds
    ends_at: Seconds
    is_on: bool = True
    recordings: tuple[Recording, ...] = ()

    def is_told(self, at: Seconds) -> bool:
        """Say whether callers are told at the moment `at`."""
        return self.is_on and self.starts_at <= at < self.ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """An emergency closure of a queue, or of the whole line (`queue` None), until before `until_at`."""

    closure: ClosureId
    queue: QueueId | None
    reason: str
    texts: Texts
    closed_by: str
    closed_at: Seconds
    until_at: Seconds

    def holds(self, at: Seconds) -> bool:
        """Say whether it is still closed at the moment `at`."""
        return at < self.until_at


@dataclass(frozen=True, slots=True, kw_only=True)
class LineState:
    """All that was decided; schedules here take the place of the city's own of the same name."""

    schedules: tuple[Schedule, ...] = ()
    closures: tuple[Closure, ...] = ()
    flashes: tuple[Flash, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTaken:
    """The IVR goes by it from the next call on; it lacks the recordings `missing`.

    `trouble` says what could not be spoken, "" for nothing.
    """

    missing: tuple[Recording, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLine(Request[LineTaken]):
    """Have the IVR go by `state` from the next call on."""

    state: LineState


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepRecording(Request[Done]):
    """Give the IVR a recorded file, a WAV; `Refused` (`bad_recording`) for one that cannot be played."""

    recording: Recording
    audio: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleUse:
    """A schedule of the city, and the destinations that its flow has for exceptions of it."""

    schedule: Schedule
    destinations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowPlaces:
    """What a flow has that people may name: its menus, and the city's schedules."""

    menus: tuple[str, ...]
    schedules: tuple[ScheduleUse, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GetFlowPlaces(Request[FlowPlaces]):
    """Ask the IVR what its flow has."""


def schedule_of(state: LineState, schedule: ScheduleId) -> Schedule | None:
    """Return the schedule of this name that takes the place of the city's own, None where none does."""
    return next((one for one in state.schedules if one.schedule == schedule), None)
