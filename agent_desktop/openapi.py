"""The OpenAPI 3.1 document, made from the route declarations and the pydantic models they name."""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from agent_desktop.access import COOKIE, CSRF_HEADER
from agent_desktop.problem import CONTENT_TYPE
from agent_desktop.routes import WRITES, Route
from agent_desktop.schemas import ProblemBody

_REFERENCE = "#/components/schemas/{model}"
_PARAMETER = re.compile(r"\{(\w+)\}")


def document(routes: Iterable[Route], *, version: str) -> dict[str, Any]:
    """Return the document of `routes`."""
    routes = tuple(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Centrala",
            "version": version,
            "description": "Live state, call control, callers and cases of the contact centre. "
            "Moments are seconds since 1970-01-01T00:00:00Z, durations are seconds.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": _schemas(routes),
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
                "csrf": {"type": "apiKey", "in": "header", "name": CSRF_HEADER},
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "tags": [route.tag],
        "operationId": f"{route.method.lower()}{_camel(route.path)}",
        "responses": _responses(route),
        "security": _security(route),
    }
    if route.roles is not None:
        operation["x-roles"] = sorted(role.value for role in route.roles)
    if route.whole_line:
        operation["x-scope"] = "whole line"
    if parameters := _parameters(route):
        operation["parameters"] = parameters
    if route.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _reference(route.body)}},
        }
    return operation


def _responses(route: Route) -> dict[str, Any]:
    good: dict[str, Any] = {"description": route.status.phrase}
    if route.answer is not None:
        schema = TypeAdapter(route.answer).json_schema(ref_template=_REFERENCE, mode="serialization")
        schema.pop("$defs", None)
        if isinstance(route.answer, type):
            schema = _reference(route.answer)
        good["content"] = {route.media_type: {"schema": schema}}
    elif route.status is HTTPStatus.OK:
        good["content"] = {route.media_type: {}}
    problems = set(route.problems)
    if route.roles is not None:
        problems |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
    if route.body is not None or route.query is not None:
        problems |= {HTTPStatus.UNPROCESSABLE_ENTITY}
    if route.body is not None:
        problems |= {
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        }
    responses = {str(route.status.value): good}
    responses |= {str(one.value): {**good, "description": one.phrase} for one in route.also}
    for status in sorted(problems):
        responses[str(status.value)] = {
            "description": status.phrase,
            "content": {CONTENT_TYPE: {"schema": _reference(ProblemBody)}},
        }
    return responses


def _parameters(route: Route) -> list[dict[str, Any]]:
    text = {"type": "string"}
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": text}
        for name in _PARAMETER.findall(route.path)
    ]
    if route.query is not None:
        schema = route.query.model_json_schema(ref_template=_REFERENCE)
        required = schema.get("required", [])
        found += [
            {"name": name, "in": "query", "required": name in required, "schema": one}
            for name, one in schema["properties"].items()
        ]
    found += [
        {"name": name, "in": "header", "required": False, "description": meaning, "schema": text}
        for name, meaning in route.headers
    ]
    return found


def _security(route: Route) -> list[dict[str, list[str]]]:
    if route.roles is None:
        return []
    needed: dict[str, list[str]] = {"session": []}
    if route.method in WRITES:
        needed["csrf"] = []
    return [needed]


def _schemas(routes: Iterable[Route]) -> dict[str, Any]:
    bodies = {route.body for route in routes if route.body is not None}
    answers = {model for route in routes for model in _models(route.answer)} | {ProblemBody}
    wanted = [(model, "validation") for model in sorted(bodies, key=lambda model: model.__name__)]
    wanted += [(model, "serialization") for model in sorted(answers, key=lambda model: model.__name__)]
    _, schemas = models_json_schema(wanted, ref_template=_REFERENCE)  # type: ignore[arg-type]
    found: dict[str, Any] = schemas["$defs"]
    return found


def _models(answer: Any) -> tuple[type[BaseModel], ...]:
    if isinstance(answer, type) and issubclass(answer, BaseModel):
        return (answer,)
    return tuple(one for one in getattr(answer, "__args__", ()) if issubclass(one, BaseModel))


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=model.__name__)}


def _camel(path: str) -> str:
    words = re.findall(r"[A-Za-z0-9]+", path)
    return "".join(word.capitalize() for word in words)
