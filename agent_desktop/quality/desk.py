"""Everything of quality cards that the pages ask, in one place."""

import secrets
from collections.abc import Callable
from zoneinfo import ZoneInfo

from agent_desktop.quality.calibration_store import CalibrationStore
from agent_desktop.quality.card_store import CardStore, CardsWanted
from agent_desktop.quality.draw_store import DrawStore
from agent_desktop.quality.file import QualityRules
from agent_desktop.quality.keeper import QualityKeeper
from agent_desktop.quality.result_store import read_counted
from agent_desktop.quality.results import Counted
from agent_desktop.users import Users
from contact.ids import AgentId, CallId
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.db import Database

_ID_BYTES = 8


class QualityDesk:
    """The stores, the rules in force (None where the city has none), and who listens to which call."""

    def __init__(
        self,
        *,
        rules: QualityRules | None,
        database: Database,
        listens: Callable[[AgentId, CallId], bool],
        users: Users,
        bus: Bus,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        """Work on `database`, whose tables exist; `listens` says whether somebody listens to a call."""
        self.rules = rules
        self._database = database
        self.listens = listens
        self.cards = CardStore(database=database)
        self.calibrations = CalibrationStore(database=database)
        self.draws = DrawStore(database=database)
        self._keeper = (
            None
            if rules is None
            else QualityKeeper(rules=rules, draws=self.draws, users=users, bus=bus, clock=clock, zone=zone)
        )

    async def counted(self, wanted: CardsWanted, *, drawn_only: bool) -> tuple[Counted, ...]:
        """Return the submitted cards that are `wanted` as far as they count; raise `Refused` for too many."""
        return await read_counted(self._database, wanted, drawn_only=drawn_only)

    async def run(self) -> None:
        """Draw and remove until cancelled; without rules there is nothing to do."""
        if self._keeper is not None:
            await self._keeper.run()

    @staticmethod
    def new_id() -> str:
        """Return a new name for a card or a calibration."""
        return secrets.token_hex(_ID_BYTES)
