"""Files of a form, read from bytes as they would come over the network."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import MultipartReader, StreamReader
from aiohttp.base_protocol import BaseProtocol
from multidict import CIMultiDict, CIMultiDictProxy

from agent_desktop import photo_upload
from agent_desktop.photo_upload import PARTS_MAX, UploadBroken, files_of

BYTES_MAX = 1_000


class FakeRequest:
    """A request whose body is there already, or never ends."""

    def __init__(
        self, body: bytes, *, kind: str = "multipart/form-data; boundary=x", ends: bool = True
    ) -> None:
        self.content_type = kind.split(";", maxsplit=1)[0]
        self._headers = CIMultiDictProxy(CIMultiDict({"Content-Type": kind}))
        loop = asyncio.get_running_loop()
        self.protocol = BaseProtocol(loop)
        self.protocol.connection_made(asyncio.Transport())
        self._content = StreamReader(self.protocol, 2**16, loop=loop)
        self._content.feed_data(body)
        if ends:
            self._content.feed_eof()

    async def multipart(self) -> MultipartReader:
        return MultipartReader(self._headers, self._content)


def part(content: bytes, *, name: str = "photo", filename: str | None = "a.jpg") -> bytes:
    more = "" if filename is None else f'; filename="{filename}"'
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\nContent-Type: image/jpeg\r\n\r\n'
    return head.encode() + content + b"\r\n"


async def read(request: FakeRequest) -> list[bytes | None]:
    found: AsyncIterator[bytes | None] = files_of(request, bytes_max=BYTES_MAX)  # type: ignore[arg-type]
    return [file async for file in found]


async def test_the_files_that_were_chosen_come_one_after_the_other() -> None:
    body = part(b"one") + part(b"", filename="") + part(b"two") + part(b"x", name="other") + b"--x--\r\n"
    assert await read(FakeRequest(body)) == [b"one", b"two"]


async def test_a_file_that_is_too_large_is_none_and_the_next_one_is_read() -> None:
    body = part(b"a" * BYTES_MAX) + part(b"b" * (BYTES_MAX + 1)) + part(b"c") + b"--x--\r\n"
    assert await read(FakeRequest(body)) == [b"a" * BYTES_MAX, None, b"c"]


async def test_a_field_without_a_file_is_no_file() -> None:
    assert await read(FakeRequest(part(b"text", filename=None) + b"--x--\r\n")) == []
    assert await read(FakeRequest(part(b"", filename="") + b"--x--\r\n")) == []


BROKEN = [
    (b"", "application/json"),
    (b"", "multipart/form-data"),
    (b"not a form", "multipart/form-data; boundary=x"),
    (part(b"cut")[:-6], "multipart/form-data; boundary=x"),
    (part(b"y" * 20 * BYTES_MAX) + b"--x--\r\n", "multipart/form-data; boundary=x"),
    (
        b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\n--y--\r\n",
        "multipart/form-data; boundary=x",
    ),
]


@pytest.mark.parametrize(("body", "kind"), BROKEN)
async def test_what_is_no_whole_form_is_said_to_be_broken(body: bytes, kind: str) -> None:
    with pytest.raises(UploadBroken):
        await read(FakeRequest(body, kind=kind))


async def test_a_connection_that_is_gone_is_said_to_be_broken() -> None:
    request = FakeRequest(part(b"half")[:-10], ends=False)
    request.protocol.connection_lost(None)
    with pytest.raises(UploadBroken):
        await read(request)


async def test_so_many_parts_are_read_and_no_more() -> None:
    body = part(b"a") * (PARTS_MAX + 5) + b"--x--\r\n"
    assert len(await read(FakeRequest(body))) == PARTS_MAX


async def test_a_sender_who_sends_nothing_for_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_upload, "IDLE_S", 0.01)
    with pytest.raises(UploadBroken, match="too long"):
        await read(FakeRequest(part(b"half")[:-10], ends=False))
