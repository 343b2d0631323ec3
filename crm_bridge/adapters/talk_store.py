"""Finished talks out of the contacts, with what was said of them. Raises `DatabaseAway` throughout."""

from typing import Any

from sqlalchemy import RowMapping, Select, func, select

from contact.errors import Refused
from contact.finished_talks import ASKED_AGENTS_MAX, LISTED_TALKS_MAX, FinishedTalk, ListTalks
from contact.ids import E164, AgentId, CallId, Language, QueueId
from crm_bridge.adapters import tables
from runtime.db import Database

ARRIVED_BEFORE_S = 7 * 86_400.0
"""A callback arrives when it is ordered; one ordered longer than this before a period began may be missed."""
_C = tables.contacts.c
_TALKS = (
    select(
        tables.contacts,
        func.coalesce(tables.wrap_ups.c.disposition, "").label("disposition"),
        func.coalesce(tables.wrap_ups.c.note, "").label("note"),
    )
    .outerjoin(tables.wrap_ups, tables.wrap_ups.c.call == _C.call)
    .where(_C.connected_at.is_not(None), _C.agent.is_not(None))
)


class TalkStore:
    """The talks in the bridge's part of the database."""

    def __init__(self, *, database: Database) -> None:
        """Work on `database`, whose tables exist."""
        self._database = database

    async def listed(self, wanted: ListTalks) -> tuple[FinishedTalk, ...]:
        """Return the talks that are `wanted`; raise `Refused` (`too_many`)."""
        if len(wanted.agents) > ASKED_AGENTS_MAX:
            raise Refused(f"more than {ASKED_AGENTS_MAX} agents", code="too_many")
        query = _TALKS.where(
            _C.agent.in_(wanted.agents),
            _C.arrived_at >= wanted.begins_at - ARRIVED_BEFORE_S,
            _C.arrived_at < wanted.ends_at,
            _C.connected_at >= wanted.begins_at,
            _C.connected_at < wanted.ends_at,
        )
        found = await self._read(query.order_by(_C.connected_at, _C.call).limit(LISTED_TALKS_MAX + 1))
        if len(found) > LISTED_TALKS_MAX:
            raise Refused(f"more than {LISTED_TALKS_MAX} talks", code="too_many")
        return found

    async def one(self, call: CallId) -> FinishedTalk | None:
        """Return one talk, or None."""
        found = await self._read(_TALKS.where(_C.call == call))
        return found[0] if found else None

    async def _read(self, query: Select[Any]) -> tuple[FinishedTalk, ...]:
        async with self._database.read_session() as work:
            rows = (await work.execute(query)).mappings().all()
        return tuple(_talk(row) for row in rows)


def _talk(row: RowMapping) -> FinishedTalk:
    return FinishedTalk(
        call=CallId(row["call"]),
        agent=AgentId(row["agent"]),
        queue=None if row["queue"] is None else QueueId(row["queue"]),
        caller=E164(row["caller"]),
        language=Language(row["language"]),
        topic=row["topic"],
        disposition=row["disposition"],
        note=row["note"],
        connected_at=row["connected_at"],
        wait_s=row["wait_s"],
        talk_s=row["talk_s"],
    )
