"""Boards on the wall: addresses that show the live figures to whoever has them, and nothing personal.

An address holds a random token that only the one who made it ever sees: the table has its SHA-256. A board
can be revoked and, where that was a mistake, taken back into use under the same address.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, insert, select, update

from agent_desktop.tables import tv_boards
from contact.errors import Refused
from contact.ids import AgentId
from contact.times import Seconds
from runtime.clock import Clock
from runtime.db import Database

BOARDS_MAX = 100
_TOKEN_BYTES = 24
_ID_BYTES = 8
_C = tv_boards.c


@dataclass(frozen=True, slots=True, kw_only=True)
class TvBoard:
    """One board on a wall; `revoked_at` None while its address works."""

    id: str
    name: str
    created_by: AgentId
    created_at: Seconds
    revoked_at: Seconds | None = None

    @property
    def session_key(self) -> str:
        """What the streams of this board are ended by."""
        return f"tv:{self.id}"


class TvBoards:
    """The boards in the database. Every method raises `DatabaseAway` when the store does not answer."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        """Work on `database`, whose tables exist."""
        self._database = database
        self._clock = clock

    async def make(self, name: str, by: AgentId) -> tuple[TvBoard, str]:
        """Return a new board and its token; raise `Refused` where there are `BOARDS_MAX` already."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        board = TvBoard(
            id=secrets.token_hex(_ID_BYTES), name=name, created_by=by, created_at=self._clock.now()
        )
        row = {
            "id": board.id,
            "name": board.name,
            "token_hash": _hash(token),
            "created_by": board.created_by,
            "created_at": board.created_at,
        }
        async with self._database.session() as work:
            count = (await work.execute(select(func.count()).select_from(tv_boards))).scalar_one()
            if count >= BOARDS_MAX:
                message = f"there are {BOARDS_MAX} boards already"
                raise Refused(message, code="too_many_boards")
            await work.execute(insert(tv_boards), row)
        return board, token

    async def all(self) -> tuple[TvBoard, ...]:
        """Return every board, newest first, revoked ones too."""
        async with self._database.read_session() as work:
            rows = (await work.execute(select(tv_boards).order_by(_C.created_at.desc(), _C.id))).all()
        return tuple(_board(row) for row in rows)

    async def find(self, token: str) -> TvBoard | None:
        """Return the board of an address that works, or None."""
        query = select(tv_boards).where(_C.token_hash == _hash(token), _C.revoked_at.is_(None))
        async with self._database.read_session() as work:
            row = (await work.execute(query)).first()
        return None if row is None else _board(row)

    async def set_revoked(self, board: str, *, revoked: bool) -> TvBoard:
        """Revoke a board or take it back into use; raise `Refused` (`not_found`) for an unknown one."""
        revoked_at = self._clock.now() if revoked else None
        async with self._database.session() as work:
            row = (await work.execute(select(tv_boards).where(_C.id == board))).first()
            if row is None:
                message = f"there is no board {board}"
                raise Refused(message, code="not_found")
            await work.execute(update(tv_boards).where(_C.id == board).values(revoked_at=revoked_at))
        return replace(_board(row), revoked_at=revoked_at)


def _board(row: Any) -> TvBoard:
    return TvBoard(
        id=row.id,
        name=row.name,
        created_by=AgentId(row.created_by),
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
