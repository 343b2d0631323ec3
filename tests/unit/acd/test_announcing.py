"""Announcements on their way from the engine's facts to the caller's channel, in virtual time."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry

from acd.announcing import Announcing
from acd.core.announcement import Announcements, Comfort, Rhythm
from acd.core.pace import Pace
from acd.measure import Measure
from contact.announcement import PromptName
from contact.commands import Announce, Publish
from contact.ids import CallId
from runtime.bus import MemoryBus
from tests.fakes.ami_peer import LoopClock, VirtualTimePolicy
from tests.unit.acd.core.floor import Floor, queue

pytestmark = pytest.mark.filterwarnings("ignore:Overriding the:pytest.PytestDeprecationWarning")
TOLD = queue(
    "roads",
    "roads",
    announcements=Announcements(rhythm=Rhythm(first_s=20, every_s=60)),
    comfort=Comfort(prompts=(PromptName("thanks"),), rhythm=Rhythm(first_s=30, every_s=100)),
)


@pytest.fixture
def event_loop_policy() -> VirtualTimePolicy:
    return VirtualTimePolicy()


class Line:
    """A floor whose facts go over a bus, and what its callers were to hear."""

    def __init__(self) -> None:
        self.floor = Floor(TOLD)
        self.bus = MemoryBus()
        self.said: list[tuple[float, CallId, tuple[str, ...]]] = []
        self.registry = CollectorRegistry()
        self.announcing = Announcing(
            engine=self.floor.engine,
            pace=Pace(),
            carry_out=self.note,
            clock=LoopClock(),
            measure=Measure(self.registry),
        )
        self.told = 0

    def note(self, order: Announce) -> None:
        self.said.append((LoopClock().now(), order.call, order.prompts))

    def call(self) -> CallId:
        self.floor.now = LoopClock().now()
        call = self.floor.call()
        self.publish()
        return call

    def publish(self) -> None:
        for command in self.floor.commands[self.told :]:
            if isinstance(command, Publish):
                self.bus.publish(command.fact)
        self.told = len(self.floor.commands)


async def test_callers_hear_place_and_comfort_when_their_time_has_come() -> None:
    line = Line()
    line.announcing.start(line.bus)
    began = LoopClock().now()
    first, second = line.call(), line.call()
    await asyncio.sleep(35)
    assert [(round(at - began), call, prompts) for at, call, prompts in line.said] == [
        (20, first, ("queue_place", "place_1")),
        (20, second, ("queue_place", "place_2")),
        (30, first, ("thanks",)),
        (30, second, ("thanks",)),
    ]
    labels = {"queue": "roads", "what": "standing"}
    assert line.registry.get_sample_value("centrala_acd_announcements_total", labels) == 2
    line.announcing.stop()


async def test_a_caller_whose_phone_rings_at_an_agent_or_who_left_hears_nothing() -> None:
    line = Line()
    line.announcing.start(line.bus)
    line.floor.agent("anna")
    line.call()
    gone = line.call()
    line.floor.hang_up(gone)
    line.publish()
    await asyncio.sleep(300)
    assert line.said == []
    line.announcing.stop()


async def test_whoever_waits_already_is_taken_over_and_a_stop_is_an_end() -> None:
    line = Line()
    call = line.call()
    line.announcing.start(line.bus)
    await asyncio.sleep(25)
    assert [one[1] for one in line.said] == [call]
    line.announcing.policy_changed()
    line.announcing.stop()
    line.announcing.stop()
    await asyncio.sleep(300)
    assert len(line.said) == 1
