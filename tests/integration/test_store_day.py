"""The figures of a day, counted by the real databases."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from contact.day import ReadDay, SlotTally
from contact.events import CallEnded
from contact.ids import CallId, QueueId
from contact.states import Outcome
from crm_bridge.adapters.day import read_day
from crm_bridge.adapters.store import Store
from runtime.db import Database
from tests.fakes.crm import ended

MIDNIGHT = 1_795_302_000.0
ROADS, WASTE = QueueId("roads"), QueueId("waste")


@pytest.fixture
async def database(store_url: str) -> AsyncIterator[Database]:
    made = Database(store_url)
    await made.upgrade()
    yield made
    await made.close()


def question(*within: tuple[QueueId, float]) -> ReadDay:
    return ReadDay(
        begins_at=MIDNIGHT,
        ends_at=MIDNIGHT + 86_400,
        slot_s=1_800.0,
        within=within,
        recent_from=MIDNIGHT + 3_000,
    )


def gave_up(call: str, joined_at: float, wait_s: float) -> CallEnded:
    return replace(
        ended(call, arrived_at=joined_at - 5),
        agent=None,
        outcome=Outcome.ABANDONED_QUEUE,
        connected_at=None,
        wait_s=wait_s,
        talk_s=0.0,
        ended_at=joined_at + wait_s,
    )


def tally(queue: QueueId, slot: int, *counts: float) -> SlotTally:
    offered, answered, answered_within, abandoned, abandoned_within, wait_sum_s, talked, talk_sum_s = counts
    return SlotTally(
        queue=queue,
        slot=slot,
        offered=int(offered),
        answered=int(answered),
        answered_within=int(answered_within),
        abandoned=int(abandoned),
        abandoned_within=int(abandoned_within),
        wait_sum_s=wait_sum_s,
        talked=int(talked),
        talk_sum_s=talk_sum_s,
    )


async def test_each_call_counts_in_the_slot_in_which_it_joined_its_queue(database: Database) -> None:
    store = Store(database=database, new_id=lambda: "id")
    records = [
        ended("yesterday", arrived_at=MIDNIGHT - 6),
        ended("first", arrived_at=MIDNIGHT - 5),
        ended("late half", arrived_at=MIDNIGHT + 1_794.9),
        ended("second", arrived_at=MIDNIGHT + 1_795),
        replace(ended("slow", arrived_at=MIDNIGHT + 100), wait_s=31.0),
        gave_up("impatient", MIDNIGHT + 1_900, 3.0),
        gave_up("patient", MIDNIGHT + 3_000, 45.0),
        replace(gave_up("elsewhere", MIDNIGHT + 20, 60.0), outcome=Outcome.OVERFLOWED),
        replace(ended("waste", arrived_at=MIDNIGHT + 95), queue=WASTE),
        replace(ended("menu", arrived_at=MIDNIGHT + 7), queue=None, queued_at=None, connected_at=None),
        ended("tomorrow", arrived_at=MIDNIGHT + 86_395),
    ]
    await store.add_contacts(records)
    found = await read_day(database, question((ROADS, 30.0), (WASTE, 4.0)))
    assert found.slots == (
        tally(ROADS, 0, 4, 3, 2, 0, 0, 41.0, 3, 150.0),
        tally(ROADS, 1, 3, 1, 1, 2, 1, 5.0, 1, 50.0),
        tally(WASTE, 0, 1, 1, 0, 0, 0, 5.0, 1, 50.0),
    )
    assert found.recent == (CallId("patient"),)


async def test_an_empty_day_has_no_slots(database: Database) -> None:
    found = await read_day(database, question())
    assert (found.slots, found.recent) == ((), ())
