"""A telephone made of software: the same Asterisk once more, in a folder that vanishes with it.

Theory of operation. The process is a child and ends with us. Its dialplan writes a marked line to a log
file whenever something happens to a call; `signs` follows that file. What the telephone shall do next is
said on its console: calls are originated, and a call is sent to another part of the dialplan to press keys
or to speak.
"""

import asyncio
import contextlib
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from runtime.asterisk import AsteriskInstall
from runtime.config import Settings
from runtime.demo_line import SIGN, AgentLine, CallerLine, DemoFailed, configuration

BOOT_TIMEOUT_S = 30.0
CONSOLE_TIMEOUT_S = 5.0
REGISTER_TIMEOUT_S = 20.0
STOP_TIMEOUT_S = 5.0
POLL_S = 0.05
SPEECH = "speech.wav"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """Something happened to the call on `channel`: `ringing`, `answered`, `pressed`, `spoke` or `ended`."""

    word: str
    channel: str


class DemoPhone:
    """One telephone; use it as an asynchronous context manager."""

    def __init__(
        self, *, install: AsteriskInstall, settings: Settings, line: CallerLine | AgentLine, says: str
    ) -> None:
        """Prepare the telephone of `line`, on a free SIP port; its owner says the Polish sentence `says`."""
        self._install = install
        self._settings = settings
        self._line = line
        self._says = says
        self._folder = Path()
        self._process: asyncio.subprocess.Process | None = None
        self.port = free_udp_port()

    async def __aenter__(self) -> Self:
        """Start the telephone and wait until it is ready; raise `DemoFailed`."""
        self._folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="centrala-phone-"))
        try:
            speech = self._folder / SPEECH
            await say(self._says, speech)
            files = configuration(
                self._line,
                settings=self._settings,
                install=self._install,
                folder=self._folder,
                port=self.port,
                speech=speech,
            )
            for name, content in files.items():
                (self._folder / name).write_text(content, encoding="utf-8")
            await self._start()
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up whatever is up, stop the telephone and remove its folder."""
        await self._end()

    async def call(self, number: str) -> None:
        """Dial `number` on the hotline; what comes of it shows in `signs`."""
        await self.console(f"channel originate PJSIP/{number}@hotline extension s@caller")

    async def press(self, channel: str, keys: str) -> None:
        """Press `keys` in the call on `channel`."""
        await self.console(f"channel redirect {channel} keys,{keys},1")

    async def speak(self, channel: str) -> None:
        """Say the sentence in the call on `channel`."""
        await self.console(f"channel redirect {channel} speak,s,1")

    async def hang_up(self, channel: str) -> None:
        """End the call on `channel`."""
        await self.console(f"channel request hangup {channel}")

    async def calls(self) -> int:
        """Return how many calls are up."""
        return len((await self.console("core show channels concise")).split("\n")) - 1

    async def registered(self) -> None:
        """Wait until the hotline accepted the telephone; raise `DemoFailed` when it does not."""
        try:
            async with asyncio.timeout(REGISTER_TIMEOUT_S):
                while " Registered" not in (state := await self.console("pjsip show registrations")):
                    if " Rejected" in state:
                        raise DemoFailed("the hotline refused this phone's extension or password")
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            raise DemoFailed(f"the hotline did not accept the phone in {REGISTER_TIMEOUT_S:g} s") from None

    async def signs(self) -> AsyncIterator[Sign]:
        """Yield what happens, for as long as the telephone runs."""
        file = self._folder / "events"
        read = 0
        while self._process is not None and self._process.returncode is None:
            text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
            whole = text[: text.rfind("\n") + 1]
            for line in whole[read:].splitlines():
                if SIGN in line:
                    word, channel = line.rsplit(f"{SIGN} ", 1)[1].split(" ", 1)
                    yield Sign(word=word, channel=channel.strip())
            read = len(whole)
            await asyncio.sleep(POLL_S)

    async def console(self, command: str) -> str:
        """Return what the telephone's console answers to `command`."""
        process = await asyncio.create_subprocess_exec(
            *self._install.command,
            *("-C", str(self._folder / "asterisk.conf"), "-rx", command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            async with asyncio.timeout(CONSOLE_TIMEOUT_S):
                output, _ = await process.communicate()
        except TimeoutError:
            raise DemoFailed(f"the demo's telephone does not answer `{command}`") from None
        finally:
            await _ended(process, grace_s=0)
        return output.decode("utf-8", "replace")

    async def _start(self) -> None:
        # The kernel ends the telephone with us, even when we are killed.
        leash = ("setpriv", "--pdeathsig", "TERM") if shutil.which("setpriv") else ()
        self._process = await asyncio.create_subprocess_exec(
            *leash,
            *self._install.command,
            *("-f", "-C", str(self._folder / "asterisk.conf")),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(BOOT_TIMEOUT_S):
                while "fully booted" not in await self._awake():
                    if self._process.returncode is not None:
                        raise DemoFailed(f"the demo's telephone did not start: {self._problems()}")
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            raise DemoFailed(f"the demo's telephone did not start in {BOOT_TIMEOUT_S:g} s") from None

    async def _awake(self) -> str:
        if not (self._folder / "asterisk.ctl").exists():
            return ""
        return await self.console("core waitfullybooted")

    def _problems(self) -> str:
        file = self._folder / "problems"
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file.exists() else []
        return lines[-1] if lines else "it left no message"

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await _ended(process, grace_s=STOP_TIMEOUT_S)
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)


async def say(sentence: str, file: Path, *, voice: str = "pl") -> None:
    """Synthesise `sentence` into `file`, 8 kHz mono; raise `DemoFailed`."""
    raw = file.with_suffix(".raw.wav")
    await _run("espeak-ng", "-v", voice, "-s", "150", "-w", str(raw), sentence)
    await _run("sox", str(raw), "-r", "8000", "-c", "1", "-b", "16", str(file), "norm", "-6")


def free_udp_port() -> int:
    """Return a UDP port of the loopback that is free now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _run(*command: str) -> None:
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
    except FileNotFoundError:
        raise DemoFailed(f"{command[0]} is not installed: run make install") from None
    _, errors = await process.communicate()
    if process.returncode:
        raise DemoFailed(f"{command[0]}: {errors.decode('utf-8', 'replace').strip()}")


async def _ended(process: asyncio.subprocess.Process, *, grace_s: float) -> None:
    """Wait until `process` is gone: asked after at once, killed after `grace_s`."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(grace_s):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
