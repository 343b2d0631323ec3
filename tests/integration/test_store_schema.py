"""The schema on the real databases."""

import asyncio

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

import agent_desktop.quality.tables
import agent_desktop.tables  # noqa: F401 - fills the registry of tables
import crm_bridge.adapters.tables  # noqa: F401 - the same
from runtime.db import MIGRATIONS, Database, metadata


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


def _to(revision: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["revision"] = revision
    return config


def _upgrade(connection: Connection, config: Config) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, config.attributes["revision"])


def _downgrade(connection: Connection, config: Config) -> None:
    config.attributes["connection"] = connection
    command.downgrade(config, config.attributes["revision"])


async def test_what_was_there_before_can_be_searched_after_the_upgrade_and_survives_a_way_back(
    store_url: str,
) -> None:
    database = Database(store_url)
    async with database.session() as session:
        await session.run_sync(_upgrade, _to("0004"))
        await session.execute(
            text("INSERT INTO callers (number, name, language, tags) VALUES ('+48', 'Łucja Żak', 'pl', '[]')")
        )
    await database.upgrade()
    async with database.read_session() as session:
        assert (await session.execute(text("SELECT folded FROM callers"))).scalar_one() == "lucja zak"
    async with database.session() as session:
        await session.run_sync(_downgrade, _to("0004"))
        assert (await session.execute(text("SELECT name FROM callers"))).scalar_one() == "Łucja Żak"
    await database.upgrade()
    await database.close()
