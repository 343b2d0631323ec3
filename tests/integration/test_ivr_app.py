"""The IVR as a role, spoken to by a socket in Asterisk's place."""

import asyncio
import shutil
from pathlib import Path

import pytest

from contact.events import NodeVisited
from contact.policy_requests import CheckQueueNeeds
from ivr.adapters.flow_file import FlowError
from ivr.app import IvrApp
from ivr.errors import IvrError
from runtime.bus import MemoryBus
from runtime.clock import SystemClock
from runtime.config import Agi, Runtime, Settings
from tests.e2e.ports import free_port

CITY = Path(__file__).parents[2] / "config" / "warszawa"
HEADER = b"agi_network_script: entry\nagi_uniqueid: 7.1\nagi_callerid: 600100200\n\n"
PLAYED = b"200 result=0 endpos=800\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(city_dir=CITY, runtime=Runtime(state_dir=tmp_path / "var"), agi=Agi(port=free_port()))


def app(settings: Settings, bus: MemoryBus | None = None) -> IvrApp:
    shared = settings.state_dir.parents[1] / "prompt-cache"
    return IvrApp(settings=settings, bus=bus or MemoryBus(), clock=SystemClock(), cache=shared)


def reply_to(line: bytes, keys: list[bytes]) -> bytes:
    if line.startswith((b"STREAM FILE", b"GET OPTION")):
        return keys.pop(0) if keys else PLAYED
    return b"200 result=0\n" if line.startswith(b"GET VARIABLE") else b"200 result=1\n"


async def converse(port: int, *keys: bytes) -> list[str]:
    """Be Asterisk for one call whose prompts end with `keys`; return the commands that came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEADER)
    commands, left = [], list(keys)
    async with asyncio.timeout(60):
        while line := await reader.readline():
            commands.append(line.decode().strip())
            writer.write(reply_to(line, left))
    writer.close()
    await writer.wait_closed()
    return commands


async def test_a_silent_caller_comes_to_the_general_queue(settings: Settings) -> None:
    bus = MemoryBus()
    visits: list[NodeVisited] = []
    bus.subscribe([NodeVisited], visits.append)
    ivr = app(settings, bus)
    await ivr.start()
    try:
        assert ivr.health() == {"fastagi": "ok", "prompts": "ok"}
        commands = await converse(ivr.port)
    finally:
        await ivr.stop()
    assert commands[-1].startswith('EXEC "MSet" "CENTRALA_QUEUE=general,')
    assert commands[-1].endswith(',CENTRALA_NEXT=queue"')
    assert 'EXEC "MSet" "CENTRALA_ATTACHED=1,CENTRALA_CALLER=+48600100200"' in commands
    assert [visit.ended_by for visit in visits] == ["done", "silence", "silence", "exhausted", "done", "done"]
    assert {visit.call for visit in visits} == {"7.1"}


async def test_the_files_that_are_played_are_there(settings: Settings) -> None:
    ivr = app(settings)
    await ivr.start()
    try:
        commands = await converse(ivr.port, PLAYED, b"200 result=57 endpos=80\n")
    finally:
        await ivr.stop()
    played = [line.split('"')[1] for line in commands if line.startswith(("STREAM", "GET OPTION"))]
    assert len(played) > 4
    assert all(Path(f"{file}.wav").is_file() for file in played)  # noqa: ASYNC240 - nothing else runs
    assert any("/en/" in file for file in played)


async def test_a_bad_flow_refuses_the_start_with_its_reason(settings: Settings, tmp_path: Path) -> None:
    city = tmp_path / "city"
    shutil.copytree(CITY, city)
    flow = city / "flows" / "19115.yaml"
    flow.write_text(flow.read_text().replace("queue: waste", "queue: wasted"))
    ivr = app(settings.model_copy(update={"city_dir": city}))
    with pytest.raises(FlowError, match=r"19115\.yaml:\d+: .*no queue `wasted`"):
        await ivr.start()
    assert ivr.health() == {"fastagi": "not listening", "prompts": "not made"}
    with pytest.raises(IvrError, match="not running"):
        _ = ivr.port
    await ivr.stop()


async def test_a_port_that_is_taken_refuses_the_start(settings: Settings) -> None:
    first, second = app(settings), app(settings)
    await first.start()
    try:
        with pytest.raises(OSError, match="address already in use"):
            await second.start()
    finally:
        await first.stop()
        await first.stop()


async def test_queues_that_need_what_the_ivr_has_not_are_named_before_they_are_written(
    settings: Settings,
) -> None:
    bus = MemoryBus()
    ivr = app(settings, bus)
    await ivr.start()
    try:
        for text, place in (
            ((CITY / "queues.toml").read_text(encoding="utf-8"), ""),
            ('[queue.roads]\ncomfort = { prompts = ["no_such"] }\n', "queue.roads.comfort.prompts"),
        ):
            verdict = await bus.request(CheckQueueNeeds(text=text))
            assert (verdict.place, bool(verdict.reason)) == (place, bool(place))
        assert (await bus.request(CheckQueueNeeds(text="[queue"))).reason
    finally:
        await ivr.stop()
