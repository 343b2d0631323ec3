"""The line of the phone in the browser."""

from http import HTTPStatus

from aiohttp import web

from agent_desktop.keys import ACCESS, PHONE_LINES
from agent_desktop.phone_line import MESSAGE_BYTES_MAX, PING_S, SUBPROTOCOL, PhoneLine
from agent_desktop.problem import Problem
from agent_desktop.routes import EVERYBODY, Asked, Route


async def line(asked: Asked) -> web.StreamResponse:
    """Open the line of whoever is signed in; an older one of the same person ends."""
    request, session = asked.request, asked.signed_in
    lines = request.app[PHONE_LINES]
    extension = session.user.extension
    if extension is None:
        raise Problem(HTTPStatus.CONFLICT, "no_extension", "This account has no phone.")
    socket = web.WebSocketResponse(
        heartbeat=PING_S, max_msg_size=MESSAGE_BYTES_MAX, compress=False, protocols=(SUBPROTOCOL,)
    )
    if not socket.can_prepare(request).ok:
        raise Problem(
            HTTPStatus.UPGRADE_REQUIRED,
            "not_a_websocket",
            "This address is a WebSocket.",
            headers={"Upgrade": "websocket"},
        )
    if not lines.is_open:
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "no_lines", "No phone in the browser can be opened.")

    async def is_signed_in() -> bool:
        return await request.app[ACCESS].session(request) is not None

    await socket.prepare(request)
    opened = PhoneLine(agent=session.user.login, extension=extension, session_key=session.key, socket=socket)
    await lines.serve(opened, is_signed_in)
    return socket


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/me/phone",
        handler=line,
        summary="Line of the phone in the browser (WebSocket, subprotocol sip)",
        roles=EVERYBODY,
        tag="session",
        status=HTTPStatus.SWITCHING_PROTOCOLS,
        problems=(HTTPStatus.CONFLICT, HTTPStatus.UPGRADE_REQUIRED, HTTPStatus.SERVICE_UNAVAILABLE),
    ),
)
