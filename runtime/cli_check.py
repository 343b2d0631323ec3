"""`centrala doctor`, `flow check` and `explain`."""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from contact.times import to_iso
from ivr.adapters.city import check_city
from runtime import instance
from runtime.cli_account import read_password
from runtime.cli_demo import demo_supervisor
from runtime.cli_run import say
from runtime.config import Settings
from runtime.desk_client import DeskClient, address_of
from runtime.doctor import examine


def doctor(settings: Settings, arguments: argparse.Namespace) -> int:  # noqa: ARG001 - all commands are called alike
    """Tell of every part how it is, and of each that is ill what to do; 1 where one is."""
    checks = asyncio.run(examine(instance.complete(settings, make=False)))
    for check in checks:
        say(f"{'ok  ' if check.ok else 'ILL '} {check.name:<24} {check.found}")
        if not check.ok and check.advice:
            say(f"     {'':<24} -> {check.advice}")
    ill = sum(not check.ok for check in checks)
    say(f"{ill} of {len(checks)} parts are ill" if ill else f"all {len(checks)} parts are well")
    return 1 if ill else 0


def flow(settings: Settings, arguments: argparse.Namespace) -> int:  # noqa: ARG001 - all commands are called alike
    """Name every mistake in the city's flow and prompts on standard error; 1 where there is one."""
    findings = check_city(settings)
    for finding in findings:
        print(finding, file=sys.stderr)  # noqa: T201 - this is the command's own voice
    if not findings:
        say(f"{settings.city_dir / settings.ivr.flow}: no mistakes")
    return 1 if findings else 0


def explain(settings: Settings, arguments: argparse.Namespace) -> int:
    """Tell what routing decided about a call, oldest first: in plain words, then fact by fact."""
    login, password = (arguments.login, "") if arguments.login else demo_supervisor(settings)
    told = _explanation(settings, arguments.call, login, password, arguments.language)
    for line in asyncio.run(told):
        say(line)
    return 0


async def _explanation(settings: Settings, call: str, login: str, password: str, language: str) -> list[str]:
    async with DeskClient(origin=address_of(settings)) as desk:
        await desk.sign_in(
            login, password or await asyncio.to_thread(read_password, f"Password of {login}: ")
        )
        found = await desk.get(f"/api/v1/calls/{quote(call, safe='')}/explanation")
        await desk.sign_out()
    return [*found["words"][language], "", *(describe(fact) for fact in found["facts"])]


def describe(fact: Mapping[str, Any]) -> str:
    """Return one fact in one line: its kind, then each field that says something."""
    shown = [
        f"{key}={to_iso(value) if key.endswith('_at') else _plain(value)}"
        for key, value in fact.items()
        if key not in ("type", "call") and value not in (None, "", [])
    ]
    return f"{fact['type']:<18} {' '.join(shown)}"


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_plain(one) for one in value) + "]"
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
