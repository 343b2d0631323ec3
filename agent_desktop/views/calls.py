"""What a consultant does with a call: end it, and write down how it went."""

from http import HTTPStatus

from agent_desktop.keys import AUDIT, BUS, FEED, POPS
from agent_desktop.problem import Problem
from agent_desktop.routes import AGENTS, Asked, Route
from agent_desktop.schemas import WrapUpAnswer, WrapUpBody
from contact.commands import CompleteWrapUp, DeclineOffer, ExtendWrapUp, HangUpCall, RecordWrapUp
from contact.ids import CallId
from contact.states import OfferState


async def hang_up(asked: Asked) -> None:
    """End the talk with the caller, or decline the call while it still rings."""
    app = asked.request.app
    call = _held(asked)
    login = asked.user.login
    pop = app[POPS].of(login)
    pending = pop is not None and pop.call == call and pop.state == OfferState.PENDING.value
    if pending and pop is not None and pop.offer is not None:
        await app[BUS].request(DeclineOffer(offer=pop.offer, agent=login))
    else:
        await app[BUS].request(HangUpCall(call=call, by=login))
    await app[AUDIT].record(actor=login, action="call.hung_up", subject=call, address=asked.address)


async def wrap_up(asked: Asked) -> WrapUpAnswer:
    """Keep disposition and note, then end the wrap-up or ask for more time if so wished."""
    bus = asked.request.app[BUS]
    body = asked.read(WrapUpBody)
    call = _handled(asked)
    login = asked.user.login
    if body.disposition or body.note:
        await bus.request(RecordWrapUp(call=call, agent=login, disposition=body.disposition, note=body.note))
    if body.extend:
        await bus.request(ExtendWrapUp(agent=login, call=call))
    if body.complete:
        await bus.request(CompleteWrapUp(agent=login, call=call))
    return WrapUpAnswer(call=call, disposition=body.disposition, note=body.note, complete=body.complete)


def _held(asked: Asked) -> CallId:
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
