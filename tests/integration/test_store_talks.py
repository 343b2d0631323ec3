"""Finished talks out of the real databases."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from contact.errors import Refused
from contact.finished_talks import ASKED_AGENTS_MAX, GetTalk, ListTalks
from contact.ids import AgentId, CallId, callback_id
from crm_bridge.adapters.store import Store
from crm_bridge.adapters.talk_store import TalkStore
from crm_bridge.asking import Asking
from crm_bridge.talks import Talks
from runtime.bus import MemoryBus
from runtime.db import Database
from tests.fakes.crm import ended

ANNA, BARTEK = AgentId("anna"), AgentId("bartek")
DAY_S = 86_400.0
BEGINS = 100 * DAY_S


@pytest.fixture
async def database(store_url: str) -> AsyncIterator[Database]:
    made = Database(store_url)
    await made.upgrade()
    yield made
    await made.close()


@pytest.fixture
async def bus(database: Database) -> MemoryBus:
    made = MemoryBus()
    Talks(store=TalkStore(database=database), asking=Asking(lambda: None)).serve(made)
    return made


def week(*agents: AgentId) -> ListTalks:
    return ListTalks(agents=agents, begins_at=BEGINS, ends_at=BEGINS + 7 * DAY_S)


async def test_talks_are_those_that_began_in_the_period_with_what_was_said_of_them(
    database: Database, bus: MemoryBus
) -> None:
    store = Store(database=database, new_id=str)
    ordered = replace(ended(callback_id("5"), arrived_at=BEGINS - 2 * DAY_S), connected_at=BEGINS + 50)
    await store.add_contacts(
        [
            ended("before", arrived_at=BEGINS - 11),
            ended("first", arrived_at=BEGINS - 10),
            replace(ended("hers", arrived_at=BEGINS + 5), agent=BARTEK),
            replace(ended("nobody", arrived_at=BEGINS + 9), agent=None, connected_at=None),
            ordered,
            ended("last", arrived_at=BEGINS + 7 * DAY_S - 11),
            ended("after", arrived_at=BEGINS + 7 * DAY_S - 10),
        ]
    )
    said = {"disposition": "settled.information", "note": "Godziny urzędu"}
    await store.record_wrap_up(CallId("first"), ANNA, now=BEGINS + 99, **said)
    found = await bus.request(week(ANNA))
    assert [one.call for one in found] == ["first", "cb-5", "last"]
    first = found[0]
    assert (first.disposition, first.note) == ("settled.information", "Godziny urzędu")
    assert (first.queue, first.topic, first.wait_s, first.talk_s) == ("roads", "pothole", 5, 50)
    assert (found[1].disposition, found[1].note) == ("", "")
    assert [one.call for one in await bus.request(week(ANNA, BARTEK))][1] == "hers"
    assert await bus.request(week()) == ()
    assert await bus.request(GetTalk(call=CallId("first"))) == first
    assert await bus.request(GetTalk(call=CallId("nobody"))) is None
    assert await bus.request(GetTalk(call=CallId("none"))) is None


async def test_a_part_of_what_is_asked_for_is_not_an_answer(
    database: Database, bus: MemoryBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused, match="agents"):
        await bus.request(week(*(AgentId(str(number)) for number in range(ASKED_AGENTS_MAX + 1))))
    monkeypatch.setattr("crm_bridge.adapters.talk_store.LISTED_TALKS_MAX", 1)
    store = Store(database=database, new_id=str)
    await store.add_contacts([ended("1", arrived_at=BEGINS), ended("2", arrived_at=BEGINS)])
    with pytest.raises(Refused, match="talks"):
        await bus.request(week(ANNA))
