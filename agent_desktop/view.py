"""Which rows whom may see live."""

from enum import StrEnum

from agent_desktop.users import Role


class View(StrEnum):
    """Which rows a role may see live."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    TV = "tv"


def view_of(role: Role) -> View:
    """Return the view of a role."""
    return View.AGENT if role is Role.AGENT else View.SUPERVISOR
