"""The desktop's HTTP API as a program uses it: sign in, ask, write, follow the event stream."""

import json
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import aiohttp

from contact.errors import CentralaError
from runtime.config import Settings

TIMEOUT_S = 10.0
CSRF_HEADER = "X-CSRF-Token"


class DeskRefused(CentralaError):
    """The desktop answered with a problem; `status` and `code` are the answer's."""

    def __init__(self, *, status: int, code: str, detail: str) -> None:
        """Keep the parts; the text is the sentence for people."""
        super().__init__(f"the desktop refused ({status} {code}): {detail}")
        self.status = status
        self.code = code


class DeskAway(CentralaError):
    """The desktop does not answer at its address."""


def address_of(settings: Settings) -> str:
    """Return the origin under which this machine reaches the desktop."""
    host = settings.desktop.host
    host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
    return settings.desktop.public_origin.rstrip("/") or f"http://{host}:{settings.desktop.port}"


class DeskClient:
    """One signed-in person; use it as an asynchronous context manager."""

    def __init__(self, *, origin: str) -> None:
        """Talk to the desktop at `origin`, such as `http://127.0.0.1:8080`."""
        self._origin = origin
        self._csrf = ""
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the client; nothing is sent yet."""
        self._http = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=aiohttp.ClientTimeout(total=TIMEOUT_S)
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the client; the session lives on until it is signed out or ends."""
        http, self._http = self._http, None
        if http is not None:
            await http.close()

    async def sign_in(self, login: str, password: str) -> Mapping[str, Any]:
        """Sign in and return who that is; raise `DeskRefused` or `DeskAway`."""
        me: Mapping[str, Any] = await self.write(
            "POST", "/api/v1/session", {"login": login, "password": password}
        )
        self._csrf = me["csrf"]
        return me

    async def sign_out(self) -> None:
        """End the session."""
        await self.write("DELETE", "/api/v1/session")

    async def get(self, path: str) -> Any:
        """Return the JSON at `path`."""
        return await self._ask("GET", path, body=None, headers={})

    async def write(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, key: str = ""
    ) -> Any:
        """Send `body` to `path`, under the idempotency key `key` where one is given; return the answer."""
        headers = {CSRF_HEADER: self._csrf} if self._csrf else {}
        if key:
            headers["Idempotency-Key"] = key
        return await self._ask(method, path, body=body, headers=headers)

    async def events(self) -> AsyncIterator[Mapping[str, Any]]:
        """Yield the frames of the event stream until it ends; raise `DeskAway` if it breaks."""
        try:
            async with self._client.ws_connect(f"{self._origin}/api/v1/events", heartbeat=20) as socket:
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        yield json.loads(message.data)
        except aiohttp.ClientError as error:
            raise self._away(error) from error

    async def _ask(
        self, method: str, path: str, *, body: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> Any:
        try:
            async with self._client.request(
                method, self._origin + path, json=body, headers=headers
            ) as answer:
                plain = await answer.json(content_type=None) if await answer.read() else None
                if answer.status >= HTTPStatus.BAD_REQUEST:
                    raise _refusal(answer.status, plain)
                return plain
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise self._away(error) from error

    @property
    def _client(self) -> aiohttp.ClientSession:
        if self._http is None:
            raise CentralaError("the client is not open")
        return self._http

    def _away(self, error: Exception) -> DeskAway:
        reason = str(error) or type(error).__name__
        return DeskAway(
            f"the desktop does not answer at {self._origin} ({reason}): is `centrala up` running?"
        )


def _refusal(status: int, plain: Any) -> DeskRefused:
    problem = plain if isinstance(plain, dict) else {}
    return DeskRefused(
        status=status, code=str(problem.get("code", "")), detail=str(problem.get("detail") or plain)
    )
