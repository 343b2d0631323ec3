"""Alerts of a running desktop told to a mail server and a webhook, and what the board says of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from agent_desktop import notice_pace, notifier
from contact.ids import E164, AgentId, CallId
from runtime import cli
from tests.integration.alert_desktop import SECRET, city, telling
from tests.integration.alert_servers import Hooks, Mails, hook_server, mail_server
from tests.integration.desktop_server import RunningDesktop, free_port

CALL = CallId("1763800000.1")
ANNA = AgentId("anna")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifier, "GATHER_S", 0.1)
    monkeypatch.setattr(notifier, "KEEP_EVERY_S", 0.1)
    monkeypatch.setattr(notice_pace, "RETRY_FIRST_S", 0.2)


@pytest.fixture
async def hooks() -> AsyncIterator[Hooks]:
    async with hook_server() as found:
        yield found


@pytest.fixture
def mails() -> Iterator[Mails]:
    with mail_server() as found:
        yield found


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while True:
            if holds():
                return
            await asyncio.sleep(0.05)


async def told(desktop: RunningDesktop) -> dict[str, str]:
    sylwia = await desktop.signed_in("sylwia")
    found: list[dict[str, Any]] = (await sylwia.ask("GET", "/api/v1/alerts"))[1]
    return {row["recipient"]: row["state"] for one in found for row in one["told"]}


def answer(desktop: RunningDesktop) -> None:
    desktop.acd.offer(CALL, ANNA)
    desktop.acd.connect(CALL)


def events(hooks: Hooks) -> list[str]:
    return [json.loads(one)["event"] for one in hooks.bodies]


async def test_an_alert_is_told_by_e_mail_and_webhook_with_who_sees_to_it_and_its_end(
    tmp_path: Path, hooks: Hooks, mails: Mails
) -> None:
    async with telling(tmp_path, hooks, mails.port) as desktop:
        desktop.acd.wait(CALL, waited_s=130.0, caller=E164("+48600100200"))
        await until(lambda: len(mails.taken) == 1 and events(hooks) == ["alert.raised"])
        await until(lambda: bool(desktop.app._feed.alerts.raised))
        assert await told(desktop) == {"dyżurny": "told", "kierownik": "planned", "monitoring": "told"}
        sylwia = await desktop.signed_in("sylwia")
        await sylwia.ask("POST", "/api/v1/alerts/longest_wait:roads/acknowledge")
        await until(lambda: events(hooks) == ["alert.raised", "alert.acknowledged"])
        answer(desktop)
        await until(lambda: len(mails.taken) == 2 and len(hooks.bodies) == 3)
    assert mails.to == [["dyzurny@example.pl"]] * 2
    assert mails.taken[0]["Subject"] == ("[19115] Alarm: Drogi i infrastruktura, rozmówca czeka ponad 2 min")
    assert mails.taken[1]["Subject"].startswith("[19115] Koniec alarmu: Drogi")
    assert mails.taken[0]["References"] == mails.taken[1]["References"]
    assert json.loads(hooks.bodies[2])["alert"]["acknowledged_by"] == "Sylwia Zielińska"
    everything = b"".join(hooks.bodies) + b"".join(one.as_bytes() for one in mails.taken)
    assert b"600100200" not in everything
    assert CALL.encode() not in everything


async def test_a_mail_server_that_comes_late_and_a_webhook_that_fails_first_get_it_all_the_same(
    tmp_path: Path, hooks: Hooks
) -> None:
    hooks.answers = [lambda: web.Response(status=500)]
    port = free_port()
    async with telling(tmp_path, hooks, port) as desktop:
        desktop.acd.wait(CALL, waited_s=130.0)
        await until(lambda: events(hooks) == ["alert.raised"] * 2)
        await until(lambda: bool(desktop.app._notifier._lines[0].pace.failing_since))
        assert (await told(desktop))["dyżurny"] == "failing"
        assert desktop.app.health()["desktop"] == "ok"
        with mail_server(port=port) as mails:
            await until(lambda: len(mails.taken) == 1)
    assert hooks.headers[0]["webhook-id"] == hooks.headers[1]["webhook-id"]
    assert hooks.bodies[0] == hooks.bodies[1]


async def test_a_restart_tells_nobody_twice_and_keeps_who_sees_to_it(
    tmp_path: Path, hooks: Hooks, mails: Mails
) -> None:
    async with telling(tmp_path, hooks, mails.port) as desktop:
        desktop.acd.wait(CALL, waited_s=130.0)
        await until(lambda: len(mails.taken) == 1 and len(hooks.bodies) == 1)
        sylwia = await desktop.signed_in("sylwia")
        await sylwia.ask("POST", "/api/v1/alerts/longest_wait:roads/acknowledge")
        await until(lambda: len(hooks.bodies) == 2)
        (before,) = desktop.app._feed.alerts.raised.values()
    async with telling(tmp_path, hooks, mails.port) as desktop:
        desktop.acd.wait(CALL, waited_s=130.0)
        await until(lambda: bool(desktop.app._feed.alerts.raised))
        (after,) = desktop.app._feed.alerts.raised.values()
        assert (after.occurrence, after.acknowledged_by) == (before.occurrence, "sylwia")
        answer(desktop)
        await until(lambda: len(mails.taken) == 2 and len(hooks.bodies) == 3)
    assert events(hooks) == ["alert.raised", "alert.acknowledged", "alert.ended"]


async def test_the_command_says_of_each_recipient_whether_a_test_arrived(
    tmp_path: Path,
    hooks: Hooks,
    mails: Mails,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = city(tmp_path, hooks)
    monkeypatch.setenv("CENTRALA_RUNTIME__STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("CENTRALA_SMTP__HOST", "127.0.0.1")
    monkeypatch.setenv("CENTRALA_SMTP__PORT", str(mails.port))
    monkeypatch.setenv("CENTRALA_SMTP__SECURITY", "none")
    monkeypatch.setenv("CENTRALA_SMTP__SENDER", "c@example.pl")
    monkeypatch.setenv("CENTRALA_WEBHOOK__SECRET", SECRET)

    async def test(*name: str) -> tuple[int, list[str]]:
        status = await asyncio.to_thread(cli.main, ["--config", str(file), "alert", "test", *name])
        return status, capsys.readouterr().out.splitlines()

    status, lines = await test()
    assert (status, [line.split()[:3] for line in lines]) == (
        0,
        [["ok", "dyżurny", "email"], ["ok", "kierownik", "email"], ["ok", "monitoring", "webhook"]],
    )
    assert {one["Subject"] for one in mails.taken} == {"[19115] Próba powiadamiania o alarmach"}
    assert events(hooks) == ["test"]
    hooks.answers = [lambda: web.Response(status=404)]
    assert (await test("monitoring"))[0] == 1
    assert (await test("nobody"))[0] == 2
