"""The worker against an outbox in memory and a CRM that follows a script."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from contact.case import Case
from contact.events import CaseDelivered
from contact.ids import CaseNumber
from crm_bridge.core.case import open_case
from crm_bridge.core.delivery import RefusedForGood
from crm_bridge.measure import BridgeMetrics
from crm_bridge.ports import Delivery, OutboxStanding
from crm_bridge.worker import HANDS, DeliveryWorker
from runtime.bus import MemoryBus
from runtime.config import Crm
from runtime.db import DatabaseAway
from tests.fakes.crm import FakeCrm, ManualClock, catalogue, draft


class FakeOutbox:
    """Rows in memory: what is due, and what was said of each."""

    def __init__(self, cases: int) -> None:
        self.due = [_delivery(n) for n in range(1, cases + 1)]
        self.delivered: dict[str, str] = {}
        self.retries: list[tuple[str, str, float]] = []
        self.refused: dict[str, str] = {}
        self.released = 0
        self.away = False

    def _check(self) -> None:
        if self.away:
            raise DatabaseAway("database: gone")

    async def claim(
        self, worker: str, now: float, *, lease_s: float, deliveries_max: int
    ) -> tuple[Delivery, ...]:
        self._check()
        assert worker
        assert now + lease_s > now
        claimed, self.due = self.due[:deliveries_max], self.due[deliveries_max:]
        return tuple(claimed)

    async def mark_delivered(self, delivery: Delivery, reference: str, now: float) -> bool:
        self._check()
        assert now
        fresh = delivery.case.number not in self.delivered
        self.delivered[delivery.case.number] = reference
        return fresh

    async def mark_retry(self, delivery: Delivery, worker: str, *, reason: str, next_at: float) -> None:
        self._check()
        assert worker
        self.retries.append((delivery.case.number, reason, next_at))

    async def mark_refused(
        self, delivery: Delivery, worker: str, refusal: RefusedForGood, now: float
    ) -> bool:
        self._check()
        assert worker
        assert now
        self.refused[delivery.case.number] = refusal.reason
        return True

    async def release(self, worker: str, now: float) -> None:
        self._check()
        assert worker
        assert now
        self.released += 1

    async def standing(self) -> OutboxStanding:
        self._check()
        next_at = 0.0 if self.due else None
        return OutboxStanding(
            pending=len(self.due), oldest_at=next_at, next_at=next_at, refused=len(self.refused)
        )


def _delivery(number: int) -> Delivery:
    case: Case = open_case(
        draft(), catalogue(), number=CaseNumber(f"{number}/26"), opened_at=1.0, promised_at=None
    )
    return Delivery(delivery=number, case=case, idempotency_key=f"k{number}", body="{}", attempts=1)


class Bench:
    """A worker with everything around it."""

    def __init__(self, cases: int, script: Iterable[str | int] = ()) -> None:
        self.outbox = FakeOutbox(cases)
        self.crm = FakeCrm(script)
        self.events: list[CaseDelivered] = []
        self.changed: list[str] = []
        bus = MemoryBus()
        bus.subscribe([CaseDelivered], self.events.append)
        self.worker = DeliveryWorker(
            outbox=self.outbox,
            crm=self.crm,
            bus=bus,
            clock=ManualClock(),
            metrics=BridgeMetrics(),
            settings=Crm(),
            name="w",
            jitter=lambda: 0.0,
            on_change=lambda delivery: self.changed.append(delivery.case.number),
        )

    async def step(self) -> int:
        claimed = await self.worker.step()
        await self.worker.settle()
        return claimed


async def test_a_delivered_case_is_marked_and_told() -> None:
    bench = Bench(1)
    assert await bench.step() == 1
    assert bench.outbox.delivered == {"1/26": "SR-1"}
    assert bench.events == [CaseDelivered(number="1/26", reference="SR-1")]
    assert bench.changed == ["1/26"]


async def test_a_case_that_was_marked_by_another_worker_is_told_once() -> None:
    bench = Bench(1)
    bench.outbox.delivered["1/26"] = "SR-1"
    await bench.step()
    assert bench.events == []


async def test_an_unknown_end_is_tried_again_after_the_back_off() -> None:
    bench = Bench(1, ["lost"])
    await bench.step()
    assert bench.outbox.retries == [("1/26", "connection lost", 1_001.0)]
    assert bench.worker.health()["crm"] == "connection lost"


async def test_a_refusal_ends_the_delivery_and_shows() -> None:
    bench = Bench(1, [422])
    await bench.step()
    assert bench.outbox.refused == {"1/26": "HTTP 422: scripted"}
    assert bench.changed == ["1/26"]


async def test_health_recovers_with_the_crm() -> None:
    bench = Bench(HANDS + 1, ["down"] * HANDS)
    await bench.step()
    assert bench.worker.health()["crm"] == "connection refused"
    await bench.step()
    assert bench.worker.health()["crm"] == "ok"


async def test_no_more_deliveries_are_claimed_than_there_are_hands() -> None:
    bench = Bench(HANDS + 3)
    assert await bench.worker.step() == HANDS
    assert await bench.worker.step() == 0
    await bench.worker.settle()
    assert await bench.step() == 3


async def test_a_store_lost_between_send_and_mark_leaves_the_row_to_its_lease() -> None:
    bench = Bench(1)
    await bench.worker.step()
    bench.outbox.away = True
    await bench.worker.settle()
    assert bench.crm.taken == {"k1": "SR-1"}
    assert bench.outbox.delivered == {}
    assert bench.worker.health()["database"] == "database: gone"


async def test_the_loop_empties_the_outbox_and_gives_its_claims_back_at_the_end() -> None:
    bench = Bench(10)
    told = asyncio.Event()
    bench.worker._on_change = lambda _delivery: told.set() if len(bench.outbox.delivered) == 10 else None
    loop = asyncio.create_task(bench.worker.run())
    await told.wait()
    loop.cancel()
    with suppress(asyncio.CancelledError):
        await loop
    assert len(bench.outbox.delivered) == 10
    assert bench.outbox.released == 1


async def test_a_stop_without_a_store_still_ends() -> None:
    bench = Bench(0)
    bench.outbox.away = True
    loop = asyncio.create_task(bench.worker.run())
    await asyncio.sleep(0)
    loop.cancel()
    with suppress(asyncio.CancelledError):
        await loop
    assert loop.cancelled()
