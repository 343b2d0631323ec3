"""Whatever the CRM does, each case reaches it exactly once."""

import asyncio
import tempfile
import uuid
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from contact.case import CaseStatus
from contact.events import CaseDelivered
from contact.ids import CaseNumber
from crm_bridge.adapters.outbox import StoredOutbox
from crm_bridge.adapters.store import Filing, Store
from crm_bridge.core.case import open_case
from crm_bridge.measure import BridgeMetrics
from crm_bridge.worker import DeliveryWorker
from runtime.bus import MemoryBus
from runtime.config import Crm
from runtime.db import Database
from tests.fakes.crm import FakeCrm, ManualClock, PlainTemplate, catalogue, draft

CASES = 100
FAULTS = st.sampled_from(["ok", "down", "lost", 408, 425, 429, 500, 502, 503, 504])
TURNS_MAX = 5_000


def _filing(n: int) -> Filing:
    return Filing(
        key=f"form-{n}",
        fingerprint=str(n),
        year=2026,
        filed_at=float(n),
        catalogue_version="v1",
        build=lambda number: open_case(
            draft(), catalogue(), number=number, opened_at=float(n), promised_at=None
        ),
    )


async def _run(folder: Path, script: list[str | int], killed: set[int]) -> None:
    database = Database(f"sqlite+aiosqlite:///{folder / 'store.sqlite'}")
    await database.upgrade()
    store = Store(database=database, new_id=lambda: str(uuid.uuid4()))
    await store.load_catalogue(catalogue())
    for n in range(CASES):
        await store.file(_filing(n))
    clock, crm, bus = ManualClock(), FakeCrm(script), MemoryBus()
    told: list[CaseDelivered] = []
    bus.subscribe([CaseDelivered], told.append)
    outbox = StoredOutbox(database=database, template=PlainTemplate())

    def worker(name: str) -> DeliveryWorker:
        return DeliveryWorker(
            outbox=outbox,
            crm=crm,
            bus=bus,
            clock=clock,
            metrics=BridgeMetrics(),
            settings=Crm(retry_first_s=1, retry_max_s=4, timeout_s=1),
            name=name,
            jitter=lambda: 0.5,
            on_change=lambda _delivery: None,
        )

    current = worker("first")
    for turn in range(TURNS_MAX):
        if turn in killed:
            # Killed between send and mark: what was claimed went out, and nobody kept what came of it.
            for lost in await outbox.claim("killed", clock.now(), lease_s=6, deliveries_max=4):
                await crm.send(lost.body, lost.idempotency_key)
            current = worker(f"after {turn}")
        await current.step()
        await current.settle()
        standing = await outbox.standing()
        if standing.pending == 0:
            break
        assert standing.next_at is not None
        clock.at = max(clock.at, standing.next_at)
    cases = [await store.case(CaseNumber(f"{n}/26")) for n in range(1, CASES + 1)]
    await database.close()
    assert {one.status for one in cases if one} == {CaseStatus.DELIVERED}
    assert sorted(one.reference for one in cases if one) == sorted(crm.taken.values())
    assert len(crm.taken) == len(told) == CASES
    assert len(set(crm.sent)) == CASES, "a repetition is the same request"


@settings(max_examples=3)
@given(
    script=st.lists(FAULTS, min_size=20, max_size=200),
    killed=st.sets(st.integers(min_value=0, max_value=30), max_size=3),
)
def test_each_of_a_hundred_cases_reaches_the_crm_exactly_once(
    script: list[str | int], killed: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_run(Path(folder), script, killed))
