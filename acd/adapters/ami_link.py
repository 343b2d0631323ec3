"""The supervised link to Asterisk's manager interface; the only user of panoramisk's AMI codec.

Theory of operation. `AmiLink.run` makes one session after another until it is cancelled. A session is:
connect, banner, login, `FullyBooted`, then `on_up` (the resynchronisation), then events until the
connection is lost or a heartbeat is not answered, then `on_down`. `on_down` follows every `on_up` that
was begun, also one that failed.

Order. Events reach `on_event` as plain function calls, in the order of the stream, in the loop turn that
read them. From the login to the end of `on_up` they are held in a queue and delivered after it, marked
`held`: Asterisk takes the snapshot at one moment and writes queued events behind it, so an event held
back may tell of something that the snapshot already shows, never the reverse. Everything that happened
after the snapshot is therefore delivered after it and nothing is missing in between; whoever reads a held
event must bear that it is old news. Actions of `on_up` itself are answered at once, they do not pass
through the queue. The queue has a limit; past it the overflow is counted, the connection dropped and the
next session resynchronises: events are lost only together with the belief in what they were about.

What cannot happen. An action is never sent twice: a broken connection ends it with `AmiDown`, a silent
peer with `AmiTimeout`, and the caller reads Asterisk's state again. An exception in a handler is logged
and counted and costs neither the link nor the next event. A cancelled `run` leaves no task, timer or
socket, so nothing reconnects behind its back. A refused login is retried after tens of seconds only.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from panoramisk.actions import Action
from panoramisk.message import Message

from acd.adapters.ami_connection import AmiConnection, AmiCounts, OnReply, Outcome
from acd.adapters.ami_message import AmiEvent, AmiReply, Fields
from acd.errors import AmiDown, AmiError, AmiLoginRefused, AmiRefused, AmiTimeout
from runtime.clock import Clock
from runtime.config import Ami

log = logging.getLogger(__name__)

Connect: TypeAlias = Callable[[Callable[[], asyncio.Protocol]], Awaitable[object]]
"""Opens a transport for the protocol that the factory makes; raises `OSError`."""

RETRY_FIRST_S = 0.1
RETRY_MAX_S = 3.0
LOGIN_RETRY_FIRST_S = 15.0
LOGIN_RETRY_MAX_S = 300.0
STEADY_S = 10.0
"""A session that lasted so long was sound: the next pause starts small again."""
RESYNC_TIMEOUT_S = 30.0
SETTLE_S = 0.5
"""So long after `look_again` the channel of an `Originate` that was sent before it is there to be seen."""
DELIVERED_AT_ONCE = 500
"""So many held events are delivered before other tasks get their turn."""


class _Read(Message):
    """What panoramisk reads, kept as one plain dictionary: its own mapping costs more than the reading."""

    def __init__(self, headers: dict[str, str | list[str]], _content: str = "") -> None:
        self.plain = {name.lower(): value for name, value in headers.items()}


def decode(text: str) -> AmiEvent | AmiReply | None:
    """Return the message in one block of header lines, or None where it is neither event nor reply."""
    read = _Read.from_line(text)  # type: ignore[no-untyped-call]
    if read is None:
        return None
    return AmiEvent(read.plain) if "event" in read.plain else AmiReply(read.plain)


def encode(headers: dict[str, str | list[str]]) -> bytes:
    """Return an action as it goes over the wire; the headers have been checked already."""
    return str(Action(headers)).encode()  # type: ignore[no-untyped-call]


class AmiLink:
    """One supervised connection to the manager interface; see the module's text for its rules."""

    def __init__(
        self,
        *,
        settings: Ami,
        on_event: Callable[[AmiEvent], None],
        on_up: Callable[[], Awaitable[None]],
        on_down: Callable[[], None],
        clock: Clock,
        rng: random.Random,
        connect: Connect | None = None,
    ) -> None:
        """Prepare; nothing is opened before `run`. `rng` spreads retries and makes the action ids unique."""
        self._settings = settings
        self._on_event = on_event
        self._on_up = on_up
        self._on_down = on_down
        self._clock = clock
        self._rng = rng
        self._connect = connect or self._connect_tcp
        self._connection: AmiConnection | None = None
        self._booted: asyncio.Future[None] | None = None
        self._again: asyncio.Future[None] | None = None
        self._events: deque[AmiEvent] = deque()
        self._holding = False
        self._resyncing = False
        self._ids = 0
        self._id_prefix = f"{rng.getrandbits(48):012x}"
        self._down_since = clock.now()
        self._up_since: float | None = None
        self._failures = 0
        self._login_failures = 0
        self.counts = AmiCounts()
        self.trouble = "not connected yet"

    @property
    def up(self) -> bool:
        """Whether actions can be sent now; true from the login on, so also during `on_up`."""
        return self._connection is not None and not self._connection.lost.done()

    async def run(self) -> None:
        """Keep the link up until cancelled."""
        while True:
            try:
                await self._session()
            except AmiLoginRefused as error:
                self._login_failures += 1
                self.counts.refused_logins += 1
                self._note_failure(error)
            except (AmiError, OSError, TimeoutError) as error:
                self._login_failures = 0
                self._note_failure(error)
            await asyncio.sleep(self._pause_s())

    async def action(
        self, name: str, fields: Fields | None = None, timeout_s: float | None = None
    ) -> AmiReply:
        """Return Asterisk's answer; raise `AmiRefused`, `AmiTimeout` (unknown, never resend) or `AmiDown`."""
        return await self._exchange(name, fields or {}, timeout_s, None)

    async def collect(
        self, name: str, fields: Fields | None = None, timeout_s: float | None = None
    ) -> tuple[AmiEvent, ...]:
        """Return the items of a list action; `timeout_s` bounds each silence within the list."""
        items: list[AmiEvent] = []
        await self._exchange(name, fields or {}, timeout_s, items)
        return tuple(items)

    def send(
        self, name: str, fields: Fields, on_reply: OnReply | None = None, *, action_id: str | None = None
    ) -> None:
        """Write an action within this very call, and have `on_reply` called once with what came of it.

        `on_reply` gets the reply (also one that says no), `AmiTimeout` or `AmiDown`. Raises `AmiRefused`
        or `AmiDown` where nothing was written. `action_id` names the action in later events about it.
        """
        self._require(name).send(
            name,
            fields,
            on_reply or _ignore,
            action_id=action_id or self._next_id(),
            timeout_s=self._settings.action_timeout_s,
        )

    def look_again(self) -> None:
        """Have `on_up` called anew within the session that is up; without one the next login does it."""
        if self._again is not None and not self._again.done():
            self._again.set_result(None)

    # --- one session ----------------------------------------------------------------------------

    async def _session(self) -> None:
        self._booted = asyncio.get_running_loop().create_future()
        self._events.clear()
        self._holding = self._resyncing = True
        connection = AmiConnection(
            decode=decode, encode=encode, on_event=self._take_event, counts=self.counts
        )
        up = False
        try:
            await self._log_in(connection, self._booted)
            up = True
            await self._resync()
            await self._deliver_held()
            self._note_up()
            await self._watch(connection)
        except asyncio.CancelledError:
            await connection.close()
            raise
        finally:
            self._connection = self._again = None
            self._holding = False
            await connection.abandon()
            if up:
                self._down_since = self._clock.now()
                self.trouble = "connection lost"
                self._call_on_down()

    async def _log_in(self, connection: AmiConnection, booted: asyncio.Future[None]) -> None:
        limit_s = self._settings.connect_timeout_s
        async with asyncio.timeout(limit_s):
            await self._connect(lambda: connection)
            await connection.greeted
        self._connection = connection
        secret = {"Username": self._settings.user, "Secret": self._settings.secret, "Events": "on"}
        try:
            await self.action("Login", secret, limit_s)
        except AmiRefused as error:
            raise AmiLoginRefused(f"Asterisk refuses the login of {self._settings.user!r}: {error}") from None
        either: set[asyncio.Future[Any]] = {booted, connection.lost}
        await asyncio.wait(either, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
        if connection.lost.done():
            raise connection.lost.result()
        if not booted.done():
            raise AmiTimeout(
                f"no FullyBooted within {limit_s:g} s: Asterisk is still starting, or the manager account"
                " lacks read=system"
            )
        self.counts.connections += 1

    async def _resync(self) -> None:
        try:
            async with asyncio.timeout(RESYNC_TIMEOUT_S):
                await self._on_up()
        except (AmiError, OSError, TimeoutError):
            raise
        except Exception as error:
            self.counts.failed_handlers += 1
            log.exception("the resynchronisation failed")
            raise AmiDown(f"the resynchronisation failed: {type(error).__name__}") from error

    async def _resync_again(self) -> None:
        await asyncio.sleep(SETTLE_S)
        self._holding = self._resyncing = True
        await self._resync()
        await self._deliver_held()

    async def _deliver_held(self) -> None:
        self._resyncing = False
        while self._events:
            for _ in range(min(DELIVERED_AT_ONCE, len(self._events))):
                self._deliver(self._events.popleft())
            await asyncio.sleep(0)
        self._holding = False

    def _note_up(self) -> None:
        log.info("link to Asterisk up after %.1f s", self._clock.now() - self._down_since)
        self._up_since = self._clock.now()
        self.trouble = ""

    async def _watch(self, connection: AmiConnection) -> None:
        while True:
            self._again = again = asyncio.get_running_loop().create_future()
            either: set[asyncio.Future[Any]] = {connection.lost, again}
            timeout_s = self._settings.ping_interval_s
            await asyncio.wait(either, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
            if connection.lost.done():
                raise connection.lost.result()
            if again.done():
                await self._resync_again()
                continue
            await self.action("Ping", timeout_s=self._settings.ping_timeout_s)

    # --- events ---------------------------------------------------------------------------------

    def _take_event(self, event: AmiEvent) -> None:
        self.counts.events += 1
        if event.name == "FullyBooted" and self._booted is not None and not self._booted.done():
            self._booted.set_result(None)
        if not self._holding:
            self._deliver(event)
            return
        if len(self._events) >= self._settings.events_max:
            self.counts.overflows += 1
            if self._connection is not None:
                self._connection.drop(AmiDown(f"more than {self._settings.events_max} events waiting"))
            return
        event.held = self._resyncing
        self._events.append(event)

    def _deliver(self, event: AmiEvent) -> None:
        try:
            self._on_event(event)
        except Exception:
            self.counts.failed_handlers += 1
            log.exception("the handler of %s failed", event.name)

    def _call_on_down(self) -> None:
        try:
            self._on_down()
        except Exception:
            self.counts.failed_handlers += 1
            log.exception("the handler of the lost link failed")

    # --- inside ---------------------------------------------------------------------------------

    async def _exchange(
        self, name: str, fields: Fields, timeout_s: float | None, items: list[AmiEvent] | None
    ) -> AmiReply:
        connection = self._require(name)
        action_id = self._next_id()
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        limit_s = self._settings.action_timeout_s if timeout_s is None else timeout_s

        def settle(outcome: Outcome) -> None:
            if not answer.done():
                answer.set_result(outcome)

        connection.send(name, fields, answer.set_result, action_id=action_id, timeout_s=limit_s, items=items)
        try:
            outcome = await answer
        finally:
            connection.forget(action_id)
        if isinstance(outcome, AmiError):
            raise outcome
        if not outcome.ok:
            raise AmiRefused(f"{name}: {outcome.message or outcome.name}")
        return outcome

    def _require(self, name: str) -> AmiConnection:
        if self._connection is None:
            raise AmiDown(f"{name}: no link to Asterisk")
        return self._connection

    def _next_id(self) -> str:
        self._ids += 1
        return f"{self._id_prefix}-{self._ids}"

    def _note_failure(self, error: Exception) -> None:
        self.trouble = str(error) or f"no connection within {self._settings.connect_timeout_s:g} s"
        if self._up_since is not None and self._clock.now() - self._up_since >= STEADY_S:
            self._failures = 0
        self._failures += 1
        level = logging.WARNING if self._up_since is not None or self._failures == 1 else logging.DEBUG
        self._up_since = None
        place = f"{self._settings.host}:{self._settings.port}"
        log.log(level, "no link to Asterisk at %s: %s", place, self.trouble)

    def _pause_s(self) -> float:
        first, most, tries = RETRY_FIRST_S, RETRY_MAX_S, self._failures
        if self._login_failures:
            first, most, tries = LOGIN_RETRY_FIRST_S, LOGIN_RETRY_MAX_S, self._login_failures
        longest = min(most, first * 2.0 ** min(tries - 1, 20))
        return longest * self._rng.uniform(0.5, 1.0)

    async def _connect_tcp(self, factory: Callable[[], asyncio.Protocol]) -> None:
        loop = asyncio.get_running_loop()
        await loop.create_connection(factory, self._settings.host, self._settings.port)


def _ignore(_outcome: Outcome) -> None:
    """Take an answer that nobody waits for."""
