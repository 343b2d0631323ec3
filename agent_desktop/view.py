"""Which rows whom may see live."""

from enum import StrEnum

from agent_desktop.users import Role


class View(StrEnum):
    """Which rows a role may see live."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"
    TV = "tv"


_VIEWS = {Role.AGENT: View.AGENT, Role.ANALYST: View.ANALYST}


def view_of(role: Role) -> View:
    """Return the view of a role."""
    return _VIEWS.get(role, View.SUPERVISOR)
