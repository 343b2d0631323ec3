"""The figures of a day out of the contacts, counted by the store."""

from sqlalchemy import ColumnElement, Float, Integer, case, cast, func, literal, select

from contact.day import DayTallies, ReadDay, SlotTally
from contact.ids import CALLBACK_PREFIX, CallId, QueueId
from contact.states import Outcome
from crm_bridge.adapters import tables
from runtime.db import Database

MENU_S_MAX = 3_600.0
"""A caller who is in the menu for longer than this before joining a queue may be missed."""
RECENT_MAX = 10_000
_C = tables.contacts.c
_ANSWERED = _C.connected_at.is_not(None)
_ABANDONED = _C.outcome == Outcome.ABANDONED_QUEUE.value


async def read_day(database: Database, request: ReadDay) -> DayTallies:
    """Return the tallies that `request` asks for; raise `DatabaseAway`."""
    of_the_day = (
        _C.arrived_at >= request.begins_at - MENU_S_MAX,
        _C.queued_at >= request.begins_at,
        _C.queued_at < request.ends_at,
        _C.queue.is_not(None),
        _C.call.not_like(f"{CALLBACK_PREFIX}%"),
    )
    slot = _slot(request, is_sqlite=database.is_sqlite).label("slot")
    soon = _C.wait_s <= _within(request)
    tallies = select(
        _C.queue,
        slot,
        func.count().label("offered"),
        _count(_ANSWERED).label("answered"),
        _count(_ANSWERED & soon).label("answered_within"),
        _count(_ABANDONED).label("abandoned"),
        _count(_ABANDONED & soon).label("abandoned_within"),
        func.sum(case((_ANSWERED, _C.wait_s), else_=0.0)).label("wait_sum_s"),
        func.sum(case((_ANSWERED, _C.talk_s), else_=0.0)).label("talk_sum_s"),
    )
    tallies = tallies.where(*of_the_day).group_by(_C.queue, "slot").order_by(_C.queue, "slot")
    recent = select(_C.call).where(*of_the_day, _C.ended_at >= request.recent_from).limit(RECENT_MAX)
    async with database.read_session() as session:
        rows = (await session.execute(tallies)).mappings().all()
        calls = (await session.execute(recent)).scalars().all()
    return DayTallies(
        slots=tuple(
            SlotTally(
                queue=QueueId(row["queue"]),
                slot=int(row["slot"]),
                offered=row["offered"],
                answered=row["answered"],
                answered_within=row["answered_within"],
                abandoned=row["abandoned"],
                abandoned_within=row["abandoned_within"],
                wait_sum_s=float(row["wait_sum_s"]),
                talked=row["answered"],
                talk_sum_s=float(row["talk_sum_s"]),
            )
            for row in rows
        ),
        recent=tuple(CallId(call) for call in calls),
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _within(request: ReadDay) -> ColumnElement[float]:
    if not request.within:
        return literal(0.0, Float)
    return case(*((_C.queue == queue, within_s) for queue, within_s in request.within), else_=0.0)


def _slot(request: ReadDay, *, is_sqlite: bool) -> ColumnElement[int]:
    """Return the number of the slot: SQLite's cast cuts off, PostgreSQL's rounds and needs `floor`."""
    slots = (_C.queued_at - request.begins_at) / request.slot_s
    return cast(slots if is_sqlite else func.floor(slots), Integer)
