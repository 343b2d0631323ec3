"""The journal in a SQLite file of its own.

Write-ahead logging with `synchronous=OFF`: a committed entry is with the operating system and outlives
the process, not a power cut. One transaction takes whatever arrived in one turn of the loop.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from acd.core.snapshot import Snapshot
from acd.errors import JournalError
from acd.journal import Entry, EntryKind, encoded
from contact import codec
from contact.errors import CodecError
from contact.times import Seconds

KEEP_S = 35 * 86_400
"""Entries older than this, counted back from the newest snapshot, are dropped when a snapshot is kept."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS entry_at ON entry (at);
CREATE TABLE IF NOT EXISTS snapshot (
    id INTEGER PRIMARY KEY AUTOINCREMENT, entry INTEGER NOT NULL, at REAL NOT NULL, body TEXT NOT NULL);
"""


class SqliteJournal:
    """A journal in the file at `path`; one process at a time."""

    def __init__(self, path: Path) -> None:
        """Open the file, making it where there is none; raise `JournalError` naming it."""
        self._path = path
        try:
            # Used by one thread at a time: read at start in a worker, written by the event loop after that.
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=OFF")
            self._db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise JournalError(f"{path}: {error}") from error

    def append(self, entries: Sequence[Entry]) -> None:
        """Add entries in one transaction."""
        rows = [(entry.at, str(entry.kind), entry.body) for entry in entries]
        try:
            self._db.execute("BEGIN")
            self._db.executemany("INSERT INTO entry (at, kind, body) VALUES (?, ?, ?)", rows)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise JournalError(f"{self._path}: {error}") from error

    def keep(self, snapshot: Snapshot) -> None:
        """Keep a snapshot, and drop what is older than `KEEP_S`."""
        self.keep_encoded(encoded(snapshot), at=snapshot.at, after=self.place())

    def place(self) -> int:
        """Return the number of the last entry, 0 before the first; one that was dropped counts, too."""
        try:
            found = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entry'").fetchone()
        except sqlite3.Error as error:
            raise JournalError(f"{self._path}: {error}") from error
        return 0 if found is None else int(found[0])

    def keep_encoded(self, body: str, *, at: Seconds, after: int) -> None:
        """Keep a snapshot in front of every entry behind `after`, and drop what is older than `KEEP_S`."""
        horizon = at - KEEP_S
        try:
            self._db.execute("BEGIN")
            self._db.execute("INSERT INTO snapshot (entry, at, body) VALUES (?, ?, ?)", (after, at, body))
            self._db.execute("DELETE FROM entry WHERE at < ?", (horizon,))
            self._db.execute("DELETE FROM snapshot WHERE at < ?", (horizon,))
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise JournalError(f"{self._path}: {error}") from error

    def latest(self) -> tuple[Snapshot | None, Iterator[Entry]]:
        """Return the newest snapshot and the entries after it."""
        try:
            kept = self._db.execute("SELECT entry, body FROM snapshot ORDER BY id DESC LIMIT 1").fetchone()
            snapshot = None if kept is None else codec.from_plain(Snapshot, json.loads(kept[1]))
            after = 0 if kept is None else int(kept[0])
            rows = self._db.execute("SELECT at, kind, body FROM entry WHERE id > ? ORDER BY id", (after,))
        except (sqlite3.Error, CodecError, ValueError) as error:
            raise JournalError(f"{self._path}: {error}") from error
        return snapshot, (Entry(at=at, kind=EntryKind(kind), body=body) for at, kind, body in rows)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
