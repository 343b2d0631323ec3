"""What goes in and out of the routes about accounts."""

from typing import Annotated

from pydantic import Field

from agent_desktop.forms import Answer, Body
from agent_desktop.scope import SCOPE_ENTRIES_MAX, to_plain
from agent_desktop.users import LEVEL_MAX, Role, User

Levels = Annotated[dict[str, Annotated[int, Field(ge=0, le=LEVEL_MAX)]], Field(max_length=200)]
"""A level of 0 to 100 by skill."""


class SkillsBody(Body):
    """All skills of an agent; one that is not named is theirs no more.

    With `before`, the skills that were seen, nothing changes where they are others by now.
    """

    skills: Levels
    before: Levels | None = None


Names = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=64)]], Field(max_length=SCOPE_ENTRIES_MAX)
]


class ScopeBody(Body):
    """What a team lead, supervisor or analyst oversees; an empty list limits nothing."""

    teams: Names = Field(default_factory=list)
    queues: Names = Field(default_factory=list)
    districts: Names = Field(default_factory=list)


class AccountBody(Body):
    """What may change of an account; closing it (`active` false) ends its sessions.

    Team and scope stay as they are where they are left out; another role that has no scope loses it.
    """

    name: str
    role: Role
    extension: str | None = None
    skills: Levels
    language: str = "pl"
    wrap_up_s: float | None = Field(default=None, ge=0, le=3_600)
    active: bool = True
    team: str | None = None
    scope: ScopeBody | None = None


class NewAccountBody(AccountBody):
    """An account to be made."""

    login: str
    password: str


class PasswordBody(Body):
    """A new password; it ends the account's sessions."""

    password: str


class AccountRow(Answer):
    """An account; `active` false for one that is closed."""

    login: str
    name: str
    role: str
    extension: str | None
    skills: dict[str, int]
    language: str
    wrap_up_s: float | None
    active: bool
    team: str
    scope: dict[str, list[str]]

    @classmethod
    def of(cls, user: User) -> "AccountRow":
        """Return `user` without anything secret."""
        return cls(
            login=user.login,
            name=user.name,
            role=user.role.value,
            extension=user.extension,
            skills=dict(user.skills),
            language=user.language,
            wrap_up_s=user.wrap_up_s,
            active=user.active,
            team=user.team,
            scope=to_plain(user.scope),
        )
