"""Asking a third about a caller: alone, in the talk, and leaving the caller to them."""

from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from agent_desktop.forms import Body, Word
from agent_desktop.keys import FEED
from agent_desktop.problem import Problem
from agent_desktop.routes import AGENTS, Asked, Route
from agent_desktop.views.calls import control, held, number_of
from contact.consult import Party, PartyKind
from contact.ids import AgentId
from contact.talk_requests import ConsultParty, EndConsult, HandOver, JoinConsult

EMERGENCY_NAME = "112"


class ConsultBody(Body):
    """Who is asked: exactly one of a colleague, a number outside, or the emergency service.

    `name` is how the page calls a number. `joins`: in the talk itself, without music for the caller; the
    emergency service always is.
    """

    agent: Annotated[Word, Field(min_length=1)] | None = None
    number: Annotated[Word, Field(min_length=1)] | None = None
    emergency: bool = False
    name: Annotated[str, Field(max_length=80)] = ""
    joins: bool = False


async def consult(asked: Asked) -> None:
    """Ring a third, and let the caller hear music meanwhile unless they are to join the talk."""
    body = asked.read(ConsultBody)
    party = _party(asked, body)
    joins = body.joins or party.kind is PartyKind.EMERGENCY
    request = ConsultParty(call=held(asked), agent=asked.user.login, party=party, joins=joins)
    detail = party.agent or party.number or party.name
    await control(asked, request, "call.consulted", f"{party.kind} {detail}")


async def join(asked: Asked) -> None:
    """Let caller, agent and third hear each other."""
    await control(asked, JoinConsult(call=held(asked), agent=asked.user.login), "call.joined")


async def end(asked: Asked) -> None:
    """Let the third go and be alone with the caller again."""
    await control(asked, EndConsult(call=held(asked), agent=asked.user.login), "call.consult_ended")


async def hand_over(asked: Asked) -> None:
    """Leave the caller to the third; the agent's wrap-up begins."""
    await control(asked, HandOver(call=held(asked), agent=asked.user.login), "call.handed_over")


def _party(asked: Asked, body: ConsultBody) -> Party:
    if sum((body.agent is not None, body.number is not None, body.emergency)) != 1:
        detail = "Name exactly one of a colleague, a number and the emergency service."
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "no_party", detail)
    if body.emergency:
        return Party(kind=PartyKind.EMERGENCY, name=EMERGENCY_NAME)
    if body.number is not None:
        number = number_of(body.number)
        return Party(kind=PartyKind.OUTSIDE, name=body.name or number, number=number)
    agent = AgentId(body.agent or "")
    known = asked.request.app[FEED].agents.get(agent)
    return Party(kind=PartyKind.AGENT, name=agent if known is None else known.name, agent=agent)


_PROBLEMS = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE)
ROUTES = (
    Route(
        method="POST",
        path="/api/v1/calls/{id}/consult",
        handler=consult,
        summary="Ask a colleague, a number outside or the emergency service about the caller",
        roles=AGENTS,
        tag="calls",
        body=ConsultBody,
        status=HTTPStatus.NO_CONTENT,
        problems=_PROBLEMS,
    ),
    *(
        Route(
            method=method,
            path=f"/api/v1/calls/{{id}}/consult{path}",
            handler=handler,
            summary=summary,
            roles=AGENTS,
            tag="calls",
            status=HTTPStatus.NO_CONTENT,
            problems=_PROBLEMS,
        )
        for method, path, handler, summary in (
            ("DELETE", "", end, "Let the third go and be alone with the caller again"),
            ("POST", "/join", join, "Let caller, agent and third hear each other"),
            ("POST", "/hand-over", hand_over, "Leave the caller to the third"),
        )
    ),
)
