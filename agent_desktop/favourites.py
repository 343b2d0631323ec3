"""What each user keeps at the top of the directory, in their own order."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from agent_desktop.tables import user_favourites
from contact.ids import AgentId
from runtime.db import Database

_F = user_favourites.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Favourite:
    """An agent, a queue or a unit, by its id."""

    kind: str
    target: str


class Favourites:
    """The table of favourites. Raises `DatabaseAway` throughout."""

    def __init__(self, *, database: Database) -> None:
        """Work on `database`, whose tables exist."""
        self._database = database

    async def of(self, login: AgentId) -> tuple[Favourite, ...]:
        """Return a user's favourites in their order."""
        query = select(_F.kind, _F.target).where(_F.login == login).order_by(_F.place)
        async with self._database.read_session() as work:
            rows = (await work.execute(query)).all()
        return tuple(Favourite(kind=row.kind, target=row.target) for row in rows)

    async def replace(self, login: AgentId, wanted: tuple[Favourite, ...]) -> None:
        """Make exactly these a user's favourites, each once."""
        rows = [
            {"login": login, "kind": one.kind, "target": one.target, "place": place}
            for place, one in enumerate(dict.fromkeys(wanted))
        ]
        async with self._database.session() as work:
            await work.execute(delete(user_favourites).where(_F.login == login))
            if rows:
                await work.execute(insert(user_favourites), rows)
