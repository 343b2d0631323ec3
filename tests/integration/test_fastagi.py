"""The FastAGI server against raw sockets: each fault of panoramisk's, and each limit, by name."""

import asyncio
import random
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from prometheus_client import CollectorRegistry

from ivr.adapters.agi_codec import Reply
from ivr.adapters.agi_connection import AgiConnection
from ivr.adapters.fastagi import FastAgiServer
from ivr.errors import (
    AgiError,
    AgiGone,
    AgiProtocolError,
    AgiRefused,
    AgiTimeout,
    CallerHungUp,
    ValueRefused,
)
from ivr.measure import IvrMeasures

HEADER = b"agi_network: yes\nagi_network_script: entry\nagi_uniqueid: 1.2\n\n"
SOON_S = 30.0


class Script:
    """An endpoint that runs what a test gives it, and keeps how it ended."""

    def __init__(self) -> None:
        self.body: Callable[[AgiConnection], Awaitable[object]] = self._noop
        self.ends: asyncio.Queue[object] = asyncio.Queue()

    async def entry(self, connection: AgiConnection) -> None:
        try:
            result: object = await self.body(connection)
        except BaseException as error:
            self.ends.put_nowait(error)
            raise
        self.ends.put_nowait(result)

    async def end(self) -> object:
        async with asyncio.timeout(SOON_S):
            return await self.ends.get()

    async def _noop(self, connection: AgiConnection) -> object:
        return await connection.command("NOOP")


class Bench:
    """A running server, its script and its metrics."""

    def __init__(self, **limits: object) -> None:
        self.registry = CollectorRegistry()
        self.script = Script()
        options = {
            "allow": ["127.0.0.0/8"],
            "connections_max": 50,
            "header_timeout_s": SOON_S,
            "command_timeout_s": SOON_S,
            **limits,
        }
        self.server = FastAgiServer(
            host="127.0.0.1",
            port=0,
            measures=IvrMeasures(self.registry),
            **options,  # type: ignore[arg-type]
        )
        self.server.add_route("entry", self.script.entry)

    def ended(self, how: str) -> float:
        value = self.registry.get_sample_value("centrala_fastagi_connections_ended_total", {"how": how})
        return value or 0.0

    @asynccontextmanager
    async def peer(
        self, opening: bytes = HEADER
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        try:
            writer.write(opening)
            yield reader, writer
        finally:
            writer.close()
            await asyncio.gather(writer.wait_closed(), return_exceptions=True)

    async def still_serves(self) -> bool:
        """Serve one ordinary call from end to end."""
        async with self.peer() as (reader, writer):
            line = await asyncio.wait_for(reader.readline(), SOON_S)
            writer.write(b"200 result=0\n")
            return line == b"NOOP\n" and await asyncio.wait_for(reader.read(), SOON_S) == b""


@asynccontextmanager
async def bench(**limits: object) -> AsyncIterator[Bench]:
    made = Bench(**limits)
    await made.server.start()
    try:
        yield made
    finally:
        await made.server.stop()


async def closed(reader: asyncio.StreamReader) -> bool:
    try:
        async with asyncio.timeout(SOON_S):
            while await reader.read(4096):
                pass
    except ConnectionError:
        pass
    return True


async def test_a_port_scan_leaves_the_service_up() -> None:
    async with bench(connections_max=500) as one:
        for turn in range(200):
            probe = socket.create_connection(("127.0.0.1", one.server.port))
            if turn % 2:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            probe.close()
        assert await one.still_serves()


async def test_half_a_header_is_given_up_when_its_deadline_passes() -> None:
    async with bench(header_timeout_s=0.05) as one:
        async with one.peer(b"agi_network: yes\nagi_requ") as (reader, _):
            assert await closed(reader)
        assert one.ended("not_agi") == 1
        assert await one.still_serves()


async def test_half_a_header_and_the_end_of_file_is_a_gone_peer() -> None:
    async with bench() as one:
        async with one.peer(b"agi_network: yes\n") as (reader, writer):
            writer.write_eof()
            assert await closed(reader)
        assert one.ended("gone") == 1


async def test_a_slow_loris_gets_no_more_time_by_sending_a_little() -> None:
    async with bench(header_timeout_s=0.2) as one, one.peer(b"") as (reader, writer):
        gone = asyncio.create_task(closed(reader))
        while not gone.done():
            writer.write(b"agi_x: 1\n")
            await asyncio.sleep(0.02)
        assert one.ended("not_agi") == 1


async def test_a_huge_line_is_cut_off() -> None:
    async with bench() as one:
        async with one.peer(b"agi_network: " + b"x" * 1_000_000) as (reader, _):
            assert await closed(reader)
        assert one.ended("not_agi") == 1
        assert await one.still_serves()


async def test_hundreds_of_random_strings_leave_the_service_up() -> None:
    source = random.Random(20_26)  # noqa: S311 - to be repeated, not to be secret
    async with bench() as one:
        for turn in range(400):
            opening = (HEADER if turn % 2 else b"") + source.randbytes(source.randrange(300)) + b"\n\n"
            async with one.peer(opening) as (reader, writer):
                writer.write_eof()
                assert await closed(reader)
        assert await one.still_serves()


async def test_a_hangup_in_mid_command_is_no_reply() -> None:
    async with bench() as one, one.peer() as (reader, writer):
        await reader.readline()
        writer.write(b"HANGUP\n")
        assert isinstance(await one.script.end(), CallerHungUp)
        assert await closed(reader)
        assert one.ended("hung_up") == 1


async def test_a_reply_after_the_hangup_is_nobodys() -> None:
    async def two(connection: AgiConnection) -> object:
        with pytest.raises(CallerHungUp):
            await connection.command("NOOP")
        await asyncio.sleep(0)
        with pytest.raises(CallerHungUp):
            await connection.command("NOOP")
        return connection.hung_up.is_set()

    async with bench() as one:
        one.script.body = two
        async with one.peer() as (reader, writer):
            await reader.readline()
            writer.write(b"HANGUP\n200 result=1\n200 result=-1\n")
            assert await one.script.end() is True
            assert await closed(reader)


async def test_a_reply_and_the_hangup_behind_it_are_told_apart() -> None:
    async with bench() as one, one.peer() as (reader, writer):
        await reader.readline()
        writer.write(b"200 result=-1\nHANGUP\n")
        assert await one.script.end() == Reply(code=200, result="-1", text="result=-1")


async def test_a_dead_channel_is_a_hangup() -> None:
    async with bench() as one, one.peer() as (reader, writer):
        await reader.readline()
        writer.write(b"511 Command Not Permitted on a dead channel or intercept routine\n")
        assert isinstance(await one.script.end(), CallerHungUp)


async def test_a_usage_text_is_one_refusal_and_the_next_command_is_in_step() -> None:
    async def two(connection: AgiConnection) -> object:
        with pytest.raises(AgiRefused):
            await connection.command("STREAM FILE")
        return (await connection.command("GET VARIABLE", "A")).data

    async with bench() as one:
        one.script.body = two
        async with one.peer() as (reader, writer):
            await reader.readline()
            writer.write(b"520-Invalid command syntax.\nUsage: STREAM FILE <filename>\n520 End of usage.\n")
            assert await reader.readline() == b'GET VARIABLE "A"\n'
            writer.write(b"200 result=1 (b)\n")
            assert await one.script.end() == "b"


async def test_the_end_of_file_ends_the_call() -> None:
    async with bench() as one, one.peer() as (reader, writer):
        await reader.readline()
        writer.write_eof()
        assert isinstance(await one.script.end(), AgiGone)


async def test_a_reply_nobody_asked_for_ends_the_connection() -> None:
    async with bench() as one:
        async with one.peer() as (reader, writer):
            await reader.readline()
            writer.write(b"200 result=0\n200 result=0\n")
            await one.script.end()
            assert await closed(reader)
        one.script.body = _late
        async with one.peer(HEADER + b"200 result=0\n") as (reader, _):
            assert isinstance(await one.script.end(), AgiProtocolError)


async def _late(connection: AgiConnection) -> object:
    await asyncio.sleep(0.05)
    return await connection.command("NOOP")


async def test_a_command_that_is_not_answered_ends_the_connection() -> None:
    async def two(connection: AgiConnection) -> object:
        with pytest.raises(AgiTimeout):
            await connection.command("NOOP")
        return await connection.command("NOOP")

    async with bench(command_timeout_s=0.05) as one:
        one.script.body = two
        async with one.peer() as (reader, _):
            assert isinstance(await one.script.end(), AgiTimeout)
            assert await closed(reader)


async def test_a_script_that_takes_too_long_is_ended() -> None:
    async def wait(connection: AgiConnection) -> object:
        return await connection.hung_up.wait()

    async with bench(script_timeout_s=0.05) as one:
        one.script.body = wait
        async with one.peer() as (reader, _):
            assert await closed(reader)
        assert one.ended("failed") == 1


async def test_a_value_with_a_line_break_is_refused_and_nothing_is_sent() -> None:
    async def two(connection: AgiConnection) -> object:
        with pytest.raises(ValueRefused):
            await connection.command("SET VARIABLE", "A", "x\nHANGUP")
        return await connection.command("NOOP")

    async with bench() as one:
        one.script.body = two
        async with one.peer() as (reader, writer):
            assert await reader.readline() == b"NOOP\n"
            writer.write(b"200 result=0\n")
            assert isinstance(await one.script.end(), Reply)


async def test_stopping_cancels_the_scripts_and_closes_every_connection() -> None:
    async with bench() as one, one.peer() as (reader, _):
        await reader.readline()
        await one.server.stop()
        assert isinstance(await one.script.end(), asyncio.CancelledError)
        assert await closed(reader)
        assert one.ended("cancelled") == 1
        await one.server.stop()
        assert not one.server.serving


async def test_an_address_that_is_not_allowed_is_not_served() -> None:
    async with bench(allow=["10.0.0.0/8"]) as one, one.peer() as (reader, _):
        assert await closed(reader)
        assert one.ended("address_not_allowed") == 1


async def test_connections_beyond_the_limit_are_turned_away_and_the_others_served() -> None:
    async with bench(connections_max=1) as one:
        async with one.peer() as (first, writer):
            await first.readline()
            async with one.peer() as (second, _):
                assert await closed(second)
            assert one.ended("too_many") == 1
            writer.write(b"200 result=0\n")
            assert await closed(first)
        assert await one.still_serves()


async def test_a_route_is_found_whatever_query_follows_it() -> None:
    async def query(connection: AgiConnection) -> object:
        return dict(connection.header.query)

    async with bench() as one:
        one.script.body = query
        async with one.peer(b"agi_network_script: entry?y=1\n\n"):
            assert await one.script.end() == {"y": "1"}


async def test_an_unknown_route_is_closed() -> None:
    async with bench() as one, one.peer(b"agi_network_script: nothing\n\n") as (reader, _):
        assert await closed(reader)
        assert one.ended("failed") == 1


async def test_a_script_that_fails_ends_its_own_call_only() -> None:
    async def fail(_: AgiConnection) -> object:
        message = "a mistake"
        raise RuntimeError(message)

    async with bench() as one:
        one.script.body = fail
        async with one.peer() as (reader, _):
            assert await closed(reader)
        one.script.body = one.script._noop
        assert await one.still_serves()


async def test_two_commands_at_once_are_a_mistake_that_is_named() -> None:
    async def two(connection: AgiConnection) -> object:
        first = asyncio.create_task(_noop(connection))
        await asyncio.sleep(0)
        with pytest.raises(AgiError, match="second command"):
            await connection.command("NOOP")
        return await first

    async with bench() as one:
        one.script.body = two
        async with one.peer() as (reader, writer):
            await reader.readline()
            writer.write(b"200 result=0\n")
            assert isinstance(await one.script.end(), Reply)


async def _noop(connection: AgiConnection) -> Reply:
    return await connection.command("NOOP")


async def test_a_plain_function_is_no_endpoint() -> None:
    async with bench() as one:
        with pytest.raises(AgiError, match="coroutine"):
            one.server.add_route("plain", lambda _: one.still_serves())  # type: ignore[arg-type, return-value]
        with pytest.raises(AgiError, match="two endpoints"):
            one.server.add_route("entry", one.script.entry)


def test_a_wrong_network_is_named() -> None:
    with pytest.raises(AgiError, match=r"agi\.allow"):
        Bench(allow=["everybody"])
