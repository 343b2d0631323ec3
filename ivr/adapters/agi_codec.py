"""FastAGI as bytes: what Asterisk sends, cut into frames, and commands as lines. No input or output here.

Theory of operation. A connection opens with header lines `agi_<name>: <value>` up to an empty line. After
it Asterisk sends one reply to each command, and, at any moment between lines, the line `HANGUP`. A reply
is `<code> <text>`; 100 only announces a later reply and is dropped; 520 for a malformed command may bring
its usage text with it, from `520-` to `520 End of proper usage.`, and is one reply.

`AgiReader.receive` may be given the stream in pieces of any size and returns the same frames for every
way of cutting it. Whatever breaks the form or a limit becomes one `Violation`, after which the reader is
deaf: nothing behind it can be trusted. Every limit has a name below.

Source: main/res_agi.c of Asterisk 20 and 22 (`setup_env`, `agi_handle_command`, `run_agi`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import parse_qsl

from ivr.errors import ValueRefused

LINE_BYTES_MAX = 8_192
"""Longer than any line Asterisk writes: its own buffer for a reply is 8,192 bytes."""
COMMAND_BYTES_MAX = 8_191
"""What Asterisk reads of one command (`AGI_BUF_LEN` less the closing NUL)."""
HEADER_LINES_MAX = 160
"""22 fixed lines, and `agi_arg_1` to `agi_arg_127`."""
HEADER_BYTES_MAX = 65_536
USAGE_LINES_MAX = 256
"""The longest usage text of Asterisk 22 has 40 lines."""

CODE_TRYING = 100
CODE_SUCCESS = 200
CODE_DEAD_CHANNEL = 511
CODE_USAGE = 520

_HEADER_LINE = re.compile(r"(agi_[a-z0-9_]+):(?: (.*))?", re.DOTALL)
_REPLY_LINE = re.compile(r"([0-9]{3}) (.*)", re.DOTALL)
_RESULT = re.compile(r"result=(\S*)(?: \((.*)\))?(?: endpos=([0-9]{1,18}))?\s*", re.DOTALL)
_REFUSED_CHARACTERS = re.compile("[\r\n\0]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the call brought: Asterisk's fields without their `agi_` prefix; one not sent is absent."""

    fields: Mapping[str, str]

    @property
    def path(self) -> str:
        """The script that was asked for, without its query: `entry` for `agi://host/entry?x=1`."""
        return self.fields.get("network_script", "").partition("?")[0].strip("/")

    @property
    def query(self) -> Mapping[str, str]:
        """The query of the script that was asked for; the first value of a name counts."""
        text = self.fields.get("network_script", "").partition("?")[2]
        return MappingProxyType(dict(reversed(parse_qsl(text, keep_blank_values=True, max_num_fields=64))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to one command.

    `result` is the word behind `result=`, "" where there is none; `data` what stands in brackets behind
    it, None where there are no brackets; `end_position` counts samples of a played file; `text` is the
    whole answer, of several lines for a usage text.
    """

    code: int
    result: str = ""
    data: str | None = None
    end_position: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpNotice:
    """The caller hung up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """The stream is not FastAGI or breaks a limit; it is the last frame."""

    reason: str


Frame: TypeAlias = Header | Reply | HangUpNotice | Violation


class AgiReader:
    """Cuts what one connection sends into frames."""

    def __init__(self) -> None:
        """Expect a header."""
        self._buffer = bytearray()
        self._header: dict[str, str] | None = {}
        self._header_bytes = 0
        self._header_lines = 0
        self._usage: list[str] | None = None
        self._deaf = False

    def receive(self, data: bytes) -> tuple[Frame, ...]:
        """Return the frames that `data` completes, oldest first; () once there was a `Violation`."""
        if self._deaf:
            return ()
        self._buffer += data
        frames: list[Frame] = []
        for line in self._take_lines():
            frame = line if isinstance(line, Violation) else self._read(line)
            if frame is not None:
                frames.append(frame)
            if isinstance(frame, Violation):
                self._deaf = True
                self._buffer.clear()
                break
        return tuple(frames)

    def _take_lines(self) -> Iterator[str | Violation]:
        """Yield whole lines, and a `Violation` for one that is too long or holds a NUL."""
        while True:
            end = self._buffer.find(b"\n", 0, LINE_BYTES_MAX + 1)
            if end < 0:
                if len(self._buffer) > LINE_BYTES_MAX:
                    yield Violation(reason=f"a line is longer than {LINE_BYTES_MAX} bytes")
                return
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            if b"\0" in line:
                yield Violation(reason="a line holds a NUL")
                return
            yield line.decode("utf-8", errors="replace")

    def _read(self, line: str) -> Frame | None:
        if self._header is not None:
            return self._read_header(self._header, line)
        if self._usage is not None:
            return self._read_usage(self._usage, line)
        if line == "HANGUP":
            return HangUpNotice()
        if line.startswith(f"{CODE_USAGE}-"):
            self._usage = [line]
            return None
        return _read_reply(line)

    def _read_header(self, fields: dict[str, str], line: str) -> Frame | None:
        if not line:
            self._header = None
            return Header(fields=MappingProxyType(fields))
        self._header_lines += 1
        self._header_bytes += len(line)
        if self._header_lines > HEADER_LINES_MAX or self._header_bytes > HEADER_BYTES_MAX:
            return Violation(reason="the header is longer than Asterisk ever makes it")
        match = _HEADER_LINE.fullmatch(line)
        if match is None:
            return Violation(reason="a header line is not `agi_<name>: <value>`")
        fields.setdefault(match[1].removeprefix("agi_"), match[2] or "")
        return None

    def _read_usage(self, lines: list[str], line: str) -> Frame | None:
        if len(lines) >= USAGE_LINES_MAX:
            return Violation(reason=f"a usage text has more than {USAGE_LINES_MAX} lines")
        lines.append(line)
        if not line.startswith(f"{CODE_USAGE} "):
            return None
        self._usage = None
        return Reply(code=CODE_USAGE, text="\n".join(lines))


def encode_command(words: tuple[str, ...]) -> bytes:
    """Return a command as the line Asterisk reads: the first word as it is, every other one quoted.

    Raises:
        ValueRefused: a word holds CR, LF or NUL, or the line is longer than Asterisk reads.

    """
    if any(_REFUSED_CHARACTERS.search(word) for word in words):
        raise ValueRefused("a value for Asterisk holds a line break or a NUL")
    line = " ".join((words[0], *(_quote(word) for word in words[1:]))).encode() + b"\n"
    if len(line) > COMMAND_BYTES_MAX:
        message = f"a command of {len(line)} bytes is longer than the {COMMAND_BYTES_MAX} Asterisk reads"
        raise ValueRefused(message)
    return line


def _quote(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _read_reply(line: str) -> Frame | None:
    match = _REPLY_LINE.fullmatch(line)
    if match is None:
        return Violation(reason="a line is neither a reply nor HANGUP")
    code, text = int(match[1]), match[2]
    if code == CODE_TRYING:
        return None
    result = _RESULT.fullmatch(text)
    if code != CODE_SUCCESS or result is None:
        return Reply(code=code, text=text)
    position = int(result[3]) if result[3] is not None else None
    return Reply(code=code, result=result[1], data=result[2], end_position=position, text=text)
