"""`centrala user add` and `centrala user change`."""

import argparse
import asyncio
import getpass
import sys
from dataclasses import replace

from agent_desktop.audit import Audit
from agent_desktop.change import difference
from agent_desktop.passwords import Passwords
from agent_desktop.scope import WHOLE, Scope, from_plain, to_plain
from agent_desktop.users import Role, User, Users, fields_of, with_skills
from contact.errors import CentralaError
from contact.ids import AgentId, Extension, Skill
from runtime.cli_run import say
from runtime.clock import SystemClock
from runtime.config import Settings
from runtime.db import Database

ROLES = tuple(role.value for role in Role)


def add(settings: Settings, arguments: argparse.Namespace) -> int:
    """Store a new account; a running hotline takes it up within seconds."""
    user = with_skills(
        User(
            login=AgentId(arguments.login),
            name=arguments.name,
            role=Role(arguments.role),
            extension=Extension(arguments.extension) if arguments.extension else None,
            language=arguments.language,
            team=arguments.team or "",
            scope=_scope(WHOLE, arguments),
        ),
        parse_skills(arguments.skills),
    )
    asyncio.run(_store(settings, user, read_password(f"Password for {user.login}: ")))
    say(f"{user.login} can sign in now")
    return 0


def change(settings: Settings, arguments: argparse.Namespace) -> int:
    """Change what is named of an account; a running hotline takes it up within seconds."""
    asyncio.run(_change(settings, arguments))
    say(f"{arguments.login} is changed")
    return 0


def parse_skills(text: str) -> list[tuple[Skill, int]]:
    """Return the skills in `pl=100,roads=80`; raise `CentralaError` naming the part that is wrong."""
    skills = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, sign, level = part.partition("=")
        if not sign or not level.isascii() or not level.isdigit():
            raise CentralaError(f"--skills: {part!r} is not of the form name=level")
        skills.append((Skill(name.strip()), int(level)))
    return skills


def read_password(prompt: str) -> str:
    """Return what a person types unseen, or the first line of a pipe."""
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline().rstrip("\n")


def changed(user: User, arguments: argparse.Namespace) -> User:
    """Return `user` with what `arguments` name; an empty extension takes the phone away."""
    skills = user.skills if arguments.skills is None else parse_skills(arguments.skills)
    extension = user.extension if arguments.extension is None else arguments.extension or None
    user = replace(
        user,
        name=arguments.name or user.name,
        role=Role(arguments.role or user.role),
        extension=Extension(extension) if extension else None,
        active=user.active if arguments.open is None else arguments.open,
        team=user.team if arguments.team is None else arguments.team,
        scope=_scope(user.scope, arguments),
    )
    return with_skills(user, skills)


def _scope(now: Scope, arguments: argparse.Namespace) -> Scope:
    """Return `now` with the lists that `arguments` name."""
    given = {name: getattr(arguments, name) for name in to_plain(now)}
    named = {name: parse_names(text) for name, text in given.items() if text is not None}
    return from_plain({**to_plain(now), **named})


def parse_names(text: str) -> list[str]:
    """Return the names in `a,b`."""
    return [*filter(None, (part.strip() for part in text.split(",")))]


async def _change(settings: Settings, arguments: argparse.Namespace) -> None:
    database = Database(settings.database_url)
    passwords = Passwords()
    clock = SystemClock()
    try:
        await database.upgrade()
        users = Users(database=database, passwords=passwords, clock=clock)
        user = await users.get(arguments.login)
        if user is None:
            raise CentralaError(f"there is no account {arguments.login!r}")
        new = changed(user, arguments)
        await users.change(new)
        before, after = difference(fields_of(user), fields_of(new))
        detail = " ".join(f"{name}={value}" for name, value in _named(arguments))
        await Audit(database=database, clock=clock).record(
            actor=f"{getpass.getuser()}@console",
            action="account.changed",
            subject=user.login,
            detail=detail,
            before=before,
            after=after,
        )
    finally:
        passwords.close()
        await database.close()


def _named(arguments: argparse.Namespace) -> list[tuple[str, object]]:
    """Return what the command line asks to be changed."""
    fields = ("name", "role", "extension", "skills", "team", "teams", "queues", "districts", "open")
    given = ((name, getattr(arguments, name)) for name in fields)
    return [(name, value) for name, value in given if value is not None]


async def _store(settings: Settings, user: User, password: str) -> None:
    database = Database(settings.database_url)
    passwords = Passwords()
    try:
        await database.upgrade()
        clock = SystemClock()
        await Users(database=database, passwords=passwords, clock=clock).create(user, password)
        await Audit(database=database, clock=clock).record(
            actor=f"{getpass.getuser()}@console",
            action="account.made",
            subject=user.login,
            after=difference({}, fields_of(user))[1],
        )
    finally:
        passwords.close()
        await database.close()
