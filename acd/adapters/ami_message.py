"""What travels over AMI: messages cut out of the byte stream, and the limits on what we send.

A message is a block of `Key: Value` lines that ends with an empty line; the stream begins with one
banner line. The splitter works on bytes and decodes whole messages only, so a character that lies in two
packets survives; bytes that are no UTF-8 become U+FFFD.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Self, TypeAlias

from acd.errors import AmiGarbled, AmiRefused

FieldValue: TypeAlias = str | int | Sequence[str]
Fields: TypeAlias = Mapping[str, FieldValue]
"""Headers of an action; a sequence of strings repeats its header, as `Variable` wants it."""

BANNER_PREFIX = "Asterisk Call Manager/"
BANNER_BYTES_MAX = 256
MESSAGE_BYTES_MAX = 256 * 1024
"""Above Asterisk's own limit for a message it would read (128 lines of 1,024 bytes)."""
LINE_BYTES_MAX = 1023
"""Asterisk's manager reads lines into a buffer of 1,024 bytes and drops the rest of a longer one."""
HEADERS_MAX = 128
"""Asterisk ignores what comes after so many headers (AST_MAX_MANHEADERS)."""

_END_OF_MESSAGE = b"\r\n\r\n"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*", re.ASCII)
_FORBIDDEN = re.compile(r"[\r\n\0]")


class AmiEvent:
    """One event, read only; header names are compared without regard to case.

    `held` is true for an event that arrived while a resynchronisation was under way: it may tell of
    something that the snapshot already shows.
    """

    __slots__ = ("_headers", "held", "name")

    def __init__(self, headers: Mapping[str, str | list[str]]) -> None:
        """Take `headers` as they are; their keys must be found in lower case.

        A list is a header that came several times. `of` takes keys as they come.
        """
        self._headers = headers
        self.name = self.get("Event")
        self.held = False

    @classmethod
    def of(cls, headers: Mapping[str, str | list[str]]) -> Self:
        """Return a message of a plain mapping, whatever the case of its keys."""
        return cls({key.lower(): value for key, value in headers.items()})

    def get(self, header: str, default: str = "") -> str:
        """Return the value of `header`, the last one where it came several times.

        A `UserEvent` writes its own headers behind the channel's, and may have one of the same name:
        `CallQueued` has a Priority, and so has the channel in the dialplan.
        """
        value = self._headers.get(header.lower(), default)
        return value if isinstance(value, str) else value[-1]

    def all(self, header: str) -> tuple[str, ...]:
        """Return every value of `header` in the order of arrival."""
        value = self._headers.get(header.lower(), ())
        return (value,) if isinstance(value, str) else tuple(value)

    def __contains__(self, header: object) -> bool:
        """Tell whether `header` came at all, even empty."""
        return isinstance(header, str) and header.lower() in self._headers

    def __repr__(self) -> str:
        """Return the name only: values may hold telephone numbers."""
        return f"<{type(self).__name__} {self.name}>"


class AmiReply(AmiEvent):
    """The answer to one action; `ok` tells whether Asterisk did it, `message` is its sentence."""

    __slots__ = ("message", "ok")

    def __init__(self, headers: Mapping[str, str | list[str]]) -> None:
        """Read the verdict out of `headers`."""
        super().__init__(headers)
        self.name = self.get("Response")
        self.ok = self.name.lower() in {"success", "follows", "goodbye", "pong"}
        self.message = self.get("Message")


class AmiSplitter:
    """Cuts the byte stream of one connection into the banner and the texts of messages."""

    def __init__(self) -> None:
        """Start before the banner."""
        self.banner: str | None = None
        self._buffer = bytearray()
        self._searched = 0

    def feed(self, data: bytes) -> list[str]:
        """Return the messages that `data` completes; raise `AmiGarbled` past a limit or at a false banner."""
        self._buffer += data
        if self.banner is None and not self._take_banner():
            return []
        messages = []
        start = 0
        while (end := self._buffer.find(_END_OF_MESSAGE, max(start, self._searched))) >= 0:
            self._limit(end - start)
            text = self._buffer[start:end].decode("utf-8", "replace").strip("\r\n")
            start = end + len(_END_OF_MESSAGE)
            if text:
                messages.append(text)
        del self._buffer[:start]
        self._searched = max(0, len(self._buffer) - len(_END_OF_MESSAGE) + 1)
        self._limit(len(self._buffer))
        return messages

    def _take_banner(self) -> bool:
        end = self._buffer.find(b"\n")
        head = bytes(self._buffer[: end if end >= 0 else None])
        expected = BANNER_PREFIX.encode()
        if head[: len(expected)] != expected[: len(head)] or len(head) > BANNER_BYTES_MAX:
            raise AmiGarbled("the peer does not greet like an Asterisk manager")
        if end < 0:
            return False
        if len(head) < len(expected):
            raise AmiGarbled("the peer does not greet like an Asterisk manager")
        self.banner = head.decode("utf-8", "replace").strip()
        del self._buffer[: end + 1]
        return True

    def _limit(self, size: int) -> None:
        if size > MESSAGE_BYTES_MAX:
            raise AmiGarbled(f"a message of more than {MESSAGE_BYTES_MAX} bytes")


def checked_headers(action: str, action_id: str, fields: Fields) -> dict[str, str | list[str]]:
    """Return the headers of an action as text; raise `AmiRefused` for what must not be sent.

    Refused, never repaired: a CR, LF or NUL in a value (it would inject an action), a name that is no
    header name, a line longer than Asterisk reads, too many lines.
    """
    headers: dict[str, str | list[str]] = {"Action": action, "ActionID": action_id}
    for name, value in fields.items():
        if not _NAME.fullmatch(name) or name.lower() in {"action", "actionid"}:
            raise AmiRefused(f"{action}: {name!r} is not a header that may be set")
        headers[name] = str(value) if isinstance(value, str | int) else [str(one) for one in value]
    count = 0
    for name, text in headers.items():
        for one in _as_list(text):
            count += 1
            _check_line(action, name, one)
    if count > HEADERS_MAX:
        raise AmiRefused(f"{action}: {count} headers, Asterisk reads {HEADERS_MAX}")
    return headers


def _as_list(value: str | list[str]) -> Iterable[str]:
    return (value,) if isinstance(value, str) else value


def _check_line(action: str, name: str, value: str) -> None:
    if _FORBIDDEN.search(value):
        raise AmiRefused(f"{action}: {name} holds CR, LF or NUL")
    try:
        size = len(f"{name}: {value}\r\n".encode())
    except UnicodeEncodeError:
        raise AmiRefused(f"{action}: {name} cannot be written as UTF-8") from None
    if size > LINE_BYTES_MAX:
        raise AmiRefused(f"{action}: {name} makes a line of {size} bytes, the limit is {LINE_BYTES_MAX}")
