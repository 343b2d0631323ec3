"""Boards on the wall: making and revoking their addresses, the page at such an address, and its stream."""

from http import HTTPStatus

from aiohttp import web

from agent_desktop.board_schemas import NewTvBoard, TvBoardBody, TvBoardRow, TvBoardState
from agent_desktop.keys import ACCESS, HUB, PAGES, TV_BOARDS, ZONE
from agent_desktop.problem import Problem
from agent_desktop.routes import OVERSEERS, Asked, Route
from agent_desktop.sockets import MESSAGE_BYTES_MAX, PING_S, Watcher, run_stream
from agent_desktop.tv import TvBoard
from agent_desktop.view import View
from contact.ids import AgentId

_PATH = "/tv/{token:[A-Za-z0-9_-]{20,64}}"


async def boards(asked: Asked) -> list[TvBoardRow]:
    """List the boards; their addresses are known only to who made them."""
    found = await asked.request.app[TV_BOARDS].all()
    return [TvBoardRow.model_validate(one) for one in found]


async def make(asked: Asked) -> NewTvBoard:
    """Make a board, and tell its address this once."""
    board, token = await asked.request.app[TV_BOARDS].make(asked.read(TvBoardBody).name, asked.user.login)
    await _note(asked, "tv_board.made", board)
    return NewTvBoard(**TvBoardRow.model_validate(board).model_dump(), path=f"/tv/{token}")


async def set_state(asked: Asked) -> TvBoardRow:
    """Revoke a board, which ends its streams, or take it back into use."""
    revoked = asked.read(TvBoardState).revoked
    app = asked.request.app
    board = await app[TV_BOARDS].set_revoked(asked.request.match_info["id"], revoked=revoked)
    if revoked:
        app[HUB].end_session(board.session_key)
    await _note(asked, "tv_board.revoked" if revoked else "tv_board.restored", board)
    return TvBoardRow.model_validate(board)


async def page(request: web.Request) -> web.StreamResponse:
    """Show the board of an address."""
    board = await _board(request)
    settings = {"name": board.name, "time_zone": request.app[ZONE].key, "stream": f"{request.path}/events"}
    return request.app[PAGES].render("tv.html.j2", request, settings=settings)


async def events(request: web.Request) -> web.StreamResponse:
    """Open the event stream of a board."""
    app = request.app
    app[ACCESS].check_origin(request)
    board = await _board(request)
    socket = web.WebSocketResponse(heartbeat=PING_S, max_msg_size=MESSAGE_BYTES_MAX, compress=False)
    if not socket.can_prepare(request).ok:
        detail = "This address is a WebSocket."
        raise Problem(HTTPStatus.UPGRADE_REQUIRED, "not_a_websocket", detail)
    if app[HUB].is_full:
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "too_many_streams", "Too many streams are open.")

    async def is_in_use() -> bool:
        return await app[TV_BOARDS].find(request.match_info["token"]) is not None

    await socket.prepare(request)
    key = board.session_key
    watcher = Watcher(login=AgentId(key), session_key=key, view=View.TV)
    await run_stream(socket=socket, watcher=watcher, hub=app[HUB], own=lambda: "", is_signed_in=is_in_use)
    return socket


def install(app: web.Application) -> None:
    """Add the page and its stream to `app`."""
    app.router.add_get(_PATH, page)
    app.router.add_get(f"{_PATH}/events", events)


async def _board(request: web.Request) -> TvBoard:
    found = await request.app[TV_BOARDS].find(request.match_info["token"])
    if found is None:
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_board", "There is no board at this address.")
    return found


async def _note(asked: Asked, action: str, board: TvBoard) -> None:
    await asked.audit(action, board.id, board.name)


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/tv-boards",
        handler=boards,
        summary="Boards on the wall",
        roles=OVERSEERS,
        tag="oversight",
        whole_line=True,
        answer=list[TvBoardRow],
    ),
    Route(
        method="POST",
        path="/api/v1/tv-boards",
        handler=make,
        summary="Make a board on the wall; its address is told this once",
        roles=OVERSEERS,
        tag="oversight",
        whole_line=True,
        body=TvBoardBody,
        answer=NewTvBoard,
        status=HTTPStatus.CREATED,
        problems=(HTTPStatus.CONFLICT,),
    ),
    Route(
        method="PUT",
        path="/api/v1/tv-boards/{id}",
        handler=set_state,
        summary="Revoke a board on the wall, or take it back into use",
        roles=OVERSEERS,
        tag="oversight",
        whole_line=True,
        body=TvBoardState,
        answer=TvBoardRow,
        problems=(HTTPStatus.NOT_FOUND,),
    ),
)
