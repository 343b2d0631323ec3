"""What a change is: the fields that it gave another value, from what to what; and how it is taken back.

Theory of operation. A thing that people set up (an account, a queue) is a flat table of fields with JSON
values; a field that is not there counts as null. A change keeps only the fields that differ. It is taken
back by giving these fields, and no others, their values of before; where one of them has got yet another
value meanwhile, that would undo somebody else's later change with it, so nothing is taken back and the
field is named. Taking back is a change like any other, so it can be taken back as well.
"""

from pydantic import JsonValue

from agent_desktop.audit import Fields
from agent_desktop.errors import ChangedSince


def difference(old: Fields, new: Fields) -> tuple[dict[str, JsonValue], dict[str, JsonValue]]:
    """Return the fields that differ as they were and as they are, each under the same names."""
    names = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    return {name: old.get(name) for name in names}, {name: new.get(name) for name in names}


def taken_back(now: Fields, *, before: Fields, after: Fields) -> dict[str, JsonValue]:
    """Return `now` with a change's fields as they were; raise `ChangedSince` naming one that moved on."""
    for name, value in after.items():
        if now.get(name) != value:
            raise ChangedSince(name)
    return {name: value for name, value in {**now, **before}.items() if value is not None}
