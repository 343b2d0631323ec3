"""The watchdog: what lasts is repaired once, what is on its way is left alone."""

import asyncio
import logging
from collections import Counter

import pytest

from acd.core.drift import Difference, Fault
from acd.errors import AmiDown
from acd.watchdog import LOOK_EVERY_S, LOOK_SHARE, TOLERATED_S, Watchdog
from contact.events import TelephonyResynced
from tests.fakes.ami_peer import LoopClock, VirtualTimePolicy

pytestmark = pytest.mark.filterwarnings("ignore:Overriding the:pytest.PytestDeprecationWarning")
STUCK = Difference(Fault.OFFER_WITHOUT_LEG, "o1")
OTHER = Difference(Fault.CALL_WITHOUT_LEG, "c1")


class Line:
    """A clock, what is otherwise at the moment, and what the watchdog did about it."""

    def __init__(self) -> None:
        self.time = 100.0
        self.wrong: set[Difference] = set()
        self.down = False
        self.repairs = 0
        self.counted: Counter[str] = Counter()
        self.dog = Watchdog(
            look=self.look,
            drift=lambda _: frozenset(self.wrong),
            repair=self.repair,
            count=lambda what: self.counted.update([what]),
            clock=self,
        )

    def now(self) -> float:
        return self.time

    async def look(self) -> TelephonyResynced:
        if self.down:
            raise AmiDown("no link")
        return TelephonyResynced(calls=(), waiting=(), offers=(), phones=())

    def repair(self) -> None:
        self.repairs += 1

    async def pass_s(self, seconds: float) -> None:
        """Look now and after each second."""
        for _ in range(int(seconds)):
            await self.dog.look()
            self.time += 1
        await self.dog.look()


async def test_a_difference_that_lasts_is_repaired_and_counted_by_name() -> None:
    line = Line()
    line.wrong = {STUCK}
    await line.pass_s(TOLERATED_S - 1)
    assert line.repairs == 0
    await line.pass_s(1)
    assert line.repairs == 1
    assert line.counted == {"offer_without_leg": 1}


async def test_a_difference_that_goes_and_comes_back_starts_anew() -> None:
    line = Line()
    for _ in range(5):
        line.wrong = {STUCK}
        await line.pass_s(TOLERATED_S - 1)
        line.wrong = set()
        await line.pass_s(1)
    assert line.repairs == 0


async def test_ever_new_differences_are_a_busy_line_and_no_fault() -> None:
    line = Line()
    for number in range(20):
        line.wrong = {Difference(Fault.OFFER_WITHOUT_LEG, f"o{number}")}
        await line.pass_s(1)
    assert line.repairs == 0


async def test_one_repair_is_for_everything_that_lasted_and_nothing_else() -> None:
    line = Line()
    line.wrong = {STUCK, OTHER}
    await line.pass_s(TOLERATED_S - 2)
    line.wrong.add(Difference(Fault.PHONE_OTHERWISE, "2001"))
    await line.pass_s(2)
    assert line.repairs == 1
    assert line.counted == {"offer_without_leg": 1, "call_without_leg": 1}


async def test_what_a_repair_does_not_cure_is_said_once_and_not_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    line = Line()
    line.wrong = {STUCK}
    with caplog.at_level(logging.ERROR):
        await line.pass_s(60)
    assert line.repairs == 1
    assert len(caplog.records) == 1
    line.wrong = set()
    await line.pass_s(1)
    line.wrong = {STUCK}
    await line.pass_s(TOLERATED_S)
    assert line.repairs == 2


async def test_nothing_is_held_against_a_line_that_was_down_meanwhile() -> None:
    line = Line()
    line.wrong = {STUCK}
    await line.pass_s(TOLERATED_S - 1)
    line.down = True
    await line.pass_s(1)
    line.down = False
    await line.pass_s(TOLERATED_S - 1)
    assert line.repairs == 0


class TestRun:
    @pytest.fixture
    def event_loop_policy(self) -> VirtualTimePolicy:
        return VirtualTimePolicy()

    async def test_it_looks_every_few_seconds_and_less_often_where_a_look_takes_long(self) -> None:
        looks: list[float] = []
        slow_s = 0.0

        async def look() -> TelephonyResynced:
            looks.append(LoopClock().now())
            await asyncio.sleep(slow_s)
            return TelephonyResynced(calls=(), waiting=(), offers=(), phones=())

        dog = Watchdog(
            look=look,
            drift=lambda _: frozenset(),
            repair=lambda: None,
            count=lambda _: None,
            clock=LoopClock(),
        )
        task = asyncio.create_task(dog.run())
        await asyncio.sleep(4 * LOOK_EVERY_S + 0.1)
        assert len(looks) == 4
        slow_s = 1.0
        await asyncio.sleep(LOOK_EVERY_S + 3 * (1 + 1 / LOOK_SHARE))
        assert looks[-1] - looks[-2] == pytest.approx(1 + 1 / LOOK_SHARE)
        task.cancel()
        await asyncio.wait({task})
