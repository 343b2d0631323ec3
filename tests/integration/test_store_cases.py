"""Cases, contacts and the outbox on SQLite and on PostgreSQL."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import insert, select

from contact.case import CaseStatus
from contact.errors import Refused
from contact.ids import AgentId, CallId, CaseNumber
from crm_bridge.adapters import tables
from crm_bridge.adapters.outbox import UNRENDERED_RETRY_S, StoredOutbox
from crm_bridge.adapters.store import Filing, Store
from crm_bridge.core.case import open_case
from crm_bridge.core.delivery import RefusedForGood
from runtime.db import Database
from tests.fakes.crm import CALLER, PlainTemplate, catalogue, draft, ended


@pytest.fixture
async def database(store_url: str) -> AsyncIterator[Database]:
    made = Database(store_url)
    await made.upgrade()
    await _store(made).load_catalogue(catalogue())
    yield made
    await made.close()


def _store(database: Database) -> Store:
    return Store(database=database, new_id=lambda: str(uuid.uuid4()))


def _outbox(database: Database, template: PlainTemplate | None = None) -> StoredOutbox:
    return StoredOutbox(database=database, template=template or PlainTemplate())


def _filing(key: str, fingerprint: str = "f", year: int = 2026, filed_at: float = 1.0) -> Filing:
    return Filing(
        key=key,
        fingerprint=fingerprint,
        year=year,
        filed_at=filed_at,
        catalogue_version="v1",
        build=lambda number: open_case(
            draft(), catalogue(), number=number, opened_at=filed_at, promised_at=None
        ),
    )


async def test_numbers_run_within_a_year_under_concurrency(database: Database) -> None:
    store = _store(database)
    filed = await asyncio.gather(*(store.file(_filing(f"k{n}")) for n in range(20)))
    assert sorted(int(case.number.split("/")[0]) for case, _ in filed) == list(range(1, 21))
    assert (await store.file(_filing("new year", year=2027)))[0].number == "1/27"


async def test_the_same_key_at_the_same_moment_makes_one_case(database: Database) -> None:
    store = _store(database)
    filed = await asyncio.gather(*(store.file(_filing("same")) for _ in range(8)))
    assert len({case.number for case, _ in filed}) == 1
    assert sum(new for _, new in filed) == 1
    async with database.read_session() as session:
        rows = (await session.execute(select(tables.outbox.c.case_number))).all()
    assert len(rows) == 1


async def test_a_key_used_for_another_draft_is_refused_and_nothing_is_made(database: Database) -> None:
    store = _store(database)
    case, _ = await store.file(_filing("key"))
    with pytest.raises(Refused) as refusal:
        await store.file(_filing("key", fingerprint="other"))
    assert refusal.value.code == "idempotency_mismatch"
    assert await store.cases_of(CALLER, 10) == (case,)


async def test_a_filing_that_fails_leaves_neither_case_nor_key_nor_number(database: Database) -> None:
    store = _store(database)

    def fail(_number: CaseNumber) -> None:
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        await store.file(replace(_filing("key"), build=fail))  # type: ignore[arg-type]
    assert (await store.file(_filing("key")))[0].number == "1/26"


async def test_a_case_reads_back_as_it_was_filed(database: Database) -> None:
    case, _ = await _store(database).file(_filing("key", filed_at=1763800000.123456))
    assert await _store(database).case(case.number) == case
    assert await _store(database).case(CaseNumber("9/26")) is None


async def test_a_contact_is_kept_once_and_joined_with_its_wrap_up_in_either_order(database: Database) -> None:
    store, anna = _store(database), AgentId("anna")
    early = await store.record_wrap_up(CallId("1"), anna, disposition="", note="first", now=1.0)
    assert early is None
    assert await store.add_contacts([ended("1"), ended("2", arrived_at=2_000.0)]) == 2
    assert await store.add_contacts([ended("2", arrived_at=2_000.0), ended("3", caller="")]) == 1
    late = await store.record_wrap_up(CallId("1"), anna, disposition="d", note="last", now=2.0)
    assert late == CALLER
    history = await store.history(CALLER, 5)
    assert [(one.call, one.disposition, one.note) for one in history.contacts] == [
        ("2", "", ""),
        ("1", "d", "last"),
    ]


async def test_a_topic_that_left_the_catalogue_is_retired_and_its_cases_stay(database: Database) -> None:
    store = _store(database)
    case, _ = await store.file(_filing("key"))
    await store.load_catalogue(replace(catalogue(), version="v2", topics=catalogue().topics[1:]))
    async with database.read_session() as session:
        rows = await session.execute(select(tables.topics.c.topic).where(tables.topics.c.retired))
        assert rows.scalars().all() == ["pothole"]
    assert await store.case(case.number) == case


async def test_workers_never_claim_the_same_delivery(database: Database) -> None:
    for n in range(12):
        await _store(database).file(_filing(f"k{n}"))
    claims = await asyncio.gather(
        *(_outbox(database).claim(f"w{n}", 10.0, lease_s=5, deliveries_max=3) for n in range(6))
    )
    claimed = [one.delivery for claim in claims for one in claim]
    assert len(claimed) == len(set(claimed))
    rest = await _outbox(database).claim("w9", 10.0, lease_s=5, deliveries_max=12)
    assert len(claimed) + len(rest) == 12


async def test_a_claim_of_a_dead_worker_returns_with_the_same_key_and_body(database: Database) -> None:
    await _store(database).file(_filing("k"))
    outbox = _outbox(database)
    (first,) = await outbox.claim("dead", 10.0, lease_s=5, deliveries_max=1)
    assert await outbox.claim("next", 14.9, lease_s=5, deliveries_max=1) == ()
    assert (await outbox.standing()).next_at == 15.0
    (second,) = await outbox.claim("next", 15.0, lease_s=5, deliveries_max=1)
    assert (second.idempotency_key, second.body) == (first.idempotency_key, first.body)
    assert second.attempts == 2


async def test_only_the_first_mark_of_a_delivery_counts(database: Database) -> None:
    case, _ = await _store(database).file(_filing("k"))
    outbox = _outbox(database)
    (delivery,) = await outbox.claim("w", 10.0, lease_s=5, deliveries_max=1)
    assert await outbox.mark_delivered(delivery, "SR-1", 11.0)
    assert not await outbox.mark_delivered(delivery, "SR-2", 12.0)
    assert not await outbox.mark_refused(delivery, "w", RefusedForGood(reason="no"), 12.0)
    await outbox.mark_retry(delivery, "w", reason="late", next_at=12.0)
    kept = await _store(database).case(case.number)
    assert kept is not None
    assert (kept.status, kept.reference) == (CaseStatus.DELIVERED, "SR-1")
    assert (await outbox.standing()).pending == 0


async def test_a_refused_case_is_undeliverable_until_it_is_sent_again(database: Database) -> None:
    case, _ = await _store(database).file(_filing("k"))
    outbox = _outbox(database)
    (delivery,) = await outbox.claim("w", 10.0, lease_s=5, deliveries_max=1)
    assert await outbox.mark_refused(delivery, "w", RefusedForGood(reason="no such unit"), 11.0)
    kept = await _store(database).case(case.number)
    assert kept is not None
    assert kept.status is CaseStatus.UNDELIVERABLE
    assert (await outbox.standing()).refused == 1
    assert await outbox.requeue(case.number, 12.0)
    assert not await outbox.requeue(case.number, 12.0)
    (again,) = await outbox.claim("w", 12.0, lease_s=5, deliveries_max=1)
    assert again.idempotency_key == delivery.idempotency_key


async def test_later_news_of_a_case_waits_for_the_case(database: Database) -> None:
    store, outbox = _store(database), _outbox(database)
    case, _ = await store.file(_filing("k"))
    async with database.session() as session:
        await session.execute(insert(tables.outbox), store._delivery(case.number, 1.0))
    (first,) = await outbox.claim("w", 10.0, lease_s=5, deliveries_max=9)
    assert await outbox.claim("w", 10.0, lease_s=5, deliveries_max=9) == ()
    await outbox.mark_delivered(first, "SR-1", 11.0)
    (second,) = await outbox.claim("w", 11.0, lease_s=5, deliveries_max=9)
    assert second.delivery > first.delivery


async def test_a_case_the_template_fails_on_waits_and_others_pass(database: Database) -> None:
    await _store(database).file(_filing("k"))
    template = PlainTemplate()
    template.broken = True
    outbox = _outbox(database, template)
    assert await outbox.claim("w", 10.0, lease_s=5, deliveries_max=1) == ()
    template.broken = False
    assert await outbox.claim("w", 10.0, lease_s=5, deliveries_max=1) == ()
    assert len(await outbox.claim("w", 10.0 + UNRENDERED_RETRY_S, lease_s=5, deliveries_max=1)) == 1


async def test_released_claims_are_due_at_once(database: Database) -> None:
    await _store(database).file(_filing("k"))
    outbox = _outbox(database)
    await outbox.claim("w", 10.0, lease_s=60, deliveries_max=1)
    await outbox.release("w", 11.0)
    assert len(await outbox.claim("x", 11.0, lease_s=60, deliveries_max=1)) == 1
