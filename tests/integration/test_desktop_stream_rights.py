"""The event stream by role: what each may be told in a whole call, and what ends a stream."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from agent_desktop.alert import AlertKind
from agent_desktop.sockets import CLOSE_NONSENSE, CLOSE_SIGNED_OUT
from contact.ids import AgentId, CallId, QueueId
from tests.fakes.roles import CALLER
from tests.integration.desktop_server import Client, RunningDesktop, running_desktop

CALL = CallId("1763800000.5")
ANNA = AgentId("anna")
MASKED = "+48600***200"
WITHIN_S = 60
NAMES = ("anna", "bartek", "celina", "Kowalska")


async def everything(socket: ClientWebSocketResponse, until: Callable[[dict[str, Any]], bool]) -> str:
    """Return all that a stream says up to the frame that is waited for."""
    heard = ""
    while True:
        message = await socket.receive(timeout=WITHIN_S)
        assert message.type is WSMsgType.TEXT
        heard += message.data
        if until(json.loads(message.data)):
            return heard


def wraps_up(frame: dict[str, Any]) -> bool:
    """Tell whether the queue's row says that somebody wraps up: the last that the call changes."""
    queue = frame.get("queues", {}).get("roads", {})
    return bool(queue.get("agents", {}).get("wrap_up"))


async def test_each_is_told_of_a_call_what_is_theirs(desktop: RunningDesktop) -> None:
    desktop.bridge.remember()
    sylwia = await desktop.signed_in("sylwia")
    made = (await sylwia.ask("POST", "/api/v1/tv-boards", {"name": "Sala 2"}))[1]
    people = {login: await desktop.signed_in(login) for login in ("anna", "bartek", "admin")}
    async with AsyncExitStack() as streams:

        async def listening(http: ClientSession, path: str) -> ClientWebSocketResponse:
            socket = await http.ws_connect(desktop.origin + path)
            streams.push_async_callback(socket.close)
            return socket

        sockets = {login: await listening(one.http, "/api/v1/events") for login, one in people.items()}
        sockets["sylwia"] = await listening(sylwia.http, "/api/v1/events")
        sockets["tv"] = await listening(desktop.client().http, f"{made['path']}/events")
        desktop.acd.wait(CALL, waited_s=500.0)
        desktop.app._feed.alerts.judge({(AlertKind.LONGEST_WAIT, QueueId("roads")): 500.0}, 1.0)
        desktop.acd.offer(CALL, ANNA)
        await everything(sockets["anna"], lambda frame: frame.get("history_state") == "complete")
        desktop.acd.connect(CALL)
        desktop.acd.release(CALL)
        heard = {name: await everything(socket, wraps_up) for name, socket in sockets.items()}
    for name, text in heard.items():
        assert (CALLER in text) == (name == "anna"), name
        assert ('"type":"offer"' in text) == (name == "anna"), name
        assert (MASKED in text) == (name in {"sylwia", "admin"}), name
        assert ('"longest_wait:roads"' in text) == (name in {"sylwia", "admin", "tv"}), name
        assert ('"slots":{"roads/' in text) == (name in {"sylwia", "admin", "tv"}), name
    assert not [one for one in (*NAMES, CALL, "+48", "requirement") if one in heard["tv"]]


async def test_only_a_consultants_page_speaks_of_offers(desktop: RunningDesktop) -> None:
    for login in ("sylwia", "admin"):
        client = await desktop.signed_in(login)
        for said in ({"type": "paints"}, {"type": "painted", "offer": "o-1"}):
            async with client.http.ws_connect(f"{client.origin}/api/v1/events") as socket:
                await socket.send_json(said)
                assert await closed(socket) == CLOSE_NONSENSE, (login, said)


async def closed(socket: ClientWebSocketResponse) -> int | None:
    while (await socket.receive(timeout=WITHIN_S)).type is WSMsgType.TEXT:
        pass
    return socket.close_code


async def test_a_stream_ends_with_the_longest_time_of_its_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent_desktop.sockets.SESSION_CHECK_S", 0.1)
    async with running_desktop(tmp_path, DESKTOP__SESSION_MAX_S="2") as desktop:
        anna = await desktop.signed_in("anna")
        async with anna.http.ws_connect(f"{anna.origin}/api/v1/events") as socket:
            assert await closed(socket) == CLOSE_SIGNED_OUT
        assert (await anna.ask("GET", "/api/v1/me"))[0].status == 401
        with pytest.raises(WSServerHandshakeError, match="401"):
            await anna.http.ws_connect(f"{anna.origin}/api/v1/events")


CHANGES = {
    "another role": {"role": "supervisor"},
    "closed": {"active": False},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_whoever_gets_another_role_or_is_shut_out_sees_nothing_more_by_the_old_one(
    desktop: RunningDesktop, change: dict[str, Any]
) -> None:
    admin, anna = await desktop.signed_in("admin"), await desktop.signed_in("anna")
    body = {"name": "Anna Kowalska", "role": "agent", "extension": "2001", "skills": {"pl": 90}}
    async with anna.http.ws_connect(f"{anna.origin}/api/v1/events") as socket:
        await socket.receive(timeout=WITHIN_S)
        assert (await admin.ask("PUT", "/api/v1/accounts/anna", body | {"name": "Anna K."}))[0].status == 200
        assert not socket.closed
        assert (await admin.ask("PUT", "/api/v1/accounts/anna", body | change))[0].status == 200
        async with asyncio.timeout(5):
            assert await closed(socket) == CLOSE_SIGNED_OUT
    assert (await anna.ask("GET", "/api/v1/me"))[0].status == 401


async def refused(opening: Callable[[], Awaitable[object]]) -> None:
    with pytest.raises(WSServerHandshakeError, match="403"):
        await opening()


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_no_stream_is_opened_from_another_site(desktop: RunningDesktop, origin: str) -> None:
    sylwia: Client = await desktop.signed_in("sylwia")
    board = (await sylwia.ask("POST", "/api/v1/tv-boards", {"name": "Sala 2"}))[1]["path"]
    headers = {"Origin": origin}
    for path in ("/api/v1/events", f"{board}/events"):
        await refused(lambda path=path: sylwia.http.ws_connect(desktop.origin + path, headers=headers))
    anna = await desktop.signed_in("anna")
    await refused(lambda: anna.http.ws_connect(f"{desktop.origin}/api/v1/me/phone", headers=headers))
