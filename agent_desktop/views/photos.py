"""Photos that callers send to a case: asking for them, seeing them, taking a wrong one away.

Everybody who may open a case sees its photos; consultants ask for them. Whoever looks at one, asks,
withdraws, takes one away or gives it back is in the audit.
"""

from http import HTTPStatus

from aiohttp import web

from agent_desktop.keys import BUS, PHOTO_DOOR
from agent_desktop.photo_schemas import (
    CasePhotosAnswer,
    MadeCodeAnswer,
    PhotoBody,
    PhotoRequestBody,
    PhotoRequestRow,
    PictureQuery,
)
from agent_desktop.problem import Problem
from agent_desktop.routes import AGENTS, STAFF, Asked, Route
from agent_desktop.scoped import check_numbered
from agent_desktop.views.case_files import own_call
from contact.ids import CaseNumber
from contact.photo import (
    AskForPhotos,
    GetCasePhotos,
    GetPicture,
    PhotoId,
    SetPhotoRemoved,
    WithdrawPhotoRequest,
)

_PRIVATE = "private, no-store"


async def ask(asked: Asked) -> MadeCodeAnswer:
    """Make an address for photos, and tell it this once; an earlier one works no longer."""
    number, call = _number(asked), own_call(asked, asked.read(PhotoRequestBody).call)
    app = asked.request.app
    made = await app[BUS].request(AskForPhotos(number=number, agent=asked.user.login, call=call))
    await asked.audit("case.photo_asked", number)
    door = app[PHOTO_DOOR]
    return MadeCodeAnswer(
        code=made.code,
        address=door.address_of(made.code),
        is_public=door.is_public,
        request=PhotoRequestRow.of(made.request),
    )


async def withdraw(asked: Asked) -> CasePhotosAnswer:
    """Have the address work no longer."""
    number = _number(asked)
    found = await asked.request.app[BUS].request(WithdrawPhotoRequest(number=number, agent=asked.user.login))
    await asked.audit("case.photo_withdrawn", number)
    return CasePhotosAnswer.of(found)


async def photos(asked: Asked) -> CasePhotosAnswer:
    """List the photos of a case."""
    number = _number(asked)
    await check_numbered(asked, number)
    await asked.audit("case.photos", number)
    found = await asked.request.app[BUS].request(GetCasePhotos(number=number))
    if found is None:
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_case", "There is no such case.")
    return CasePhotosAnswer.of(found)


async def picture(asked: Asked) -> web.Response:
    """Show one photo; only the whole picture is audited, thumbnails come with the list."""
    number, photo = _number(asked), _photo(asked)
    await check_numbered(asked, number)
    is_thumbnail = asked.asked_for(PictureQuery).size == "thumbnail"
    if not is_thumbnail:
        await asked.audit("case.photo_seen", number, photo)
    wanted = GetPicture(number=number, photo=photo, is_thumbnail=is_thumbnail)
    return picture_response(await asked.request.app[BUS].request(wanted), photo)


async def set_removed(asked: Asked) -> CasePhotosAnswer:
    """Take a photo away, or give it back while its pictures are there."""
    number, photo, removed = _number(asked), _photo(asked), asked.read(PhotoBody).removed
    await check_numbered(asked, number)
    change = SetPhotoRemoved(number=number, photo=photo, agent=asked.user.login, removed=removed)
    found = await asked.request.app[BUS].request(change)
    await asked.audit("case.photo_removed" if removed else "case.photo_restored", number, photo)
    return CasePhotosAnswer.of(found)


def picture_response(file: bytes | None, name: str) -> web.Response:
    """Return a picture that no cache keeps; it is a JPEG file of our own making, whatever was sent."""
    if file is None:
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_photo", "There is no such photo.")
    headers = {"Cache-Control": _PRIVATE, "Content-Disposition": f'inline; filename="{name}.jpg"'}
    return web.Response(body=file, content_type="image/jpeg", headers=headers)


def _number(asked: Asked) -> CaseNumber:
    return CaseNumber(asked.request.match_info["number"])


def _photo(asked: Asked) -> PhotoId:
    return PhotoId(asked.request.match_info["id"])


_PROBLEMS = (HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE)
_CASE = {"number": r".+"}
_ONE = {**_CASE, "id": r"[^/]{1,64}"}
ROUTES = (
    Route(
        method="POST",
        path="/api/v1/cases/{number}/photo-request",
        handler=ask,
        summary="Make an address to which the caller sends photos of a case; it is told this once",
        roles=AGENTS,
        tag="cases",
        body=PhotoRequestBody,
        answer=MadeCodeAnswer,
        status=HTTPStatus.CREATED,
        patterns=_CASE,
        problems=_PROBLEMS,
    ),
    Route(
        method="DELETE",
        path="/api/v1/cases/{number}/photo-request",
        handler=withdraw,
        summary="Have the address for photos of a case work no longer",
        roles=AGENTS,
        tag="cases",
        answer=CasePhotosAnswer,
        patterns=_CASE,
        problems=_PROBLEMS,
    ),
    Route(
        method="GET",
        path="/api/v1/cases/{number}/photos",
        handler=photos,
        summary="The photos of a case",
        roles=STAFF,
        tag="cases",
        answer=CasePhotosAnswer,
        patterns=_CASE,
        problems=_PROBLEMS,
    ),
    Route(
        method="GET",
        path="/api/v1/cases/{number}/photos/{id}",
        handler=picture,
        summary="The picture of one photo, or its thumbnail",
        roles=STAFF,
        tag="cases",
        query=PictureQuery,
        media_type="image/jpeg",
        patterns=_ONE,
        problems=_PROBLEMS,
    ),
    Route(
        method="PUT",
        path="/api/v1/cases/{number}/photos/{id}",
        handler=set_removed,
        summary="Take a photo away from its case, or give it back within minutes",
        roles=STAFF,
        tag="cases",
        body=PhotoBody,
        answer=CasePhotosAnswer,
        patterns=_ONE,
        problems=(*_PROBLEMS, HTTPStatus.CONFLICT),
    ),
)
