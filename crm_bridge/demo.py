"""The example city's past: people, contacts and cases that make the first screen-pop worth looking at."""

import tomllib
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import insert

from contact.case import CaseDraft, Catalogue, Point
from contact.errors import Refused
from contact.ids import E164, CallId, TopicId
from contact.states import Outcome
from contact.times import Seconds, to_utc
from crm_bridge.adapters import tables
from crm_bridge.adapters.store import Filing, Store
from crm_bridge.core.case import check_draft, fingerprint, open_case
from crm_bridge.core.folding import fold
from runtime.db import Database
from runtime.section import ConfigError

DAY_S = 86_400.0
DaysAgo = Annotated[float, Field(ge=0, le=3_650)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Person(_Part):
    number: str
    name: str
    language: str = "pl"
    tags: list[str] = []
    address: str = ""


class _Contact(_Part):
    caller: str
    days_ago: DaysAgo
    queue: str | None = None
    agent: str | None = None
    outcome: Outcome = Outcome.CONNECTED
    topic: str = ""
    disposition: str = ""
    note: str = ""
    wait_s: float = 0
    talk_s: float = 0


class _Case(_Part):
    caller: str
    days_ago: DaysAgo
    topic: str
    description: str
    district: str = ""
    address: str = ""
    point: tuple[float, float] | None = None
    answers: dict[str, str] = {}
    promised_days: float | None = None
    closed: bool = False
    reference: str


class _Past(_Part):
    first_case_number: Annotated[int, Field(ge=1)] = 1
    people: list[_Person] = []
    contacts: list[_Contact] = []
    cases: list[_Case] = []


async def seed_demo(
    database: Database,
    *,
    catalogue: Catalogue,
    file: Path,
    now: Seconds,
    zone: ZoneInfo,
    place: Callable[[CaseDraft], CaseDraft],
) -> None:
    """Put the past of `file` into the store, once; said again, it changes nothing.

    `place` says where the point of a draft lies.

    Raises:
        ConfigError: the file holds a mistake; it names the entry.
        DatabaseAway: the store did not answer.
    """
    past = _read(file)
    await _seed_people(database, past, now)
    store = Store(database=database, new_id=lambda: str(uuid.uuid4()))
    for index, case in enumerate(past.cases):
        opened_at = now - case.days_ago * DAY_S
        try:
            filing = _filing(
                case,
                key=f"demo-past-{index}",
                catalogue=catalogue,
                opened_at=opened_at,
                zone=zone,
                place=place,
            )
        except Refused as error:
            raise ConfigError(f"{file}: cases.{index}: {error.reason}") from None
        await store.file_settled(filing, reference=case.reference, closed=case.closed)


def _read(file: Path) -> _Past:
    try:
        return _Past.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{file}: {place}: {first['msg']}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file}: {error}") from None


async def _seed_people(database: Database, past: _Past, now: Seconds) -> None:
    year = to_utc(now).year
    counter = database.insert(tables.case_counters).values(year=year, last=past.first_case_number - 1)
    async with database.session() as session:
        await session.execute(counter.on_conflict_do_nothing(index_elements=["year"]))
        for person in past.people:
            row = database.insert(tables.callers).values(
                **person.model_dump(exclude={"address"}), folded=fold(person.name)
            )
            added = await session.execute(
                row.on_conflict_do_nothing(index_elements=["number", "name"]).returning(tables.callers.c.id)
            )
            known = added.scalar_one_or_none()
            if known is not None and person.address:
                at = {"kind": "address", "value": person.address, "folded": fold(person.address)}
                await session.execute(insert(tables.caller_contacts).values(caller_id=known, **at))
        for index, contact in enumerate(past.contacts):
            row = database.insert(tables.contacts).values(_contact_row(contact, index, now))
            await session.execute(row.on_conflict_do_nothing(index_elements=["call"]))
            if not contact.disposition and not contact.note:
                continue
            said = database.insert(tables.wrap_ups).values(
                call=_call(index),
                agent=contact.agent or "",
                disposition=contact.disposition,
                note=contact.note,
                recorded_at=now - contact.days_ago * DAY_S,
            )
            await session.execute(said.on_conflict_do_nothing(index_elements=["call"]))


def _filing(
    past: _Case,
    *,
    key: str,
    catalogue: Catalogue,
    opened_at: Seconds,
    zone: ZoneInfo,
    place: Callable[[CaseDraft], CaseDraft],
) -> Filing:
    draft = CaseDraft(
        topic=TopicId(past.topic),
        description=past.description,
        caller=E164(past.caller),
        district=past.district,
        address=past.address,
        answers=tuple(past.answers.items()),
        point=None if past.point is None else Point(latitude=past.point[0], longitude=past.point[1]),
    )
    checked = check_draft(place(draft), catalogue)
    promised_at = None if past.promised_days is None else opened_at + past.promised_days * DAY_S
    return Filing(
        key=key,
        fingerprint=fingerprint(draft),
        year=to_utc(opened_at).astimezone(zone).year,
        filed_at=opened_at,
        catalogue_version=catalogue.version,
        build=lambda number: open_case(
            checked, catalogue, number=number, opened_at=opened_at, promised_at=promised_at
        ),
    )


def _call(index: int) -> CallId:
    return CallId(f"demo-past-{index}")


def _contact_row(contact: _Contact, index: int, now: Seconds) -> dict[str, Any]:
    arrived_at = now - contact.days_ago * DAY_S
    talked = contact.outcome is Outcome.CONNECTED
    return {
        "call": _call(index),
        "caller": contact.caller,
        "dialled": "19115",
        "language": "pl",
        "queue": contact.queue,
        "agent": contact.agent,
        "outcome": contact.outcome.value,
        "path": [],
        "topic": contact.topic,
        "arrived_at": arrived_at,
        "queued_at": arrived_at if contact.queue else None,
        "connected_at": arrived_at + contact.wait_s if talked else None,
        "ended_at": arrived_at + contact.wait_s + contact.talk_s,
        "wait_s": contact.wait_s,
        "talk_s": contact.talk_s,
        "offers": 1 if talked else 0,
    }
