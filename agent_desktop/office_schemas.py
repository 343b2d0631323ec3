"""What goes in and out of the routes of the office: skills, settings of queues, changes."""

from typing import Annotated

from pydantic import Field, JsonValue, model_validator

from agent_desktop.audit import AuditEntry
from agent_desktop.forms import Answer, Body, Word

Settings = Annotated[
    dict[Annotated[str, Field(max_length=64)], JsonValue],
    Field(max_length=100, description="a queue's table of queues.toml; docs/routing.md has every key"),
]
ENTRIES_MAX = 500


class SkillRow(Answer):
    """A skill: the queues that ask for it, the topics it goes with, the open accounts that have it."""

    skill: str
    queues: list[str]
    topics: list[str]
    agents: list[str]


class QueueSettingsRow(Answer):
    """What the policy file says of a queue; a key that is not there has its default."""

    queue: str
    settings: dict[str, JsonValue]


class PolicyAnswer(Answer):
    """The policy file: its version, its queues, and what may be done about it.

    `in_force` is false where somebody changed the file and has not had it read again. `prompts` can be
    played to callers who wait. `defaults` hold for keys that a queue does not have, as text by their places.
    """

    version: str
    writable: bool
    in_force: bool
    queues: list[QueueSettingsRow]
    prompts: list[str]
    defaults: dict[str, str]


class QueueSettingsBody(Body):
    """All settings of a queue, over the file of `version`; a key that is left out gets its default."""

    version: Word
    settings: Settings


class FieldChange(Answer):
    """One field that differs; null where it is not there."""

    field: str
    before: JsonValue
    after: JsonValue


class PolicyPreview(Answer):
    """What would change: the fields, and the lines of the file as a unified diff."""

    fields: list[FieldChange]
    diff: str


class ChangesQuery(Body):
    """Which changes; `below` is an entry's id, for the next page."""

    actor: Word = ""
    action: Word = ""
    subject: Word = ""
    since: float | None = Field(default=None, description="seconds since 1970-01-01T00:00:00Z")
    until: float | None = Field(default=None, description="seconds since 1970-01-01T00:00:00Z")
    below: int | None = None
    limit: int = Field(default=100, ge=1, le=ENTRIES_MAX)

    @model_validator(mode="after")
    def _in_order(self) -> "ChangesQuery":
        if self.since is not None and self.until is not None and self.until < self.since:
            message = "until is before since"
            raise ValueError(message)
        return self


class ChangeRow(Answer):
    """A deed of an administrator or supervisor, with the fields that it changed.

    `undoes` and `undone_by` are the entries it took back and was taken back by.
    """

    id: int
    at: float
    actor: str
    action: str
    subject: str
    detail: str
    address: str
    fields: list[FieldChange]
    undoes: int | None
    undone_by: int | None
    undoable: bool

    @classmethod
    def of(cls, entry: AuditEntry, *, undoable: bool) -> "ChangeRow":
        """Return `entry`; `undoable` says whether who asks may take it back."""
        before, after = entry.before or {}, entry.after or {}
        names = sorted(before.keys() | after.keys())
        return cls(
            id=entry.id,
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            detail=entry.detail,
            address=entry.address,
            fields=[FieldChange(field=one, before=before.get(one), after=after.get(one)) for one in names],
            undoes=entry.undoes,
            undone_by=entry.undone_by,
            undoable=undoable,
        )
