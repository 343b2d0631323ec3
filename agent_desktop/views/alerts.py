"""Alerts that are raised, and taking note of them."""

from http import HTTPStatus

from agent_desktop.board_schemas import AlertRow
from agent_desktop.keys import CLOCK, FEED, HUB
from agent_desktop.problem import Problem
from agent_desktop.routes import LEADERS, READERS, Asked, Route
from agent_desktop.rows import alert_row, is_alert_in


async def alerts(asked: Asked) -> list[AlertRow]:
    """List the alerts that are raised, oldest first."""
    raised = asked.request.app[FEED].alerts.raised.values()
    found = (one for one in raised if is_alert_in(asked.user.scope, one))
    return [alert_row(one) for one in sorted(found, key=lambda one: (one.raised_at, one.id))]


async def acknowledge(asked: Asked) -> AlertRow:
    """Note that somebody sees to an alert; who was first stays."""
    app = asked.request.app
    login = asked.user.login
    before = app[FEED].alerts.raised.get(asked.request.match_info["id"])
    if before is not None and not is_alert_in(asked.user.scope, before):
        raise Problem(HTTPStatus.NOT_FOUND, "not_found", "There is no such alert among those you may see.")
    found = app[FEED].alerts.acknowledge(asked.request.match_info["id"], login, app[CLOCK].now())
    app[HUB].changed()
    if found != before:
        await asked.audit("alert.acknowledged", found.id)
    return alert_row(found)


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/alerts",
        handler=alerts,
        summary="Alerts that are raised",
        roles=READERS,
        tag="oversight",
        answer=list[AlertRow],
    ),
    Route(
        method="POST",
        path="/api/v1/alerts/{id}/acknowledge",
        handler=acknowledge,
        summary="Take note of an alert; who was first stays",
        roles=LEADERS,
        tag="oversight",
        answer=AlertRow,
        problems=(HTTPStatus.NOT_FOUND,),
    ),
)
