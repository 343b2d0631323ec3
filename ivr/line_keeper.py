"""Keeps what is decided about the line, for every dialogue to ask, and takes each change from the desktop.

Theory of operation. A change is written into a file, its prompts are made in a thread, and only then is it
what `now` returns; callers meanwhile go by the one before it. Changes are taken one after another. At the
start the file is read, so that closures and announcements hold whatever else is away.
"""

import asyncio
import logging
from pathlib import Path

from contact.commands import Done
from contact.errors import NotAvailable
from contact.line import FlowPlaces, GetFlowPlaces, KeepRecording, LineState, LineTaken, ScheduleUse, SetLine
from contact.opening import OpeningError
from contact.schedule import Hours, Schedule, ScheduleId
from ivr.adapters.line_file import read_line, write_line
from ivr.adapters.line_prompt import LinePrompts, Made
from ivr.flow.line import EMPTY_LINE, Line
from ivr.flow.nodes import Flow, Menu, OpenHours
from runtime.bus import Bus
from runtime.holiday import hours_of

log = logging.getLogger(__name__)


class LineKeeper:
    """What is decided about the line."""

    def __init__(self, *, file: Path, prompts: LinePrompts) -> None:
        """Keep it in `file`, and what it says as `prompts`."""
        self._file = file
        self._prompts = prompts
        self._line = EMPTY_LINE
        self._flow: Flow | None = None
        self._schedules: tuple[Schedule, ...] = ()
        self._taking = asyncio.Lock()

    def now(self) -> Line:
        """Return what is decided."""
        return self._line

    def load(self, flow: Flow, schedules: tuple[Schedule, ...]) -> None:
        """Go by the city's files and by what was decided before; blocks while prompts are made."""
        self._flow, self._schedules = flow, schedules
        state = read_line(self._file)
        made = self._prompts.make(state)
        self._prompts.sweep(made.prompts.values())
        self._line = self._join(state, made)

    def serve(self, bus: Bus) -> None:
        """Answer the desktop on `bus`."""
        bus.serve(SetLine, self._set)
        bus.serve(KeepRecording, self._keep)
        bus.serve(GetFlowPlaces, self._places)

    async def _set(self, request: SetLine) -> LineTaken:
        async with self._taking:
            try:
                await asyncio.to_thread(write_line, self._file, request.state)
            except OSError as error:
                raise NotAvailable(f"{self._file} cannot be written: {error}") from None
            made = await asyncio.to_thread(self._prompts.make, request.state)
            self._line = self._join(request.state, made)
        return LineTaken(missing=made.missing, trouble=made.trouble)

    async def _keep(self, request: KeepRecording) -> Done:
        async with self._taking:
            await asyncio.to_thread(self._prompts.keep, request.recording, request.audio)
        return Done()

    async def _places(self, _: GetFlowPlaces) -> FlowPlaces:
        nodes = () if self._flow is None else tuple(self._flow.nodes.values())
        ways: dict[ScheduleId, dict[str, None]] = {}
        for node in nodes:
            if isinstance(node, OpenHours):
                ways.setdefault(node.schedule, {}).update(dict.fromkeys(node.exceptions))
        return FlowPlaces(
            menus=tuple(node.node for node in nodes if isinstance(node, Menu)),
            schedules=tuple(
                ScheduleUse(schedule=one, destinations=tuple(ways.get(one.schedule, ())))
                for one in self._schedules
            ),
        )

    def _join(self, state: LineState, made: Made) -> Line:
        hours: dict[ScheduleId, Hours] = {}
        for schedule in (*self._schedules, *state.schedules):
            try:
                hours[schedule.schedule] = hours_of(schedule)
            except OpeningError as error:
                log.warning("the schedule %s stays as it was: %s", schedule.schedule, error)
        return Line(state=state, hours=hours, prompts=made.prompts)
