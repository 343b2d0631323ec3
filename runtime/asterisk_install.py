"""Which Asterisk is used: an installed one that is new and sound, else a private one made from packages.

An Asterisk is wanted of version 20 or later and without the hole in the manager interface that let
`Originate` run commands (CVE-2024-42365, closed in 20.9.2 and 21.4.2). Whatever is passed over is named
with its reason in a line given to `say`.
"""

import logging
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from contact.errors import CentralaError
from runtime.config import Settings

log = logging.getLogger(__name__)

Say = Callable[[str], None]
Version = tuple[int, int, int]

OLDEST_MAJOR = 20
CLOSED_IN: Mapping[int, Version] = {20: (20, 9, 2), 21: (21, 4, 2)}
"""The first version of each line without CVE-2024-42365; later lines never had it."""
VERSION_TIMEOUT_S = 20

_VERSION = re.compile(r"^Asterisk (?:certified[-/])?(\d+)\.(\d+)(?:\.(\d+))?")
_MODULE_FOLDERS = ("lib/*/asterisk/modules", "lib/asterisk/modules", "lib64/asterisk/modules")
_DATA_FOLDERS = ("share/asterisk", "../var/lib/asterisk", "var/lib/asterisk")


class AsteriskError(CentralaError):
    """Asterisk cannot be found, made, started or asked; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskInstall:
    """A runnable Asterisk.

    `command` is what is put before Asterisk's own arguments: the binary, or for a private tree its
    loader with the tree's library folders. `text` is the version as Asterisk prints it.
    """

    command: tuple[str, ...]
    version: Version
    text: str
    modules_dir: Path
    data_dir: Path
    private: bool

    def has_module(self, name: str) -> bool:
        """Return whether the module `name` (without `.so`) is part of this Asterisk."""
        return (self.modules_dir / f"{name}.so").is_file()


def parse_version(text: str) -> Version | None:
    """Return the version in the answer to `asterisk -V`, or None where the text is not one."""
    found = _VERSION.match(text.strip())
    if found is None:
        return None
    major, minor, patch = found.groups(default="0")
    return int(major), int(minor), int(patch)


def objection(version: Version) -> str:
    """Return why an Asterisk of this version is not used, "" where nothing speaks against it."""
    if version[0] < OLDEST_MAJOR:
        return f"too old, {OLDEST_MAJOR} or later is needed"
    closed = CLOSED_IN.get(version[0])
    if closed is not None and version < closed:
        return f"has CVE-2024-42365, closed in {'.'.join(map(str, closed))}"
    return ""


def ask_version(command: tuple[str, ...]) -> str:
    """Return what `asterisk -V` prints, "" where it cannot be run."""
    try:
        done = subprocess.run(  # noqa: S603 -- the operator's own binary, no shell
            [*command, "-V"], capture_output=True, text=True, timeout=VERSION_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def default_cache_dir(environ: Mapping[str, str] = os.environ, *, root: bool | None = None) -> Path:
    """Return where a private Asterisk is kept.

    `$CENTRALA_CACHE` where set; `/var/cache/centrala` for root, so that an unprivileged user can read
    it; else `~/.cache/centrala`.
    """
    if environ.get("CENTRALA_CACHE"):
        return Path(environ["CENTRALA_CACHE"]).absolute()
    if os.geteuid() == 0 if root is None else root:
        return Path("/var/cache/centrala")
    base = environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "centrala"


def installed(binary: str, *, say: Say) -> AsteriskInstall | None:
    """Return the Asterisk of this machine at `binary`, or None with a line on why it is passed over."""
    text = ask_version((binary,))
    version = parse_version(text)
    if version is None:
        say(f"{binary} does not answer with an Asterisk version: passed over")
        return None
    reason = objection(version)
    if reason:
        say(
            f"{binary} is {text}: passed over, it {reason}"
            if "CVE" in reason
            else f"{binary} is {text}: passed over, {reason}"
        )
        return None
    prefix = Path(binary).resolve().parent.parent
    modules = first_folder(prefix, _MODULE_FOLDERS)
    data = first_folder(prefix, _DATA_FOLDERS)
    if modules is None or data is None:
        say(f"{binary} is {text}: passed over, its modules or data are not below {prefix}")
        return None
    return AsteriskInstall(
        command=(binary,), version=version, text=text, modules_dir=modules, data_dir=data, private=False
    )


def private(tree: Path) -> AsteriskInstall:
    """Return the Asterisk in a folder of extracted Debian packages; raise `AsteriskError`."""
    loader = next(iter(sorted(tree.glob("usr/lib/*/ld-linux*.so.*"))), None)
    modules = first_folder(tree / "usr", _MODULE_FOLDERS)
    binary = tree / "usr/sbin/asterisk"
    if loader is None or modules is None or not binary.is_file():
        raise AsteriskError(f"{tree} is not a complete Asterisk: remove this folder and start again")
    libraries = f"{loader.parent}:{loader.parent / 'asterisk'}"
    command = (str(loader), "--library-path", libraries, str(binary))
    text = ask_version(command)
    version = parse_version(text)
    if version is None:
        raise AsteriskError(f"{binary} does not run on this machine: remove {tree} and start again")
    reason = objection(version)
    if reason:
        raise AsteriskError(f"{tree} holds {text}, which {reason}: remove this folder and start again")
    return AsteriskInstall(
        command=command,
        version=version,
        text=text,
        modules_dir=modules,
        data_dir=tree / "usr/share/asterisk",
        private=True,
    )


def first_folder(prefix: Path, patterns: tuple[str, ...]) -> Path | None:
    """Return the first folder below `prefix` that one of `patterns` names."""
    for pattern in patterns:
        for folder in sorted(prefix.glob(pattern)):
            if folder.is_dir():
                return folder
    return None


def candidate(settings: Settings) -> str:
    """Return the binary to try first: the configured one, else the one on the search path, else ""."""
    if settings.asterisk.binary:
        return settings.asterisk.binary
    places = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    return shutil.which("asterisk", path=places) or ""
