from typing import Any

import pytest

from agent_desktop.alert import AlertKind, AlertRule
from agent_desktop.alert_keeper import DELIVERIES_EVERY_S, AlertKeeper
from agent_desktop.feed import Feed
from agent_desktop.measure import DesktopMeasures
from contact.commands import QueueStanding, Standing
from contact.day import DeliveryStanding, GetDeliveries
from contact.ids import QueueId
from runtime.bus import MemoryBus


def queue(name: str) -> QueueStanding:
    return QueueStanding(queue=QueueId(name), names=(), requirement="", service_level_s=30.0, members=())


class FakeNotifier:
    def __init__(self, steps: list[str]) -> None:
        self._steps = steps

    async def restore(self) -> None:
        self._steps.append("restored")

    def follow(self) -> None:
        self._steps.append("followed")


class Bench:
    """A keeper over a feed with two queues and a bridge that has a backlog."""

    def __init__(self) -> None:
        rules = (
            AlertRule(kind=AlertKind.OUTBOX_GROWING, raise_at=20, clear_at=5),
            AlertRule(kind=AlertKind.LONGEST_WAIT, raise_at=120, clear_at=60),
        )
        self.at, self.pending, self.asked = 1_000.0, 25, 0
        self.steps: list[str] = []
        self.feed, self.bus = Feed(rules), MemoryBus()
        self.stand("roads", "waste")
        self.bus.serve(GetDeliveries, self.tell)
        parts: dict[str, Any] = {"clock": self, "notifier": FakeNotifier(self.steps)}
        self.keeper = AlertKeeper(
            feed=self.feed,
            bus=self.bus,
            measures=DesktopMeasures(),
            changed=lambda: self.steps.append("changed"),
            **parts,
        )

    def now(self) -> float:
        return self.at

    def stand(self, *names: str) -> None:
        queues = tuple(queue(name) for name in names)
        self.feed.start_from(Standing(at=self.at, telephony_up=True, queues=queues))

    async def tell(self, _asked: GetDeliveries) -> DeliveryStanding:
        self.asked += 1
        return DeliveryStanding(pending=self.pending, oldest_at=None, refused=0)


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_whoever_tells_of_alerts_follows_each_look(bench: Bench) -> None:
    await bench.keeper.look()
    assert bench.feed.alerts.raised.keys() == {"outbox_growing"}
    await bench.keeper.look()
    assert bench.steps == ["changed", "followed", "followed"]


async def test_the_bridge_is_asked_now_and_then_and_may_be_away(bench: Bench) -> None:
    await bench.keeper.look()
    bench.at += DELIVERIES_EVERY_S - 1
    await bench.keeper.look()
    assert bench.asked == 1
    bench.at, bench.pending = bench.at + 1, 0
    await bench.keeper.look()
    assert (bench.asked, bench.feed.alerts.raised) == (2, {})


async def test_the_alert_of_a_queue_that_is_no_more_ends(bench: Bench) -> None:
    bench.feed.alerts.judge({(AlertKind.LONGEST_WAIT, QueueId("waste")): 500.0}, bench.at)
    bench.pending = 0
    bench.stand("roads")
    await bench.keeper.look()
    assert bench.feed.alerts.raised == {}
    assert bench.steps == ["changed", "followed"]


async def test_before_routing_has_answered_no_alert_of_a_queue_ends(bench: Bench) -> None:
    bench.feed.alerts.judge({(AlertKind.LONGEST_WAIT, QueueId("waste")): 500.0}, bench.at)
    bench.pending = 0
    bench.stand()
    await bench.keeper.look()
    assert bench.feed.alerts.raised.keys() == {"longest_wait:waste"}
