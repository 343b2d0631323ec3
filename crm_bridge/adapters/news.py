"""How the city's CRM is told of something that was added to a case: an event and a delivery of its own.

Both are rows of the caller's transaction. The delivery waits behind the case's own, so the CRM never hears of
an addition to something it does not have.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from contact.ids import AgentId, CaseNumber
from contact.times import Seconds
from crm_bridge.adapters import tables


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One addition: `kind` is what the CRM reads, `event` and `detail` what stands in the case.

    `words` are what the city's template sees beside the kind and the agent.
    """

    number: CaseNumber
    kind: str
    event: str
    detail: str
    agent: AgentId
    words: Mapping[str, Any]
    now: Seconds


async def tell(session: AsyncConnection, news: News, key: str) -> None:
    """Add the event, and the delivery to the CRM under `key`."""
    await add_event(session, news.number, news.event, news.detail, news.now)
    plain = {"text": "", "caller": "", "call": None, **news.words, "kind": news.kind, "agent": news.agent}
    delivery = {
        "case_number": news.number,
        "idempotency_key": key,
        "state": "pending",
        "attempts": 0,
        "next_at": news.now,
        "last_error": "",
        "created_at": news.now,
        "kind": news.kind,
        "news": plain,
    }
    await session.execute(insert(tables.outbox), delivery)


async def add_event(
    session: AsyncConnection, number: CaseNumber, kind: str, detail: str, now: Seconds
) -> None:
    """Add one event of a case."""
    event = {"case_number": number, "kind": kind, "detail": detail, "happened_at": now}
    await session.execute(insert(tables.case_events), event)
