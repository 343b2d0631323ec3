"""Asking for help in a talk, and coming to help."""

from http import HTTPStatus

from agent_desktop.board_schemas import HandBody, HandRow
from agent_desktop.keys import CLOCK, FEED, HUB
from agent_desktop.routes import AGENTS, LEADERS, Asked, Route
from agent_desktop.rows import hand_row
from agent_desktop.scoped import check_agent
from contact.ids import AgentId


async def put_up(asked: Asked) -> HandRow:
    """Ask for help in one's own talk."""
    app, login = asked.request.app, asked.user.login
    note = asked.read(HandBody).note
    hand = app[FEED].hands.put_up(app[FEED].agents.get(login), note, app[CLOCK].now())
    app[HUB].flush()
    await asked.audit("help.asked", hand.call, note)
    return hand_row(hand)


async def put_down(asked: Asked) -> None:
    """Need help no more; a hand that is not up is no error."""
    app, login = asked.request.app, asked.user.login
    if app[FEED].hands.put_down(login):
        app[HUB].flush()
        await asked.audit("help.withdrawn", login)


async def hands(asked: Asked) -> list[HandRow]:
    """List who asks for help, who has waited longest first."""
    feed, scope = asked.request.app[FEED], asked.user.scope
    found = (one for one in feed.hands.up.values() if feed.has_agent(scope, one.agent))
    return [hand_row(one) for one in sorted(found, key=lambda one: (one.raised_at, one.agent))]


async def take(asked: Asked) -> HandRow:
    """Come to help; who was first stays."""
    app, user, agent = asked.request.app, asked.user, AgentId(asked.request.match_info["id"])
    check_agent(asked, agent)
    hand = app[FEED].hands.take(agent, by=user.login, name=user.name, now=app[CLOCK].now())
    app[HUB].flush()
    if hand.taken_by == user.login:
        await asked.audit("help.taken", agent, hand.call)
    return hand_row(hand)


ROUTES = (
    Route(
        method="PUT",
        path="/api/v1/me/hand",
        handler=put_up,
        summary="Ask for help in the talk I am in",
        roles=AGENTS,
        tag="session",
        body=HandBody,
        answer=HandRow,
        problems=(HTTPStatus.CONFLICT,),
    ),
    Route(
        method="DELETE",
        path="/api/v1/me/hand",
        handler=put_down,
        summary="Need help no more",
        roles=AGENTS,
        tag="session",
        status=HTTPStatus.NO_CONTENT,
    ),
    Route(
        method="GET",
        path="/api/v1/hands",
        handler=hands,
        summary="Consultants who ask for help",
        roles=LEADERS,
        tag="oversight",
        answer=list[HandRow],
    ),
    Route(
        method="POST",
        path="/api/v1/agents/{id}/hand/take",
        handler=take,
        summary="Come to help; who was first stays",
        roles=LEADERS,
        tag="oversight",
        answer=HandRow,
        problems=(HTTPStatus.NOT_FOUND,),
    ),
)
