"""The store's sessions on SQLite."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from runtime.db import Database, DatabaseAway, _away


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(f"sqlite+aiosqlite:///{tmp_path / 'new folder' / '100%' / 'store.sqlite'}")
    await made.upgrade()
    yield made
    await made.close()


async def test_upgrading_twice_is_upgrading_once(database: Database) -> None:
    await database.upgrade()
    await database.ping()


async def test_connections_keep_foreign_keys_and_write_ahead(database: Database) -> None:
    async with database.read_session() as session:
        assert (await session.execute(text("PRAGMA foreign_keys"))).scalar_one() == 1
        assert (await session.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"
        assert (await session.execute(text("PRAGMA synchronous"))).scalar_one() == 2


async def test_a_session_commits_at_its_end_and_rolls_back_on_an_exception(database: Database) -> None:
    insert = text("INSERT INTO case_counters (year, last) VALUES (:year, 1)")
    async with database.session() as session:
        await session.execute(insert, {"year": 2026})
    with suppress(KeyError):
        async with database.session() as session:
            await session.execute(insert, {"year": 2027})
            raise KeyError
    async with database.read_session() as session:
        years = (await session.execute(text("SELECT year FROM case_counters"))).scalars().all()
    assert years == [2026]


async def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    async with database.session() as writer:
        await writer.execute(text("INSERT INTO case_counters (year, last) VALUES (2026, 1)"))
        await database.ping()


async def test_writers_queue_up_instead_of_failing(database: Database) -> None:
    async with database.session() as session:
        await session.execute(text("INSERT INTO case_counters (year, last) VALUES (2026, 0)"))

    async def count() -> None:
        async with database.session() as session:
            last = (await session.execute(text("SELECT last FROM case_counters"))).scalar_one()
            await asyncio.sleep(0)
            await session.execute(text("UPDATE case_counters SET last = :last"), {"last": last + 1})

    await asyncio.gather(*(count() for _ in range(10)))
    async with database.read_session() as session:
        assert (await session.execute(text("SELECT last FROM case_counters"))).scalar_one() == 10


async def test_a_broken_constraint_is_a_mistake_and_not_an_absence(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.session() as session:
            await session.execute(
                text(
                    "INSERT INTO case_events (case_number, kind, detail, happened_at) VALUES ('9', '', '', 0)"
                )
            )


@pytest.mark.parametrize(
    "error", [OSError("refused"), TimeoutError(), OperationalError("SELECT", {}, ValueError("locked"))]
)
def test_every_way_of_being_out_of_reach_has_one_name(error: Exception) -> None:
    with pytest.raises(DatabaseAway, match="database: "), _away():
        raise error
