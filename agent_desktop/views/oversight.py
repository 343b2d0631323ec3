"""What supervisors change while the hotline runs: callers' places, agents' states, the routing policy."""

from http import HTTPStatus

from agent_desktop.keys import BUS
from agent_desktop.routes import LEADERS, OVERSEERS, Asked, Route
from agent_desktop.schemas import AvailabilityAnswer, AvailabilityBody, MoveBody, PriorityBody
from agent_desktop.scoped import check_agent, check_call
from contact.commands import ChangePriority, MoveCall, ReloadPolicy, SetAvailability
from contact.ids import AgentId, CallId, QueueId


async def rank(asked: Asked) -> None:
    """Give a waiting caller another priority."""
    call, body = CallId(_id(asked)), asked.read(PriorityBody)
    check_call(asked, call)
    by = asked.user.login
    await asked.request.app[BUS].request(ChangePriority(call=call, priority=body.priority, by=by))
    await asked.audit("call.ranked", call, f"priority {body.priority}")


async def move(asked: Asked) -> None:
    """Move a waiting caller to another queue."""
    call, body = CallId(_id(asked)), asked.read(MoveBody)
    check_call(asked, call)
    by = asked.user.login
    await asked.request.app[BUS].request(MoveCall(call=call, queue=QueueId(body.queue), by=by))
    await asked.audit("call.moved", call, f"queue {body.queue}")


async def set_agent(asked: Asked) -> AvailabilityAnswer:
    """Set an agent's availability for them."""
    agent, body = AgentId(_id(asked)), asked.read(AvailabilityBody)
    check_agent(asked, agent)
    wish = SetAvailability(
        agent=agent, availability=body.availability, reason=body.reason, by=asked.user.login
    )
    await asked.request.app[BUS].request(wish)
    await asked.audit("agent.availability_set", agent, f"{body.availability} {body.reason}".strip())
    return AvailabilityAnswer(availability=body.availability, reason=body.reason)


async def reload_policy(asked: Asked) -> None:
    """Have routing read its policy file again."""
    await asked.request.app[BUS].request(ReloadPolicy(by=asked.user.login))
    await asked.audit("policy.reloaded")


def _id(asked: Asked) -> str:
    return asked.request.match_info["id"]


_PROBLEMS = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE)
ROUTES = (
    Route(
        method="PUT",
        path="/api/v1/calls/{id}/priority",
        handler=rank,
        summary="Give a waiting caller another priority",
        roles=LEADERS,
        tag="oversight",
        body=PriorityBody,
        status=HTTPStatus.NO_CONTENT,
        problems=_PROBLEMS,
    ),
    Route(
        method="POST",
        path="/api/v1/calls/{id}/move",
        handler=move,
        summary="Move a waiting caller to another queue",
        roles=LEADERS,
        tag="oversight",
        body=MoveBody,
        status=HTTPStatus.NO_CONTENT,
        problems=_PROBLEMS,
    ),
    Route(
        method="PUT",
        path="/api/v1/agents/{id}/availability",
        handler=set_agent,
        summary="Set an agent's availability for them",
        roles=LEADERS,
        tag="oversight",
        body=AvailabilityBody,
        answer=AvailabilityAnswer,
        problems=_PROBLEMS,
    ),
    Route(
        method="POST",
        path="/api/v1/policy/reload",
        handler=reload_policy,
        summary="Read the routing policy again; a bad file is refused whole and the old policy goes on",
        roles=OVERSEERS,
        tag="oversight",
        whole_line=True,
        status=HTTPStatus.NO_CONTENT,
        problems=(HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE),
    ),
)
