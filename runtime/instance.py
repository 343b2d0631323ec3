"""One running instance: its lock on the state directory, its secret, and the ports it will need."""

import errno
import fcntl
import os
import secrets
import socket
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from contact.errors import CentralaError
from runtime.config import Settings
from runtime.section import KEY_SIGNS_MIN, Recordings

LOCK_FILE = "centrala.pid"
AMI_SECRET_FILE = "ami.secret"  # noqa: S105 - the name of a file, not a secret
PHONE_SECRET_FILE = "phones.secret"  # noqa: S105 - the same
RECORDING_KEY_FILE = "recordings.key"
SECRET_BYTES = 24


class AlreadyRunning(CentralaError):
    """Another process works in this state directory."""


class PortTaken(CentralaError):
    """A port that a setting names is in use by somebody else."""


class StateLock:
    """An exclusive lock on a state directory, held as long as the process lives.

    The kernel drops it with the process, so a killed controller leaves nothing to clean up. The file holds
    the pid for people to read.
    """

    def __init__(self, state_dir: Path) -> None:
        """Prepare to lock `state_dir`, which is made if absent."""
        self._file = state_dir / LOCK_FILE
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        """Take the lock; raise `AlreadyRunning` with the pid of whoever has it."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            pid = os.read(descriptor, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(descriptor)
            message = (
                f"{self._file.parent}: Centrala already runs here (pid {pid}); stop it, "
                f"or set CENTRALA_RUNTIME__STATE_DIR to another folder"
            )
            raise AlreadyRunning(message) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
        self._descriptor = descriptor
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock back."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None


def read_secret(file: Path) -> str:
    """Return the secret in `file`, "" where there is none."""
    try:
        return file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def kept_secret(file: Path) -> str:
    """Return the secret in `file`, made there (readable by its owner only) when there is none."""
    if kept := read_secret(file):
        return kept
    made = secrets.token_urlsafe(SECRET_BYTES)
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        os.fchmod(stream.fileno(), 0o600)
        stream.write(made + "\n")
    return made


def complete(settings: Settings, *, make: bool = True) -> Settings:
    """Return `settings` with the manager's, the browser phones' and the recordings' secrets.

    Where none is given the kept one is taken. They are made at the first start; with `make` off nothing is
    written and they may stay empty.
    """
    secret_in = kept_secret if make else read_secret
    ami, asterisk = settings.ami, settings.asterisk
    if not ami.secret:
        ami = ami.model_copy(update={"secret": secret_in(settings.state_dir / AMI_SECRET_FILE)})
    if not asterisk.phone_secret:
        kept = secret_in(settings.state_dir / PHONE_SECRET_FILE)
        asterisk = asterisk.model_copy(update={"phone_secret": kept})
    recordings = _with_key(settings, secret_in)
    return settings.model_copy(update={"ami": ami, "asterisk": asterisk, "recordings": recordings})


def _with_key(settings: Settings, secret_in: Callable[[Path], str]) -> Recordings:
    """Return the settings of recordings with their key; the demo may make one, a city has to give its own.

    A key that is made where the recordings lie protects no backup and no stolen disk.
    """
    recordings = settings.recordings
    if recordings.key or not recordings.enabled:
        return recordings
    key = ""
    if recordings.key_file:
        key = read_secret(settings.city_dir / recordings.key_file)
    elif settings.demo.enabled:
        key = secret_in(settings.state_dir / RECORDING_KEY_FILE)
    return recordings.model_copy(update={"key": key if len(key) >= KEY_SIGNS_MIN else ""})


def own_ports(settings: Settings) -> list[tuple[str, str, int]]:
    """Return setting, host and port of every TCP port this process itself will listen on."""
    ports = [
        ("agi.port", settings.agi.host, settings.agi.port),
        ("desktop.port", settings.desktop.host, settings.desktop.port),
    ]
    if settings.demo.enabled and not settings.crm.url:
        ports.append(("crm.reference_crm_port", "127.0.0.1", settings.crm.reference_crm_port))
    return ports


def asterisk_ports(settings: Settings) -> list[tuple[str, str, int]]:
    """Return setting, host and port of the TCP ports that a new Asterisk will listen on."""
    return [
        ("ami.port", settings.ami.host, settings.ami.asterisk_port),
        ("asterisk.http_port", settings.asterisk.http_host, settings.asterisk.http_port),
    ]


def check_free(ports: list[tuple[str, str, int]]) -> None:
    """Raise `PortTaken` for the first TCP port that cannot be listened on."""
    for setting, host, port in ports:
        _check(setting, host, port, socket.SOCK_STREAM)


def check_sip_free(settings: Settings) -> None:
    """Raise `PortTaken` when the SIP port, which is UDP, is in use."""
    _check("sip.port", settings.sip.bind, settings.sip.port, socket.SOCK_DGRAM)


def _check(setting: str, host: str, port: int, kind: socket.SocketKind) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            section, key = setting.split(".")
            reason = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            message = (
                f"port {port} on {host} {reason}: set {setting} "
                f"(CENTRALA_{section.upper()}__{key.upper()}) to another one"
            )
            raise PortTaken(message) from None
