"""Errors over HTTP: RFC 9457 `application/problem+json`, whatever went wrong and wherever.

`code` is a stable word for programs, `title` the status in words, `detail` a sentence for people.
"""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from agent_desktop.errors import SignInRefused, SignInThrottled
from contact.errors import NotAvailable, Refused
from runtime.db import DatabaseAway

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_S = 5
_STATUS_OF_REFUSAL = {"not_found": HTTPStatus.NOT_FOUND, "forbidden": HTTPStatus.FORBIDDEN}
_INVALID_PREFIXES = ("unknown_", "invalid", "missing_", "bad_")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Problem(Exception):
    """An answer that is an error."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Mapping[str, str]] = (),
    ) -> None:
        """Keep what goes into the body; `errors` names fields of the request and what is wrong there."""
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})
        self.errors = tuple(errors)


def response(problem: Problem) -> web.Response:
    """Return `problem` as an HTTP answer."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.status.phrase,
        "status": problem.status.value,
        "code": problem.code,
        "detail": problem.detail,
    }
    if problem.errors:
        body["errors"] = list(problem.errors)
    return web.Response(
        status=problem.status,
        body=json.dumps(body, ensure_ascii=False).encode(),
        content_type=CONTENT_TYPE,
        headers=problem.headers,
    )


@web.middleware
async def as_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever a handler raises into an answer; what nobody foresaw is logged and is a 500."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        return response(_of_http(error))
    except Exception as error:
        problem = of_exception(error)
        if problem is None:
            log.exception("%s %s failed", request.method, request.rel_url.raw_path)
            problem = Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "Something failed here.")
        return response(problem)


def of_exception(error: Exception) -> Problem | None:
    """Return the answer that a known error deserves, None for one nobody foresaw."""
    problem: Problem | None = None
    match error:
        case Problem():
            problem = error
        case ValidationError():
            problem = _of_validation(error)
        case Refused():
            problem = Problem(_status_of(error.code), error.code, error.reason)
        case SignInThrottled():
            wait = {"Retry-After": str(int(error.retry_after_s) + 1)}
            problem = Problem(HTTPStatus.TOO_MANY_REQUESTS, "throttled", str(error), headers=wait)
        case SignInRefused():
            problem = Problem(HTTPStatus.UNAUTHORIZED, "wrong_credentials", str(error))
        case NotAvailable() | DatabaseAway():
            wait = {"Retry-After": str(RETRY_AFTER_S)}
            problem = Problem(HTTPStatus.SERVICE_UNAVAILABLE, "not_available", str(error), headers=wait)
        case _:
            pass
    return problem


def _of_validation(error: ValidationError) -> Problem:
    errors = [
        {"field": ".".join(str(part) for part in one["loc"]), "message": one["msg"]}
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    first = errors[0]
    detail = f"{first['field']}: {first['message']}" if first["field"] else first["message"]
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", detail, errors=errors)


def _of_http(error: web.HTTPException) -> Problem:
    status = HTTPStatus(error.status)
    kept = {name: value for name, value in error.headers.items() if name in {"Allow", "Retry-After"}}
    code = status.phrase.lower().replace(" ", "_")
    return Problem(status, code, error.text or status.phrase, headers=kept)


def _status_of(code: str) -> HTTPStatus:
    if code.startswith(_INVALID_PREFIXES):
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return _STATUS_OF_REFUSAL.get(code, HTTPStatus.CONFLICT)
