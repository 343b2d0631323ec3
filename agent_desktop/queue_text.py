"""The text of `queues.toml`, read as the queues' settings and edited in place.

Theory of operation. What a person wrote stays as it is: comments, order, blank lines, the way a value is
written. Only a key whose value becomes another one is touched, and inside a table only its keys that do. What
came out is read back: it says of the queue exactly what was asked for and of everything else what it said
before, or nothing is returned. Whether a queue can be as asked is not known here; routing decides that.
"""

import difflib
import tomllib
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

import tomlkit
from pydantic import JsonValue
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Item, Table

from agent_desktop.errors import QueueTextUnusable

FILE = "queues.toml"
_LINE_LENGTH_MAX = 110


def settings_by_queue(text: str) -> dict[str, dict[str, JsonValue]]:
    """Return what `text` says of each queue, in its order; raise `QueueTextUnusable`."""
    tables = _read(text).get("queue", {})
    if not isinstance(tables, dict) or not all(isinstance(one, dict) for one in tables.values()):
        message = f"{FILE}: queue: not a table of tables"
        raise QueueTextUnusable(message)
    return tables


def edited(text: str, queue: str, settings: Mapping[str, JsonValue]) -> str:
    """Return `text` with `queue`, which it has, as `settings` say; raise `QueueTextUnusable`."""
    wanted = {name: value for name, value in settings.items() if value is not None}
    should = _read(text)
    should["queue"][queue] = wanted
    try:
        document = tomlkit.parse(text)
        tables: Any = document["queue"]
        _update(tables[queue], wanted)
        new = tomlkit.dumps(document)
    except (TOMLKitError, ValueError, TypeError) as error:
        message = f"{FILE}: queue.{queue}: cannot be written: {error}"
        raise QueueTextUnusable(message) from None
    if _read(new) != should:
        message = f"{FILE}: queue.{queue}: is written in a way that only an editor can change"
        raise QueueTextUnusable(message)
    return new


def diff(old: str, new: str) -> str:
    """Return the lines that differ as a unified diff, "" where none does."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), FILE, FILE, lineterm="", n=2)
    return "\n".join(lines)


def _read(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{FILE}: {error}"
        raise QueueTextUnusable(message) from None


def _update(table: MutableMapping[str, Any], wanted: Mapping[str, JsonValue]) -> None:
    """Give `table` the values of `wanted`, touching only those that differ."""
    for name in [name for name in table if name not in wanted]:
        del table[name]
    for name, value in wanted.items():
        old = table.get(name)
        if isinstance(old, Table) and isinstance(value, Mapping):
            _update(old, value)
        elif old is None or _plain(old) != value:
            table[name] = tomlkit.value(_written(value))


def _plain(value: Any) -> Any:
    return value.unwrap() if isinstance(value, Item) else value


def _written(value: JsonValue) -> str:
    """Return `value` as TOML in one line; a list of tables has a line for each where one is too long."""
    if isinstance(value, dict):
        pairs = [
            f"{tomlkit.key(name).as_string()} = {_written(one)}"
            for name, one in value.items()
            if one is not None
        ]
        return f"{{ {', '.join(pairs)} }}" if pairs else "{}"
    if not isinstance(value, list):
        return tomlkit.item(value).as_string()
    items = [_written(one) for one in value]
    line = f"[{', '.join(items)}]"
    if len(line) <= _LINE_LENGTH_MAX or not any(isinstance(one, dict) for one in value):
        return line
    return "".join(("[\n", *(f"  {item},\n" for item in items), "]"))


def skills_in(requirements: Iterable[str]) -> set[str]:
    """Return the skills that requirements, as they are written, name."""
    found: set[str] = set()
    for text in requirements:
        words = "".join(letter if letter.isalnum() or letter in "._-" else " " for letter in text).split()
        found |= {word for word in words if word[0].isalpha()}
    return found
