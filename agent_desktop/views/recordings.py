"""Recordings of talks: consultants pause and withdraw their own, leaders find and play those they oversee.

Who looks for recordings or plays one says why; each search and each play is in the audit with its reason.
Outside the asker's scope there is no recording: neither found, nor played, nor erased.
"""

import re
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus

from aiohttp import web

from agent_desktop.keys import BUS, FEED, RECORDINGS
from agent_desktop.problem import Problem
from agent_desktop.recording_schemas import (
    EraseBody,
    ErasedAnswer,
    PlayBody,
    RecordedCall,
    RecordingRow,
    SearchBody,
)
from agent_desktop.routes import AGENTS, LEADERS, OVERSEERS, Asked, Route
from agent_desktop.views.calls import held, number_of
from contact.errors import NotAvailable
from contact.ids import E164, AgentId, CallId, CaseNumber, QueueId
from contact.kept_talk import (
    AUDIO_TYPE,
    DiscardRecording,
    EraseTalks,
    GetTalk,
    GetTalkSound,
    KeptTalk,
    PauseRecording,
    ResumeRecording,
    SearchTalks,
    TalkQuery,
    TalkSound,
)
from contact.numbers import mask

SOUND_BYTES = 1_048_576
"""So much of a recording is sent at a time."""
STORE_WITHIN_S = 30.0
_RANGE = re.compile(r"bytes=([0-9]{1,12})-([0-9]{0,12})")


async def pause(asked: Asked) -> None:
    """Have silence recorded of the own talk."""
    call = held(asked)
    await asked.request.app[BUS].request(PauseRecording(call=call, agent=asked.user.login))


async def resume(asked: Asked) -> None:
    """Have the recording of the own talk go on."""
    call = held(asked)
    await asked.request.app[BUS].request(ResumeRecording(call=call, agent=asked.user.login))


async def discard(asked: Asked) -> None:
    """Stop the recording and delete what was recorded of the call: the caller has withdrawn their consent."""
    call, bus = held(asked), asked.request.app[BUS]
    await bus.request(DiscardRecording(call=call, agent=asked.user.login), timeout_s=STORE_WITHIN_S)
    await asked.audit("recording.discarded", call)
    await bus.request(EraseTalks(query=TalkQuery(call=call)), timeout_s=STORE_WITHIN_S)


async def search(asked: Asked) -> list[RecordingRow]:
    """Find recordings, newest first."""
    body = asked.read(SearchBody)
    query = _in_scope(
        asked,
        TalkQuery(
            caller=number_of(body.caller) if body.caller else E164(""),
            case=CaseNumber(body.case),
            call=CallId(body.call),
            agent=AgentId(body.agent),
            queue=QueueId(body.queue),
            disposition=body.disposition,
            since_at=body.since_at,
            until_at=body.until_at,
        ),
    )
    given = body.model_dump(exclude={"reason"}, exclude_defaults=True)
    asked_for = " ".join(f"{name}={value}" for name, value in given.items())
    await asked.audit("recording.searched", query.caller or query.case, f"{body.reason}: {asked_for}")
    found = await asked.request.app[BUS].request(SearchTalks(query=query))
    return [RecordingRow.of(one) for one in found]


async def play(asked: Asked) -> RecordingRow:
    """Say why a recording is played; its sound can be had by this session from then on."""
    found = await _found(asked)
    await asked.audit(
        "recording.played", found.talk.call, f"{asked.read(PlayBody).reason}: {found.recording}"
    )
    asked.request.app[RECORDINGS].allow(asked.signed_in.key, found.recording)
    return RecordingRow.of(found)


async def sound(asked: Asked) -> web.StreamResponse:
    """Send the sound of a recording, or the part that is asked for by `Range`."""
    recording = asked.request.match_info["id"]
    if not asked.request.app[RECORDINGS].may_play(asked.signed_in.key, recording):
        raise Problem(HTTPStatus.CONFLICT, "no_reason", "Say first why this recording is played.")
    await _found(asked)
    first, last = _range_of(asked.request)
    part = await _part(asked, recording, first or 0)
    headers = {"Cache-Control": "no-store", "Accept-Ranges": "bytes", "Content-Type": AUDIO_TYPE}
    if first is not None and first >= part.size:
        raise Problem(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "no_such_part", "It is shorter than that.")
    begins = first or 0
    ends = part.size if last is None else min(part.size, last + 1)
    headers["Content-Length"] = str(ends - begins)
    status = HTTPStatus.OK
    if first is not None:
        status = HTTPStatus.PARTIAL_CONTENT
        headers["Content-Range"] = f"bytes {begins}-{ends - 1}/{part.size}"
    response = web.StreamResponse(status=status, headers=headers)
    with suppress(
        ConnectionResetError
    ):  # whoever moves on in a recording leaves the rest of an answer unread
        await response.prepare(asked.request)
        await _send(asked, response, part, begins, ends)
    return response


async def erase(asked: Asked) -> ErasedAnswer:
    """Erase a caller's recordings."""
    body = asked.read(EraseBody)
    caller = number_of(body.caller)
    query = _in_scope(asked, TalkQuery(caller=caller))
    erased = await asked.request.app[BUS].request(EraseTalks(query=query), timeout_s=STORE_WITHIN_S)
    await asked.audit("recording.erased", mask(caller), f"{erased.count}: {body.reason}")
    return ErasedAnswer(count=erased.count)


async def recordings_of(asked: Asked, query: TalkQuery) -> list[RecordedCall]:
    """Return the recordings that whoever asks may play; nobody else is told that there are any."""
    if asked.user.role not in LEADERS:
        return []
    try:
        found = await asked.request.app[BUS].request(SearchTalks(query=_in_scope(asked, query)))
    except NotAvailable:
        return []
    return [RecordedCall(call=one.talk.call, recording=one.recording) for one in found]


async def _send(asked: Asked, response: web.StreamResponse, part: TalkSound, begins: int, ends: int) -> None:
    """Send the bytes of a recording from `begins` to `ends`, the first of which are in `part`."""
    recording = asked.request.match_info["id"]
    while begins < ends:
        audio = part.audio[: ends - begins]
        if not audio:
            return
        await response.write(audio)
        begins += len(audio)
        if begins < ends:
            part = await _part(asked, recording, begins)
    await response.write_eof()


async def _part(asked: Asked, recording: str, first: int) -> TalkSound:
    request = GetTalkSound(recording=recording, first=first, bytes_max=SOUND_BYTES)
    part = await asked.request.app[BUS].request(request)
    if part is None:
        raise _no_such()
    return part


async def _found(asked: Asked) -> KeptTalk:
    recording = asked.request.match_info["id"]
    found = await asked.request.app[BUS].request(GetTalk(recording=recording))
    if found is None or not _may_hear(asked, found):
        raise _no_such()
    return found


def _may_hear(asked: Asked, found: KeptTalk) -> bool:
    scope, feed = asked.user.scope, asked.request.app[FEED]
    return scope.has_queue(found.talk.queue) and feed.has_agent(scope, found.talk.agent)


def _in_scope(asked: Asked, query: TalkQuery) -> TalkQuery:
    scope, feed = asked.user.scope, asked.request.app[FEED]
    agents = tuple(agent for agent, team in feed.teams.items() if scope.has_team(team))
    return replace(
        query,
        queues_in=tuple(sorted(scope.queues)) if scope.queues else None,
        agents_in=agents if scope.teams else None,
    )


def _range_of(request: web.Request) -> tuple[int | None, int | None]:
    """Return the first and the last byte that are asked for; what is no single range is all of it."""
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if found is None:
        return None, None
    last = int(found[2]) if found[2] else None
    first = int(found[1])
    return (None, None) if last is not None and last < first else (first, last)


def _no_such() -> Problem:
    detail = "There is no such recording among those you may hear."
    return Problem(HTTPStatus.NOT_FOUND, "no_such_recording", detail)


_PROBLEMS = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE)
ROUTES = (
    *(
        Route(
            method=method,
            path=f"/api/v1/calls/{{id}}/recording{name}",
            handler=handler,
            summary=summary,
            roles=AGENTS,
            tag="recordings",
            status=HTTPStatus.NO_CONTENT,
            problems=_PROBLEMS,
        )
        for method, name, handler, summary in (
            ("POST", "/pause", pause, "Record silence of the own talk, for a while at most"),
            ("POST", "/resume", resume, "Record the own talk again"),
            ("DELETE", "", discard, "Stop recording and delete what was recorded of the call"),
        )
    ),
    Route(
        method="POST",
        path="/api/v1/recordings/search",
        handler=search,
        summary="Find recordings of talks",
        roles=LEADERS,
        tag="recordings",
        body=SearchBody,
        answer=list[RecordingRow],
        problems=(HTTPStatus.SERVICE_UNAVAILABLE,),
    ),
    Route(
        method="POST",
        path="/api/v1/recordings/erase",
        handler=erase,
        summary="Erase a caller's recordings",
        roles=OVERSEERS,
        tag="recordings",
        body=EraseBody,
        answer=ErasedAnswer,
        problems=(HTTPStatus.SERVICE_UNAVAILABLE,),
    ),
    Route(
        method="POST",
        path="/api/v1/recordings/{id}/plays",
        handler=play,
        summary="Say why a recording is played",
        roles=LEADERS,
        tag="recordings",
        body=PlayBody,
        answer=RecordingRow,
        problems=(HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE),
    ),
    Route(
        method="GET",
        path="/api/v1/recordings/{id}/sound",
        handler=sound,
        summary="The sound of a recording, whole or by Range",
        roles=LEADERS,
        tag="recordings",
        media_type=AUDIO_TYPE,
        also=(HTTPStatus.PARTIAL_CONTENT,),
        problems=_PROBLEMS,
    ),
)
