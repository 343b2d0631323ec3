"""The outbox in the store: deliveries claimed by lease, in order within each case.

A worker claims a row for as long as one attempt may take. If it dies in between, the lease ends and
another sends the same body under the same key. Of one case only the oldest row that is not delivered can
be claimed, so later news of a case never overtakes the case itself, and stays behind one that was refused.
"""

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Integer, RowMapping, bindparam, case, exists, func, insert, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncConnection

from contact.case import CaseStatus
from contact.commands import Undeliverable
from contact.ids import CaseNumber
from contact.times import Seconds
from crm_bridge.adapters import tables
from crm_bridge.adapters.store import read_case
from crm_bridge.core.delivery import RefusedForGood
from crm_bridge.ports import BodyTemplate, Delivery, OutboxStanding
from runtime.db import Database
from runtime.section import ConfigError

log = logging.getLogger(__name__)

UNRENDERED_RETRY_S = 60.0
"""How long a case that the template fails on waits for a better template."""
REASON_CHARACTERS_MAX = 500
_T = tables.outbox.c
_CASES = tables.cases.c
_EARLIER = tables.outbox.alias("earlier")
_FIRST_OF_ITS_CASE = ~exists().where(
    _EARLIER.c.case_number == _T.case_number, _EARLIER.c.id < _T.id, _EARLIER.c.state != "delivered"
)
_DUE = (
    select(
        tables.cases,
        _T.id.label("delivery"),
        _T.idempotency_key,
        _T.body,
        _T.attempts,
        _T.kind,
        _T.news,
        _T.created_at,
    )
    .join(tables.cases, tables.cases.c.number == _T.case_number)
    .where(
        _T.state == "pending",
        _T.next_at <= bindparam("now"),
        or_(_T.claimed_until.is_(None), _T.claimed_until <= bindparam("now")),
        _FIRST_OF_ITS_CASE,
    )
    .order_by(_T.next_at, _T.id)
    .limit(bindparam("deliveries_max", type_=Integer))
    .with_for_update(of=tables.outbox, skip_locked=True)
)
_LEASE = (
    update(tables.outbox)
    .where(_T.id == bindparam("delivery"))
    .values(
        body=bindparam("sent"),
        attempts=bindparam("tried"),
        claimed_by=bindparam("worker"),
        claimed_until=bindparam("until"),
    )
)
_DELIVERED = (
    update(tables.outbox)
    .where(_T.id == bindparam("delivery"), _T.state != "delivered")
    .values(state="delivered", ended_at=bindparam("now"), last_error="")
)
_CASE_DELIVERED = (
    update(tables.cases)
    .where(_CASES.number == bindparam("of_case"))
    .values(
        reference=bindparam("known_as"),
        status=case(
            (_CASES.status == CaseStatus.CLOSED.value, _CASES.status), else_=CaseStatus.DELIVERED.value
        ),
    )
)
_ADD_EVENT = insert(tables.case_events)
_LEASED = func.coalesce(_T.claimed_until, 0.0)
_REFUSED = select(func.count()).select_from(tables.outbox).where(_T.state == "refused")
_REFUSED_CASES = (
    select(tables.cases, _T.last_error.label("reason"), _T.ended_at.label("refused_at"))
    .join(tables.cases, tables.cases.c.number == _T.case_number)
    .where(_T.state == "refused")
    .order_by(_T.ended_at.desc(), _T.id.desc())
    .limit(bindparam("cases_max", type_=Integer))
)
_STANDING = select(
    func.count(),
    func.min(_T.created_at),
    func.min(case((_T.next_at < _LEASED, _LEASED), else_=_T.next_at)),
    _REFUSED.scalar_subquery(),
).where(_T.state == "pending", _FIRST_OF_ITS_CASE)


class StoredOutbox:
    """The table `outbox`."""

    def __init__(self, *, database: Database, template: BodyTemplate) -> None:
        """Keep the database, and the template that the first attempt of a delivery is rendered with."""
        self._database = database
        self._template = template

    async def claim(
        self, worker: str, now: Seconds, *, lease_s: float, deliveries_max: int
    ) -> tuple[Delivery, ...]:
        """Take due deliveries for `worker`; a row that another worker is just claiming is passed over."""
        claimed: list[Delivery] = []
        async with self._database.session() as session:
            due = await session.execute(_DUE, {"now": now, "deliveries_max": deliveries_max})
            for row in due.mappings().all():
                body = await self._body(session, row, now)
                if body is not None:
                    claimed.append(_delivery(row, body, row["attempts"] + 1))
            if claimed:
                lease = {"worker": worker, "until": now + lease_s}
                await session.execute(
                    _LEASE,
                    [
                        {"delivery": one.delivery, "sent": one.body, "tried": one.attempts, **lease}
                        for one in claimed
                    ],
                )
        return tuple(claimed)

    async def mark_delivered(self, delivery: Delivery, reference: str, now: Seconds) -> bool:
        """Keep that the CRM has the case, whoever holds the claim by now."""
        number = delivery.case.number
        async with self._database.session() as session:
            if not await _changed(session, _DELIVERED, delivery=delivery.delivery, now=now):
                return False
            if delivery.is_case:
                await session.execute(_CASE_DELIVERED, {"of_case": number, "known_as": reference})
                await _add_event(session, number, "delivered", reference, now)
            else:
                await _add_event(session, number, "news_delivered", delivery.kind, now)
        return True

    async def mark_retry(self, delivery: Delivery, worker: str, *, reason: str, next_at: Seconds) -> None:
        """Give the delivery back, due again at `next_at`; nothing where the claim was lost meanwhile."""
        change = _change(
            delivery.delivery,
            next_at=next_at,
            claimed_by=None,
            claimed_until=None,
            last_error=reason[:REASON_CHARACTERS_MAX],
        )
        async with self._database.session() as session:
            await session.execute(change.where(_T.claimed_by == worker, _T.state == "pending"))

    async def mark_refused(
        self, delivery: Delivery, worker: str, refusal: RefusedForGood, now: Seconds
    ) -> bool:
        """Keep that the CRM will not take it, for a person to look at; a case becomes undeliverable."""
        reason = refusal.reason[:REASON_CHARACTERS_MAX]
        number = delivery.case.number
        async with self._database.session() as session:
            change = _change(delivery.delivery, state="refused", ended_at=now, last_error=reason)
            if not await _changed(session, change.where(_T.claimed_by == worker, _T.state == "pending")):
                return False
            if not delivery.is_case:
                await _add_event(session, number, "news_refused", reason, now)
                return True
            await session.execute(
                update(tables.cases)
                .where(tables.cases.c.number == number)
                .values(status=CaseStatus.UNDELIVERABLE.value)
            )
            await _add_event(session, number, "undeliverable", reason, now)
        return True

    async def requeue(self, number: CaseNumber, now: Seconds) -> bool:
        """Try a refused case once more, rendered anew; return False where nothing of it was refused."""
        async with self._database.session() as session:
            change = (
                update(tables.outbox)
                .where(_T.case_number == number, _T.state == "refused")
                .values(state="pending", body=None, next_at=now, ended_at=None, claimed_until=None)
            )
            if not await _changed(session, change):
                return False
            await session.execute(
                update(tables.cases)
                .where(
                    tables.cases.c.number == number,
                    tables.cases.c.status == CaseStatus.UNDELIVERABLE.value,
                )
                .values(status=CaseStatus.OPEN.value)
            )
            await _add_event(session, number, "requeued", "", now)
        return True

    async def refused(self, cases_max: int) -> tuple[Undeliverable, ...]:
        """Return the cases that the CRM refused, the last refused first."""
        async with self._database.read_session() as session:
            rows = (await session.execute(_REFUSED_CASES, {"cases_max": cases_max})).mappings().all()
        return tuple(
            Undeliverable(case=read_case(row), reason=row["reason"], refused_at=row["refused_at"] or 0.0)
            for row in rows
        )

    async def release(self, worker: str, now: Seconds) -> None:
        """Give back everything `worker` still holds, due at once."""
        async with self._database.session() as session:
            await session.execute(
                update(tables.outbox)
                .where(_T.claimed_by == worker, _T.state == "pending")
                .values(claimed_by=None, claimed_until=None, next_at=now)
            )

    async def standing(self) -> OutboxStanding:
        """Return how the outbox stands; a claimed row is due when its lease ends."""
        async with self._database.read_session() as session:
            pending, oldest_at, next_at, refused = (await session.execute(_STANDING)).one()
        return OutboxStanding(pending=pending, oldest_at=oldest_at, next_at=next_at, refused=refused)

    async def _body(self, session: AsyncConnection, row: RowMapping, now: Seconds) -> str | None:
        """Return what is to be sent: fixed by an earlier attempt, or rendered now; None if it cannot be."""
        fixed: str | None = row["body"]
        if fixed is not None:
            return fixed
        try:
            case = read_case(row)
            if row["kind"] == "case":
                return self._template.render(case)
            return self._template.render_news(case, {**row["news"], "at": row["created_at"]})
        except ConfigError as error:
            log.warning("case %s cannot be sent: %s", row["number"], error)
            reason = str(error)[:REASON_CHARACTERS_MAX]
            later = now + UNRENDERED_RETRY_S
            await session.execute(_change(row["delivery"], next_at=later, last_error=reason))
            return None


def _change(delivery: int, **values: Any) -> Any:
    return update(tables.outbox).where(_T.id == delivery).values(values)


async def _changed(session: AsyncConnection, change: Any, **values: Any) -> bool:
    result = await session.execute(change, values)
    return isinstance(result, CursorResult) and result.rowcount > 0


async def _add_event(
    session: AsyncConnection, number: CaseNumber, kind: str, detail: str, happened_at: Seconds
) -> None:
    row = {"case_number": number, "kind": kind, "detail": detail, "happened_at": happened_at}
    await session.execute(_ADD_EVENT, row)


def _delivery(row: Mapping[str, Any] | RowMapping, body: str, attempts: int) -> Delivery:
    return Delivery(
        delivery=row["delivery"],
        case=read_case(row),
        idempotency_key=row["idempotency_key"],
        body=body,
        attempts=attempts,
        kind=row["kind"],
    )
