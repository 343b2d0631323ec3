"""The store: one engine, one `MetaData`, and sessions that say whether they write.

Theory of operation. `session()` is one transaction that may write; on SQLite it takes the write lock with
its first statement (`BEGIN IMMEDIATE`), so two writers queue up instead of failing half-way; those of this
process already here, in their order, because SQLite itself has them poll with growing pauses.
`read_session()` only reads and never waits for a writer. A store that cannot be reached raises
`DatabaseAway` from either, also out of a commit, where it means that the outcome is unknown; mistakes in a
statement, such as a broken constraint, come through as SQLAlchemy raises them. `upgrade()` brings the
schema to the newest revision under a lock of the database itself, so any number of processes may call it.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from asyncpg.exceptions import InterfaceError, PostgresError
from sqlalchemy import Connection, MetaData, Table, event, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from contact.errors import CentralaError
from runtime.sqlite_connection import SqliteConnection

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"
CONNECT_TIMEOUT_S = 5.0
COMMAND_TIMEOUT_S = 30.0
BUSY_TIMEOUT_MS = 10_000
POOL_CONNECTIONS = 5
POOL_OVERFLOW = 10
POOL_WAIT_S = 10.0
WRITER_WAIT_S = 10.0
SQLITE_CONNECTIONS = POOL_CONNECTIONS + POOL_OVERFLOW
_UPGRADE_LOCK = 0x63656E74  # any number that all processes agree on
_READ_ONLY = "centrala_read_only"
_MISTAKES = (IntegrityError, ProgrammingError, DataError, NotSupportedError)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""The one registry of tables; the roles' `tables.py` modules fill it."""


class DatabaseAway(CentralaError):
    """The store did not answer; whether the last statement took effect is not known."""


class Database:
    """The store of one process."""

    def __init__(self, url: str) -> None:
        """Prepare an engine for `url`, an SQLAlchemy asyncio URL; nothing is connected yet."""
        self.url: URL = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        """Whether the store is SQLite, which has one writer at a time."""
        self.engine: AsyncEngine = _engine(self.url)
        self._reading = self.engine.execution_options(**{_READ_ONLY: True})
        self._writer = asyncio.Lock()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncConnection]:
        """Give one transaction: committed at the end, rolled back by any exception.

        Raises:
            DatabaseAway: the store was not reached, or was lost before the commit was confirmed.
        """
        with _away():
            if self.is_sqlite:
                async with asyncio.timeout(WRITER_WAIT_S):
                    await self._writer.acquire()
            try:
                async with self.engine.begin() as session:
                    yield session
            finally:
                if self.is_sqlite:
                    self._writer.release()

    @asynccontextmanager
    async def read_session(self) -> AsyncIterator[AsyncConnection]:
        """Give one transaction that only reads and does not wait for writers.

        Raises:
            DatabaseAway: the store was not reached.
        """
        with _away():
            async with self._reading.begin() as session:
                yield session

    def insert(self, table: Table) -> sqlite_dialect.Insert | postgresql.Insert:
        """Return an INSERT in the store's own dialect, which knows what to do on a conflict."""
        return sqlite_dialect.insert(table) if self.is_sqlite else postgresql.insert(table)

    async def ping(self) -> None:
        """Ask the store for a sign of life; raise `DatabaseAway`."""
        async with self.read_session() as session:
            await session.execute(text("SELECT 1"))

    async def upgrade(self) -> None:
        """Bring the schema to the newest revision; a few milliseconds where it is already there.

        Raises:
            DatabaseAway: the store was not reached.
        """
        if self.is_sqlite and self.url.database and self.url.database != ":memory:":
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
        async with self.session() as session:
            if not self.is_sqlite:
                await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
            await session.run_sync(_upgrade, head)

    async def close(self) -> None:
        """Close every connection; the object must not be used afterwards."""
        await self.engine.dispose()


@contextmanager
def _away() -> Iterator[None]:
    """Turn every way in which a store can be out of reach into `DatabaseAway`."""
    try:
        yield
    except _MISTAKES:
        raise
    except (DBAPIError, PoolTimeoutError, PostgresError, InterfaceError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        message = f"database: {reason}"
        raise DatabaseAway(message) from error


def _engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        return create_async_engine(
            url,
            pool_pre_ping=True,
            pool_size=POOL_CONNECTIONS,
            max_overflow=POOL_OVERFLOW,
            pool_timeout=POOL_WAIT_S,
            connect_args={"timeout": CONNECT_TIMEOUT_S, "command_timeout": COMMAND_TIMEOUT_S},
        )
    engine = create_async_engine(
        url,
        pool_size=SQLITE_CONNECTIONS,
        max_overflow=0,
        pool_use_lifo=True,
        connect_args={"async_creator_fn": SqliteConnection.connect},
    )
    event.listen(engine.sync_engine, "connect", _set_up_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    """Take transactions into our own hands and set what SQLite keeps per connection.

    `synchronous` stays FULL: the number of a case is read out to the caller, so it must outlive a power cut.
    """
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA foreign_keys = ON")
    try:
        cursor.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError:
        # Two first connections at once: the one that came second is refused and finds WAL already set.
        log.debug("the journal mode is being set by another process")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get(_READ_ONLY, False)
    driver: Any = connection.connection.driver_connection
    driver.begin(reads=reads)


def _upgrade(connection: Connection, head: str | None) -> None:
    if MigrationContext.configure(connection).get_current_revision() == head:
        return
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
