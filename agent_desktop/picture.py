"""Pictures that strangers send: their first bytes say whether they are opened, a process cleans them."""

import asyncio
import contextlib
import hashlib
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from contact.errors import CentralaError

log = logging.getLogger(__name__)

PROGRAM = (sys.executable, "-I", str(Path(__file__).with_name("picture_process.py")))
DEADLINE_S = 30.0
AT_ONCE_MAX = 2
ANSWER_BYTES_MAX = 8_000_000
_WAIT_S = 60.0
_END_S = 5.0
_CHUNK_BYTES = 65_536
_HEAD_LENGTH = 12
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})


class PictureFault(StrEnum):
    """Why a file is not taken as a picture."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NO_PICTURE = "no_picture"
    HEIC = "heic"
    TOO_MANY_PIXELS = "too_many_pixels"
    BROKEN = "broken"
    TOO_SLOW = "too_slow"


class PictureRefused(CentralaError):
    """A file that is not taken."""

    def __init__(self, fault: PictureFault) -> None:
        """Keep why."""
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of our own making, as two JPEG files; `digest` names the file it was made from."""

    digest: str
    picture: bytes
    thumbnail: bytes
    width: int
    height: int


def fault_of_head(head: bytes) -> PictureFault | None:
    """Return why a file that begins so is not opened, None where it looks like JPEG, PNG or WebP."""
    if not head:
        return PictureFault.EMPTY
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return None
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return None
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return PictureFault.HEIC
    return PictureFault.NO_PICTURE


class PictureCleaner:
    """Starts a process for each picture, a few at once."""

    def __init__(self, *, program: Sequence[str] = PROGRAM, deadline_s: float = DEADLINE_S) -> None:
        """A process that takes longer than `deadline_s` is killed."""
        self._program = tuple(program)
        self._deadline_s = deadline_s
        self._turns = asyncio.Semaphore(AT_ONCE_MAX)

    async def clean(self, upload: bytes) -> Picture:
        """Return the picture without anything but its pixels; raise `PictureRefused`."""
        fault = fault_of_head(upload[:_HEAD_LENGTH])
        if fault is not None:
            raise PictureRefused(fault)
        try:
            async with asyncio.timeout(_WAIT_S):
                await self._turns.acquire()
        except TimeoutError:
            raise PictureRefused(PictureFault.TOO_SLOW) from None
        try:
            said = await self._run(upload)
        finally:
            self._turns.release()
        return picture_of(said, hashlib.sha256(upload).hexdigest())

    async def _run(self, upload: bytes) -> bytes:
        process = await asyncio.create_subprocess_exec(
            *self._program,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
        )
        is_over = False
        try:
            async with asyncio.timeout(self._deadline_s):
                said, _ = await asyncio.gather(_read(process), _write(process, upload))
                if len(said) == ANSWER_BYTES_MAX:
                    raise PictureRefused(PictureFault.BROKEN)
                await process.wait()
                is_over = True
                return said
        except TimeoutError:
            log.warning("a picture took longer than %g s and was given up", self._deadline_s)
            raise PictureRefused(PictureFault.TOO_SLOW) from None
        finally:
            if not is_over:
                await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill the process; it counts as over once what it has said is read."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_END_S):
            while process.stdout is not None and await process.stdout.read(_CHUNK_BYTES):
                pass
            await process.wait()


async def _write(process: asyncio.subprocess.Process, upload: bytes) -> None:
    """Give the file to the process; one that stops reading has its reasons."""
    if process.stdin is None:
        return
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(upload)
        await process.stdin.drain()
    process.stdin.close()


async def _read(process: asyncio.subprocess.Process) -> bytes:
    if process.stdout is None:
        return b""
    try:
        return await process.stdout.readexactly(ANSWER_BYTES_MAX)
    except asyncio.IncompleteReadError as whole:
        return whole.partial


def picture_of(said: bytes, digest: str) -> Picture:
    """Return what a process answered; one that died over the file has refused it."""
    line, _, files = said.partition(b"\n")
    try:
        words = json.loads(line)
        if "refused" in words:
            raise PictureRefused(PictureFault(words["refused"]))
        width, height, length, rest = (
            int(words[name]) for name in ("width", "height", "picture", "thumbnail")
        )
    except (ValueError, TypeError, KeyError):
        raise PictureRefused(PictureFault.BROKEN) from None
    if length + rest != len(files) or min(width, height, length, rest) < 1:
        raise PictureRefused(PictureFault.BROKEN)
    return Picture(
        digest=digest, picture=files[:length], thumbnail=files[length:], width=width, height=height
    )
