"""Boards on the wall over HTTP: who may make them, what an address gives, and what ends it."""

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError

from agent_desktop.sockets import CLOSE_NONSENSE, CLOSE_SIGNED_OUT
from contact.ids import AgentId, CallId
from tests.integration.desktop_server import RunningDesktop

CALL = CallId("1763800000.9")


async def test_only_supervisors_and_administrators_make_and_revoke_boards(desktop: RunningDesktop) -> None:
    sylwia, anna = await desktop.signed_in("sylwia"), await desktop.signed_in("anna")
    answer, made = await sylwia.ask("POST", "/api/v1/tv-boards", {"name": "Sala 2"})
    assert (answer.status, made["name"], made["created_by"]) == (201, "Sala 2", "sylwia")
    listed = (await sylwia.ask("GET", "/api/v1/tv-boards"))[1]
    assert [one["id"] for one in listed] == [made["id"]]
    assert "path" not in listed[0]
    for method, path, body in (
        ("GET", "/api/v1/tv-boards", None),
        ("POST", "/api/v1/tv-boards", {"name": "Anna"}),
        ("PUT", f"/api/v1/tv-boards/{made['id']}", {"revoked": True}),
    ):
        assert (await anna.ask(method, path, body))[0].status == 403
        assert (await desktop.client().ask(method, path, body))[0].status == 401
    assert (await sylwia.ask("PUT", "/api/v1/tv-boards/none", {"revoked": True}))[0].status == 404
    assert (await sylwia.ask("POST", "/api/v1/tv-boards", {"name": ""}))[0].status == 422


async def test_an_address_works_without_a_sign_in_until_it_is_revoked(
    desktop: RunningDesktop,
) -> None:
    sylwia, stranger = await desktop.signed_in("sylwia"), desktop.client()
    made = (await sylwia.ask("POST", "/api/v1/tv-boards", {"name": "Sala 2"}))[1]
    path = made["path"]
    page = (await stranger.ask("GET", path))[0]
    assert (page.status, page.headers["Referrer-Policy"]) == (200, "same-origin")
    desktop.acd.wait(CALL)
    desktop.acd.offer(CALL, AgentId("anna"))
    async with stranger.http.ws_connect(desktop.origin + path + "/events") as stream:
        first = await stream.receive()
        snapshot = first.json()
        assert snapshot["queues"]["roads"]["waiting"] == 1
        assert (snapshot["agents"], snapshot["calls"], "me" in snapshot) == ({}, {}, False)
        assert "anna" not in first.data
        await sylwia.ask("PUT", f"/api/v1/tv-boards/{made['id']}", {"revoked": True})
        while (message := await stream.receive()).type is WSMsgType.TEXT:
            pass
        assert (message.type, stream.close_code) == (WSMsgType.CLOSE, CLOSE_SIGNED_OUT)
    assert (await stranger.ask("GET", path))[0].status == 404
    with pytest.raises(WSServerHandshakeError, match="404"):
        await stranger.http.ws_connect(desktop.origin + path + "/events")
    await sylwia.ask("PUT", f"/api/v1/tv-boards/{made['id']}", {"revoked": False})
    assert (await stranger.ask("GET", path))[0].status == 200
    assert (await stranger.ask("GET", "/tv/" + "x" * 32))[0].status == 404
    audit = await desktop.app._audit.newest()
    actions = [one.action for one in audit if one.action.startswith("tv_board")]
    assert actions == ["tv_board.restored", "tv_board.revoked", "tv_board.made"]


async def test_a_board_cannot_speak_for_a_consultant(desktop: RunningDesktop) -> None:
    sylwia, stranger = await desktop.signed_in("sylwia"), desktop.client()
    made = (await sylwia.ask("POST", "/api/v1/tv-boards", {"name": "Sala 2"}))[1]
    async with stranger.http.ws_connect(desktop.origin + made["path"] + "/events") as stream:
        await stream.send_json({"type": "paints"})
        while (await stream.receive()).type is WSMsgType.TEXT:
            pass
        assert stream.close_code == CLOSE_NONSENSE
    foreign = {"Origin": "https://elsewhere.example"}
    with pytest.raises(WSServerHandshakeError, match="403"):
        await stranger.http.ws_connect(desktop.origin + made["path"] + "/events", headers=foreign)


async def test_the_store_keeps_no_token(desktop: RunningDesktop) -> None:
    sylwia = await desktop.signed_in("sylwia")
    made = (await sylwia.ask("POST", "/api/v1/tv-boards", {"name": "Sala 2"}))[1]
    token = made["path"].removeprefix("/tv/")
    stored = b"".join(file.read_bytes() for file in desktop.settings.state_dir.rglob("*") if file.is_file())
    assert made["id"].encode() in stored
    assert token.encode() not in stored
