"""A desktop that really serves, on a port of its own, over an SQLite store and the fake roles."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, ClientSession, CookieJar
from argon2 import PasswordHasher

from agent_desktop.app import DesktopApp
from agent_desktop.demo import seed_demo
from agent_desktop.passwords import Passwords
from runtime.bus import MemoryBus
from runtime.clock import SystemClock
from runtime.config import Settings, load
from runtime.db import Database
from tests.fakes.ivr import FakeIvr
from tests.fakes.policy import RuledQueues
from tests.fakes.roles import FakeAcd, FakeBridge

PASSWORD = "a demo password"
CITY = Path(__file__).parents[2] / "config" / "warszawa" / "centrala.toml"


@dataclass
class Client:
    """One signed-in browser without a page."""

    http: ClientSession
    origin: str
    csrf: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def sign_in(self, login: str, password: str = PASSWORD) -> dict[str, Any]:
        body = {"login": login, "password": password}
        async with self.http.post(f"{self.origin}/api/v1/session", json=body) as answer:
            reply: dict[str, Any] = await answer.json(content_type=None)
            assert answer.status == 200, reply
        self.csrf = reply["csrf"]
        return reply

    async def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[ClientResponse, Any]:
        """Return the answer and its JSON, None without a body."""
        from yarl import URL  # noqa: PLC0415 - only to keep %2F as it is written

        sent = {"X-CSRF-Token": self.csrf, **(headers or {})}
        address = URL(self.origin + path, encoded=True)
        more = {} if body is None else {"json": body}
        async with self.http.request(method, address, headers=sent, allow_redirects=False, **more) as answer:
            text = await answer.text()
            plain = await answer.json(content_type=None) if "json" in answer.content_type else None
            assert plain is not None or text is not None
            return answer, plain


@dataclass
class RunningDesktop:
    """The desktop with what stands around it."""

    app: DesktopApp
    bus: MemoryBus
    acd: FakeAcd
    rules: RuledQueues
    bridge: FakeBridge
    ivr: FakeIvr
    settings: Settings
    database: Database
    clients: list[Client] = field(default_factory=list)
    checks: dict[str, str] = field(default_factory=lambda: {"database": "ok"})

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.settings.desktop.port}"

    def client(self) -> Client:
        client = Client(http=ClientSession(cookie_jar=CookieJar(unsafe=True)), origin=self.origin)
        self.clients.append(client)
        return client

    async def signed_in(self, login: str) -> Client:
        client = self.client()
        await client.sign_in(login)
        return client


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def running_desktop(
    tmp_path: Path, *, city: Path = CITY, **further: str
) -> AsyncIterator[RunningDesktop]:
    """Run a desktop with the accounts of the example city; `further` are more `CENTRALA_` variables."""
    environment = {
        "CENTRALA_DESKTOP__PORT": str(free_port()),
        "CENTRALA_RUNTIME__STATE_DIR": str(tmp_path),
        "CENTRALA_DEMO__PASSWORD": PASSWORD,
        **{f"CENTRALA_{name}": value for name, value in further.items()},
    }
    settings = load(city, environment)
    bus, clock = MemoryBus(), SystemClock()
    database = Database(settings.database_url)
    await database.upgrade()
    acd, bridge = FakeAcd(bus=bus, clock=clock), FakeBridge(bus=bus, clock=clock)
    acd.serve()
    rules = RuledQueues(bus=bus, city_file=CITY.with_name("queues.toml"), folder=tmp_path / "city")
    bridge.serve()
    ivr = FakeIvr(bus=bus)
    ivr.serve()
    checks = {"database": "ok"}
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    app = DesktopApp(
        settings=settings,
        bus=bus,
        clock=clock,
        database=database,
        health=lambda: checks,
        metrics=lambda: b"# metrics\n",
        passwords=Passwords(hasher=cheap),
    )
    await seed_demo(users=app.users, settings=settings)
    await app.start()
    await app.configure_agents()
    running = RunningDesktop(
        app=app,
        bus=bus,
        acd=acd,
        rules=rules,
        bridge=bridge,
        ivr=ivr,
        settings=settings,
        database=database,
        checks=checks,
    )
    try:
        yield running
    finally:
        for client in running.clients:
            await client.http.close()
        await app.stop()
        await database.close()
