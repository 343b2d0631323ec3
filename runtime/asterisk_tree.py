"""A private Asterisk out of Debian packages, unpacked into a folder and run there without installing it.

The packages come from the mirror in the machine's own apt sources, checked against the Debian archive
keys. The folder is built under another name and renamed when it is whole, so a folder with the right
name is always complete; what an interrupted build left is removed by the next one.
"""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from runtime.asterisk_install import AsteriskError, AsteriskInstall, Say, objection, parse_version, private

DEBIAN_SUITES = ("forky", "sid")
"""Debian 12 and 13 have no Asterisk; these have 22."""
TREE = "asterisk-22"
EXPIRED = "is expired"
STEPS = {"running apt-get update": "reading the package lists", "extracting archives": "unpacking"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One archive that apt reads: its address and the suites and components taken from it."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]


def unpacked(cache_dir: Path, *, mirror: str, say: Say, etc: Path = Path("/etc")) -> AsteriskInstall:
    """Return the private Asterisk in `cache_dir`, made first where it is not there yet.

    Raises `AsteriskError` where no packages of a new enough Asterisk can be had.
    """
    tree = cache_dir / TREE
    if not tree.is_dir():
        cache_dir.mkdir(parents=True, exist_ok=True)
        with _lock(cache_dir):
            if not tree.is_dir():
                _build(tree, mirror=mirror, say=say, etc=etc)
    return private(tree)


def parse_sources(text: str, *, deb822: bool) -> list[Source]:
    """Return the binary package sources that are in use in one file of apt's sources."""
    return list(_deb822(text) if deb822 else _one_line(text))


def machine_sources(etc: Path = Path("/etc")) -> list[Source]:
    """Return the sources of this machine, in the order apt reads them."""
    sources = []
    folder = etc / "apt/sources.list.d"
    files = [etc / "apt/sources.list", *(sorted(folder.iterdir()) if folder.is_dir() else ())]
    for file in files:
        if file.suffix in (".list", ".sources") and file.is_file():
            text = file.read_text(encoding="utf-8", errors="replace")
            sources += parse_sources(text, deb822=file.suffix == ".sources")
    return sources


def mirror_of(sources: list[Source], *, release: Mapping[str, str]) -> Source | None:
    """Return the source that carries the distribution itself, not its security or a vendor's archive."""
    codename = release.get("VERSION_CODENAME", "")
    for source in sources:
        names = {suite.split("-")[0].split("/")[0] for suite in source.suites}
        plain = any("-" not in suite and "/" not in suite for suite in source.suites)
        known = {codename, "stable", "testing", "unstable", *DEBIAN_SUITES}
        if plain and "main" in source.components and names & known:
            return source
    return None


def os_release(etc: Path = Path("/etc")) -> dict[str, str]:
    """Return what `os-release` says about this machine."""
    try:
        lines = (etc / "os-release").read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    pairs = (line.split("=", 1) for line in lines if "=" in line)
    return {key: value.strip().strip('"') for key, value in pairs}


def _deb822(text: str) -> Iterator[Source]:
    for paragraph in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        last = ""
        for line in paragraph.splitlines():
            if line.startswith("#"):
                continue
            if line[:1] in (" ", "\t") and last:
                fields[last] += " " + line.strip()
            elif ":" in line:
                last, value = line.split(":", 1)
                last = last.strip().lower()
                fields[last] = value.strip()
        enabled = fields.get("enabled", "yes").lower() not in ("no", "false")
        if not enabled or "deb" not in fields.get("types", "").split():
            continue
        for uri in fields.get("uris", "").split():
            yield Source(
                uri=uri,
                suites=tuple(fields.get("suites", "").split()),
                components=tuple(fields.get("components", "").split()),
            )


def _one_line(text: str) -> Iterator[Source]:
    for line in text.splitlines():
        found = re.match(r"\s*deb\s+(?:\[[^]]*\]\s*)?(\S+)\s+(\S+)\s*([^#]*)", line)
        if found is not None:
            uri, suite, components = found.groups()
            yield Source(uri=uri, suites=(suite,), components=tuple(components.split()))


@contextmanager
def _lock(cache_dir: Path) -> Iterator[None]:
    """Let one process at a time build in `cache_dir`; the kernel drops the lock with its holder."""
    descriptor = os.open(cache_dir / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _build(tree: Path, *, mirror: str, say: Say, etc: Path) -> None:
    suites, address, components = _origin(mirror, etc)
    if shutil.which("mmdebstrap") is None:
        raise AsteriskError("mmdebstrap is missing: apt-get install mmdebstrap debian-archive-keyring")
    for left in tree.parent.glob(f".{tree.name}-*"):
        shutil.rmtree(left, ignore_errors=True)
    say(f"No usable Asterisk is installed: unpacking a private one into {tree} (about 270 MB, once)")
    reasons = []
    for suite in suites:
        building = Path(tempfile.mkdtemp(prefix=f".{tree.name}-", dir=tree.parent))
        try:
            reason = _fetch(building, suite=suite, mirror=address, components=components, say=say)
            if not reason:
                building.chmod(0o755)
                private(building)
                building.rename(tree)
                say(f"Asterisk is ready in {tree}")
                return
            reasons.append(f"{suite}: {reason}")
        finally:
            shutil.rmtree(building, ignore_errors=True)
    raise AsteriskError(f"no Asterisk could be unpacked from {address} ({'; '.join(reasons)})")


def _origin(mirror: str, etc: Path) -> tuple[tuple[str, ...], str, str]:
    """Return suites to try, mirror and components; raise `AsteriskError` where there is no such place."""
    if mirror:
        return DEBIAN_SUITES, mirror, "main"
    release = os_release(etc)
    source = mirror_of(machine_sources(etc), release=release)
    if source is not None and release.get("ID") == "debian":
        return DEBIAN_SUITES, source.uri, "main"
    offered = _offered()
    version = parse_version(f"Asterisk {offered}")
    if source is not None and version is not None and not objection(version):
        return source.suites, source.uri, ",".join(source.components)
    reason = objection(version) if version is not None else "there is none"
    raise AsteriskError(
        f"the asterisk package of this distribution ({offered or 'none'}) cannot be used: {reason}. Install "
        "Asterisk 20.9.2 or later, or 22, and name it in CENTRALA_ASTERISK__BINARY; or name a Debian mirror "
        "in CENTRALA_ASTERISK__MIRROR (with the packages mmdebstrap and debian-archive-keyring installed) "
        "and a private one is unpacked from there"
    )


def _offered() -> str:
    """Return the version of the package `asterisk` that apt would install, without its epoch."""
    if shutil.which("apt-cache") is None:
        return ""
    done = subprocess.run(
        ["apt-cache", "policy", "asterisk"],  # noqa: S607 -- apt as the search path has it
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    found = re.search(r"Candidate: (?:\d+:)?(\d[\w.+~-]*)", done.stdout)
    return found.group(1) if found is not None else ""


def _fetch(building: Path, *, suite: str, mirror: str, components: str, say: Say) -> str:
    """Unpack Asterisk of `suite` into `building`; return why it did not work, "" where it did."""
    command = ["mmdebstrap", "--variant=extract", "--include=asterisk", f"--components={components}"]
    if os.geteuid() != 0:
        command.append("--mode=chrootless")  # nothing is run in the tree: no privileges, no namespaces
    command += [f"--aptopt={line}" for line in _proxies()]
    reason = _unpack([*command, suite, "-", mirror], building, say=say)
    if EXPIRED not in reason:
        return reason
    say(f"The mirror's list of {suite} is past its date: used all the same, its signature is checked")
    command += ['--aptopt=Acquire::Check-Valid-Until "false"']
    return _unpack([*command, suite, "-", mirror], building, say=say)


def _proxies() -> list[str]:
    """Return the machine's own apt settings for reaching its mirror, which mmdebstrap does not read."""
    if shutil.which("apt-config") is None:
        return []
    done = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=False)  # noqa: S607
    wanted = re.compile(r'^Acquire::https?::\S*proxy\S* ".+";$', re.IGNORECASE)
    return [line.rstrip(";") for line in done.stdout.splitlines() if wanted.match(line)]


def _unpack(command: list[str], building: Path, *, say: Say) -> str:
    """Run mmdebstrap into `building`, telling its stages; return its error, "" where it did well.

    It writes an archive that is unpacked here: whatever way it has of working without privileges, the
    files belong to whoever runs this.
    """
    tar = ["tar", "-x", "-C", str(building), "--no-same-owner", "--exclude=./dev/*"]
    quiet = subprocess.DEVNULL
    with (
        subprocess.Popen(  # noqa: S603 -- no shell, and nothing a stranger could have typed
            command, stdin=quiet, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as source,
        subprocess.Popen(tar, stdin=source.stdout, stdout=quiet, stderr=quiet) as sink,  # noqa: S603
    ):
        if source.stdout is not None:
            source.stdout.close()
        errors = [] if source.stderr is None else _errors(source.stderr, say=say)
        statuses = source.wait(), sink.wait()
    if statuses == (0, 0):
        return ""
    return errors[0] if errors else f"mmdebstrap and tar ended with {statuses[0]} and {statuses[1]}"


def _errors(lines: Iterable[str], *, say: Say) -> list[str]:
    """Return the error lines among what mmdebstrap prints; tell the stages it goes through."""
    errors: list[str] = []
    for line in lines:
        for sign, stage in STEPS.items():
            if sign in line:
                say(f"  {stage} ...")
        if line.startswith("E: "):
            errors.append(line[3:].strip())
    return errors
