"""What goes wrong between the link and a real Asterisk: a proxy that stalls, cuts and splits."""

import asyncio
import contextlib
import os
import random
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest

from acd.adapters.ami_link import AmiLink
from acd.adapters.ami_message import AmiEvent
from acd.errors import AmiDown
from runtime.asterisk_place import Place
from runtime.clock import SystemClock
from runtime.config import Settings
from tests.e2e.ports import free_port
from tests.integration.ami_asterisk import asterisk


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with asterisk(tmp_path_factory.mktemp("asterisk")) as settings:
        yield settings


class Proxy:
    """Carries bytes between the link and Asterisk, as long and as well as a test lets it."""

    def __init__(self, settings: Settings) -> None:
        self._target = (settings.ami.host, settings.ami.port)
        self.port = free_port()
        self.settings = settings.ami.model_copy(update={"port": self.port})
        self.stalled = asyncio.Event()
        self.deaf = False
        self.split_bytes = 65_536
        self.sent = bytearray()
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        try:
            yield
        finally:
            server.close()
            self.cut()
            for task in self._tasks:
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks)
            await server.wait_closed()

    def cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection(*self._target)
            self._writers += [writer, far_writer]
            for source, sink, outward in ((reader, far_writer, True), (far_reader, writer, False)):
                task = asyncio.create_task(self._carry(source, sink, outward=outward))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _carry(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, outward: bool
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(self.split_bytes):
                if outward:
                    self.sent += data
                if self.stalled.is_set() or (self.deaf and not outward):
                    continue
                sink.write(data)
                await sink.drain()
        sink.close()


class Owner:
    """What the link reports to."""

    def __init__(self) -> None:
        self.story: list[str] = []
        self.events: list[AmiEvent] = []
        self.link: AmiLink | None = None

    async def on_up(self) -> None:
        assert self.link is not None
        await self.link.collect("Status")
        self.story.append("up")

    def on_down(self) -> None:
        self.story.append("down")

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():  # noqa: ASYNC110 - the story has several tellers
                await asyncio.sleep(0.02)


@asynccontextmanager
async def linked(proxy: Proxy) -> AsyncIterator[tuple[AmiLink, Owner]]:
    owner = Owner()
    link = owner.link = AmiLink(
        settings=proxy.settings,
        on_event=owner.events.append,
        on_up=owner.on_up,
        on_down=owner.on_down,
        clock=SystemClock(),
        rng=random.Random(),  # noqa: S311 - spreads retries
    )
    async with proxy.running():
        task = asyncio.create_task(link.run())
        try:
            await owner.until(lambda: owner.story == ["up"])
            yield link, owner
        finally:
            task.cancel()
            await asyncio.wait({task})


async def test_p2_an_originate_whose_answer_was_lost_is_on_the_wire_once(exchange: Settings) -> None:
    proxy = Proxy(exchange)
    async with linked(proxy) as (link, owner):
        proxy.deaf = True
        waiting = asyncio.create_task(link.action("Originate", {"Channel": "PJSIP/2001", "Async": "true"}))
        await owner.until(lambda: b"Action: Originate" in proxy.sent)
        proxy.deaf = False
        proxy.cut()
        with pytest.raises(AmiDown):
            await waiting
        await owner.until(lambda: owner.story == ["up", "down", "up"])
        assert proxy.sent.count(b"Action: Originate") == 1


async def test_p3_a_half_open_link_is_noticed_and_replaced(exchange: Settings) -> None:
    proxy = Proxy(exchange)
    async with linked(proxy) as (link, owner):
        proxy.stalled.set()
        await owner.until(lambda: owner.story == ["up", "down"])
        assert not link.up
        proxy.stalled.clear()
        await owner.until(lambda: owner.story == ["up", "down", "up"])
        assert (await link.action("Ping")).ok


async def test_a_link_that_delivers_byte_by_byte_loses_nothing(exchange: Settings) -> None:
    proxy = Proxy(exchange)
    proxy.split_bytes = 1
    async with linked(proxy) as (link, _):
        value = "Łódź, ul. Żółta"
        await link.action("Setvar", {"Variable": "CENTRALA_TEST", "Value": value})
        assert (await link.action("Getvar", {"Variable": "CENTRALA_TEST"})).get("Value") == value
        assert link.counts.unreadable == 0


async def test_a_stopped_asterisk_is_noticed_and_taken_up_again_when_it_goes_on(exchange: Settings) -> None:
    found = Place(state_dir=exchange.state_dir).read_pid()
    assert found is not None
    proxy = Proxy(exchange)
    async with linked(proxy) as (_, owner):
        os.kill(found[0], signal.SIGSTOP)
        try:
            await owner.until(lambda: owner.story == ["up", "down"])
        finally:
            os.kill(found[0], signal.SIGCONT)
        await owner.until(lambda: owner.story == ["up", "down", "up"])


async def test_p14_a_cancelled_link_leaves_asterisk_alone(exchange: Settings) -> None:
    proxy = Proxy(exchange)
    async with linked(proxy):
        pass
    assert proxy.sent.count(b"Action: Login") == 1
    assert [task for task in asyncio.all_tasks() if task.get_name() == "ami-link"] == []
