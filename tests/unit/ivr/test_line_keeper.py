import asyncio
import hashlib
from collections.abc import Iterable
from pathlib import Path

import pytest

from contact.errors import NotAvailable
from contact.ids import Language
from contact.line import GetFlowPlaces, KeepRecording, LineState, Recording, SetLine
from contact.schedule import Schedule
from ivr.adapters.line_file import read_line, write_line
from ivr.adapters.line_prompt import Made
from ivr.flow.nodes import OpenHours, PromptId
from ivr.line_keeper import LineKeeper
from runtime.bus import MemoryBus
from tests.fakes.flows import flow, node_id
from tests.fakes.lines import OFFICE, PL, closure, flash

CITY = Schedule(schedule=OFFICE, names=(), zone="Europe/Warsaw", week=("mon-fri 08:00-16:00",))
FLOW = flow(
    OpenHours(
        node=node_id("hours"),
        schedule=OFFICE,
        open=node_id("roads"),
        closed=node_id("general"),
        exceptions={"christmas": node_id("bye")},
    )
)
STATE = LineState(closures=(closure("roads"),), flashes=(flash("water"),))


class FakePrompts:
    """Prompts that are made at once, in Polish only."""

    def __init__(self) -> None:
        self.kept: list[Recording] = []
        self.swept: list[PromptId] = []
        self.missing: tuple[Recording, ...] = ()
        self.made = asyncio.Event()

    def make(self, state: LineState) -> Made:
        ids = (*(one.flash for one in state.flashes), *(one.closure for one in state.closures))
        prompts = {(one, PL): PromptId(f"told/{one}") for one in ids}
        return Made(prompts=prompts, missing=self.missing, trouble="")

    def keep(self, recording: Recording, _: bytes) -> None:
        self.kept.append(recording)

    def sweep(self, used: Iterable[PromptId]) -> None:
        self.swept = sorted(used)


class Bench:
    def __init__(self, tmp_path: Path, *, schedules: tuple[Schedule, ...] = (CITY,)) -> None:
        self.file = tmp_path / "line.json"
        self.prompts = FakePrompts()
        self.bus = MemoryBus()
        self.keeper = LineKeeper(file=self.file, prompts=self.prompts)  # type: ignore[arg-type]
        self.schedules = schedules

    def start(self) -> None:
        self.keeper.load(FLOW, self.schedules)
        self.keeper.serve(self.bus)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


async def test_a_change_is_kept_and_counts_at_once(bench: Bench) -> None:
    bench.start()
    assert bench.keeper.now().state == LineState()
    taken = await bench.bus.request(SetLine(state=STATE))
    assert (taken.missing, taken.trouble) == ((), "")
    now = bench.keeper.now()
    assert now.state == STATE
    assert now.prompts["water", PL] == "told/water"
    assert read_line(bench.file) == STATE


def test_what_was_decided_before_holds_from_the_start(bench: Bench) -> None:
    write_line(bench.file, STATE)
    bench.start()
    assert bench.keeper.now().state == STATE
    assert bench.prompts.swept == ["told/c-roads", "told/water"]


async def test_a_changed_schedule_takes_the_place_of_the_citys(bench: Bench) -> None:
    bench.start()
    saturday = 1_795_867_200.0
    before = bench.keeper.now().verdict(OFFICE, saturday)
    changed = Schedule(schedule=OFFICE, names=(), zone="Europe/Warsaw", week=("00:00-24:00",))
    await bench.bus.request(SetLine(state=LineState(schedules=(changed,))))
    after = bench.keeper.now().verdict(OFFICE, saturday)
    assert before is not None
    assert after is not None
    assert (before.is_open, after.is_open) == (False, True)


async def test_a_schedule_that_cannot_be_read_leaves_the_citys(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.start()
    wrong = Schedule(schedule=OFFICE, names=(), zone="Mars/Base", week=("00:00-24:00",))
    await bench.bus.request(SetLine(state=LineState(schedules=(wrong,))))
    assert OFFICE in bench.keeper.now().hours
    assert "stays as it was" in caplog.text


async def test_what_cannot_be_kept_is_not_taken(bench: Bench) -> None:
    bench.start()
    bench.file.mkdir()
    with pytest.raises(NotAvailable):
        await bench.bus.request(SetLine(state=STATE))
    assert bench.keeper.now().state == LineState()


async def test_missing_recordings_are_asked_for_and_kept(bench: Bench) -> None:
    bench.start()
    recording = Recording(language=Language("pl"), digest=hashlib.sha256(b"x").hexdigest())
    bench.prompts.missing = (recording,)
    assert (await bench.bus.request(SetLine(state=STATE))).missing == (recording,)
    await bench.bus.request(KeepRecording(recording=recording, audio=b"x"))
    assert bench.prompts.kept == [recording]


async def test_the_flows_places_are_told(bench: Bench) -> None:
    bench.start()
    found = await bench.bus.request(GetFlowPlaces())
    assert found.menus == ("menu",)
    assert [(one.schedule, one.destinations) for one in found.schedules] == [(CITY, ("christmas",))]
