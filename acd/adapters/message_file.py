"""Messages that Asterisk recorded, as files `<call>.wav` in the folder the dialplan names.

A file whose recording was cut short by the end of Asterisk has a header that does not know its length, so
the header is never believed: what follows it is the sound, and it is given a new one.
"""

import io
import wave
from dataclasses import dataclass
from pathlib import Path

from contact.ids import CallId
from contact.times import Seconds

RATE_HZ = 8_000
SAMPLE_BYTES = 2
MESSAGE_BYTES_MAX = 64 * 1024 * 1024
"""More than an hour; a longer file is no message of ours."""
_HEADER_BYTES = 44
_SUFFIX = ".wav"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFile:
    """One file: whose call, and when it was last written to."""

    path: Path
    call: CallId
    written_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it is kept: a whole WAV file, and how long it plays."""

    duration_s: float
    audio: bytes


def find_messages(folder: Path) -> tuple[MessageFile, ...]:
    """Return every file in `folder`, oldest first; a folder that is not there has none."""
    found = []
    for path in folder.glob(f"*{_SUFFIX}"):
        try:
            written_at = path.stat().st_mtime
        except FileNotFoundError:
            continue
        found.append(
            MessageFile(path=path, call=CallId(path.name.removesuffix(_SUFFIX)), written_at=written_at)
        )
    return tuple(sorted(found, key=lambda one: (one.written_at, one.call)))


def read_message(path: Path) -> Message | None:
    """Return what was recorded; None for a file that holds no sound of ours."""
    if not _HEADER_BYTES < path.stat().st_size <= MESSAGE_BYTES_MAX:
        return None
    written = path.read_bytes()
    if written[:4] != b"RIFF" or written[8:12] != b"WAVE":
        return None
    sound = written[_HEADER_BYTES:]
    sound = sound[: len(sound) - len(sound) % SAMPLE_BYTES]
    whole = io.BytesIO()
    with wave.open(whole, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(SAMPLE_BYTES)
        out.setframerate(RATE_HZ)
        out.writeframes(sound)
    return Message(duration_s=len(sound) / SAMPLE_BYTES / RATE_HZ, audio=whole.getvalue())
