"""The worker that empties the outbox.

Theory of operation. One loop claims as many due deliveries as it has hands free and gives each to a task;
the task sends, classifies the answer and marks the row. The loop sleeps until it is woken (a case was
filed, a hand is free), until the next row is due, or for `POLL_S`, since another process may file too. When
the store is away nothing is claimed, and a row whose mark could not be written is sent again after its
lease, under the same key. The worker never gives up on a case: only the CRM's own refusal ends one.
"""

import asyncio
import logging
import math
from collections.abc import Callable

from contact.errors import CentralaError
from contact.events import CaseDelivered
from contact.numbers import mask
from contact.times import Seconds
from crm_bridge.core.delivery import Delivered, RefusedForGood, Retry, classify, delay_s
from crm_bridge.measure import BridgeMetrics
from crm_bridge.ports import CrmClient, Delivery, Jitter, Outbox
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.config import Crm
from runtime.db import DatabaseAway

log = logging.getLogger(__name__)

HANDS = 4
"""Deliveries on their way at once."""
POLL_S = 2.0
LEASE_MARGIN_S = 5.0
STOP_GRACE_S = 2.0


class DeliveryWorker:
    """Delivers the cases of the outbox to the city's CRM."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        crm: CrmClient,
        bus: Bus,
        clock: Clock,
        metrics: BridgeMetrics,
        settings: Crm,
        name: str,
        jitter: Jitter,
        on_change: Callable[[Delivery], None],
    ) -> None:
        """Keep the collaborators; `name` marks claims and differs between processes.

        `on_change` is called with each delivery whose case has changed.
        """
        self._outbox = outbox
        self._crm = crm
        self._bus = bus
        self._clock = clock
        self._metrics = metrics
        self._settings = settings
        self._name = name
        self._jitter = jitter
        self._on_change = on_change
        self._wake = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._store_fault = ""
        self._crm_fault = ""
        self._refused = 0
        self._due_at: Seconds | None = None
        """When the next row is due, as last seen; None where that is to be found out by claiming."""

    def wake(self) -> None:
        """Look at the outbox now: something new is in it."""
        self._due_at = None
        self._wake.set()

    def health(self) -> dict[str, str]:
        """Return the store's and the CRM's state as this worker last met them."""
        crm = self._crm_fault or "ok"
        return {"database": self._store_fault or "ok", "crm": crm}

    async def run(self) -> None:
        """Work until cancelled; then let what is being sent finish for a moment and give the rest back."""
        try:
            while True:
                pause_s = await self._turn()
                try:
                    async with asyncio.timeout(pause_s):
                        await self._wake.wait()
                except TimeoutError:
                    pass
                self._wake.clear()
        finally:
            await self._stop()

    async def step(self) -> int:
        """Claim what is due and start sending it; return how many were claimed."""
        free = HANDS - len(self._sending)
        if free <= 0:
            return 0
        lease_s = self._settings.timeout_s + LEASE_MARGIN_S
        claimed = await self._outbox.claim(
            self._name, self._clock.now(), lease_s=lease_s, deliveries_max=free
        )
        for delivery in claimed:
            task = asyncio.create_task(self._deliver(delivery), name=f"deliver {delivery.case.number}")
            self._sending.add(task)
            task.add_done_callback(self._finished)
        return len(claimed)

    async def settle(self) -> None:
        """Wait until everything that is being sent has come to an end."""
        while self._sending:
            await asyncio.wait(self._sending)

    async def _turn(self) -> float:
        """Do a step if something may be due, and look at the outbox; return how long to sleep, in seconds."""
        try:
            if self._due_at is None or self._due_at <= self._clock.now():
                await self.step()
            standing = await self._outbox.standing()
        except DatabaseAway as error:
            self._store_failed(error)
            return POLL_S
        if self._store_fault:
            log.info("the store answers again")
            self._store_fault = ""
        now = self._clock.now()
        self._due_at = math.inf if standing.next_at is None else standing.next_at
        self._refused = standing.refused
        self._metrics.outbox_depth.set(standing.pending)
        self._metrics.undeliverable.set(standing.refused)
        self._metrics.outbox_oldest_s.set(
            0.0 if standing.oldest_at is None else max(0.0, now - standing.oldest_at)
        )
        if standing.next_at is None or len(self._sending) >= HANDS:
            return POLL_S
        return min(max(standing.next_at - now, 0.01), POLL_S)

    async def _deliver(self, delivery: Delivery) -> None:
        verdict = classify(await self._crm.send(delivery.body, delivery.idempotency_key))
        number = delivery.case.number
        try:
            match verdict:
                case Delivered(reference=reference):
                    self._crm_answered()
                    self._metrics.attempts.labels("delivered").inc()
                    if await self._outbox.mark_delivered(delivery, reference, self._clock.now()):
                        self._on_change(delivery)
                        if delivery.is_case:
                            self._bus.publish(CaseDelivered(number=number, reference=reference))
                case RefusedForGood(reason=reason):
                    self._crm_answered()
                    self._metrics.attempts.labels("refused").inc()
                    caller = mask(delivery.case.caller) or "no number"
                    log.error("the CRM refused case %s (%s): %s", number, caller, reason)
                    if await self._outbox.mark_refused(delivery, self._name, verdict, self._clock.now()):
                        self._on_change(delivery)
                case Retry():
                    self._metrics.attempts.labels("retry").inc()
                    self._crm_failed(verdict)
                    await self._retry(delivery, verdict)
        except DatabaseAway as error:
            self._store_failed(error)

    async def _retry(self, delivery: Delivery, verdict: Retry) -> None:
        wait_s = delay_s(
            verdict,
            delivery.attempts,
            first_s=self._settings.retry_first_s,
            max_s=self._settings.retry_max_s,
            jitter=self._jitter(),
        )
        next_at = self._clock.now() + wait_s
        await self._outbox.mark_retry(delivery, self._name, reason=verdict.reason, next_at=next_at)

    def _crm_failed(self, verdict: Retry) -> None:
        log.log(logging.DEBUG if self._crm_fault else logging.WARNING, "the CRM: %s", verdict.reason)
        self._crm_fault = verdict.reason

    def _crm_answered(self) -> None:
        if self._crm_fault:
            log.info("the CRM takes cases again")
        self._crm_fault = ""

    def _store_failed(self, error: CentralaError) -> None:
        log.log(logging.DEBUG if self._store_fault else logging.WARNING, "the store: %s", error)
        self._store_fault = str(error)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a delivery failed and is tried again after its lease", exc_info=error)

    async def _stop(self) -> None:
        if self._sending:
            await asyncio.wait(self._sending, timeout=STOP_GRACE_S)
        left = list(self._sending)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        try:
            async with asyncio.timeout(STOP_GRACE_S):
                await self._outbox.release(self._name, self._clock.now())
        except (DatabaseAway, TimeoutError):
            log.info("the claims of this worker end with their lease")
