"""Flash messages: what callers are told for a time, at the line, at a menu, or on joining a queue.

Consultants see those that callers hear now; supervisors make, change and switch them. Changes are audited.
"""

import wave
from http import HTTPStatus
from io import BytesIO

from aiohttp import web

from agent_desktop.keys import BUS, CLOCK, FEED, LINE
from agent_desktop.line_live import LiveFlash
from agent_desktop.line_schemas import FlashBody, FlashRow, FlashState, FlowPlacesRow
from agent_desktop.line_store import new_id
from agent_desktop.problem import Problem
from agent_desktop.routes import EVERYBODY, OVERSEERS, Asked, Route
from agent_desktop.scoped import check_queue
from agent_desktop.users import Role
from agent_desktop.views.closures import texts_of
from contact.flash import FlashId
from contact.ids import Language, QueueId
from contact.line import Flash, GetFlowPlaces, Place, PlaceKind, Recording

RECORDING_BYTES_MAX = 8 * 1024 * 1024
RECORDING_S_MAX = 90.0
LANGUAGES = ("pl", "en")
_CHUNK = 64 * 1024


async def flashes(asked: Asked) -> list[FlashRow]:
    """List the flash messages: consultants those that callers hear now."""
    live = asked.request.app[FEED].line
    told_only = asked.user.role is Role.AGENT
    found = [one for one in live.flashes.values() if one.is_told or not told_only]
    return [FlashRow.of(one, at_the_line=live.in_step) for one in found]


async def make(asked: Asked) -> FlashRow:
    """Make a flash message."""
    flash = await _read(asked, FlashId(new_id()))
    await asked.request.app[LINE].store.put_flash(flash, by=asked.user.login, is_new=True)
    return await _done(asked, "flash.made", flash.flash)


async def change(asked: Asked) -> FlashRow:
    """Change a flash message whole; who is in it already hears it to its end as it was."""
    flash = await _read(asked, _named(asked))
    await asked.request.app[LINE].store.put_flash(flash, by=asked.user.login, is_new=False)
    return await _done(asked, "flash.changed", flash.flash)


async def switch(asked: Asked) -> FlashRow:
    """Switch a flash message on or off."""
    flash, on = _named(asked), asked.read(FlashState).on
    await asked.request.app[LINE].store.switch(flash, on=on, by=asked.user.login)
    return await _done(asked, "flash.on" if on else "flash.off", flash)


async def put_recording(asked: Asked) -> FlashRow:
    """Take a recorded file, which is played instead of the text."""
    flash, language = _named(asked), _language(asked)
    audio = await _upload(asked.request)
    _check(audio)
    await asked.request.app[LINE].store.put_recording(flash, language, audio)
    return await _done(asked, "flash.recorded", flash)


async def remove_recording(asked: Asked) -> FlashRow:
    """Have the text spoken again."""
    flash, language = _named(asked), _language(asked)
    _find(asked, flash)
    await asked.request.app[LINE].store.remove_recording(flash, language)
    return await _done(asked, "flash.recording_removed", flash)


async def recording(asked: Asked) -> web.Response:
    """Play the recorded file."""
    language = _language(asked)
    found = _find(asked, _named(asked)).flash.recordings
    wanted = next((one for one in found if one.language == language), None)
    audio = None if wanted is None else await _audio(asked, wanted)
    if audio is None:
        raise Problem(HTTPStatus.NOT_FOUND, "not_found", "There is no recording in this language.")
    return web.Response(body=audio, content_type="audio/wav", headers={"Cache-Control": "no-store"})


async def places(asked: Asked) -> FlowPlacesRow:
    """Tell where in the flow a flash message may be placed, beside the line and its queues."""
    return FlowPlacesRow.of(await asked.request.app[BUS].request(GetFlowPlaces()))


async def _audio(asked: Asked, wanted: Recording) -> bytes | None:
    return await asked.request.app[LINE].store.recording(wanted)


async def _read(asked: Asked, flash: FlashId) -> Flash:
    app, body = asked.request.app, asked.read(FlashBody)
    known = app[FEED].line.flashes.get(flash)
    if body.ends_at <= max(body.starts_at, app[CLOCK].now()):
        raise _invalid("ends_at: a flash message ends after it begins, and after now.")
    check_queue(asked, body.place_name if body.place is PlaceKind.QUEUE else None)
    if body.place is PlaceKind.QUEUE and QueueId(body.place_name) not in app[FEED].queues:
        raise _invalid(f"place_name: there is no queue {body.place_name}.")
    if body.place is PlaceKind.MENU:
        menus = (await app[BUS].request(GetFlowPlaces())).menus
        if body.place_name not in menus:
            raise _invalid(f"place_name: the flow has no menu {body.place_name}; it has {', '.join(menus)}.")
    return Flash(
        flash=flash,
        title=body.title,
        place=Place(kind=body.place, name="" if body.place is PlaceKind.LINE else body.place_name),
        texts=texts_of(body.texts),
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        is_on=body.on,
        recordings=() if known is None else known.flash.recordings,
    )


def _named(asked: Asked) -> FlashId:
    """Return the flash message of the path; raise `Problem` 403 where it is told to callers out of scope."""
    flash = FlashId(asked.request.match_info["id"])
    live = asked.request.app[FEED].line.flashes.get(flash)
    if live is not None:
        place = live.flash.place
        check_queue(asked, place.name if place.kind is PlaceKind.QUEUE else None)
    return flash


def _invalid(detail: str) -> Problem:
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", detail)


def _language(asked: Asked) -> Language:
    language = asked.request.match_info["language"]
    if language not in LANGUAGES:
        raise Problem(HTTPStatus.NOT_FOUND, "not_found", f"The line does not speak {language}.")
    return Language(language)


async def _upload(request: web.Request) -> bytes:
    audio = bytearray()
    async for chunk in request.content.iter_chunked(_CHUNK):
        audio += chunk
        if len(audio) > RECORDING_BYTES_MAX:
            detail = f"A recording has at most {RECORDING_BYTES_MAX // 1024 // 1024} MB."
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", detail)
    return bytes(audio)


def _check(audio: bytes) -> None:
    try:
        with wave.open(BytesIO(audio), "rb") as sound:
            length_s = sound.getnframes() / sound.getframerate()
    except (wave.Error, EOFError, ZeroDivisionError) as error:
        raise _invalid(f"The file is no WAV: {error or 'it ends early'}.") from None
    if not 0 < length_s <= RECORDING_S_MAX:
        raise _invalid(f"A recording is up to {RECORDING_S_MAX:g} s long, not {length_s:.0f} s.")


def _find(asked: Asked, flash: FlashId) -> LiveFlash:
    found = asked.request.app[FEED].line.flashes.get(flash)
    if found is None:
        raise Problem(HTTPStatus.NOT_FOUND, "not_found", "There is no such flash message.")
    return found


async def _done(asked: Asked, action: str, flash: FlashId) -> FlashRow:
    app = asked.request.app
    await app[LINE].renew()
    found = _find(asked, flash)
    await asked.audit(action, flash, found.flash.title)
    return FlashRow.of(found, at_the_line=app[FEED].line.in_step)


_AWAY = HTTPStatus.SERVICE_UNAVAILABLE
_ONE = (HTTPStatus.NOT_FOUND, _AWAY)
_RECORDING = "/api/v1/flash-messages/{id}/recordings/{language}"
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/flash-messages",
        handler=flashes,
        summary="Flash messages: consultants see those that callers hear now",
        roles=EVERYBODY,
        tag="line",
        answer=list[FlashRow],
    ),
    Route(
        method="POST",
        path="/api/v1/flash-messages",
        handler=make,
        summary="Make a flash message; it is heard from the next call on",
        roles=OVERSEERS,
        tag="line",
        body=FlashBody,
        answer=FlashRow,
        status=HTTPStatus.CREATED,
        problems=(HTTPStatus.CONFLICT, _AWAY),
    ),
    Route(
        method="PUT",
        path="/api/v1/flash-messages/{id}",
        handler=change,
        summary="Change a flash message",
        roles=OVERSEERS,
        tag="line",
        body=FlashBody,
        answer=FlashRow,
        problems=_ONE,
    ),
    Route(
        method="PUT",
        path="/api/v1/flash-messages/{id}/state",
        handler=switch,
        summary="Switch a flash message on or off",
        roles=OVERSEERS,
        tag="line",
        body=FlashState,
        answer=FlashRow,
        problems=_ONE,
    ),
    Route(
        method="GET",
        path=_RECORDING,
        handler=recording,
        summary="The recorded file of a flash message",
        roles=OVERSEERS,
        tag="line",
        media_type="audio/wav",
        problems=_ONE,
    ),
    Route(
        method="PUT",
        path=_RECORDING,
        handler=put_recording,
        summary="Give a recorded file, a WAV as the body, to be played instead of the text",
        roles=OVERSEERS,
        tag="line",
        answer=FlashRow,
        problems=(*_ONE, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    ),
    Route(
        method="DELETE",
        path=_RECORDING,
        handler=remove_recording,
        summary="Take a recorded file away; the text is spoken again",
        roles=OVERSEERS,
        tag="line",
        answer=FlashRow,
        problems=_ONE,
    ),
    Route(
        method="GET",
        path="/api/v1/flow-places",
        handler=places,
        summary="The menus of the flow, at which flash messages may be placed",
        roles=OVERSEERS,
        tag="line",
        answer=FlowPlacesRow,
        problems=(_AWAY,),
    ),
)
