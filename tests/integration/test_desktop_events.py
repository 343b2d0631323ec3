"""The event stream: who is told what, in which order, and how a broken stream comes back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientWebSocketResponse, WSMsgType

from agent_desktop.sockets import CLOSE_NONSENSE, CLOSE_SIGNED_OUT
from contact.ids import AgentId, CallId
from contact.states import OfferState
from tests.fakes.roles import CALLER
from tests.integration.desktop_server import Client, RunningDesktop

CALL = CallId("1763800000.5")
ANNA = AgentId("anna")


class Stream:
    """The frames of one stream, checked for gaps as they come."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.seq = 0

    async def next(self) -> dict[str, Any]:
        frame: dict[str, Any] = await self.socket.receive_json(timeout=60)
        assert frame["seq"] == self.seq + 1
        self.seq = frame["seq"]
        return frame

    async def until(self, kind: str, **wanted: Any) -> dict[str, Any]:
        while True:
            frame = await self.next()
            if frame["type"] == kind and all(frame.get(name) == value for name, value in wanted.items()):
                return frame

    async def until_table(self, table: str, key: str) -> dict[str, Any]:
        while True:
            frame = await self.next()
            if key in frame.get(table, {}):
                row: dict[str, Any] = frame[table][key]
                return row


@asynccontextmanager
async def stream_of(client: Client) -> AsyncIterator[Stream]:
    async with client.http.ws_connect(f"{client.origin}/api/v1/events") as socket:
        yield Stream(socket)


async def test_a_stream_begins_with_everything_and_goes_on_with_differences(desktop: RunningDesktop) -> None:
    async with stream_of(await desktop.signed_in("sylwia")) as stream:
        snapshot = await stream.next()
        assert snapshot["type"] == "snapshot"
        assert set(snapshot["queues"]) == {"transport", "roads", "waste", "animals", "general"}
        assert set(snapshot["agents"]) == {"anna", "bartek", "celina"}
        desktop.acd.wait(CALL)
        row = await stream.until_table("queues", "roads")
        assert set(row) == {"waiting", "oldest_joined_at"}
        assert row["waiting"] == 1


async def test_the_pop_reaches_the_offered_agent_and_nobody_else(desktop: RunningDesktop) -> None:
    desktop.bridge.remember()
    anna, bartek = await desktop.signed_in("anna"), await desktop.signed_in("bartek")
    sylwia = await desktop.signed_in("sylwia")
    async with stream_of(anna) as hers, stream_of(bartek) as his, stream_of(sylwia) as board:
        desktop.acd.wait(CALL, waited_s=38)
        desktop.acd.offer(CALL, ANNA)
        pop = await hers.until("offer", state="pending", history_state="complete")
        assert (pop["caller"], pop["queue"], pop["language"]) == (CALLER, "roads", "pl")
        assert pop["path_words"][0]["en"] == "Roads and infrastructure"
        assert [one["number"] for one in pop["history"]["open_cases"]] == ["4711/26"]
        desktop.acd.connect(CALL)
        await hers.until("offer", state="accepted")
        desktop.acd.release(CALL)
        await hers.until("offer", state="released")
        for other in (his, board):
            seen = ""
            while '"wrap_up"' not in seen:
                message = await other.socket.receive(timeout=60)
                seen = message.data
                assert '"type":"offer"' not in seen
                assert CALLER not in seen


async def test_an_offer_that_ends_takes_its_pop_away(desktop: RunningDesktop) -> None:
    async with stream_of(await desktop.signed_in("anna")) as stream:
        desktop.acd.wait(CALL)
        desktop.acd.offer(CALL, ANNA)
        await stream.until("offer", state="pending")
        desktop.acd.end_offer(CALL, OfferState.RESCINDED)
        await stream.until("offer", state="rescinded")
    async with stream_of(await desktop.signed_in("anna")) as stream:
        assert (await stream.next())["offer"] is None


async def test_a_page_that_reloads_in_a_call_gets_its_pop_again(desktop: RunningDesktop) -> None:
    anna = await desktop.signed_in("anna")
    desktop.acd.wait(CALL)
    desktop.acd.offer(CALL, ANNA)
    async with stream_of(anna) as stream:
        assert (await stream.next())["offer"]["state"] == "pending"
    desktop.acd.connect(CALL)
    async with stream_of(anna) as stream:
        snapshot = await stream.next()
        assert (snapshot["offer"]["state"], snapshot["offer"]["caller"]) == ("accepted", CALLER)
        assert snapshot["me"]["agent"]["state"] == "talking"


async def test_a_gap_is_mended_by_a_new_snapshot(desktop: RunningDesktop) -> None:
    async with stream_of(await desktop.signed_in("anna")) as stream:
        await stream.next()
        await stream.socket.send_json({"type": "snapshot"})
        assert (await stream.until("snapshot"))["queues"]


async def test_a_quiet_stream_still_beats(desktop: RunningDesktop) -> None:
    async with stream_of(await desktop.signed_in("anna")) as stream:
        await stream.next()
        beats = [await stream.next() for _ in range(2)]
        assert [one["type"] for one in beats] == ["patch", "patch"]


async def test_nonsense_from_the_other_side_closes_the_stream(desktop: RunningDesktop) -> None:
    async with stream_of(await desktop.signed_in("anna")) as stream:
        await stream.socket.send_str("[1")
        await closed(stream, CLOSE_NONSENSE)


async def test_signing_out_closes_the_streams_of_the_session(desktop: RunningDesktop) -> None:
    anna = await desktop.signed_in("anna")
    async with stream_of(anna) as stream:
        await anna.ask("DELETE", "/api/v1/session")
        await closed(stream, CLOSE_SIGNED_OUT)


async def test_routing_that_stops_answering_is_said(desktop: RunningDesktop) -> None:
    async with stream_of(await desktop.signed_in("anna")) as stream:
        assert (await stream.next())["routing_up"] is True
        desktop.acd.up = False
        await stream.until("patch", routing_up=False)
        desktop.acd.up = True
        await stream.until("patch", routing_up=True)


async def closed(stream: Stream, code: int) -> None:
    while (await stream.socket.receive(timeout=60)).type is not WSMsgType.CLOSE:
        pass
    assert stream.socket.close_code == code


async def test_the_pop_says_that_the_caller_is_on_hold(desktop: RunningDesktop) -> None:
    anna = await desktop.signed_in("anna")
    async with stream_of(anna) as stream:
        desktop.acd.wait(CALL)
        desktop.acd.offer(CALL, ANNA)
        desktop.acd.connect(CALL)
        await stream.until("offer", state=OfferState.ACCEPTED.value)
        await anna.ask("POST", f"/api/v1/calls/{CALL}/hold")
        held = await stream.until("offer", awaited=False)
        while held["held_at"] is None:
            held = await stream.until("offer")
        await anna.ask("POST", f"/api/v1/calls/{CALL}/resume")
        assert (await stream.until("offer"))["held_at"] is None
