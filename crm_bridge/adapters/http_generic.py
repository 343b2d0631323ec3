"""A CRM behind one HTTP endpoint: POST of a templated body with an `Idempotency-Key` header.

The header is the one of the IETF draft "The Idempotency-Key HTTP Header Field". Redirects are not followed
and at most 64 KiB of an answer are read; the text kept of it is cut short and free of control characters.
"""

import json
from typing import Any

import aiohttp

from crm_bridge.core.delivery import Answer, Answered, Unanswered

ANSWER_BYTES_MAX = 65_536
TEXT_CHARACTERS_MAX = 200
REFERENCE_CHARACTERS_MAX = 128


class HttpCrm:
    """One endpoint; `open` before use, `close` after."""

    def __init__(self, *, url: str, timeout_s: float, reference_field: str) -> None:
        """Keep the endpoint; `reference_field` may lead through objects, as in `data.id`."""
        self._url = url
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._reference_field = tuple(reference_field.split("."))
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Make ready to send; nothing is connected yet."""
        self._session = aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar())

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(self, body: str, idempotency_key: str) -> Answer:
        """Post one case; whatever happens comes back as an answer, nothing is raised."""
        if self._session is None:
            return Unanswered(reason="the bridge is stopping")
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Accept": "application/json",
            "Idempotency-Key": idempotency_key,
        }
        try:
            async with self._session.post(
                self._url, data=body.encode(), headers=headers, allow_redirects=False
            ) as response:
                content = await _read(response)
                return self._answer(response.status, response.headers.get("Retry-After", ""), content)
        except TimeoutError:
            return Unanswered(reason=f"no answer within {self._timeout.total:g} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Unanswered(reason=_one_line(f"{type(error).__name__}: {error}"))

    def _answer(self, status: int, retry_after: str, content: bytes) -> Answered:
        try:
            value = json.loads(content)
        except (ValueError, RecursionError):
            value = None
        return Answered(
            status=status,
            reference=self._reference(value),
            is_object=isinstance(value, dict),
            retry_after_s=float(retry_after) if retry_after.isascii() and retry_after.isdigit() else None,
            text=_one_line(content.decode(errors="replace")),
        )

    def _reference(self, value: Any) -> str:
        for key in self._reference_field:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, bool) or not isinstance(value, str | int):
            return ""
        return _one_line(str(value))[:REFERENCE_CHARACTERS_MAX]


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """Return the body, or as much of it as is allowed; raise where the connection ends before the body."""
    content = bytearray()
    async for chunk in response.content.iter_chunked(8_192):
        content += chunk
        if len(content) > ANSWER_BYTES_MAX:
            response.close()
            break
    return bytes(content[:ANSWER_BYTES_MAX])


def _one_line(text: str) -> str:
    shown = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(shown.split())[:TEXT_CHARACTERS_MAX]
