"""What a journal of the engine's inputs is, and how an engine is brought back from one.

Entries are appended in the order in which the engine takes them, each with the engine's `now`; they are
on disk, as far as a killed process is concerned, before any command that follows from them is carried
out. A snapshot now and then makes bringing back short. Five kinds of entry: `run` (a process began; body
is its run id), `event` (an encoded input), `tick` (`advance` was called), `policy` (the body is the policy
that rules from here, as words from which it can be read again) and `decision` (the body is an offer that
was made, as `Decision` writes it). Decisions follow from the inputs; they are written behind them, with the
next ones, so that a replay has something to be compared with. A policy entry stands behind each snapshot
too: what follows is always taken again under the policy of its own time.
"""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias, cast

from acd.core.engine import Engine
from acd.core.pace import Pace
from acd.core.policy import Policy
from acd.core.queue_log_lines import LogMark
from acd.core.snapshot import Snapshot
from acd.errors import JournalError
from contact import codec
from contact.commands import Command, OfferCall, Publish
from contact.events import Input
from contact.ids import AgentId, CallId, OfferId
from contact.times import Seconds

log = logging.getLogger(__name__)


class EntryKind(StrEnum):
    """What an entry records."""

    RUN = "run"
    EVENT = "event"
    TICK = "tick"
    POLICY = "policy"
    DECISION = "decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the journal."""

    at: Seconds
    kind: EntryKind
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One offer that the engine made: what a journal keeps of its commands."""

    offer: OfferId
    call: CallId
    agent: AgentId

    @classmethod
    def of(cls, order: OfferCall) -> "Decision":
        """Return what is kept of `order`."""
        return cls(offer=order.offer, call=order.call, agent=order.agent)

    def entry(self, at: Seconds) -> Entry:
        """Return the line of the journal that says so."""
        body = json.dumps([self.offer, self.call, self.agent], separators=(",", ":"))
        return Entry(at=at, kind=EntryKind.DECISION, body=body)

    @classmethod
    def read(cls, entry: Entry) -> "Decision":
        """Return what `entry` says; raise `JournalError` for a line that is not ours."""
        try:
            offer, call, agent = json.loads(entry.body)
        except ValueError as error:
            raise JournalError(f"a decision that cannot be read: {error}") from None
        return cls(offer=OfferId(str(offer)), call=CallId(str(call)), agent=AgentId(str(agent)))


@dataclass(frozen=True, slots=True)
class Ruling:
    """A policy, and the body of the entry that says so."""

    policy: Policy
    body: str


ReadPolicy: TypeAlias = Callable[[str], Policy]
"""Reads the policy that the body of an entry says; raises `AcdError`."""


class Journal(Protocol):
    """An append-only record that survives a killed process."""

    def append(self, entries: Sequence[Entry]) -> None:
        """Add entries; when this returns, a killed process does not lose them. Raises `JournalError`."""

    def keep(self, snapshot: Snapshot) -> None:
        """Keep a snapshot that includes everything appended so far. Raises `JournalError`."""

    def place(self) -> int:
        """Return where the journal ends now, for a snapshot that is kept later. Raises `JournalError`."""

    def keep_encoded(self, body: str, *, at: Seconds, after: int) -> None:
        """Keep a snapshot taken `at`, when the journal ended at `after`; `body` is `encoded` of it.

        Raises `JournalError`.
        """

    def latest(self) -> tuple[Snapshot | None, Iterator[Entry]]:
        """Return the newest snapshot and the entries after it. Raises `JournalError`."""

    def close(self) -> None:
        """Let go of the file."""


def encoded(snapshot: Snapshot) -> str:
    """Return `snapshot` as a journal keeps it; a tenth of a second for 2,000 callers, in any thread."""
    return json.dumps(codec.to_plain(snapshot), ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Recovered:
    """An engine brought back with its pace, and the commands that its inputs since the snapshot gave."""

    engine: Engine
    entries: int
    commands: tuple[Command, ...]
    pace: Pace


class Watcher(Protocol):
    """Whoever follows how an engine is brought back, entry by entry."""

    def restored(self, engine: Engine, mark: LogMark | None) -> None:
        """Begin with an engine as its newest snapshot says, and the mark kept with that."""

    def taken(self, entry: Entry, commands: Sequence[Command]) -> None:
        """Learn what an entry gave when it was taken again."""


def recover(
    journal: Journal,
    policy: Policy,
    watcher: Watcher | None = None,
    read_policy: ReadPolicy | None = None,
) -> Recovered:
    """Bring the engine back to where the journal ends, by taking every entry again at its time.

    `policy` rules until the first policy entry, and throughout where nobody can read those. What the engine
    refused when it came, it refuses again: that is logged and passed over, as it was then.
    """
    snapshot, entries = journal.latest()
    engine = Engine(policy=policy, run="") if snapshot is None else Engine.restore(snapshot, policy)
    pace = Pace(() if snapshot is None else snapshot.pace)
    if watcher is not None:
        watcher.restored(engine, None if snapshot is None else snapshot.log)
    commands: list[Command] = []
    count = 0
    for entry in entries:
        count += 1
        given: tuple[Command, ...] = ()
        try:
            given = take_again(engine, entry, read_policy)
        except Exception:
            log.exception("entry %d after the snapshot is passed over", count)
        commands.extend(given)
        if watcher is not None:
            watcher.taken(entry, given)
    for command in commands:
        if isinstance(command, Publish):
            pace.take(command.fact)
    return Recovered(engine, count, tuple(commands), pace)


def take_again(engine: Engine, entry: Entry, read_policy: ReadPolicy | None = None) -> tuple[Command, ...]:
    """Have `engine` take one entry as it was taken then; raise `CodecError` for one that is not ours.

    Without `read_policy` the engine keeps its policy: that is how a day is taken again under other rules.
    """
    match entry.kind:
        case EntryKind.EVENT:
            return engine.handle(cast("Input", codec.decode(entry.body)), entry.at)
        case EntryKind.TICK:
            return engine.advance(entry.at)
        case EntryKind.RUN:
            engine.begin_run(entry.body)
            return ()
        case EntryKind.POLICY if read_policy is not None:
            return engine.change_policy(read_policy(entry.body), entry.at)
        case EntryKind.POLICY | EntryKind.DECISION:
            return ()
