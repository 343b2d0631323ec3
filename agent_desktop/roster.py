"""Who is there to be routed to: the accounts, as routing is told of them.

Theory of operation. `sync` compares the open accounts that have a phone with what routing says it knows and
with what it was told last, and tells it of each difference: a new agent, other skills, another phone, one who
is no more. It is called after every change made here and every few seconds besides, for changes that another
program made in the store. What routing refuses (a phone that is another agent's until that one is told of) is
tried again at once behind the others, and at the next time.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping

from agent_desktop.users import User, Users
from contact.commands import ConfigureAgent, GetStanding, RemoveAgent, Standing
from contact.errors import Refused
from contact.ids import AgentId
from runtime.bus import Bus

log = logging.getLogger(__name__)


class Roster:
    """Keeps routing's agents as the accounts have them."""

    def __init__(
        self, *, users: Users, bus: Bus, teams_are: Callable[[Mapping[AgentId, str]], None] = lambda _: None
    ) -> None:
        """Read `users`; routing is asked and told over `bus`, who is in which team goes to `teams_are`."""
        self._users = users
        self._bus = bus
        self._teams_are = teams_are
        self._told: dict[AgentId, ConfigureAgent] = {}
        self._lock = asyncio.Lock()

    async def sync(self) -> Standing:
        """Have routing know the agents as they are now; return how it stood, and raise `CentralaError`."""
        async with self._lock:
            agents = await self._users.agents()
            self._teams_are({one.login: one.team for one in agents if one.team})
            wanted = {one.agent: one for one in _wanted(agents)}
            standing = await self._bus.request(GetStanding())
            known = {one.agent for one in standing.agents}
            gone = sorted(known - wanted.keys())
            for agent in gone:
                await self._bus.request(RemoveAgent(agent=agent))
                self._told.pop(agent, None)
            changed = [
                one for agent, one in wanted.items() if agent not in known or self._told.get(agent) != one
            ]
            await self._tell(changed)
            return await self._bus.request(GetStanding()) if gone or changed else standing

    async def _tell(self, changed: Iterable[ConfigureAgent]) -> None:
        """Tell routing of each; what it refuses is tried once more behind the others."""
        left = list(changed)
        for _ in range(2):
            again = []
            for one in left:
                try:
                    await self._bus.request(one)
                except Refused as error:
                    log.debug("agent %s: %s", one.agent, error)
                    again.append(one)
                else:
                    self._told[one.agent] = one
            left = again


def _wanted(accounts: Iterable[User]) -> Iterable[ConfigureAgent]:
    for user in accounts:
        if user.extension is not None:
            yield ConfigureAgent(
                agent=user.login,
                name=user.name,
                extension=user.extension,
                skills=user.skills,
                wrap_up_s=user.wrap_up_s,
            )
