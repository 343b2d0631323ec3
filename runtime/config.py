"""Settings: `config/<city>/centrala.toml`, every key overridden by `CENTRALA_<SECTION>__<KEY>`.

The file's folder is the city: flows, queues, topics and prompts lie beside it. A missing file, an
unknown key or a wrong type is one `ConfigError` whose text names file, key and reason.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError, field_validator

from runtime.section import ConfigError, Duration, Port, Recordings, Section, Smtp, Webhook

ENV_PREFIX = "CENTRALA_"


class Sip(Section):
    """The SIP side of Asterisk."""

    bind: str = "127.0.0.1"
    port: Port = 5060
    trunk_addresses: list[str] = Field(default=["127.0.0.1"])
    dialled: str = "19115"
    outbound: str = "127.0.0.1:5061"
    """The trunk's peer for calls that we place, as `host` or `host:port`; "" means that none are placed."""
    dial_allow: list[str] = Field(default=[r"\+48(?!70)[1-9][0-9]{8}"])
    """Patterns of the numbers in E.164 form that may be called; one of them has to match as a whole."""
    emergency_uri: str = ""
    """Where 112 is dialled, as a pjsip dial string; "" means the demo's own announcement."""
    rtp_start: Port = 10_000
    rtp_end: Port = 12_000

    @field_validator("dial_allow")
    @classmethod
    def _compiles(cls, patterns: list[str]) -> list[str]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                message = f"{pattern!r} is no pattern: {error}"
                raise ValueError(message) from None
        return patterns


class Ami(Section):
    """The manager interface; the secret is made at first start where none is given."""

    host: str = "127.0.0.1"
    port: Port = 5038
    bind_port: Port | None = None
    """Where our Asterisk listens, if that is not `port`: a tunnel or proxy lies between."""
    user: str = "centrala"
    secret: str = ""
    connect_timeout_s: Duration = 5
    action_timeout_s: Duration = 5
    ping_interval_s: Duration = 5
    ping_timeout_s: Duration = 3
    events_max: int = 20_000

    @property
    def asterisk_port(self) -> int:
        """Where Asterisk itself listens."""
        return self.bind_port or self.port


class Agi(Section):
    """Our FastAGI server."""

    host: str = "127.0.0.1"
    port: Port = 4573
    allow: list[str] = Field(default=["127.0.0.0/8", "::1/128"])
    connections_max: int = 2_000
    header_timeout_s: Duration = 3
    command_timeout_s: Duration = 60


class AudioSocket(Section):
    """Our AudioSocket server (speech)."""

    host: str = "127.0.0.1"
    port: Port = 9092


class AsteriskSettings(Section):
    """The Asterisk that Centrala starts."""

    http_host: str = "127.0.0.1"
    http_port: Port = 8088
    binary: str = ""
    """An Asterisk to use instead of looking for one."""
    mirror: str = ""
    """A Debian mirror to unpack a private Asterisk from; "" means the one in the machine's apt sources."""
    user: str = "nobody"
    phone_secret: str = ""
    """What the secrets of phones in browsers are made from; "" makes one at first start."""
    fallback_after_s: Duration = 60
    """How long callers wait with no controller before the static queue takes them."""
    voicemail_max_s: Duration = 120
    """The longest message a caller can leave."""
    voicemail_silence_s: Duration = 5
    """So long a silence ends a message."""

    @property
    def phone_address(self) -> str:
        """Where phones in browsers are carried to: Asterisk's WebSocket."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.http_host, self.http_host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.http_port}/ws"


class Desktop(Section):
    """The web application."""

    host: str = "127.0.0.1"
    port: Port = 8080
    public_origin: str = ""
    """The origin browsers use, such as `https://desk.example.pl`; "" means this host and port."""
    session_idle_s: Duration = 12 * 3600
    session_max_s: Duration = 24 * 3600
    browser_phone: bool = True
    """Whether pages offer a phone of their own."""
    listening_shown: bool = True
    """Whether a consultant's page says that a supervisor listens."""
    auto_answer: bool = False
    """Whether the phone in the browser answers by itself, after one signal tone."""
    proxies: list[str] = Field(default=[])
    """Addresses or networks of reverse proxies, whose `X-Forwarded-For` says who asks."""

    @field_validator("proxies")
    @classmethod
    def _networks(cls, proxies: list[str]) -> list[str]:
        for one in proxies:
            try:
                ip_network(one)
            except ValueError:
                message = f"{one!r} is no address or network"
                raise ValueError(message) from None
        return proxies


class Photos(Section):
    """Photos that callers send to a case from their own telephones."""

    origin: str = ""
    """What citizens' telephones reach, such as `https://zdjecia.example.pl`; "": `desktop.public_origin`."""
    valid_s: Duration = 24 * 3600
    """How long the address that is read aloud works."""
    bytes_max: int = Field(default=10_000_000, ge=100_000, le=50_000_000)
    """The largest file that is taken."""


class Acd(Section):
    """Defaults of routing; `queues.toml` may say otherwise for one queue."""

    wrap_up_s: Duration = 30
    wrap_up_extension_s: Duration = 60
    ring_timeout_s: Duration = 20
    ring_lead_s: Duration = 0.25
    """A phone rings when its consultant's page shows the caller, after so long at the latest; 0: at once."""
    rejoin_s: Duration = 20
    """How long a caller hears music for a consultant whose page is gone, before they wait in their queue."""
    rona_offers_max: int = Field(default=2, ge=1)
    """So many unanswered offers in a row take an agent out."""
    reoffer_after_reject_s: Duration = 5
    reoffer_after_no_answer_s: Duration = 2
    reoffer_after_busy_s: Duration = 5
    reoffer_after_unreachable_s: Duration = 5
    recording_pause_s_max: Duration = 120
    """A paused talk recording goes on by itself after so long."""
    queue_log: str = "queue_log"
    """The file, below the state directory, that Asterisk's queue_log is written to; "" for none."""
    queue_log_profile: Literal["standard", "queuemetrics", "asternic-legacy"] = "standard"


class Ivr(Section):
    """The dialogue with callers."""

    flow: str = "flows/19115.yaml"
    languages: list[str] = Field(default=["pl", "en"])


class Crm(Section):
    """Where cases are delivered."""

    url: str = ""
    """The endpoint that takes a case by POST; "" means the reference CRM of the demo."""
    body_template: str = "crm/case.json.j2"
    news_template: str = "crm/news.json.j2"
    reference_field: str = "number"
    """The field of the CRM's JSON answer that holds its own number."""
    timeout_s: Duration = 10
    retry_first_s: Duration = 1
    retry_max_s: Duration = 300
    reference_crm_port: Port = 8090


class Database(Section):
    """SQLite below the state directory by default; any SQLAlchemy asyncio URL."""

    url: str = ""


class Demo(Section):
    """The example city's accounts and past."""

    enabled: bool = True
    password: str = ""
    """The password of every demo account; "" makes one at first start and prints it."""


class Runtime(Section):
    """The process."""

    state_dir: Path = Path("var")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    time_zone: str = "Europe/Warsaw"


class Settings(Section):
    """All settings, and the folder of the city they came from."""

    city_dir: Path
    sip: Sip = Sip()
    ami: Ami = Ami()
    agi: Agi = Agi()
    audiosocket: AudioSocket = AudioSocket()
    asterisk: AsteriskSettings = AsteriskSettings()
    desktop: Desktop = Desktop()
    photos: Photos = Photos()
    acd: Acd = Acd()
    ivr: Ivr = Ivr()
    recordings: Recordings = Recordings()
    crm: Crm = Crm()
    smtp: Smtp = Smtp()
    webhook: Webhook = Webhook()
    database: Database = Database()
    demo: Demo = Demo()
    runtime: Runtime = Runtime()

    @property
    def state_dir(self) -> Path:
        """The absolute folder that everything written at run time lies below."""
        return self.runtime.state_dir.absolute()

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL of the store."""
        return self.database.url or f"sqlite+aiosqlite:///{self.state_dir / 'centrala.sqlite'}"

    @property
    def photo_origin(self) -> str:
        """The origin of addresses for citizens and the city's users: a public one, or host and port."""
        known = self.photos.origin or self.desktop.public_origin
        return known.rstrip("/") or f"http://{self.desktop.host}:{self.desktop.port}"

    @property
    def has_public_photos(self) -> bool:
        """Whether a public origin is set; without one, such addresses work in this network at most."""
        return bool(self.photos.origin or self.desktop.public_origin)

    @property
    def crm_url(self) -> str:
        """The endpoint that takes cases."""
        return self.crm.url or f"http://127.0.0.1:{self.crm.reference_crm_port}/cases"


def load(file: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of `file` with the overrides in `environ`; raise `ConfigError`."""
    try:
        with file.open("rb") as stream:
            tables = tomllib.load(stream)
    except FileNotFoundError:
        message = f"{file}: no such file"
        raise ConfigError(message) from None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{file}: {error}"
        raise ConfigError(message) from None
    if "city_dir" in tables:
        message = f"{file}: city_dir: unknown key"
        raise ConfigError(message)
    overridden = _override(tables, environ)
    try:
        return Settings.model_validate({**tables, "city_dir": file.parent.absolute()})
    except ValidationError as error:
        raise ConfigError(_one_line(file, overridden, error)) from None


def _override(tables: dict[str, Any], environ: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """Put the environment's values into `tables`; return which key came from which variable."""
    overridden: dict[tuple[str, ...], str] = {}
    for name in sorted(environ):
        if not name.startswith(ENV_PREFIX) or "__" not in name:
            continue
        section, key = name.removeprefix(ENV_PREFIX).lower().split("__", 1)
        table = tables.setdefault(section, {})
        if isinstance(table, dict):
            table[key] = _typed(section, key, environ[name])
            overridden[(section, key)] = name
    return overridden


def _typed(section: str, key: str, text: str) -> Any:
    """Return `text` as a list where the setting is one (comma separated), else as it is."""
    model = Settings.model_fields.get(section)
    kind = model.annotation if model is not None else None
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        one = kind.model_fields.get(key)
        if one is not None and str(one.annotation).startswith("list"):
            return [item.strip() for item in text.split(",") if item.strip()]
    return text


def _one_line(file: Path, overridden: Mapping[tuple[str, ...], str], error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = tuple(str(part) for part in first["loc"])
    source = overridden.get(place[:2])
    where = f"{source} (environment)" if source else str(file)
    reason = "unknown key" if first["type"] == "extra_forbidden" else first["msg"]
    return f"{where}: {'.'.join(place)}: {reason}"
