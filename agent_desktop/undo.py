"""Who may take which changes back, and how; what taking back is, see `agent_desktop.change`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from agent_desktop.audit import AuditEntry
from agent_desktop.routes import Asked
from agent_desktop.users import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """How changes of one action are taken back, and by whom; `act` records that with the entry's id."""

    roles: frozenset[Role]
    act: Callable[[Asked, AuditEntry], Awaitable[None]]


UNDOS = web.AppKey[Mapping[str, Undo]]("undos")
"""By the action that is taken back."""
