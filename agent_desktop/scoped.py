"""What is out of the asker's scope is not there for them: 404, as for what does not exist."""

from collections.abc import Iterable
from http import HTTPStatus

from agent_desktop.keys import BUS, FEED
from agent_desktop.problem import Problem
from agent_desktop.routes import Asked
from contact.case import Case
from contact.commands import GetCase
from contact.ids import AgentId, CallId, CaseNumber, QueueId


def check_call(asked: Asked, call: CallId) -> None:
    """Raise `Problem` 404 for a call that is not up, or not in scope; routing says so to the others."""
    feed, scope = asked.request.app[FEED], asked.user.scope
    found = feed.calls.get(call)
    if not scope.is_whole_line and (found is None or not feed.is_in(scope, found)):
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_call", "There is no such call among those you may see.")


def check_agent(asked: Asked, agent: AgentId) -> None:
    """Raise `Problem` 404 for a consultant who is not in scope."""
    if not asked.request.app[FEED].has_agent(asked.user.scope, agent):
        detail = "There is no such consultant among those you oversee."
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_agent", detail)


def check_queue(asked: Asked, queue: str | None) -> None:
    """Raise `Problem` 403 for a queue that is not in scope; None is the whole line."""
    scope = asked.user.scope
    if not (scope.is_whole_line if queue is None else scope.has_queue(QueueId(queue))):
        what = "a queue outside your scope" if queue else "the whole line, and your scope is a part of it"
        raise Problem(HTTPStatus.FORBIDDEN, "outside_scope", f"This is about {what}.")


def check_case(asked: Asked, found: Case | None) -> Case:
    """Return the case; raise `Problem` 404 where there is none, or none in scope."""
    if found is None or not asked.user.scope.has_district(found.district):
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_case", "There is no such case among those you may see.")
    return found


async def check_numbered(asked: Asked, number: CaseNumber) -> None:
    """Raise `Problem` 404 for a case that is not in scope; the bridge says so where there is none at all."""
    if asked.user.scope.districts:
        check_case(asked, await asked.request.app[BUS].request(GetCase(number=number)))


def cases_in_scope(asked: Asked, found: Iterable[Case]) -> tuple[Case, ...]:
    """Return those of the cases that are in scope."""
    return tuple(one for one in found if asked.user.scope.has_district(one.district))
