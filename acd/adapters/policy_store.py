"""The policy's file: read into rulings, and written as a whole or not at all."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from acd.adapters.policy_file import policy_text, queue_defaults, read_policy
from acd.adapters.policy_record import policy_body
from acd.errors import PolicyError
from acd.journal import Ruling
from runtime.config import Acd

TEXT_BYTES_MAX = 512 * 1024


class PolicyStore:
    """Reads and writes one `queues.toml`, with the settings' defaults and the city's time zone."""

    def __init__(self, *, file: Path, defaults: Acd, time_zone: str) -> None:
        """Keep where it is and how it is read."""
        self._file = file
        self._defaults = defaults
        self._time_zone = time_zone

    def read(self) -> str:
        """Return what the file says; raise `PolicyError` where it cannot be read."""
        return policy_text(self._file)

    def ruling(self, text: str) -> Ruling:
        """Return the policy in `text`, and how the journal keeps it; raise `PolicyError`."""
        if len(text.encode()) > TEXT_BYTES_MAX:
            raise PolicyError(f"{self._file}: more than {TEXT_BYTES_MAX} bytes")
        policy = read_policy(text, self._file, self._defaults, ZoneInfo(self._time_zone))
        return Ruling(policy, policy_body(text, self._defaults, self._time_zone))

    def queue_defaults(self) -> tuple[tuple[str, str], ...]:
        """Return what holds for each key of a queue that is not written."""
        return queue_defaults(self._defaults)

    def unplaced(self, error: PolicyError) -> str:
        """Return what `error` says without the name of the file."""
        return str(error).removeprefix(f"{self._file}: ")

    def is_writable(self) -> bool:
        """Return whether the file could be written: itself, and the folder it is replaced in."""
        return os.access(self._file, os.W_OK) and os.access(self._file.parent, os.W_OK)

    def write(self, text: str) -> None:
        """Put `text` in the place of the file, with its owner and mode; raise `PolicyError`.

        Whoever reads meanwhile, also after a power cut, finds the old text or the new one.
        """
        file = self._file.resolve()
        if not self.is_writable():
            raise PolicyError(f"{self._file}: is read-only")
        try:
            new = _beside(file, text)
            try:
                shutil.copymode(file, new)
                _keep_owner(file, new)
                new.replace(file)
            finally:
                new.unlink(missing_ok=True)
            _sync(file.parent)
        except OSError as error:
            raise PolicyError(f"{self._file}: cannot be written: {error}") from None


def version_of(text: str) -> str:
    """Return a short name of exactly this text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _beside(file: Path, text: str) -> Path:
    """Return a new file in the same folder that holds `text`, on disk."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=file.parent, prefix=f".{file.name}-", delete=False
    ) as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    return Path(stream.name)


def _keep_owner(file: Path, new: Path) -> None:
    if os.geteuid() == 0:
        known = file.stat()
        os.chown(new, known.st_uid, known.st_gid)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
