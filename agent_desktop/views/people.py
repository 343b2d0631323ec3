"""Who is calling: people are found and tied to calls. Every search and every tie is in the audit."""

from dataclasses import replace
from http import HTTPStatus

from agent_desktop.desk_schemas import CallersQuery, FoundAnswer, FoundPersonRow, PersonAnswer, PersonBody
from agent_desktop.keys import BUS, FEED, POPS
from agent_desktop.problem import Problem
from agent_desktop.routes import AGENTS, STAFF, Asked, Route
from agent_desktop.schemas import History
from agent_desktop.scoped import cases_in_scope
from agent_desktop.users import Role
from agent_desktop.views.cases import case_row
from contact.ids import CallId, Language
from contact.numbers import WITHHELD, mask
from contact.people import ContactKind, FoundPerson, IdentifyCall, NewPerson, PersonId, SearchCallers


async def search(asked: Asked) -> FoundAnswer:
    """Find people and cases; consultants only while somebody is on the line, and with masked numbers."""
    text = asked.asked_for(CallersQuery).text
    if asked.user.role is Role.AGENT and not asked.request.app[FEED].is_busy(asked.user.login):
        detail = "Consultants look for people while they have a call."
        raise Problem(HTTPStatus.FORBIDDEN, "no_call", detail)
    await asked.audit("callers.searched", text)
    found = await asked.request.app[BUS].request(SearchCallers(text=text))
    return FoundAnswer(
        people=[_row(asked, one) for one in found.people],
        cases=[case_row(asked, one) for one in cases_in_scope(asked, found.cases)],
    )


async def identify(asked: Asked) -> PersonAnswer:
    """Keep who is on the agent's call; what is known of them comes back and goes into the pop."""
    app, body, login = asked.request.app, asked.read(PersonBody), asked.user.login
    call = CallId(asked.request.match_info["id"])
    if not app[FEED].handled(login, call):
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_call", "You had no such call.")
    if (body.person is None) == (not body.name):
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", "Name a person, or somebody new.")
    caller = app[FEED].caller_of(call)
    new = NewPerson(name=body.name, language=Language(body.language), contacts=tuple(body.contacts.items()))
    request = IdentifyCall(
        call=call,
        caller=caller,
        agent=login,
        person=None if body.person is None else PersonId(body.person),
        new=None if body.person is not None else new,
    )
    found = await app[BUS].request(request)
    await asked.audit("caller.identified", call, str(found.person))
    app[POPS].identify(login, call, found)
    known = found.history if found.history.caller == caller else replace(found.history, caller=WITHHELD)
    return PersonAnswer(person=found.person, name=found.name, history=History.of(known))


def _row(asked: Asked, found: FoundPerson) -> FoundPersonRow:
    return FoundPersonRow(
        id=found.person,
        name=found.name,
        number=mask(found.number) if asked.user.role is Role.AGENT else found.number,
        language=found.language,
        tags=list(found.tags),
        addresses=[value for kind, value in found.contacts if kind is ContactKind.ADDRESS],
        open_cases=found.open_cases,
    )


_PROBLEMS = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE)
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/callers",
        handler=search,
        summary="Find people by name, number or address, and cases by number or address",
        roles=STAFF,
        tag="callers",
        query=CallersQuery,
        answer=FoundAnswer,
        problems=(HTTPStatus.SERVICE_UNAVAILABLE,),
    ),
    Route(
        method="PUT",
        path="/api/v1/calls/{id}/person",
        handler=identify,
        summary="Keep who is on a call",
        roles=AGENTS,
        tag="calls",
        body=PersonBody,
        answer=PersonAnswer,
        problems=_PROBLEMS,
    ),
)
