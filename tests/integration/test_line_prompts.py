"""What callers are told from day to day, by the real espeak-ng and sox: spoken, recorded, kept, swept."""

import hashlib
import io
import math
import wave
from pathlib import Path

import pytest

from contact.errors import Refused
from contact.flash import FlashId
from contact.ids import Language
from contact.line import Flash, LineState, Recording
from ivr.adapters.line_prompt import LinePrompts
from ivr.adapters.tts import LEVEL_DBFS, PEAK_DBFS_MAX, level_dbfs, peak_dbfs
from tests.fakes.lines import LINE, PL, closure

EN = Language("en")
WATER = "Na Woli nie ma wody."


@pytest.fixture
def prompts(tmp_path: Path) -> LinePrompts:
    return LinePrompts(
        prompts=tmp_path / "prompts", recordings=tmp_path / "recordings", cache=tmp_path / "cache"
    )


def state(text: str = WATER, *recordings: Recording, english: str = "No water.") -> LineState:
    texts = ((PL, text), *(((EN, english),) if english else ()))
    flash = Flash(
        flash=FlashId("water"),
        title="Woda",
        place=LINE,
        texts=texts,
        starts_at=0.0,
        ends_at=9.0,
        recordings=recordings,
    )
    return LineState(flashes=(flash,), closures=(closure("roads"),))


def tone(loudness: float, *, seconds: float = 1.0, rate: int = 44_100) -> bytes:
    file = io.BytesIO()
    count = int(rate * seconds)
    with wave.open(file, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        samples = (int(32_000 * loudness * math.sin(n / 9)) for n in range(count))
        sound.writeframes(b"".join(one.to_bytes(2, "little", signed=True) * 2 for one in samples))
    return file.getvalue()


def recorded(audio: bytes, language: Language = PL) -> Recording:
    return Recording(language=language, digest=hashlib.sha256(audio).hexdigest())


def test_every_text_is_spoken_at_the_level_of_all_prompts(tmp_path: Path, prompts: LinePrompts) -> None:
    made = prompts.make(state())
    assert (made.missing, made.trouble) == ((), "")
    assert set(made.prompts) == {("water", PL), ("water", EN), ("c-roads", PL), ("c-roads", EN)}
    for (_, language), prompt in made.prompts.items():
        file = tmp_path / "prompts" / language / f"{prompt}.wav"
        assert abs(level_dbfs(file) - LEVEL_DBFS) < 1.0
        assert peak_dbfs(file) <= PEAK_DBFS_MAX + 0.1


def test_what_was_made_once_is_not_made_again_and_a_change_makes_another_file(
    tmp_path: Path, prompts: LinePrompts
) -> None:
    first = prompts.make(state()).prompts["water", PL]
    file = tmp_path / "prompts" / "pl" / f"{first}.wav"
    before = file.stat().st_mtime_ns
    assert prompts.make(state()).prompts["water", PL] == first
    assert file.stat().st_mtime_ns == before
    second = prompts.make(state("Na Ochocie nie ma wody.")).prompts["water", PL]
    assert second != first
    assert file.exists(), "somebody may be hearing it"
    prompts.sweep([second])
    assert not file.exists()
    assert (tmp_path / "prompts" / "pl" / f"{second}.wav").exists()


def test_a_language_without_a_text_is_left_out(prompts: LinePrompts) -> None:
    assert ("water", EN) not in prompts.make(state(english="")).prompts


def test_a_recording_is_asked_for_spoken_meanwhile_and_then_played(
    tmp_path: Path, prompts: LinePrompts
) -> None:
    audio = tone(0.02)
    recording = recorded(audio)
    spoken = prompts.make(state()).prompts["water", PL]
    asked = prompts.make(state(WATER, recording))
    assert (asked.missing, asked.prompts["water", PL]) == ((recording,), spoken)
    prompts.keep(recording, audio)
    made = prompts.make(state(WATER, recording))
    assert made.missing == ()
    file = tmp_path / "prompts" / "pl" / f"{made.prompts['water', PL]}.wav"
    assert made.prompts["water", PL] != spoken
    assert abs(level_dbfs(file) - LEVEL_DBFS) < 1.0
    with wave.open(str(file)) as sound:
        assert (sound.getframerate(), sound.getnchannels()) == (8_000, 1)


@pytest.mark.parametrize(
    ("audio", "said"),
    [(b"no sound", "not a WAV file"), (tone(0.5, seconds=91, rate=100), "longer than 90 s"), (b"", "WAV")],
)
def test_what_cannot_be_played_is_not_kept(prompts: LinePrompts, audio: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said) as error:
        prompts.keep(recorded(audio), audio)
    assert error.value.code == "bad_recording"


def test_another_file_than_was_meant_is_not_kept(prompts: LinePrompts) -> None:
    with pytest.raises(Refused, match="another one"):
        prompts.keep(recorded(tone(0.5)), tone(0.4))


def test_one_text_that_cannot_be_spoken_leaves_the_others(prompts: LinePrompts) -> None:
    made = prompts.make(state("..."))
    assert ("water", PL) not in made.prompts
    assert ("water", EN) in made.prompts
    assert made.trouble
