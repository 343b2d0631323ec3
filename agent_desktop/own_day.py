"""Each agent's own day as far as this process has seen it: pauses, wrap-ups, and what they ended with.

Theory of operation. Facts move it and the standing says where everybody is at the start. A pause counts from
midnight at the earliest and from when this process first saw the agent; `since_at` says from when the figures
hold. A wrap-up ends when the agent leaves that state: with a disposition if one was noted for its call by
then, else it is counted as one without, whoever or whatever ended it.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from contact.commands import Standing
from contact.events import AgentStateChanged, CallReleased
from contact.ids import AgentId, CallId
from contact.states import AgentState
from contact.times import Seconds

NOTED_MAX = 5_000
OwnDayEvent: TypeAlias = AgentStateChanged | CallReleased


@dataclass(slots=True)
class OwnDay:
    """One agent's figures since `since_at`; a pause that goes on is not in `pause_s` yet."""

    since_at: Seconds
    pause_s: float = 0.0
    wrap_ups: int = 0
    wrap_up_s: float = 0.0
    paused_at: Seconds | None = None
    wrapping: CallReleased | None = field(default=None)

    def pause_until(self, now: Seconds) -> float:
        """Return the seconds not ready, those of a pause that goes on included."""
        return self.pause_s + (0.0 if self.paused_at is None else max(0.0, now - self.paused_at))


class OwnDays:
    """The days of all agents; `bounds` gives the midnights around a moment."""

    def __init__(
        self, *, bounds: Callable[[Seconds], tuple[Seconds, Seconds]], ended: Callable[[str], None]
    ) -> None:
        """Call `ended` with `given` or `none` for each wrap-up that is over."""
        self._bounds = bounds
        self._ended = ended
        self._days: dict[AgentId, OwnDay] = {}
        self._today: tuple[Seconds, Seconds] | None = None
        self._noted: OrderedDict[CallId, None] = OrderedDict()

    def start_from(self, standing: Standing, now: Seconds) -> None:
        """Take up whoever is not known yet."""
        self._turn(now)
        for one in standing.agents:
            if one.agent not in self._days:
                day = self._day(one.agent, now)
                if one.state.new is AgentState.NOT_READY:
                    day.paused_at = now

    def fold(self, event: OwnDayEvent, now: Seconds) -> None:
        """Move on by one fact."""
        self._turn(now)
        day = self._day(event.agent, now)
        match event:
            case CallReleased():
                day.wrapping = event
            case AgentStateChanged(new=new, old=old, since_at=since_at):
                if day.paused_at is not None and new is not AgentState.NOT_READY:
                    day.pause_s += max(0.0, since_at - day.paused_at)
                    day.paused_at = None
                if day.paused_at is None and new is AgentState.NOT_READY:
                    day.paused_at = since_at
                if old is AgentState.WRAP_UP and new is not AgentState.WRAP_UP:
                    self._end_wrap_up(day, since_at)

    def note(self, call: CallId) -> None:
        """Keep that a disposition was given for a call."""
        self._noted[call] = None
        while len(self._noted) > NOTED_MAX:
            self._noted.popitem(last=False)

    def of(self, agent: AgentId, now: Seconds) -> OwnDay:
        """Return an agent's day, for reading only."""
        self._turn(now)
        return self._day(agent, now)

    def _end_wrap_up(self, day: OwnDay, ended_at: Seconds) -> None:
        released, day.wrapping = day.wrapping, None
        if released is None:
            return
        day.wrap_ups += 1
        day.wrap_up_s += max(0.0, ended_at - released.released_at)
        self._ended("given" if released.call in self._noted else "none")

    def _day(self, agent: AgentId, now: Seconds) -> OwnDay:
        day = self._days.get(agent)
        if day is None:
            day = self._days[agent] = OwnDay(since_at=now)
        return day

    def _turn(self, now: Seconds) -> None:
        """Begin anew after midnight; pauses and wrap-ups under way go on."""
        former = self._today
        if former is not None and former[0] <= now < former[1]:
            return
        self._today = begins_at, _ = self._bounds(now)
        if former is None:
            return
        for agent, old in self._days.items():
            self._days[agent] = OwnDay(
                since_at=begins_at,
                paused_at=None if old.paused_at is None else begins_at,
                wrapping=old.wrapping,
            )
