"""Who changed what: the deeds of administrators and supervisors, as a list, as CSV, and taken back."""

import csv
import io
import json
import re
from datetime import datetime
from http import HTTPStatus

from aiohttp import web

from agent_desktop.audit import AuditEntry, Wanted
from agent_desktop.errors import ChangedSince
from agent_desktop.keys import AUDIT, ZONE
from agent_desktop.office_schemas import ChangeRow, ChangesQuery
from agent_desktop.problem import Problem
from agent_desktop.routes import LEADERS, Asked, Route
from agent_desktop.undo import UNDOS

EXPORT_MAX = 50_000
_COLUMNS = (
    *("id", "at", "actor", "address", "action", "subject", "detail"),
    *("before", "after", "undoes", "undone_by"),
)
_ID = re.compile(r"[0-9]{1,9}")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def changes(asked: Asked) -> list[ChangeRow]:
    """List the changes that are asked for, newest first."""
    query = asked.asked_for(ChangesQuery)
    found = await asked.request.app[AUDIT].changes(_wanted(asked, query), entries_max=query.limit)
    return [ChangeRow.of(one, undoable=_is_undoable(asked, one)) for one in found]


async def export(asked: Asked) -> web.Response:
    """Send the changes that are asked for as CSV, at most `EXPORT_MAX`, and note that somebody did."""
    app, query = asked.request.app, asked.asked_for(ChangesQuery)
    found = await app[AUDIT].changes(_wanted(asked, query), entries_max=EXPORT_MAX)
    await asked.audit("changes.exported", detail=f"{len(found)} entries")
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(_COLUMNS)
    for one in found:
        at = datetime.fromtimestamp(one.at, app[ZONE]).isoformat(timespec="seconds")
        rows.writerow([cell(value) for value in _values(one, at)])
    name = {"Content-Disposition": 'attachment; filename="changes.csv"'}
    body = text.getvalue().encode("utf-8-sig")
    return web.Response(body=body, content_type="text/csv", charset="utf-8", headers=name)


async def undo(asked: Asked) -> None:
    """Take a change back."""
    app = asked.request.app
    number = asked.request.match_info["id"]
    entry = await app[AUDIT].find(int(number)) if _ID.fullmatch(number) else None
    way = None if entry is None else app[UNDOS].get(entry.action)
    if entry is None or way is None or not _may_see(asked, entry):
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_change", "There is no such change that can be undone.")
    if asked.user.role not in way.roles:
        raise Problem(HTTPStatus.FORBIDDEN, "forbidden", "This is not for your role to undo.")
    if entry.undone_by is not None:
        raise Problem(HTTPStatus.CONFLICT, "undone_already", "This has been undone already.")
    try:
        await way.act(asked, entry)
    except ChangedSince as error:
        errors = [{"field": error.field, "message": str(error)}]
        raise Problem(HTTPStatus.CONFLICT, "changed_since", str(error), errors=errors) from None


def _wanted(asked: Asked, query: ChangesQuery) -> Wanted:
    """Return what is asked for; whoever has a scope sees what they changed themselves."""
    return Wanted(
        actor=query.actor if asked.user.scope.is_whole else asked.user.login,
        action=query.action,
        subject=query.subject,
        since_at=query.since,
        until_at=query.until,
        below=query.below,
    )


def _may_see(asked: Asked, entry: AuditEntry) -> bool:
    return asked.user.scope.is_whole or entry.actor == asked.user.login


def _is_undoable(asked: Asked, entry: AuditEntry) -> bool:
    way = asked.request.app[UNDOS].get(entry.action)
    has_fields = entry.before is not None or entry.after is not None
    return way is not None and has_fields and entry.undone_by is None and asked.user.role in way.roles


def _values(entry: AuditEntry, at: str) -> tuple[object, ...]:
    fields = (
        "" if one is None else json.dumps(dict(one), ensure_ascii=False)
        for one in (entry.before, entry.after)
    )
    who = (entry.id, at, entry.actor, entry.address, entry.action, entry.subject, entry.detail)
    return (*who, *fields, entry.undoes or "", entry.undone_by or "")


def cell(value: object) -> str:
    """Return a value that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/changes",
        handler=changes,
        summary="What administrators and supervisors changed, newest first",
        roles=LEADERS,
        tag="office",
        query=ChangesQuery,
        answer=list[ChangeRow],
    ),
    Route(
        method="GET",
        path="/api/v1/changes.csv",
        handler=export,
        summary="The same as CSV; `limit` means nothing here",
        roles=LEADERS,
        tag="office",
        query=ChangesQuery,
        media_type="text/csv",
    ),
    Route(
        method="POST",
        path="/api/v1/changes/{id}/undo",
        handler=undo,
        summary="Take a change back, which is a change itself; 409 where something was changed again since",
        roles=LEADERS,
        tag="office",
        status=HTTPStatus.NO_CONTENT,
        problems=(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE),
    ),
)
