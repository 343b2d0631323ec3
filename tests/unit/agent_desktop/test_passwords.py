from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from agent_desktop.passwords import Passwords

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords(hasher=CHEAP, threads=1)
    yield made
    made.close()


async def test_the_password_that_made_a_hash_is_known_again(passwords: Passwords) -> None:
    stored = await passwords.hash("secret one")
    assert stored.startswith("$argon2id$")
    assert await passwords.verify(stored, "secret one")
    assert not await passwords.verify(stored, "secret two")


async def test_no_account_and_no_hash_are_refused_alike(passwords: Passwords) -> None:
    assert not await passwords.verify(None, "a password that no account has")
    assert not await passwords.verify("not a hash", "x")


async def test_weaker_hashes_are_noticed(passwords: Passwords) -> None:
    stored = await passwords.hash("secret one")
    assert not passwords.is_outdated(stored)
    stronger = Passwords(hasher=PasswordHasher(time_cost=2, memory_cost=8, parallelism=1), threads=1)
    assert stronger.is_outdated(stored)
    stronger.close()
