"""Signing in and out, and who I am."""

import logging
from http import HTTPStatus

from aiohttp import web

from agent_desktop.access import COOKIE
from agent_desktop.keys import ACCESS, BUS, FEED, HUB, PHONE_LINES, SESSIONS, SIGN_IN
from agent_desktop.problem import Problem
from agent_desktop.routes import AGENTS, EVERYBODY, Asked, Route, json_response
from agent_desktop.rows import agent_row
from agent_desktop.schemas import AvailabilityAnswer, AvailabilityBody, Me, SignInBody
from agent_desktop.scope import to_plain
from agent_desktop.sessions import Session
from agent_desktop.users import Role
from contact.commands import SetAvailability
from contact.errors import CentralaError
from contact.states import Availability

log = logging.getLogger(__name__)


async def sign_in(asked: Asked) -> web.Response:
    """Open a session; the one the browser had before ends."""
    app = asked.request.app
    body = asked.read(SignInBody)
    token, session = await app[SIGN_IN].enter(body.login, body.password, address=asked.address)
    former = await app[ACCESS].session(asked.request)
    if former is not None:
        await app[SESSIONS].close(former.key)
        app[HUB].end_session(former.key)
        app[PHONE_LINES].end_session(former.key)
    reply = json_response(me_of(asked.request, session))
    reply.set_cookie(COOKIE, token, httponly=True, samesite="Strict", path="/", secure=app[ACCESS].is_https)
    return reply


async def sign_out(asked: Asked) -> web.Response:
    """End the session; whoever has no other one takes no further calls."""
    app = asked.request.app
    session = asked.signed_in
    await app[SIGN_IN].leave(session, address=asked.address)
    app[HUB].end_session(session.key)
    app[PHONE_LINES].end_session(session.key)
    if session.user.role is Role.AGENT and await app[SESSIONS].count(session.user.login) == 0:
        wish = SetAvailability(
            agent=session.user.login,
            availability=Availability.LOGGED_OUT,
            reason="signed_out",
            by=session.user.login,
        )
        try:
            await app[BUS].request(wish)
        except CentralaError as error:
            log.warning("routing was not told that %s signed out: %s", session.user.login, error)
    reply = web.Response(status=HTTPStatus.NO_CONTENT)
    reply.del_cookie(COOKIE, path="/", httponly=True, samesite="Strict", secure=app[ACCESS].is_https)
    return reply


async def me(asked: Asked) -> Me:
    """Say who is signed in, with their live state."""
    return me_of(asked.request, asked.signed_in)


async def set_availability(asked: Asked) -> AvailabilityAnswer:
    """Pass the agent's wish to routing."""
    body = asked.read(AvailabilityBody)
    user = asked.user
    if user.extension is None:
        raise Problem(HTTPStatus.CONFLICT, "no_extension", "This account has no phone.")
    wish = SetAvailability(
        agent=user.login, availability=body.availability, reason=body.reason, by=user.login
    )
    await asked.request.app[BUS].request(wish)
    return AvailabilityAnswer(availability=body.availability, reason=body.reason)


def me_of(request: web.Request, session: Session) -> Me:
    """Return who is signed in, with their live state as far as known."""
    user = session.user
    feed = request.app[FEED]
    standing = feed.agents.get(user.login)
    return Me(
        login=user.login,
        name=user.name,
        role=user.role.value,
        extension=user.extension,
        language=user.language,
        skills=dict(user.skills),
        team=user.team,
        scope=to_plain(user.scope),
        csrf=session.csrf,
        agent=None if standing is None else agent_row(feed, standing),
    )


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/session",
        handler=sign_in,
        summary="Sign in",
        roles=None,
        tag="session",
        body=SignInBody,
        answer=Me,
        problems=(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS),
    ),
    Route(
        method="DELETE",
        path="/api/v1/session",
        handler=sign_out,
        summary="Sign out",
        roles=EVERYBODY,
        tag="session",
        status=HTTPStatus.NO_CONTENT,
    ),
    Route(
        method="GET",
        path="/api/v1/me",
        handler=me,
        summary="Who am I",
        roles=EVERYBODY,
        tag="session",
        answer=Me,
    ),
    Route(
        method="PUT",
        path="/api/v1/me/availability",
        handler=set_availability,
        summary="Ask to be ready, not ready or logged out",
        roles=AGENTS,
        tag="session",
        body=AvailabilityBody,
        answer=AvailabilityAnswer,
        problems=(HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE),
    ),
)
