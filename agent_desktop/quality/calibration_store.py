"""Calibrations in the database: which card is scored anew by others, and whether that goes on.

Every method raises `DatabaseAway` when the store does not answer.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from agent_desktop.quality.tables import quality_calibrations
from contact.errors import Refused
from contact.ids import AgentId
from contact.times import Seconds
from runtime.db import Database

CALIBRATIONS_MAX = 100
_K = quality_calibrations.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A card that other leaders score anew without seeing it, by its `version`, until it is closed."""

    calibration: str
    card: str
    version: int
    note: str
    made_by: AgentId
    made_at: Seconds
    closed_by: AgentId | None = None
    closed_at: Seconds | None = None


class CalibrationStore:
    """The table of calibrations."""

    def __init__(self, *, database: Database) -> None:
        """Work on `database`, whose tables exist."""
        self._database = database

    async def make(self, calibration: Calibration) -> None:
        """Keep a new one; raise `Refused` (`calibrated_already`) where the card has one."""
        row = {
            "id": calibration.calibration,
            "card": calibration.card,
            "version": calibration.version,
            "note": calibration.note,
            "made_by": calibration.made_by,
            "made_at": calibration.made_at,
        }
        try:
            async with self._database.session() as work:
                await work.execute(insert(quality_calibrations), row)
        except IntegrityError:
            raise Refused("This card has a calibration already.", code="calibrated_already") from None

    async def close(self, calibration: str, *, by: AgentId, at: Seconds) -> None:
        """End one; raise `Refused` (`closed_already`) where it is over."""
        still = update(quality_calibrations).where(_K.id == calibration, _K.closed_at.is_(None))
        async with self._database.session() as work:
            if (await work.execute(still.values(closed_by=by, closed_at=at))).rowcount == 0:
                raise Refused("This calibration is closed already.", code="closed_already")

    async def one(self, calibration: str) -> Calibration | None:
        """Return one, or None."""
        found = await self._read(select(quality_calibrations).where(_K.id == calibration))
        return found[0] if found else None

    async def all(self) -> tuple[Calibration, ...]:
        """Return the newest, newest first."""
        newest = select(quality_calibrations).order_by(_K.made_at.desc(), _K.id).limit(CALIBRATIONS_MAX)
        return await self._read(newest)

    async def of_cards(self, cards: Collection[str]) -> dict[str, Calibration]:
        """Return the calibrations of these cards, by card."""
        found = await self._read(select(quality_calibrations).where(_K.card.in_(tuple(cards))))
        return {one.card: one for one in found}

    async def _read(self, query: Select[Any]) -> tuple[Calibration, ...]:
        async with self._database.read_session() as work:
            rows = (await work.execute(query)).all()
        return tuple(
            Calibration(
                calibration=row.id,
                card=row.card,
                version=row.version,
                note=row.note,
                made_by=AgentId(row.made_by),
                made_at=row.made_at,
                closed_by=None if row.closed_by is None else AgentId(row.closed_by),
                closed_at=row.closed_at,
            )
            for row in rows
        )
