"""Accounts, sessions and the demo's people in a real store."""

import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from agent_desktop.demo import PASSWORD_FILE, seed_demo
from agent_desktop.errors import AccountRefused
from agent_desktop.passwords import Passwords
from agent_desktop.sessions import KNOWN_S, Sessions
from agent_desktop.users import Role, User, Users
from contact.ids import AgentId, Extension, Skill
from runtime.config import load
from runtime.db import Database
from tests.integration.desktop_server import CITY

EWA = User(
    login=AgentId("ewa"),
    name="Ewa Łącka",
    role=Role.AGENT,
    extension=Extension("2009"),
    skills=((Skill("pl"), 100), (Skill("roads"), 60)),
)


class HandClock:
    """Time that moves when it is told to."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def now(self) -> float:
        return self.at


class Store:
    """Users and sessions over one database."""

    def __init__(self, database: Database) -> None:
        self.clock = HandClock()
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        self.passwords = Passwords(hasher=cheap, threads=1)
        self.users = Users(database=database, passwords=self.passwords, clock=self.clock)
        self.database = database
        self.sessions = self.another_process()

    def another_process(self) -> Sessions:
        """Return sessions over the same store that hear nothing of what the others do."""
        return Sessions(
            database=self.database, users=self.users, clock=self.clock, idle_s=100.0, max_s=1_000.0
        )


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    database = Database(store_url)
    await database.upgrade()
    made = Store(database)
    yield made
    made.passwords.close()
    await database.close()


async def test_an_account_is_kept_as_it_was_made(store: Store) -> None:
    await store.users.create(EWA, "a long password")
    assert await store.users.get("ewa") == EWA
    assert await store.users.verify("ewa", "a long password") == EWA
    assert await store.users.verify("ewa", "another password") is None
    assert await store.users.verify("nobody", "a long password") is None
    [(extension, secret, name, _)] = await store.users.phones()
    assert (extension, name) == ("2009", "Ewa Łącka")
    assert len(secret) >= 24


async def test_logins_and_extensions_are_taken_once(store: Store) -> None:
    await store.users.create(EWA, "a long password")
    for taken in (EWA, replace(EWA, login=AgentId("iza"))):
        with pytest.raises(AccountRefused):
            await store.users.create(taken, "a long password")
    assert await store.users.get("iza") is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"login": "Ewa Ł"},
        {"name": "a\nb"},
        {"extension": "20x"},
        {"extension": None},
        {"language": "xx"},
        {"skills": ((Skill("Drogi!"), 5),)},
        {"skills": ((Skill("pl"), 101),)},
    ],
)
async def test_an_account_that_makes_no_sense_is_refused(store: Store, wrong: dict[str, object]) -> None:
    with pytest.raises(AccountRefused):
        await store.users.create(replace(EWA, **wrong), "a long password")  # type: ignore[arg-type]
    with pytest.raises(AccountRefused):
        await store.users.create(EWA, "short")


async def test_a_session_ends_by_rest_and_by_age(store: Store) -> None:
    await store.users.create(EWA, "a long password")
    token, session = await store.sessions.open(EWA)
    assert session.key not in token
    for _ in range(12):
        store.clock.at += 80.0
        assert await store.sessions.find(token) is not None
    store.clock.at += 80.0
    assert await store.sessions.find(token) is None
    token, _ = await store.sessions.open(EWA)
    store.clock.at += 100.0
    assert await store.sessions.find(token) is None
    assert await store.sessions.find("made up") is None


async def test_a_new_password_or_a_closed_account_ends_its_sessions(store: Store) -> None:
    await store.users.create(EWA, "a long password")
    token, _ = await store.sessions.open(EWA)
    await store.users.change(EWA, password="a newer password")
    assert await store.sessions.find(token) is None
    token, _ = await store.sessions.open(EWA)
    await store.users.change(replace(EWA, active=False))
    assert await store.sessions.find(token) is None
    assert await store.users.verify("ewa", "a newer password") is None
    assert await store.users.phones() == []


async def test_another_role_ends_the_sessions_that_were_opened_under_the_old_one(store: Store) -> None:
    await store.users.create(EWA, "a long password")
    token, _ = await store.sessions.open(EWA)
    await store.users.change(replace(EWA, role=Role.SUPERVISOR))
    assert await store.sessions.find(token) is None
    store.clock.at += KNOWN_S
    assert await store.another_process().find(token) is None


async def test_what_changes_here_is_believed_at_once_and_elsewhere_within_seconds(store: Store) -> None:
    await store.users.create(EWA, "a long password")
    token, session = await store.sessions.open(EWA)
    assert await store.sessions.find(token) == session
    renamed = replace(EWA, name="Ewa Łącka-Nowak")
    await store.users.change(renamed)
    assert await store.sessions.find(token) == replace(session, user=renamed)
    elsewhere = store.another_process()
    await elsewhere.close(session.key)
    store.clock.at += KNOWN_S
    assert await store.sessions.find(token) is None
    token, session = await store.sessions.open(renamed)
    assert await store.sessions.find(token) == session
    await store.sessions.close(session.key)
    assert await store.sessions.find(token) is None


async def test_the_demo_makes_its_people_and_a_password_only_its_owner_reads(
    store: Store, tmp_path: Path
) -> None:
    settings = load(CITY, {"CENTRALA_RUNTIME__STATE_DIR": str(tmp_path)})
    password = await seed_demo(users=store.users, settings=settings)
    assert await seed_demo(users=store.users, settings=settings) == password
    mode = (tmp_path / PASSWORD_FILE).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    people = {one.login: one for one in await store.users.list_all()}
    assert set(people) == {"anna", "bartek", "celina", "lidia", "sylwia", "adam", "admin"}
    assert {login: dict(people[AgentId(login)].skills).keys() for login in ("bartek", "celina")} == {
        "bartek": {"pl", "waste", "animals", "general"},
        "celina": {"pl", "uk", "transport", "general"},
    }
    assert [(number, secret) for number, secret, _, _ in await store.users.phones()] == [
        ("2001", password),
        ("2002", password),
        ("2003", password),
        ("2008", password),
        ("2009", password),
    ]
    takers = [number for number, _, _, takes_calls in await store.users.phones() if takes_calls]
    assert takers == ["2001", "2002", "2003"]


async def test_the_demo_follows_a_changed_password(store: Store, tmp_path: Path) -> None:
    for password in ("one", "two"):
        environment = {"CENTRALA_RUNTIME__STATE_DIR": str(tmp_path), "CENTRALA_DEMO__PASSWORD": password}
        await seed_demo(users=store.users, settings=load(CITY, environment))
        assert await store.users.verify("sylwia", password) is not None
    assert await store.users.verify("sylwia", "one") is None
