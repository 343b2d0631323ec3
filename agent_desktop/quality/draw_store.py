"""Draws in the database, and the end of what has been kept long enough. Raises `DatabaseAway` throughout."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from agent_desktop.quality.draw import Draw, Pick, Turn
from agent_desktop.quality.tables import (
    quality_calibrations,
    quality_cards,
    quality_draws,
    quality_sheets,
    quality_versions,
)
from contact.ids import AgentId, CallId, QueueId
from contact.times import Seconds
from runtime.db import Database

WEEKS_MAX = 600
_C, _D = quality_cards.c, quality_draws.c


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnWeek:
    """The draw of one consultant's week."""

    week: str
    agent: AgentId
    draw: Draw


class DrawStore:
    """The table of draws."""

    def __init__(self, *, database: Database) -> None:
        """Work on `database`, whose tables exist."""
        self._database = database

    async def put(self, drawn: DrawnWeek, at: Seconds) -> None:
        """Keep a draw; the first one of a week stays."""
        row = self._database.insert(quality_draws).values(
            week=drawn.week,
            agent=drawn.agent,
            talks=drawn.draw.talks,
            eligible=drawn.draw.eligible,
            picks=[_pick_row(one) for one in drawn.draw.picks],
            drawn_at=at,
        )
        async with self._database.session() as work:
            await work.execute(row.on_conflict_do_nothing(index_elements=["week", "agent"]))

    async def of_week(self, week: str, agents: Collection[AgentId] | None = None) -> tuple[DrawnWeek, ...]:
        """Return the draws of a week by consultant, of all of them or of `agents`."""
        query = select(quality_draws).where(_D.week == week).order_by(_D.agent)
        if agents is not None:
            query = query.where(_D.agent.in_(tuple(agents)))
        async with self._database.read_session() as work:
            rows = (await work.execute(query)).all()
        return tuple(_drawn(row) for row in rows)

    async def weeks(self) -> tuple[str, ...]:
        """Return the weeks that were drawn, the newest first."""
        query = select(_D.week).distinct().order_by(_D.week.desc()).limit(WEEKS_MAX)
        async with self._database.read_session() as work:
            return tuple((await work.execute(query)).scalars().all())

    async def remove_before(self, moment: Seconds, week: str) -> int:
        """Remove cards of talks before `moment` and draws of weeks before `week`; return how many cards."""
        old = select(_C.id).where(_C.started_at < moment)
        calibrations = select(quality_calibrations.c.id).where(quality_calibrations.c.card.in_(old))
        async with self._database.session() as work:
            await work.execute(delete(quality_draws).where(_D.week < week))
            await work.execute(delete(quality_cards).where(_C.calibration.in_(calibrations)))
            gone = await work.execute(delete(quality_cards).where(_C.started_at < moment))
            used = select(quality_versions.c.sheet)
            await work.execute(delete(quality_sheets).where(quality_sheets.c.version.not_in(used)))
        return gone.rowcount


def _pick_row(pick: Pick) -> dict[str, Any]:
    return {
        "call": pick.call,
        "queue": pick.queue,
        "started_at": pick.started_at,
        "talk_s": pick.talk_s,
        "is_callback": pick.is_callback,
        "turn": pick.turn.value,
        "lot": pick.lot,
        "rivals": pick.rivals,
    }


def _drawn(row: Any) -> DrawnWeek:
    picks = tuple(
        Pick(
            call=CallId(one["call"]),
            queue=None if one["queue"] is None else QueueId(one["queue"]),
            started_at=one["started_at"],
            talk_s=one["talk_s"],
            is_callback=one["is_callback"],
            turn=Turn(one["turn"]),
            lot=one["lot"],
            rivals=one["rivals"],
        )
        for one in row.picks
    )
    draw = Draw(talks=row.talks, eligible=row.eligible, picks=picks)
    return DrawnWeek(week=row.week, agent=AgentId(row.agent), draw=draw)
