"""The record of who did what: sign-ins, looks at callers and cases, changes. Rows are only added.

Theory of operation. Every deed is a row. One that changed what people set up has the fields that differ,
as they were (`before`) and as they are since (`after`); one that took another back names it (`undoes`).
`changes` lists the deeds of administrators and supervisors: whatever has such fields, and what is in
`OVERSIGHT`. Looks at callers and cases are not among them: they are personal data of their own.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import JsonValue
from sqlalchemy import Select, func, insert, select

from agent_desktop.tables import audit
from contact.times import Seconds
from runtime.clock import Clock
from runtime.db import Database

_SUBJECT_LENGTH_MAX = 200
_DETAIL_LENGTH_MAX = 2_000
_ADD = insert(audit)
_LATER = audit.alias("later")
_UNDONE_BY = (
    select(func.max(_LATER.c.id)).where(_LATER.c.undoes == audit.c.id).scalar_subquery().label("undone_by")
)

OVERSIGHT = (
    "account.password_set",
    "agent.availability_set",
    "alert.acknowledged",
    "call.listened",
    "call.listening_ended",
    "call.listening_turned",
    "call.moved",
    "call.ranked",
    "case.sent_again",
    "changes.exported",
    "flash.changed",
    "flash.made",
    "flash.off",
    "flash.on",
    "flash.recorded",
    "flash.recording_removed",
    "help.taken",
    "line.closed",
    "line.closure_changed",
    "line.opened",
    "policy.reloaded",
    "quality.calibration_closed",
    "quality.calibration_made",
    "quality.card_corrected",
    "quality.card_discarded",
    "quality.card_opened",
    "quality.card_submitted",
    "quality.dispute_answered",
    "quality.results_exported",
    "recording.erased",
    "recording.expired",
    "recording.played",
    "tv_board.made",
    "tv_board.restored",
    "tv_board.revoked",
)
"""Deeds of supervisors and administrators that have no fields of before and after."""

Fields: TypeAlias = Mapping[str, JsonValue]
"""What is set up about one thing, by name; what is not there counts as null."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One deed: `actor` did `action` to `subject` from the network address `address`.

    `undoes` and `undone_by` are the entries it took back and was taken back by.
    """

    id: int
    at: Seconds
    actor: str
    action: str
    subject: str
    detail: str
    address: str
    before: Fields | None = None
    after: Fields | None = None
    undoes: int | None = None
    undone_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which changes are asked for; what is None or "" asks for nothing. `below` is an entry's id."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    since_at: Seconds | None = None
    until_at: Seconds | None = None
    below: int | None = None


class Audit:
    """The audit table."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        """Work on `database`, whose tables exist."""
        self._database = database
        self._clock = clock

    async def record(
        self,
        *,
        actor: str,
        action: str,
        subject: str = "",
        detail: str = "",
        address: str = "",
        before: Fields | None = None,
        after: Fields | None = None,
        undoes: int | None = None,
    ) -> None:
        """Add one row; raise `runtime.db.DatabaseAway` where it could not be kept."""
        row = {
            "at": self._clock.now(),
            "actor": actor[:64],
            "action": action,
            "subject": subject[:_SUBJECT_LENGTH_MAX],
            "detail": detail[:_DETAIL_LENGTH_MAX],
            "address": address[:64],
            "before": _written(before),
            "after": _written(after),
            "undoes": undoes,
            "oversight": before is not None or after is not None or action in OVERSIGHT,
        }
        async with self._database.session() as work:
            await work.execute(_ADD, row)

    async def newest(self, *, entries_max: int = 100) -> tuple[AuditEntry, ...]:
        """Return the newest entries, newest first."""
        return await self._read(select(audit, _UNDONE_BY).order_by(audit.c.id.desc()).limit(entries_max))

    async def changes(self, wanted: Wanted, *, entries_max: int = 100) -> tuple[AuditEntry, ...]:
        """Return the newest deeds of administrators and supervisors that are `wanted`, newest first."""
        c = audit.c
        query = select(audit, _UNDONE_BY).where(c.oversight)
        if wanted.actor:
            query = query.where(c.actor == wanted.actor)
        if wanted.action:
            query = query.where(c.action == wanted.action)
        if wanted.subject:
            query = query.where(c.subject.contains(wanted.subject, autoescape=True))
        if wanted.since_at is not None:
            query = query.where(c.at >= wanted.since_at)
        if wanted.until_at is not None:
            query = query.where(c.at < wanted.until_at)
        if wanted.below is not None:
            query = query.where(c.id < wanted.below)
        return await self._read(query.order_by(c.id.desc()).limit(entries_max))

    async def find(self, entry: int) -> AuditEntry | None:
        """Return one entry, or None."""
        found = await self._read(select(audit, _UNDONE_BY).where(audit.c.id == entry))
        return found[0] if found else None

    async def _read(self, query: Select[Any]) -> tuple[AuditEntry, ...]:
        async with self._database.read_session() as work:
            rows = (await work.execute(query)).all()
        return tuple(
            AuditEntry(
                id=row.id,
                at=row.at,
                actor=row.actor,
                action=row.action,
                subject=row.subject,
                detail=row.detail,
                address=row.address,
                before=_read_fields(row.before),
                after=_read_fields(row.after),
                undoes=row.undoes,
                undone_by=row.undone_by,
            )
            for row in rows
        )


def _written(fields: Fields | None) -> str | None:
    return None if fields is None else json.dumps(dict(fields), ensure_ascii=False)


def _read_fields(text: str | None) -> Fields | None:
    if text is None:
        return None
    fields: Fields = json.loads(text)
    return fields
