"""A connection to SQLite whose every statement is one trip to its thread.

Theory of operation. `aiosqlite` makes a trip for each of cursor, execute, fetch and close, and a transaction
adds those of BEGIN, COMMIT and ROLLBACK. A trip costs more than the statement: two threads have to be woken.
Here a cursor is made, executed, read to its end and closed in one trip; BEGIN travels with the first
statement, so a transaction without one costs nothing; ending a transaction that only read is not waited
for (what is asked next comes behind it in the same thread); and a rollback without a transaction is none.
`begin` is called by the event that SQLAlchemy raises in place of a BEGIN of its own.
"""

import sqlite3
from collections.abc import Sequence
from functools import partial
from typing import Any, Self

import aiosqlite

_UNUSED_CHUNK = 64


class SqliteCursor:
    """What SQLAlchemy's adapter asks of a cursor. All rows are there once `execute` has returned."""

    def __init__(self, connection: "SqliteConnection") -> None:
        """Start with nothing executed."""
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        """Return the cursor itself."""
        return self

    async def execute(self, operation: str, parameters: Any = ()) -> "SqliteCursor":
        """Execute one statement and read what it returns."""
        await self._take(partial(_execute, operation=operation, parameters=parameters))
        return self

    async def executemany(self, operation: str, parameters: Sequence[Any]) -> "SqliteCursor":
        """Execute one statement for each set of parameters."""
        await self._take(partial(_execute_many, operation=operation, parameters=parameters))
        return self

    async def fetchall(self) -> list[Any]:
        """Return the rows that were not taken yet."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Do nothing: the statement was closed when it was executed."""

    async def _take(self, work: Any) -> None:
        done = await self._connection.run(work)
        self._rows, self.description, self.rowcount, self.lastrowid = done


class SqliteConnection(aiosqlite.Connection):
    """One connection with a thread of its own, for SQLAlchemy's dialect `sqlite+aiosqlite`."""

    _begin = ""
    _reads = False
    _is_open = False

    @classmethod
    def connect(cls, *where: Any, **options: Any) -> "SqliteConnection":
        """Return a connection to be awaited; the arguments are those of `sqlite3.connect`."""
        made = cls(partial(sqlite3.connect, *where, **options), _UNUSED_CHUNK)
        made._thread.daemon = True
        return made

    def begin(self, *, reads: bool) -> None:
        """Have the next statement begin a transaction; one that writes takes the write lock then."""
        self._begin = "BEGIN" if reads else "BEGIN IMMEDIATE"
        self._reads = reads

    def cursor(self) -> Any:
        """Return a cursor."""
        return SqliteCursor(self)

    async def run(self, work: Any) -> Any:
        """Do `work` with the connection in its thread, behind the BEGIN that is due, if one is."""
        begin, self._begin = self._begin, ""
        self._is_open = self._is_open or bool(begin)
        return await self._execute(_run, self._conn, begin, work)  # type: ignore[no-untyped-call]

    async def commit(self) -> None:
        """Commit; returns before a transaction that only read has ended."""
        self._begin = ""
        was_open, self._is_open = self._is_open, False
        if was_open and self._reads:
            self._tx.put_nowait((None, self._conn.commit))
        elif was_open:
            try:
                await super().commit()
            except sqlite3.Error:
                self._is_open = True
                raise

    async def rollback(self) -> None:
        """Roll back; without a transaction there is nothing to do."""
        self._begin = ""
        was_open, self._is_open = self._is_open, False
        if was_open:
            await super().rollback()


def _run(connection: sqlite3.Connection, begin: str, work: Any) -> Any:
    if begin:
        connection.execute(begin)
    return work(connection)


def _execute(connection: sqlite3.Connection, *, operation: str, parameters: Any) -> Any:
    return _result(connection.execute(operation, parameters))


def _execute_many(connection: sqlite3.Connection, *, operation: str, parameters: Sequence[Any]) -> Any:
    return _result(connection.executemany(operation, parameters))


def _result(cursor: sqlite3.Cursor) -> tuple[list[Any], Any, int, int | None]:
    try:
        rows = cursor.fetchall() if cursor.description else []
        return rows, cursor.description, cursor.rowcount, cursor.lastrowid
    finally:
        cursor.close()
