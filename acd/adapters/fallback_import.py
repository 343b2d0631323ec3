"""Brings home what happened in the static queue while nobody of ours was there.

Theory of operation. Asterisk writes its own queue_log; this reads on in it whenever it has grown, and
remembers how far in a file beside ours. For each caller of the static queue exactly one terminal record
leaves here. If the engine has the call, its record is the one: it passes through `publish`, is withheld
until Asterisk's log says who answered and for how long, and goes on completed. If the engine never had the
call, the record is made of the log alone. A call that is in the static queue when the controller comes
back stays there (somebody may be about to answer it); its record follows when it ends.

Before the engine is reconciled with Asterisk it is told, by `CallDiverted`, which of its waiting callers
had gone to the static queue and when. The lines themselves are copied into our queue_log, with the agent
in place of the phone. What was read is remembered only after it was passed on: after a crash in between it
is read again, and the lines that are there already are not written twice. After a crash the last records
are published again, since nobody knows whether they arrived; receivers know a call by its id.
"""

import asyncio
import contextlib
import json
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from acd.adapters.log_file import Place, read_on
from acd.core.static_queue import (
    PHONE_PREFIX,
    QueueLine,
    StaticCall,
    StaticQueue,
    completed,
    is_merged,
    read_line,
    record_of,
)
from contact import codec
from contact.errors import CodecError
from contact.events import CallDiverted, CallEnded, Event
from contact.ids import E164, AgentId, CallId, Extension
from contact.numbers import mask
from contact.states import Outcome
from contact.times import Seconds
from runtime.clock import Clock

log = logging.getLogger(__name__)

HOLD_S = 10.0
"""So long a record waits for Asterisk's log to say how the call ended; Asterisk writes that a moment late."""
BACK_WITHIN_S = 10.0
"""A caller whom the static queue gave back enters it again within this time, or is gone."""
EVERY_S = 2.0
EVERY_WHILE_HELD_S = 0.2
KNOWN_MAX = 5_000
"""So many calls' records are remembered as published; the oldest are forgotten first."""
DONE_MAX = 200
"""So many of the last records are kept for the case of a crash."""


class Routing(Protocol):
    """What is asked of the engine."""

    def has_call(self, call: CallId) -> bool:
        """Return whether the engine will give this call's record."""

    def agent_at(self, extension: Extension) -> AgentId | None:
        """Return whose phone this is."""


class Lines(Protocol):
    """Our own queue_log."""

    def add(self, lines: Sequence[str]) -> None:
        """Write lines that are new."""

    def add_missing(self, lines: Sequence[str]) -> None:
        """Write lines of which the first may have been written before a crash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What outlives the process: how far was read, who is still in the queue, which records wait."""

    place: Place = field(default_factory=Place)
    calls: tuple[StaticCall, ...] = ()
    over: tuple[StaticCall, ...] = ()
    held: tuple[CallEnded, ...] = ()
    done: tuple[CallEnded, ...] = ()
    last_at: Seconds = 0.0


class FallbackImport:
    """Reads `log_path`, Asterisk's own; stands between the engine and the bus with `publish`."""

    def __init__(
        self,
        *,
        log_path: Path,
        memory_path: Path,
        routing: Routing,
        tell: Callable[[CallDiverted], None],
        publish: Callable[[Event], None],
        queue_log: Lines | None,
        number: Callable[[str], E164],
        dialled: str,
        clock: Clock,
        count: Callable[[CallEnded], None],
    ) -> None:
        """Read what was remembered.

        `tell` has the engine take an input at once. `number` reads a caller id as E.164. `count` is told of
        records that the engine knows nothing of.
        """
        self._log_path = log_path
        self._memory_path = memory_path
        self._routing = routing
        self._tell_engine = tell
        self._publish = publish
        self._queue_log = queue_log
        self._number = number
        self._dialled = dialled
        self._clock = clock
        self._count = count
        self._wake = asyncio.Event()
        self._repeated = True
        self._trouble = ""
        self._published: OrderedDict[CallId, None] = OrderedDict()
        self._kept = remembered = self._remembered()
        self._place = remembered.place
        self._queue = StaticQueue(
            calls={one.call: replace(one) for one in remembered.calls}, last_at=remembered.last_at
        )
        self._over = {one.call: one for one in remembered.over}
        self._done = {one.call: one for one in remembered.done}
        self._held = {one.call: (one, clock.now() + HOLD_S) for one in remembered.held}

    @property
    def pending(self) -> int:
        """How many calls are in the static queue, or wait for their record to be complete."""
        return len(self._queue.calls) + len(self._over) + len(self._held)

    def begin(self) -> None:
        """After a crash, publish the last records again."""
        for record in list(self._done.values()):
            self._publish_once(record)

    def publish(self, event: Event) -> None:
        """Pass an event on; withhold the record of a call that the static queue had."""
        if not isinstance(event, CallEnded):
            self._publish(event)
            return
        if event.call in self._published:
            return
        static = self._over.pop(event.call, None)
        if static is not None:
            self._finish(self._completed(event, static))
        elif event.call in self._queue.calls or event.outcome is Outcome.FALLBACK:
            self._held[event.call] = (event, self._clock.now() + HOLD_S)
            self._wake.set()
        else:
            self._publish_once(event)

    def read(self) -> None:
        """Take in what Asterisk has written since, and let go of records that have waited long enough."""
        try:
            texts, place = read_on(self._log_path, self._place)
        except OSError as error:
            log.log(logging.DEBUG if self._trouble else logging.WARNING, "the fallback's log: %s", error)
            self._trouble = str(error)
            texts, place = [], self._place
        lines = [one for one in map(read_line, texts) if one is not None]
        merged = [self._ours(one) for one in lines if is_merged(one)]
        for line in lines:
            self._tell(line)
        self._copy(merged)
        for line in lines:
            for ended in self._queue.take(line):
                self._settle(ended)
        for waits in [one for one in self._over.values() if not self._routing.has_call(one.call)]:
            self._settle(self._over.pop(waits.call))
        now = self._clock.now()
        for gone in self._queue.give_up(now - BACK_WITHIN_S):
            self._settle(gone)
        self._release(now)
        self._place = place
        self._remember()

    def stop(self) -> None:
        """Publish what was withheld as it is; what was published has arrived."""
        self.read()
        for record, _ in list(self._held.values()):
            self._held[record.call] = (record, self._clock.now())
        self._release(self._clock.now())
        self._done.clear()
        self._remember()

    async def run(self) -> None:
        """Read on until cancelled: now and then, and often while a record waits."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EVERY_WHILE_HELD_S if self._held else EVERY_S):
                    await self._wake.wait()
            self._wake.clear()
            self.read()

    def _copy(self, lines: Sequence[str]) -> None:
        """Have our queue_log hold the lines; the first ones read may be there since before a crash."""
        if not lines:
            return
        log.info("%d lines of the static queue's log are imported", len(lines))
        if self._queue_log is not None:
            (self._queue_log.add_missing if self._repeated else self._queue_log.add)(lines)
        self._repeated = False

    def _tell(self, line: QueueLine) -> None:
        """Have the engine know that a caller it counts as waiting had gone to the static queue."""
        is_new = line.call not in self._queue.calls
        if line.event == "ENTERQUEUE" and is_merged(line) and is_new and self._routing.has_call(line.call):
            self._tell_engine(
                CallDiverted(
                    call=line.call,
                    outcome=Outcome.FALLBACK,
                    destination=line.queue,
                    diverted_at=float(line.at),
                )
            )

    def _settle(self, static: StaticCall) -> None:
        """Publish the record of a call that is over, or wait for the engine's own."""
        held, _ = self._held.pop(static.call, (None, 0.0))
        if held is not None:
            self._finish(self._completed(held, static))
        elif static.call in self._published:
            log.debug("call %s of the static queue has its record", static.call)
        elif self._routing.has_call(static.call):
            self._over[static.call] = static
        else:
            caller = self._number(static.caller)
            agent = self._agent(static.phone)
            record = record_of(static, agent, caller=caller, dialled=self._dialled)
            log.info("call %s of %s is taken over from the static queue", static.call, mask(caller) or "?")
            self._count(record)
            self._finish(record)

    def _release(self, now: Seconds) -> None:
        """Let go of records that Asterisk's log says nothing more about."""
        for record, until_at in list(self._held.values()):
            if until_at <= now:
                del self._held[record.call]
                static = self._queue.calls.get(record.call)
                self._finish(record if static is None else self._completed(record, static))

    def _finish(self, record: CallEnded) -> None:
        """Publish a record of the static queue, and keep it for the case of a crash."""
        self._done[record.call] = record
        if len(self._done) > DONE_MAX:
            del self._done[next(iter(self._done))]
        self._publish_once(record)

    def _publish_once(self, record: CallEnded) -> None:
        if record.call in self._published:
            return
        self._published[record.call] = None
        if len(self._published) > KNOWN_MAX:
            self._published.popitem(last=False)
        self._publish(record)

    def _completed(self, record: CallEnded, static: StaticCall) -> CallEnded:
        return completed(record, static, self._agent(static.phone))

    def _agent(self, phone: str) -> AgentId | None:
        return self._routing.agent_at(Extension(phone)) if phone else None

    def _ours(self, line: QueueLine) -> str:
        """Return the line with the agent's name where Asterisk has the phone's."""
        if not line.agent.startswith(PHONE_PREFIX):
            return line.text
        agent = self._agent(line.agent.removeprefix(PHONE_PREFIX))
        return replace(line, agent=agent or line.agent).text

    # --- what outlives the process ---------------------------------------------------------------

    def _remember(self) -> None:
        memory = Memory(
            place=self._place,
            calls=tuple(replace(one) for one in self._queue.calls.values()),
            over=tuple(self._over.values()),
            held=tuple(record for record, _ in self._held.values()),
            done=tuple(self._done.values()),
            last_at=self._queue.last_at,
        )
        if memory == self._kept:
            return
        beside = self._memory_path.with_name(f".{self._memory_path.name}")
        try:
            beside.parent.mkdir(parents=True, exist_ok=True)
            beside.touch(mode=0o600)
            beside.write_text(json.dumps(codec.to_plain(memory), ensure_ascii=False), encoding="utf-8")
            beside.replace(self._memory_path)
        except OSError as error:
            log.warning("what was read of the fallback's log is not remembered: %s", error)
            return
        self._kept = memory

    def _remembered(self) -> Memory:
        try:
            plain = json.loads(self._memory_path.read_text(encoding="utf-8"))
            if isinstance(plain, dict):
                plain.pop("type", None)
            return codec.from_plain(Memory, {"type": "Memory", **plain})
        except FileNotFoundError:
            return Memory()
        except (OSError, ValueError, TypeError, CodecError) as error:
            log.warning("%s is not used, Asterisk's log is read from its start: %s", self._memory_path, error)
            return Memory()
