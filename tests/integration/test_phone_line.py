"""The line of a phone in the browser, between a page's WebSocket and one that stands in for Asterisk's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, web

from agent_desktop.phone_line import (
    CLOSE_NO_ASTERISK,
    CLOSE_NONSENSE,
    CLOSE_SIGNED_OUT,
    CLOSE_TAKEN_OVER,
)
from contact.ids import AgentId
from contact.talk_requests import ReportLostPage
from tests.integration.desktop_server import Client, RunningDesktop, free_port, running_desktop

WITHIN_S = 30
LOST = ReportLostPage(agent=AgentId("anna"))
REGISTER = (
    "REGISTER sip:127.0.0.1 SIP/2.0\r\n"
    'Authorization: Digest username="{name}", realm="asterisk", nonce="n", uri="sip:127.0.0.1", response="x"'
    "\r\n\r\n"
)


@dataclass
class Exchange:
    """Stands in for Asterisk's WebSocket: keeps what comes, and can say something itself."""

    heard: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("sip",))
        await socket.prepare(request)
        assert socket.ws_protocol == "sip"
        self.sockets.append(socket)
        async for message in socket:
            assert message.type is WSMsgType.TEXT
            await self.heard.put(message.data)
        return socket

    async def next(self) -> str:
        return await asyncio.wait_for(self.heard.get(), WITHIN_S)


@pytest.fixture
async def exchange() -> AsyncIterator[tuple[Exchange, int]]:
    one, port = Exchange(), free_port()
    app = web.Application()
    app.router.add_get("/ws", one.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield one, port
    await runner.cleanup()


@pytest.fixture
async def desktop(tmp_path: Path, exchange: tuple[Exchange, int]) -> AsyncIterator[RunningDesktop]:
    port = str(exchange[1])
    async with running_desktop(tmp_path, ASTERISK__HTTP_PORT=port, ASTERISK__PHONE_SECRET="m") as running:
        yield running


@asynccontextmanager
async def line_of(client: Client) -> AsyncIterator[ClientWebSocketResponse]:
    address = f"{client.origin}/api/v1/me/phone"
    async with client.http.ws_connect(address, protocols=("sip",), autoping=True) as socket:
        assert socket.protocol == "sip"
        yield socket


async def closed(socket: ClientWebSocketResponse) -> int | None:
    while not socket.closed:
        await socket.receive(timeout=WITHIN_S)
    return socket.close_code


async def lost(desktop: RunningDesktop, times: int) -> None:
    async with asyncio.timeout(WITHIN_S):
        while desktop.acd.controlled.count(LOST) < times:
            desktop.acd.told.clear()
            await desktop.acd.told.wait()


async def test_a_line_carries_sip_both_ways_and_signs_for_its_agent(
    desktop: RunningDesktop, exchange: tuple[Exchange, int]
) -> None:
    asterisk, _ = exchange
    async with line_of(await desktop.signed_in("anna")) as page:
        await page.send_str(REGISTER.format(name="2001-web"))
        passed = await asterisk.next()
        assert 'username="2001-web"' in passed
        assert 'response="x"' not in passed
        await asterisk.sockets[0].send_str("OPTIONS sip:x SIP/2.0\r\n\r\n")
        assert (await page.receive_str(timeout=WITHIN_S)).startswith("OPTIONS")
    await lost(desktop, 1)


async def test_a_page_hears_that_its_line_is_alive(desktop: RunningDesktop) -> None:
    async with line_of(await desktop.signed_in("anna")) as page:
        await page.send_str("\r\n\r\n")
        assert await page.receive_str(timeout=WITHIN_S) == "\r\n"
        await page.send_str("\r\n")


@pytest.mark.parametrize("message", [REGISTER.format(name="2002-web"), "GET / HTTP/1.1\r\n\r\n"])
async def test_what_no_phone_sends_ends_the_line(
    desktop: RunningDesktop, exchange: tuple[Exchange, int], message: str
) -> None:
    async with line_of(await desktop.signed_in("anna")) as page:
        await page.send_str(message)
        assert await closed(page) == CLOSE_NONSENSE
    assert exchange[0].heard.empty()


async def test_a_newer_page_takes_the_phone_over_and_nothing_is_lost(desktop: RunningDesktop) -> None:
    anna = await desktop.signed_in("anna")
    async with line_of(anna) as first, line_of(anna) as second:
        assert await closed(first) == CLOSE_TAKEN_OVER
        assert LOST not in desktop.acd.controlled
        await second.close()
        await lost(desktop, 1)
    assert desktop.acd.controlled == [LOST]


async def test_the_line_ends_with_the_session(desktop: RunningDesktop) -> None:
    anna = await desktop.signed_in("anna")
    async with line_of(anna) as page:
        assert (await anna.ask("DELETE", "/api/v1/session"))[0].status == 204
        assert await closed(page) == CLOSE_SIGNED_OUT


async def test_an_asterisk_that_goes_ends_the_line(
    desktop: RunningDesktop, exchange: tuple[Exchange, int]
) -> None:
    async with line_of(await desktop.signed_in("anna")) as page:
        await page.send_str(REGISTER.format(name="2001-web"))
        await exchange[0].next()
        await exchange[0].sockets[0].close()
        assert await closed(page) == CLOSE_NO_ASTERISK


async def test_without_an_asterisk_the_line_is_closed_at_once(tmp_path: Path) -> None:
    port = str(free_port())
    async with (
        running_desktop(tmp_path, ASTERISK__HTTP_PORT=port, ASTERISK__PHONE_SECRET="m") as running,
        line_of(await running.signed_in("anna")) as page,
    ):
        assert await closed(page) == CLOSE_NO_ASTERISK


async def test_only_who_has_a_phone_has_a_line_and_only_where_the_city_wants_it(
    desktop: RunningDesktop, tmp_path: Path
) -> None:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    upgrade["Sec-WebSocket-Key"] = "dGhlIHNhbXBsZSBub25jZQ=="
    for login, status in (("admin", 409), ("", 401)):
        client = await desktop.signed_in(login) if login else desktop.client()
        assert (await client.ask("GET", "/api/v1/me/phone", headers=upgrade))[0].status == status
    anna = await desktop.signed_in("anna")
    assert (await anna.ask("GET", "/api/v1/me/phone"))[0].status == 426
    foreign = {**upgrade, "Origin": "https://elsewhere.example"}
    assert (await anna.ask("GET", "/api/v1/me/phone", headers=foreign))[0].status == 403
    (tmp_path / "other").mkdir()
    async with running_desktop(tmp_path / "other") as without:
        bartek = await without.signed_in("bartek")
        answer, problem = await bartek.ask("GET", "/api/v1/me/phone", headers=upgrade)
        assert (answer.status, problem["code"]) == (503, "no_lines")
