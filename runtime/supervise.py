"""The whole hotline in one process: what is started in which order, watched, and stopped in reverse.

Theory of operation. Each part is started once all parts it needs are up, and is put on a list; stopping
walks that list backwards, each part with a deadline, so that one that hangs does not keep the others. A
first signal stops gracefully, a second one takes the deadlines away. Roles cope by themselves with a
database, a CRM or an Asterisk that goes and comes back; only Asterisk is started again from here. Where the
database is away at the start, callers are served as an earlier start has left it, and the desktop follows.
"""

import asyncio
import logging
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Protocol, TypedDict

from prometheus_client import CollectorRegistry

from acd.app import AcdApp
from agent_desktop.app import DesktopApp
from agent_desktop.demo import seed_demo
from agent_desktop.passwords import Passwords
from agent_desktop.users import Users
from contact.commands import ReloadPolicy
from contact.errors import CentralaError
from contact.ids import AgentId
from crm_bridge.app import BridgeApp
from crm_bridge.reference_crm import ReferenceCrm
from dialplans.render import Phone, render
from ivr.app import IvrApp
from runtime import instance, metrics
from runtime.announcement import Person, announcement
from runtime.asterisk import AsteriskProcess, default_cache_dir, find_asterisk
from runtime.asterisk_place import Place as AsteriskPlace
from runtime.bus import Bus, MemoryBus
from runtime.clock import Clock, SystemClock
from runtime.config import Settings
from runtime.db import Database, DatabaseAway
from runtime.garbage import spare_what_stays
from runtime.keeper import Keeper

log = logging.getLogger(__name__)

Say = Callable[[str], None]
STOP_EACH_S = 10.0
STOP_ASTERISK_S = 20.0
DATABASE_EVERY_S = 2.0
DATABASE_TIMEOUT_S = 3.0
DATABASE_TRIES = 30
SIGNALS = (signal.SIGTERM, signal.SIGINT)
RELOADS = AgentId("SIGHUP")
"""Who asks for the policy to be read again, where a signal does."""


class Role(Protocol):
    """What every role's `app.py` offers."""

    async def start(self) -> None:
        """Begin to serve."""

    async def stop(self) -> None:
        """Stop serving; nothing happens the second time."""

    def health(self) -> dict[str, str]:
        """Return each dependency with `ok` or the reason why not."""


class Parts(TypedDict):
    """What every role is built with."""

    settings: Settings
    bus: Bus
    clock: Clock
    registry: CollectorRegistry


async def run(settings: Settings, *, say: Say, program: str = "centrala") -> None:
    """Run the hotline until a signal; raise `CentralaError` or `OSError` where it cannot start."""
    began = time.monotonic()
    with instance.StateLock(settings.state_dir):
        hotline = Hotline(settings=instance.complete(settings), say=say)
        try:
            async with hotline.signals():
                await hotline.start()
                if not hotline.is_stopping:
                    spare_what_stays()
                    say(hotline.describe(took_s=time.monotonic() - began, program=program))
                    await hotline.until_stopped()
        finally:
            await hotline.stop()


class Hotline:
    """Everything one process runs."""

    def __init__(self, *, settings: Settings, say: Say) -> None:
        """Prepare; nothing is opened or started yet. `say` gets one line a step."""
        self._settings = settings
        self._say = say
        self._clock = SystemClock()
        self._bus = MemoryBus()
        self._database = Database(settings.database_url)
        self._registry = metrics.new_registry(version=version("centrala"), health=self.health)
        self._roles: dict[str, Role] = {}
        self._stops: list[tuple[str, float, Callable[[], Awaitable[None]]]] = []
        self._keeper: Keeper | None = None
        self._database_state = "not asked yet"
        self._people: Sequence[Person] = ()
        self._password = ""
        self._stopping = asyncio.Event()
        self._forced = asyncio.Event()
        self._starting: asyncio.Task[None] | None = None
        self._reloading: asyncio.Task[None] | None = None

    @property
    def is_stopping(self) -> bool:
        """Whether a signal has come."""
        return self._stopping.is_set()

    @asynccontextmanager
    async def signals(self) -> AsyncIterator[None]:
        """Take the signals that end the process, or have the policy read again, for the context's time.

        At a terminal SIGHUP says that the terminal is gone, which ends the process as it always did.
        """
        loop = asyncio.get_running_loop()
        for one in SIGNALS:
            loop.add_signal_handler(one, self.ask_to_stop)
        loop.add_signal_handler(signal.SIGHUP, self.ask_to_stop if sys.stdin.isatty() else self.ask_to_reload)
        yield
        # Not taken back: a signal that comes while parts are being stopped is meant for us, too.

    def ask_to_reload(self) -> None:
        """Read the routing policy again; one that is being read already serves."""
        if self._reloading is None or self._reloading.done():
            self._reloading = asyncio.create_task(self._reload(), name="reload the policy")

    async def _reload(self) -> None:
        try:
            await self._bus.request(ReloadPolicy(by=RELOADS))
        except CentralaError as error:
            self._say(f"The policy was not reloaded: {error}")
        else:
            self._say("The policy was reloaded.")

    def ask_to_stop(self) -> None:
        """Stop; asked a second time, stop at once."""
        if self._stopping.is_set():
            self._forced.set()
        self._stopping.set()
        if self._starting is not None:
            self._starting.cancel()

    async def start(self) -> None:
        """Start every part in its order; return early when asked to stop meanwhile."""
        self._starting = asyncio.create_task(self._start(), name="start the hotline")
        try:
            await self._starting
        except asyncio.CancelledError:
            if not self.is_stopping:
                raise
        finally:
            self._starting = None

    async def until_stopped(self) -> None:
        """Wait for a signal."""
        await self._stopping.wait()

    async def stop(self) -> None:
        """Stop every part that was started, the last first; what does not stop in time is named and left."""
        if self._stops and self.is_stopping:
            self._say("Stopping (once more to stop at once) ...")
        while self._stops:
            name, deadline_s, stop = self._stops.pop()
            await self._stop_one(name, deadline_s, stop)

    def health(self) -> dict[str, str]:
        """Return every dependency of every role with `ok` or the reason why not."""
        found = {"database": self._database_state}
        found["asterisk"] = "not started" if self._keeper is None else self._keeper.health()
        for role, app in self._roles.items():
            for dependency, state in app.health().items():
                found[dependency if dependency.startswith(role) else f"{role}_{dependency}"] = state
        return found

    def describe(self, *, took_s: float, program: str) -> str:
        """Return what a person wants to read now."""
        return announcement(
            settings=self._settings,
            people=self._people,
            password=self._password,
            took_s=took_s,
            program=program,
        )

    async def _start(self) -> None:
        settings = self._settings
        instance.check_free(instance.own_ports(settings))
        self._stops.append(("database", STOP_EACH_S, self._database.close))
        async with self._step("database"):
            is_here = await self._reach_database(tries=1 if self._was_here() else DATABASE_TRIES)
        if settings.demo.enabled and not settings.crm.url:
            kept = settings.state_dir / "reference-crm.jsonl"
            crm = ReferenceCrm(port=settings.crm.reference_crm_port, file=kept)
            await crm.start()
            self._stops.append(("reference CRM", STOP_EACH_S, crm.stop))
        async with self._step("CRM bridge"):
            await self._start_role("crm_bridge", BridgeApp(**self._parts(), database=self._database))
        users = self._users()
        if is_here:
            async with self._step("accounts"):
                await self._read_accounts(users)
        await self._serve_callers(users, as_it_was=not is_here)
        if not is_here:
            self._say("  callers are served; the desktop follows when the database answers")
            async with self._step("database and accounts"):
                await self._reach_database(tries=None)
                await self._read_accounts(users)
        async with self._step("desktop"):
            await self._start_desktop()

    async def _serve_callers(self, users: Users, *, as_it_was: bool) -> None:
        """Start all that a caller needs; `as_it_was` without asking the database for anything."""
        async with self._step("Asterisk"):
            await self._start_asterisk(users, as_it_was=as_it_was)
        async with self._step("prompts and IVR"):
            cache = default_cache_dir() / "prompts"
            await self._start_role("ivr", IvrApp(**self._parts(), cache=cache))
        async with self._step("routing"):
            await self._start_role("acd", AcdApp(**self._parts()))

    def _was_here(self) -> bool:
        """Whether an earlier start has left what callers can be served by: Asterisk's configuration."""
        return AsteriskPlace(state_dir=self._settings.state_dir).configuration.exists()

    async def _reach_database(self, *, tries: int | None) -> bool:
        """Upgrade the database and watch it from then on; return whether it answered in so many tries.

        None tries until it answers. Raises `DatabaseAway` after more tries than one.
        """
        done = 0
        while True:
            try:
                await self._database.upgrade()
                break
            except DatabaseAway as error:
                done += 1
                self._database_state = str(error)
                if done == tries:
                    if tries > 1:
                        raise
                    return False
                if done == 1 or tries is not None:
                    self._say(f"  waiting for the database: {error}")
            await asyncio.sleep(DATABASE_EVERY_S)
        if self._database.is_sqlite and self._database.url.database:
            _make_private(Path(self._database.url.database))
        self._database_state = metrics.OK
        probe = asyncio.create_task(self._probe_database(), name="probe the database")
        self._stops.append(("database probe", STOP_EACH_S, lambda: _cancelled(probe)))
        return True

    def _users(self) -> Users:
        passwords = Passwords()
        self._stops.append(("passwords", STOP_EACH_S, lambda: asyncio.to_thread(passwords.close)))
        return Users(database=self._database, passwords=passwords, clock=self._clock)

    async def _read_accounts(self, users: Users) -> None:
        """Seed the demo and read who there is, for the announcement."""
        self._password = await seed_demo(users=users, settings=self._settings)
        self._people = [
            Person(login=one.login, role=one.role, extension=one.extension or "")
            for one in await users.list_all()
        ]

    async def _start_asterisk(self, users: Users, *, as_it_was: bool) -> None:
        settings = self._settings
        install = await asyncio.to_thread(find_asterisk, settings=settings, say=self._say)
        process = AsteriskProcess(settings=settings, install=install)

        async def phones() -> Sequence[Phone]:
            rows = await users.phones()
            return [
                Phone(extension=number, secret=secret, name=name, takes_calls=takes_calls)
                for number, secret, name, takes_calls in rows
            ]

        def check_ports() -> None:
            instance.check_free(instance.asterisk_ports(settings))
            instance.check_sip_free(settings)

        self._keeper = Keeper(
            asterisk=process,
            phones=phones,
            render=lambda known: render(
                settings=settings, phones=known, install=install, directory=process.place.layout.etc
            ),
            check_ports=check_ports,
            changed=self._agents_changed,
        )
        is_up = await process.adopt()
        keeper = self._keeper
        # A start that fails must not end the calls of an Asterisk that was there before.
        self._stops.append(
            ("Asterisk", STOP_ASTERISK_S, lambda: keeper.stop(leave=is_up and not self.is_stopping))
        )
        await keeper.start(is_up=is_up, as_it_was=as_it_was)

    async def _start_desktop(self) -> None:
        desktop = DesktopApp(
            **self._parts(),
            database=self._database,
            health=self.health,
            metrics=lambda: metrics.render(self._registry),
        )
        lag = metrics.LoopLag(registry=self._registry)
        await lag.start()
        self._stops.append(("event loop lag", STOP_EACH_S, lag.stop))
        await self._start_role("desktop", desktop)

    async def _start_role(self, name: str, role: Role) -> None:
        self._roles[name] = role
        self._stops.append((name, STOP_EACH_S, role.stop))
        await role.start()

    async def _agents_changed(self) -> None:
        desktop = self._roles.get("desktop")
        if isinstance(desktop, DesktopApp):
            await desktop.configure_agents()

    def _parts(self) -> Parts:
        return {
            "settings": self._settings,
            "bus": self._bus,
            "clock": self._clock,
            "registry": self._registry,
        }

    async def _probe_database(self) -> None:
        while True:
            await asyncio.sleep(DATABASE_EVERY_S)
            try:
                async with asyncio.timeout(DATABASE_TIMEOUT_S):
                    await self._database.ping()
            except (CentralaError, TimeoutError) as error:
                self._database_state = str(error) or f"no answer in {DATABASE_TIMEOUT_S:g} s"
            else:
                self._database_state = metrics.OK

    async def _stop_one(self, name: str, deadline_s: float, stop: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.ensure_future(stop())
        forced = asyncio.ensure_future(self._forced.wait())
        await asyncio.wait({task, forced}, timeout=deadline_s, return_when=asyncio.FIRST_COMPLETED)
        forced.cancel()
        if not task.done():
            log.warning("%s did not stop in time and is left", name)
            task.cancel()
        outcome = (await asyncio.gather(task, return_exceptions=True))[0]
        if isinstance(outcome, Exception):
            log.error("%s failed while it was stopped", name, exc_info=outcome)

    @asynccontextmanager
    async def _step(self, title: str) -> AsyncIterator[None]:
        """Tell `title` and how long the step took."""
        began = time.monotonic()
        yield
        self._say(f"  {title:<44}{time.monotonic() - began:6.1f} s")


def _make_private(store: Path) -> None:
    """Let nobody else read `store`: it holds people's numbers. SQLite's files beside it follow."""
    store.chmod(0o600)


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
