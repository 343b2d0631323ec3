"""Alerts that stand, or that somebody is yet to be told of, in the database: what a restart goes on with."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, insert, select

from agent_desktop.alert import Alert, AlertKind
from agent_desktop.notice import Occurrence, Told
from agent_desktop.recipient import Moment
from agent_desktop.tables import alert_occurrences
from contact.ids import AgentId, QueueId
from contact.times import Seconds
from runtime.db import Database

_O = alert_occurrences.c


class NoticeStore:
    """The table. Every method raises `DatabaseAway` when the store does not answer."""

    def __init__(self, database: Database) -> None:
        """Work on `database`, whose tables exist."""
        self._database = database

    async def read(self) -> list[tuple[Occurrence, Seconds]]:
        """Return what was kept, the oldest first, each with the moment when it was kept last."""
        query = select(alert_occurrences).order_by(_O.raised_at, _O.id)
        async with self._database.read_session() as work:
            rows = (await work.execute(query)).all()
        return [(_occurrence(row), row.seen_at) for row in rows if row.kind in set(AlertKind)]

    async def keep(self, standing: Iterable[Occurrence], gone: Iterable[str], now: Seconds) -> None:
        """Put each of `standing` in the place of its former row; remove `gone`."""
        rows = [_row(one, now) for one in standing]
        names = [*gone, *(row["id"] for row in rows)]
        async with self._database.session() as work:
            await work.execute(delete(alert_occurrences).where(_O.id.in_(names)))
            if rows:
                await work.execute(insert(alert_occurrences), rows)


def _row(one: Occurrence, now: Seconds) -> dict[str, Any]:
    alert = one.alert
    told = {
        name: {"heard": sorted(each.heard), "told_at": each.told_at, "failed_at": each.failed_at}
        for name, each in one.told.items()
    }
    return {
        "id": alert.occurrence,
        "alert": alert.id,
        "kind": alert.kind.value,
        "queue": alert.queue,
        "reading": alert.reading,
        "bound": alert.bound,
        "raised_at": alert.raised_at,
        "acknowledged_by": alert.acknowledged_by,
        "acknowledged_at": alert.acknowledged_at,
        "ended_at": one.ended_at,
        "told": json.dumps(told, ensure_ascii=False),
        "seen_at": now,
    }


def _occurrence(row: Any) -> Occurrence:
    alert = Alert(
        id=row.alert,
        occurrence=row.id,
        kind=AlertKind(row.kind),
        queue=None if row.queue is None else QueueId(row.queue),
        reading=row.reading,
        bound=row.bound,
        raised_at=row.raised_at,
        acknowledged_by=None if row.acknowledged_by is None else AgentId(row.acknowledged_by),
        acknowledged_at=row.acknowledged_at,
    )
    told = {
        name: Told(
            heard=frozenset(Moment(moment) for moment in each["heard"]),
            told_at=each["told_at"],
            failed_at=each["failed_at"],
        )
        for name, each in json.loads(row.told).items()
    }
    return Occurrence(alert=alert, ended_at=row.ended_at, told=told)
