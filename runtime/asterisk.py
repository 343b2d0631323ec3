"""The Asterisk of one Centrala: found or made, started, asked, and stopped.

Theory of operation. Asterisk runs detached, in a session of its own and not as a child, so that the end of
the controller, however sudden, leaves every call alone. A controller that starts looks for the instance of
its state directory by pid file and control socket and uses it as it is (`adopt`); only where there is none
does it start one. Nothing here restarts a dead Asterisk by itself: the supervisor waits on `wait` and
decides.
"""

import asyncio
import logging
import os
import signal
import subprocess
from pathlib import Path

from dialplans.music import write_beep, write_music
from runtime.asterisk_install import (
    AsteriskError,
    AsteriskInstall,
    Say,
    candidate,
    default_cache_dir,
    installed,
)
from runtime.asterisk_place import Account, Place, account_for, is_alive
from runtime.asterisk_tree import unpacked
from runtime.config import Settings

__all__ = [
    "AsteriskError",
    "AsteriskInstall",
    "AsteriskProcess",
    "default_cache_dir",
    "find_asterisk",
]

log = logging.getLogger(__name__)

BOOT_TIMEOUT_S = 60.0
CLI_TIMEOUT_S = 10.0
STOP_TIMEOUT_S = 10.0
POLL_S = 0.05
BOOTED = "fully booted"
"""What the console says once every module is up."""

LAUNCH = (
    'ulimit -n "$(ulimit -Hn)" 2>/dev/null; out=$1; shift; setsid "$@" </dev/null >>"$out" 2>&1 & echo $!'
)
"""Raises the limit on open files, then leaves Asterisk in a session of its own and prints its pid."""


def find_asterisk(
    *, settings: Settings, cache_dir: Path | None = None, say: Say = log.info
) -> AsteriskInstall:
    """Return an Asterisk that can be used: the machine's own, else a private one, made if need be.

    `say` gets a line for each thing passed over and for the progress of long work. Raises `AsteriskError`.
    """
    binary = candidate(settings)
    if binary:
        own = installed(binary, say=say)
        if own is not None:
            return own
        if settings.asterisk.binary:
            raise AsteriskError(f"asterisk.binary: {binary} cannot be used; name another or leave it empty")
    return unpacked(cache_dir or default_cache_dir(), mirror=settings.asterisk.mirror, say=say)


class AsteriskProcess:
    """One instance, rendered into `<state_dir>/asterisk/etc` beforehand."""

    def __init__(self, *, settings: Settings, install: AsteriskInstall) -> None:
        """Prepare to run `install` for this state directory."""
        self.place = Place(state_dir=settings.state_dir)
        self.install = install
        self._user = settings.asterisk.user
        self._pid = 0
        self._socket = Path()

    @property
    def pid(self) -> int:
        """The process that was started or adopted, 0 for none."""
        return self._pid

    @property
    def is_running(self) -> bool:
        """Whether that process lives."""
        return self._pid != 0 and is_alive(self._pid)

    async def start(self) -> bool:
        """Adopt the instance that runs here, or start one and wait until it has booted.

        Returns whether a new one was started. Raises `AsteriskError` with the end of its log where it does
        not come up.
        """
        if await self.adopt():
            return False
        if not self.place.configuration.is_file():
            raise AsteriskError(f"{self.place.configuration} is missing: render the configuration first")
        account = await self._prepare()
        self._pid = await self._launch(account)
        self.place.write_pid(self._pid)
        self._socket = self.place.layout.control_socket
        try:
            async with asyncio.timeout(BOOT_TIMEOUT_S):
                await self._booted()
        except TimeoutError:
            await self.stop(grace_s=0)
            raise AsteriskError(
                f"Asterisk did not boot in {BOOT_TIMEOUT_S:g} s: {self._last_words()}"
            ) from None
        return True

    def find(self) -> bool:
        """Look for the instance that runs in this state directory and leave it as it is."""
        found = self.place.read_pid()
        if found is not None:
            self._pid, self._socket = found
        return found is not None

    async def adopt(self) -> bool:
        """Take over the instance that runs in this state directory; return whether there is one.

        One that does not answer its console is stopped: nobody could control it any more.
        """
        if not self.find():
            return False
        try:
            async with asyncio.timeout(BOOT_TIMEOUT_S):
                await self._booted()
        except (TimeoutError, AsteriskError) as error:
            log.warning("the running Asterisk (pid %d) does not answer, it is replaced: %s", self._pid, error)
            await self.stop(grace_s=0)
            return False
        return True

    async def run_cli(self, command: str) -> str:
        """Return what the console prints for `command`; raise `AsteriskError` where nobody answers."""
        arguments = ("-C", str(self.place.configuration), "-s", str(self._socket), "-rx", command)
        process = await asyncio.create_subprocess_exec(
            *self.install.command,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            async with asyncio.timeout(CLI_TIMEOUT_S):
                output, _ = await process.communicate()
        except TimeoutError:
            raise AsteriskError(f"Asterisk did not answer `{command}` in {CLI_TIMEOUT_S:g} s") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        text = output.decode("utf-8", "replace")
        if process.returncode:
            raise AsteriskError(f"Asterisk did not take `{command}`: {text.strip()}")
        return text

    async def reload(self) -> None:
        """Have Asterisk read its configuration again; calls go on."""
        for part in ("logger reload", "module reload"):
            await self.run_cli(part)

    async def wait(self) -> None:
        """Return when the process is gone."""
        if not self.is_running:
            return
        try:
            descriptor = os.pidfd_open(self._pid)
        except ProcessLookupError:
            return
        loop = asyncio.get_running_loop()
        gone = asyncio.Event()
        loop.add_reader(descriptor, gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)

    async def stop(self, *, grace_s: float = STOP_TIMEOUT_S) -> None:
        """Stop the instance: it is asked first and killed after `grace_s` seconds. Calls end."""
        if self.is_running and grace_s > 0:
            try:
                async with asyncio.timeout(grace_s):
                    await self.run_cli("core stop now")
                    await self.wait()
            except (TimeoutError, AsteriskError) as error:
                log.warning("Asterisk (pid %d) did not stop when asked, it is killed: %s", self._pid, error)
        if self.is_running:
            self._kill()
            await self.wait()
        if self._pid:
            self.place.forget()
        self._pid = 0

    def _kill(self) -> None:
        try:
            os.kill(self._pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    async def _prepare(self) -> Account | None:
        """Make folders, music and permissions; return the account to run as."""
        self.place.layout.folder.mkdir(parents=True, exist_ok=True)
        account, reason = await asyncio.to_thread(
            account_for, self._user, install=self.install, place=self.place
        )
        if reason:
            log.warning("Asterisk runs as the account of this process: %s", reason)
        await asyncio.to_thread(self.place.prepare, account)
        if not self.place.music_file.is_file():
            await asyncio.to_thread(write_music, self.place.music_file)
        if not self.place.layout.beep.is_file():
            await asyncio.to_thread(write_beep, self.place.layout.beep)
        return account

    async def _launch(self, account: Account | None) -> int:
        command = (*self.install.command, "-f", "-C", str(self.place.configuration))
        launched = await asyncio.to_thread(
            subprocess.run,
            ["/bin/sh", "-c", LAUNCH, "sh", str(self.place.console_log), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            check=False,
            cwd="/",
            umask=0o027,
            env={"PATH": os.defpath, "HOME": str(self.place.layout.folder), "LC_ALL": "C.UTF-8"},
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        if launched.returncode or not launched.stdout.strip().isdigit():
            raise AsteriskError(f"Asterisk could not be started: {self._last_words()}")
        return int(launched.stdout)

    async def _booted(self) -> None:
        """Return when the console says that everything is up."""
        while True:
            if not self.is_running:
                self.place.forget()
                raise AsteriskError(f"Asterisk ended while it started: {self._last_words()}")
            if self._socket.exists():
                try:
                    said = await self.run_cli("core waitfullybooted")
                except AsteriskError:
                    log.debug("the control socket is there and not served yet")
                else:
                    # Served early, the console does not know the command yet, and says so with status 0.
                    if BOOTED in said:
                        return
            await asyncio.sleep(POLL_S)

    def _last_words(self) -> str:
        """Return the end of what Asterisk printed."""
        try:
            text = self.place.console_log.read_text(encoding="utf-8", errors="replace")
        except OSError:
            text = ""
        return " / ".join(text.strip().splitlines()[-3:]) or f"see {self.place.console_log.parent}"
