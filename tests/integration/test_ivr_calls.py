"""The IVR on a real Asterisk with real calls: keys, barge-in, hang-up, a controller that goes away."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from contact.events import NodeVisited
from ivr.app import IvrApp
from runtime.bus import MemoryBus
from runtime.clock import SystemClock
from runtime.config import Settings
from tests.e2e.sip_caller import CallerLeg, Callers
from tests.integration.ami_asterisk import asterisk
from tests.integration.ami_tap import AmiTap

SIPP_KEY_S = 1.0
"""SIPp is silent for 0.8 s, then sends 0.2 s of the event: from the order to the key's end."""
PRESSES_MAX = 6
PRESS_AGAIN_S = 10.0
CITY = Path(__file__).parents[2] / "config" / "warszawa"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with asterisk(tmp_path_factory.mktemp("ivr")) as settings:
        yield settings.model_copy(update={"city_dir": CITY})


class Dialogues(logging.Handler):
    """Counts the dialogues that were begun: from there on a caller's keys are heard."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.begun = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.begun += record.getMessage().endswith((": begins", ": again"))


class Hotline:
    """The IVR beside its Asterisk, what it published, and what Asterisk says of the calls."""

    def __init__(self, settings: Settings, tap: AmiTap, dialogues: Dialogues) -> None:
        self.settings = settings
        self.tap = tap
        self.dialogues = dialogues
        self.visits: list[tuple[float, NodeVisited]] = []
        self.app = self._app()

    def _app(self) -> IvrApp:
        """Return an IVR as a process of its own has it: a restart begins with a new bus, too."""
        self.bus = MemoryBus()
        self.bus.subscribe([NodeVisited], lambda visit: self.visits.append((time.time(), visit)))
        shared = self.settings.state_dir.parents[1] / "prompt-cache"
        return IvrApp(settings=self.settings, bus=self.bus, clock=SystemClock(), cache=shared)

    async def restart(self) -> None:
        await self.app.stop()
        self.app = self._app()
        await self.app.start()

    def caller(self, folder: Path, number: str = "+48600100200") -> Callers:
        return Callers(sip_port=self.settings.sip.port, folder=folder, numbers=[number])

    def nodes(self) -> list[tuple[str, str, str]]:
        return [(visit.node, visit.heard, visit.ended_by) for _, visit in self.visits]


async def until(done: Callable[[], object], within_s: float = 60.0) -> None:
    async with asyncio.timeout(within_s):
        while not done():  # noqa: ASYNC110 - what is waited for is in another process
            await asyncio.sleep(0.01)


async def at_menu(hotline: Hotline, callers: int = 1) -> None:
    await until(lambda: hotline.dialogues.begun >= callers, within_s=60)


async def press(leg: CallerLeg, key: str) -> None:
    await asyncio.to_thread(leg.press, key)


async def press_until(leg: CallerLeg, key: str, heard: Callable[[], object]) -> None:
    """Press a key until it was heard, as people do: one can fall between two prompts on a busy machine."""
    for _ in range(PRESSES_MAX):
        await press(leg, key)
        with contextlib.suppress(TimeoutError):
            await until(heard, within_s=PRESS_AGAIN_S)
            return
    message = f"the key {key} was not heard"
    raise AssertionError(message)


@pytest.fixture
async def hotline(instance: Settings) -> AsyncIterator[Hotline]:
    dialogues, log = Dialogues(), logging.getLogger("ivr.session")
    level = log.level
    log.addHandler(dialogues)
    log.setLevel(logging.INFO)
    async with AmiTap.connected(instance) as tap:
        hotline = Hotline(instance, tap, dialogues)
        await hotline.app.start()
        try:
            yield hotline
        finally:
            await hotline.app.stop()
            log.removeHandler(dialogues)
            log.setLevel(level)


async def test_a_key_during_the_greeting_is_the_choice(hotline: Hotline, tmp_path: Path) -> None:
    with hotline.caller(tmp_path) as callers:
        leg = callers.legs[0]
        await at_menu(hotline)
        await press_until(leg, "2", lambda: hotline.tap.of("CallQueued"))
        queued = hotline.tap.of("CallQueued")[0]
        assert queued["Queue"] == "roads"
        assert queued["Requirement"] == "pl"
        assert queued["Priority"] == "0"
        assert queued["Language"] == "pl"
        assert queued["Path"] == "menu%3D2"
        assert queued["Topic"] == "roads"
        assert queued["Caller"] == "+48600100200"
        assert hotline.nodes() == [
            ("greeting", "2", "digits"),
            ("menu", "2", "digits"),
            ("to_roads", "", "done"),
            ("roads", "", "done"),
        ]
        assert {visit.call for _, visit in hotline.visits} == {queued["CallId"]}
        assert leg.is_up


async def test_an_english_caller_is_asked_and_routed_in_english(hotline: Hotline, tmp_path: Path) -> None:
    with hotline.caller(tmp_path, "anonymous") as callers:
        leg = callers.legs[0]
        await at_menu(hotline)
        await press_until(leg, "9", lambda: ("english", "", "done") in hotline.nodes())
        await press_until(leg, "7", lambda: ("menu_en", "7", "wrong_key") in hotline.nodes())
        await press_until(leg, "3", lambda: hotline.tap.of("CallQueued"))
        queued = hotline.tap.of("CallQueued")[0]
        assert (queued["Queue"], queued["Requirement"], queued["Language"]) == ("waste", "en", "en")
        assert queued["Path"] == "menu%3D9%3Bmenu_en%3D3"
        assert queued["Caller"] == ""


async def test_hash_leads_to_the_emergency_number(hotline: Hotline, tmp_path: Path) -> None:
    with hotline.caller(tmp_path) as callers:
        leg = callers.legs[0]
        await at_menu(hotline)
        await press_until(leg, "#", lambda: hotline.tap.of("CallDiverted"))
        assert hotline.tap.of("CallDiverted")[0]["Outcome"] == "emergency"
        assert hotline.nodes()[-1] == ("emergency", "", "done")
        await asyncio.to_thread(leg.wait, "gone")


async def test_a_caller_who_hangs_up_in_the_menu_leaves_a_visit(hotline: Hotline, tmp_path: Path) -> None:
    with hotline.caller(tmp_path) as callers:
        leg = callers.legs[0]
        await at_menu(hotline)
        await press_until(leg, "*", lambda: hotline.visits)
        await asyncio.to_thread(leg.hang_up)
        await until(lambda: hotline.nodes()[-1:] == [("menu", "", "hangup")])
        assert hotline.tap.of("CallQueued") == []


async def test_a_caller_keeps_the_line_and_begins_again_at_the_menu_when_the_ivr_restarts(
    hotline: Hotline, tmp_path: Path
) -> None:
    with hotline.caller(tmp_path) as callers:
        leg = callers.legs[0]
        await at_menu(hotline)
        await press_until(leg, "9", lambda: ("english", "", "done") in hotline.nodes())
        await hotline.restart()
        hotline.visits.clear()
        await at_menu(hotline, 2)
        assert leg.is_up
        await press_until(leg, "4", lambda: hotline.tap.of("CallQueued"))
        assert hotline.nodes()[0][0] == "menu_en"
        assert ("menu_en", "4", "digits") in hotline.nodes()
        assert hotline.tap.of("CallQueued")[0]["Language"] == "en"


async def test_a_key_stops_the_prompt_and_the_figure_is_told(
    hotline: Hotline, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with hotline.caller(tmp_path) as callers:
        leg = callers.legs[0]
        await at_menu(hotline)
        pressed_at = time.time()
        await press_until(leg, "1", lambda: hotline.visits)
        stopped_at, visit = hotline.visits[0]
        assert (visit.node, visit.heard) == ("greeting", "1")
        since_end_s = stopped_at - pressed_at - SIPP_KEY_S
        record_property("barge_in_ms", round(since_end_s * 1000, 1))


async def test_thirty_callers_at_once_are_all_served(hotline: Hotline, tmp_path: Path) -> None:
    numbers = [f"+486001002{place:02}" for place in range(30)]
    with Callers(sip_port=hotline.settings.sip.port, folder=tmp_path, numbers=numbers) as callers:
        await at_menu(hotline, len(numbers))
        await asyncio.gather(*(press(leg, "5") for leg in callers.legs))
        await until(lambda: len(hotline.tap.of("CallQueued")) == len(numbers), within_s=90)
        assert {queued["Queue"] for queued in hotline.tap.of("CallQueued")} == {"general"}
        assert {queued["Caller"] for queued in hotline.tap.of("CallQueued")} == set(numbers)
