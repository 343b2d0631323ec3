"""The IVR as the desktop sees it: it takes what is decided about the line, and counts nothing by itself."""

import hashlib
from dataclasses import dataclass, field

from contact.commands import Done
from contact.errors import NotAvailable, Refused
from contact.ids import Language
from contact.line import (
    FlowPlaces,
    GetFlowPlaces,
    KeepRecording,
    LineState,
    LineTaken,
    Recording,
    ScheduleUse,
    SetLine,
)
from contact.schedule import Schedule, ScheduleException, ScheduleId
from runtime.bus import MemoryBus

OFFICES = Schedule(
    schedule=ScheduleId("district_offices"),
    names=((Language("pl"), "Urzędy dzielnic"), (Language("en"), "District offices")),
    zone="Europe/Warsaw",
    week=("mon 08:00-18:00", "tue-fri 08:00-16:00"),
    holidays="PL",
    exceptions=(
        ScheduleException(
            title="Święta Bożego Narodzenia",
            first="2026-12-24",
            last="2026-12-26",
            destination="christmas",
        ),
    ),
)


@dataclass
class FakeIvr:
    """An IVR with two menus and one schedule."""

    bus: MemoryBus
    up: bool = True
    states: list[LineState] = field(default_factory=list)
    kept: dict[Recording, bytes] = field(default_factory=dict)

    def serve(self) -> None:
        self.bus.serve(SetLine, self.set)
        self.bus.serve(KeepRecording, self.keep)
        self.bus.serve(GetFlowPlaces, self.places)

    async def set(self, request: SetLine) -> LineTaken:
        self._check_up()
        self.states.append(request.state)
        wanted = [one for flash in request.state.flashes for one in flash.recordings]
        return LineTaken(missing=tuple(one for one in wanted if one not in self.kept))

    async def keep(self, request: KeepRecording) -> Done:
        self._check_up()
        if hashlib.sha256(request.audio).hexdigest() != request.recording.digest:
            raise Refused("the file is another one than was meant", code="bad_recording")
        self.kept[request.recording] = request.audio
        return Done()

    async def places(self, _: GetFlowPlaces) -> FlowPlaces:
        self._check_up()
        use = ScheduleUse(schedule=OFFICES, destinations=("christmas",))
        return FlowPlaces(menus=("menu", "menu_en"), schedules=(use,))

    def _check_up(self) -> None:
        if not self.up:
            raise NotAvailable("the IVR does not answer")
