"""The pages people open: sign-in, desk, board, office, quality cards; and the files of the bundle."""

from http import HTTPStatus
from typing import Any

from aiohttp import web

from agent_desktop.keys import ACCESS, DESK, PAGES, PHONE_LINES, ZONE
from agent_desktop.routes import LEADERS
from agent_desktop.sessions import Session
from agent_desktop.users import Role

SIGN_IN_PATH = "/signin"
_HOME = {role: "/desk" if role is Role.AGENT else "/board" for role in Role}
_FOR_EVER = "public, max-age=31536000, immutable"


async def root(request: web.Request) -> web.StreamResponse:
    """Lead to the page of the role, or to the sign-in."""
    session = await request.app[ACCESS].session(request)
    raise web.HTTPFound(SIGN_IN_PATH if session is None else _HOME[session.user.role])


async def sign_in(request: web.Request) -> web.StreamResponse:
    """Show the sign-in; whoever is signed in goes on."""
    session = await request.app[ACCESS].session(request)
    if session is not None:
        raise web.HTTPFound(_HOME[session.user.role])
    return request.app[PAGES].render("signin.html.j2", request)


async def desk(request: web.Request) -> web.StreamResponse:
    """Show the consultant's desk."""
    session = await _signed_in(request)
    if session.user.role is not Role.AGENT:
        raise web.HTTPFound(_HOME[session.user.role])
    words = request.app[DESK]
    settings = {
        "reasons": [one.model_dump() for one in words.reasons],
        "disposition_required": words.disposition_required,
        "user": _user(session),
        "phone": request.app[PHONE_LINES].settings(session.user.extension),
        "time_zone": request.app[ZONE].key,
    }
    return request.app[PAGES].render("desk.html.j2", request, settings=settings)


async def board(request: web.Request) -> web.StreamResponse:
    """Show the supervisor's board."""
    session = await _signed_in(request)
    if session.user.role is Role.AGENT:
        raise web.HTTPFound(_HOME[session.user.role])
    reasons = [one.model_dump() for one in request.app[DESK].reasons]
    zone = request.app[ZONE].key
    settings = {
        "reasons": reasons,
        "user": _user(session),
        "time_zone": zone,
        "phone": request.app[PHONE_LINES].settings(session.user.extension),
    }
    return request.app[PAGES].render("board.html.j2", request, settings=settings)


async def office(request: web.Request) -> web.StreamResponse:
    """Show the office; which of its sections is open, the page reads from the address."""
    session = await _signed_in(request)
    if session.user.role not in LEADERS:
        raise web.HTTPFound(_HOME[session.user.role])
    settings = {"reasons": [], "user": _user(session), "time_zone": request.app[ZONE].key}
    return request.app[PAGES].render("office.html.j2", request, settings=settings)


async def quality(request: web.Request) -> web.StreamResponse:
    """Show quality cards: a consultant's own, or those that a leader makes and an analyst counts."""
    session = await _signed_in(request)
    settings = {"reasons": [], "user": _user(session), "time_zone": request.app[ZONE].key}
    return request.app[PAGES].render("quality.html.j2", request, settings=settings)


async def asset(request: web.Request) -> web.StreamResponse:
    """Send a file of the bundle; its name changes with its content, so it may be kept for ever."""
    file = request.app[PAGES].dist / request.match_info["name"]
    if not file.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(file, headers={"Cache-Control": _FOR_EVER})


def install(app: web.Application) -> None:
    """Add the pages to `app`."""
    app.router.add_get("/", root)
    app.router.add_get(SIGN_IN_PATH, sign_in)
    app.router.add_get("/desk", desk)
    app.router.add_get("/board", board)
    app.router.add_get(r"/office{rest:(?:/[A-Za-z0-9._-]{1,64}){0,3}/?}", office)
    app.router.add_get(r"/quality{rest:(?:/[A-Za-z0-9._-]{1,64}){0,2}/?}", quality)
    app.router.add_get(r"/assets/{name:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*}", asset)


async def _signed_in(request: web.Request) -> Session:
    session = await request.app[ACCESS].session(request)
    if session is None:
        raise web.HTTPFound(SIGN_IN_PATH, reason=HTTPStatus.FOUND.phrase)
    return session


def _user(session: Session) -> dict[str, Any]:
    user = session.user
    return {
        "login": user.login,
        "name": user.name,
        "role": user.role.value,
        "extension": user.extension,
        "whole_line": user.scope.is_whole_line,
        "csrf": session.csrf,
    }
