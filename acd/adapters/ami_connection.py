"""One TCP connection to Asterisk's manager: framing, correlation and deadlines, nothing above them.

Each action carries an id of its own; the reply, and the items of a list, come back with it. A pending
exchange ends exactly once: by its reply, by `AmiTimeout`, or by `AmiDown` when the connection goes. What
arrives for an exchange that has ended already is counted and dropped. Nothing is ever sent twice.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from acd.adapters.ami_message import AmiEvent, AmiReply, AmiSplitter, Fields, checked_headers
from acd.errors import AmiDown, AmiError, AmiGarbled, AmiRefused, AmiTimeout

log = logging.getLogger(__name__)

WRITE_BYTES_MAX = 1024 * 1024
"""So much unsent means that Asterisk stopped reading; the connection is dropped."""
PENDING_MAX = 10_000
"""So many exchanges may wait for their answers at once."""
LIST_ITEMS_MAX = 100_000
"""A list of more items is taken for a peer out of its mind."""

Outcome: TypeAlias = AmiReply | AmiError
OnReply: TypeAlias = Callable[[Outcome], None]
Decode: TypeAlias = Callable[[str], AmiEvent | AmiReply | None]
Encode: TypeAlias = Callable[[dict[str, str | list[str]]], bytes]


@dataclass(slots=True)
class AmiCounts:
    """What happened on the link since the process began; only ever grows."""

    connections: int = 0
    refused_logins: int = 0
    events: int = 0
    overflows: int = 0
    late_replies: int = 0
    timeouts: int = 0
    unreadable: int = 0
    failed_handlers: int = 0


@dataclass(slots=True)
class _Exchange:
    """One action under way; `items` is None unless a list was asked for."""

    name: str
    on_reply: OnReply
    items: list[AmiEvent] | None
    timeout_s: float
    heard_at: float
    timer: asyncio.TimerHandle = field(init=False)
    reply: AmiReply | None = None


class AmiConnection(asyncio.Protocol):
    """Speaks AMI on one transport. `lost` is done when the transport is closed, with the reason."""

    def __init__(
        self, *, decode: Decode, encode: Encode, on_event: Callable[[AmiEvent], None], counts: AmiCounts
    ) -> None:
        """Create it inside the running loop; it lives for one connection."""
        self._loop = asyncio.get_running_loop()
        self._decode = decode
        self._encode = encode
        self._on_event = on_event
        self._counts = counts
        self._splitter = AmiSplitter()
        self._exchanges: dict[str, _Exchange] = {}
        self._transport: asyncio.Transport | None = None
        self._reason: AmiError | None = None
        self.greeted: asyncio.Future[str] = self._loop.create_future()
        self.lost: asyncio.Future[AmiError] = self._loop.create_future()

    # --- called by the event loop ---------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Deliver every message that `data` completes, in order."""
        try:
            messages = self._splitter.feed(data)
        except AmiGarbled as error:
            self.drop(error)
            return
        if self._splitter.banner is not None and not self.greeted.done():
            self.greeted.set_result(self._splitter.banner)
        for text in messages:
            if self._reason is not None:
                return
            self._take(text)

    def connection_lost(self, exc: Exception | None) -> None:
        """End every exchange with `AmiDown`, then tell the owner."""
        reason = self._reason or AmiDown(f"Asterisk closed the connection ({exc or 'end of stream'})")
        self._reason = reason
        for action_id in list(self._exchanges):
            exchange = self._exchanges[action_id]
            self._finish(action_id, AmiDown(f"{exchange.name}: the link broke before the answer: {reason}"))
        if not self.greeted.done():
            self.greeted.set_exception(reason)
            self.greeted.exception()
        if not self.lost.done():
            self.lost.set_result(reason)

    # --- called by the owner --------------------------------------------------------------------

    def drop(self, reason: AmiError) -> None:
        """Close at once and forget what is unsent; `reason` is what `lost` will hold."""
        if self._reason is None:
            self._reason = reason
        if self._transport is not None:
            self._transport.abort()

    async def close(self) -> None:
        """Let what is written go out, for a second at most, then close; return when it is closed."""
        if self._transport is None:
            return
        if self._reason is None:
            self._reason = AmiDown("we closed the connection")
        self._transport.close()
        await asyncio.wait({self.lost}, timeout=1)
        self._transport.abort()

    async def abandon(self) -> None:
        """Close at once; return when every exchange has been ended and the socket is gone."""
        if self._transport is not None:
            self.drop(AmiDown("the session ended"))
            await asyncio.wait({self.lost}, timeout=1)

    def send(
        self,
        name: str,
        fields: Fields,
        on_reply: OnReply,
        *,
        action_id: str,
        timeout_s: float,
        items: list[AmiEvent] | None = None,
    ) -> None:
        """Write one action now and have `on_reply` called once; `items` collects a list's events.

        Raises `AmiRefused` for what must not be sent and `AmiDown` where nothing can be: in both cases
        nothing was written and `on_reply` will not be called.
        """
        headers = checked_headers(name, action_id, fields)
        transport = self._transport
        if transport is None or self._reason is not None:
            raise AmiDown(f"{name}: no link to Asterisk")
        if action_id in self._exchanges or len(self._exchanges) >= PENDING_MAX:
            raise AmiRefused(f"{name}: action id in use, or {PENDING_MAX} answers awaited already")
        exchange = _Exchange(name, on_reply, items, timeout_s, self._loop.time())
        exchange.timer = self._loop.call_later(timeout_s, self._expire, action_id)
        self._exchanges[action_id] = exchange
        transport.write(self._encode(headers))
        if transport.get_write_buffer_size() > WRITE_BYTES_MAX:
            self.drop(AmiDown("Asterisk does not read what we send"))

    def forget(self, action_id: str) -> None:
        """Stop waiting for an answer, without calling anybody (the one who asked was cancelled)."""
        exchange = self._exchanges.pop(action_id, None)
        if exchange is not None:
            exchange.timer.cancel()

    # --- inside ---------------------------------------------------------------------------------

    def _take(self, text: str) -> None:
        message = self._decode(text)
        if message is None:
            self._counts.unreadable += 1
            return
        action_id = message.get("ActionID")
        exchange = self._exchanges.get(action_id) if action_id else None
        if isinstance(message, AmiReply):
            self._take_reply(action_id, exchange, message)
        elif exchange is not None and exchange.items is not None:
            self._take_item(action_id, exchange, message)
        else:
            self._on_event(message)

    def _take_reply(self, action_id: str, exchange: _Exchange | None, reply: AmiReply) -> None:
        if exchange is None:
            self._counts.late_replies += 1
            return
        exchange.heard_at = self._loop.time()
        if reply.ok and exchange.items is not None and reply.get("EventList").lower() == "start":
            exchange.reply = reply
            return
        self._finish(action_id, reply)

    def _take_item(self, action_id: str, exchange: _Exchange, item: AmiEvent) -> None:
        exchange.heard_at = self._loop.time()
        end = item.get("EventList").lower()
        if end == "complete" and exchange.reply is not None:
            self._finish(action_id, exchange.reply)
        elif end == "cancelled":
            self._finish(action_id, AmiTimeout(f"{exchange.name}: Asterisk broke the list off"))
        elif exchange.items is not None and len(exchange.items) < LIST_ITEMS_MAX:
            exchange.items.append(item)
        else:
            self.drop(AmiGarbled(f"{exchange.name}: a list of more than {LIST_ITEMS_MAX} items"))

    def _expire(self, action_id: str) -> None:
        exchange = self._exchanges[action_id]
        left = exchange.heard_at + exchange.timeout_s - self._loop.time()
        if left > 0:
            exchange.timer = self._loop.call_later(left, self._expire, action_id)
            return
        self._counts.timeouts += 1
        self._finish(action_id, AmiTimeout(f"{exchange.name}: no answer within {exchange.timeout_s:g} s"))

    def _finish(self, action_id: str, outcome: Outcome) -> None:
        exchange = self._exchanges.pop(action_id)
        exchange.timer.cancel()
        try:
            exchange.on_reply(outcome)
        except Exception:
            self._counts.failed_handlers += 1
            log.exception("the handler of the answer to %s failed", exchange.name)
