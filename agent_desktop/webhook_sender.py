"""Webhooks: JSON by POST, signed as the open specification "Standard Webhooks" says.

`webhook-id` names the message and is the same of every try, as `Idempotency-Key` is; `webhook-timestamp` is
the second of this try; `webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over
`<id>.<timestamp>.<body>`. The receiver compares the signature, refuses old timestamps, and remembers ids.

| answer | what it means |
|---|---|
| 2xx | arrived |
| 408, 425, 429, 1xx, 3xx, 5xx, no answer, a timeout | tried again, after `Retry-After` where given |
| other 4xx | refused for good |

Redirects are not followed. What an answer holds is not read.
"""

import base64
import binascii
import hmac
from http import HTTPStatus
from urllib.parse import urlsplit

import aiohttp

from agent_desktop.recipient import Recipient
from agent_desktop.sender import Arrived, Deferred, Letter, Outcome, Refused, one_line
from contact.times import Seconds
from runtime.clock import Clock
from runtime.section import ConfigError, Webhook, read_secret

PREFIX = "whsec_"
KEY_BYTES_MIN, KEY_BYTES_MAX = 24, 64
URL_CHARACTERS_MAX = 2_000
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_NO_URL = "not an address such as https://example.pl/alerts"
_PATIENCE = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


def read_key(webhook: Webhook) -> bytes:
    """Return the key that requests are signed with; raise `ConfigError` where there is none of use."""
    secret = read_secret(webhook.secret, webhook.secret_file, key="webhook.secret")
    if not secret:
        raise ConfigError("webhook.secret is not set")
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not KEY_BYTES_MIN <= len(key) <= KEY_BYTES_MAX:
        raise ConfigError(
            f"webhook.secret: not {PREFIX} and {KEY_BYTES_MIN} to {KEY_BYTES_MAX} bytes in base64"
        )
    return key


def read_url(text: str) -> str:
    """Return a webhook's address; raise `ValueError` saying what is wrong with it, not what it is."""
    try:
        url = urlsplit(text)
        host, _ = url.hostname, url.port
    except ValueError:
        raise ValueError(_NO_URL) from None
    if not host or len(text) > URL_CHARACTERS_MAX or not text.isprintable() or " " in text:
        raise ValueError(_NO_URL)
    if url.scheme != "https" and not (url.scheme == "http" and host in LOOPBACK):
        raise ValueError("https only, or http on this machine")
    return text


def signature(key: bytes, *, message: str, timestamp: int, body: bytes) -> str:
    """Return the value of `webhook-signature`."""
    signed = f"{message}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def classify(status: int, retry_after: str) -> Outcome:
    """Return what an HTTP answer means for the message."""
    if 200 <= status < 300:  # noqa: PLR2004 - the class of an HTTP status
        return Arrived()
    if 400 <= status < 500 and status not in _PATIENCE:  # noqa: PLR2004 - the same
        return Refused(reason=f"HTTP {status}")
    after_s: Seconds | None = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else None
    return Deferred(reason=f"HTTP {status}", after_s=after_s)


class WebhookSender:
    """The way to one address."""

    def __init__(self, *, key: bytes, timeout_s: float, recipient: Recipient, clock: Clock) -> None:
        """Keep where, and what to sign with; nothing is connected yet."""
        self._key = key
        self._timeout_s = timeout_s
        self._url = recipient.url
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def send(self, letter: Letter) -> Outcome:
        """Post one message."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._timeout_s), cookie_jar=aiohttp.DummyCookieJar()
            )
        body = letter.body.encode()
        timestamp = int(self._clock.now())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Centrala",
            "Idempotency-Key": letter.key,
            "webhook-id": letter.key,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(self._key, message=letter.key, timestamp=timestamp, body=body),
        }
        try:
            async with self._session.post(
                self._url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                return classify(answer.status, answer.headers.get("Retry-After", ""))
        except TimeoutError:
            return Deferred(reason=f"no answer within {self._timeout_s:g} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # The text of some of these errors holds the whole address, and with it what is secret in it.
            why = error.strerror if isinstance(error, OSError) and error.strerror else ""
            return Deferred(reason=one_line(f"{type(error).__name__} {why}"))

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None
