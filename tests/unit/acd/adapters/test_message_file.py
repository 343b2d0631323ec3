"""Messages as Asterisk leaves them on the disk."""

import io
import os
import wave
from pathlib import Path

from acd.adapters.message_file import RATE_HZ, find_messages, read_message


def recorded(file: Path, seconds: float, *, at: float = 1_000.0) -> Path:
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(b"\x01\x02" * int(seconds * RATE_HZ))
    os.utime(file, (at, at))
    return file


def frames(audio: bytes) -> int:
    with wave.open(io.BytesIO(audio), "rb") as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, RATE_HZ)
        return sound.getnframes()


def test_files_are_found_oldest_first_with_the_call_they_belong_to(tmp_path: Path) -> None:
    recorded(tmp_path / "1763800000.7.wav", 1, at=200.0)
    recorded(tmp_path / "1763800000.5.wav", 1, at=100.0)
    (tmp_path / "notes.txt").write_text("no message")
    found = find_messages(tmp_path)
    assert [(one.call, one.written_at) for one in found] == [("1763800000.5", 100.0), ("1763800000.7", 200.0)]
    assert find_messages(tmp_path / "nowhere") == ()


def test_a_message_is_read_whole(tmp_path: Path) -> None:
    message = read_message(recorded(tmp_path / "1.wav", 2.5))
    assert message is not None
    assert message.duration_s == 2.5
    assert frames(message.audio) == 2.5 * RATE_HZ


def test_a_recording_that_was_cut_short_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    file = recorded(tmp_path / "1.wav", 2)
    whole = bytearray(file.read_bytes())
    whole[4:8] = whole[40:44] = bytes(4)
    file.write_bytes(bytes(whole[:-1]))
    message = read_message(file)
    assert message is not None
    assert frames(message.audio) == 2 * RATE_HZ - 1


def test_what_is_no_sound_is_no_message(tmp_path: Path) -> None:
    for number, content in enumerate((b"", b"RIFF", b"x" * 100)):
        file = tmp_path / f"{number}.wav"
        file.write_bytes(content)
        assert read_message(file) is None
