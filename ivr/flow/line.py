"""What is decided about the line from day to day, as a dialogue asks: what is open, and what to tell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from contact.ids import Language, QueueId
from contact.line import Closure, Flash, LineState, Place, PlaceKind
from contact.schedule import Hours, ScheduleId, Verdict, verdict
from contact.times import Seconds
from ivr.flow.nodes import PromptId

_NO_HOURS: Mapping[ScheduleId, Hours] = MappingProxyType({})
_NO_PROMPTS: Mapping[tuple[str, Language], PromptId] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was decided, with the schedules read and the prompts made.

    `prompts` holds, by the id of a closure or a flash message and a language, what is played; whatever is not
    in it cannot be told in that language.
    """

    state: LineState = field(default_factory=LineState)
    hours: Mapping[ScheduleId, Hours] = field(default_factory=lambda: _NO_HOURS)
    prompts: Mapping[tuple[str, Language], PromptId] = field(default_factory=lambda: _NO_PROMPTS)

    def verdict(self, schedule: ScheduleId, at: Seconds) -> Verdict | None:
        """Say whether `schedule` is open at `at`, None for a schedule that is not known."""
        hours = self.hours.get(schedule)
        return None if hours is None else verdict(hours, at)

    def closure(self, queue: QueueId | None, at: Seconds) -> Closure | None:
        """Return the closure of a queue, or of the line for None, that holds at `at`."""
        return next((one for one in self.state.closures if one.queue == queue and one.holds(at)), None)

    def flashes(self, place: Place, at: Seconds) -> Iterator[Flash]:
        """Yield what is told at a place, the oldest first."""
        return (one for one in self.state.flashes if one.place == place and one.is_told(at))


EMPTY_LINE = Line()
THE_LINE = Place(kind=PlaceKind.LINE)
