"""Callers and their cases. Every look at a person's data is written into the audit first."""

import uuid
from dataclasses import replace
from http import HTTPStatus

from aiohttp import web

from agent_desktop.catalogue_schemas import CatalogueAnswer
from agent_desktop.keys import BUS, FEED, POPS
from agent_desktop.problem import Problem
from agent_desktop.routes import EVERYBODY, STAFF, Asked, Route, json_response
from agent_desktop.schemas import CaseBody, CaseRow, CasesQuery, History
from agent_desktop.scoped import cases_in_scope, check_case
from agent_desktop.users import Role
from agent_desktop.views.recordings import recordings_of
from contact.case import Case, CaseDraft, Point
from contact.commands import FileCase, GetCase, GetCatalogue, ListCases, LookUpCaller
from contact.ids import E164, CallId, CaseNumber, TopicId, UnitId
from contact.kept_talk import TalkQuery
from contact.numbers import WITHHELD, mask

IDEMPOTENCY_HEADER = "Idempotency-Key"
_KEY_LENGTH_MAX = 200


async def history(asked: Asked) -> History:
    """Show contacts and cases of a number; consultants only while they have its owner on the line."""
    caller = _number(asked.request.match_info["e164"])
    _check_right_to(asked, caller)
    await asked.audit("caller.read", caller)
    found = await asked.request.app[BUS].request(LookUpCaller(caller=caller))
    shown = History.of(replace(found, open_cases=cases_in_scope(asked, found.open_cases)))
    recorded = await recordings_of(asked, TalkQuery(caller=caller)) if caller else []
    return shown.model_copy(update={"recordings": recorded})


async def cases(asked: Asked) -> list[CaseRow]:
    """List a number's cases, newest first; the same right is needed as for its history."""
    caller = E164(asked.asked_for(CasesQuery).caller)
    _check_right_to(asked, caller)
    await asked.audit("caller.cases", caller)
    found = await asked.request.app[BUS].request(ListCases(caller=caller))
    return [case_row(asked, case) for case in cases_in_scope(asked, found)]


async def case(asked: Asked) -> CaseRow:
    """Show a case by the number that a caller reads out; who filed it is masked without a right to it."""
    number = CaseNumber(asked.request.match_info["number"])
    await asked.audit("case.read", number)
    return case_row(asked, check_case(asked, await asked.request.app[BUS].request(GetCase(number=number))))


async def file_case(asked: Asked) -> web.Response:
    """File a case; the same Idempotency-Key gives the same answer and no second case."""
    app = asked.request.app
    body = asked.read(CaseBody)
    login = asked.user.login
    call = CallId(body.call) if body.call else None
    feed = app[FEED]
    if call is not None and asked.user.role is Role.AGENT and not feed.handled(login, call):
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_call", "You had no such call.")
    draft = _draft(asked, body, call)
    filed = await app[BUS].request(FileCase(draft=draft, idempotency_key=f"{login}:{idempotency_key(asked)}"))
    await asked.audit("case.filed", filed.number)
    if filed.call is not None:
        app[POPS].link(login, filed.call, filed.number)
    reply = json_response(CaseRow.of(filed, caller=filed.caller), status=HTTPStatus.CREATED)
    reply.headers["Location"] = f"/api/v1/cases/{filed.number.replace('/', '%2F')}"
    return reply


async def catalogue(asked: Asked) -> CatalogueAnswer:
    """List topics, units, districts and dispositions; consultants see no number that is one person's own."""
    found = await asked.request.app[BUS].request(GetCatalogue())
    return CatalogueAnswer.of(found, masks_personal=asked.user.role is Role.AGENT)


def _draft(asked: Asked, body: CaseBody, call: CallId | None) -> CaseDraft:
    known = asked.request.app[FEED].caller_of(call) if call is not None else WITHHELD
    point = body.point
    return CaseDraft(
        topic=TopicId(body.topic),
        description=body.description,
        caller=WITHHELD if body.anonymous else E164(body.caller) if body.caller else known,
        call=None if body.anonymous else call,
        agent=asked.user.login,
        district=body.district,
        address=body.address,
        unit=UnitId(body.unit) if body.unit else None,
        answers=tuple(body.answers.items()),
        point=None if point is None else Point(latitude=point.latitude, longitude=point.longitude),
        media_urls=tuple(body.media_urls),
    )


def idempotency_key(asked: Asked) -> str:
    """Return the key that a request brought, or one of its own; raise `Problem` for one that is none."""
    given = asked.request.headers.get(IDEMPOTENCY_HEADER, "")
    if len(given) > _KEY_LENGTH_MAX or not given.isprintable():
        detail = f"{IDEMPOTENCY_HEADER} is at most {_KEY_LENGTH_MAX} visible characters."
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", detail)
    return given or uuid.uuid4().hex


def _number(text: str) -> E164:
    return E164(CasesQuery(caller=text).caller)


def _has_right_to(asked: Asked, caller: E164) -> bool:
    if asked.user.role is not Role.AGENT:
        return True
    return caller in asked.request.app[FEED].numbers_before(asked.user.login)


def _check_right_to(asked: Asked, caller: E164) -> None:
    if not _has_right_to(asked, caller):
        detail = "Consultants see a caller's history while they have the call."
        raise Problem(HTTPStatus.FORBIDDEN, "not_your_caller", detail)


def case_row(asked: Asked, found: Case) -> CaseRow:
    """Return a case with its number as far as the asker may see it."""
    own = found.agent == asked.user.login
    seen = found.caller if own or _has_right_to(asked, found.caller) else mask(found.caller)
    return CaseRow.of(found, caller=seen)


_AWAY = HTTPStatus.SERVICE_UNAVAILABLE
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/callers/{e164}/history",
        handler=history,
        summary="Contacts and open cases of a number",
        roles=STAFF,
        tag="callers",
        answer=History,
        problems=(HTTPStatus.UNPROCESSABLE_ENTITY, _AWAY),
    ),
    Route(
        method="POST",
        path="/api/v1/cases",
        handler=file_case,
        summary="File a case",
        roles=STAFF,
        tag="cases",
        body=CaseBody,
        answer=CaseRow,
        status=HTTPStatus.CREATED,
        headers=((IDEMPOTENCY_HEADER, "the same key gives the same answer and no second case"),),
        problems=(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, _AWAY),
    ),
    Route(
        method="GET",
        path="/api/v1/cases",
        handler=cases,
        summary="A number's cases, newest first",
        roles=STAFF,
        tag="cases",
        query=CasesQuery,
        answer=list[CaseRow],
        problems=(_AWAY,),
    ),
    Route(
        method="GET",
        path="/api/v1/cases/{number}",
        handler=case,
        summary="One case; its number's slash is written %2F or as it is",
        roles=STAFF,
        tag="cases",
        answer=CaseRow,
        patterns={"number": r".+"},
        problems=(HTTPStatus.NOT_FOUND, _AWAY),
    ),
    Route(
        method="GET",
        path="/api/v1/catalogue",
        handler=catalogue,
        summary="Topics, units, districts and dispositions",
        roles=EVERYBODY,
        tag="cases",
        answer=CatalogueAnswer,
        problems=(_AWAY,),
    ),
)
