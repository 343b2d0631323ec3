"""Sessions: who is signed in, as rows in the database.

Theory of operation. Signing in always makes a new random token (so a token planted before cannot be
fixed on anybody), which only the browser keeps: the table holds its SHA-256. A session ends when it was
not used for `idle_s`, at `max_s` after its start whatever happens, at sign-out, or when its account is
closed or gets a new password. The anti-forgery token is derived from the session's token and so ends
with it. `seen_at` is written at most once in `SEEN_EVERY_S`, so that reading does not turn into writing.

A session that was just read is believed for `KNOWN_S` without asking the store. Whatever ends or changes it
in this process (sign-out, a new password, another role, a closed account) is believed at once; what another
process does shows after `KNOWN_S`. Rest and age are checked every time.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select, update

from agent_desktop.tables import sessions
from agent_desktop.users import User, Users
from contact.times import Seconds
from runtime.clock import Clock
from runtime.db import Database

_TOKEN_BYTES = 32
SEEN_EVERY_S = 30.0
KNOWN_S = 3.0
KNOWN_MAX = 5_000
_ROW = select(sessions).where(sessions.c.token_hash == bindparam("key"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One signed-in browser. `key` names the session in the store and is no secret by itself."""

    key: str
    csrf: str
    user: User
    created_at: Seconds


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store said of a session at `read_at`, after so many `changes` of this process."""

    session: Session
    seen_at: Seconds
    expires_at: Seconds
    read_at: Seconds
    changes: int


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
        self._known: dict[str, _Known] = {}
        self._closings = 0

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
        now, key = self._clock.now(), _key(token)
        known = self._known.get(key)
        if known is None or not self._believes(known, now):
            self._known.pop(key, None)
            known = await self._read(key, _csrf(token), now)
            if known is None:
                return None
            self._keep(key, known)
        if now >= known.expires_at or now - known.seen_at >= self._idle_s:
            return None
        if now - known.seen_at >= SEEN_EVERY_S:
            self._known.pop(key, None)
            await self._touch(key, now)
        return known.session

    async def close(self, key: str) -> None:
        """End a session; one that is gone already is no error."""
        try:
            async with self._database.session() as work:
                await work.execute(delete(sessions).where(sessions.c.token_hash == key))
        finally:
            self._closings += 1
            self._known.pop(key, None)

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

    @property
    def _changes(self) -> int:
        """How many changes of accounts and ends of sessions this process has made; it only grows."""
        return self._users.changes + self._closings

    def _believes(self, known: _Known, now: Seconds) -> bool:
        return known.changes == self._changes and 0 <= now - known.read_at < KNOWN_S

    def _keep(self, key: str, known: _Known) -> None:
        if known.changes == self._changes:
            self._known[key] = known
        while len(self._known) > KNOWN_MAX:
            del self._known[next(iter(self._known))]

    async def _read(self, key: str, csrf: str, now: Seconds) -> _Known | None:
        """Ask the store for a session and its open account."""
        changes = self._changes
        async with self._database.read_session() as work:
            row = (await work.execute(_ROW, {"key": key})).one_or_none()
            user = None if row is None else await self._users.read(work, row.login)
        if row is None or user is None or not user.active:
            return None
        return _Known(
            session=Session(key=key, csrf=csrf, user=user, created_at=row.created_at),
            seen_at=row.seen_at,
            expires_at=row.expires_at,
            read_at=now,
            changes=changes,
        )

    async def _touch(self, key: str, now: Seconds) -> None:
        async with self._database.session() as work:
            await work.execute(update(sessions).where(sessions.c.token_hash == key).values(seen_at=now))


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _csrf(token: str) -> str:
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()
