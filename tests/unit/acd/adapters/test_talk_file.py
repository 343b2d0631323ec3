"""Recorded talks as files: stretches of two sides become one recording of two channels."""

import array
import os
import subprocess
from pathlib import Path

import pytest

from acd.adapters import talk_file
from acd.adapters.talk_file import RATE_HZ, find_talks, read_talk
from acd.errors import TalkUnreadable

BEGAN_MS = 1_763_800_000_000


def side(
    folder: Path, seconds: float, level: int, *, at_ms: int = BEGAN_MS, side: str = "agent", offer: str = "o1"
) -> Path:
    """Write one side of a stretch, every sample of it at `level`."""
    path = folder / f"1763800000.1@{offer}@{at_ms}-{side}.wav"
    path.write_bytes(bytes(44) + array.array("h", [level] * round(seconds * RATE_HZ)).tobytes())
    os.utime(path, (at_ms / 1000 + seconds, at_ms / 1000 + seconds))
    return path


def decoded(flac: bytes) -> tuple[list[int], list[int]]:
    command = ["sox", "-t", "flac", "-", "-t", "raw", "-e", "signed", "-b", "16", "-"]
    done = subprocess.run(command, input=flac, capture_output=True, check=True, timeout=30)
    both = array.array("h", done.stdout)
    return list(both[0::2]), list(both[1::2])


def test_the_sides_are_the_channels_and_the_shorter_one_is_silent_at_its_end(tmp_path: Path) -> None:
    side(tmp_path, 2.0, 1_000)
    side(tmp_path, 1.5, -2_000, side="caller")
    (found,) = find_talks(tmp_path)
    assert (found.call, found.offer, found.begins_at) == ("1763800000.1", "o1", BEGAN_MS / 1000)
    audio = read_talk(found)
    assert audio is not None
    assert audio.duration_s == 2.0
    agent, caller = decoded(audio.audio)
    assert set(agent) == {1_000}
    assert set(caller[: RATE_HZ + 4_000]) == {-2_000}
    assert set(caller[RATE_HZ + 4_000 :]) == {0}
    assert sorted(one.suffix for one in tmp_path.iterdir()) == [".wav", ".wav"]


def test_between_two_stretches_lies_silence_of_the_right_length_and_a_later_one_goes_first(
    tmp_path: Path,
) -> None:
    side(tmp_path, 1.0, 1_000)
    side(tmp_path, 1.0, 2_000, at_ms=BEGAN_MS + 3_000)
    side(tmp_path, 1.0, 3_000, at_ms=BEGAN_MS + 3_500)
    (found,) = find_talks(tmp_path)
    audio = read_talk(found)
    assert audio is not None
    assert audio.duration_s == 4.5
    agent, caller = decoded(audio.audio)
    marks = [agent[round(at * RATE_HZ)] for at in (0.5, 1.5, 2.9, 3.2, 3.6, 4.4)]
    assert marks == [1_000, 0, 0, 2_000, 3_000, 3_000]
    assert set(caller) == {0}


def test_talks_are_told_apart_and_strangers_are_left_alone(tmp_path: Path) -> None:
    side(tmp_path, 1.0, 1, offer="o2", at_ms=BEGAN_MS + 1_000)
    side(tmp_path, 1.0, 1)
    (tmp_path / "notes.txt").write_text("?")
    (tmp_path / "1@2@3-agent.wav").write_bytes(b"")
    assert [one.offer for one in find_talks(tmp_path)] == ["o1", "o2"]
    assert find_talks(tmp_path / "nowhere") == ()


def test_a_talk_without_sound_is_none_and_removing_takes_both_sides(tmp_path: Path) -> None:
    side(tmp_path, 0, 0)
    side(tmp_path, 0, 0, side="caller")
    (found,) = find_talks(tmp_path)
    assert read_talk(found) is None
    found.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_talk_without_end_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk_file, "TALK_S_MAX", 3.0)
    side(tmp_path, 5.0, 7)
    audio = read_talk(find_talks(tmp_path)[0])
    assert audio is not None
    assert audio.duration_s == 3.0


def test_a_talk_that_cannot_be_compressed_says_so_and_leaves_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = side(tmp_path, 1.0, 1)
    monkeypatch.setattr(talk_file, "_SOX", ("sox", "--no-such-option"))
    with pytest.raises(TalkUnreadable):
        read_talk(find_talks(tmp_path)[0])
    assert list(tmp_path.iterdir()) == [file]
