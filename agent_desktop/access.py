"""Who asks, and from where: the session cookie, the origin, the anti-forgery token, the role.

Checks run in this order: origin, session, role, anti-forgery token. A browser always sends `Origin` with
a write from another site and with every WebSocket, so a foreign one is refused before anything is read;
programs that send none have no cookie that a third party could make them use.
"""

import hmac
from collections.abc import Set as AbstractSet
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from agent_desktop.problem import Problem
from agent_desktop.sessions import Session, Sessions
from agent_desktop.users import Role
from runtime.config import Desktop

COOKIE = "centrala_session"
CSRF_HEADER = "X-CSRF-Token"
_TOKEN_LENGTH_MAX = 128


class Access:
    """Decides whether a request may go on."""

    def __init__(self, *, settings: Desktop, sessions: Sessions) -> None:
        """Take the allowed origins from `settings`."""
        self._sessions = sessions
        self._public = settings.public_origin.rstrip("/")
        self._port = settings.port
        self._host = settings.host
        self.is_https = self._public.startswith("https://")

    async def session(self, request: web.Request) -> Session | None:
        """Return the living session the cookie names, or None."""
        token = request.cookies.get(COOKIE, "")
        if not token or len(token) > _TOKEN_LENGTH_MAX:
            return None
        return await self._sessions.find(token)

    async def require(self, request: web.Request, roles: AbstractSet[Role], *, writes: bool) -> Session:
        """Return the session if all checks pass; raise `Problem` 401 or 403 with the first that fails."""
        self.check_origin(request)
        session = await self.session(request)
        if session is None:
            detail = "Sign in first."
            raise Problem(HTTPStatus.UNAUTHORIZED, "not_signed_in", detail)
        if session.user.role not in roles:
            detail = f"This is not for the role {session.user.role}."
            raise Problem(HTTPStatus.FORBIDDEN, "wrong_role", detail)
        if writes:
            given = request.headers.get(CSRF_HEADER, "")
            if not hmac.compare_digest(given.encode(), session.csrf.encode()):
                detail = f"The header {CSRF_HEADER} must hold the session's csrf value."
                raise Problem(HTTPStatus.FORBIDDEN, "csrf", detail)
        return session

    def check_origin(self, request: web.Request) -> None:
        """Raise `Problem` 403 for a request that a browser sends from another site."""
        origin = request.headers.get("Origin")
        if origin is None or self._is_ours(origin, request.host):
            return
        detail = "The request comes from another site."
        raise Problem(HTTPStatus.FORBIDDEN, "foreign_origin", detail)

    def _is_ours(self, origin: str, host: str) -> bool:
        if self._public:
            return origin == self._public
        if origin == f"http://{self._host}:{self._port}":
            return True
        try:
            parts = urlsplit(origin)
            name, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        if parts.scheme != "http" or f"{name}:{port}" != _with_port(host):
            return False
        return not _is_loopback(self._host) or _is_loopback(name)


def _with_port(host: str) -> str:
    return host if ":" in host else f"{host}:80"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
