"""The shell around the engine: journal first, then the step, then its commands, in one order for all.

Theory of operation. Inputs come from telephony (`feed`), from the bus and from requests; all go through
one list. Once in each turn of the loop the list is journaled in one transaction, then the engine takes
each input and its orders go to telephony at once. Facts go to the bus behind the orders of all inputs,
in their own order, so that no phone waits for a page, and what is learned from them comes last. The offers
that were made are journaled together with the next inputs, so that no offer waits for them. One timer
serves all deadlines; it is armed anew after every step. A journal that cannot be written does not stop
the hotline: it is counted, logged once a series, and shown as unhealthy; when it can be written again,
a snapshot stands in for the entries it lacks.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Protocol

from acd.core.engine import Engine
from acd.core.pace import Pace
from acd.core.queue_log_lines import LogMark
from acd.core.snapshot import Snapshot
from acd.errors import JournalError
from acd.journal import Decision, Entry, EntryKind, Journal, Ruling, encoded
from acd.measure import Measure
from contact import codec
from contact.commands import Command, OfferCall, Order, Publish
from contact.events import (
    AgentRemoved,
    CallArrived,
    CallHungUp,
    CallWaiting,
    Event,
    Fact,
    Input,
    PhoneChanged,
    TelephonyLost,
    TelephonyResynced,
)
from contact.ids import CallId, is_callback
from contact.steering import WaitEstimated
from contact.times import Seconds
from runtime.clock import Clock

log = logging.getLogger(__name__)

SNAPSHOT_EVERY = 5_000
"""Entries between two snapshots: bringing back takes at most so many steps."""
TOLD_INPUTS = (CallArrived, CallHungUp, PhoneChanged, TelephonyLost, TelephonyResynced, AgentRemoved)
"""Inputs that the other roles are told as they are, behind the facts that follow from them."""
ESTIMATE_EVERY_S = 0.1
"""So often at most the expected wait of a joining caller is noted, to be held against the real one: among
2,000 callers of 200 kinds and 650 agents one estimate takes half a millisecond."""
REMEMBERED_CALLS_MAX = 5_000
"""So many calls' decisions are kept in memory for explanations."""


class Telephony(Protocol):
    """Whatever carries out the engine's orders; what came of them returns as events."""

    def carry_out(self, order: Order) -> None:
        """Begin to carry out an order within this very call; never raises."""


class Record(Protocol):
    """Whatever keeps a record of the facts for others to read: the queue_log."""

    def began(self, now: Seconds) -> None:
        """Note that the process begins; never raises."""

    def take(self, facts: Iterable[Fact], now: Seconds) -> None:
        """Note the facts of one step; never raises."""

    def flush(self) -> None:
        """Write what was noted; never raises."""

    def mark(self) -> LogMark:
        """Return how far it is written, to be kept with a snapshot."""


async def _encoded_beside(snapshot: Snapshot) -> str:
    return await asyncio.to_thread(encoded, snapshot)


class Shell:
    """Feeds one engine; all methods belong to the event loop's thread."""

    def __init__(
        self,
        *,
        engine: Engine,
        journal: Journal,
        telephony: Telephony,
        publish: Callable[[Event], None],
        clock: Clock,
        measure: Measure,
        pace: Pace | None = None,
        record: Record | None = None,
        encode: Callable[[Snapshot], Awaitable[str]] = _encoded_beside,
    ) -> None:
        """Join the engine to the world; nothing happens before the first input.

        `encode` makes text of a snapshot without holding up the loop.

        What `pace` has learned before is gone on from, and kept with every snapshot.
        """
        self._engine = engine
        self._journal = journal
        self._telephony = telephony
        self._publish = publish
        self._clock = clock
        self._measure = measure
        self._pace = pace or Pace()
        self._estimated_at = 0.0
        self._record = record
        self._encode = encode
        self._inputs: list[Input] = []
        self._decided: list[Entry] = []
        self._untold: list[Publish | Input] = []
        self._flush_handle: asyncio.Handle | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._since_snapshot = 0
        self._has_gap = False
        self._gap_ended = False
        self._keeping: asyncio.Task[None] | None = None
        self._policy_body = ""
        self._remembered: OrderedDict[CallId, list[Fact]] = OrderedDict()
        self.journal_trouble = ""

    @property
    def engine(self) -> Engine:
        """The engine, for looking at."""
        return self._engine

    @property
    def pace(self) -> Pace:
        """What was learned of how fast callers are served, for looking at."""
        return self._pace

    def feed(self, event: Input) -> None:
        """Take an input in this turn of the loop, together with whatever else arrives in it."""
        self._inputs.append(event)
        if self._flush_handle is None:
            self._flush_handle = asyncio.get_running_loop().call_soon(self.flush)

    def take(self, event: Input) -> None:
        """Take an input, and everything fed before it, now."""
        self._inputs.append(event)
        self.flush()

    def flush(self) -> None:
        """Journal what was fed, then step through it."""
        if self._flush_handle is not None:
            self._flush_handle.cancel()
            self._flush_handle = None
        inputs, self._inputs = self._inputs, []
        if not inputs:
            return
        now = self._clock.now()
        self._write([Entry(at=now, kind=EntryKind.EVENT, body=codec.encode(one)) for one in inputs])
        for event in inputs:
            taken = self._step(partial(self._engine.handle, event, now))
            if taken and isinstance(event, TOLD_INPUTS):
                self._untold.append(event)
        self._after_steps(now)

    def begin_run(self, run: str) -> None:
        """Mark in the journal that this process begins, under its own run id."""
        now = self._clock.now()
        self._write([Entry(at=now, kind=EntryKind.RUN, body=run)])
        self._engine.begin_run(run)
        if self._record is not None:
            self._record.began(now)

    def rule_by(self, ruling: Ruling) -> None:
        """Go by this policy from now on; it is in the journal before anything follows from it."""
        self.flush()
        self._policy_body = ruling.body
        now = self._clock.now()
        self._write([Entry(at=now, kind=EntryKind.POLICY, body=ruling.body)])
        self._step(partial(self._engine.change_policy, ruling.policy, now))
        self._after_steps(now)

    def remember(self, facts: Iterable[Fact]) -> None:
        """Keep decisions for later explanations, the oldest calls' are forgotten first."""
        for fact in facts:
            call = getattr(fact, "call", None)
            if call is None:
                continue
            self._remembered.setdefault(call, []).append(fact)
            self._remembered.move_to_end(call)
        while len(self._remembered) > REMEMBERED_CALLS_MAX:
            self._remembered.popitem(last=False)

    def facts_of(self, call: CallId) -> tuple[Fact, ...]:
        """Return what was decided about a call, oldest first."""
        return tuple(self._remembered.get(call, ()))

    def keep_snapshot(self) -> None:
        """Keep a snapshot, so that bringing back starts from here."""
        self._since_snapshot = 0
        try:
            self._journal.keep(self._snapshot())
        except JournalError as error:
            self._note_trouble(error)
            return
        self._write_policy()

    def stop(self) -> None:
        """Take what is left, keep a snapshot and disarm the timer."""
        self.flush()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._keeping is not None:
            self._keeping.cancel()
        if self._decided:
            self._write([])
        self.keep_snapshot()

    def _step(self, step: Callable[[], tuple[Command, ...]]) -> bool:
        """Take one step and carry out its orders; return whether the engine took it."""
        began = time.perf_counter()
        try:
            commands = step()
        except Exception:
            log.exception("the engine refused an input; it is in the journal")
            return False
        self._measure.step(commands, time.perf_counter() - began)
        for command in commands:
            if isinstance(command, Publish):
                self._untold.append(command)
                continue
            self._telephony.carry_out(command)
            if isinstance(command, OfferCall):
                self._decided.append(Decision.of(command).entry(self._clock.now()))
        return True

    def _tell(self, now: Seconds) -> None:
        """Publish what the steps of this turn came to, note it, and learn from it."""
        untold, self._untold = self._untold, []
        facts = [one.fact for one in untold if isinstance(one, Publish)]
        self.remember(facts)
        for one in untold:
            self._publish(one.fact if isinstance(one, Publish) else one)
        if self._record is not None:
            self._record.take(facts, now)
            self._record.flush()
        for fact in facts:
            self._learn(fact, now)

    def _learn(self, fact: Fact, now: Seconds) -> None:
        """Have the pace learn, and note what a caller who has to wait is to expect."""
        self._pace.take(fact)
        if isinstance(fact, CallWaiting):
            self._estimate(fact, now)

    def _estimate(self, fact: CallWaiting, now: Seconds) -> None:
        """Note what a caller is to expect, and tell the engine where their queue goes by it."""
        is_asked = self._engine.queue_policy(fact.queue).expected_wait_max_s is not None
        if not is_asked and now < self._estimated_at + ESTIMATE_EVERY_S:
            return
        expectation = self._engine.expected_wait(self._pace, fact.call, now)
        if expectation is None:
            return
        self._estimated_at = now
        self._pace.expected(fact.call, expectation.wait_s)
        if is_asked and expectation.wait_s is not None and not is_callback(fact.call):
            self.feed(WaitEstimated(call=fact.call, wait_s=expectation.wait_s))

    def _after_steps(self, now: Seconds) -> None:
        self._tell(now)
        if self._gap_ended:
            self._gap_ended = False
            self.keep_snapshot()
        elif self._since_snapshot >= SNAPSHOT_EVERY and (self._keeping is None or self._keeping.done()):
            self._keep_behind()
        self._arm(self._engine.next_deadline())

    def _snapshot(self) -> Snapshot:
        mark = None if self._record is None else self._record.mark()
        return replace(self._engine.snapshot(), pace=self._pace.known(), log=mark)

    def _write_policy(self) -> None:
        if self._policy_body:
            self._write([Entry(at=self._clock.now(), kind=EntryKind.POLICY, body=self._policy_body)])

    def _keep_behind(self) -> None:
        """Keep a snapshot of now, encoded beside the loop: no caller waits for that."""
        self._since_snapshot = 0
        try:
            after = self._journal.place()
        except JournalError as error:
            self._note_trouble(error)
            return
        snapshot = self._snapshot()
        self._write_policy()
        self._keeping = asyncio.create_task(self._keep(snapshot, after), name="keep a snapshot")

    async def _keep(self, snapshot: Snapshot, after: int) -> None:
        body = await self._encode(snapshot)
        try:
            self._journal.keep_encoded(body, at=snapshot.at, after=after)
        except JournalError as error:
            self._note_trouble(error)

    def _arm(self, deadline: Seconds | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if deadline is not None:
            delay_s = max(0.0, deadline - self._clock.now())
            self._timer = asyncio.get_running_loop().call_later(delay_s, self._advance)

    def _advance(self) -> None:
        self._timer = None
        self.flush()
        now = self._clock.now()
        self._write([Entry(at=now, kind=EntryKind.TICK)])
        self._step(partial(self._engine.advance, now))
        self._after_steps(now)

    def _write(self, inputs: list[Entry]) -> None:
        entries, self._decided = [*self._decided, *inputs], []
        self._since_snapshot += len(entries)
        try:
            self._journal.append(entries)
        except JournalError as error:
            self._has_gap = True
            self._note_trouble(error)
            return
        self._measure.journaled(len(entries))
        if self.journal_trouble:
            log.info("the journal is written again")
            self.journal_trouble = ""
        if self._has_gap:
            self._has_gap = False
            self._gap_ended = True

    def _note_trouble(self, error: JournalError) -> None:
        self._measure.journal_failed()
        log.log(logging.DEBUG if self.journal_trouble else logging.WARNING, "no journal: %s", error)
        self.journal_trouble = str(error)
