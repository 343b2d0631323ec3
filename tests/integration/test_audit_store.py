"""The record of changes in a real store, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from agent_desktop.audit import Audit, Wanted
from runtime.db import Database


class HandClock:
    """Time that moves when it is told to."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def now(self) -> float:
        return self.at


@pytest.fixture
async def audit(store_url: str) -> AsyncIterator[Audit]:
    database = Database(store_url)
    await database.upgrade()
    yield Audit(database=database, clock=HandClock())
    await database.close()


async def test_a_change_is_kept_with_its_fields_and_what_took_it_back(audit: Audit) -> None:
    await audit.record(actor="anna", action="caller.pop", subject="+48600100200")
    before, after = {"hours": None, "names": {"pl": "Żółw"}}, {"hours": ["8-20"], "names": {"pl": "Ż"}}
    await audit.record(actor="sylwia", action="queue.changed", subject="roads", before=before, after=after)
    (made,) = await audit.changes(Wanted())
    assert (made.before, made.after, made.undone_by) == (before, after, None)
    await audit.record(
        actor="admin", action="queue.changed", subject="roads", before=after, after=before, undoes=made.id
    )
    undo, undone = await audit.changes(Wanted())
    assert (undo.undoes, undone.undone_by) == (made.id, undo.id)
    assert await audit.find(made.id) == undone
    assert await audit.find(9_999) is None
    assert [one.action for one in await audit.newest()] == ["queue.changed", "queue.changed", "caller.pop"]


async def test_signs_in_what_is_looked_for_stand_for_themselves(audit: Audit) -> None:
    for subject in ("a_b", "axb", "100%"):
        await audit.record(actor="admin", action="queue.changed", subject=subject, before={}, after={})
    assert [one.subject for one in await audit.changes(Wanted(subject="_"))] == ["a_b"]
    assert [one.subject for one in await audit.changes(Wanted(subject="%"))] == ["100%"]
    assert len(await audit.changes(Wanted(), entries_max=2)) == 2
