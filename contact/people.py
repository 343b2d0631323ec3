"""The people behind numbers: several may share one, and one may be known by several kinds of contact."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from contact.case import CallerHistory, Case
from contact.commands import Request
from contact.ids import E164, AgentId, CallId, Language

PersonId = NewType("PersonId", int)


class ContactKind(StrEnum):
    """How a person can be reached or found."""

    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPerson:
    """A person that a search came upon, with their contacts and how many of their cases are open."""

    person: PersonId
    name: str
    number: E164
    language: str
    tags: tuple[str, ...]
    contacts: tuple[tuple[ContactKind, str], ...]
    open_cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search came upon; each list holds the best matches only."""

    people: tuple[FoundPerson, ...] = ()
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCallers(Request[Found]):
    """Look for people by name, number or address, and for cases by number or address."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A person whom nobody has noted yet."""

    name: str
    language: Language
    contacts: tuple[tuple[ContactKind, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifiedCall:
    """Who is on a call, and what is known of them."""

    person: PersonId
    name: str
    history: CallerHistory


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifyCall(Request[IdentifiedCall]):
    """Keep that the caller of `call` is this person, known or new; said again, the last one stays.

    A new person is noted under `caller`, the number of the call. `Refused` (`not_found`) for an unknown one.
    """

    call: CallId
    caller: E164
    agent: AgentId
    person: PersonId | None = None
    new: NewPerson | None = None
