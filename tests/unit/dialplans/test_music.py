import array
import itertools
import math
import wave
from pathlib import Path

from dialplans.music import BEEP_HZ, BEEP_S, CHORD_S, CHORDS_HZ, LEVEL_DBFS, RATE_HZ, write_beep, write_music


def samples_of(file: Path) -> array.array:
    with wave.open(str(file), "rb") as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, RATE_HZ)
        return array.array("h", sound.readframes(sound.getnframes()))


def test_music_lasts_a_minute_as_it_is_shipped() -> None:
    assert CHORD_S * len(CHORDS_HZ) >= 60


def test_music_is_quiet_and_never_clipped(tmp_path: Path) -> None:
    write_music(tmp_path / "music.wav", chord_s=1)
    samples = samples_of(tmp_path / "music.wav")
    level = 20 * math.log10(math.sqrt(sum(one * one for one in samples) / len(samples)) / 32_767)
    assert len(samples) == RATE_HZ * len(CHORDS_HZ)
    assert abs(level - LEVEL_DBFS) < 0.1
    assert max(abs(one) for one in samples) < 32_767


def test_music_is_the_same_every_time(tmp_path: Path) -> None:
    write_music(tmp_path / "a.wav", chord_s=1)
    write_music(tmp_path / "b.wav", chord_s=1)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_music_runs_on_without_a_seam(tmp_path: Path) -> None:
    write_music(tmp_path / "music.wav", chord_s=1)
    samples = samples_of(tmp_path / "music.wav")
    steps = [abs(after - before) for before, after in itertools.pairwise(samples)]
    assert abs(samples[0] - samples[-1]) <= max(steps)


def test_the_beep_is_short_clear_and_fades_in_and_out(tmp_path: Path) -> None:
    write_beep(tmp_path / "sounds" / "beep.wav")
    samples = samples_of(tmp_path / "sounds" / "beep.wav")
    assert len(samples) == int(BEEP_S * RATE_HZ)
    assert samples[0] == 0
    assert max(abs(one) for one in samples) > 2_000
    crossings = sum(one < 0 <= other for one, other in itertools.pairwise(samples))
    assert abs(crossings / BEEP_S - BEEP_HZ) < BEEP_HZ * 0.02
