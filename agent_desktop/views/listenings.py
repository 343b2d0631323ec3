"""Supervisors hear a talk, speak to its agent alone, or to both; with a reason, and audited."""

from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from agent_desktop.forms import Answer, Body
from agent_desktop.keys import BUS, PHONE_LINES
from agent_desktop.problem import Problem
from agent_desktop.routes import LEADERS, Asked, Route
from agent_desktop.scoped import check_call
from contact.ids import CallId
from contact.listen_requests import ListenIn, StopListening, TurnListening
from contact.listening import ListeningId, ListenMode


class ListenBody(Body):
    """Who is to hear the supervisor, and why they listen."""

    mode: ListenMode = ListenMode.LISTEN
    reason: Annotated[str, Field(min_length=3, max_length=200)]


class TurnBody(Body):
    """Who is to hear the supervisor from now on."""

    mode: ListenMode


class ListeningAnswer(Answer):
    """The listening whose supervisor's phone is being rung."""

    id: str


async def listen(asked: Asked) -> ListeningAnswer:
    """Ring the supervisor's own phone for a talk: the one in the page where a page of theirs is one."""
    extension = asked.user.extension
    if extension is None:
        raise Problem(HTTPStatus.CONFLICT, "no_extension", "This account has no phone to listen with.")
    body, call = asked.read(ListenBody), CallId(asked.request.match_info["id"])
    check_call(asked, call)
    user = asked.user
    in_page = asked.request.app[PHONE_LINES].is_of(user.login)
    started = await asked.request.app[BUS].request(
        ListenIn(
            call=call, by=user.login, name=user.name, extension=extension, in_page=in_page, mode=body.mode
        )
    )
    await asked.audit("call.listened", call, f"{body.mode}: {body.reason}")
    return ListeningAnswer(id=started.listening)


async def turn(asked: Asked) -> None:
    """Be heard by others than before."""
    listening, mode = ListeningId(asked.request.match_info["id"]), asked.read(TurnBody).mode
    await asked.request.app[BUS].request(TurnListening(listening=listening, by=asked.user.login, mode=mode))
    await asked.audit("call.listening_turned", listening, mode.value)


async def stop(asked: Asked) -> None:
    """Listen no more."""
    listening = ListeningId(asked.request.match_info["id"])
    await asked.request.app[BUS].request(StopListening(listening=listening, by=asked.user.login))
    await asked.audit("call.listening_ended", listening)


_PROBLEMS = (HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE)
ROUTES = (
    Route(
        method="POST",
        path="/api/v1/calls/{id}/listen",
        handler=listen,
        summary="Listen to a talk, whisper to its agent, or join both",
        roles=LEADERS,
        tag="oversight",
        body=ListenBody,
        answer=ListeningAnswer,
        problems=_PROBLEMS,
    ),
    Route(
        method="PUT",
        path="/api/v1/listenings/{id}",
        handler=turn,
        summary="Be heard by others than before",
        roles=LEADERS,
        tag="oversight",
        body=TurnBody,
        status=HTTPStatus.NO_CONTENT,
        problems=_PROBLEMS,
    ),
    Route(
        method="DELETE",
        path="/api/v1/listenings/{id}",
        handler=stop,
        summary="Listen no more",
        roles=LEADERS,
        tag="oversight",
        status=HTTPStatus.NO_CONTENT,
        problems=_PROBLEMS,
    ),
)
