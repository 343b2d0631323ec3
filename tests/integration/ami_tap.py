"""What Asterisk tells its manager interface, kept for a test to look at."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from runtime.config import Settings


class AmiTap:
    """A bare AMI connection that keeps every event; user events go by their own name."""

    def __init__(self) -> None:
        self.events: list[dict[str, str]] = []

    def of(self, name: str) -> list[dict[str, str]]:
        return [event for event in self.events if name in (event.get("Event"), event.get("UserEvent"))]

    @classmethod
    @asynccontextmanager
    async def connected(cls, settings: Settings) -> AsyncIterator[Self]:
        tap = cls()
        reader, writer = await asyncio.open_connection(settings.ami.host, settings.ami.port)
        login = f"Action: Login\r\nUsername: {settings.ami.user}\r\nSecret: {settings.ami.secret}\r\n\r\n"
        writer.write(login.encode())
        await reader.readuntil(b"Authentication accepted")
        task = asyncio.create_task(tap._read(reader))
        try:
            yield tap
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            block = await reader.readuntil(b"\r\n\r\n")
            fields = [line.partition(":") for line in block.decode().splitlines() if line]
            event = {name: value.strip() for name, _, value in fields}
            event["heard-at"] = str(time.time())
            self.events.append(event)
