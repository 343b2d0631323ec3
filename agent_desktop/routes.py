"""One declaration a route: method, path, handler, who may call it, what goes in and what comes out.

The application's router, the checks before a handler and the OpenAPI document are all made from the
same declarations, so that none of them can say something else.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeAlias, TypeVar

from aiohttp import web
from pydantic import BaseModel

from agent_desktop.access import Access
from agent_desktop.audit import Fields
from agent_desktop.keys import AUDIT
from agent_desktop.problem import Problem
from agent_desktop.sessions import Session
from agent_desktop.users import Role, User

EVERYBODY = frozenset(Role)
AGENTS = frozenset({Role.AGENT})
ADMINS = frozenset({Role.ADMIN})
STAFF = EVERYBODY - {Role.ANALYST}
"""Whoever meets callers' data in their work."""
OVERSEERS = frozenset({Role.SUPERVISOR, Role.ADMIN})
"""Whoever sets the line up."""
LEADERS = OVERSEERS | {Role.TEAM_LEAD}
"""Whoever runs the floor: consultants, and callers who wait or talk."""
READERS = LEADERS | {Role.ANALYST}
"""Whoever sees the figures of more than themselves."""
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that passed its route's checks, with its body and query read."""

    request: web.Request
    session: Session | None
    body: BaseModel | None
    query: BaseModel | None

    @property
    def user(self) -> User:
        """Who asks; only routes that name roles have one."""
        return self.signed_in.user

    @property
    def signed_in(self) -> Session:
        """The session of who asks."""
        if self.session is None:
            message = "the route names no roles"
            raise LookupError(message)
        return self.session

    @property
    def address(self) -> str:
        """The network address the request came from."""
        return self.request.remote or ""

    async def audit(
        self,
        action: str,
        subject: str = "",
        detail: str = "",
        *,
        before: Fields | None = None,
        after: Fields | None = None,
        undoes: int | None = None,
    ) -> None:
        """Write down what who asks has done to whom; raise `DatabaseAway` where it cannot be kept."""
        await self.request.app[AUDIT].record(
            actor=self.user.login,
            action=action,
            subject=subject,
            detail=detail,
            address=self.address,
            before=before,
            after=after,
            undoes=undoes,
        )

    def read(self, model: type[Model]) -> Model:
        """Return the body as the model its route declares."""
        return _as(self.body, model)

    def asked_for(self, model: type[Model]) -> Model:
        """Return the query as the model its route declares."""
        return _as(self.query, model)


Handler: TypeAlias = Callable[[Asked], Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method on one path.

    `roles` None means that nobody needs to be signed in. What is about the `whole_line` is not for whoever's
    scope is some queues or teams. `patterns` gives a path's parameter a form of
    its own. `also` are further statuses of the same answer. `answer` None means: no body (204), or one that
    `media_type` names and no model describes.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    roles: frozenset[Role] | None
    tag: str
    whole_line: bool = False
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answer: Any = None
    status: HTTPStatus = HTTPStatus.OK
    also: tuple[HTTPStatus, ...] = ()
    media_type: str = "application/json"
    patterns: dict[str, str] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    problems: tuple[HTTPStatus, ...] = ()

    @property
    def pattern(self) -> str:
        """The path as the router takes it."""
        path = self.path
        for name, form in self.patterns.items():
            path = path.replace(f"{{{name}}}", f"{{{name}:{form}}}")
        return path

    def install(self, app: web.Application, access: Access) -> None:
        """Add the route to `app`, behind its checks."""
        app.router.add_route(self.method, self.pattern, self._checked(access))

    def _checked(self, access: Access) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            session = None
            if self.roles is not None:
                session = await access.require(request, self.roles, writes=self.method in WRITES)
                if self.whole_line and not session.user.scope.is_whole_line:
                    detail = "This is about the whole line, and your scope is a part of it."
                    raise Problem(HTTPStatus.FORBIDDEN, "outside_scope", detail)
            elif self.method in WRITES:
                access.check_origin(request)
            asked = Asked(
                request=request,
                session=session,
                body=await _read_body(request, self.body),
                query=None if self.query is None else self.query.model_validate(dict(request.query)),
            )
            return self._respond(await self.handler(asked))

        return answer

    def _respond(self, reply: Any) -> web.StreamResponse:
        if isinstance(reply, web.StreamResponse):
            return reply
        if reply is None:
            return web.Response(status=HTTPStatus.NO_CONTENT)
        return json_response(reply, status=self.status)


def json_response(reply: Any, *, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    """Return a model, or a list of models, as JSON that no cache keeps."""
    if isinstance(reply, list):
        text = "[" + ",".join(one.model_dump_json() for one in reply) + "]"
    else:
        text = reply.model_dump_json()
    return web.Response(status=status, text=text, content_type="application/json")


async def _read_body(request: web.Request, model: type[BaseModel] | None) -> BaseModel | None:
    if model is None:
        return None
    if request.content_type != "application/json":
        detail = "The body must be application/json."
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_json", detail)
    try:
        plain = json.loads(await request.read())
    except (ValueError, RecursionError) as error:
        detail = f"The body is not JSON: {error}"
        raise Problem(HTTPStatus.BAD_REQUEST, "not_json", detail) from None
    return model.model_validate(plain)


def _as(value: BaseModel | None, model: type[Model]) -> Model:
    if not isinstance(value, model):
        message = f"the route does not declare {model.__name__}"
        raise TypeError(message)
    return value
