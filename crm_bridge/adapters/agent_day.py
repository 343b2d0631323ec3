"""An agent's own day out of the contacts, counted by the store."""

from sqlalchemy import case, func, select

from contact.agent_day import AgentDay, AgentTally
from crm_bridge.adapters import tables
from runtime.db import Database

TALK_S_MAX = 14_400.0
"""A call that arrived longer than this before the day began may be missed."""
_C = tables.contacts.c
_SAID = func.coalesce(tables.wrap_ups.c.disposition, "")


async def read_agent_day(database: Database, request: AgentDay) -> AgentTally:
    """Return the tally that `request` asks for; raise `DatabaseAway`."""
    unsaid = (_SAID == "") & (_C.call != (request.in_hand or ""))
    query = (
        select(
            func.count().label("calls"),
            func.coalesce(func.sum(_C.talk_s), 0.0).label("talk_s"),
            func.coalesce(func.sum(case((unsaid, 1), else_=0)), 0).label("without"),
        )
        .select_from(tables.contacts)
        .outerjoin(tables.wrap_ups, tables.wrap_ups.c.call == _C.call)
        .where(
            _C.agent == request.agent,
            _C.arrived_at >= request.begins_at - TALK_S_MAX,
            _C.connected_at >= request.begins_at,
            _C.connected_at < request.ends_at,
        )
    )
    async with database.read_session() as session:
        row = (await session.execute(query)).mappings().one()
    return AgentTally(
        agent=request.agent,
        calls=row["calls"],
        talk_s=float(row["talk_s"]),
        without_disposition=int(row["without"]),
    )
