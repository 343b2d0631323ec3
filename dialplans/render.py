"""Asterisk's configuration out of our settings, by Jinja2 templates.

Three rules hold for every file. A name that a template asks for and nobody gave is an error. Every value
that goes in is looked at first: one that could end its line, start a comment or mean something to the
dialplan is refused, never cleaned. And a file is replaced whole or not at all, readable by its owner and
group only, since several hold secrets.
"""

import ipaddress
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import jinja2

from contact import browser_phone
from contact.errors import CentralaError
from contact.ids import Extension
from dialplans.layout import Layout
from dialplans.module import OPUS_TRANSCODERS, modules_for
from runtime.config import Settings

TEMPLATES = Path(__file__).parent / "templates"
FILE_MODE = 0o640
PHONES_MAX = 10_000
TURN_S_MAX = 5.0
TURNS_TO_FALLBACK = 6

_UNSAFE = re.compile(r"[\x00-\x1f\x7f;]")
_WORD = re.compile(r"[A-Za-z0-9_.:/@+%*-]+")
_EXTENSION = re.compile(r"[0-9]{1,16}")
_SECRET = re.compile(r"[\x21-\x3a\x3c-\x5b\x5d-\x7e]{1,128}")
_PEER = re.compile(r"(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:]{2,39}\])(?::[0-9]{1,5})?")
_NAME = re.compile(r'[^\x00-\x1f\x7f"<>;\\,|]{1,80}')


class RenderError(CentralaError):
    """The configuration cannot be written; the text names the value and the reason."""


class Asterisk(Protocol):
    """What is asked of the Asterisk that will read the configuration."""

    @property
    def modules_dir(self) -> Path:
        """Where its modules lie."""

    @property
    def data_dir(self) -> Path:
        """Where its own data lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A phone of the centre: it registers as `extension` with the digest `secret`.

    Without a controller the static queue rings those that `takes_calls`.

    Raises `RenderError` for a value that has no safe place in Asterisk's files.
    """

    extension: str
    secret: str
    name: str
    takes_calls: bool = True

    def __post_init__(self) -> None:
        """Refuse what could not be written as it is."""
        _must("the extension of a phone", _EXTENSION, self.extension)
        _must(f"the secret of phone {self.extension}", _SECRET, self.secret, shown=False)
        _must(f"the name of phone {self.extension}", _NAME, self.name)


def render(*, settings: Settings, phones: Sequence[Phone], install: Asterisk, directory: Path) -> bool:
    """Write all configuration files into `directory`; return whether any of them changed.

    `directory` is the folder `etc` of the instance: the others lie beside it. Files that are none of ours
    are left alone. Raises `RenderError` before the first file is touched.
    """
    texts = render_texts(settings=settings, phones=phones, install=install, directory=directory)
    directory.mkdir(mode=0o750, parents=True, exist_ok=True)
    changed = [name for name, text in texts.items() if _replace(directory / name, text)]
    return bool(changed)


def render_texts(
    *, settings: Settings, phones: Sequence[Phone], install: Asterisk, directory: Path
) -> dict[str, str]:
    """Return the text of every configuration file by its name."""
    values = _values(settings=settings, phones=phones, install=install, directory=directory)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        finalize=checked,
        autoescape=False,  # noqa: S701 -- these are no web pages; `checked` sees every value instead
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["word"] = word
    texts = {}
    for file in sorted(TEMPLATES.glob("*.conf.j2")):
        try:
            texts[file.stem] = environment.get_template(file.name).render(values)
        except jinja2.TemplateError as error:
            raise RenderError(f"{file.name}: {error}") from error
    return texts


def checked(value: object) -> object:
    """Return `value` as it is; raise `RenderError` where it could end its line or start a comment."""
    text = str(value)
    if isinstance(value, jinja2.Undefined) or value is None:
        raise RenderError(f"a value is missing: {value!r}")
    if _UNSAFE.search(text):
        raise RenderError(f"{text!r} holds a line break, a control character or a semicolon")
    return value


def word(value: object) -> str:
    """Return `value` as text if it means nothing to the dialplan but itself; raise `RenderError`."""
    return _must("a value of the dialplan", _WORD, str(value))


def _must(what: str, pattern: re.Pattern[str], text: str, *, shown: bool = True) -> str:
    if pattern.fullmatch(text) is None or text != text.strip():
        raise RenderError(f"{what}{f', {text!r},' if shown else ''} holds what Asterisk's files cannot")
    return text


def _values(
    *, settings: Settings, phones: Sequence[Phone], install: Asterisk, directory: Path
) -> Mapping[str, object]:
    extensions = [phone.extension for phone in phones]
    if len(set(extensions)) != len(extensions):
        raise RenderError("two phones have the same extension")
    if len(phones) > PHONES_MAX:
        raise RenderError(f"more than {PHONES_MAX} phones")
    if not settings.ami.secret:
        raise RenderError("ami.secret is empty")
    _must("ami.secret", _SECRET, settings.ami.secret, shown=False)
    _must("ami.user", re.compile(r"[A-Za-z0-9_-]{1,64}"), settings.ami.user)
    _must("sip.dialled", re.compile(r"\+?[0-9]{1,32}"), settings.sip.dialled)
    layout = Layout(folder=directory.parent)
    after_s = max(1, round(settings.asterisk.fallback_after_s))
    return {
        "settings": settings,
        "phones": phones,
        "install": install,
        "layout": layout,
        "etc": directory,
        "modules": modules_for(install.modules_dir),
        "opus": any((install.modules_dir / f"{name}.so").is_file() for name in OPUS_TRANSCODERS),
        "prompts": settings.state_dir / "prompts",
        "language": _must("ivr.languages", re.compile(r"[a-z]{2,3}"), settings.ivr.languages[0]),
        "fallback_after_s": after_s,
        "beep": layout.beep.with_suffix(""),
        "voicemail_max_s": round(settings.asterisk.voicemail_max_s),
        "voicemail_silence_s": round(settings.asterisk.voicemail_silence_s),
        "turn_s": min(TURN_S_MAX, after_s / TURNS_TO_FALLBACK),
        "sip_bind": _bound(settings.sip.bind),
        "agi_host": _bound(settings.agi.host),
        "ami_permits": _permits(settings.ami.host),
        "outbound": _peer(settings.sip.outbound),
        "browser_secrets": _browser_secrets(settings, phones),
        "browser_suffix": browser_phone.SUFFIX,
        "records": settings.recordings.possible,
        "rejoin_s": max(1, round(settings.acd.rejoin_s)),
        "emergency_dial": settings.sip.emergency_uri.removeprefix("PJSIP/"),
    }


def _browser_secrets(settings: Settings, phones: Sequence[Phone]) -> dict[str, str]:
    """Return the secret of each phone in a browser, by extension; without a master secret there are none."""
    master = settings.asterisk.phone_secret
    if not master or not settings.desktop.browser_phone:
        return {}
    return {one.extension: browser_phone.secret_of(Extension(one.extension), master) for one in phones}


def _peer(outbound: str) -> str:
    """Return the trunk's peer as it stands behind the @ of a SIP address; "" for none."""
    return _must("sip.outbound", _PEER, outbound) if outbound else ""


def _bound(host: str) -> str:
    """Return `host` as it is written before a port."""
    return f"[{host}]" if ":" in host else host


def _permits(host: str) -> list[str]:
    """Return the networks that may log in to the manager: this machine, by loopback or by `host`."""
    permits = ["127.0.0.0/255.0.0.0", "::1/128"]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return permits
    if not address.is_loopback and not address.is_unspecified:
        permits.append(f"{address}/{address.max_prefixlen}")
    return permits


def _replace(file: Path, text: str) -> bool:
    """Put `text` into `file` in one step; return whether that changed anything."""
    content = text.encode("utf-8")
    try:
        if file.read_bytes() == content:
            return False
    except FileNotFoundError:
        pass
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            os.fchmod(stream.fileno(), FILE_MODE)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return True
