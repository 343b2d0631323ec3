"""Talks that Asterisk recorded, as files `<call>@<offer>@<ms>-<side>.wav` in the folder the dialplan names.

A talk is one or several *stretches*: a hold, a consultation or a reloaded page ends one and begins another.
Each has a file for either side, and in its name when it began. Together they are one recording of two
channels, the consultant on the left and the caller on the right; between stretches lies silence, so that
times stay right. The header of a file is never believed (see `message_file`).
"""

import array
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from acd.errors import TalkUnreadable
from contact.ids import CallId, OfferId
from contact.times import Seconds

RATE_HZ = 8_000
SAMPLE_BYTES = 2
TALK_S_MAX = 7_200.0
"""What was said after two hours of a talk is not kept."""
FLAC_WITHIN_S = 120.0
_HEADER_BYTES = 44
_BLOCK_SAMPLES = 80_000
_SIDES = ("agent", "caller")
_NAME = re.compile(
    r"(?P<call>[A-Za-z0-9._-]+)@(?P<offer>[A-Za-z0-9._-]+)@(?P<ms>[0-9]{13})-(?P<side>agent|caller)\.wav"
)
_SOX = ("sox", "-q", "-t", "raw", "-r", str(RATE_HZ), "-e", "signed", "-b", "16", "-c", "2", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkFile:
    """The files of one talk, as (moment of beginning, path without side), and when one was written last."""

    call: CallId
    offer: OfferId
    stretches: tuple[tuple[Seconds, Path], ...]
    written_at: Seconds

    @property
    def begins_at(self) -> Seconds:
        """When the first stretch began."""
        return self.stretches[0][0]

    def remove(self) -> None:
        """Delete every file of the talk."""
        for _, stem in self.stretches:
            for side in _SIDES:
                _path(stem, side).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkAudio:
    """A talk as it is kept: FLAC of two channels."""

    duration_s: float
    audio: bytes


def find_talks(folder: Path) -> tuple[TalkFile, ...]:
    """Return the talks whose files lie in `folder`, oldest first; a folder that is not there has none."""
    stretches: dict[tuple[str, str], dict[Path, Seconds]] = {}
    written: dict[tuple[str, str], Seconds] = {}
    for path in folder.glob("*.wav"):
        found = _NAME.fullmatch(path.name)
        if found is None:
            continue
        try:
            written_at = path.stat().st_mtime
        except FileNotFoundError:
            continue
        whose = found["call"], found["offer"]
        stem = path.with_name(path.name.rpartition("-")[0])
        stretches.setdefault(whose, {})[stem] = int(found["ms"]) / 1000
        written[whose] = max(written.get(whose, 0.0), written_at)
    talks = (
        TalkFile(
            call=CallId(call),
            offer=OfferId(offer),
            stretches=tuple(sorted((at, stem) for stem, at in found.items())),
            written_at=written[(call, offer)],
        )
        for (call, offer), found in stretches.items()
    )
    return tuple(sorted(talks, key=lambda one: (one.begins_at, one.offer)))


def read_talk(talk: TalkFile) -> TalkAudio | None:
    """Return a talk in the form it is kept in, None for one without sound; raise `TalkUnreadable`.

    It takes a fraction of a second for a usual talk, and more for a long one: not for the event loop.
    """
    flac = talk.stretches[0][1].with_suffix(".flac")
    try:
        samples = _write_flac(talk, flac)
        audio = flac.read_bytes() if samples else b""
    except (OSError, subprocess.SubprocessError) as error:
        raise TalkUnreadable(f"{flac.name}: {error}") from error
    finally:
        flac.unlink(missing_ok=True)
    return TalkAudio(duration_s=samples / RATE_HZ, audio=audio) if samples else None


def _write_flac(talk: TalkFile, flac: Path) -> int:
    """Write the whole talk to `flac`; return how many samples each channel has."""
    command = [*_SOX, "-t", "flac", str(flac)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as sox:  # noqa: S603 - our own words
        assert sox.stdin is not None  # noqa: S101 - it was asked for
        try:
            samples = 0
            for block in _blocks(talk):
                sox.stdin.write(block.tobytes())
                samples += len(block) // 2
            sox.stdin.close()
            status = sox.wait(FLAC_WITHIN_S)
        except BaseException:
            sox.kill()
            raise
        if status != 0:
            assert sox.stderr is not None  # noqa: S101 - the same
            raise OSError(f"sox: {sox.stderr.read(200).decode(errors='replace').strip()}")
    return samples


def _blocks(talk: TalkFile) -> Iterator["array.array[int]"]:
    """Yield the talk as samples of both channels in turn, with silence between its stretches."""
    most, done = round(TALK_S_MAX * RATE_HZ), 0
    for nth, (at, stem) in enumerate(talk.stretches):
        begins = min(most, round((at - talk.begins_at) * RATE_HZ))
        while done < begins:
            gap = min(_BLOCK_SAMPLES, begins - done)
            yield array.array("h", bytes(2 * SAMPLE_BYTES * gap))
            done += gap
        later = talk.stretches[nth + 1 :]
        ends = min(most, round((later[0][0] - talk.begins_at) * RATE_HZ)) if later else most
        for block in _stretch(stem, ends - done):
            yield block
            done += len(block) // 2


def _stretch(stem: Path, samples_max: int) -> Iterator["array.array[int]"]:
    """Yield at most so many samples of one stretch; the shorter side is silent at its end."""
    with _opened(stem, _SIDES[0]) as agent, _opened(stem, _SIDES[1]) as caller:
        while samples_max > 0:
            sides = [_samples(stream, min(_BLOCK_SAMPLES, samples_max)) for stream in (agent, caller)]
            count = max(len(side) for side in sides)
            if count == 0:
                return
            block = array.array("h", bytes(2 * SAMPLE_BYTES * count))
            for channel, side in enumerate(sides):
                side.extend([0] * (count - len(side)))
                block[channel::2] = side
            yield block
            samples_max -= count


def _samples(stream: IO[bytes], count: int) -> "array.array[int]":
    read = stream.read(count * SAMPLE_BYTES)
    samples = array.array("h")
    samples.frombytes(read[: len(read) - len(read) % SAMPLE_BYTES])
    return samples


def _opened(stem: Path, side: str) -> IO[bytes]:
    """Open one side behind its header; one that was never written is silence."""
    path = _path(stem, side)
    stream = (path if path.exists() else Path("/dev/null")).open("rb")
    stream.seek(_HEADER_BYTES)
    return stream


def _path(stem: Path, side: str) -> Path:
    return stem.with_name(f"{stem.name}-{side}.wav")
