"""What stands around the engine in tests: a journal in memory that can fail, telephony that only notes."""

import json
from collections.abc import Iterator, Sequence

from acd.core.snapshot import Snapshot
from acd.errors import JournalError
from acd.journal import Entry
from contact import codec
from contact.commands import Order
from contact.times import Seconds


class MemoryJournal:
    """Keeps entries in a list; while `trouble` is set every write fails with it."""

    def __init__(self, done: list[str] | None = None) -> None:
        self.entries: list[Entry] = []
        self.snapshots: list[tuple[int, Snapshot]] = []
        self.trouble = ""
        self.batches: list[list[Entry]] = []
        self._done = [] if done is None else done

    def append(self, entries: Sequence[Entry]) -> None:
        if self.trouble:
            raise JournalError(self.trouble)
        self.batches.append(list(entries))
        self.entries += entries
        self._done += [f"journal {entry.kind}" for entry in entries]

    def keep(self, snapshot: Snapshot) -> None:
        if self.trouble:
            raise JournalError(self.trouble)
        self.snapshots.append((len(self.entries), snapshot))
        self._done.append("snapshot")

    def place(self) -> int:
        if self.trouble:
            raise JournalError(self.trouble)
        return len(self.entries)

    def keep_encoded(self, body: str, *, at: Seconds, after: int) -> None:
        if self.trouble:
            raise JournalError(self.trouble)
        snapshot = codec.from_plain(Snapshot, json.loads(body))
        assert snapshot.at == at
        self.snapshots.append((after, snapshot))
        self._done.append("snapshot")

    def latest(self) -> tuple[Snapshot | None, Iterator[Entry]]:
        if not self.snapshots:
            return None, iter(tuple(self.entries))
        after, snapshot = self.snapshots[-1]
        return snapshot, iter(tuple(self.entries[after:]))

    def close(self) -> None:
        self.trouble = "closed"


class NotingTelephony:
    """Notes each order and has nothing come of it."""

    def __init__(self, done: list[str] | None = None) -> None:
        self.orders: list[Order] = []
        self._done = [] if done is None else done

    def carry_out(self, order: Order) -> None:
        self.orders.append(order)
        self._done.append(type(order).__name__)
