"""Closures and flash messages as rows of the live state, for each view what it may see.

Consultants see closures, and what callers are told just now; supervisors all that is planned too; a board on
the wall only which queues are closed and until when.
"""

from collections.abc import Iterable
from typing import Any

from agent_desktop.line_live import LiveLine
from agent_desktop.line_schemas import ClosureRow, FlashRow
from agent_desktop.view import View
from contact.flash import FlashId
from contact.line import ClosureId

LINE_TABLES = ("closures", "flashes")
_NOT_ON_TV = {"reason", "texts", "closed_by"}


def line_rows(
    live: LiveLine, changed: Iterable[str], view: View
) -> dict[str, dict[str, dict[str, Any] | None]]:
    """Return both tables' rows of what changed, None for what is gone or not to be seen."""
    ids = tuple(changed)
    return {
        "closures": {one: _closure(live, ClosureId(one), view) for one in ids},
        "flashes": {one: _flash(live, FlashId(one), view) for one in ids},
    }


def _closure(live: LiveLine, closure: ClosureId, view: View) -> dict[str, Any] | None:
    found = live.closures.get(closure)
    if found is None:
        return None
    row = ClosureRow.of(found, at_the_line=live.in_step)
    return row.model_dump(mode="json", exclude=_NOT_ON_TV if view is View.TV else None)


def _flash(live: LiveLine, flash: FlashId, view: View) -> dict[str, Any] | None:
    found = live.flashes.get(flash)
    if found is None or view is View.TV or (view is View.AGENT and not found.is_told):
        return None
    return FlashRow.of(found, at_the_line=live.in_step).model_dump(mode="json")
