"""Cases, contacts and the catalogue in the store.

A case, its first event, its idempotency key and its row of the outbox are written in one transaction, so
that none exists without the others. The key is inserted first: a second filing under the same key waits
for the first one's commit and then finds its case. Every method raises `DatabaseAway` when the store does
not answer.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, RowMapping, Select, bindparam, insert, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from contact.case import Caller, CallerHistory, Case, CaseStatus, Catalogue, Contact, Point
from contact.errors import Refused
from contact.events import CallEnded
from contact.ids import E164, AgentId, CallId, CaseNumber, QueueId, TopicId, UnitId
from contact.times import Seconds
from crm_bridge.adapters import tables
from crm_bridge.core.case import case_number
from crm_bridge.core.folding import fold
from runtime.db import Database

OPEN_CASES_MAX = 20
PEOPLE_MAX = 20
_CASE = select(tables.cases).where(tables.cases.c.number == bindparam("number"))
_CASES_OF = (
    select(tables.cases)
    .where(tables.cases.c.caller == bindparam("caller"))
    .order_by(tables.cases.c.opened_at.desc(), tables.cases.c.number.desc())
    .limit(bindparam("cases_max", type_=Integer))
)
_OPEN_CASES_OF = (
    select(tables.cases)
    .where(
        tables.cases.c.number.in_(
            union(
                select(tables.cases.c.number).where(tables.cases.c.caller == bindparam("caller")),
                select(tables.case_reporters.c.case_number).where(
                    tables.case_reporters.c.known_as == bindparam("caller")
                ),
            )
        ),
        tables.cases.c.status != CaseStatus.CLOSED.value,
    )
    .order_by(tables.cases.c.opened_at.desc(), tables.cases.c.number.desc())
    .limit(bindparam("cases_max", type_=Integer))
)
"""Those of a number and those that it reported too: a union, since no index serves an OR over two tables."""
_CONTACTS_OF = (
    select(
        tables.contacts,
        tables.wrap_ups.c.disposition,
        tables.wrap_ups.c.note,
        tables.callers.c.name.label("person"),
    )
    .outerjoin(tables.wrap_ups, tables.wrap_ups.c.call == tables.contacts.c.call)
    .outerjoin(tables.call_people, tables.call_people.c.call == tables.contacts.c.call)
    .outerjoin(tables.callers, tables.callers.c.id == tables.call_people.c.caller_id)
    .where(tables.contacts.c.caller == bindparam("caller"))
    .order_by(tables.contacts.c.arrived_at.desc(), tables.contacts.c.call.desc())
    .limit(bindparam("contacts_max", type_=Integer))
)
_PEOPLE_OF = (
    select(tables.callers)
    .where(
        tables.callers.c.id.in_(
            union(
                select(tables.callers.c.id).where(tables.callers.c.number == bindparam("caller")),
                select(tables.caller_contacts.c.caller_id).where(
                    tables.caller_contacts.c.kind == "phone",
                    tables.caller_contacts.c.value == bindparam("caller"),
                ),
            )
        )
    )
    .order_by(tables.callers.c.id)
    .limit(PEOPLE_MAX)
)
_CALLER_OF = select(tables.contacts.c.caller).where(tables.contacts.c.call == bindparam("call"))
_ADD_CASE = insert(tables.cases)
_ADD_EVENT = insert(tables.case_events)
_ADD_DELIVERY = insert(tables.outbox)
_NAME_CASE_OF_KEY = (
    update(tables.idempotency_keys)
    .where(tables.idempotency_keys.c.key == bindparam("of_key"))
    .values(case_number=bindparam("number"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """A case to be filed: who sent it (`key`, `fingerprint`) and how it looks once it has a number."""

    key: str
    fingerprint: str
    year: int
    filed_at: Seconds
    catalogue_version: str
    build: Callable[[CaseNumber], Case]


class Store:
    """The bridge's part of the database."""

    def __init__(self, *, database: Database, new_id: Callable[[], str]) -> None:
        """Keep the database; `new_id` makes the idempotency keys of deliveries."""
        self._database = database
        self._new_id = new_id
        keys, counters = tables.idempotency_keys, tables.case_counters
        self._take_key_once = (
            database.insert(keys).on_conflict_do_nothing(index_elements=["key"]).returning(keys.c.key)
        )
        self._count_case = (
            database.insert(counters)
            .on_conflict_do_update(index_elements=["year"], set_={"last": counters.c.last + 1})
            .returning(counters.c.last)
        )
        self._add_contacts_once = (
            database.insert(tables.contacts)
            .on_conflict_do_nothing(index_elements=["call"])
            .returning(tables.contacts.c.call)
        )
        said = database.insert(tables.wrap_ups)
        anew = {name: said.excluded[name] for name in ("agent", "disposition", "note", "recorded_at")}
        self._say = said.on_conflict_do_update(index_elements=["call"], set_=anew)

    async def load_catalogue(self, catalogue: Catalogue) -> None:
        """Bring the tables of topics and units to `catalogue`; what it lacks is retired, not deleted."""
        shared = {"catalogue_version": catalogue.version, "retired": False}
        units = [
            {"unit": one.unit, "names": dict(one.names), "district": one.district, **shared}
            for one in catalogue.units
        ]
        topics = [
            {
                "topic": one.topic,
                "titles": dict(one.titles),
                "topic_group": one.group,
                "unit": one.unit,
                "skill": one.skill,
                **shared,
            }
            for one in catalogue.topics
        ]
        async with self._database.session() as session:
            for table, key, rows in ((tables.units, "unit", units), (tables.topics, "topic", topics)):
                insert = self._database.insert(table)
                fresh = {name: insert.excluded[name] for name in rows[0] if name != key}
                await session.execute(insert.on_conflict_do_update(index_elements=[key], set_=fresh), rows)
                old = table.c.catalogue_version != catalogue.version
                await session.execute(update(table).where(old).values(retired=True))

    async def file(self, filing: Filing) -> tuple[Case, bool]:
        """Return the case of this filing, and whether it was made now.

        Raises:
            Refused: `idempotency_mismatch`, the key was used for another draft.
        """
        async with self._database.session() as session:
            if not await self._take_key(session, filing):
                return await _filed_before(session, filing), False
            case = await self._add_case(session, filing)
            await session.execute(_ADD_DELIVERY, self._delivery(case.number, filing.filed_at))
        return case, True

    async def file_settled(self, filing: Filing, *, reference: str, closed: bool) -> None:
        """Keep a case that the CRM has already, under `reference`; nothing where its key is known."""
        status = CaseStatus.CLOSED if closed else CaseStatus.DELIVERED
        async with self._database.session() as session:
            if not await self._take_key(session, filing):
                return
            case = await self._add_case(session, filing)
            await session.execute(
                update(tables.cases)
                .where(tables.cases.c.number == case.number)
                .values(status=status.value, reference=reference)
            )

    async def case(self, number: CaseNumber) -> Case | None:
        """Return one case, or None."""
        async with self._database.read_session() as session:
            row = (await session.execute(_CASE, {"number": number})).mappings().first()
        return None if row is None else read_case(row)

    async def cases_of(self, caller: E164, cases_max: int) -> tuple[Case, ...]:
        """Return a number's cases, newest first."""
        async with self._database.read_session() as session:
            return await _cases_of(session, _CASES_OF, caller, cases_max)

    async def history(self, caller: E164, contacts_max: int) -> CallerHistory:
        """Return the people, last contacts and open cases of a number, newest first."""
        async with self._database.read_session() as session:
            people = await session.execute(_PEOPLE_OF, {"caller": caller})
            contacts = await session.execute(_CONTACTS_OF, {"caller": caller, "contacts_max": contacts_max})
            open_cases = await _cases_of(session, _OPEN_CASES_OF, caller, OPEN_CASES_MAX)
        return CallerHistory(
            caller=caller,
            people=tuple(
                Caller(person=row["id"], name=row["name"], language=row["language"], tags=tuple(row["tags"]))
                for row in people.mappings()
            ),
            contacts=tuple(_contact(row) for row in contacts.mappings()),
            open_cases=open_cases,
        )

    async def add_contacts(self, ended: Iterable[CallEnded]) -> int:
        """Keep terminal records of calls, each once; return how many were new."""
        rows = [_contact_row(one) for one in ended]
        async with self._database.session() as session:
            return len((await session.execute(self._add_contacts_once, rows)).all())

    async def record_wrap_up(
        self, call: CallId, agent: AgentId, *, disposition: str, note: str, now: Seconds
    ) -> E164 | None:
        """Keep what was said of a contact, over anything said before; return its caller if known."""
        said = {"call": call, "agent": agent, "disposition": disposition, "note": note, "recorded_at": now}
        async with self._database.session() as session:
            await session.execute(self._say, said)
            caller = (await session.execute(_CALLER_OF, {"call": call})).scalar_one_or_none()
        return None if caller is None else E164(caller)

    async def _take_key(self, session: AsyncConnection, filing: Filing) -> bool:
        """Insert the filing's key; return False where it is there, once its owner has committed."""
        key = {"key": filing.key, "fingerprint": filing.fingerprint, "created_at": filing.filed_at}
        taken = await session.execute(self._take_key_once, key)
        return taken.first() is not None

    async def _add_case(self, session: AsyncConnection, filing: Filing) -> Case:
        case = filing.build(await self._next_number(session, filing.year))
        await session.execute(_ADD_CASE, _case_row(case, filing.catalogue_version))
        await session.execute(_ADD_EVENT, _opened(case, filing.filed_at))
        await session.execute(_NAME_CASE_OF_KEY, {"of_key": filing.key, "number": case.number})
        return case

    async def _next_number(self, session: AsyncConnection, year: int) -> CaseNumber:
        """Return the next number of `year`; its counter stays locked until the transaction ends."""
        counted = await session.execute(self._count_case, {"year": year, "last": 1})
        return case_number(counted.scalar_one(), year)

    def _delivery(self, number: CaseNumber, now: Seconds) -> dict[str, Any]:
        return {
            "case_number": number,
            "idempotency_key": self._new_id(),
            "state": "pending",
            "attempts": 0,
            "next_at": now,
            "last_error": "",
            "created_at": now,
        }


def read_case(row: RowMapping | Mapping[str, Any]) -> Case:
    """Return the case in a row of `cases`."""
    return Case(
        number=CaseNumber(row["number"]),
        topic=TopicId(row["topic"]),
        title=row["title"],
        unit=UnitId(row["unit"]),
        unit_reason=row["unit_reason"],
        description=row["description"],
        caller=E164(row["caller"]),
        call=None if row["call"] is None else CallId(row["call"]),
        agent=None if row["agent"] is None else AgentId(row["agent"]),
        district=row["district"],
        address=row["address"],
        answers=tuple((code, value) for code, value in row["answers"]),
        status=CaseStatus(row["status"]),
        reference=row["reference"],
        opened_at=row["opened_at"],
        promised_at=row["promised_at"],
        point=None
        if row["latitude"] is None
        else Point(
            latitude=row["latitude"],
            longitude=row["longitude"],
            northing=row["northing"],
            easting=row["easting"],
        ),
        media_urls=tuple(row["media_urls"]),
    )


def _case_row(case: Case, catalogue_version: str) -> dict[str, Any]:
    return {
        "number": case.number,
        "topic": case.topic,
        "title": case.title,
        "unit": case.unit,
        "unit_reason": case.unit_reason,
        "description": case.description,
        "caller": case.caller,
        "call": case.call,
        "agent": case.agent,
        "district": case.district,
        "address": case.address,
        "answers": [list(pair) for pair in case.answers],
        "status": case.status.value,
        "reference": case.reference,
        "opened_at": case.opened_at,
        "promised_at": case.promised_at,
        "catalogue_version": catalogue_version,
        "latitude": None if case.point is None else case.point.latitude,
        "longitude": None if case.point is None else case.point.longitude,
        "northing": None if case.point is None else case.point.northing,
        "easting": None if case.point is None else case.point.easting,
        "folded": fold(case.address),
        "media_urls": list(case.media_urls),
    }


def _opened(case: Case, happened_at: Seconds) -> dict[str, Any]:
    return {
        "case_number": case.number,
        "kind": "opened",
        "detail": case.unit_reason,
        "happened_at": happened_at,
    }


async def _filed_before(session: AsyncConnection, filing: Filing) -> Case:
    keys = tables.idempotency_keys
    query = (
        select(tables.cases, keys.c.fingerprint)
        .join(keys, keys.c.case_number == tables.cases.c.number)
        .where(keys.c.key == filing.key)
    )
    row = (await session.execute(query)).mappings().one()
    if row["fingerprint"] != filing.fingerprint:
        message = f"idempotency_key: was used for another draft, case {row['number']}"
        raise Refused(message, code="idempotency_mismatch")
    return read_case(row)


async def _cases_of(
    session: AsyncConnection, query: Select[Any], caller: E164, cases_max: int
) -> tuple[Case, ...]:
    found = await session.execute(query, {"caller": caller, "cases_max": cases_max})
    return tuple(read_case(row) for row in found.mappings())


def _contact_row(ended: CallEnded) -> dict[str, Any]:
    return {
        "call": ended.call,
        "caller": ended.caller,
        "dialled": ended.dialled,
        "language": ended.language,
        "queue": ended.queue,
        "agent": ended.agent,
        "outcome": ended.outcome.value,
        "path": list(ended.path),
        "topic": ended.topic,
        "arrived_at": ended.arrived_at,
        "queued_at": ended.queued_at,
        "connected_at": ended.connected_at,
        "ended_at": ended.ended_at,
        "wait_s": ended.wait_s,
        "talk_s": ended.talk_s,
        "offers": ended.offers,
    }


def _contact(row: RowMapping) -> Contact:
    return Contact(
        call=CallId(row["call"]),
        caller=E164(row["caller"]),
        queue=None if row["queue"] is None else QueueId(row["queue"]),
        agent=None if row["agent"] is None else AgentId(row["agent"]),
        outcome=row["outcome"],
        topic=row["topic"],
        disposition=row["disposition"] or "",
        note=row["note"] or "",
        person=row["person"] or "",
        started_at=row["arrived_at"],
        talk_s=row["talk_s"],
    )
