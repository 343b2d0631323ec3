"""The record of who did what: sign-ins, looks at callers and cases, changes. Rows are only added."""

from dataclasses import dataclass

from sqlalchemy import insert, select

from agent_desktop.tables import audit
from contact.times import Seconds
from runtime.clock import Clock
from runtime.db import Database

_SUBJECT_LENGTH_MAX = 200
_DETAIL_LENGTH_MAX = 2_000
_ADD = insert(audit)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One deed: `actor` did `action` to `subject` from the network address `address`."""

    at: Seconds
    actor: str
    action: str
    subject: str
    detail: str
    address: str


class Audit:
    """The audit table."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        """Work on `database`, whose tables exist."""
        self._database = database
        self._clock = clock

    async def record(
        self, *, actor: str, action: str, subject: str = "", detail: str = "", address: str = ""
    ) -> None:
        """Add one row; raise `runtime.db.DatabaseAway` where it could not be kept."""
        row = {
            "at": self._clock.now(),
            "actor": actor[:64],
            "action": action,
            "subject": subject[:_SUBJECT_LENGTH_MAX],
            "detail": detail[:_DETAIL_LENGTH_MAX],
            "address": address[:64],
        }
        async with self._database.session() as work:
            await work.execute(_ADD, row)

    async def newest(self, *, entries_max: int = 100) -> tuple[AuditEntry, ...]:
        """Return the newest entries, newest first."""
        query = select(audit).order_by(audit.c.id.desc()).limit(entries_max)
        async with self._database.read_session() as work:
            rows = (await work.execute(query)).all()
        return tuple(
            AuditEntry(
                at=row.at,
                actor=row.actor,
                action=row.action,
                subject=row.subject,
                detail=row.detail,
                address=row.address,
            )
            for row in rows
        )
