"""Looks at every part of a hotline and says what to do about each that is not well.

It works beside a running hotline and without one. Where Asterisk runs, it is asked; where it does not,
the ports that it and the controller will want are tried instead. Nothing is changed: no file, no state.
"""

import asyncio
import contextlib
import os
import re
import socket
import tomllib
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy
from sqlalchemy.ext.asyncio import create_async_engine

from agent_desktop.telling_setup import TellingSetup, read_setup
from dialplans.lint import lint
from dialplans.module import ModuleMissing, modules_for
from ivr.adapters.city import load_city
from ivr.adapters.flow_file import FlowError
from ivr.adapters.queue_prompt import queue_tables
from runtime.asterisk import AsteriskError, AsteriskInstall, AsteriskProcess
from runtime.asterisk_install import candidate, default_cache_dir, installed, private
from runtime.asterisk_tree import TREE
from runtime.config import Settings
from runtime.section import KEY_SIGNS_MIN, ConfigError

CONNECT_TIMEOUT_S = 3.0
NEEDED_ACTIONS = (
    "Originate",
    "Setvar",
    "Status",
    "DeviceStateList",
    "Hangup",
    "MixMonitorMute",
    "StopMixMonitor",
)
FORBIDDEN_ACTIONS = ("Command", "UpdateConfig", "ModuleLoad", "DialplanExtensionAdd", "MixMonitor")
RUN = "run the hotline once: make run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One part that was looked at: what was found, and what to do where it is not well."""

    name: str
    ok: bool
    found: str
    advice: str = ""


async def examine(settings: Settings, *, cache_dir: Path | None = None) -> list[Check]:
    """Return a check of every part, in the order a call meets them; never raises for a part that is ill.

    `settings` are complete: with the secrets that the running hotline uses, where there is one.
    """
    install, checks = await asyncio.to_thread(_find, settings, cache_dir or default_cache_dir())
    asterisk = _running(settings, install)
    if install is not None:
        checks.append(_modules_there(install))
    checks.append(await asyncio.to_thread(_configuration, settings))
    if asterisk is None:
        checks.append(Check(name="Asterisk runs", ok=True, found="not now; it starts with the hotline"))
        checks += _ports_free(settings)
    else:
        checks += await _live(settings, asterisk)
    checks += await asyncio.gather(
        _named("AGI", _agi(settings, live=asterisk is not None)),
        _named("database", _database(settings)),
        _named("alert recipients", _recipients(settings)),
    )
    checks.append(await asyncio.to_thread(_prompts, settings))
    checks.append(_recordings(settings))
    return checks


def _find(settings: Settings, cache_dir: Path) -> tuple[AsteriskInstall | None, list[Check]]:
    """Look for Asterisk as `find_asterisk` does, but make none."""
    passed_over: list[str] = []
    binary = candidate(settings)
    install = installed(binary, say=passed_over.append) if binary else None
    if install is None and not settings.asterisk.binary and (cache_dir / TREE).is_dir():
        try:
            install = private(cache_dir / TREE)
        except AsteriskError as error:
            passed_over.append(str(error))
    if install is None:
        found = "; ".join(passed_over) or "neither installed nor unpacked"
        advice = f"{RUN} (it unpacks one), or name one in CENTRALA_ASTERISK__BINARY"
        return None, [Check(name="Asterisk found", ok=False, found=found, advice=advice)]
    place = "private, " if install.private else ""
    found = "; ".join([f"{place}{install.command[-1]}", *passed_over])
    return install, [
        Check(name="Asterisk found", ok=True, found=found),
        Check(name="Asterisk version", ok=True, found=install.text),
    ]


def _recordings(settings: Settings) -> Check:
    name, recordings = "talk recordings", settings.recordings
    if not recordings.enabled or not _wanted(settings):
        return Check(name=name, ok=True, found="no queue records")
    if recordings.possible:
        return Check(name=name, ok=True, found=f"encrypted, kept for {recordings.keep_days} days")
    if settings.demo.enabled and not recordings.key_file:
        return Check(name=name, ok=True, found="the demo makes its key at the first start")
    advice = (
        f"give a text of {KEY_SIGNS_MIN} signs or more in CENTRALA_RECORDINGS__KEY, or in the file "
        "recordings.key_file, such as openssl rand -base64 32 makes"
    )
    return Check(
        name=name, ok=False, found="queues are to record and there is no key: none does", advice=advice
    )


def _wanted(settings: Settings) -> bool:
    """Return whether the policy has any queue record; a policy that cannot be read is told elsewhere."""
    try:
        tables = queue_tables((settings.city_dir / "queues.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return any(table.get("recording_percent") for table in tables.values())


def _running(settings: Settings, install: AsteriskInstall | None) -> AsteriskProcess | None:
    """Return the instance of this state directory if it runs."""
    if install is None:
        return None
    asterisk = AsteriskProcess(settings=settings, install=install)
    return asterisk if asterisk.find() else None


def _modules_there(install: AsteriskInstall) -> Check:
    try:
        count = len(modules_for(install.modules_dir))
    except ModuleMissing as error:
        return Check(
            name="Asterisk modules", ok=False, found=str(error), advice="install all of Asterisk's modules"
        )
    return Check(name="Asterisk modules", ok=True, found=f"all {count} are there")


def _configuration(settings: Settings) -> Check:
    """Read the rendered files back."""
    name = "dialplan"
    etc = settings.state_dir / "asterisk" / "etc"
    if not os.access(etc, os.R_OK | os.X_OK):
        there = etc.exists()
        advice = "run this as the account that runs the hotline" if there else ""
        return Check(
            name=name, ok=not there, found="cannot be read" if there else "not rendered yet", advice=advice
        )
    findings = lint(etc)
    if findings:
        more = f" and {len(findings) - 1} more" if len(findings) > 1 else ""
        return Check(
            name=name, ok=False, found=f"{findings[0]}{more}", advice="render it again: centrala render"
        )
    return Check(name=name, ok=True, found="nothing to find fault with")


def _ports_free(settings: Settings) -> list[Check]:
    wanted = (
        ("SIP port", "sip.port", settings.sip.bind, settings.sip.port, socket.SOCK_DGRAM),
        ("AMI port", "ami.port", settings.ami.host, settings.ami.asterisk_port, socket.SOCK_STREAM),
        ("HTTP port of Asterisk", "asterisk.http_port", settings.asterisk.http_host,
         settings.asterisk.http_port, socket.SOCK_STREAM),
    )  # fmt: skip
    return [_port_free(*one) for one in wanted]


def _port_free(name: str, setting: str, host: str, port: int, kind: socket.SocketKind) -> Check:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, kind) as probe:
            if kind is socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        advice = f"stop what uses it, or set CENTRALA_{setting.upper().replace('.', '__')} to another port"
        return Check(name=name, ok=False, found=f"{host}:{port}: {error.strerror}", advice=advice)
    return Check(name=name, ok=True, found=f"{host}:{port} is free")


async def _live(settings: Settings, asterisk: AsteriskProcess) -> list[Check]:
    """Ask the running Asterisk."""
    runs = Check(name="Asterisk runs", ok=True, found=f"pid {asterisk.pid}")
    return [
        runs,
        *await asyncio.gather(
            _named("modules loaded", _modules_loaded(asterisk)),
            _named("SIP port", _sip(settings, asterisk)),
            _named("AMI", _ami(settings)),
            _named("browser phones", _browser_phones(settings)),
        ),
    ]


async def _named(name: str, work: Awaitable[tuple[str, str]]) -> Check:
    """Return the check `name` from what `work` found and advises; "" advises nothing, all is well."""
    try:
        found, advice = await work
    except (AsteriskError, OSError, TimeoutError, asyncio.IncompleteReadError, UnicodeDecodeError) as error:
        return Check(name=name, ok=False, found=str(error) or "no answer", advice=f"see the logs; {RUN}")
    return Check(name=name, ok=not advice, found=found, advice=advice)


async def _modules_loaded(asterisk: AsteriskProcess) -> tuple[str, str]:
    shown = await asterisk.run_cli("module show")
    loaded = set(re.findall(r"^(\S+)\.so\s.*\sRunning\s", shown, re.MULTILINE))
    missing = sorted(set(modules_for(asterisk.install.modules_dir)) - loaded)
    if missing:
        return f"not running: {', '.join(missing)}", f"see {asterisk.place.layout.log / 'messages.log'}"
    return "all that are needed", ""


async def _sip(settings: Settings, asterisk: AsteriskProcess) -> tuple[str, str]:
    shown = await asterisk.run_cli("pjsip show transports")
    wanted = f":{settings.sip.port}\n"
    if not any(line.rstrip().endswith(wanted.strip()) and " udp " in line for line in shown.splitlines()):
        return f"no transport on port {settings.sip.port}", "stop and start the hotline, SIP ports need that"
    return f"{settings.sip.bind}:{settings.sip.port} is ours", ""


@contextlib.asynccontextmanager
async def _connected(
    host: str, port: int
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect and be done with everything within the deadline."""
    async with asyncio.timeout(CONNECT_TIMEOUT_S):
        reader, writer = await asyncio.open_connection(host, port)
        try:
            yield reader, writer
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def _ami(settings: Settings) -> tuple[str, str]:
    """Log in with the controller's account and try what it may do."""
    async with _connected(settings.ami.host, settings.ami.port) as (reader, writer):

        async def act(action: str) -> str:
            writer.write(f"{action}\r\n\r\n".encode())
            while True:
                block = (await reader.readuntil(b"\r\n\r\n")).decode("utf-8", "replace")
                if "Response: " in block:
                    return block

        reply = await act(
            f"Action: Login\r\nUsername: {settings.ami.user}\r\nSecret: {settings.ami.secret}\r\nEvents: off"
        )
        if "Response: Success" not in reply:
            return (
                "the login is refused",
                "ami.user and ami.secret are not those of the running Asterisk: restart it",
            )
        commands = await act("Action: ListCommands")
    missing = [name for name in NEEDED_ACTIONS if f"\n{name}: " not in commands]
    excess = [name for name in FORBIDDEN_ACTIONS if f"\n{name}: " in commands]
    if missing or excess:
        found = f"may not {', '.join(missing)}" if missing else f"may {', '.join(excess)}"
        return found, "the account's privileges were changed: centrala render, then restart Asterisk"
    return "logged in with the least privileges", ""


async def _browser_phones(settings: Settings) -> tuple[str, str]:
    """Ask Asterisk's web server for a WebSocket that speaks SIP."""
    host, port = settings.asterisk.http_host, settings.asterisk.http_port
    async with _connected(host, port) as (reader, writer):
        writer.write(
            f"GET /ws HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: Y2VudHJhbGEgZG9jdG9yIQ==\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: sip\r\n\r\n".encode()
        )
        status = (await reader.readline()).decode("ascii", "replace").strip()
    if " 101 " not in f"{status} ":
        return (
            f"/ws answers {status or 'nothing'}",
            "res_pjsip_transport_websocket or http.conf is not loaded",
        )
    return f"ws://{host}:{port}/ws", ""


async def _agi(settings: Settings, *, live: bool) -> tuple[str, str]:
    """See whether the controller's script server takes connections."""
    host, port = settings.agi.host, settings.agi.port
    try:
        async with _connected(host, port):
            return f"{host}:{port} takes connections", ""
    except (OSError, TimeoutError):
        if not live:
            return "not now; it starts with the hotline", ""
        return (
            f"nobody listens on {host}:{port}",
            "the controller is away and callers go to the static queue: make run",
        )


async def _database(settings: Settings) -> tuple[str, str]:
    """Ask the database something; a SQLite file that is not there yet is made at the first start."""
    url = sqlalchemy.make_url(settings.database_url)
    shown = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not await asyncio.to_thread(os.path.isfile, url.database or ""):
        return "not made yet; it is made with the first start", ""
    engine = create_async_engine(url, poolclass=sqlalchemy.NullPool)
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S), engine.connect() as connection:
            tables = await connection.run_sync(lambda one: sqlalchemy.inspect(one).get_table_names())
    except (sqlalchemy.exc.SQLAlchemyError, OSError, TimeoutError) as error:
        reason = str(error).splitlines()[0] if str(error) else "no answer"
        return f"{shown}: {reason}", "start the database, or set CENTRALA_DATABASE__URL"
    finally:
        await engine.dispose()
    return f"{shown} answers, {len(tables)} tables", ""


async def _recipients(settings: Settings) -> tuple[str, str]:
    """See whether recipients of alerts can be told: settings, queues, a mail server that answers."""
    try:
        setup = await asyncio.to_thread(read_setup, settings)
        unknown = await asyncio.to_thread(_unknown_queues, settings, setup)
    except (ConfigError, tomllib.TOMLDecodeError) as error:
        return str(error), "see docs/operator.md, Alerts by e-mail and webhook"
    if unknown:
        return f"alerts.toml names queues that there are not: {', '.join(unknown)}", "mend their names"
    if not setup.recipients:
        return "none; alerts are on the board only", ""
    if setup.server is not None:
        place = f"{setup.server.host}:{setup.server.port}"
        try:
            async with _connected(setup.server.host, setup.server.port):
                pass
        except (OSError, TimeoutError) as error:
            return f"{place}: {error or 'no answer'}", "start the mail server, or see smtp.host and smtp.port"
    return f"{len(setup.recipients)}; try them: centrala alert test", ""


def _unknown_queues(settings: Settings, setup: TellingSetup) -> list[str]:
    with (settings.city_dir / "queues.toml").open("rb") as file:
        known = tomllib.load(file).get("queue", {})
    return sorted({queue for one in setup.recipients for queue in one.queues if queue not in known})


def _prompts(settings: Settings) -> Check:
    """See whether the flow has no mistakes and every prompt it needs is there as a file."""
    folder = settings.state_dir / "prompts"
    try:
        texts = load_city(settings).prompts
    except FlowError as error:
        found = f"{len(error.findings)} mistakes in the flow or the prompts"
        return Check(name="prompts", ok=False, found=found, advice="name them: centrala flow check")
    if not folder.exists():
        return Check(name="prompts", ok=True, found="not made yet; they are made with the first start")
    wanted = [f"{language}/{prompt}" for language, prompts in texts.items() for prompt in sorted(prompts)]
    missing = [name for name in wanted if not (folder / f"{name}.wav").is_file()]
    if missing:
        return Check(name="prompts", ok=False, found=f"missing: {', '.join(missing[:5])}", advice=RUN)
    return Check(name="prompts", ok=True, found=f"{len(wanted)} in {', '.join(texts)}")
