"""A private Asterisk for one test: rendered, started, listened to over its manager, called by SIPp."""

import asyncio
import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Self

from dialplans.render import Phone, render
from runtime.asterisk import AsteriskProcess, find_asterisk
from runtime.config import Agi, Ami, AsteriskSettings, Runtime, Settings, Sip
from tests.e2e.ports import free_port

SCENARIOS = Path(__file__).parent / "sipp"
SECRET = "anna-secret"
EVENT_WITHIN_S = 60.0

CITY = Path(__file__).parents[2] / "config" / "warszawa"


def settings_in(folder: Path, *, fallback_after_s: float = 60) -> Settings:
    """Return settings whose ports are free and whose state lies below `folder`."""
    rtp = free_port(even=True, block=100)
    return Settings(
        city_dir=CITY,
        sip=Sip(port=free_port(), rtp_start=rtp, rtp_end=rtp + 99),
        ami=Ami(port=free_port(), secret="manager-secret"),
        agi=Agi(port=free_port()),
        asterisk=AsteriskSettings(http_port=free_port(), fallback_after_s=fallback_after_s),
        runtime=Runtime(state_dir=folder / "var"),
    )


def rendered(settings: Settings) -> AsteriskProcess:
    """Return an Asterisk that is ready to start, with the phone 2001."""
    install = find_asterisk(settings=settings)
    phones = [Phone(extension="2001", secret=SECRET, name="Anna")]
    etc = settings.state_dir / "asterisk" / "etc"
    render(settings=settings, phones=phones, install=install, directory=etc)
    return AsteriskProcess(settings=settings, install=install)


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that an unprivileged account can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="centrala-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def account_and_limits(pid: int) -> tuple[int, set[str]]:
    """Return the account that a process runs as, and its soft and hard limit of open files."""
    folder = Path(f"/proc/{pid}")
    found = re.search(r"Max open files\s+(\d+)\s+(\d+)", (folder / "limits").read_text(encoding="ascii"))
    assert found is not None
    return folder.stat().st_uid, set(found.groups())


def log_of(asterisk: AsteriskProcess) -> list[str]:
    """Return the warnings and errors that Asterisk has logged since it started."""
    text = (asterisk.place.layout.log / "messages.log").read_text(encoding="utf-8", errors="replace")
    return [line for line in text.splitlines() if " WARNING[" in line or " ERROR[" in line]


class Manager:
    """The events of one Asterisk, each a dict of its headers."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.seen: list[dict[str, str]] = []

    @classmethod
    @contextlib.asynccontextmanager
    async def of(cls, settings: Settings) -> AsyncIterator[Self]:
        reader, writer = await asyncio.open_connection("127.0.0.1", settings.ami.port)
        try:
            manager = cls(reader, writer)
            await reader.readline()
            await manager.act(Action="Login", Username=settings.ami.user, Secret=settings.ami.secret)
            yield manager
        finally:
            writer.close()
            await writer.wait_closed()

    async def act(self, **headers: str) -> dict[str, str]:
        """Send one action; return its reply."""
        text = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._writer.write(f"{text}\r\n".encode())
        return await self.until(lambda message: "Response" in message)

    async def until(self, wanted: Callable[[dict[str, str]], bool]) -> dict[str, str]:
        """Return the next message that is `wanted`; keep what came before it in `seen`."""
        async with asyncio.timeout(EVENT_WITHIN_S):
            while True:
                block = (await self._reader.readuntil(b"\r\n\r\n")).decode("utf-8")
                pairs = (line.partition(": ") for line in block.splitlines() if line)
                message = {name.rstrip(":"): value for name, _, value in pairs}
                self.seen.append(message)
                if wanted(message):
                    return message

    async def user_event(self, name: str) -> dict[str, str]:
        """Return the next UserEvent of this name."""
        return await self.until(lambda message: message.get("UserEvent") == name)


@contextlib.asynccontextmanager
async def sipp(
    settings: Settings, folder: Path, scenario: str, *arguments: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run one SIPp call; kill it when the test is done with it."""
    media = free_port(even=True, block=4)
    process = await asyncio.create_subprocess_exec(
        *("sipp", "-sf", str(SCENARIOS / scenario), "-i", "127.0.0.1", "-p", str(free_port())),
        *("-mp", str(media), "-m", "1", "-nostdin"),
        *(*arguments, f"127.0.0.1:{settings.sip.port}"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=folder,
        env={**os.environ, "TERM": "dumb"},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def call(
    settings: Settings, folder: Path, *, caller: str = "+48600100200", dialled: str = "19115"
) -> contextlib.AbstractAsyncContextManager[asyncio.subprocess.Process]:
    """Place a call that lasts until Asterisk ends it."""
    return sipp(settings, folder, "call.xml", "-s", dialled, "-key", "caller", caller)


async def register(settings: Settings, folder: Path, *, secret: str, extension: str = "2001") -> int:
    """Register a phone; return SIPp's exit status, 0 for done."""
    key = ("-key", "contact", str(free_port()))
    who = ("-s", extension, "-au", extension, "-ap", secret)
    async with sipp(settings, folder, "register.xml", *who, *key) as process:
        return await process.wait()
