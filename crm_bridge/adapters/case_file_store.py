"""What hangs on cases: reporters, notes, addresses of photos, calls. Raises `DatabaseAway` throughout.

An addition, its event, its idempotency key and its row of the outbox are written in one transaction, as a
case is.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Integer, RowMapping, bindparam, func, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from contact.case import Case, CaseStatus
from contact.case_requests import CaseEvent, CaseFile, LinkedCall
from contact.errors import Refused
from contact.ids import E164, AgentId, CallId, CaseNumber, TopicId
from contact.media import MEDIA_URLS_MAX
from contact.times import Seconds
from crm_bridge.adapters import tables
from crm_bridge.adapters.news import News, tell
from crm_bridge.adapters.store import read_case
from crm_bridge.core.duplicates import Box
from runtime.db import Database

CANDIDATES_MAX = 500
EVENTS_MAX = 100
CALLS_MAX = 100
_REPORTERS = tables.case_reporters.c
_COUNT = (
    select(func.count())
    .select_from(tables.case_reporters)
    .where(_REPORTERS.case_number == tables.cases.c.number)
    .scalar_subquery()
    .label("further_reporters")
)
_WITH_COUNT = select(tables.cases, _COUNT)
_ONE = _WITH_COUNT.where(tables.cases.c.number == bindparam("number"))
_CANDIDATES = (
    _WITH_COUNT.where(
        tables.cases.c.topic == bindparam("topic"),
        tables.cases.c.opened_at >= bindparam("since"),
        tables.cases.c.status != CaseStatus.CLOSED.value,
    )
    .order_by(tables.cases.c.opened_at.desc())
    .limit(bindparam("most", type_=Integer))
)
_EVENTS = (
    select(tables.case_events)
    .where(tables.case_events.c.case_number == bindparam("number"))
    .order_by(tables.case_events.c.id.desc())
    .limit(EVENTS_MAX)
)
_CALLS = (
    select(tables.case_calls)
    .where(tables.case_calls.c.case_number == bindparam("number"))
    .order_by(tables.case_calls.c.linked_at, tables.case_calls.c.call)
    .limit(CALLS_MAX)
)
_OF_CALL = (
    select(tables.cases)
    .where(
        tables.cases.c.number.in_(
            union(
                select(tables.cases.c.number).where(tables.cases.c.call == bindparam("call")),
                select(tables.case_calls.c.case_number).where(tables.case_calls.c.call == bindparam("call")),
            )
        )
    )
    .order_by(tables.cases.c.opened_at, tables.cases.c.number)
    .limit(CALLS_MAX)
)
_MEDIA_URLS = (
    select(tables.cases.c.media_urls).where(tables.cases.c.number == bindparam("number")).with_for_update()
)
_NAME_CASE_OF_KEY = (
    update(tables.idempotency_keys)
    .where(tables.idempotency_keys.c.key == bindparam("of_key"))
    .values(case_number=bindparam("number"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Something that is added to a case once for its key; `text` is what the person wrote."""

    number: CaseNumber
    key: str
    fingerprint: str
    agent: AgentId
    caller: E164
    call: CallId | None
    text: str
    now: Seconds
    media_urls: tuple[str, ...] = ()


class CaseFileStore:
    """The tables around `cases`."""

    def __init__(self, *, database: Database, new_id: Callable[[], str]) -> None:
        """Keep the database; `new_id` makes the idempotency keys of deliveries."""
        self._database = database
        self._new_id = new_id
        keys = tables.idempotency_keys
        self._take_key_once = (
            database.insert(keys).on_conflict_do_nothing(index_elements=["key"]).returning(keys.c.key)
        )
        self._report_once = (
            database.insert(tables.case_reporters)
            .on_conflict_do_nothing(index_elements=["case_number", "known_as"])
            .returning(_REPORTERS.id)
        )
        self._link_once = database.insert(tables.case_calls).on_conflict_do_nothing(
            index_elements=["case_number", "call"]
        )

    async def candidates(
        self, topic: TopicId, since: Seconds, within: Box | None
    ) -> tuple[tuple[Case, int], ...]:
        """Return the newest cases of a topic that are not closed, with their further reporters.

        Those that have a point lie within the box, where one is given.
        """
        wanted = {"topic": topic, "since": since, "most": CANDIDATES_MAX}
        query = _CANDIDATES
        if within is not None:
            at = tables.cases.c
            in_box = at.latitude.between(within.south, within.north) & at.longitude.between(
                within.west, within.east
            )
            query = query.where(or_(at.latitude.is_(None), in_box))
        async with self._database.read_session() as session:
            rows = (await session.execute(query, wanted)).mappings().all()
        return tuple((read_case(row), row["further_reporters"]) for row in rows)

    async def file(self, number: CaseNumber) -> CaseFile | None:
        """Return a case with everything that hangs on it."""
        async with self._database.read_session() as session:
            return await _file(session, number)

    async def cases_of_call(self, call: CallId) -> tuple[Case, ...]:
        """Return the cases that a call concerns, oldest first."""
        async with self._database.read_session() as session:
            rows = (await session.execute(_OF_CALL, {"call": call})).mappings().all()
        return tuple(read_case(row) for row in rows)

    async def add_reporter(self, addition: Addition) -> CaseFile:
        """Count one more reporter, unless they are counted already; link the call either way."""
        async with self._database.session() as session:
            row = await self._claim(session, addition)
            if row is not None:
                if row["status"] == CaseStatus.CLOSED.value:
                    raise Refused(f"case {addition.number} is closed", code="case_closed")
                await self._report(session, row, addition)
            return await _known(session, addition.number)

    async def add_note(self, addition: Addition) -> CaseFile:
        """Add a note; link the call it was said in."""
        async with self._database.session() as session:
            if await self._claim(session, addition) is not None:
                await self._link(session, addition, "about")
                await self._tell(session, addition, "note", "note")
            return await _known(session, addition.number)

    async def add_media(self, addition: Addition) -> CaseFile:
        """Add the addresses of photos that the case does not have; link the call they were named in."""
        async with self._database.session() as session:
            if await self._claim(session, addition) is not None:
                known = (await session.execute(_MEDIA_URLS, {"number": addition.number})).scalar_one()
                fresh = tuple(url for url in addition.media_urls if url not in known)
                if len(known) + len(fresh) > MEDIA_URLS_MAX:
                    reason = f"media_urls: a case has at most {MEDIA_URLS_MAX} addresses of photos"
                    raise Refused(reason, code="too_many_media_urls")
                await self._link(session, addition, "about")
                if fresh:
                    case = tables.cases.c.number == addition.number
                    await session.execute(
                        update(tables.cases).where(case).values(media_urls=[*known, *fresh])
                    )
                    await self._tell(session, replace(addition, media_urls=fresh), "media", "media")
            return await _known(session, addition.number)

    async def link_call(self, number: CaseNumber, call: CallId, agent: AgentId, now: Seconds) -> CaseFile:
        """Keep that a call is about a case."""
        async with self._database.session() as session:
            known = await _known(session, number)
            if known.case.call != call:
                await session.execute(self._link_once, _call_row(number, call, "about", agent, now))
            return await _known(session, number)

    async def _claim(self, session: AsyncConnection, addition: Addition) -> RowMapping | None:
        """Return the case's row where this key is new, None where it was used for the very same before."""
        key = {
            "key": addition.key,
            "fingerprint": addition.fingerprint,
            "created_at": addition.now,
        }
        taken = (await session.execute(self._take_key_once, key)).first() is not None
        row = (await session.execute(_ONE, {"number": addition.number})).mappings().first()
        if row is None:
            raise Refused(f"there is no case {addition.number}", code="not_found")
        if taken:
            await session.execute(_NAME_CASE_OF_KEY, {"of_key": addition.key, "number": addition.number})
            return row
        keys = tables.idempotency_keys.c
        used = await session.execute(select(keys.fingerprint).where(keys.key == addition.key))
        if used.scalar_one() != addition.fingerprint:
            raise Refused("idempotency_key: was used for something else", code="idempotency_mismatch")
        return None

    async def _report(self, session: AsyncConnection, row: RowMapping, addition: Addition) -> None:
        if addition.caller and addition.caller == row["caller"]:
            await self._link(session, addition, "about")
            return
        reporter = {
            "case_number": addition.number,
            "known_as": addition.caller or addition.key,
            "call": addition.call,
            "agent": addition.agent,
            "added_at": addition.now,
        }
        is_new = (await session.execute(self._report_once, reporter)).first() is not None
        await self._link(session, addition, "reporter" if is_new else "about")
        if is_new:
            await self._tell(session, addition, "reporter", "reporter_added")

    async def _link(self, session: AsyncConnection, addition: Addition, reason: str) -> None:
        if addition.call is not None:
            row = _call_row(addition.number, addition.call, reason, addition.agent, addition.now)
            await session.execute(self._link_once, row)

    async def _tell(self, session: AsyncConnection, addition: Addition, kind: str, event: str) -> None:
        """Add the event, and the delivery to the CRM under a key of its own."""
        words: dict[str, Any] = {"text": addition.text, "caller": addition.caller, "call": addition.call}
        if addition.media_urls:
            words["media_urls"] = list(addition.media_urls)
        news = News(
            number=addition.number,
            kind=kind,
            event=event,
            detail=" ".join((addition.text, *addition.media_urls)).strip(),
            agent=addition.agent,
            words=words,
            now=addition.now,
        )
        await tell(session, news, self._new_id())


async def _file(session: AsyncConnection, number: CaseNumber) -> CaseFile | None:
    row = (await session.execute(_ONE, {"number": number})).mappings().first()
    if row is None:
        return None
    events = (await session.execute(_EVENTS, {"number": number})).mappings().all()
    calls = (await session.execute(_CALLS, {"number": number})).mappings().all()
    case = read_case(row)
    return CaseFile(
        case=case,
        further_reporters=row["further_reporters"],
        events=tuple(
            CaseEvent(kind=one["kind"], detail=one["detail"], happened_at=one["happened_at"])
            for one in reversed(events)
        ),
        calls=(*_filed_in(case), *(_linked(one) for one in calls)),
    )


async def _known(session: AsyncConnection, number: CaseNumber) -> CaseFile:
    found = await _file(session, number)
    if found is None:
        raise Refused(f"there is no case {number}", code="not_found")
    return found


def _filed_in(case: Case) -> tuple[LinkedCall, ...]:
    if case.call is None:
        return ()
    return (LinkedCall(call=case.call, reason="filed", agent=case.agent, linked_at=case.opened_at),)


def _linked(row: RowMapping) -> LinkedCall:
    return LinkedCall(
        call=CallId(row["call"]),
        reason=row["reason"],
        agent=AgentId(row["agent"]),
        linked_at=row["linked_at"],
    )


def _call_row(number: CaseNumber, call: CallId, reason: str, agent: AgentId, now: Seconds) -> dict[str, Any]:
    return {"case_number": number, "call": call, "reason": reason, "agent": agent, "linked_at": now}
