"""Real parts for tests: a PostgreSQL cluster of our own, a desktop without telephony, Chromium."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.integration.desktop_pages import CHROMIUM_ARGUMENTS, SHOWN_WITHIN_MS
from tests.integration.desktop_server import RunningDesktop, running_desktop

UNPRIVILEGED_UID = 65534


class PostgresCluster:
    """One cluster in a folder of its own, on a free loopback port; it can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._bin = _postgres_bin()
        self._data = folder / "data"
        self._log = folder / "server.log"
        self._folder = folder
        self.port = _free_port()
        if os.geteuid() == 0:
            os.chown(folder, UNPRIVILEGED_UID, UNPRIVILEGED_UID)
        self._run("initdb", "-D", str(self._data), "-U", "centrala", "-A", "trust", "--no-sync", "-E", "UTF8")

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self._run("pg_ctl", "-D", str(self._data), "-l", str(self._log), "-w", "-o", options, "start")

    def stop(self) -> None:
        """Stop at once, as a crash of the server would: open connections are cut."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", "immediate", "stop")

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://centrala@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *arguments: str) -> None:
        # initdb and postgres refuse to work for root.
        switch = {"user": UNPRIVILEGED_UID, "group": UNPRIVILEGED_UID, "extra_groups": []}
        done = subprocess.run(
            [str(self._bin / program), *arguments],
            cwd=self._folder,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(self._folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            check=False,
            **(switch if os.geteuid() == 0 else {}),
        )
        assert done.returncode == 0, f"{program}: {done.stdout}"


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[PostgresCluster]:
    # Below the system's temporary folder: pytest's own is closed to other users, postgres is one here.
    folder = Path(tempfile.mkdtemp(prefix="centrala-postgres-"))
    cluster = PostgresCluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)


@pytest.fixture
async def postgres_url(postgres_cluster: PostgresCluster, request: pytest.FixtureRequest) -> str:
    """The URL of an empty database for this one test."""
    number = getattr(request.config, "postgres_databases", 0) + 1
    request.config.postgres_databases = number  # type: ignore[attr-defined]
    name = f"test_{number}"
    connection = await asyncpg.connect(
        host="127.0.0.1", port=postgres_cluster.port, user="centrala", database="postgres"
    )
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()
    return postgres_cluster.url(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'store.sqlite'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def desktop(tmp_path: Path) -> AsyncIterator[RunningDesktop]:
    """A desktop whose routing, telephony and city are fakes."""
    async with running_desktop(tmp_path) as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium as the machine has it."""
    expect.set_options(timeout=SHOWN_WITHIN_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=CHROMIUM_ARGUMENTS
        )
        yield browser
        await browser.close()


def _postgres_bin() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    assert found, "PostgreSQL is not installed (Debian package postgresql)"
    return found[-1].parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
