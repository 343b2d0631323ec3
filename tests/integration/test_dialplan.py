"""Calls through the rendered dialplan on a real Asterisk, with scripts of our own at the other end."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

from runtime.config import Settings
from tests.integration.asterisk_instance import SECRET, Manager, call, log_of, register, rendered, settings_in

EXPECTED = re.compile("res_agi|emergency_demo|no configured AORs")
"""Warnings that these tests provoke: no script server, no prompts, a register for no phone of ours."""


@contextlib.asynccontextmanager
async def scripts(settings: Settings, *runs: dict[str, str] | None) -> AsyncIterator[list[dict[str, str]]]:
    """Serve FastAGI: the nth call of a script sets the nth variables; None cuts the line. Yields headers."""
    asked: list[dict[str, str]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            lines = (await reader.readuntil(b"\n\n")).decode().splitlines()
            asked.append(dict(line.split(": ", 1) for line in lines if ": " in line))
            for name, value in (runs[min(len(asked), len(runs)) - 1] or {}).items():
                writer.write(f'SET VARIABLE {name} "{value}"\n'.encode())
                await reader.readline()
        finally:
            writer.close()
            await writer.wait_closed()

    server = await asyncio.start_server(serve, settings.agi.host, settings.agi.port)
    async with server:
        yield asked


@contextlib.asynccontextmanager
async def running(folder: Path, *, fallback_after_s: float = 60) -> AsyncIterator[tuple[Settings, Manager]]:
    settings = settings_in(folder, fallback_after_s=fallback_after_s)
    asterisk = rendered(settings)
    await asterisk.start()
    try:
        async with Manager.of(settings) as manager:
            yield settings, manager
        assert [line for line in log_of(asterisk) if not EXPECTED.search(line)] == []
    finally:
        await asterisk.stop()


async def test_caller_without_any_controller_reaches_the_static_queue(tmp_path: Path) -> None:
    async with running(tmp_path, fallback_after_s=2) as (settings, manager), call(settings, tmp_path):
        arrived = await manager.user_event("CallArrived")
        assert (arrived["Caller"], arrived["Dialled"]) == ("+48600100200", "19115")
        assert arrived["CallId"] == arrived["Linkedid"] == arrived["Uniqueid"]
        diverted = await manager.user_event("CallDiverted")
        assert (diverted["CallId"], diverted["Outcome"]) == (arrived["CallId"], "fallback")
        assert diverted["Context"] == "fallback"


async def test_caller_is_told_nothing_but_the_truth_about_an_odd_number(tmp_path: Path) -> None:
    async with running(tmp_path) as (settings, manager):
        async with call(settings, tmp_path, caller="12%2CQueue%3A%20roads"):
            arrived = await manager.user_event("CallArrived")
        assert arrived.get("Caller", "") == ""
        assert "Queue" not in arrived


async def test_script_that_queues_leads_to_the_wait_with_all_it_said(tmp_path: Path) -> None:
    said = {
        "CENTRALA_QUEUE": "roads",
        "CENTRALA_REQUIREMENT": "pl%26roads%3E%3D40",
        "CENTRALA_PRIORITY": "5",
        "CENTRALA_LANGUAGE": "pl",
        "CENTRALA_PATH": "menu%3D2%3Bsub%3D1",
        "CENTRALA_TOPIC": "pothole",
        "CENTRALA_NEXT": "queue",
    }
    async with running(tmp_path) as (settings, manager), scripts(settings, said), call(settings, tmp_path):
        queued = await manager.user_event("CallQueued")
    assert queued["CallId"] == queued["Linkedid"]
    assert (queued["Queue"], queued["Topic"], queued["Priority"]) == ("roads", "pothole", "5")
    assert (queued["Requirement"], queued["Path"]) == ("pl%26roads%3E%3D40", "menu%3D2%3Bsub%3D1")
    assert (queued["Language"], queued["Caller"]) == ("pl", "+48600100200")
    assert re.fullmatch(r"\d{10}\.\d{3}", queued["JoinedAt"])
    assert queued["Context"] == "wait"


async def test_waiting_caller_without_a_heartbeat_falls_back_and_keeps_the_call(tmp_path: Path) -> None:
    queue = {"CENTRALA_QUEUE": "roads", "CENTRALA_NEXT": "queue"}
    async with (
        running(tmp_path, fallback_after_s=2) as (settings, manager),
        scripts(settings, queue),
        call(settings, tmp_path) as caller,
    ):
        queued = await manager.user_event("CallQueued")
        diverted = await manager.user_event("CallDiverted")
        assert diverted["CallId"] == queued["CallId"]
        assert caller.returncode is None


async def test_waiting_caller_with_a_heartbeat_stays(tmp_path: Path) -> None:
    queue = {"CENTRALA_QUEUE": "roads", "CENTRALA_NEXT": "queue"}
    async with (
        running(tmp_path, fallback_after_s=2) as (settings, manager),
        scripts(settings, queue),
        call(settings, tmp_path),
    ):
        queued = await manager.user_event("CallQueued")
        # A heartbeat well ahead of the clock stands for a controller that goes on beating.
        far = str(int(float(queued["JoinedAt"])) + 3600)
        await manager.act(Action="Setvar", Variable="CENTRALA_BEAT", Value=far)
        await asyncio.sleep(4)
        status = await manager.act(Action="Status", ActionID="still")
        assert status["Response"] == "Success"
        channel = await manager.until(lambda message: message.get("Event") == "Status")
        assert channel["Context"] == "wait"
        assert not any(message.get("UserEvent") == "CallDiverted" for message in manager.seen)


async def test_script_that_was_cut_short_is_run_again(tmp_path: Path) -> None:
    async with (
        running(tmp_path) as (settings, manager),
        scripts(settings, None, None, {"CENTRALA_QUEUE": "roads", "CENTRALA_NEXT": "queue"}) as asked,
        call(settings, tmp_path),
    ):
        queued = await manager.user_event("CallQueued")
        assert len(asked) == 3
        assert {one["agi_uniqueid"] for one in asked} == {queued["CallId"]}
        assert asked[0]["agi_network_script"] == "entry"


async def test_script_that_never_finishes_ends_in_the_static_queue(tmp_path: Path) -> None:
    async with (
        running(tmp_path) as (settings, manager),
        scripts(settings, None) as asked,
        call(settings, tmp_path),
    ):
        await manager.user_event("CallDiverted")
        assert len(asked) == 5


async def test_script_that_hangs_up_ends_the_call(tmp_path: Path) -> None:
    async with (
        running(tmp_path) as (settings, manager),
        scripts(settings, {"CENTRALA_NEXT": "hangup"}),
        call(settings, tmp_path) as caller,
    ):
        hung_up = await manager.until(lambda message: message.get("Event") == "Hangup")
        assert hung_up["Context"] == "from-trunk"
        assert await caller.wait() == 0


async def test_script_that_asks_for_emergency_is_obeyed_and_reported(tmp_path: Path) -> None:
    async with (
        running(tmp_path) as (settings, manager),
        scripts(settings, {"CENTRALA_NEXT": "emergency"}),
        call(settings, tmp_path) as caller,
    ):
        diverted = await manager.user_event("CallDiverted")
        assert (diverted["Outcome"], diverted["Destination"]) == ("emergency", "112")
        assert await caller.wait() == 0


async def test_phone_registers_with_its_secret_and_its_state_is_told(tmp_path: Path) -> None:
    async with running(tmp_path) as (settings, manager):
        assert await register(settings, tmp_path, secret=SECRET) == 0
        told = await manager.until(lambda message: message.get("Event") == "DeviceStateChange")
        assert (told["Device"], told["State"]) == ("PJSIP/2001", "NOT_INUSE")


async def test_phone_with_a_wrong_secret_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as (settings, manager):
        assert await register(settings, tmp_path, secret="wrong") != 0
        assert await register(settings, tmp_path, secret=SECRET, extension="2999") != 0
        await manager.act(Action="DeviceStateList")
        state = await manager.until(lambda message: message.get("Device") == "PJSIP/2001")
        assert state["State"] == "UNAVAILABLE"


async def test_number_that_is_not_ours_and_caller_who_claims_to_be_a_phone_are_refused(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as (settings, manager):
        async with call(settings, tmp_path, dialled="19116") as stranger:
            assert await stranger.wait() != 0
        async with call(settings, tmp_path, caller="2001") as pretender:
            assert await pretender.wait() != 0
        assert not any("UserEvent" in message for message in manager.seen)


async def test_manager_account_can_do_its_work_and_nothing_else(tmp_path: Path) -> None:
    async with running(tmp_path) as (_, manager):
        for refused in (
            {"Action": "Command", "Command": "core show version"},
            {"Action": "GetConfig", "Filename": "pjsip.conf"},
            {"Action": "Getvar", "Variable": "SHELL(id)"},
            {"Action": "DialplanExtensionAdd", "Context": "x", "Extension": "1", "Priority": "1"},
            {"Action": "ModuleLoad", "LoadType": "reload"},
        ):
            reply = await manager.act(**refused)
            assert reply["Response"] == "Error", refused
        reply = await manager.act(Action="Setvar", Variable="CENTRALA_BEAT", Value="1")
        assert reply["Response"] == "Success"
        assert any(message.get("Event") == "FullyBooted" for message in manager.seen) or (
            await manager.until(lambda message: message.get("Event") == "FullyBooted")
        )
