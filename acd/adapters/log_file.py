"""Text files that other programs rotate: appended to, and read on from where reading stopped.

A rotation gives the old file another name and leaves a new one, or none, in its place. A writer notices
that at its next line, since the path then leads to another inode; a reader first reads the old file to its
end, under the new name. A file that is shorter than it was has been emptied and is read from its start.
"""

import os
from dataclasses import dataclass
from pathlib import Path

MODE = 0o640
"""Owner and group: these files hold callers' numbers."""
ROTATED_MAX = 20
"""So many files of the same name with an ending are looked at for the one that was rotated away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a file was read or written: the first `length` bytes of the file with this inode."""

    inode: int = 0
    length: int = 0


class AppendedFile:
    """A file that only grows at its end, under whatever name it was rotated to in the meantime."""

    def __init__(self, path: Path) -> None:
        """Prepare; the file is made by the first `append`."""
        self._path = path
        self._descriptor: int | None = None
        self._inode = 0

    @property
    def path(self) -> Path:
        """Where the file is looked for."""
        return self._path

    def append(self, content: bytes) -> int:
        """Write as many whole lines of `content` as fit; return their length. Raise `OSError` for none."""
        descriptor = self._opened()
        written = 0
        while written < len(content):
            try:
                written += os.write(descriptor, content[written:])
            except OSError:
                whole = content.rfind(b"\n", 0, written) + 1
                os.ftruncate(descriptor, os.fstat(descriptor).st_size - (written - whole))
                if not whole:
                    raise
                return whole
        return written

    def place(self) -> Place:
        """Return the end of the file, opening or making it; raise `OSError`."""
        found = os.fstat(self._opened())
        return Place(inode=found.st_ino, length=found.st_size)

    def cut_torn_end(self) -> None:
        """Drop an end that is no whole line, left by a power cut; raise `OSError`."""
        descriptor = self._opened()
        content = self._path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole != len(content):
            os.ftruncate(descriptor, whole)

    def close(self) -> None:
        """Let go of the file; it is opened again when needed."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _opened(self) -> int:
        if self._descriptor is not None and self._is_there():
            return self._descriptor
        self.close()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, MODE)
        self._descriptor, self._inode = descriptor, os.fstat(descriptor).st_ino
        return descriptor

    def _is_there(self) -> bool:
        try:
            return self._path.stat().st_ino == self._inode
        except FileNotFoundError:
            return False


def read_on(path: Path, since: Place) -> tuple[list[str], Place]:
    """Return the whole lines written to the file at `path` since `since`, and where they end.

    A file that is not there has no lines. Raises `OSError` where it cannot be read.
    """
    lines: list[str] = []
    try:
        inode = path.stat().st_ino
    except FileNotFoundError:
        return lines, since
    start = since.length
    if inode != since.inode:
        for rotated in _rotated(path, since.inode):
            more, _ = _read(rotated, start)
            lines += more
            start = 0
        start = 0
    more, length = _read(path, start)
    return lines + more, Place(inode=inode, length=length)


def _read(path: Path, start: int) -> tuple[list[str], int]:
    """Return the whole lines from `start` on, and where they end."""
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        start = start if start <= size else 0
        stream.seek(start)
        content = stream.read()
    end = content.rfind(b"\n") + 1
    return content[:end].decode("utf-8", "replace").split("\n")[:-1], start + end


def _rotated(path: Path, inode: int) -> list[Path]:
    """Return the file with `inode` under its new name and those that came between, the oldest first."""
    beside = sorted(
        (one for one in path.parent.glob(f"{path.name}?*") if one.is_file()),
        key=lambda one: one.stat().st_mtime_ns,
    )[-ROTATED_MAX:]
    for number, one in enumerate(beside):
        if inode and one.stat().st_ino == inode:
            return beside[number:]
    return []
