"""Sessions: who is signed in, as rows in the database.

Theory of operation. Signing in always makes a new random token (so a token planted before cannot be
fixed on anybody), which only the browser keeps: the table holds its SHA-256. A session ends when it was
not used for `idle_s`, at `max_s` after its start whatever happens, at sign-out, or when its account is
closed or gets a new password. The anti-forgery token is derived from the session's token and so ends
with it. `seen_at` is written at most once in `SEEN_EVERY_S`, so that reading does not turn into writing.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from agent_desktop.tables import sessions
from agent_desktop.users import User, Users
from contact.times import Seconds
from runtime.clock import Clock
from runtime.db import Database

_TOKEN_BYTES = 32
SEEN_EVERY_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One signed-in browser. `key` names the session in the store and is no secret by itself."""

    key: str
    csrf: str
    user: User
    created_at: Seconds


class Sessions:
    """The sessions in the database; durations are seconds."""

    def __init__(
        self, *, database: Database, users: Users, clock: Clock, idle_s: float, max_s: float
    ) -> None:
        """Work on `database`, whose tables exist."""
        self._database = database
        self._users = users
        self._clock = clock
        self._idle_s = idle_s
        self._max_s = max_s

    async def open(self, user: User) -> tuple[str, Session]:
        """Return a new token for `user`, to be given to the browser only, and its session."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        now = self._clock.now()
        key = _key(token)
        row = {
            "token_hash": key,
            "login": user.login,
            "created_at": now,
            "seen_at": now,
            "expires_at": now + self._max_s,
        }
        async with self._database.session() as work:
            await work.execute(delete(sessions).where(sessions.c.expires_at <= now))
            await work.execute(insert(sessions).values(row))
        return token, Session(key=key, csrf=_csrf(token), user=user, created_at=now)

    async def find(self, token: str) -> Session | None:
        """Return the living session of `token`, and note that it was used; None for any other token."""
        now = self._clock.now()
        query = select(sessions).where(sessions.c.token_hash == _key(token))
        async with self._database.read_session() as work:
            row = (await work.execute(query)).one_or_none()
        if row is None or now >= row.expires_at or now - row.seen_at >= self._idle_s:
            return None
        user = await self._users.get(row.login)
        if user is None or not user.active:
            return None
        if now - row.seen_at >= SEEN_EVERY_S:
            await self._touch(row.token_hash, now)
        return Session(key=row.token_hash, csrf=_csrf(token), user=user, created_at=row.created_at)

    async def close(self, key: str) -> None:
        """End a session; one that is gone already is no error."""
        async with self._database.session() as work:
            await work.execute(delete(sessions).where(sessions.c.token_hash == key))

    async def count(self, login: str) -> int:
        """Return how many sessions of `login` have not reached their end."""
        now = self._clock.now()
        query = select(sessions.c.token_hash).where(
            sessions.c.login == login,
            sessions.c.expires_at > now,
            sessions.c.seen_at > now - self._idle_s,
        )
        async with self._database.read_session() as work:
            return len((await work.execute(query)).all())

    async def _touch(self, key: str, now: Seconds) -> None:
        async with self._database.session() as work:
            await work.execute(update(sessions).where(sessions.c.token_hash == key).values(seen_at=now))


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _csrf(token: str) -> str:
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()
