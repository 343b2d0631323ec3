"""For machines: liveness, readiness, metrics, the description of the API."""

from http import HTTPStatus

from aiohttp import web

from agent_desktop.keys import HEALTH, METRICS, OPENAPI
from agent_desktop.routes import Asked, Route, json_response
from agent_desktop.schemas import Alive, Readiness

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


async def alive(asked: Asked) -> Alive:  # noqa: ARG001 - every handler is asked
    """Say that the process answers."""
    return Alive()


async def ready(asked: Asked) -> web.Response:
    """Say whether every dependency works; 503 where one does not."""
    checks = asked.request.app[HEALTH]()
    is_ready = all(state == "ok" for state in checks.values())
    reply = Readiness(status="ready" if is_ready else "not_ready", checks=checks)
    return json_response(reply, status=HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE)


async def metrics(asked: Asked) -> web.Response:
    """Give every metric of the process to Prometheus."""
    return web.Response(body=asked.request.app[METRICS](), headers={"Content-Type": METRICS_TYPE})


async def openapi(asked: Asked) -> web.Response:
    """Give the description of the API."""
    return web.Response(text=asked.request.app[OPENAPI], content_type="application/json")


ROUTES = (
    Route(
        method="GET",
        path="/healthz",
        handler=alive,
        summary="Liveness",
        roles=None,
        tag="status",
        answer=Alive,
    ),
    Route(
        method="GET",
        path="/readyz",
        handler=ready,
        summary="Readiness with each dependency's state; 503 with the same body where one is missing",
        roles=None,
        tag="status",
        answer=Readiness,
    ),
    Route(
        method="GET",
        path="/metrics",
        handler=metrics,
        summary="Metrics in Prometheus's text form",
        roles=None,
        tag="status",
        media_type="text/plain",
    ),
    Route(
        method="GET",
        path="/api/v1/openapi.json",
        handler=openapi,
        summary="This document",
        roles=None,
        tag="status",
    ),
)
