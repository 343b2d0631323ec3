"""What a hotline wrote down: contacts and cases in its database, inputs in its journal. Read only."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from acd.adapters.journal import SqliteJournal
from acd.adapters.policy_file import load_policy
from acd.core.engine import Engine
from acd.journal import recover
from runtime.config import load
from tests.e2e.hotline import Hotline
from tests.e2e.wait import until


def contacts(hotline: Hotline, number: str = "") -> list[dict[str, Any]]:
    """Return the terminal records of all calls, or of those from `number`, oldest first."""
    query = "SELECT * FROM contacts ORDER BY arrived_at"
    rows = _rows(hotline.state_dir / "centrala.sqlite", query)
    return [row for row in rows if row["caller"].endswith(number)]


def wait_for_contact(hotline: Hotline, number: str, *, within_s: float = 10) -> dict[str, Any]:
    """Return the one terminal record of the call from `number`; fail if there are more."""
    rows = until(lambda: contacts(hotline, number), within_s=within_s, what=f"a terminal record of {number}")
    assert len(rows) == 1, f"{number} has {len(rows)} terminal records"
    return rows[0]


def journaled(hotline: Hotline, kind: str, **fields: object) -> list[dict[str, Any]]:
    """Return the journal's inputs of one kind whose fields have these values, oldest first."""
    rows = _rows(_journal(hotline), "SELECT body FROM entry WHERE kind = 'event' ORDER BY id")
    events = [json.loads(row["body"]) for row in rows]
    return [
        event
        for event in events
        if event["type"] == kind and all(event.get(name) == value for name, value in fields.items())
    ]


def engine_out_of_journal(hotline: Hotline, folder: Path) -> Engine:
    """Return an engine that has taken again everything in a copy of the journal."""
    copy = folder / "journal.sqlite"
    with closing(_open(_journal(hotline))) as journal, closing(sqlite3.connect(copy)) as target:
        journal.backup(target)
    settings = load(hotline.config, hotline.settings)
    with closing(SqliteJournal(copy)) as again:
        return recover(again, load_policy(settings.city_dir / "queues.toml", settings.acd)).engine


def _journal(hotline: Hotline) -> Path:
    return hotline.state_dir / "journal.sqlite"


def _rows(file: Path, query: str) -> list[dict[str, Any]]:
    with closing(_open(file)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(query)]


def _open(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=5)
