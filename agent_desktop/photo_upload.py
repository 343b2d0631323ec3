"""The files of a form as they arrive, one after the other, with a limit on each and on the waiting.

Of a file that is larger than the limit the rest is read and thrown away: whoever sent it gets an answer in
words, which a connection that is cut would not let through, and the files after it are read as well.
"""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import RequestPayloadError

FIELD = "photo"
PARTS_MAX = 16
"""So many parts of a form are read; it has two fields, and more files than are taken."""
IDLE_S = 20.0
"""So long a sender may send nothing."""
_CHUNK_BYTES = 64 * 1024
_THROWN_AWAY_MAX = 5
"""A file that is so many times larger than allowed is not read to its end."""


_BROKEN = (ValueError, AssertionError, RuntimeError, HttpProcessingError, RequestPayloadError, OSError)
"""How aiohttp says that a form is none, is cut short, or that its sender is gone."""


class UploadBroken(Exception):
    """The form ended early, came too slowly, or is none."""


async def files_of(request: web.Request, *, bytes_max: int) -> AsyncIterator[bytes | None]:
    """Yield each file that was chosen, None for one that is too large; raise `UploadBroken`."""
    if request.content_type != "multipart/form-data":
        raise UploadBroken("not a form with files")
    try:
        form = await request.multipart()
        for _ in range(PARTS_MAX):
            part = await _next(form)
            if part is None:
                return
            content = await _read(part, bytes_max)
            if _is_file(part):
                yield content
    except TimeoutError:
        raise UploadBroken("nothing came for too long") from None
    except _BROKEN as error:
        raise UploadBroken(str(error)) from error


async def _next(form: MultipartReader) -> BodyPartReader | None:
    async with asyncio.timeout(IDLE_S):
        part = await form.next()
    if part is not None and not isinstance(part, BodyPartReader):
        raise UploadBroken("a form within the form")
    return part


def _is_file(part: BodyPartReader) -> bool:
    """Say whether the part is a file that somebody chose: a field left alone comes without a name."""
    return part.name == FIELD and bool(part.filename)


async def _read(part: BodyPartReader, bytes_max: int) -> bytes | None:
    content, length = bytearray(), 0
    while not part.at_eof():
        async with asyncio.timeout(IDLE_S):
            chunk = await part.read_chunk(_CHUNK_BYTES)
        length += len(chunk)
        if length <= bytes_max:
            content += chunk
        elif length > _THROWN_AWAY_MAX * bytes_max:
            raise UploadBroken("a file without an end")
    return bytes(content) if length <= bytes_max else None
