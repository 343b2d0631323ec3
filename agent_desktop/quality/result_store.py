"""The submitted cards of a period as far as they count. Raises `DatabaseAway`."""

from sqlalchemy import and_, select

from agent_desktop.quality.card import CardState, Origin
from agent_desktop.quality.card_store import CardsWanted, conditions, read_answers
from agent_desktop.quality.results import Counted
from agent_desktop.quality.tables import quality_calibrations, quality_cards, quality_versions
from contact.errors import Refused
from contact.ids import AgentId, QueueId
from runtime.db import Database

COUNTED_MAX = 50_000
_C, _K, _V = quality_cards.c, quality_calibrations.c, quality_versions.c


async def read_counted(database: Database, wanted: CardsWanted, *, drawn_only: bool) -> tuple[Counted, ...]:
    """Return the submitted cards that are `wanted`; raise `Refused` (`invalid_period`) for too many.

    A card under a calibration that goes on is left out: who scores it blind could read its score here.
    """
    open_ones = select(_K.card).where(_K.closed_at.is_(None))
    query = (
        select(_C.agent, _C.team, _C.queue, _C.state, _V.sheet, _V.answers, _V.percent, _V.failed)
        .join(quality_versions, and_(_V.card == _C.id, _V.number == _C.current))
        .where(*conditions(wanted), _C.id.not_in(open_ones))
        .order_by(_C.started_at, _C.id)
        .limit(COUNTED_MAX + 1)
    )
    if drawn_only:
        query = query.where(_C.origin == Origin.DRAWN.value)
    async with database.read_session() as work:
        rows = (await work.execute(query)).all()
    if len(rows) > COUNTED_MAX:
        raise Refused(f"more than {COUNTED_MAX} cards: ask for a shorter period", code="invalid_period")
    return tuple(
        Counted(
            agent=AgentId(row.agent),
            team=row.team,
            queue=None if row.queue is None else QueueId(row.queue),
            state=CardState(row.state),
            sheet=row.sheet,
            answers=read_answers(row.answers),
            percent=row.percent,
            failed=row.failed,
        )
        for row in rows
    )
