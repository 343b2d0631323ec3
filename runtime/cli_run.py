"""`centrala up`, `render` and `db upgrade`."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

import uvloop

from agent_desktop.passwords import Passwords
from agent_desktop.telling_setup import read_setup
from agent_desktop.users import Users
from dialplans.render import Phone
from dialplans.render import render as render_files
from runtime import instance, supervise
from runtime.asterisk import AsteriskProcess, find_asterisk
from runtime.clock import SystemClock
from runtime.config import Settings
from runtime.db import Database

DEFAULT_CONFIG = "config/warszawa/centrala.toml"


def say(line: str) -> None:
    """Print `line` for a person, at once."""
    print(line, flush=True)  # noqa: T201 - this is the command's own voice


def up(settings: Settings, arguments: argparse.Namespace) -> int:
    """Run the hotline until a signal; a mistake in who is told of alerts is named before anything starts."""
    read_setup(settings)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(supervise.run(settings, say=say, program=program(arguments.config)))
    return 0


def render(settings: Settings, arguments: argparse.Namespace) -> int:
    """Write Asterisk's configuration with the accounts' phones, and name the folder."""
    complete = instance.complete(settings)
    install = find_asterisk(settings=complete, say=say)
    place = AsteriskProcess(settings=complete, install=install).place
    directory: Path = arguments.output or place.layout.etc
    phones = asyncio.run(_phones(complete))
    changed = render_files(settings=complete, phones=phones, install=install, directory=directory)
    say(f"{directory}: {'written' if changed else 'nothing has changed'}, {len(phones)} phones")
    return 0


def upgrade(settings: Settings, arguments: argparse.Namespace) -> int:  # noqa: ARG001 - all commands are called alike
    """Bring the store's schema to the newest revision."""
    asyncio.run(_upgrade(settings))
    say("the store is up to date")
    return 0


def program(config: str, called: str = sys.argv[0]) -> str:
    """Return how this command is called from the current folder for the settings in `config`."""
    shown = "centrala"
    if Path(called).name == "centrala":
        near = os.path.relpath(called)
        shown = called if near.startswith("..") else near
    return shown if config == DEFAULT_CONFIG else f"{shown} --config {config}"


async def _phones(settings: Settings) -> list[Phone]:
    database = Database(settings.database_url)
    passwords = Passwords()
    try:
        await database.upgrade()
        users = Users(database=database, passwords=passwords, clock=SystemClock())
        rows = await users.phones()
        return [
            Phone(extension=number, secret=secret, name=name, takes_calls=takes_calls)
            for number, secret, name, takes_calls in rows
        ]
    finally:
        passwords.close()
        await database.close()


async def _upgrade(settings: Settings) -> None:
    database = Database(settings.database_url)
    try:
        await database.upgrade()
    finally:
        await database.close()
