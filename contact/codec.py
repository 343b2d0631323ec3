"""Events as text and back: one JSON object, `{"type": <class name>, ...fields}`.

The reader is strict: an unknown type, a missing or unknown field, or a value of the wrong kind raises
`CodecError` and nothing is half-read. Every event type of `contact.events` round-trips (a test holds it).
"""

import json
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from contact import events
from contact.errors import CodecError

T = TypeVar("T")

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_BARE = frozenset({str, int, float, bool, type(None)})
_EVENT_TYPES: Mapping[str, type] = {kind.__name__: kind for kind in typing.get_args(events.Event)}


def encode(event: events.Event) -> str:
    """Return `event` as one line of JSON without spaces."""
    return _ENCODER.encode(to_plain(event))


def decode(text: str) -> events.Event:
    """Return the event written in `text`; raise `CodecError` naming what is wrong with it."""
    try:
        plain = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"not JSON: {error}"
        raise CodecError(message) from None
    if not isinstance(plain, dict):
        message = "an event is a JSON object"
        raise CodecError(message)
    name = plain.pop("type", None)
    kind = _EVENT_TYPES.get(name) if isinstance(name, str) else None
    if kind is None:
        message = f"no event type {name!r}"
        raise CodecError(message)
    event: events.Event = _read_dataclass(kind, plain, str(name))
    return event


def to_plain(value: Any) -> Any:
    """Return a dataclass, enum or tuple as JSON's own types; dataclasses carry their name as `type`."""
    kind = type(value)
    if kind in _BARE:
        return value
    if is_dataclass(kind):
        plain: dict[str, Any] = {"type": kind.__name__}
        for name in _names(kind):
            plain[name] = to_plain(getattr(value, name))
        return plain
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    return value


def from_plain(kind: type[T], plain: Any) -> T:
    """Return the dataclass `kind` that `to_plain` wrote; raise `CodecError` naming what is wrong."""
    value: T = _read(kind, plain, kind.__name__)
    return value


def _read_dataclass(kind: type, plain: dict[str, Any], place: str) -> Any:
    hints = _hints(kind)
    known = {one.name: one for one in fields(kind) if one.init}
    if unknown := sorted(plain.keys() - known.keys()):
        message = f"{place}: unknown field {unknown[0]!r}"
        raise CodecError(message)
    values: dict[str, Any] = {}
    for name, one in known.items():
        if name in plain:
            values[name] = _read(hints[name], plain[name], f"{place}.{name}")
        elif one.default is MISSING and one.default_factory is MISSING:
            message = f"{place}: field {name!r} is missing"
            raise CodecError(message)
    return kind(**values)


def _read(hint: Any, value: Any, place: str) -> Any:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _read_union(typing.get_args(hint), value, place)
    if origin is tuple:
        return _read_tuple(typing.get_args(hint), value, place)
    kind = _plain_type(hint)
    if kind is type(None):
        reader: Callable[[], Any] | None = (lambda: None) if value is None else None
    elif is_dataclass(kind):
        return _read_nested(kind, value, place)
    elif issubclass(kind, Enum):
        return _read_enum(kind, value, place)
    elif kind is float:
        reader = (lambda: float(value)) if type(value) in (int, float) else None
    else:
        reader = (lambda: value) if type(value) is kind else None
    if reader is None:
        message = f"{place}: expected {kind.__name__}, found {value!r}"
        raise CodecError(message)
    return reader()


def _read_union(options: tuple[Any, ...], value: Any, place: str) -> Any:
    if value is None and type(None) in options:
        return None
    rest = [option for option in options if option is not type(None)]
    if len(rest) != 1:
        message = f"{place}: a union of several types has no form in text"
        raise CodecError(message)
    return _read(rest[0], value, place)


def _read_tuple(items: tuple[Any, ...], value: Any, place: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        message = f"{place}: expected a list, found {value!r}"
        raise CodecError(message)
    if len(items) == 2 and items[1] is Ellipsis:  # noqa: PLR2004 - tuple[X, ...] has two arguments
        return tuple(_read(items[0], one, f"{place}[{i}]") for i, one in enumerate(value))
    if len(items) != len(value):
        message = f"{place}: expected {len(items)} items, found {len(value)}"
        raise CodecError(message)
    pairs = zip(items, value, strict=True)
    return tuple(_read(item, one, f"{place}[{i}]") for i, (item, one) in enumerate(pairs))


def _read_nested(kind: type, value: Any, place: str) -> Any:
    if not isinstance(value, dict) or value.get("type") != kind.__name__:
        message = f"{place}: expected a {kind.__name__}, found {value!r}"
        raise CodecError(message)
    inner = {name: item for name, item in value.items() if name != "type"}
    return _read_dataclass(kind, inner, place)


def _read_enum(kind: type[Enum], value: Any, place: str) -> Enum:
    try:
        return kind(value)
    except ValueError:
        message = f"{place}: {value!r} is not one of {', '.join(str(one.value) for one in kind)}"
        raise CodecError(message) from None


def _plain_type(hint: Any) -> type:
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    kind: type = hint
    return kind


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


@cache
def _names(kind: type) -> tuple[str, ...]:
    """Return the fields of a dataclass that its constructor takes."""
    return tuple(one.name for one in fields(kind) if one.init)
