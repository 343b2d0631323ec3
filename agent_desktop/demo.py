"""The example city's accounts: made at first start, brought back to what the file says at every start."""

import asyncio
import os
import secrets
from pathlib import Path

from agent_desktop.city import read_accounts
from agent_desktop.users import User, Users
from runtime.config import Settings

PASSWORD_FILE = "demo-password"  # noqa: S105 - the name of a file, not a password
_PASSWORD_BYTES = 9


def demo_password(settings: Settings) -> str:
    """Return the password of every demo account: the setting, else the one kept in the state folder.

    The kept one is made at first start, in a file that only its owner may read.
    """
    if settings.demo.password:
        return settings.demo.password
    file = settings.state_dir / PASSWORD_FILE
    try:
        return file.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return _keep(file, secrets.token_urlsafe(_PASSWORD_BYTES))


async def seed_demo(*, users: Users, settings: Settings) -> str:
    """Make the demo accounts that are missing, set the password where it changed; return the password.

    What else was changed of an account stays as it is. Does nothing but return "" where the demo is off.
    """
    if not settings.demo.enabled:
        return ""
    password = demo_password(settings)
    accounts = read_accounts(settings.city_dir)
    await asyncio.gather(*(_seed(users, account, password) for account in accounts))
    return password


async def _seed(users: Users, account: User, password: str) -> None:
    stored = await users.get(account.login)
    if stored is None:
        await users.create(account, password, phone_secret=password, length_min=1)
        return
    if stored.active and await users.verify(account.login, password) is None:
        await users.change(stored, password=password, phone_secret=password, length_min=1)


def _keep(file: Path, password: str) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(password + "\n")
    return password
