"""People in the store: found by name, number, address or case, noted, and tied to calls.

A search asks for rows that hold every word typed, folded; the words of one person may stand in their name
and in their contacts. Raises `DatabaseAway` throughout.
"""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contact.case import Case, CaseStatus
from contact.errors import Refused
from contact.ids import E164, AgentId, CallId
from contact.people import ContactKind, Found, FoundPerson, NewPerson, PersonId
from contact.times import Seconds
from crm_bridge.adapters import tables
from crm_bridge.adapters.store import read_case
from crm_bridge.core.folding import fold
from runtime.db import Database

PEOPLE_MAX = 10
CASES_MAX = 10
DIGITS_MIN = 5
WORDS_MAX = 8
_PEOPLE = tables.callers.c
_CONTACTS = tables.caller_contacts.c
_CASES = tables.cases.c
_NUMBER = re.compile(r"[0-9]{1,9}/[0-9]{2}")
_OPEN_CASES = (
    select(func.count())
    .select_from(tables.cases)
    .where(_CASES.caller == _PEOPLE.number, _CASES.caller != "", _CASES.status != CaseStatus.CLOSED.value)
    .scalar_subquery()
    .label("open_cases")
)
_FOUND = select(tables.callers, _OPEN_CASES)


class PersonStore:
    """The tables of people."""

    def __init__(self, *, database: Database) -> None:
        """Work on `database`, whose tables exist."""
        self._database = database
        self._add_person = (
            database.insert(tables.callers)
            .on_conflict_do_nothing(index_elements=["number", "name"])
            .returning(_PEOPLE.id)
        )
        self._add_contact = database.insert(tables.caller_contacts).on_conflict_do_nothing(
            index_elements=["caller_id", "kind", "value"]
        )
        said = database.insert(tables.call_people)
        anew = {name: said.excluded[name] for name in ("caller_id", "agent", "identified_at")}
        self._say = said.on_conflict_do_update(index_elements=["call"], set_=anew)

    async def search(self, text: str) -> Found:
        """Return the people and the cases that hold every word of `text`, the newest cases first."""
        words = fold(text).split()[:WORDS_MAX]
        if not words:
            return Found()
        digits = re.sub(r"[^0-9]", "", text)
        async with self._database.read_session() as session:
            people = await self._people(session, words, digits)
            cases = await self._cases(session, text.strip(), words)
        return Found(people=people, cases=cases)

    async def identify(
        self, *, call: CallId, caller: E164, agent: AgentId, person: PersonId, now: Seconds
    ) -> tuple[PersonId, str, E164]:
        """Tie a call to a person who is known; their other number becomes one of their contacts."""
        async with self._database.session() as session:
            query = select(tables.callers).where(_PEOPLE.id == person)
            row = (await session.execute(query)).mappings().first()
            if row is None:
                raise Refused("person: there is nobody of this id", code="not_found")
            if caller and caller != row["number"]:
                await session.execute(self._add_contact, _contact_row(person, ContactKind.PHONE, caller))
            await session.execute(self._say, _call_row(call, person, agent, now))
        return person, row["name"], E164(row["number"])

    async def note(
        self, *, call: CallId, caller: E164, agent: AgentId, new: NewPerson, now: Seconds
    ) -> tuple[PersonId, str, E164]:
        """Note somebody new and tie the call to them; a name that the number has already is that person."""
        number = caller or next((value for kind, value in new.contacts if kind is ContactKind.PHONE), "")
        row = {
            "number": number,
            "name": new.name,
            "language": new.language,
            "tags": [],
            "folded": fold(new.name),
        }
        async with self._database.session() as session:
            made = (await session.execute(self._add_person, row)).scalar_one_or_none()
            if made is None and not number:
                raise Refused(
                    "name: somebody without a number has this name; choose them", code="person_known"
                )
            if made is None:
                query = select(_PEOPLE.id).where(_PEOPLE.number == number, _PEOPLE.name == new.name)
                made = (await session.execute(query)).scalar_one()
            person = PersonId(made)
            for kind, value in new.contacts:
                await session.execute(self._add_contact, _contact_row(person, kind, value))
            await session.execute(self._say, _call_row(call, person, agent, now))
        return person, new.name, E164(number)

    async def _people(
        self, session: AsyncConnection, words: list[str], digits: str
    ) -> tuple[FoundPerson, ...]:
        fits = and_(*(_mentions(word) for word in words))
        if len(digits) >= DIGITS_MIN:
            fits = or_(fits, _has_number(digits))
        query = _FOUND.where(fits).order_by(_PEOPLE.name, _PEOPLE.id).limit(PEOPLE_MAX)
        rows = (await session.execute(query)).mappings().all()
        contacts = await _contacts_of(session, [row["id"] for row in rows])
        return tuple(_found(row, contacts.get(row["id"], ())) for row in rows)

    async def _cases(self, session: AsyncConnection, text: str, words: list[str]) -> tuple[Case, ...]:
        named = or_(_CASES.number == text, _CASES.reference == text)
        fits = named if _NUMBER.fullmatch(text) else or_(named, and_(*(_at(word) for word in words)))
        query = select(tables.cases).where(fits).order_by(_CASES.opened_at.desc()).limit(CASES_MAX)
        return tuple(read_case(row) for row in (await session.execute(query)).mappings())


def _mentions(word: str) -> ColumnElement[bool]:
    of_contacts = select(_CONTACTS.caller_id).where(_CONTACTS.folded.contains(word, autoescape=True))
    return or_(_PEOPLE.folded.contains(word, autoescape=True), _PEOPLE.id.in_(of_contacts))


def _has_number(digits: str) -> ColumnElement[bool]:
    phones = select(_CONTACTS.caller_id).where(_CONTACTS.kind == "phone", _CONTACTS.value.contains(digits))
    return or_(_PEOPLE.number.contains(digits), _PEOPLE.id.in_(phones))


def _at(word: str) -> ColumnElement[bool]:
    return _CASES.folded.contains(word, autoescape=True)


async def _contacts_of(
    session: AsyncConnection, people: Iterable[int]
) -> dict[int, tuple[tuple[ContactKind, str], ...]]:
    query = select(tables.caller_contacts).where(_CONTACTS.caller_id.in_(list(people))).order_by(_CONTACTS.id)
    found: dict[int, tuple[tuple[ContactKind, str], ...]] = {}
    for row in (await session.execute(query)).mappings():
        found[row["caller_id"]] = (*found.get(row["caller_id"], ()), (ContactKind(row["kind"]), row["value"]))
    return found


def _found(row: RowMapping, contacts: tuple[tuple[ContactKind, str], ...]) -> FoundPerson:
    return FoundPerson(
        person=PersonId(row["id"]),
        name=row["name"],
        number=E164(row["number"]),
        language=row["language"],
        tags=tuple(row["tags"]),
        contacts=contacts,
        open_cases=row["open_cases"],
    )


def _contact_row(person: PersonId, kind: ContactKind, value: str) -> dict[str, Any]:
    return {"caller_id": person, "kind": kind.value, "value": value, "folded": fold(value)}


def _call_row(call: CallId, person: PersonId, agent: AgentId, now: Seconds) -> dict[str, Any]:
    return {"call": call, "caller_id": person, "agent": agent, "identified_at": now}
