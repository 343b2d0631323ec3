"""Citizens who are to be called back. Every order and every withdrawal is written into the audit."""

from http import HTTPStatus

from aiohttp import web

from agent_desktop.callback_schemas import CallbackBody, CallbackRow
from agent_desktop.keys import BUS, FEED
from agent_desktop.problem import Problem
from agent_desktop.routes import STAFF, Asked, Route, json_response
from agent_desktop.users import Role
from agent_desktop.views.cases import IDEMPOTENCY_HEADER, idempotency_key
from contact.callback_requests import CallbackStanding, ListCallbacks, OrderCallback, WithdrawCallback
from contact.ids import E164, CallId, Language, QueueId
from contact.numbers import mask


async def callbacks(asked: Asked) -> list[CallbackRow]:
    """List what is not over: consultants see what is theirs, and what waits in their queues, masked."""
    found = await asked.request.app[BUS].request(ListCallbacks())
    return [_row(asked, one) for one in found if _may_list(asked, one)]


async def order(asked: Asked) -> web.Response:
    """Order one; the same Idempotency-Key, or a number that waits in the queue already, makes no second."""
    app, body, login = asked.request.app, asked.read(CallbackBody), asked.user.login
    request = OrderCallback(
        number=E164(body.number),
        key=f"{login}:{idempotency_key(asked)}",
        queue=QueueId(body.queue),
        priority=body.priority,
        language=Language(body.language),
        topic=body.topic,
        by=login,
        not_before_at=body.not_before_at,
    )
    made = await app[BUS].request(request)
    found = await _find(asked, made.call)
    if made.is_new:
        await asked.audit("callback.ordered", found.call)
    status = HTTPStatus.CREATED if made.is_new else HTTPStatus.OK
    return json_response(_row(asked, found), status=status)


async def withdraw(asked: Asked) -> None:
    """Withdraw one; consultants only what they ordered themselves."""
    call = CallId(asked.request.match_info["id"])
    found = await _find(asked, call)
    if asked.user.role is Role.AGENT and found.by != asked.user.login:
        raise Problem(HTTPStatus.FORBIDDEN, "not_yours", "Consultants withdraw what they ordered themselves.")
    await asked.request.app[BUS].request(WithdrawCallback(call=call, by=asked.user.login))
    await asked.audit("callback.withdrawn", call)


async def _find(asked: Asked, call: CallId) -> CallbackStanding:
    found = await asked.request.app[BUS].request(ListCallbacks())
    for one in found:
        if one.call == call and _may_list(asked, one):
            return one
    raise Problem(HTTPStatus.NOT_FOUND, "no_such_callback", "There is no such callback, or it is over.")


def _may_list(asked: Asked, found: CallbackStanding) -> bool:
    if asked.user.login in (found.by, found.agent):
        return True
    if asked.user.role is not Role.AGENT:
        return asked.user.scope.has_queue(found.queue)
    queue = asked.request.app[FEED].queues.get(found.queue)
    return queue is not None and asked.user.login in queue.members


def _row(asked: Asked, found: CallbackStanding) -> CallbackRow:
    is_own = asked.user.login in (found.by, found.agent)
    whole = asked.user.role is not Role.AGENT or is_own
    return CallbackRow.of(found, number=found.number if whole else mask(found.number))


_AWAY = HTTPStatus.SERVICE_UNAVAILABLE
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/callbacks",
        handler=callbacks,
        summary="Callbacks that are not over, in the one order of all who wait",
        roles=STAFF,
        tag="callbacks",
        answer=list[CallbackRow],
        problems=(_AWAY,),
    ),
    Route(
        method="POST",
        path="/api/v1/callbacks",
        handler=order,
        summary="Order a callback; 200 with the one that stands where this number has one in the queue",
        roles=STAFF,
        tag="callbacks",
        body=CallbackBody,
        answer=CallbackRow,
        status=HTTPStatus.CREATED,
        also=(HTTPStatus.OK,),
        headers=((IDEMPOTENCY_HEADER, "the same key gives the same answer and no second callback"),),
        problems=(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, _AWAY),
    ),
    Route(
        method="DELETE",
        path="/api/v1/callbacks/{id}",
        handler=withdraw,
        summary="Withdraw a callback that nobody is dialling just now",
        roles=STAFF,
        tag="callbacks",
        status=HTTPStatus.NO_CONTENT,
        problems=(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, _AWAY),
    ),
)
