"""Emergency closures of a queue or of the line: closing, changing, opening again. Every change is audited."""

from http import HTTPStatus

from agent_desktop.keys import CLOCK, FEED, LINE
from agent_desktop.line_schemas import ClosureBody, ClosureChange, ClosureRow, SpokenTexts
from agent_desktop.line_store import new_id
from agent_desktop.problem import Problem
from agent_desktop.routes import EVERYBODY, OVERSEERS, Asked, Route
from agent_desktop.scoped import check_queue
from contact.ids import Language, QueueId
from contact.line import Closure, ClosureId, Texts
from contact.times import Seconds

CLOSED_S_MAX = 7 * 86_400.0
THE_LINE = "line"


async def closures(asked: Asked) -> list[ClosureRow]:
    """List the closures that hold."""
    live = asked.request.app[FEED].line
    return [ClosureRow.of(one, at_the_line=live.in_step) for one in live.closures.values()]


async def close(asked: Asked) -> ClosureRow:
    """Close a queue or the line for a time."""
    app, body, login = asked.request.app, asked.read(ClosureBody), asked.user.login
    if body.queue is not None and QueueId(body.queue) not in app[FEED].queues:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_queue", f"There is no queue {body.queue}.")
    check_queue(asked, body.queue)
    now = app[CLOCK].now()
    closure = Closure(
        closure=ClosureId(new_id()),
        queue=None if body.queue is None else QueueId(body.queue),
        reason=body.reason,
        texts=texts_of(body.texts),
        closed_by=login,
        closed_at=now,
        until_at=_until(body.until_at, now),
    )
    await app[LINE].store.close(closure)
    await _note(asked, "line.closed", closure)
    await app[LINE].renew()
    return _row(asked, closure)


async def change(asked: Asked) -> ClosureRow:
    """Change reason, time or words of a closure that holds."""
    app, body = asked.request.app, asked.read(ClosureChange)
    changed = await app[LINE].store.change_closure(
        _named(asked),
        reason=body.reason,
        texts=texts_of(body.texts),
        until_at=_until(body.until_at, app[CLOCK].now()),
    )
    await _note(asked, "line.closure_changed", changed)
    await app[LINE].renew()
    return _row(asked, changed)


async def open_again(asked: Asked) -> None:
    """End a closure before its time."""
    app = asked.request.app
    ended = await app[LINE].store.open_again(_named(asked))
    await _note(asked, "line.opened", ended)
    await app[LINE].renew()


def texts_of(texts: SpokenTexts) -> Texts:
    """Return what is said, without the languages in which nothing is."""
    return tuple((Language(language), said) for language, said in texts.model_dump().items() if said)


def _named(asked: Asked) -> ClosureId:
    """Return the closure of the path; raise `Problem` 403 where it holds for what is not in scope."""
    closure = ClosureId(asked.request.match_info["id"])
    live = asked.request.app[FEED].line.closures.get(closure)
    if live is not None:
        check_queue(asked, live.queue)
    return closure


def _until(until_at: Seconds, now: Seconds) -> Seconds:
    if not now < until_at <= now + CLOSED_S_MAX:
        detail = f"until_at: a closure ends after now and within {CLOSED_S_MAX / 86_400:g} days."
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", detail)
    return until_at


def _row(asked: Asked, closure: Closure) -> ClosureRow:
    return ClosureRow.of(closure, at_the_line=asked.request.app[FEED].line.in_step)


async def _note(asked: Asked, action: str, closure: Closure) -> None:
    await asked.audit(action, closure.queue or THE_LINE, f"until {closure.until_at:.0f}: {closure.reason}")


_AWAY = HTTPStatus.SERVICE_UNAVAILABLE
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/closures",
        handler=closures,
        summary="Queues that are closed for a time, or the line",
        roles=EVERYBODY,
        tag="line",
        answer=list[ClosureRow],
    ),
    Route(
        method="POST",
        path="/api/v1/closures",
        handler=close,
        summary="Close a queue, or the line, until a moment; callers hear why, from the next call on",
        roles=OVERSEERS,
        tag="line",
        body=ClosureBody,
        answer=ClosureRow,
        status=HTTPStatus.CREATED,
        problems=(HTTPStatus.CONFLICT, _AWAY),
    ),
    Route(
        method="PUT",
        path="/api/v1/closures/{id}",
        handler=change,
        summary="Change reason, time or words of a closure",
        roles=OVERSEERS,
        tag="line",
        body=ClosureChange,
        answer=ClosureRow,
        problems=(HTTPStatus.NOT_FOUND, _AWAY),
    ),
    Route(
        method="DELETE",
        path="/api/v1/closures/{id}",
        handler=open_again,
        summary="Open again before the time",
        roles=OVERSEERS,
        tag="line",
        status=HTTPStatus.NO_CONTENT,
        problems=(HTTPStatus.NOT_FOUND, _AWAY),
    ),
)
