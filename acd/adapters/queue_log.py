"""Keeps the file of the queue_log: each line once, in order, across crashes and rotations.

Theory of operation. Lines follow from the engine's facts, facts from journaled inputs; an input is in the
journal before its lines are in the file. So the file always holds a first part of what the journal gives.
A snapshot of the engine carries a `LogMark`: how long the file was and what the scribe knew. After a crash
the entries since the snapshot are taken again (`restored`, `taken`), their lines are compared with what
the file holds behind the mark, and `catch_up` writes the rest. Without a mark (the first start, or one by
an older version) the comparison begins at the time of the first entry.

A file that cannot be written holds up no call: its lines wait in memory, up to `PENDING_MAX`, and go into
the mark. The file may be rotated by renaming at any time; one that is rotated by copying and emptying
(`copytruncate`) loses what was written in between, so do not.
"""

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path

from acd.adapters.log_file import AppendedFile, Place, read_on
from acd.core.engine import Engine
from acd.core.queue_log_lines import LogMark, Profile, Scribe
from acd.core.queue_log_text import missing
from acd.journal import Entry, EntryKind
from contact.commands import Command, Publish
from contact.events import Fact
from contact.times import Seconds

log = logging.getLogger(__name__)

PENDING_MAX = 100_000
"""So many lines wait for a file that cannot be written; then the oldest are lost, and said to be."""


class QueueLog:
    """The queue_log of one engine. First `restored` and `taken`, then `catch_up`, then the rest."""

    def __init__(self, *, path: Path, profile: Profile, dialled: str) -> None:
        """Prepare to write to `path`; `dialled` is the number that callers dial."""
        self._file = AppendedFile(path)
        self._profile = profile
        self._dialled = dialled
        self._scribe = Scribe(profile=profile, member=lambda _: None)
        self._mark: LogMark | None = None
        self._first_at: Seconds | None = None
        self._pending: list[str] = []
        self._trouble = ""

    # --- bringing back ---------------------------------------------------------------------------

    def restored(self, engine: Engine, mark: LogMark | None) -> None:
        """Begin where the snapshot of `engine` left off."""
        self._mark = mark
        self._scribe = Scribe(profile=self._profile, member=engine.member, dialled=self._dialled)
        if mark is not None:
            self._scribe.restore(mark.state)
            self._pending = list(mark.pending)

    def taken(self, entry: Entry, commands: Iterable[Command]) -> None:
        """Note what an entry of the journal gave when it was taken again."""
        if self._first_at is None:
            self._first_at = entry.at
        if entry.kind is EntryKind.RUN:
            self._pending += self._scribe.began(entry.at)
        self.take((one.fact for one in commands if isinstance(one, Publish)), entry.at)

    def catch_up(self) -> int:
        """Write what the journal gives and the file lacks; return how many lines that were."""
        wanted, self._pending = self._pending, []
        try:
            self._file.cut_torn_end()
            lacking = missing(wanted, self._written_since())
        except OSError as error:
            self._note_trouble(error)
            lacking = tuple(wanted)
        self.add(lacking)
        return len(lacking)

    # --- going on --------------------------------------------------------------------------------

    def began(self, now: Seconds) -> None:
        """Write that the process begins."""
        self.add(self._scribe.began(now))

    def take(self, facts: Iterable[Fact], now: Seconds) -> None:
        """Prepare the lines of one step; `flush` writes them."""
        for fact in facts:
            try:
                self._pending += self._scribe.lines(fact, now)
            except Exception:
                log.exception("no line in the queue_log for a %s", type(fact).__name__)

    def add(self, lines: Sequence[str]) -> None:
        """Write lines behind everything prepared so far."""
        self._pending += lines
        self.flush()

    def add_missing(self, lines: Sequence[str]) -> None:
        """Write the end of `lines` that the file has not: for lines from elsewhere, after a crash."""
        try:
            self.add(missing(lines, read_on(self._file.path, Place())[0]))
        except OSError as error:
            self._note_trouble(error)
            self.add(lines)

    def flush(self) -> None:
        """Write what was prepared; what cannot be written now waits."""
        if not self._pending:
            return
        lost = len(self._pending) - PENDING_MAX
        if lost > 0:
            log.error("%d lines of the queue_log are lost: it cannot be written", lost)
            del self._pending[:lost]
        content = "".join(f"{one}\n" for one in self._pending).encode("utf-8", "replace")
        try:
            written = self._file.append(content)
        except OSError as error:
            self._note_trouble(error)
            return
        del self._pending[: content.count(b"\n", 0, written)]
        if self._trouble and not self._pending:
            log.info("%s is written again", self._file.path)
            self._trouble = ""

    def mark(self) -> LogMark:
        """Return where the file stands, for the snapshot that is about to be kept."""
        self.flush()
        try:
            place = self._file.place()
        except OSError as error:
            self._note_trouble(error)
            place = Place()
        return LogMark(
            inode=place.inode,
            length=place.length,
            pending=tuple(self._pending),
            state=self._scribe.state(),
        )

    def close(self) -> None:
        """Write what can be written and let go of the file."""
        self.flush()
        self._file.close()

    def _written_since(self) -> list[str]:
        if self._mark is not None:
            since = Place(inode=self._mark.inode, length=self._mark.length)
            return read_on(self._file.path, since)[0]
        begun = int(self._first_at or 0)
        return [one for one in read_on(self._file.path, Place())[0] if _second_of(one) >= begun]

    def _note_trouble(self, error: OSError) -> None:
        log.log(logging.DEBUG if self._trouble else logging.WARNING, "no queue_log: %s", error)
        self._trouble = str(error)


def _second_of(written: str) -> int:
    """Return the time of a line, 0 for one that has none."""
    second = written.partition("|")[0]
    return int(second) if second.isascii() and second.isdigit() else 0
