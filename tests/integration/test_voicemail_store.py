"""Messages that callers left, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from contact.ids import E164, AgentId, CallId
from contact.voicemail import KeepVoicemail
from crm_bridge.adapters.store import Store
from crm_bridge.adapters.voicemail_store import VoicemailStore
from runtime.db import Database
from tests.fakes.crm import CALLER, ended

CALL, OTHER = CallId("1763800000.1"), CallId("1763800000.2")


@pytest.fixture
async def database(store_url: str) -> AsyncIterator[Database]:
    made = Database(store_url)
    await made.upgrade()
    yield made
    await made.close()


def message(call: CallId, left_at: float = 100.0, audio: bytes = b"RIFF\x00sound") -> KeepVoicemail:
    return KeepVoicemail(call=call, left_at=left_at, duration_s=2.5, audio=audio)


async def test_a_message_is_kept_once_and_its_call_says_whose_it_is(database: Database) -> None:
    store = VoicemailStore(database=database)
    assert await store.keep(message(CALL))
    assert not await store.keep(message(CALL, audio=b"another"))
    (alone,) = await store.listed(done=False, most=10)
    assert (alone.caller, alone.queue, alone.language) == ("", None, "")
    record = ended(CALL)
    await Store(database=database, new_id=str).add_contacts([record])
    assert await store.one(CALL) == (await store.listed(done=False, most=10))[0]
    (known,) = await store.listed(done=False, most=10)
    assert (known.caller, known.queue, known.language) == (CALLER, record.queue, record.language)
    assert isinstance(known.caller, str)
    assert E164(known.caller) == CALLER
    assert await store.audio(CALL) == b"RIFF\x00sound"


async def test_open_messages_come_oldest_first_and_done_ones_newest_first(database: Database) -> None:
    store = VoicemailStore(database=database)
    await store.keep(message(CALL, 200.0))
    await store.keep(message(OTHER, 100.0))
    assert [one.call for one in await store.listed(done=False, most=10)] == [OTHER, CALL]
    assert [one.call for one in await store.listed(done=False, most=1)] == [OTHER]
    anna, bartek = AgentId("anna"), AgentId("bartek")
    done = await store.mark(OTHER, by=anna, at=300.0)
    assert done is not None
    assert (done.done_at, done.done_by) == (300.0, anna)
    assert await store.mark(OTHER, by=bartek, at=400.0) == done
    await store.mark(CALL, by=bartek, at=500.0)
    assert await store.listed(done=False, most=10) == ()
    assert [one.call for one in await store.listed(done=True, most=10)] == [CALL, OTHER]
    again = await store.mark(OTHER, by=None, at=None)
    assert again is not None
    assert (again.done_at, again.done_by) == (None, None)


async def test_a_message_that_is_not_there_is_none(database: Database) -> None:
    store = VoicemailStore(database=database)
    assert await store.one(CALL) is None
    assert await store.audio(CALL) is None
    assert await store.mark(CALL, by=AgentId("anna"), at=1.0) is None
