"""Cases that exist, during a call: near ones, reporters, notes, links, the calls that concern them."""

from http import HTTPStatus

from aiohttp import web

from agent_desktop.desk_schemas import (
    CaseEventRow,
    CaseFileAnswer,
    CaseOfCallBody,
    LinkedCallRow,
    LinksBody,
    NearbyQuery,
    NearbyRow,
    NoteBody,
    ReporterBody,
)
from agent_desktop.keys import BUS, FEED, POPS
from agent_desktop.problem import Problem
from agent_desktop.routes import STAFF, Asked, Route, json_response
from agent_desktop.schemas import CaseRow
from agent_desktop.scoped import cases_in_scope, check_case, check_numbered
from agent_desktop.users import Role
from agent_desktop.views.cases import IDEMPOTENCY_HEADER, case_row, idempotency_key
from agent_desktop.views.recordings import recordings_of
from contact.case_requests import (
    AddMediaUrls,
    AddNote,
    AddReporter,
    CaseFile,
    CasesOfCall,
    FindNearby,
    GetCaseFile,
    LinkCall,
)
from contact.ids import E164, CallId, CaseNumber, TopicId
from contact.kept_talk import TalkQuery
from contact.numbers import WITHHELD


async def nearby(asked: Asked) -> list[NearbyRow]:
    """List open cases of a topic near a place; who filed them is masked."""
    query = asked.asked_for(NearbyQuery)
    if (query.latitude is None) != (query.longitude is None):
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", "A point has latitude and longitude.")
    request = FindNearby(
        topic=TopicId(query.topic),
        latitude=query.latitude,
        longitude=query.longitude,
        district=query.district,
        address=query.address,
    )
    found = await asked.request.app[BUS].request(request)
    return [
        NearbyRow(
            case=case_row(asked, one.case),
            distance_m=None if one.distance_m is None else round(one.distance_m),
            further_reporters=one.further_reporters,
        )
        for one in found
        if asked.user.scope.has_district(one.case.district)
    ]


async def case_file(asked: Asked) -> CaseFileAnswer:
    """Show a case with its events and calls."""
    number = _number(asked)
    await asked.audit("case.read", number)
    found = await asked.request.app[BUS].request(GetCaseFile(number=number))
    if found is None:
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_case", "There is no such case.")
    check_case(asked, found.case)
    shown = _answer(asked, found)
    recorded = await recordings_of(asked, TalkQuery(case=number))
    return shown.model_copy(update={"recordings": recorded})


async def add_reporter(asked: Asked) -> web.Response:
    """Count one more reporter; in a call it is the caller, unless they want to stay unnamed."""
    app, body, number = asked.request.app, asked.read(ReporterBody), _number(asked)
    await check_numbered(asked, number)
    call = own_call(asked, body.call)
    caller = E164(body.caller) if body.caller else WITHHELD
    if not caller and call is not None:
        caller = app[FEED].caller_of(call)
    if body.anonymous:
        call, caller = None, WITHHELD
    request = AddReporter(
        number=number,
        agent=asked.user.login,
        idempotency_key=_key(asked),
        caller=caller,
        call=call,
        note=body.note,
    )
    return await _added(asked, request, "case.reporter_added")


async def add_note(asked: Asked) -> web.Response:
    """Add a note to a case; the CRM is told."""
    body, number = asked.read(NoteBody), _number(asked)
    await check_numbered(asked, number)
    call = own_call(asked, body.call)
    request = AddNote(
        number=number, agent=asked.user.login, idempotency_key=_key(asked), text=body.text, call=call
    )
    return await _added(asked, request, "case.noted")


async def add_links(asked: Asked) -> web.Response:
    """Add addresses of photos to a case; the CRM is told."""
    body, number = asked.read(LinksBody), _number(asked)
    await check_numbered(asked, number)
    call = own_call(asked, body.call)
    request = AddMediaUrls(
        number=number,
        agent=asked.user.login,
        idempotency_key=_key(asked),
        urls=tuple(body.urls),
        call=call,
    )
    return await _added(asked, request, "case.links_added")


async def link(asked: Asked) -> CaseFileAnswer:
    """Keep that the call is about a case."""
    call = own_call(asked, asked.request.match_info["id"])
    number = CaseNumber(asked.read(CaseOfCallBody).number)
    await check_numbered(asked, number)
    if call is None:
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_call", "There is no such call.")
    request = LinkCall(number=number, call=call, agent=asked.user.login)
    found = await asked.request.app[BUS].request(request)
    await asked.audit("case.linked", number)
    _link_pop(asked, call, number)
    return _answer(asked, found)


async def of_call(asked: Asked) -> list[CaseRow]:
    """List the cases that a call concerns."""
    call = own_call(asked, asked.request.match_info["id"])
    await asked.audit("call.cases", call or "")
    found = await asked.request.app[BUS].request(CasesOfCall(call=call or CallId("")))
    return [case_row(asked, one) for one in cases_in_scope(asked, found)]


async def _added(asked: Asked, request: AddReporter | AddNote | AddMediaUrls, action: str) -> web.Response:
    """Have something added to a case, note who did, and show the case as it is now."""
    found = await asked.request.app[BUS].request(request)
    await asked.audit(action, request.number)
    _link_pop(asked, request.call, request.number)
    return json_response(_answer(asked, found), status=HTTPStatus.CREATED)


def _number(asked: Asked) -> CaseNumber:
    return CaseNumber(asked.request.match_info["number"])


def _key(asked: Asked) -> str:
    return f"{asked.user.login}:{idempotency_key(asked)}"


def own_call(asked: Asked, call: str | None) -> CallId | None:
    """Return the call that was named; consultants name only those they had."""
    if not call:
        return None
    is_agent = asked.user.role is Role.AGENT
    if is_agent and not asked.request.app[FEED].handled(asked.user.login, CallId(call)):
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_call", "You had no such call.")
    return CallId(call)


def _link_pop(asked: Asked, call: CallId | None, number: CaseNumber) -> None:
    if call is not None:
        asked.request.app[POPS].link(asked.user.login, call, number)


def _answer(asked: Asked, found: CaseFile) -> CaseFileAnswer:
    return CaseFileAnswer(
        case=case_row(asked, found.case),
        further_reporters=found.further_reporters,
        events=[CaseEventRow.model_validate(one) for one in found.events],
        calls=[LinkedCallRow.model_validate(one) for one in found.calls],
    )


_PROBLEMS = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE)
_ONCE = ((IDEMPOTENCY_HEADER, "the same key gives the same answer and adds nothing again"),)
_CASE = {"number": r".+"}
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/nearby-cases",
        handler=nearby,
        summary="Open cases of a topic near a place, which may be about the same thing",
        roles=STAFF,
        tag="cases",
        query=NearbyQuery,
        answer=list[NearbyRow],
        problems=(HTTPStatus.SERVICE_UNAVAILABLE,),
    ),
    Route(
        method="GET",
        path="/api/v1/cases/{number}/file",
        handler=case_file,
        summary="A case with its events, calls and further reporters",
        roles=STAFF,
        tag="cases",
        answer=CaseFileAnswer,
        patterns=_CASE,
        problems=_PROBLEMS,
    ),
    Route(
        method="POST",
        path="/api/v1/cases/{number}/reporters",
        handler=add_reporter,
        summary="Count one more reporter of a case",
        roles=STAFF,
        tag="cases",
        body=ReporterBody,
        answer=CaseFileAnswer,
        status=HTTPStatus.CREATED,
        headers=_ONCE,
        patterns=_CASE,
        problems=_PROBLEMS,
    ),
    Route(
        method="POST",
        path="/api/v1/cases/{number}/notes",
        handler=add_note,
        summary="Add a note to a case",
        roles=STAFF,
        tag="cases",
        body=NoteBody,
        answer=CaseFileAnswer,
        status=HTTPStatus.CREATED,
        headers=_ONCE,
        patterns=_CASE,
        problems=_PROBLEMS,
    ),
    Route(
        method="POST",
        path="/api/v1/cases/{number}/links",
        handler=add_links,
        summary="Add addresses of photos to a case",
        roles=STAFF,
        tag="cases",
        body=LinksBody,
        answer=CaseFileAnswer,
        status=HTTPStatus.CREATED,
        headers=_ONCE,
        patterns=_CASE,
        problems=_PROBLEMS,
    ),
    Route(
        method="GET",
        path="/api/v1/calls/{id}/cases",
        handler=of_call,
        summary="The cases that a call concerns",
        roles=STAFF,
        tag="calls",
        answer=list[CaseRow],
        problems=_PROBLEMS,
    ),
    Route(
        method="POST",
        path="/api/v1/calls/{id}/cases",
        handler=link,
        summary="Keep that a call is about a case",
        roles=STAFF,
        tag="calls",
        body=CaseOfCallBody,
        answer=CaseFileAnswer,
        problems=_PROBLEMS,
    ),
)
