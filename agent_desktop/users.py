"""People: who may sign in, in which role and scope, with which phone and which skills."""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from pydantic import JsonValue
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from agent_desktop.errors import AccountRefused
from agent_desktop.passwords import Passwords
from agent_desktop.scope import SCOPE_ENTRIES_MAX, WHOLE, Scope, from_plain, to_plain
from agent_desktop.tables import sessions, user_skills, users
from contact.ids import AgentId, Extension, Skill
from runtime.clock import Clock
from runtime.db import Database

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_EXTENSION = re.compile(r"[0-9]{2,8}")
_SKILL = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LANGUAGES = frozenset({"pl", "en"})
_SKILL_FIELD = "skills."
_SCOPE_FIELD = "scope."
LEVEL_MAX = 100
PASSWORD_LENGTH_MIN = 8
PASSWORD_LENGTH_MAX = 256
_NAME_LENGTH_MAX = 120
_TEAM_LENGTH_MAX = 40
_PHONE_SECRET_BYTES = 24
_PERSON = select(users).where(users.c.login == bindparam("login"))
_SKILLS = select(user_skills).where(user_skills.c.login == bindparam("login")).order_by(user_skills.c.skill)


class Role(StrEnum):
    """What a person may do. Roles are named one by one where they matter; none contains another."""

    AGENT = "agent"
    TEAM_LEAD = "team_lead"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"
    ADMIN = "admin"


SCOPED = frozenset({Role.TEAM_LEAD, Role.SUPERVISOR, Role.ANALYST})
"""Roles that may be limited to a part of the centre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One person. `extension` is set for whoever takes calls; skill levels are 0 to 100.

    `team` is the one they belong to, "" for none; `scope` what they oversee, where their role oversees.
    """

    login: AgentId
    name: str
    role: Role
    extension: Extension | None = None
    skills: tuple[tuple[Skill, int], ...] = ()
    language: str = "pl"
    wrap_up_s: float | None = None
    active: bool = True
    team: str = ""
    scope: Scope = WHOLE


class Users:
    """The accounts in the database."""

    def __init__(self, *, database: Database, passwords: Passwords, clock: Clock) -> None:
        """Work on `database`, whose tables exist."""
        self._database = database
        self._passwords = passwords
        self._clock = clock
        self._changes = 0

    @property
    def changes(self) -> int:
        """How many changes of existing accounts were made through this object; it only grows."""
        return self._changes

    async def create(
        self,
        user: User,
        password: str,
        *,
        phone_secret: str = "",
        length_min: int = PASSWORD_LENGTH_MIN,
    ) -> None:
        """Store a new account; without `phone_secret` one is made. Raise `AccountRefused`."""
        _check(user, password, length_min)
        row = {
            **_columns(user),
            "password_hash": await self._passwords.hash(password),
            "phone_secret": phone_secret or secrets.token_urlsafe(_PHONE_SECRET_BYTES),
            "created_at": self._clock.now(),
        }
        try:
            async with self._database.session() as session:
                await session.execute(insert(users).values(row))
                await self._write_skills(session, user)
        except IntegrityError:
            if await self.get(user.login) is not None:
                message = f"the login {user.login!r} is taken"
                raise AccountRefused(message, field="login") from None
            message = f"the extension {user.extension!r} is taken"
            raise AccountRefused(message, field="extension") from None

    async def change(
        self,
        user: User,
        *,
        password: str | None = None,
        phone_secret: str = "",
        length_min: int = PASSWORD_LENGTH_MIN,
    ) -> None:
        """Store the account anew; another password, role or scope, or closing it, ends its sessions.

        Raise `AccountRefused`.
        """
        _check(user, password, length_min)
        row = _columns(user)
        if password is not None:
            row["password_hash"] = await self._passwords.hash(password)
        if phone_secret:
            row["phone_secret"] = phone_secret
        try:
            async with self._database.session() as session:
                known = select(users.c.role, users.c.scope).where(users.c.login == user.login)
                former = (await session.execute(known)).one_or_none()
                if former is None:
                    message = f"there is no account {user.login!r}"
                    raise AccountRefused(message, field="login")
                await session.execute(update(users).where(users.c.login == user.login).values(row))
                await session.execute(delete(user_skills).where(user_skills.c.login == user.login))
                await self._write_skills(session, user)
                rights = (user.role.value, to_plain(user.scope))
                if password is not None or not user.active or tuple(former) != rights:
                    await session.execute(delete(sessions).where(sessions.c.login == user.login))
        except IntegrityError:
            message = f"the extension {user.extension!r} is taken"
            raise AccountRefused(message, field="extension") from None
        finally:
            self._changes += 1

    async def get(self, login: str) -> User | None:
        """Return the account of `login`, closed or not, or None."""
        async with self._database.read_session() as session:
            return await self.read(session, login)

    async def read(self, session: AsyncConnection, login: str) -> User | None:
        """Return the account of `login` as `get` does, as one transaction of `session` sees it."""
        row = (await session.execute(_PERSON, {"login": login})).one_or_none()
        if row is None:
            return None
        levels = (await session.execute(_SKILLS, {"login": login})).all()
        return _user(row, ((Skill(one.skill), one.level) for one in levels))

    async def list_all(self) -> tuple[User, ...]:
        """Return all accounts by login."""
        people = select(users).order_by(users.c.login)
        levels = select(user_skills).order_by(user_skills.c.login, user_skills.c.skill)
        async with self._database.read_session() as session:
            rows = (await session.execute(people)).all()
            skills = (await session.execute(levels)).all()
        by_login: dict[str, list[tuple[Skill, int]]] = {}
        for one in skills:
            by_login.setdefault(one.login, []).append((Skill(one.skill), one.level))
        return tuple(_user(row, by_login.get(row.login, ())) for row in rows)

    async def agents(self) -> tuple[User, ...]:
        """Return the open accounts that have a phone, by login."""
        return tuple(
            one
            for one in await self.list_all()
            if one.active and one.extension is not None and one.role is Role.AGENT
        )

    async def verify(self, login: str, password: str) -> User | None:
        """Return whose password this is, or None; an unknown login takes as long as a wrong password."""
        async with self._database.read_session() as session:
            query = select(users.c.password_hash).where(users.c.login == login)
            stored = (await session.execute(query)).scalar_one_or_none()
        if not await self._passwords.verify(stored, password):
            return None
        user = await self.get(login)
        if user is None or not user.active:
            return None
        if stored is not None and self._passwords.is_outdated(stored):
            await self._rehash(user, password)
        return user

    async def phones(self) -> list[tuple[Extension, str, str, bool]]:
        """Return (extension, secret, name, whether it takes calls) of each open account with a phone."""
        query = (
            select(users.c.extension, users.c.phone_secret, users.c.name, users.c.role)
            .where(users.c.extension.is_not(None), users.c.active)
            .order_by(users.c.extension)
        )
        async with self._database.read_session() as session:
            rows = (await session.execute(query)).all()
        return [
            (Extension(row.extension), row.phone_secret, row.name, row.role == Role.AGENT) for row in rows
        ]

    async def _rehash(self, user: User, password: str) -> None:
        stronger = await self._passwords.hash(password)
        async with self._database.session() as session:
            await session.execute(
                update(users).where(users.c.login == user.login).values(password_hash=stronger)
            )

    async def _write_skills(self, session: AsyncConnection, user: User) -> None:
        rows = [{"login": user.login, "skill": skill, "level": level} for skill, level in user.skills]
        if rows:
            await session.execute(insert(user_skills), rows)


def with_skills(user: User, levels: Iterable[tuple[Skill, int]]) -> User:
    """Return `user` with these skills, ordered by name as the store returns them."""
    return replace(user, skills=tuple(sorted(levels)))


def fields_of(user: User) -> dict[str, JsonValue]:
    """Return what is set up about `user`, each skill's level as a field of its own."""
    levels: dict[str, JsonValue] = {f"{_SKILL_FIELD}{skill}": level for skill, level in user.skills}
    fields = _columns(user)
    del fields["login"]
    scope = {f"{_SCOPE_FIELD}{kind}": names for kind, names in fields.pop("scope").items() if names}
    return {**fields, **scope, **levels}


def user_of(login: AgentId, fields: Mapping[str, JsonValue]) -> User:
    """Return the user whose `fields_of` are `fields`."""
    plain: dict[str, Any] = dict(fields)
    levels = _under(plain, _SKILL_FIELD)
    scope = from_plain(_under(plain, _SCOPE_FIELD))
    row = {"extension": None, "wrap_up_s": None, **plain, "role": Role(plain["role"]), "login": login}
    own = {name: value for name, value in row.items() if not name.startswith((_SKILL_FIELD, _SCOPE_FIELD))}
    return with_skills(User(**own, scope=scope), ((Skill(skill), level) for skill, level in levels.items()))


def _under(plain: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in plain.items() if name.startswith(prefix)}


def _columns(user: User) -> dict[str, Any]:
    return {
        "login": user.login,
        "name": user.name,
        "role": user.role.value,
        "extension": user.extension,
        "language": user.language,
        "wrap_up_s": user.wrap_up_s,
        "active": user.active,
        "team": user.team,
        "scope": to_plain(user.scope),
    }


def _user(row: Any, skills: Iterable[tuple[Skill, int]]) -> User:
    return User(
        login=AgentId(row.login),
        name=row.name,
        role=Role(row.role),
        extension=Extension(row.extension) if row.extension is not None else None,
        skills=tuple(skills),
        language=row.language,
        wrap_up_s=row.wrap_up_s,
        active=row.active,
        team=row.team,
        scope=from_plain(row.scope),
    )


def _check(user: User, password: str | None, length_min: int) -> None:
    """Raise `AccountRefused` with the first thing that is wrong."""
    problems = (
        (
            not _LOGIN.fullmatch(user.login),
            "login",
            "a login is small letters, digits, dot, dash and underscore",
        ),
        (
            not user.name.isprintable() or not 0 < len(user.name) <= _NAME_LENGTH_MAX,
            "name",
            "a name is 1-120 letters",
        ),
        (
            user.extension is not None and not _EXTENSION.fullmatch(user.extension),
            "extension",
            "an extension is 2-8 digits",
        ),
        (user.role is Role.AGENT and user.extension is None, "extension", "an agent needs an extension"),
        (user.language not in _LANGUAGES, "language", "the language is pl or en"),
        (not all(_SKILL.fullmatch(skill) for skill, _ in user.skills), "skills", "a skill is small letters"),
        (not all(0 <= level <= LEVEL_MAX for _, level in user.skills), "skills", "a level is 0 to 100"),
        (
            password is not None and not length_min <= len(password) <= PASSWORD_LENGTH_MAX,
            "password",
            f"a password has {length_min} to {PASSWORD_LENGTH_MAX} characters",
        ),
    )
    for wrong, field, sentence in (*problems, *_wrong_scope(user)):
        if wrong:
            raise AccountRefused(sentence, field=field)


def _wrong_scope(user: User) -> tuple[tuple[bool, str, str], ...]:
    scope, teams = user.scope, [*user.scope.teams, user.team]
    is_long = any(len(one) > SCOPE_ENTRIES_MAX for one in (scope.teams, scope.queues, scope.districts))
    return (
        (not all(_is_team(one) for one in teams), "team", f"a team is up to {_TEAM_LENGTH_MAX} letters"),
        (
            not scope.is_whole and user.role not in SCOPED,
            "scope",
            "only a team lead, a supervisor or an analyst has a scope",
        ),
        (
            user.role is Role.TEAM_LEAD and not scope.teams,
            "scope.teams",
            "a team lead oversees at least one team",
        ),
        (is_long, "scope", f"a scope has up to {SCOPE_ENTRIES_MAX} of each"),
    )


def _is_team(name: str) -> bool:
    return name.isprintable() and name == name.strip() and len(name) <= _TEAM_LENGTH_MAX
