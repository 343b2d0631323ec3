"""What is set up about the queues: shown, tried, changed and taken back, as the policy file has it.

Theory of operation. The file is routing's. It is read over the bus each time, edited here as text, tried by
routing and by the IVR, which both read it at a start, and written by routing over exactly the version that
was edited; from that moment on it is in force.
"""

from http import HTTPStatus

from aiohttp import web
from pydantic import JsonValue

from agent_desktop.audit import AuditEntry, Fields
from agent_desktop.change import difference, taken_back
from agent_desktop.errors import QueueTextUnusable
from agent_desktop.keys import BUS, PROMPTS
from agent_desktop.office_schemas import (
    FieldChange,
    PolicyAnswer,
    PolicyPreview,
    QueueSettingsBody,
    QueueSettingsRow,
)
from agent_desktop.problem import Problem
from agent_desktop.queue_text import FILE, diff, edited, settings_by_queue
from agent_desktop.routes import OVERSEERS, Asked, Route
from agent_desktop.scoped import check_queue
from agent_desktop.undo import Undo
from contact.ids import QueueId
from contact.policy_requests import (
    CheckPolicyText,
    CheckQueueNeeds,
    PolicyText,
    PolicyVerdict,
    ReadPolicyText,
    WritePolicyText,
)

ACTION = "queue.changed"


async def policy(asked: Asked) -> PolicyAnswer:
    """Show the settings of all queues."""
    app = asked.request.app
    read = await app[BUS].request(ReadPolicyText())
    queues, prompts = _settings(read), app[PROMPTS]
    return PolicyAnswer(
        version=read.version,
        writable=read.writable,
        in_force=read.in_force,
        queues=[
            QueueSettingsRow(queue=queue, settings=one)
            for queue, one in queues.items()
            if asked.user.scope.has_queue(QueueId(queue))
        ],
        prompts=list(prompts),
        defaults=dict(read.defaults),
    )


async def export(asked: Asked) -> web.Response:
    """Send the policy file as it is."""
    read = await asked.request.app[BUS].request(ReadPolicyText())
    name = {"Content-Disposition": f'attachment; filename="{FILE}"'}
    return web.Response(text=read.text, content_type="application/toml", charset="utf-8", headers=name)


async def preview(asked: Asked) -> PolicyPreview:
    """Say what a change of a queue's settings would change, or why it cannot be."""
    body, read = asked.read(QueueSettingsBody), await _read(asked)
    new = await _tried(asked, read, body.settings)
    before, after = difference(_settings(read)[_queue(asked)], body.settings)
    fields = [FieldChange(field=one, before=before[one], after=after[one]) for one in before]
    return PolicyPreview(fields=fields, diff=diff(read.text, new))


async def change(asked: Asked) -> QueueSettingsRow:
    """Change a queue's settings, in the file and in force."""
    body, read = asked.read(QueueSettingsBody), await _read(asked)
    await _write(asked, read, _queue(asked), body.settings)
    return QueueSettingsRow(
        queue=_queue(asked),
        settings={name: value for name, value in body.settings.items() if value is not None},
    )


async def take_back(asked: Asked, entry: AuditEntry) -> None:
    """Give a queue the settings back that `entry` changed."""
    check_queue(asked, entry.subject)
    read = await asked.request.app[BUS].request(ReadPolicyText())
    now = _settings(read).get(entry.subject)
    if now is None:
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_queue", "There is no such queue.")
    back = taken_back(now, before=entry.before or {}, after=entry.after or {})
    await _write(asked, read, entry.subject, back, undoes=entry.id)


def _queue(asked: Asked) -> str:
    return asked.request.match_info["id"]


async def _read(asked: Asked) -> PolicyText:
    """Return the file that a body's version names, which has the queue of the path."""
    read = await asked.request.app[BUS].request(ReadPolicyText())
    check_queue(asked, _queue(asked))
    if _queue(asked) not in _settings(read):
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_queue", "There is no such queue.")
    if read.version != asked.read(QueueSettingsBody).version:
        detail = "Somebody else has changed the queues meanwhile."
        raise Problem(HTTPStatus.CONFLICT, "policy_changed", detail)
    return read


def _settings(read: PolicyText) -> dict[str, dict[str, JsonValue]]:
    try:
        return settings_by_queue(read.text)
    except QueueTextUnusable as error:
        raise Problem(HTTPStatus.CONFLICT, "policy_unreadable", str(error)) from None


async def _write(
    asked: Asked, read: PolicyText, queue: str, settings: Fields, *, undoes: int | None = None
) -> None:
    """Have routing write and go by the file with these settings, and note what that changed."""
    app = asked.request.app
    before, after = difference(_settings(read)[queue], settings)
    if not before:
        return
    new = await _tried(asked, read, settings, queue=queue)
    await app[BUS].request(WritePolicyText(text=new, version=read.version, by=asked.user.login))
    await asked.audit(ACTION, queue, ", ".join(before), before=before, after=after, undoes=undoes)


async def _tried(asked: Asked, read: PolicyText, settings: Fields, *, queue: str = "") -> str:
    """Return the file with these settings; raise `Problem` 422 at the field where it could not rule."""
    queue = queue or _queue(asked)
    try:
        new = edited(read.text, queue, settings)
    except QueueTextUnusable as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_policy", str(error)) from None
    bus = asked.request.app[BUS]
    for check in (CheckPolicyText(text=new), CheckQueueNeeds(text=new)):
        verdict = await bus.request(check)
        if verdict.reason:
            raise _refusal(queue, verdict)
    return new


def _refusal(queue: str, verdict: PolicyVerdict) -> Problem:
    own = f"queue.{queue}."
    if not verdict.place.startswith(own):
        detail = f"{verdict.place}: {verdict.reason}".removeprefix(": ")
        return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_policy", detail)
    return _at_field(verdict.place.removeprefix(own), verdict.reason)


def _at_field(field: str, reason: str) -> Problem:
    errors = [{"field": field, "message": reason}]
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_policy", f"{field}: {reason}", errors=errors)


_PROBLEMS = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE)
UNDOS = {ACTION: Undo(roles=OVERSEERS, act=take_back)}
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/policy",
        handler=policy,
        summary="What is set up about every queue",
        roles=OVERSEERS,
        tag="office",
        answer=PolicyAnswer,
        problems=(HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE),
    ),
    Route(
        method="GET",
        path="/api/v1/policy/queues.toml",
        handler=export,
        summary="The policy file as it is written",
        roles=OVERSEERS,
        tag="office",
        whole_line=True,
        media_type="application/toml",
        problems=(HTTPStatus.SERVICE_UNAVAILABLE,),
    ),
    Route(
        method="POST",
        path="/api/v1/policy/queues/{id}/preview",
        handler=preview,
        summary="What a change of a queue's settings would change; 422 names the field that cannot be so",
        roles=OVERSEERS,
        tag="office",
        body=QueueSettingsBody,
        answer=PolicyPreview,
        problems=_PROBLEMS,
    ),
    Route(
        method="PUT",
        path="/api/v1/policy/queues/{id}",
        handler=change,
        summary="Change a queue's settings, in the file and from routing's next decision on",
        roles=OVERSEERS,
        tag="office",
        body=QueueSettingsBody,
        answer=QueueSettingsRow,
        problems=_PROBLEMS,
    ),
)
