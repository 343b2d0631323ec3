"""The whole bridge with the example city, a real store and the reference CRM over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest

from contact.case import CallerHistory, CaseDraft, CaseStatus
from contact.commands import (
    FileCase,
    GetCase,
    GetCatalogue,
    ListCases,
    ListUndeliverable,
    LookUpCaller,
    RecordWrapUp,
    SendCaseAgain,
)
from contact.errors import NotAvailable, Refused
from contact.events import CallArrived, CaseDelivered
from contact.ids import E164, AgentId, CallId, CaseNumber, ChannelName, LegId, TopicId
from crm_bridge.app import BridgeApp
from crm_bridge.reference_crm import Fault, ReferenceCrm
from runtime.bus import MemoryBus
from runtime.clock import SystemClock
from runtime.config import Crm, Runtime, Settings
from runtime.config import Database as DatabaseSettings
from runtime.db import Database
from tests.fakes.crm import ended
from tests.integration.conftest import PostgresCluster

CITY = Path(__file__).parents[2] / "config" / "warszawa"
MARIA = E164("+48600100200")
NEW = E164("+48500600700")


class Bench:
    """One bridge with its bus, store and CRM."""

    def __init__(self, url: str, state_dir: Path, crm: ReferenceCrm) -> None:
        self.settings = Settings(
            city_dir=CITY,
            crm=Crm(url=crm.url, retry_first_s=0.05, retry_max_s=0.2, timeout_s=2),
            database=DatabaseSettings(url=url),
            runtime=Runtime(state_dir=state_dir),
        )
        self.crm = crm
        self.bus = MemoryBus()
        self.database = Database(url)
        self.delivered: dict[str, str] = {}
        self.bus.subscribe([CaseDelivered], self._note)
        self.changed = asyncio.Event()
        self.app = BridgeApp(
            settings=self.settings, bus=self.bus, clock=SystemClock(), database=self.database
        )

    def _note(self, event: CaseDelivered) -> None:
        assert event.number not in self.delivered
        self.delivered[event.number] = event.reference
        self.changed.set()

    async def file(self, key: str, caller: E164 = NEW, description: str = "Dziura") -> CaseNumber:
        draft = CaseDraft(topic=TopicId("pothole"), description=description, caller=caller, district="Wola")
        return (await self.bus.request(FileCase(draft=draft, idempotency_key=key))).number

    async def until_delivered(self, count: int) -> None:
        while len(self.delivered) < count:
            self.changed.clear()
            await self.changed.wait()

    async def close(self) -> None:
        await self.app.stop()
        await self.database.close()


@pytest.fixture
async def crm() -> AsyncIterator[ReferenceCrm]:
    made = ReferenceCrm()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def bench(store_url: str, tmp_path: Path, crm: ReferenceCrm) -> AsyncIterator[Bench]:
    made = Bench(store_url, tmp_path / "state", crm)
    await made.app.start()
    yield made
    await made.close()


async def _eventually(check: Callable[[], bool]) -> None:
    while not check():  # noqa: ASYNC110 - what is waited for has no event of its own
        await asyncio.sleep(0.02)


async def test_a_filed_case_reaches_the_crm_and_brings_its_reference_back(bench: Bench) -> None:
    number = await bench.file("k", description='Dziura "na" Wolskiej\n<b>')
    await bench.until_delivered(1)
    case = await bench.bus.request(GetCase(number=number))
    assert case is not None
    assert (case.status, case.reference) == (CaseStatus.DELIVERED, "SR-000001")
    (taken,) = bench.crm.cases
    assert taken["case"]["case_number"] == number
    assert taken["case"]["description"] == 'Dziura "na" Wolskiej\n<b>'
    assert bench.app.health() == {"database": "ok", "crm": "ok"}


async def test_a_crm_that_takes_the_case_and_cuts_the_connection_gets_it_once(bench: Bench) -> None:
    bench.crm.add_faults(Fault(cut_after_accept=True, times=2))
    await bench.file("k")
    await bench.until_delivered(1)
    assert len(bench.crm.cases) == 1
    assert bench.crm.posts == 3


async def test_a_crm_that_is_down_for_a_while_gets_every_case_once(bench: Bench) -> None:
    await bench.crm.stop()
    numbers = [await bench.file(f"k{n}") for n in range(10)]
    await _eventually(lambda: bench.app.health()["crm"] != "ok")
    await bench.crm.start()
    await bench.until_delivered(10)
    assert sorted(one["case"]["case_number"] for one in bench.crm.cases) == sorted(numbers)


async def test_a_hundred_cases_under_mixed_faults_arrive_exactly_once(bench: Bench) -> None:
    for _ in range(10):
        bench.crm.add_faults(
            Fault(status=503, times=2),
            Fault(cut_after_accept=True),
            Fault(),
            Fault(cut_before_accept=True),
            Fault(status=429),
            Fault(times=3),
        )
    await asyncio.gather(*(bench.file(f"k{n}") for n in range(100)))
    await bench.until_delivered(100)
    assert len(bench.crm.cases) == 100
    assert sorted(bench.delivered.values()) == sorted(one["number"] for one in bench.crm.cases)


async def test_a_case_the_crm_refuses_is_undeliverable_until_it_is_sent_again(bench: Bench) -> None:
    bench.crm.add_faults(Fault(status=422))
    number = await bench.file("k")
    case = None
    while case is None or case.status is CaseStatus.OPEN:
        case = await bench.bus.request(GetCase(number=number))
    assert case.status is CaseStatus.UNDELIVERABLE
    (refused,) = await bench.bus.request(ListUndeliverable())
    assert (refused.case, refused.reason != "") == (case, True)
    await bench.bus.request(SendCaseAgain(number=number))
    await bench.until_delivered(1)
    assert await bench.bus.request(ListUndeliverable()) == ()
    with pytest.raises(Refused) as refusal:
        await bench.bus.request(SendCaseAgain(number=number))
    assert refusal.value.code == "not_undeliverable"


async def test_two_filings_with_one_key_are_one_case_and_another_draft_is_refused(bench: Bench) -> None:
    numbers = await asyncio.gather(bench.file("same"), bench.file("same"), bench.file("same"))
    assert len(set(numbers)) == 1
    with pytest.raises(Refused) as refusal:
        await bench.file("same", description="Inna")
    assert refusal.value.code == "idempotency_mismatch"
    assert len(await bench.bus.request(ListCases(caller=NEW))) == 1


async def whole_history(bench: Bench) -> CallerHistory:
    """Ask until the store answered within the look-up's deadline, as it may not on a busy machine."""
    while True:
        found = await bench.bus.request(LookUpCaller(caller=MARIA))
        if found.complete:
            return found


async def test_the_demo_has_a_past_and_a_contact_joins_it(bench: Bench) -> None:
    bench.bus.publish(
        CallArrived(
            call=CallId("1.1"), leg=LegId("1.1"), channel=ChannelName("c"), caller=MARIA, dialled="19115"
        )
    )
    before = await whole_history(bench)
    assert before.complete
    assert before.people[0].name == "Maria Nowak"
    assert [one.topic for one in before.open_cases] == ["street_light"]
    wrap_up = RecordWrapUp(
        call=CallId("1.1"), agent=AgentId("anna"), disposition="settled.case_status", note="Pilne"
    )
    await bench.bus.request(wrap_up)
    bench.bus.publish(ended("1.1", arrived_at=SystemClock().now()))
    bench.bus.publish(ended("1.1", arrived_at=SystemClock().now()))
    await _eventually(lambda: bench.app._recorder.pending == 0)
    after = await whole_history(bench)
    assert len(after.contacts) == len(before.contacts) + 1
    assert (after.contacts[0].call, after.contacts[0].note) == ("1.1", "Pilne")


async def test_seeding_again_changes_nothing(bench: Bench) -> None:
    before = await bench.app._store.history(MARIA, 50)
    assert before.contacts
    assert await bench.app._prepare()
    again = await bench.app._store.history(MARIA, 50)
    assert (again.contacts, again.open_cases) == (before.contacts, before.open_cases)


async def test_the_catalogue_is_the_citys(bench: Bench) -> None:
    found = await bench.bus.request(GetCatalogue())
    assert len(found.districts) == 18
    assert len(found.topics) >= 45
    assert {one.district for one in found.units if one.district} == set(found.districts)
    assert all(one.synonyms for one in found.topics)


async def test_a_store_away_for_a_while_loses_no_contact_and_no_delivery(
    postgres_cluster: PostgresCluster, postgres_url: str, tmp_path: Path, crm: ReferenceCrm
) -> None:
    bench = Bench(postgres_url, tmp_path / "state", crm)
    await bench.app.start()
    await bench.file("before")
    await bench.until_delivered(1)
    await asyncio.to_thread(postgres_cluster.stop)
    try:
        bench.bus.publish(ended("1", caller=NEW))
        bench.bus.publish(ended("2", caller=NEW, arrived_at=2_000.0))
        with pytest.raises(NotAvailable):
            await bench.file("during")
        assert not (await bench.bus.request(LookUpCaller(caller=E164("+48222222222")))).complete
        await _eventually(lambda: bench.app.health()["database"] != "ok")
    finally:
        await asyncio.to_thread(postgres_cluster.start)
    await _eventually(lambda: bench.app._recorder.pending == 0)
    await bench.file("during")
    await bench.until_delivered(2)
    history = await bench.app._store.history(NEW, 50)
    assert [one.call for one in history.contacts] == ["2", "1"]
    await bench.close()


async def test_a_bridge_starts_without_its_store_and_catches_up(
    postgres_cluster: PostgresCluster, postgres_url: str, tmp_path: Path, crm: ReferenceCrm
) -> None:
    bench = Bench(postgres_url, tmp_path / "state", crm)
    await asyncio.to_thread(postgres_cluster.stop)
    try:
        await bench.app.start()
        assert await bench.bus.request(GetCatalogue())
        with pytest.raises(NotAvailable):
            await bench.file("early")
        bench.bus.publish(ended("1", caller=NEW))
    finally:
        await asyncio.to_thread(postgres_cluster.start)
    await _eventually(lambda: bench.app.health()["database"] == "ok")
    await bench.file("early")
    await bench.until_delivered(1)
    await bench.close()


async def test_the_reference_crm_lists_shows_and_takes_a_script(crm: ReferenceCrm) -> None:
    base = crm.url.removesuffix("/cases")
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{base}/faults", json=[{"status": 503, "times": 2}]) as answer:
            assert len(await answer.json()) == 2
        async with session.post(f"{base}/faults", json=[{"colour": 1}]) as answer:
            assert answer.status == 400
        async with session.delete(f"{base}/faults") as answer:
            assert await answer.json() == []
        key = {"Idempotency-Key": "k"}
        case = {"topic_title": "<script>", "description": "x"}
        async with session.post(crm.url, json=case, headers=key) as answer:
            assert (answer.status, await answer.json()) == (201, {"number": "SR-000001"})
        async with session.post(crm.url, json=case, headers=key) as answer:
            assert (answer.status, await answer.json()) == (200, {"number": "SR-000001"})
        async with session.post(crm.url, json={}, headers=key) as answer:
            assert answer.status == 422
        async with session.post(crm.url, data=b"nonsense", headers=key) as answer:
            assert answer.status == 400
        async with session.get(f"{base}/") as answer:
            page = await answer.text()
        async with session.get(crm.url) as answer:
            assert len(await answer.json()) == 1
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
