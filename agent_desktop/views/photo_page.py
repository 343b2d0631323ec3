"""The page on a citizen's telephone: what it is for, a form for photos, and what became of each.

Nobody signs in here and no cookie is read but those of language and look, so there is nothing that a page of
another site could use: whoever has the code may send photos, and learns number and topic of the case alone.
The page needs no script.
"""

import asyncio
import logging
from http import HTTPStatus
from typing import Any

from aiohttp import web

from agent_desktop.keys import BUS, PAGES, PHOTO_DOOR
from agent_desktop.page import language_of
from agent_desktop.photo_door import DoorBusy, FileOutcome, Sending
from agent_desktop.photo_upload import UploadBroken, files_of
from agent_desktop.views.photos import picture_response
from contact.errors import NotAvailable
from contact.photo import ADDRESS_PATH, CODE_PATH, KEY_LENGTH, AskedCase, GetPictureAt

log = logging.getLogger(__name__)

UPLOAD_S = 300.0
"""So long one form may take; five photos over a slow mobile network do."""
_TEXT_LENGTH_MAX = 64
_STATUS_OF_REFUSAL = {
    FileOutcome.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    FileOutcome.NO_PICTURE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    FileOutcome.HEIC: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    FileOutcome.FULL: HTTPStatus.CONFLICT,
    FileOutcome.OVER: HTTPStatus.NOT_FOUND,
    FileOutcome.BUSY: HTTPStatus.TOO_MANY_REQUESTS,
    FileOutcome.AWAY: HTTPStatus.SERVICE_UNAVAILABLE,
}
_GOOD = frozenset({FileOutcome.TAKEN, FileOutcome.KNOWN})


async def entrance(request: web.Request) -> web.StreamResponse:
    """Ask for the code of whoever has typed the address without it."""
    typed = request.query.get("code", "")[:_TEXT_LENGTH_MAX]
    signs = "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())
    if signs:
        raise web.HTTPSeeOther(f"{CODE_PATH}{signs}?language={language_of(request)}")
    return _ask_for_code(request, HTTPStatus.OK, "")


async def page(request: web.Request) -> web.StreamResponse:
    """Show what photos are wanted for."""
    found = await _find(request)
    return found if isinstance(found, web.StreamResponse) else _form(request, found, found.left)


async def upload(request: web.Request) -> web.StreamResponse:
    """Take the photos, and say what became of each."""
    found = await _find(request)
    if isinstance(found, web.StreamResponse):
        return found
    door = request.app[PHOTO_DOOR]
    sending = Sending(
        code=request.match_info["code"],
        address=request.remote or "",
        asked=found,
        left=found.left,
        outcomes=[],
    )
    try:
        with door.turn():
            is_cut = await _receive(request, sending)
    except DoorBusy as busy:
        return _form(request, found, found.left, trouble="busy", retry_after_s=busy.retry_after_s)
    trouble = "cut" if is_cut else "" if sending.outcomes else "none"
    return _form(request, found, sending.left, trouble=trouble, outcomes=sending.outcomes)


async def picture(request: web.Request) -> web.StreamResponse:
    """Show the photo at an address that the city's CRM was given."""
    key = request.match_info["key"]
    return picture_response(await request.app[BUS].request(GetPictureAt(key=key)), "photo")


def install(app: web.Application) -> None:
    """Add the page, and the addresses of photos, to `app`."""
    app.router.add_get(CODE_PATH.rstrip("/"), entrance)
    app.router.add_get(CODE_PATH, entrance)
    app.router.add_get(f"{CODE_PATH}{{code:[^/]{{1,{_TEXT_LENGTH_MAX}}}}}", page)
    app.router.add_post(f"{CODE_PATH}{{code:[^/]{{1,{_TEXT_LENGTH_MAX}}}}}", upload)
    app.router.add_get(f"{ADDRESS_PATH}{{key:[A-Za-z0-9_-]{{{KEY_LENGTH}}}}}", picture)


async def _find(request: web.Request) -> AskedCase | web.Response:
    """Return what the code is for, or the page that says why nothing is looked at."""
    door = request.app[PHOTO_DOOR]
    try:
        found = await door.find(request.match_info["code"], request.remote or "")
    except DoorBusy as busy:
        return _ask_for_code(request, HTTPStatus.TOO_MANY_REQUESTS, "throttled", busy.retry_after_s)
    except NotAvailable as error:
        log.warning("a code for photos could not be looked up: %s", error)
        return _ask_for_code(request, HTTPStatus.SERVICE_UNAVAILABLE, "away")
    return found or _ask_for_code(request, HTTPStatus.NOT_FOUND, "wrong")


async def _receive(request: web.Request, sending: Sending) -> bool:
    """Take each file as it comes; return whether the form ended before its end."""
    door = request.app[PHOTO_DOOR]
    try:
        async with asyncio.timeout(UPLOAD_S):
            async for file in files_of(request, bytes_max=door.bytes_max):
                await door.take(sending, file)
    except (UploadBroken, TimeoutError) as error:
        log.info("photos for case %s ended early: %s", sending.asked.number, error or "too slow")
        return True
    return False


def _ask_for_code(
    request: web.Request, status: HTTPStatus, trouble: str, retry_after_s: float = 0.0
) -> web.Response:
    return _render(request, status, "photo_code.html.j2", retry_after_s, trouble=trouble)


def _form(
    request: web.Request,
    asked: AskedCase,
    left: int,
    *,
    trouble: str = "",
    outcomes: list[FileOutcome] | None = None,
    retry_after_s: float = 0.0,
) -> web.Response:
    language = language_of(request)
    titles = dict(asked.titles)
    values = {
        "number": asked.number,
        "topic": titles.get(language) or titles.get("pl", ""),
        "left": left,
        "trouble": trouble,
        "outcomes": [one.value for one in outcomes or ()],
        "taken": sum(one is FileOutcome.TAKEN for one in outcomes or ()),
        "megabytes": request.app[PHOTO_DOOR].bytes_max // 1_000_000,
    }
    status = _status(trouble, outcomes or [])
    return _render(request, status, "photo.html.j2", retry_after_s, **values)


def _status(trouble: str, outcomes: list[FileOutcome]) -> HTTPStatus:
    """Return the status of the answer: good where anything was taken, else that of the first refusal."""
    if any(one in _GOOD for one in outcomes):
        return HTTPStatus.OK
    if outcomes:
        return _STATUS_OF_REFUSAL.get(outcomes[0], HTTPStatus.UNPROCESSABLE_ENTITY)
    troubles = {"busy": HTTPStatus.SERVICE_UNAVAILABLE, "cut": HTTPStatus.BAD_REQUEST}
    troubles["none"] = HTTPStatus.UNPROCESSABLE_ENTITY
    return troubles.get(trouble, HTTPStatus.OK)


def _render(
    request: web.Request, status: HTTPStatus, template: str, retry_after_s: float, **values: Any
) -> web.Response:
    response = request.app[PAGES].render(template, request, **values)
    response.set_status(status)
    if retry_after_s > 0:
        response.headers["Retry-After"] = str(int(retry_after_s) + 1)
    return response
