"""Recorded talks, in the store; each is known by its offer. Raises `DatabaseAway` throughout."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, or_, select
from sqlalchemy.exc import IntegrityError

from contact.ids import E164, AgentId, CallId, CaseNumber, Language, OfferId, QueueId
from contact.kept_talk import KeptTalk, Pause, TalkFacts, TalkQuery
from contact.numbers import WITHHELD
from contact.times import Seconds
from crm_bridge.adapters import tables
from runtime.db import Database

_TALKS = tables.kept_talks.c
_CALLS = tables.contacts.c
_WRAP_UPS = tables.wrap_ups.c
_JOINED = tables.kept_talks.outerjoin(tables.contacts, _CALLS.call == _TALKS.call).outerjoin(
    tables.wrap_ups, _WRAP_UPS.call == _TALKS.call
)
_LISTED = select(tables.kept_talks, _CALLS.caller, _CALLS.language, _WRAP_UPS.disposition).select_from(
    _JOINED
)


class KeptTalkStore:
    """The table of recorded talks, read together with their calls and what was filed in them."""

    def __init__(self, *, database: Database) -> None:
        """Work on `database`, whose tables exist."""
        self._database = database

    async def keep(self, talk: TalkFacts, *, recording: str, duration_s: float, size: int) -> bool:
        """Add a talk; return False where it is kept already."""
        row = {
            "recording": recording,
            "call": talk.call,
            "offer": talk.offer,
            "agent": talk.agent,
            "queue": talk.queue,
            "consented_at": talk.consented_at,
            "began_at": talk.began_at,
            "duration_s": duration_s,
            "size": size,
            "pauses": [[one.from_s, one.to_s] for one in talk.pauses],
        }
        try:
            async with self._database.session() as work:
                known = await work.execute(select(_TALKS.offer).where(_TALKS.offer == talk.offer))
                if known.first() is not None:
                    return False
                await work.execute(insert(tables.kept_talks), row)
        except IntegrityError:
            return False
        return True

    async def has(self, offer: OfferId) -> bool:
        """Return whether the talk of `offer` is kept."""
        async with self._database.read_session() as work:
            return (await work.execute(select(_TALKS.offer).where(_TALKS.offer == offer))).first() is not None

    async def found(self, query: TalkQuery, *, most: int) -> tuple[KeptTalk, ...]:
        """Return the talks that are asked for, newest first."""
        wanted = _LISTED.where(*_conditions(query))
        return await self._read(wanted.order_by(_TALKS.began_at.desc(), _TALKS.recording).limit(most))

    async def one(self, recording: str) -> KeptTalk | None:
        """Return one talk."""
        found = await self._read(_LISTED.where(_TALKS.recording == recording))
        return found[0] if found else None

    async def erase(self, query: TalkQuery) -> tuple[str, ...]:
        """Take the talks that are asked for out of the table; return the names of their files."""
        conditions = _conditions(query)
        if not conditions:
            return ()
        return await self._erase(select(_TALKS.recording).select_from(_JOINED).where(*conditions))

    async def expire(self, before_at: Seconds) -> tuple[str, ...]:
        """Take the talks out of the table that began before a moment; return the names of their files."""
        return await self._erase(select(_TALKS.recording).where(_TALKS.began_at < before_at))

    async def names(self) -> frozenset[str]:
        """Return the name of every file that a talk has."""
        async with self._database.read_session() as work:
            return frozenset((await work.execute(select(_TALKS.recording))).scalars())

    async def stored(self) -> tuple[int, int]:
        """Return how many talks there are, and how many bytes they take."""
        async with self._database.read_session() as work:
            count, size = (await work.execute(select(func.count(), func.sum(_TALKS.size)))).one()
        return count, int(size or 0)

    async def _erase(self, chosen: Select[Any]) -> tuple[str, ...]:
        async with self._database.session() as work:
            names = tuple((await work.execute(chosen)).scalars())
            for part in _parts(names):
                await work.execute(delete(tables.kept_talks).where(_TALKS.recording.in_(part)))
        return names

    async def _read(self, query: Select[Any]) -> tuple[KeptTalk, ...]:
        async with self._database.read_session() as work:
            rows = (await work.execute(query)).all()
            calls = {row.call for row in rows}
            cases: dict[str, list[CaseNumber]] = {}
            for part in _parts(tuple(calls)):
                for number, call in await work.execute(_cases_of(part)):
                    cases.setdefault(call, []).append(CaseNumber(number))
        return tuple(_kept(row, cases.get(row.call, [])) for row in rows)


def _conditions(query: TalkQuery) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if query.caller:
        wanted.append(_CALLS.caller == query.caller)
    if query.case:
        filed = select(tables.cases.c.call).where(tables.cases.c.number == query.case)
        linked = select(tables.case_calls.c.call).where(tables.case_calls.c.case_number == query.case)
        wanted.append(or_(_TALKS.call.in_(filed), _TALKS.call.in_(linked)))
    for column, value in (
        (_TALKS.call, query.call),
        (_TALKS.agent, query.agent),
        (_TALKS.queue, query.queue),
        (_WRAP_UPS.disposition, query.disposition),
    ):
        if value:
            wanted.append(column == value)
    if query.since_at is not None:
        wanted.append(_TALKS.began_at >= query.since_at)
    if query.until_at is not None:
        wanted.append(_TALKS.began_at < query.until_at)
    if query.queues_in is not None:
        wanted.append(_TALKS.queue.in_(query.queues_in))
    if query.agents_in is not None:
        wanted.append(_TALKS.agent.in_(query.agents_in))
    return wanted


def _cases_of(calls: Iterable[str]) -> Select[Any]:
    return select(tables.cases.c.number, tables.cases.c.call).where(tables.cases.c.call.in_(calls))


def _parts(names: tuple[str, ...], most: int = 500) -> Iterable[tuple[str, ...]]:
    return (names[at : at + most] for at in range(0, len(names), most))


def _kept(row: Row[Any], cases: list[CaseNumber]) -> KeptTalk:
    return KeptTalk(
        recording=row.recording,
        talk=TalkFacts(
            call=CallId(row.call),
            offer=OfferId(row.offer),
            agent=AgentId(row.agent),
            queue=QueueId(row.queue),
            consented_at=row.consented_at,
            began_at=row.began_at,
            pauses=tuple(Pause(from_s=from_s, to_s=to_s) for from_s, to_s in row.pauses),
        ),
        duration_s=row.duration_s,
        size=row.size,
        caller=WITHHELD if row.caller is None else E164(row.caller),
        language=Language(row.language or ""),
        disposition=row.disposition or "",
        cases=tuple(sorted(cases)),
    )
