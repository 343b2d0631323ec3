"""Signing in: throttle, password, session, audit, in this order."""

import asyncio

from agent_desktop.audit import Audit
from agent_desktop.errors import SignInRefused, SignInThrottled
from agent_desktop.sessions import Session, Sessions
from agent_desktop.throttle import Throttle
from agent_desktop.users import Users
from runtime.clock import Clock

WAITING_MAX = 50


class SignIn:
    """Turns a login and a password into a session."""

    def __init__(self, *, users: Users, sessions: Sessions, audit: Audit, clock: Clock) -> None:
        """Start with an empty throttle."""
        self._users = users
        self._sessions = sessions
        self._audit = audit
        self._clock = clock
        self._throttle = Throttle()
        self._places = asyncio.Semaphore(WAITING_MAX)

    async def enter(self, login: str, password: str, *, address: str) -> tuple[str, Session]:
        """Return a new token and its session.

        Raises:
            SignInThrottled: too many tries failed, or too many wait to be checked at this moment.
            SignInRefused: the two do not belong together.
        """
        login = login.strip().lower()
        self._throttle.check(login, address, self._clock.now())
        if self._places.locked():
            raise SignInThrottled(1.0)
        async with self._places:
            self._throttle.failed(login, address, self._clock.now())
            user = await self._users.verify(login, password)
        if user is None:
            await self._audit.record(actor=login, action="session.refused", address=address)
            message = "Login and password do not belong together."
            raise SignInRefused(message)
        self._throttle.succeeded(login, address)
        token, session = await self._sessions.open(user)
        await self._audit.record(actor=user.login, action="session.opened", address=address)
        return token, session

    async def leave(self, session: Session, *, address: str) -> None:
        """End the session."""
        await self._sessions.close(session.key)
        await self._audit.record(actor=session.user.login, action="session.closed", address=address)
