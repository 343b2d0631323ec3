"""Keeps one Asterisk running, and its phones up to date with the accounts.

Theory of operation. `start` renders the configuration and adopts or starts the instance. From then on one
task waits for its end: an end that nobody asked for is followed by a new start, at once the first time
and with growing pauses while it keeps dying. A second task compares the phones with the accounts; when
they differ, the configuration is rendered again and Asterisk reads its phones anew, calls go on. The roles
notice an Asterisk that went and came back by their own links; nothing else is restarted.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from contact.errors import CentralaError
from dialplans.render import Phone

log = logging.getLogger(__name__)

RESTART_PAUSES_S = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0)
"""The pause before the first, second, ... restart in a row; the last one stays."""
STABLE_AFTER_S = 60.0
"""An Asterisk that lived so long starts the row of pauses anew."""
PHONES_EVERY_S = 5.0
RELOAD_PHONES = "module reload res_pjsip.so"
RELOAD_ALL = "module reload"


class Telephony(Protocol):
    """The running instance, as `runtime.asterisk.AsteriskProcess` is one."""

    async def start(self) -> bool:
        """Adopt or start; return whether a new one was started."""

    async def stop(self) -> None:
        """Stop it."""

    async def wait(self) -> None:
        """Return when it is gone."""

    async def run_cli(self, command: str) -> str:
        """Return what its console prints."""

    @property
    def is_running(self) -> bool:
        """Whether it lives."""


class Keeper:
    """The Asterisk of one hotline, from `start` to `stop`."""

    def __init__(
        self,
        *,
        asterisk: Telephony,
        phones: Callable[[], Awaitable[Sequence[Phone]]],
        render: Callable[[Sequence[Phone]], bool],
        check_ports: Callable[[], None],
        changed: Callable[[], Awaitable[None]],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Prepare to keep `asterisk`.

        `phones` reads the accounts, `render` writes the configuration and says whether it changed,
        `check_ports` raises where a new Asterisk could not listen, `changed` is told after the accounts
        did change.
        """
        self._asterisk = asterisk
        self._phones = phones
        self._render = render
        self._check_ports = check_ports
        self._changed = changed
        self._sleep = sleep
        self._known: Sequence[Phone] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._trouble = "not started"

    async def start(self, *, is_up: bool, as_it_was: bool = False) -> bool:
        """Render, then adopt the instance that `is_up`, or start one; return whether one was started.

        `as_it_was` goes by the configuration that an earlier start has left: the accounts cannot be read yet.
        """
        self._known = None if as_it_was else await self._phones()
        changed = self._known is not None and await asyncio.to_thread(self._render, self._known)
        if not is_up:
            self._check_ports()
        started = await self._asterisk.start()
        if changed and not started:
            await self._asterisk.run_cli(RELOAD_ALL)
        self._trouble = ""
        self._tasks = [
            asyncio.create_task(self._watch(), name="watch Asterisk"),
            asyncio.create_task(self._follow_phones(), name="follow the phones"),
        ]
        return started

    async def stop(self, *, leave: bool = False) -> None:
        """Stop watching; stop Asterisk too, unless it is to be left running."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._trouble = "stopped"
        if not leave:
            await self._asterisk.stop()

    def health(self) -> str:
        """Return `ok`, or what is wrong with Asterisk."""
        if self._trouble:
            return self._trouble
        return "ok" if self._asterisk.is_running else "not running"

    async def refresh(self) -> bool:
        """Bring Asterisk's phones up to date with the accounts; return whether they had changed."""
        phones = await self._phones()
        if phones == self._known:
            return False
        if await asyncio.to_thread(self._render, phones):
            await self._asterisk.run_cli(RELOAD_PHONES)
            log.info("Asterisk knows %d phones now", len(phones))
        self._known = phones
        await self._changed()
        return True

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            began = loop.time()
            await self._asterisk.wait()
            lived_s = loop.time() - began
            failures = 0 if lived_s >= STABLE_AFTER_S else failures
            log.warning("Asterisk is gone after %.0f s and is started again", lived_s)
            while not await self._restart(failures):
                failures += 1
            failures += 1

    async def _restart(self, failures: int) -> bool:
        """Pause as long as so many failures ask for, then try once; return whether it came up."""
        pause_s = RESTART_PAUSES_S[min(failures, len(RESTART_PAUSES_S) - 1)]
        self._trouble = "not running, being restarted"
        await self._sleep(pause_s)
        try:
            await self._asterisk.stop()
            if self._known is not None:
                await asyncio.to_thread(self._render, self._known)
            await self._asterisk.start()
        except (CentralaError, OSError) as error:
            self._trouble = f"cannot be restarted: {error}"
            log.log(logging.DEBUG if failures else logging.ERROR, "Asterisk: %s", self._trouble)
            return False
        self._trouble = ""
        log.info("Asterisk is up again")
        return True

    async def _follow_phones(self) -> None:
        failing = False
        while True:
            await self._sleep(PHONES_EVERY_S)
            try:
                await self.refresh()
            except (CentralaError, OSError) as error:
                log.log(logging.DEBUG if failing else logging.WARNING, "phones not refreshed: %s", error)
                failing = True
            else:
                failing = False
