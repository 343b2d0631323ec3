import asyncio
from dataclasses import replace
from typing import Any

import pytest

from agent_desktop.line_keeper import COUNT_EVERY_S, LineKeeper
from agent_desktop.line_live import LiveFlash, LiveLine
from contact.errors import CentralaError
from contact.flash import FlashHeard, FlashId
from contact.ids import CallId, Language
from contact.line import Closure, Recording
from runtime.bus import MemoryBus
from tests.fakes.ivr import FakeIvr
from tests.fakes.lines import closure, flash

HEARD = FlashHeard(call=CallId("1.1"), flash=FlashId("water"), language=Language("pl"), whole=True)


class FakeStore:
    """The tables in memory; `away` has every method fail as the database does."""

    def __init__(self) -> None:
        self.held: list[Closure] = []
        self.told: list[LiveFlash] = [LiveFlash(flash=flash("water"), heard=5, changed_by="sylwia")]
        self.counted: list[dict[str, int]] = []
        self.sounds: dict[Recording, bytes] = {}
        self.away = False
        self.commits = asyncio.Event()
        self.commits.set()

    def _check(self) -> None:
        if self.away:
            raise CentralaError("the database does not answer")

    async def closures(self) -> tuple[Closure, ...]:
        self._check()
        return tuple(self.held)

    async def flashes(self) -> tuple[LiveFlash, ...]:
        self._check()
        return tuple(self.told)

    async def schedules(self) -> tuple[()]:
        self._check()
        return ()

    async def recording(self, recording: Recording) -> bytes | None:
        self._check()
        return self.sounds.get(recording)

    async def add_heard(self, counts: dict[FlashId, int]) -> None:
        self._check()
        await self.commits.wait()
        self.counted.append(dict(counts))
        self.told = [replace(one, heard=one.heard + counts[one.flash.flash]) for one in self.told]


class FakeAudit:
    def __init__(self) -> None:
        self.entries: list[tuple[str, str, str]] = []

    async def record(self, *, actor: str, action: str, subject: str, **_: str) -> None:
        self.entries.append((actor, action, subject))


class Bench:
    def __init__(self) -> None:
        self.at = 10.0
        self.store, self.audit, self.live = FakeStore(), FakeAudit(), LiveLine()
        self.bus = MemoryBus()
        self.ivr = FakeIvr(bus=self.bus)
        self.ivr.serve()
        self.sent = 0
        parts: dict[str, Any] = {"store": self.store, "audit": self.audit, "clock": self}
        self.keeper = LineKeeper(live=self.live, bus=self.bus, changed=self.note, **parts)

    def now(self) -> float:
        return self.at

    def note(self) -> None:
        self.sent += 1


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_what_the_database_holds_is_shown_and_given_to_the_ivr(bench: Bench) -> None:
    bench.store.held = [closure("roads")]
    await bench.keeper.look()
    assert bench.live.in_step
    assert [one.queue for one in bench.ivr.states[-1].closures] == ["roads"]
    assert bench.live.flashes[FlashId("water")].heard == 5
    await bench.keeper.look()
    assert len(bench.ivr.states) == 1
    assert bench.sent > 0


async def test_what_the_ivr_did_not_take_is_given_again_until_it_does(bench: Bench) -> None:
    bench.ivr.up = False
    await bench.keeper.look()
    assert not bench.live.in_step
    bench.ivr.up = True
    await bench.keeper.look()
    assert bench.live.in_step


async def test_recordings_that_the_ivr_lacks_are_given_to_it(bench: Bench) -> None:
    digest = "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"  # of b"content"
    recording = Recording(language=Language("pl"), digest=digest)
    one = flash("water")
    told = type(one)(**{name: getattr(one, name) for name in one.__slots__} | {"recordings": (recording,)})
    bench.store.told = [LiveFlash(flash=told, heard=0, changed_by="sylwia")]
    bench.store.sounds = {recording: b"content"}
    await bench.keeper.renew()
    assert bench.ivr.kept == {recording: b"content"}
    assert bench.live.in_step


async def test_a_closure_that_is_over_is_noted_once(bench: Bench) -> None:
    bench.store.held = [closure("roads", until_at=20.0)]
    await bench.keeper.look()
    bench.at, bench.store.held = 20.0, []
    await bench.keeper.look()
    await bench.keeper.look()
    assert bench.audit.entries == [("expiry", "line.opened", "roads")]
    assert bench.live.closures == {}


async def test_plays_wait_for_a_database_that_is_away_and_none_is_lost(bench: Bench) -> None:
    await bench.keeper.look()
    bench.keeper.hear(HEARD)
    bench.store.away = True
    bench.at += COUNT_EVERY_S
    await bench.keeper.look()
    bench.keeper.hear(HEARD)
    assert bench.live.flashes[FlashId("water")].heard == 7
    bench.store.away = False
    bench.at += COUNT_EVERY_S
    await bench.keeper.look()
    assert bench.store.counted == [{"water": 2}]


async def test_plays_that_are_not_in_the_database_yet_are_shown_all_the_same(bench: Bench) -> None:
    await bench.keeper.look()
    bench.keeper.hear(HEARD)
    await bench.keeper.renew()
    assert bench.live.flashes[FlashId("water")].heard == 6


async def test_a_change_while_plays_are_written_down_shows_them_all_the_same(bench: Bench) -> None:
    await bench.keeper.look()
    bench.keeper.hear(HEARD)
    bench.at += COUNT_EVERY_S
    bench.store.commits.clear()
    async with asyncio.TaskGroup() as both:
        both.create_task(bench.keeper.look())
        await asyncio.sleep(0)
        both.create_task(bench.keeper.renew())
        await asyncio.sleep(0)
        bench.store.commits.set()
    assert bench.live.flashes[FlashId("water")].heard == 6


async def test_what_is_over_is_no_more_given_to_the_ivr(bench: Bench) -> None:
    bench.at = 2_000.0
    await bench.keeper.look()
    assert bench.ivr.states[-1].flashes == ()
    assert FlashId("water") in bench.live.flashes
