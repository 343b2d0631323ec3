"""What a consultant does with a call: end it, and write down how it went."""

from http import HTTPStatus
from typing import TypeAlias

from agent_desktop.keys import BUS, FEED, OWN_DAYS, POPS
from agent_desktop.problem import Problem
from agent_desktop.routes import AGENTS, Asked, Route
from agent_desktop.schemas import TransferBody, WrapUpAnswer, WrapUpBody
from contact.commands import CompleteWrapUp, DeclineOffer, ExtendWrapUp, HangUpCall, RecordWrapUp
from contact.ids import E164, NO_NUMBER, AgentId, CallId, QueueId
from contact.states import OfferState
from contact.talk_requests import (
    ConsultParty,
    EndConsult,
    HandOver,
    HoldTalk,
    JoinConsult,
    RejoinTalk,
    ResumeTalk,
    TransferTalk,
)
from runtime.telephone import to_e164

Control: TypeAlias = (
    HoldTalk | ResumeTalk | RejoinTalk | TransferTalk | ConsultParty | JoinConsult | EndConsult | HandOver
)
"""What an agent may ask about a talk of their own."""


async def hang_up(asked: Asked) -> None:
    """End the talk with the caller, or decline the call while it still rings."""
    app = asked.request.app
    call = held(asked)
    login = asked.user.login
    pop = app[POPS].of(login)
    pending = pop is not None and pop.call == call and pop.state == OfferState.PENDING.value
    if pending and pop is not None and pop.offer is not None:
        await app[BUS].request(DeclineOffer(offer=pop.offer, agent=login))
    else:
        await app[BUS].request(HangUpCall(call=call, by=login))
    await asked.audit("call.hung_up", call)


async def hold(asked: Asked) -> None:
    """Let the caller hear music."""
    await control(asked, HoldTalk(call=held(asked), agent=asked.user.login), "call.held")


async def resume(asked: Asked) -> None:
    """Go on talking to a caller on hold."""
    await control(asked, ResumeTalk(call=held(asked), agent=asked.user.login), "call.resumed")


async def rejoin(asked: Asked) -> None:
    """Ring the page for the talk that its agent is in; it answers at once."""
    await control(asked, RejoinTalk(call=held(asked), agent=asked.user.login), "call.rejoined")


async def transfer(asked: Asked) -> None:
    """Hand the caller on to a queue, a colleague or a number outside; the talk ends."""
    body = asked.read(TransferBody)
    inside = body.queue is not None or body.agent is not None
    if inside == (body.number is not None):
        detail = "Name a queue, an agent, or both; or else a number."
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "no_target", detail)
    request = TransferTalk(
        call=held(asked),
        agent=asked.user.login,
        queue=None if body.queue is None else QueueId(body.queue),
        to=None if body.agent is None else AgentId(body.agent),
        number=NO_NUMBER if body.number is None else number_of(body.number),
    )
    detail = " ".join(filter(None, (body.queue, body.agent, request.number)))
    await control(asked, request, "call.transferred", detail)


async def control(asked: Asked, request: Control, action: str, detail: str = "") -> None:
    """Do what is asked with the agent's own call, and write it down."""
    await asked.request.app[BUS].request(request)
    await asked.audit(action, request.call, detail)


async def wrap_up(asked: Asked) -> WrapUpAnswer:
    """Keep disposition and note, then end the wrap-up or ask for more time if so wished."""
    bus = asked.request.app[BUS]
    body = asked.read(WrapUpBody)
    call = _handled(asked)
    login = asked.user.login
    if body.disposition or body.note:
        await bus.request(RecordWrapUp(call=call, agent=login, disposition=body.disposition, note=body.note))
    if body.disposition:
        asked.request.app[OWN_DAYS].note(call)
    if body.extend:
        await bus.request(ExtendWrapUp(agent=login, call=call))
    if body.complete:
        await bus.request(CompleteWrapUp(agent=login, call=call))
    return WrapUpAnswer(call=call, disposition=body.disposition, note=body.note, complete=body.complete)


def number_of(text: str) -> E164:
    """Return a number as it is dialled; raise `Problem` for what is none."""
    number = to_e164(text)
    if not number:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "no_number", "That is no telephone number.")
    return number


def held(asked: Asked) -> CallId:
    """Return the call that is asked about; raise `Problem` where it is not this agent's."""
    call = CallId(asked.request.match_info["id"])
    if not asked.request.app[FEED].holds(asked.user.login, call):
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_call", "You have no such call.")
    return call


def _handled(asked: Asked) -> CallId:
    call = CallId(asked.request.match_info["id"])
    if not asked.request.app[FEED].handled(asked.user.login, call):
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_call", "You had no such call.")
    return call


_PROBLEMS = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE)
ROUTES = (
    Route(
        method="POST",
        path="/api/v1/calls/{id}/hangup",
        handler=hang_up,
        summary="End the talk, or decline the call while it rings",
        roles=AGENTS,
        tag="calls",
        status=HTTPStatus.NO_CONTENT,
        problems=_PROBLEMS,
    ),
    *(
        Route(
            method="POST",
            path=f"/api/v1/calls/{{id}}/{name}",
            handler=handler,
            summary=summary,
            roles=AGENTS,
            tag="calls",
            status=HTTPStatus.NO_CONTENT,
            problems=_PROBLEMS,
        )
        for name, handler, summary in (
            ("hold", hold, "Let the caller hear music"),
            ("resume", resume, "Go on talking to a caller on hold"),
            ("rejoin", rejoin, "Bring the sound of the agent's talk to their page"),
        )
    ),
    Route(
        method="POST",
        path="/api/v1/calls/{id}/transfer",
        handler=transfer,
        summary="Hand the caller on to a queue, a colleague or a number outside",
        roles=AGENTS,
        tag="calls",
        body=TransferBody,
        status=HTTPStatus.NO_CONTENT,
        problems=_PROBLEMS,
    ),
    Route(
        method="PUT",
        path="/api/v1/calls/{id}/wrap-up",
        handler=wrap_up,
        summary="Note how a call went; complete or extend the wrap-up",
        roles=AGENTS,
        tag="calls",
        body=WrapUpBody,
        answer=WrapUpAnswer,
        problems=_PROBLEMS,
    ),
)
