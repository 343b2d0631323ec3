"""Queues, agents and calls as they are now, and the stream of what changes."""

import re
from http import HTTPStatus
from typing import Any

from aiohttp import web

from agent_desktop.board_schemas import DayAnswer
from agent_desktop.day import SLOT_S
from agent_desktop.feed import Feed
from agent_desktop.keys import ACCESS, BUS, DESK, FEED, HUB, POPS
from agent_desktop.live_call import LiveCall
from agent_desktop.pop_row import pop_row
from agent_desktop.problem import Problem
from agent_desktop.routes import EVERYBODY, READERS, STAFF, Asked, Route
from agent_desktop.rows import agent_row, call_row, inside, queue_row, slot_row
from agent_desktop.schemas import AgentRow, CallRow, CallsQuery, Explanation, QueueRow
from agent_desktop.scoped import check_call
from agent_desktop.sockets import MESSAGE_BYTES_MAX, PING_S, Watcher, run_stream
from agent_desktop.users import Role, User
from agent_desktop.view import view_of
from agent_desktop.views.session import me_of
from contact.codec import to_plain
from contact.commands import ExplainCall
from contact.ids import E164, CallId
from contact.numbers import mask

_NUMBER = re.compile(r"\+\d{7,15}")


async def queues(asked: Asked) -> list[QueueRow]:
    """List the queues with live figures."""
    feed, scope = asked.request.app[FEED], asked.user.scope
    rows = (queue_row(feed, queue) for queue in feed.queues if scope.has_queue(queue))
    return [row for row in rows if row is not None]


async def day(asked: Asked) -> DayAnswer:
    """Show the day by queue and half hour."""
    today = asked.request.app[FEED].day
    if not today.known:
        detail = "The store has not been read yet."
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "not_available", detail)
    scope = asked.user.scope
    slots = [
        slot_row(today, key, tally) for key, tally in sorted(today.slots.items()) if scope.has_queue(key[0])
    ]
    return DayAnswer(begins_at=today.begins_at, ends_at=today.ends_at, slot_s=SLOT_S, slots=slots)


async def agents(asked: Asked) -> list[AgentRow]:
    """List the agents with live state."""
    feed, scope = asked.request.app[FEED], asked.user.scope
    return [agent_row(feed, one) for agent, one in feed.agents.items() if feed.has_agent(scope, agent)]


async def calls(asked: Asked) -> list[CallRow]:
    """List the calls that are up: consultants see those that wait, and their own; others their scope."""
    feed = asked.request.app[FEED]
    wanted = asked.asked_for(CallsQuery).state
    found = (call for call in feed.calls.values() if wanted in (None, call.place))
    return [_row(feed, call, asked.user) for call in found if _may_list(feed, call, asked.user)]


async def call(asked: Asked) -> CallRow:
    """Show one call that is up."""
    feed = asked.request.app[FEED]
    found = feed.calls.get(CallId(asked.request.match_info["id"]))
    if found is None or not _may_list(feed, found, asked.user):
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_call", "There is no such call among those you may see.")
    return _row(feed, found, asked.user)


async def explanation(asked: Asked) -> Explanation:
    """Tell why a call went where it went; consultants may ask about calls of their own."""
    feed = asked.request.app[FEED]
    wanted = CallId(asked.request.match_info["id"])
    if asked.user.role is Role.AGENT and not feed.handled(asked.user.login, wanted):
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_call", "There is no such call among yours.")
    check_call(asked, wanted)
    found = await asked.request.app[BUS].request(ExplainCall(call=wanted))
    if not found.facts:
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_call", "Nothing was decided about such a call.")
    whole = asked.user.role is not Role.AGENT or feed.holds(asked.user.login, wanted)
    facts = [to_plain(fact) for fact in found.facts]
    return Explanation(
        call=wanted,
        facts=facts if whole else [_masked(fact) for fact in facts],
        words={language: list(lines) for language, lines in found.words},
    )


async def events(asked: Asked) -> web.StreamResponse:
    """Open the event stream."""
    request = asked.request
    app = request.app
    session = asked.signed_in
    hub = app[HUB]
    socket = web.WebSocketResponse(heartbeat=PING_S, max_msg_size=MESSAGE_BYTES_MAX, compress=False)
    if not socket.can_prepare(request).ok:
        detail = "This address is a WebSocket."
        raise Problem(
            HTTPStatus.UPGRADE_REQUIRED, "not_a_websocket", detail, headers={"Upgrade": "websocket"}
        )
    if hub.is_full:
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "too_many_streams", "Too many streams are open.")

    def own() -> str:
        pop = app[POPS].of(session.user.login)
        mine = me_of(request, session).model_dump(exclude={"csrf"})
        return inside({"me": mine, "offer": None if pop is None else pop_row(pop, app[DESK].path)})

    async def is_signed_in() -> bool:
        return await app[ACCESS].session(request) is not None

    await socket.prepare(request)
    user = session.user
    watcher = Watcher(login=user.login, session_key=session.key, view=view_of(user.role), scope=user.scope)
    await run_stream(socket=socket, watcher=watcher, hub=hub, own=own, is_signed_in=is_signed_in)
    return socket


def _masked(plain: Any) -> Any:
    """Return facts with every telephone number in them masked."""
    match plain:
        case dict():
            return {name: _masked(value) for name, value in plain.items()}
        case list():
            return [_masked(value) for value in plain]
        case str() if _NUMBER.fullmatch(plain):
            return mask(E164(plain))
        case _:
            return plain


def _may_list(feed: Feed, found: LiveCall, user: User) -> bool:
    if user.role is not Role.AGENT:
        return feed.is_in(user.scope, found)
    if feed.holds(user.login, found.call):
        return True
    queue = feed.queues.get(found.queue) if found.queue is not None else None
    return found.place == "waiting" and queue is not None and user.login in queue.members


def _row(feed: Feed, found: LiveCall, user: User) -> CallRow:
    whole = user.role is not Role.AGENT or feed.holds(user.login, found.call)
    return call_row(found, whole_number=whole)


_NOT_FOUND = (HTTPStatus.NOT_FOUND,)
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/queues",
        handler=queues,
        summary="Queues with live figures",
        roles=EVERYBODY,
        tag="live",
        answer=list[QueueRow],
    ),
    Route(
        method="GET",
        path="/api/v1/day",
        handler=day,
        summary="Figures of today by queue and half hour",
        roles=READERS,
        tag="live",
        answer=DayAnswer,
        problems=(HTTPStatus.SERVICE_UNAVAILABLE,),
    ),
    Route(
        method="GET",
        path="/api/v1/agents",
        handler=agents,
        summary="Agents with live state",
        roles=EVERYBODY,
        tag="live",
        answer=list[AgentRow],
    ),
    Route(
        method="GET",
        path="/api/v1/calls",
        handler=calls,
        summary="Calls that are up",
        roles=STAFF,
        tag="live",
        query=CallsQuery,
        answer=list[CallRow],
    ),
    Route(
        method="GET",
        path="/api/v1/calls/{id}",
        handler=call,
        summary="One call that is up",
        roles=STAFF,
        tag="live",
        answer=CallRow,
        problems=_NOT_FOUND,
    ),
    Route(
        method="GET",
        path="/api/v1/calls/{id}/explanation",
        handler=explanation,
        summary="Why a call went where it went",
        roles=STAFF,
        tag="live",
        answer=Explanation,
        problems=(*_NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE),
    ),
    Route(
        method="GET",
        path="/api/v1/events",
        handler=events,
        summary="Event stream (WebSocket): a snapshot, then numbered patches and offers",
        roles=EVERYBODY,
        tag="live",
        status=HTTPStatus.SWITCHING_PROTOCOLS,
        problems=(HTTPStatus.UPGRADE_REQUIRED, HTTPStatus.SERVICE_UNAVAILABLE),
    ),
)
