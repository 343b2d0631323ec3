"""Draws the week that is over, and removes what has been kept long enough.

Theory of operation. `SETTLED_S` after a week has ended, when its last talks are in the store, the talks of
every consultant are asked of the bridge, some consultants at a time, and drawn. A consultant's draw is kept,
also one that found nothing, so that a week is drawn once and stays drawn whatever becomes of the rule. What
fails is tried again at the next look. Once a day cards and draws older than the city keeps them are removed.
"""

import asyncio
import logging
from zoneinfo import ZoneInfo

from agent_desktop.quality.draw import Candidate, draw
from agent_desktop.quality.draw_store import DrawnWeek, DrawStore
from agent_desktop.quality.file import QualityRules
from agent_desktop.quality.period import Week, day_of, months_before, week_before, week_of
from agent_desktop.users import Users
from contact.errors import CentralaError
from contact.finished_talks import FinishedTalk, ListTalks
from contact.ids import AgentId, is_callback
from contact.times import Seconds
from runtime.bus import Bus
from runtime.clock import Clock

log = logging.getLogger(__name__)

LOOK_EVERY_S = 60.0
RETRY_S = 2.0
SETTLED_S = 3_600.0
AGENTS_AT_ONCE = 25


class QualityKeeper:
    """Keeps draws made and old cards removed; `run` is its only task."""

    def __init__(
        self, *, rules: QualityRules, draws: DrawStore, users: Users, bus: Bus, clock: Clock, zone: ZoneInfo
    ) -> None:
        """Draw by `rules` for the consultants among `users`; `bus` is asked for their talks."""
        self._rules = rules
        self._draws = draws
        self._users = users
        self._bus = bus
        self._clock = clock
        self._zone = zone
        self._drawn: tuple[str, frozenset[AgentId]] | None = None
        self._removed_on = ""
        self._away = False

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            pause_s = LOOK_EVERY_S if await self.look() else RETRY_S
            await asyncio.sleep(pause_s)

    async def look(self) -> bool:
        """Do what is due; return False where something did not answer."""
        now = self._clock.now()
        try:
            await self._remove(now)
            await self._draw(week_before(week_of(now - SETTLED_S, self._zone), self._zone), now)
        except CentralaError as error:
            log.log(logging.DEBUG if self._away else logging.WARNING, "no talks are drawn: %s", error)
            self._away = True
            return False
        self._away = False
        return True

    async def _draw(self, week: Week, now: Seconds) -> None:
        agents = frozenset(one.login for one in await self._users.agents())
        if self._drawn == (week.name, agents):
            return
        known = {one.agent for one in await self._draws.of_week(week.name)}
        left = sorted(agents - known)
        for at in range(0, len(left), AGENTS_AT_ONCE):
            some = tuple(left[at : at + AGENTS_AT_ONCE])
            wanted = ListTalks(agents=some, begins_at=week.begins_at, ends_at=week.ends_at)
            talks = await self._bus.request(wanted)
            for agent in some:
                own = [self._candidate(one) for one in talks if one.agent == agent]
                made = draw(self._rules.rule, agent=agent, week=week.name, talks=own)
                await self._draws.put(DrawnWeek(week=week.name, agent=agent, draw=made), now)
        if left:
            log.info("talks of the week of %s are drawn for %d consultants", week.name, len(left))
        self._drawn = (week.name, agents)

    def _candidate(self, talk: FinishedTalk) -> Candidate:
        return Candidate(
            call=talk.call,
            queue=talk.queue,
            started_at=talk.connected_at,
            talk_s=talk.talk_s,
            day=day_of(talk.connected_at, self._zone).isoformat(),
            is_callback=is_callback(talk.call),
        )

    async def _remove(self, now: Seconds) -> None:
        today = day_of(now, self._zone).isoformat()
        if self._removed_on == today:
            return
        before = months_before(now, self._rules.keep_months, self._zone)
        gone = await self._draws.remove_before(before, week_of(before, self._zone).name)
        if gone:
            log.info("%d quality cards older than %d months are removed", gone, self._rules.keep_months)
        self._removed_on = today
