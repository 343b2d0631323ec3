"""What the city's folder says about the desktop: accounts of the demo, reasons for a pause, words, alerts.

`demo.toml` holds `[[accounts]]`; `desk.toml` holds `[[reasons]]`, `disposition_required` and `[path]`, the
words for each `node=key` a caller may have passed in the IVR; `alerts.toml` holds `[[rules]]` and
`[[recipients]]`; of `prompts.yaml` only the names are read here. A file that cannot be used is one
`AccountsInvalid` with the file, the key and the reason.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from agent_desktop.alert import AlertKind, AlertRule
from agent_desktop.errors import AccountsInvalid
from agent_desktop.mail_sender import read_address
from agent_desktop.recipient import EMAILS_PER_HOUR, WEBHOOKS_PER_HOUR, Moment, Recipient, Way
from agent_desktop.scope import scope_of
from agent_desktop.users import LEVEL_MAX, Role, User, with_skills
from agent_desktop.webhook_sender import read_url
from contact.ids import AgentId, Extension, QueueId, Skill

ALERTS_FILE = "alerts.toml"
RECIPIENTS_MAX = 20
ADDRESSES_MAX = 20
M = TypeVar("M", bound=BaseModel)
Level = Annotated[int, Field(ge=0, le=LEVEL_MAX)]


def _is_address(text: str) -> str:
    read_address(text)
    return text


def _is_url(text: str) -> str:
    return read_url(text) if text else text


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Strict):
    """One thing said in each language of the page."""

    pl: str
    en: str


class Reason(Words):
    """A reason for not being ready; `id` is what routing and reports see."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


class Desk(_Strict):
    """The content of `desk.toml`."""

    reasons: list[Reason] = []
    disposition_required: bool = False
    path: dict[str, Words] = {}


class _Rule(_Strict):
    kind: AlertKind
    raise_at: float
    clear_at: float
    hold_s: Annotated[float, Field(ge=0, le=86_400)] = 0.0
    queues: list[str] = []


class _Recipient(_Strict):
    name: Annotated[str, Field(min_length=1, max_length=60)]
    email: Annotated[list[Annotated[str, AfterValidator(_is_address)]], Field(max_length=ADDRESSES_MAX)] = []
    webhook: Annotated[str, AfterValidator(_is_url)] = ""
    kinds: list[AlertKind] = []
    queues: list[str] = []
    language: Literal["pl", "en"] = "pl"
    tell: Annotated[list[Moment], Field(min_length=1)] = [Moment.RAISED, Moment.ENDED]
    after_s: Annotated[float, Field(ge=0, le=86_400)] = 0.0
    per_hour: Annotated[int, Field(ge=1, le=3_600)] | None = None

    @model_validator(mode="after")
    def _has_one_way(self) -> Self:
        if bool(self.email) == bool(self.webhook):
            raise ValueError("either email or webhook")
        if not self.name.isprintable():
            raise ValueError("a name is one line")
        return self

    def recipient(self) -> Recipient:
        by_mail = bool(self.email)
        return Recipient(
            name=self.name,
            way=Way.EMAIL if by_mail else Way.WEBHOOK,
            addresses=tuple(self.email),
            url=self.webhook,
            kinds=frozenset(self.kinds),
            queues=frozenset(QueueId(queue) for queue in self.queues),
            language=self.language,
            tell=frozenset(self.tell),
            after_s=self.after_s,
            per_hour=self.per_hour or (EMAILS_PER_HOUR if by_mail else WEBHOOKS_PER_HOUR),
        )


class _Alerts(_Strict):
    """The content of `alerts.toml`."""

    rules: list[_Rule] = []
    recipients: Annotated[list[_Recipient], Field(max_length=RECIPIENTS_MAX)] = []

    @model_validator(mode="after")
    def _has_names_of_their_own(self) -> Self:
        names = [one.name for one in self.recipients]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"recipients: two are called {twice!r}")
        return self


class _Scope(_Strict):
    teams: list[str] = []
    queues: list[str] = []
    districts: list[str] = []


class _Account(_Strict):
    login: str
    name: str
    role: Role
    extension: str | None = None
    language: str = "pl"
    wrap_up_s: float | None = None
    skills: dict[str, Level] = {}
    team: str = ""
    scope: _Scope = _Scope()


class _Demo(BaseModel):
    """The part of `demo.toml` that concerns accounts; the caller's past in it belongs to the bridge."""

    accounts: list[_Account] = []


def read_desk(city_dir: Path) -> Desk:
    """Return `desk.toml` of the city; without the file, nothing is offered and nothing is put in words."""
    file = city_dir / "desk.toml"
    return _read(file, Desk) if file.exists() else Desk()


def read_alert_rules(city_dir: Path) -> tuple[AlertRule, ...]:
    """Return the rules of the city's `alerts.toml`; without the file no alert is ever raised."""
    return tuple(
        AlertRule(
            kind=one.kind,
            raise_at=one.raise_at,
            clear_at=one.clear_at,
            hold_s=one.hold_s,
            queues=frozenset(QueueId(queue) for queue in one.queues),
        )
        for one in _read_alerts(city_dir).rules
    )


def read_recipients(city_dir: Path) -> tuple[Recipient, ...]:
    """Return the recipients of the city's `alerts.toml`; without the file nobody is told of anything."""
    return tuple(one.recipient() for one in _read_alerts(city_dir).recipients)


def _read_alerts(city_dir: Path) -> _Alerts:
    file = city_dir / ALERTS_FILE
    return _read(file, _Alerts) if file.exists() else _Alerts()


def read_prompts(city_dir: Path) -> tuple[str, ...]:
    """Return the names of the prompts in the city's `prompts.yaml`; none without the file."""
    file = city_dir / "prompts.yaml"
    if not file.exists():
        return ()
    try:
        names = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        message = f"{file}: {error}"
        raise AccountsInvalid(message) from None
    if not isinstance(names, dict):
        message = f"{file}: not a table of prompts"
        raise AccountsInvalid(message)
    return tuple(str(name) for name in names)


def read_accounts(city_dir: Path) -> tuple[User, ...]:
    """Return the accounts of the city's `demo.toml`."""
    people = _read(city_dir / "demo.toml", _Demo).accounts
    return tuple(
        with_skills(
            User(
                login=AgentId(one.login),
                name=one.name,
                role=one.role,
                extension=Extension(one.extension) if one.extension else None,
                language=one.language,
                wrap_up_s=one.wrap_up_s,
                team=one.team,
                scope=scope_of(one.scope.teams, one.scope.queues, one.scope.districts),
            ),
            ((Skill(skill), level) for skill, level in one.skills.items()),
        )
        for one in people
    )


def _read(file: Path, model: type[M]) -> M:
    try:
        with file.open("rb") as stream:
            return model.model_validate(tomllib.load(stream))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        message = f"{file}: {place}: {reason}" if place else f"{file}: {reason}"
        raise AccountsInvalid(message) from None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{file}: {error}"
        raise AccountsInvalid(message) from None
