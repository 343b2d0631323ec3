"""Messages that callers left: who may see them, hear them, and say that they are dealt with.

Consultants see those of the queues they are a member of, with masked numbers, supervisors all. Whoever looks
at one with its whole number, hears it, or marks it, is in the audit.
"""

from http import HTTPStatus

from aiohttp import web

from agent_desktop.feed import Feed
from agent_desktop.keys import BUS, FEED
from agent_desktop.problem import Problem
from agent_desktop.routes import STAFF, Asked, Route
from agent_desktop.users import Role, User
from agent_desktop.voicemail import VoicemailBody, VoicemailRow, VoicemailsQuery
from contact.ids import CallId
from contact.numbers import mask
from contact.voicemail import CompleteVoicemail, GetVoicemail, GetVoicemailAudio, ListVoicemails, Voicemail


async def voicemails(asked: Asked) -> list[VoicemailRow]:
    """List the messages that are open, or those that are done."""
    feed = asked.request.app[FEED]
    done = asked.asked_for(VoicemailsQuery).done
    found = await asked.request.app[BUS].request(ListVoicemails(done=done))
    whole = asked.user.role is not Role.AGENT
    return [_row(one, whole_number=whole) for one in found if _may_see(feed, one, asked.user)]


async def voicemail(asked: Asked) -> VoicemailRow:
    """Show one message with its whole number."""
    found = await _found(asked)
    await asked.audit("voicemail.seen", found.caller, found.call)
    return _row(found, whole_number=True)


async def audio(asked: Asked) -> web.Response:
    """Play one message."""
    found = await _found(asked)
    sound = await asked.request.app[BUS].request(GetVoicemailAudio(call=found.call))
    if sound is None:
        raise _no_such()
    await asked.audit("voicemail.heard", found.call)
    return web.Response(body=sound, content_type="audio/wav", headers={"Cache-Control": "no-store"})


async def mark(asked: Asked) -> VoicemailRow:
    """Say that a message is dealt with, or open again."""
    found, body = await _found(asked), asked.read(VoicemailBody)
    changed = await asked.request.app[BUS].request(
        CompleteVoicemail(call=found.call, by=asked.user.login, done=body.done)
    )
    if changed is None:
        raise _no_such()
    action = "voicemail.done" if body.done else "voicemail.opened_again"
    await asked.audit(action, found.call)
    return _row(changed, whole_number=asked.user.role is not Role.AGENT)


async def _found(asked: Asked) -> Voicemail:
    call = CallId(asked.request.match_info["id"])
    found = await asked.request.app[BUS].request(GetVoicemail(call=call))
    if found is None or not _may_see(asked.request.app[FEED], found, asked.user):
        raise _no_such()
    return found


def _no_such() -> Problem:
    detail = "There is no such message among those you may hear."
    return Problem(HTTPStatus.NOT_FOUND, "no_such_voicemail", detail)


def _may_see(feed: Feed, found: Voicemail, user: User) -> bool:
    if user.role is not Role.AGENT:
        return user.scope.has_queue(found.queue)
    queue = feed.queues.get(found.queue) if found.queue is not None else None
    return queue is not None and user.login in queue.members


def _row(found: Voicemail, *, whole_number: bool) -> VoicemailRow:
    return VoicemailRow(
        id=found.call,
        caller=found.caller if whole_number else mask(found.caller),
        queue=found.queue,
        language=found.language,
        left_at=found.left_at,
        duration_s=found.duration_s,
        done_at=found.done_at,
        done_by=found.done_by,
    )


_PROBLEMS = (HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE)
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/voicemails",
        handler=voicemails,
        summary="Messages that callers left",
        roles=STAFF,
        tag="voicemails",
        query=VoicemailsQuery,
        answer=list[VoicemailRow],
        problems=(HTTPStatus.SERVICE_UNAVAILABLE,),
    ),
    Route(
        method="GET",
        path="/api/v1/voicemails/{id}",
        handler=voicemail,
        summary="One message, with its whole number",
        roles=STAFF,
        tag="voicemails",
        answer=VoicemailRow,
        problems=_PROBLEMS,
    ),
    Route(
        method="GET",
        path="/api/v1/voicemails/{id}/audio",
        handler=audio,
        summary="The sound of one message",
        roles=STAFF,
        tag="voicemails",
        media_type="audio/wav",
        problems=_PROBLEMS,
    ),
    Route(
        method="PUT",
        path="/api/v1/voicemails/{id}",
        handler=mark,
        summary="Say that a message is dealt with, or open again",
        roles=STAFF,
        tag="voicemails",
        body=VoicemailBody,
        answer=VoicemailRow,
        problems=_PROBLEMS,
    ),
)
