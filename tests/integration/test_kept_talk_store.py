"""Recorded talks, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from contact.ids import E164, AgentId, CallId, CaseNumber, OfferId, QueueId
from contact.kept_talk import Pause, TalkFacts, TalkQuery
from crm_bridge.adapters.kept_talk_store import KeptTalkStore
from crm_bridge.adapters.store import Store
from runtime.db import Database
from tests.fakes.crm import CALLER, ended

CALL, OTHER = CallId("1763800000.1"), CallId("1763800000.2")
TALK = TalkFacts(
    call=CALL,
    offer=OfferId("o1"),
    agent=AgentId("anna"),
    queue=QueueId("roads"),
    consented_at=90.0,
    began_at=100.0,
    pauses=(Pause(from_s=1.5, to_s=3.0),),
)


@pytest.fixture
async def database(store_url: str) -> AsyncIterator[Database]:
    made = Database(store_url)
    await made.upgrade()
    yield made
    await made.close()


async def keep(store: KeptTalkStore, talk: TalkFacts, recording: str) -> bool:
    return await store.keep(talk, recording=recording, duration_s=12.5, size=5_000_000_000)


async def test_a_talk_is_kept_once_and_its_call_says_whose_it_is(database: Database) -> None:
    store = KeptTalkStore(database=database)
    assert await keep(store, TALK, "a")
    assert not await keep(store, TALK, "b")
    assert await store.has(TALK.offer)
    (alone,) = await store.found(TalkQuery(), most=10)
    assert (alone.recording, alone.talk, alone.caller, alone.disposition) == ("a", TALK, "", "")
    calls = Store(database=database, new_id=str)
    await calls.add_contacts([ended(CALL)])
    await calls.record_wrap_up(CALL, AgentId("anna"), disposition="case_filed", note="", now=200.0)
    known = await store.one("a")
    assert known is not None
    assert (known.caller, known.disposition, known.size) == (CALLER, "case_filed", 5_000_000_000)
    assert await store.stored() == (1, 5_000_000_000)


async def test_talks_are_found_by_what_is_known_of_them_newest_first(database: Database) -> None:
    store = KeptTalkStore(database=database)
    second = replace(
        TALK, call=OTHER, offer=OfferId("o2"), agent=AgentId("bartek"), queue=QueueId("waste"), began_at=200.0
    )
    await keep(store, TALK, "a")
    await keep(store, second, "b")
    calls = Store(database=database, new_id=str)
    await calls.add_contacts([ended(CALL), replace(ended(OTHER), caller=E164("+48601222333"))])
    await calls.record_wrap_up(OTHER, AgentId("bartek"), disposition="no_case", note="", now=300.0)

    async def found(**wanted: object) -> list[str]:
        rows = await store.found(TalkQuery(**wanted), most=10)  # type: ignore[arg-type]
        return [one.recording for one in rows]

    assert await found() == ["b", "a"]
    assert await found(caller=CALLER) == ["a"]
    assert await found(agent=AgentId("bartek")) == ["b"]
    assert await found(queue=QueueId("roads")) == ["a"]
    assert await found(disposition="no_case") == ["b"]
    assert await found(since_at=150.0) == ["b"]
    assert await found(until_at=200.0) == ["a"]
    assert await found(case=CaseNumber("1/26")) == []
    assert await found(queues_in=(QueueId("roads"),), agents_in=(AgentId("bartek"),)) == []
    assert await found(agents_in=()) == []
    assert [one.recording for one in await store.found(TalkQuery(), most=1)] == ["b"]


async def test_what_is_erased_or_too_old_is_out_of_the_table_and_its_files_are_named(
    database: Database,
) -> None:
    store = KeptTalkStore(database=database)
    await keep(store, TALK, "a")
    await keep(store, replace(TALK, call=OTHER, offer=OfferId("o2"), began_at=200.0), "b")
    await Store(database=database, new_id=str).add_contacts([ended(CALL)])
    assert await store.erase(TalkQuery()) == ()
    assert await store.erase(TalkQuery(caller=CALLER)) == ("a",)
    assert await store.names() == {"b"}
    assert await store.expire(200.0) == ()
    assert await store.expire(200.1) == ("b",)
    assert await store.stored() == (0, 0)
