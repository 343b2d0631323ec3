"""What a message to a recipient is, and what became of it when it was sent."""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from contact.times import Seconds

REASON_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message; `key` is the same of every try to send the same.

    `threads` name the occurrences it tells of, for programs that keep messages about one together; `body`
    is the JSON that a webhook gets.
    """

    key: str
    subject: str
    text: str
    language: str
    threads: tuple[str, ...] = ()
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """The other side's server has taken the message; `missed` says which part of it it did not."""

    missed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """It may arrive later: the server is away, or asks for patience, for `after_s` if it says so."""

    reason: str
    after_s: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The server will not take this message, now or later."""

    reason: str


Outcome: TypeAlias = Arrived | Deferred | Refused


class Sender(Protocol):
    """The way to one recipient."""

    async def send(self, letter: Letter) -> Outcome:
        """Send once, within a deadline; nothing is raised."""

    async def close(self) -> None:
        """Close what is open."""


def one_line(text: object) -> str:
    """Return what somebody else wrote as one short line without control characters."""
    shown = "".join(character if character.isprintable() else " " for character in str(text))
    return " ".join(shown.split())[:REASON_CHARACTERS_MAX]
