"""Our FastAGI server and a real Asterisk: usage texts, missing files, odd values, hang-up, cancellation."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from contact.ids import Language
from ivr.adapters.agi_actions import AgiPhone
from ivr.adapters.agi_connection import AgiConnection
from ivr.adapters.fastagi import FastAgiServer
from ivr.errors import AgiRefused, CallerHungUp
from ivr.flow.nodes import PromptId
from ivr.measure import IvrMeasures
from runtime.config import Settings
from tests.e2e.sip_caller import CallerLeg, Callers
from tests.integration.ami_asterisk import asterisk

Body = Callable[[AgiConnection], Awaitable[object]]
Result = Callable[[], Awaitable[object]]
SOON_S = 60.0


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with asterisk(tmp_path_factory.mktemp("fastagi")) as settings:
        yield settings


@asynccontextmanager
async def called(settings: Settings, folder: Path, body: Body) -> AsyncIterator[tuple[CallerLeg, Result]]:
    """Place one call whose script is `body`; give its leg and a way to wait for what `body` returned."""
    ended: asyncio.Queue[object] = asyncio.Queue()

    async def entry(connection: AgiConnection) -> None:
        ended.put_nowait(await body(connection))
        await connection.command("SET VARIABLE", "CENTRALA_NEXT", "hangup")

    async def result() -> object:
        async with asyncio.timeout(SOON_S):
            return await ended.get()

    server = FastAgiServer(
        host=settings.agi.host,
        port=settings.agi.port,
        allow=settings.agi.allow,
        connections_max=10,
        header_timeout_s=SOON_S,
        command_timeout_s=SOON_S,
        measures=IvrMeasures(),
    )
    server.add_route("entry", entry)
    await server.start()
    try:
        with Callers(sip_port=settings.sip.port, folder=folder, numbers=["+48600100200"]) as callers:
            yield callers.legs[0], result
    finally:
        await server.stop()


async def test_a_malformed_command_is_refused_and_the_next_one_is_in_step(
    instance: Settings, tmp_path: Path
) -> None:
    async def body(connection: AgiConnection) -> object:
        refusals = []
        for words in (("STREAM FILE",), ("NO SUCH COMMAND",), ("SET VARIABLE", "A")):
            with pytest.raises(AgiRefused) as caught:
                await connection.command(*words)
            refusals.append(str(caught.value))
        await connection.command("SET VARIABLE", "A", "1")
        return refusals, (await connection.command("GET VARIABLE", "A")).data

    async with called(instance, tmp_path, body) as (_, result):
        refusals, value = await result()  # type: ignore[misc]
        assert [": 520" in refusals[0], ": 510" in refusals[1], ": 520" in refusals[2]] == [True] * 3
        assert value == "1"


async def test_odd_values_arrive_as_they_are(instance: Settings, tmp_path: Path) -> None:
    odd = 'Łódź "x" \\ ${EXTEN} $[1+1] a;b=c,d (e) %0A'

    async def body(connection: AgiConnection) -> object:
        await connection.command("SET VARIABLE", "A", odd)
        return (await connection.command("GET VARIABLE", "A")).data

    async with called(instance, tmp_path, body) as (_, result):
        assert await result() == odd


async def test_variables_that_are_set_together_arrive_as_they_are(instance: Settings, tmp_path: Path) -> None:
    values = (
        ("A", "roads%3E%3D40%20%26%20pl"),
        ("B", ""),
        ("CHANNEL(language)", "en"),
        ("C", "+48600100200"),
    )

    async def body(connection: AgiConnection) -> object:
        phone = AgiPhone(connection, prompts=tmp_path, measures=IvrMeasures(CollectorRegistry()))
        await phone.set_variables(values)
        return tuple([(name, await phone.get_variable(name)) for name, _ in values])

    async with called(instance, tmp_path, body) as (_, result):
        assert await result() == values


async def test_a_prompt_that_is_missing_does_not_end_the_call(instance: Settings, tmp_path: Path) -> None:
    registry = CollectorRegistry()
    measures = IvrMeasures(registry)

    async def body(connection: AgiConnection) -> object:
        phone = AgiPhone(connection, prompts=tmp_path, measures=measures)
        missing = (PromptId("missing"),)
        for wait_s in (0.0, 0.5):
            assert await phone.play(missing, language=Language("pl"), keys="1", wait_s=wait_s) == ""
        return await phone.get_variable("CALL_ID")

    async with called(instance, tmp_path, body) as (_, result):
        assert await result()
        assert registry.get_sample_value("centrala_ivr_prompts_unplayed_total") == 2


async def test_a_caller_who_hangs_up_ends_the_command_that_waits(instance: Settings, tmp_path: Path) -> None:
    async def body(connection: AgiConnection) -> object:
        phone = AgiPhone(connection, prompts=tmp_path, measures=IvrMeasures())
        try:
            await phone.play((), language=Language("pl"), keys="1", wait_s=20.0)
        except CallerHungUp:
            return "hung up"
        return "nothing"

    async with called(instance, tmp_path, body) as (leg, result):
        await asyncio.to_thread(leg.wait, "answered")
        await asyncio.sleep(0.3)
        await asyncio.to_thread(leg.hang_up)
        assert await result() == "hung up"
