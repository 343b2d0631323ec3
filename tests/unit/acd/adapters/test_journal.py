import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from acd.adapters.journal import KEEP_S, SqliteJournal
from acd.core.engine import Engine
from acd.core.policy import Policy
from acd.core.snapshot import Snapshot
from acd.errors import JournalError
from acd.journal import Entry, EntryKind
from contact.events import TelephonyLost


def entry(at: float, body: str = "", kind: EntryKind = EntryKind.EVENT) -> Entry:
    return Entry(at=at, kind=kind, body=body)


def snapshot(at: float) -> Snapshot:
    engine = Engine(policy=Policy(queues={}), run="r")
    engine.handle(TelephonyLost(), at)
    return engine.snapshot()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(file: Path) -> Iterator[SqliteJournal]:
    opened = SqliteJournal(file)
    yield opened
    opened.close()


def rows(file: Path, table: str) -> int:
    database = sqlite3.connect(file)
    try:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - two names
    finally:
        database.close()


def test_a_new_journal_is_empty(journal: SqliteJournal) -> None:
    kept, entries = journal.latest()
    assert (kept, list(entries)) == (None, [])


def test_entries_come_back_in_order_and_as_they_were(journal: SqliteJournal) -> None:
    written = [
        entry(1.25, "run", EntryKind.RUN),
        entry(1.5, '{"type":"TelephonyLost"}'),
        entry(1.5, "żółw"),
        entry(1.75, kind=EntryKind.TICK),
        entry(2.0, kind=EntryKind.POLICY),
    ]
    journal.append(written[:3])
    journal.append(written[3:])
    assert list(journal.latest()[1]) == written


def test_what_was_appended_is_there_for_who_opens_the_file_after_a_kill(
    file: Path, journal: SqliteJournal
) -> None:
    journal.append([entry(1.0, "a")])
    other = SqliteJournal(file)
    assert [one.body for one in other.latest()[1]] == ["a"]
    other.close()


def test_the_newest_snapshot_comes_back_with_what_followed_it(journal: SqliteJournal) -> None:
    journal.append([entry(1.0, "before")])
    journal.keep(snapshot(1.5))
    journal.append([entry(2.0, "between")])
    journal.keep(snapshot(2.5))
    journal.append([entry(3.0, "after")])
    kept, entries = journal.latest()
    assert kept == snapshot(2.5)
    assert [one.body for one in entries] == ["after"]


def test_a_snapshot_of_an_empty_journal_goes_before_everything(journal: SqliteJournal) -> None:
    journal.keep(snapshot(0.5))
    journal.append([entry(1.0, "a")])
    assert [one.body for one in journal.latest()[1]] == ["a"]


def test_keeping_a_snapshot_drops_what_is_too_old_and_nothing_else(
    file: Path, journal: SqliteJournal
) -> None:
    journal.append([entry(10.0, "old"), entry(20.0, "young")])
    journal.keep(snapshot(15.0))
    journal.keep(snapshot(KEEP_S + 18.0))
    assert (rows(file, "entry"), rows(file, "snapshot")) == (1, 1)


def test_pruning_does_not_number_entries_anew(journal: SqliteJournal) -> None:
    journal.append([entry(1.0, "old")])
    journal.keep(snapshot(KEEP_S + 10.0))
    journal.append([entry(KEEP_S + 11.0, "new")])
    assert [one.body for one in journal.latest()[1]] == ["new"]


def test_a_batch_that_cannot_be_written_is_left_out_whole(file: Path, journal: SqliteJournal) -> None:
    with pytest.raises(JournalError, match=r"journal\.sqlite"):
        journal.append([entry(1.0, "good"), Entry(at=None, kind=EntryKind.EVENT)])  # type: ignore[arg-type]
    journal.append([entry(2.0, "next")])
    assert [one.body for one in journal.latest()[1]] == ["next"]
    assert rows(file, "entry") == 1


def test_a_closed_journal_says_so_with_the_files_name(journal: SqliteJournal) -> None:
    journal.close()
    with pytest.raises(JournalError, match=r"journal\.sqlite: Cannot operate on a closed database"):
        journal.latest()


def test_a_snapshot_that_cannot_be_written_leaves_the_old_one(file: Path, journal: SqliteJournal) -> None:
    journal.keep(snapshot(1.0))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("CREATE TRIGGER full BEFORE INSERT ON snapshot BEGIN SELECT raise(FAIL, 'disk full'); END")
    with pytest.raises(JournalError, match="disk full"):
        journal.keep(snapshot(2.0))
    other.close()
    assert journal.latest()[0] == snapshot(1.0)
    journal.append([entry(3.0, "on")])


@pytest.mark.parametrize("body", ["not json", "{}", '{"type":"Snapshot"}', "[]"])
def test_a_snapshot_that_is_none_of_ours_is_named(file: Path, journal: SqliteJournal, body: str) -> None:
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("INSERT INTO snapshot (entry, at, body) VALUES (0, 0, ?)", (body,))
    database.close()
    with pytest.raises(JournalError, match=r"journal\.sqlite"):
        journal.latest()


def test_a_file_that_is_no_journal_is_named(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite"
    file.write_bytes(b"this is not a database, and long enough to be seen as none" * 20)
    with pytest.raises(JournalError, match=r"journal\.sqlite: file is not a database"):
        SqliteJournal(file)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match=r"nowhere/journal\.sqlite: unable to open"):
        SqliteJournal(tmp_path / "nowhere" / "journal.sqlite")
