"""The connection to SQLite that makes one trip to its thread for each statement."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from runtime.sqlite_connection import SqliteConnection, SqliteCursor


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[SqliteConnection]:
    made = await _opened(tmp_path)
    await _do(made, "CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT UNIQUE)")
    yield made
    await made.close()


async def _opened(folder: Path, **options: Any) -> SqliteConnection:
    made = SqliteConnection.connect(folder / "one.sqlite", isolation_level=None, **options)
    _ = await made
    return made


async def _do(connection: SqliteConnection, operation: str, *parameters: object) -> SqliteCursor:
    cursor: SqliteCursor = connection.cursor()
    return await cursor.execute(operation, parameters)


async def _words(connection: SqliteConnection) -> list[str]:
    cursor = await _do(connection, "SELECT text FROM word ORDER BY id")
    return [text for (text,) in await cursor.fetchall()]


async def test_a_statement_tells_its_rows_columns_and_last_row(connection: SqliteConnection) -> None:
    written = await _do(connection, "INSERT INTO word (text) VALUES (?)", "one")
    assert (written.lastrowid, written.rowcount, written.description) == (1, 1, None)
    read = await _do(connection, "SELECT id, text FROM word")
    assert [column[0] for column in read.description] == ["id", "text"]
    assert await read.fetchall() == [(1, "one")]
    assert await read.fetchall() == []


async def test_a_statement_for_several_parameters_is_executed_for_each(connection: SqliteConnection) -> None:
    cursor = connection.cursor()
    await cursor.executemany("INSERT INTO word (text) VALUES (?)", [("one",), ("two",)])
    assert await _words(connection) == ["one", "two"]


async def test_a_transaction_is_committed_or_rolled_back_as_a_whole(connection: SqliteConnection) -> None:
    connection.begin(reads=False)
    await _do(connection, "INSERT INTO word (text) VALUES ('kept')")
    await connection.commit()
    connection.begin(reads=False)
    await _do(connection, "INSERT INTO word (text) VALUES ('lost')")
    await connection.rollback()
    assert await _words(connection) == ["kept"]


async def test_a_transaction_without_a_statement_never_begins(connection: SqliteConnection) -> None:
    connection.begin(reads=False)
    await connection.commit()
    connection.begin(reads=False)
    await connection.rollback()
    await _words(connection)


async def test_a_failed_statement_leaves_its_transaction_to_be_rolled_back(
    connection: SqliteConnection,
) -> None:
    connection.begin(reads=False)
    await _do(connection, "INSERT INTO word (text) VALUES ('one')")
    with pytest.raises(sqlite3.IntegrityError):
        await _do(connection, "INSERT INTO word (text) VALUES ('one')")
    await connection.rollback()
    assert await _words(connection) == []


async def test_a_writer_takes_the_write_lock_before_its_first_statement(
    connection: SqliteConnection, tmp_path: Path
) -> None:
    other = await _opened(tmp_path, timeout=0)
    connection.begin(reads=False)
    await _words(connection)
    other.begin(reads=False)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await _words(other)
    await other.rollback()
    await connection.commit()
    other.begin(reads=False)
    await _do(other, "INSERT INTO word (text) VALUES ('after')")
    await other.commit()
    await other.close()
    assert await _words(connection) == ["after"]


async def test_a_reader_sees_one_moment_and_has_ended_before_what_is_asked_next(
    connection: SqliteConnection, tmp_path: Path
) -> None:
    await _do(connection, "PRAGMA journal_mode = WAL")
    reader = await _opened(tmp_path)
    reader.begin(reads=True)
    assert await _words(reader) == []
    await _do(connection, "INSERT INTO word (text) VALUES ('new')")
    assert await _words(reader) == []
    await reader.commit()
    assert await _words(reader) == ["new"]
    await reader.close()
