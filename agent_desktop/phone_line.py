"""The line of a phone in the browser: its SIP, carried between the page and Asterisk.

Theory of operation. A page opens a WebSocket here under its desk session; that session is the phone's whole
credential and ends with it. The page answers Asterisk's digest challenges without knowing a secret; on the
way its answer is replaced by a true one for its own endpoint (`agent_desktop.phone_sip`). An answer in
another phone's name, or a method a phone does not need, ends the line. What Asterisk sends goes to the page
as it is. An agent has one line: a newer one ends the older with `CLOSE_TAKEN_OVER`. A line that ends
otherwise, by a page that was closed, crashed or lost its network, is reported as lost, so that a caller who
was talked to on it hears music; a page that does not answer a ping within half of `PING_S` counts as gone.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, WSCloseCode, WSMsgType, web

from agent_desktop.phone_sip import NotSip, signed
from contact.browser_phone import endpoint_of, secret_of
from contact.ids import AgentId, Extension

log = logging.getLogger(__name__)

SUBPROTOCOL = "sip"
PING_S = 2.0
SEND_TIMEOUT_S = 5.0
CONNECT_TIMEOUT_S = 5.0
SESSION_CHECK_S = 15.0
MESSAGE_BYTES_MAX = 65_536
LINES_MAX = 2_000
CLOSE_NONSENSE = 4400
CLOSE_SIGNED_OUT = 4401
CLOSE_TAKEN_OVER = 4409
CLOSE_NO_ASTERISK = 4503
KEEP_ALIVE, ALIVE = "\r\n\r\n", "\r\n"
"""What a page sends to learn that its line is alive, and what it gets (RFC 5626, section 3.5.1)."""


class PhoneLine:
    """One page's line while it is open."""

    def __init__(
        self, *, agent: AgentId, extension: Extension, session_key: str, socket: web.WebSocketResponse
    ) -> None:
        """Belong to `agent`, signed in by the session `session_key`, and be their phone `endpoint`."""
        self.agent = agent
        self.extension = extension
        self.session_key = session_key
        self.close_code: int | None = None
        self._socket = socket
        self._ended = asyncio.Event()

    def end(self, code: int) -> None:
        """Let the line end with `code`; the first one counts."""
        if self.close_code is None:
            self.close_code = code
        self._ended.set()

    async def run(
        self, upstream: ClientWebSocketResponse, secret: str, is_signed_in: Callable[[], Awaitable[bool]]
    ) -> None:
        """Carry messages both ways until either side or `end` ends it."""
        tasks = [
            asyncio.create_task(self._from_page(upstream, secret), name="phone line from page"),
            asyncio.create_task(self._from_asterisk(upstream), name="phone line from Asterisk"),
            asyncio.create_task(self._guard(is_signed_in), name="phone line guard"),
        ]
        try:
            await self._ended.wait()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        """Close the page's side."""
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await self._socket.close(code=self.close_code or WSCloseCode.OK)

    async def _from_page(self, upstream: ClientWebSocketResponse, secret: str) -> None:
        try:
            async for message in self._socket:
                text = message.data if message.type is WSMsgType.TEXT else "binary"
                async with asyncio.timeout(SEND_TIMEOUT_S):
                    if text == KEEP_ALIVE:
                        await self._socket.send_str(ALIVE)
                    elif text.strip():
                        await upstream.send_str(signed(text, endpoint_of(self.extension), secret))
        except NotSip as error:
            log.warning("the phone line of %s is closed: %s", self.agent, error)
            self.end(CLOSE_NONSENSE)
        except (TimeoutError, ConnectionError):
            self.end(CLOSE_NO_ASTERISK)
        self.end(WSCloseCode.OK)

    async def _from_asterisk(self, upstream: ClientWebSocketResponse) -> None:
        with contextlib.suppress(TimeoutError, ConnectionError):
            async for message in upstream:
                if message.type is WSMsgType.TEXT and message.data.strip():
                    async with asyncio.timeout(SEND_TIMEOUT_S):
                        await self._socket.send_str(message.data)
        self.end(CLOSE_NO_ASTERISK)

    async def _guard(self, is_signed_in: Callable[[], Awaitable[bool]]) -> None:
        while True:
            await asyncio.sleep(SESSION_CHECK_S)
            if not await is_signed_in():
                self.end(CLOSE_SIGNED_OUT)


class PhoneLines:
    """The lines of all agents."""

    def __init__(
        self, *, address: str, secret: str, auto_answer: bool, lost: Callable[[AgentId], None]
    ) -> None:
        """Carry lines to Asterisk's WebSocket at `address`; tell `lost` whose page is gone.

        `secret` is what phones in browsers are vouched for with; without one there are none.
        """
        self._address = address
        self._secret = secret
        self._lost = lost
        self._lines: dict[AgentId, PhoneLine] = {}
        self._client: ClientSession | None = None
        self._stopping = False
        self._auto_answer = auto_answer

    def settings(self, extension: Extension | None) -> dict[str, Any] | None:
        """Return what a page needs to know to have a phone; None where it has none."""
        if extension is None or not self._secret:
            return None
        return {"name": endpoint_of(extension), "auto_answer": self._auto_answer}

    @property
    def is_open(self) -> bool:
        """Whether another line can be opened."""
        return bool(self._secret) and not self._stopping and len(self._lines) < LINES_MAX

    def is_of(self, agent: AgentId) -> bool:
        """Whether a page is the phone of `agent`."""
        return agent in self._lines

    async def serve(self, line: PhoneLine, is_signed_in: Callable[[], Awaitable[bool]]) -> None:
        """Serve one line until it ends."""
        former = self._lines.get(line.agent)
        self._lines[line.agent] = line
        if former is not None:
            former.end(CLOSE_TAKEN_OVER)
        try:
            async with self._upstream() as upstream:
                await line.run(upstream, secret_of(line.extension, self._secret), is_signed_in)
        except (ClientError, TimeoutError, OSError) as error:
            log.warning("no phone line for %s: Asterisk's WebSocket does not answer: %s", line.agent, error)
            line.end(CLOSE_NO_ASTERISK)
        finally:
            if self._lines.get(line.agent) is line:
                del self._lines[line.agent]
                if not self._stopping:
                    self._lost(line.agent)
            await line.close()

    def end_session(self, session_key: str) -> None:
        """End the lines that were opened under a session that is over."""
        for line in tuple(self._lines.values()):
            if line.session_key == session_key:
                line.end(CLOSE_SIGNED_OUT)

    def end_agent(self, agent: AgentId) -> None:
        """End the line of an agent whose sessions are over, if there is one."""
        line = self._lines.get(agent)
        if line is not None:
            line.end(CLOSE_SIGNED_OUT)

    async def stop(self) -> None:
        """End every line; the calls on them go on, their pages come back to the next process."""
        self._stopping = True
        for line in tuple(self._lines.values()):
            line.end(WSCloseCode.GOING_AWAY)
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    @contextlib.asynccontextmanager
    async def _upstream(self) -> AsyncIterator[ClientWebSocketResponse]:
        if self._client is None:
            self._client = ClientSession()
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            upstream = await self._client.ws_connect(
                self._address, protocols=(SUBPROTOCOL,), max_msg_size=MESSAGE_BYTES_MAX, compress=0
            )
        try:
            yield upstream
        finally:
            await upstream.close()
