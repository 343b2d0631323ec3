"""A real Asterisk with the product's dialplan for the AMI tests, and an entry script."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from dialplans.render import Phone as RenderedPhone
from dialplans.render import render
from runtime.asterisk import AsteriskProcess, find_asterisk
from runtime.config import Agi, Ami, AsteriskSettings, Runtime, Settings, Sip
from tests.e2e.ports import free_port

EXTENSIONS = ("2001", "2002")
SECRET = "phones-of-the-test"
NUMBER = "+48600100200"
VARIABLES = {
    "CENTRALA_QUEUE": "roads",
    "CENTRALA_REQUIREMENT": "lang.pl%26roads%3E%3D40",
    "CENTRALA_PRIORITY": "0",
    "CENTRALA_LANGUAGE": "pl",
    "CENTRALA_PATH": "topics%3D2%3Broads%3D1",
    "CENTRALA_TOPIC": "roads",
    "CENTRALA_CALLER": NUMBER,
    "CENTRALA_NEXT": "queue",
}
"""What the IVR would leave behind for a caller who chose roads."""


def settings_for(folder: Path) -> Settings:
    rtp = free_port(even=True, block=200)
    return Settings(
        city_dir=folder,
        runtime=Runtime(state_dir=folder / "var"),
        sip=Sip(port=free_port(), rtp_start=rtp, rtp_end=rtp + 199),
        ami=Ami(port=free_port(), secret="ami-of-the-test", ping_interval_s=1, ping_timeout_s=1),
        agi=Agi(port=free_port()),
        asterisk=AsteriskSettings(http_port=free_port(), voicemail_max_s=2),
    )


@contextmanager
def asterisk(folder: Path) -> Iterator[Settings]:
    """A booted instance in `folder`; it is stopped at the end."""
    settings = settings_for(folder)
    install = find_asterisk(settings=settings, say=logging.getLogger(__name__).info)
    process = AsteriskProcess(settings=settings, install=install)
    phones = [RenderedPhone(extension=one, secret=SECRET, name=f"Phone {one}") for one in EXTENSIONS]
    render(settings=settings, phones=phones, install=install, directory=process.place.layout.etc)
    asyncio.run(process.start())
    try:
        yield settings
    finally:
        asyncio.run(process.stop())


@asynccontextmanager
async def entry_script(settings: Settings, *, then: str = "queue") -> AsyncIterator[None]:
    """A FastAGI server in the IVR's place: it sets what the IVR would set, and leaves."""

    serving: set[asyncio.Task[object]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await reader.readuntil(b"\n\n")
                for name, value in {**VARIABLES, "CENTRALA_NEXT": then}.items():
                    writer.write(f'SET VARIABLE {name} "{value}"\n'.encode())
                    await reader.readline()
        finally:
            serving.discard(task)
            writer.close()

    server = await asyncio.start_server(serve, settings.agi.host, settings.agi.port)
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()
        for task in tuple(serving):
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
        await asyncio.sleep(0)


class RawAmi:
    """A blocking manager session that keeps every byte it reads; for recording traces and for asides."""

    def __init__(self, settings: Settings, *, events: bool) -> None:
        self._socket = socket.create_connection((settings.ami.host, settings.ami.port), timeout=5)
        on = "on" if events else "off"
        self.write(Action="Login", Username=settings.ami.user, Secret=settings.ami.secret, Events=on)

    def write(self, **headers: str) -> None:
        lines = [f"{name}: {value}" for name, value in headers.items()]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode())

    def read_for(self, seconds: float) -> bytes:
        """Whatever comes until nothing came for `seconds`."""
        got = bytearray()
        self._socket.settimeout(seconds)
        with contextlib.suppress(TimeoutError):
            while data := self._socket.recv(65_536):
                got += data
        return bytes(got)

    def close(self) -> None:
        self._socket.close()
