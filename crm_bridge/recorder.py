"""The terminal records of calls on their way into the store: in order, each once, none lost.

Theory of operation. `add` takes a record from the bus into a bounded queue; one loop writes the queue in
batches, and the store ignores a call it already has. While the store is away the queue waits, and a copy
of it lies in a file beside the process, so that a killed process finds it again; the file is removed once
the queue is empty. A record that the store can never take is logged, counted and passed over, so that it
does not hold up the others.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from contact.codec import decode, encode
from contact.errors import CodecError
from contact.events import CallEnded
from contact.ids import E164
from contact.numbers import mask
from crm_bridge.measure import BridgeMetrics
from runtime.db import DatabaseAway

log = logging.getLogger(__name__)

RECORDS_MAX = 50_000
"""More than a record day of New York's 311 brings in an hour, many times over."""
BATCH_MAX = 100
RETRY_FIRST_S = 0.5
RETRY_MAX_S = 10.0


class ContactRecorder:
    """Writes `CallEnded` records into the store."""

    def __init__(
        self,
        *,
        write: Callable[[Sequence[CallEnded]], Awaitable[int]],
        spill: Path,
        metrics: BridgeMetrics,
        on_written: Callable[[E164], None],
        records_max: int = RECORDS_MAX,
    ) -> None:
        """Keep `write`, which stores a batch; `spill` is the file of what waits while the store is away."""
        self._write = write
        self._spill = spill
        self._metrics = metrics
        self._on_written = on_written
        self._records_max = records_max
        self._queue: deque[CallEnded] = deque()
        self._more = asyncio.Event()
        self._away = False

    @property
    def pending(self) -> int:
        """How many records wait."""
        return len(self._queue)

    def load(self) -> None:
        """Take up what an earlier process left in the file."""
        try:
            lines = self._spill.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return
        for line in lines:
            try:
                record = decode(line)
            except CodecError as error:
                log.warning("%s: a record cannot be read: %s", self._spill, error)
                continue
            if isinstance(record, CallEnded):
                self._queue.append(record)
        self._away = True
        self._more.set()

    def add(self, record: CallEnded) -> None:
        """Queue a record behind the others."""
        if len(self._queue) >= self._records_max:
            log.error("the record of call %s is lost: %d wait already", record.call, len(self._queue))
            self._metrics.contacts_lost.inc()
            return
        self._queue.append(record)
        if self._away:
            self._append([record])
        self._metrics.contacts_pending.set(len(self._queue))
        self._more.set()

    async def run(self) -> None:
        """Write until cancelled."""
        wait_s = RETRY_FIRST_S
        while True:
            await self._more.wait()
            try:
                await self.drain()
                wait_s = RETRY_FIRST_S
            except DatabaseAway as error:
                self._keep(error)
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, RETRY_MAX_S)

    async def drain(self) -> None:
        """Write everything that waits; raise `DatabaseAway` where the store does not answer."""
        while self._queue:
            batch = [self._queue[i] for i in range(min(BATCH_MAX, len(self._queue)))]
            await self._store(batch)
            for record in batch:
                self._queue.popleft()
                self._on_written(record.caller)
            self._metrics.contacts_pending.set(len(self._queue))
        self._more.clear()
        if self._away:
            self._away = False
            self._spill.unlink(missing_ok=True)
            log.info("the store has every record of a call again")

    async def stop(self) -> None:
        """Write what waits, or leave it in the file for the next process."""
        try:
            await self.drain()
        except DatabaseAway as error:
            self._keep(error)

    async def _store(self, batch: Sequence[CallEnded]) -> None:
        try:
            self._metrics.contacts_written.inc(await self._write(batch))
        except SQLAlchemyError as error:
            if len(batch) > 1:
                for record in batch:
                    await self._store([record])
                return
            reason = str(error).splitlines()[0]
            call, caller = batch[0].call, mask(batch[0].caller)
            log.error("the store cannot take the record of call %s (%s): %s", call, caller, reason)  # noqa: TRY400
            self._metrics.contacts_lost.inc()

    def _keep(self, error: DatabaseAway) -> None:
        if self._away:
            log.debug("records of calls wait: %s", error)
            return
        log.warning("records of calls wait in %s: %s", self._spill, error)
        self._away = True
        self._append(list(self._queue))

    def _append(self, records: Sequence[CallEnded]) -> None:
        self._spill.parent.mkdir(parents=True, exist_ok=True)
        with self._spill.open("a", encoding="utf-8") as stream:
            stream.writelines(encode(record) + "\n" for record in records)
