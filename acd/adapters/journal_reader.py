"""Reads recordings: a stretch of a journal's SQLite file, or a text file that was written from one.

The text form has one JSON object a line: `{"kind": "policy", "body": ...}` with the rules at its beginning,
`{"kind": "snapshot", "body": ...}` where there is one, `{"kind": "stretch", "begins_at": ..., "ends_at":
...}`, then every entry with `at`, `kind` and `body`. Callers' numbers are replaced by invented ones, the
same for the same caller; names of agents stay, since a recording is about them.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from acd.adapters.policy_record import recorded_policy
from acd.core.policy import Policy
from acd.core.snapshot import Snapshot
from acd.errors import JournalError
from acd.journal import Entry, EntryKind
from acd.recording import Recording, retrace
from contact import codec
from contact.errors import CodecError
from contact.events import CallEnded, Fact
from contact.ids import CALLBACK_PREFIX, CallId
from contact.times import Seconds

ENTRIES_MAX = 5_000_000
"""A stretch of more entries is refused: a day of 40,000 calls has about 600,000."""

_EARLY_S = 60.0
"""The clocks of Asterisk and of the controller differ by less."""
_CALL_S_MAX = 86_400.0
_CALL_ENTRIES_MAX = 100_000
"""So many entries are taken again at most for one call's explanation."""
_DIGITS_MAX = 12
_NUMBER = re.compile(r'\\?"(\+[1-9][0-9]{4,14})\\?"')
_SQLITE = b"SQLite format 3\x00"


def read_recording(path: Path, fallback: Policy, stretch: tuple[Seconds, Seconds] | None = None) -> Recording:
    """Return what `path` recorded in `stretch`, or all of it; raise `JournalError` naming the file.

    `fallback` rules where the journal does not say which policy did.
    """
    try:
        read = _from_journal if _is_journal(path) else _from_text
        return read(path, fallback, stretch)
    except (OSError, sqlite3.Error, CodecError, ValueError, KeyError, TypeError) as error:
        raise JournalError(f"{path}: {error}") from error


def save_recording(path: Path, journal: Path, recording: Recording) -> None:
    """Write `recording`, which came from `journal`, to `path` as text; raise `JournalError`."""
    lines: list[dict[str, Any]] = []
    body = _ruling_body(journal, recording)
    if body is not None:
        lines.append({"kind": "policy", "body": body})
    if recording.snapshot is not None:
        lines.append({"kind": "snapshot", "body": codec.to_plain(recording.snapshot)})
    lines.append({"kind": "stretch", "begins_at": recording.begins_at, "ends_at": recording.ends_at})
    lines += ({"at": one.at, "kind": str(one.kind), "body": one.body} for one in recording.entries)
    mask = _Mask()
    try:
        with path.open("w", encoding="utf-8") as stream:
            for line in lines:
                text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
                stream.write(mask(text) + "\n")
    except OSError as error:
        raise JournalError(f"{path}: {error}") from error


def facts_of_call(path: Path, fallback: Policy, call: CallId) -> tuple[Fact, ...]:
    """Return what was decided about a call that the journal at `path` has; nothing if it has no such call.

    A call's id begins with the second of its arrival, so only what lies between the snapshot before that and
    the call's end is taken again: some thousand entries. Raises `JournalError`.
    """
    arrived_at = _moment_of(call)
    if arrived_at is None:
        return ()
    begins_at = arrived_at - _EARLY_S
    wanted = json.dumps(call, ensure_ascii=False)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            known = db.execute(
                "SELECT 1 FROM entry WHERE at BETWEEN ? AND ? AND instr(body, ?) LIMIT 1",
                (begins_at, arrived_at + _CALL_S_MAX, wanted),
            ).fetchone()
        if known is None:
            return ()
        recording = _from_journal(path, fallback, (begins_at, arrived_at + _CALL_S_MAX), _CALL_ENTRIES_MAX)
    except (OSError, sqlite3.Error, CodecError, ValueError) as error:
        raise JournalError(f"{path}: {error}") from error
    facts: list[Fact] = []
    for step in retrace(recording):
        facts += (fact for fact in step.facts if getattr(fact, "call", None) == call)
        if facts and isinstance(facts[-1], CallEnded):
            break
    return tuple(facts)


def _moment_of(call: CallId) -> Seconds | None:
    """Return the second at which a call arrived, as Asterisk wrote it into the id."""
    seconds, dot, number = call.removeprefix(CALLBACK_PREFIX).partition(".")
    is_id = dot and seconds.isascii() and seconds.isdecimal() and number.isascii() and number.isdecimal()
    return float(seconds) if is_id and len(seconds) <= _DIGITS_MAX else None


class _Mask:
    """Replaces numbers by invented ones, each always by the same."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        return _NUMBER.sub(self._replace, text)

    def _replace(self, found: re.Match[str]) -> str:
        number = found[1]
        invented = self._known.setdefault(number, f"+4800{len(self._known) + 1:07d}")
        return found[0].replace(number, invented)


def _is_journal(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(_SQLITE)) == _SQLITE


def _from_journal(
    path: Path, fallback: Policy, stretch: tuple[Seconds, Seconds] | None, entries_max: int = ENTRIES_MAX + 1
) -> Recording:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        if stretch is None:
            first, last = db.execute("SELECT min(at), max(at) FROM entry").fetchone()
            stretch = (first or 0.0, (last or 0.0) + 1.0)
        kept = db.execute(
            "SELECT entry, body FROM snapshot WHERE at <= ? ORDER BY id DESC LIMIT 1", (stretch[0],)
        ).fetchone()
        after = 0 if kept is None else int(kept[0])
        rows = db.execute(
            "SELECT at, kind, body FROM entry WHERE id > ? AND at < ? ORDER BY id LIMIT ?",
            (after, stretch[1], entries_max),
        ).fetchall()
        ruling = _policy_at(db, after)
    return _recording(
        snapshot=None if kept is None else codec.from_plain(Snapshot, json.loads(kept[1])),
        entries=tuple(Entry(at=at, kind=EntryKind(kind), body=body) for at, kind, body in rows),
        stretch=stretch,
        ruling=fallback if ruling is None else recorded_policy(ruling),
    )


def _policy_at(db: sqlite3.Connection, entry: int) -> str | None:
    """Return the body of the policy that ruled at `entry`, or else of the first one after it."""
    found = db.execute(
        "SELECT body FROM entry WHERE kind = 'policy' ORDER BY id <= ? DESC, abs(id - ?) LIMIT 1",
        (entry, entry),
    ).fetchone()
    return None if found is None else str(found[0])


def _ruling_body(journal: Path, recording: Recording) -> str | None:
    """Return the written form of the policy at the beginning of `recording`, where the journal has it."""
    if not _is_journal(journal):
        first = next(_lines(journal), {})
        return str(first["body"]) if first.get("kind") == "policy" else None
    with closing(sqlite3.connect(f"{journal.absolute().as_uri()}?mode=ro", uri=True)) as db:
        bodies = db.execute("SELECT body FROM entry WHERE kind = 'policy' ORDER BY id").fetchall()
    return next((str(body) for (body,) in bodies if recorded_policy(body) == recording.ruling), None)


def _from_text(path: Path, fallback: Policy, stretch: tuple[Seconds, Seconds] | None) -> Recording:
    snapshot, ruling, own = None, fallback, None
    entries: list[Entry] = []
    for line in _lines(path):
        match line["kind"]:
            case "policy" if "at" not in line:
                ruling = recorded_policy(line["body"])
            case "snapshot":
                snapshot = codec.from_plain(Snapshot, line["body"])
            case "stretch":
                own = (float(line["begins_at"]), float(line["ends_at"]))
            case kind:
                entries.append(Entry(at=float(line["at"]), kind=EntryKind(kind), body=line["body"]))
    every = (entries[0].at, entries[-1].at + 1.0) if entries else (0.0, 1.0)
    return _recording(
        snapshot=snapshot, entries=tuple(entries), stretch=stretch or own or every, ruling=ruling
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                plain = json.loads(line)
            except ValueError as error:
                raise JournalError(f"{path}: line {number}: {error}") from None
            if not isinstance(plain, dict):
                raise JournalError(f"{path}: line {number}: not a JSON object")
            yield plain


def _recording(
    *,
    snapshot: Snapshot | None,
    entries: tuple[Entry, ...],
    stretch: tuple[Seconds, Seconds],
    ruling: Policy,
    policies: Callable[[str], Policy] = recorded_policy,
) -> Recording:
    if len(entries) > ENTRIES_MAX:
        raise JournalError(f"more than {ENTRIES_MAX} entries: take a shorter stretch")
    begins_at, ends_at = stretch
    if entries:
        begins_at = begins_at if snapshot is not None else max(begins_at, entries[0].at)
        ends_at = min(ends_at, entries[-1].at + 1.0)
    return Recording(
        snapshot=snapshot,
        entries=entries,
        begins_at=begins_at,
        ends_at=max(begins_at, ends_at),
        ruling=ruling,
        policies=policies,
    )
