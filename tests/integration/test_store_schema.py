"""The schema on the real databases."""

import asyncio

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

import agent_desktop.tables  # noqa: F401 - fills the registry of tables
import crm_bridge.adapters.tables  # noqa: F401 - the same
from runtime.db import Database, metadata


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def test_revisions_make_exactly_the_tables_that_the_code_names(store_url: str) -> None:
    database = Database(store_url)
    await database.upgrade()
    async with database.engine.connect() as connection:
        found = await connection.run_sync(_differences)
    await database.close()
    ours = [one for one in found if "remove_" not in str(one)]
    assert ours == []


async def test_two_instances_may_upgrade_at_the_same_time(store_url: str) -> None:
    first, second = Database(store_url), Database(store_url)
    await asyncio.gather(first.upgrade(), second.upgrade())
    await first.upgrade()
    async with second.read_session() as session:
        revisions = (await session.execute(text("SELECT count(*) FROM alembic_version"))).scalar_one()
    await first.close()
    await second.close()
    assert revisions == 1
