"""Alerts that stand and who was told, on the real databases."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from agent_desktop.notice import Occurrence, Told
from agent_desktop.notice_store import NoticeStore
from agent_desktop.recipient import Moment
from runtime.db import Database
from tests.fakes.notices import BEGAN, alert

TOLD = {
    "dyżurny": Told(heard=frozenset({Moment.RAISED}), told_at=BEGAN + 5),
    "monitoring": Told(heard=frozenset({Moment.RAISED}), failed_at=BEGAN + 9),
}


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[NoticeStore]:
    database = Database(store_url)
    await database.upgrade()
    yield NoticeStore(database)
    await database.close()


async def test_what_is_kept_is_read_as_it_was(store: NoticeStore) -> None:
    taken = Occurrence(alert=alert(acknowledged_at=BEGAN + 60), told=TOLD)
    over = Occurrence(alert=alert("telephony_down", None, at=BEGAN - 5), ended_at=BEGAN + 1)
    await store.keep([taken, over], [], BEGAN + 70)
    assert await store.read() == [(over, BEGAN + 70), (taken, BEGAN + 70)]


async def test_what_is_kept_again_takes_the_place_of_its_row_and_what_is_gone_goes(
    store: NoticeStore,
) -> None:
    one, other = Occurrence(alert=alert()), Occurrence(alert=alert(queue="waste"))
    await store.keep([one, other], [], BEGAN)
    later = replace(one, ended_at=BEGAN + 5)
    await store.keep([later], [other.alert.occurrence, "unknown"], BEGAN + 6)
    assert await store.read() == [(later, BEGAN + 6)]
