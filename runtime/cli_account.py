"""`centrala user add`."""

import argparse
import asyncio
import getpass
import sys

from agent_desktop.passwords import Passwords
from agent_desktop.users import Role, User, Users, with_skills
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
        ),
        parse_skills(arguments.skills),
    )
    asyncio.run(_store(settings, user, read_password(f"Password for {user.login}: ")))
    say(f"{user.login} can sign in now")
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


async def _store(settings: Settings, user: User, password: str) -> None:
    database = Database(settings.database_url)
    passwords = Passwords()
    try:
        await database.upgrade()
        await Users(database=database, passwords=passwords, clock=SystemClock()).create(user, password)
    finally:
        passwords.close()
        await database.close()
