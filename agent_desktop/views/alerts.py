"""Alerts that are raised, and taking note of them."""

from http import HTTPStatus

from agent_desktop.board_schemas import AlertRow
from agent_desktop.keys import CLOCK, FEED, HUB
from agent_desktop.routes import OVERSEERS, Asked, Route
from agent_desktop.rows import alert_row


async def alerts(asked: Asked) -> list[AlertRow]:
    """List the alerts that are raised, oldest first."""
    raised = asked.request.app[FEED].alerts.raised.values()
    return [alert_row(one) for one in sorted(raised, key=lambda one: (one.raised_at, one.id))]


async def acknowledge(asked: Asked) -> AlertRow:
    """Note that somebody sees to an alert; who was first stays."""
    app = asked.request.app
    login = asked.user.login
    before = app[FEED].alerts.raised.get(asked.request.match_info["id"])
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
        roles=OVERSEERS,
        tag="oversight",
        answer=list[AlertRow],
    ),
    Route(
        method="POST",
        path="/api/v1/alerts/{id}/acknowledge",
        handler=acknowledge,
        summary="Take note of an alert; who was first stays",
        roles=OVERSEERS,
        tag="oversight",
        answer=AlertRow,
        problems=(HTTPStatus.NOT_FOUND,),
    ),
)
