"""What is decided about the line, on the real databases."""

from collections.abc import AsyncIterator

import pytest

from agent_desktop.line_store import SHOWN_AFTER_S, LineStore
from contact.errors import Refused
from contact.flash import FlashId
from contact.ids import Language
from contact.line import ClosureId
from contact.schedule import Schedule, ScheduleException, ScheduleId
from runtime.db import Database
from tests.fakes.lines import closure, flash

PL = Language("pl")


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = 100.0

    def now(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(store_url: str, clock: Clock) -> AsyncIterator[LineStore]:
    database = Database(store_url)
    await database.upgrade()
    yield LineStore(database=database, clock=clock)
    await database.close()


async def test_closures_hold_until_they_are_opened_or_over(store: LineStore, clock: Clock) -> None:
    roads, line = closure("roads"), closure(None, until_at=200.0)
    for one in (roads, line):
        await store.close(one)
    with pytest.raises(Refused, match="closed already"):
        await store.close(closure("roads"))
    assert set(await store.closures()) == {roads, line}
    clock.at = 200.0
    assert await store.closures() == (roads,)
    changed = await store.change_closure(roads.closure, reason="Prąd", texts=((PL, "x"),), until_at=300.0)
    assert (changed.reason, changed.until_at, changed.texts) == ("Prąd", 300.0, ((PL, "x"),))
    assert await store.open_again(roads.closure) == changed
    assert await store.closures() == ()
    for refused in (
        store.open_again(roads.closure),
        store.change_closure(ClosureId("none"), reason="", texts=(), until_at=1.0),
    ):
        with pytest.raises(Refused) as error:
            await refused
        assert error.value.code == "not_found"


async def test_flash_messages_are_counted_over_changes_and_shown_for_a_day(
    store: LineStore, clock: Clock
) -> None:
    water = flash("water")
    await store.put_flash(water, by="sylwia", is_new=True)
    await store.add_heard({water.flash: 37, FlashId("none"): 1})
    await store.switch(water.flash, on=False, by="admin")
    (found,) = await store.flashes()
    assert (found.heard, found.flash.is_on, found.changed_by) == (37, False, "admin")
    await store.put_flash(water, by="sylwia", is_new=False)
    (found,) = await store.flashes()
    assert (found.heard, found.flash) == (37, water)
    clock.at = water.ends_at + SHOWN_AFTER_S
    assert await store.flashes() == ()
    for refused in (
        store.switch(FlashId("none"), on=True, by="x"),
        store.put_flash(flash("none"), by="x", is_new=False),
        store.put_recording(FlashId("none"), PL, b"sound"),
    ):
        with pytest.raises(Refused) as error:
            await refused
        assert error.value.code == "not_found"


async def test_a_recording_takes_the_place_of_an_earlier_one(store: LineStore) -> None:
    water = flash("water")
    await store.put_flash(water, by="sylwia", is_new=True)
    first = await store.put_recording(water.flash, PL, b"first")
    second = await store.put_recording(water.flash, PL, b"second")
    assert (await store.flashes())[0].flash.recordings == (second,)
    assert (await store.recording(first), await store.recording(second)) == (None, b"second")
    await store.remove_recording(water.flash, PL)
    assert (await store.flashes())[0].flash.recordings == ()


async def test_a_schedule_takes_the_place_of_the_citys_until_it_is_removed(store: LineStore) -> None:
    office = Schedule(
        schedule=ScheduleId("office"),
        names=((PL, "Urząd"),),
        zone="Europe/Warsaw",
        week=("mon-fri 08:00-16:00",),
        exceptions=(ScheduleException(first="2026-12-24", last="2026-12-26", title="Święta"),),
        holidays="PL",
    )
    await store.put_schedule(office, by="sylwia")
    await store.put_schedule(office, by="sylwia")
    assert await store.schedules() == (office,)
    await store.remove_schedule(office.schedule)
    assert await store.schedules() == ()
