"""Prompts by the real espeak-ng and sox: form, level, length, cache, studio recordings, missing programs."""

import wave
from pathlib import Path

import pytest

from contact.ids import Language
from ivr.adapters.city import load_city
from ivr.adapters.prompt_file import PromptText
from ivr.adapters.tts import (
    LEVEL_DBFS,
    PEAK_DBFS_MAX,
    Programs,
    PromptBuild,
    build_prompts,
    default_cache,
    length_s,
    level_dbfs,
    peak_dbfs,
)
from ivr.errors import PromptError
from ivr.flow import graph
from ivr.flow.nodes import PromptId
from runtime.config import load

CITY = Path(__file__).parents[2] / "config" / "warszawa"
PL = Language("pl")
HELLO = {PL: {PromptId("hello"): PromptText(text="Dzień dobry.", voice=PL)}}
ANNOUNCEMENT_S_MAX = 20.0
"""What a caller may have to hear before every choice of the first menu was offered."""


def build(tmp_path: Path, prompts: object = None, **programs: str) -> PromptBuild:
    return build_prompts(
        HELLO if prompts is None else prompts,  # type: ignore[arg-type]
        target=tmp_path / "prompts",
        cache=tmp_path / "cache",
        studio=tmp_path / "studio",
        programs=Programs(**programs),
    )


@pytest.fixture(scope="module")
def warsaw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("warsaw")
    city = load_city(load(CITY / "centrala.toml", {}))
    build(folder, city.prompts)
    return folder / "prompts"


def test_every_prompt_of_the_city_has_the_telephones_form_and_level(warsaw: Path) -> None:
    files = sorted(warsaw.rglob("*.wav"))
    assert len(files) > 20
    for file in files:
        with wave.open(str(file)) as sound:
            assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8_000, 1, 2)
        assert abs(level_dbfs(file) - LEVEL_DBFS) < 1.0, file.name
        assert peak_dbfs(file) <= PEAK_DBFS_MAX + 0.1, file.name
        assert 0.3 < length_s(file) < 15.0, file.name


def test_the_first_menu_is_offered_within_the_announcement_budget(warsaw: Path) -> None:
    flow = load_city(load(CITY / "centrala.toml", {})).flow
    first = (*graph.prompts_of(flow.nodes[flow.start]), *_menu_prompts())
    assert sum(length_s(warsaw / "pl" / f"{prompt}.wav") for prompt in first) <= ANNOUNCEMENT_S_MAX


def _menu_prompts() -> tuple[str, ...]:
    return ("menu_topics", "menu_language", "menu_again")


def test_a_second_start_makes_nothing(tmp_path: Path) -> None:
    assert build(tmp_path) == PromptBuild(made=1, copied=0, kept=0)
    absent = {"speaker": "no-speaker", "sound": "no-sox"}
    assert build(tmp_path, **absent) == PromptBuild(made=0, copied=0, kept=1)
    (tmp_path / "prompts" / "pl" / "hello.wav").unlink()
    assert build(tmp_path, **absent) == PromptBuild(made=0, copied=1, kept=0)


def test_a_changed_text_is_made_again(tmp_path: Path) -> None:
    build(tmp_path)
    other = {PL: {PromptId("hello"): PromptText(text="Dobry wieczór.", voice=PL)}}
    assert build(tmp_path, other) == PromptBuild(made=1, copied=0, kept=0)


def test_a_studio_recording_takes_the_place_of_the_voice(tmp_path: Path) -> None:
    recording = tmp_path / "studio" / "pl" / "hello.wav"
    recording.parent.mkdir(parents=True)
    with wave.open(str(recording), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(48_000)
        sound.writeframes(b"\x00\x08\x00\x08\x00\xf8\x00\xf8" * 48_000)
    assert build(tmp_path, speaker="no-speaker") == PromptBuild(made=1, copied=0, kept=0)
    made = tmp_path / "prompts" / "pl" / "hello.wav"
    with wave.open(str(made)) as sound:
        assert (sound.getframerate(), sound.getnchannels()) == (8_000, 1)
    assert length_s(made) == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("program", ["speaker", "sound"])
def test_a_missing_program_is_named(tmp_path: Path, program: str) -> None:
    with pytest.raises(PromptError, match="no-such-program is not installed"):
        build(tmp_path, **{program: "no-such-program"})


def test_a_program_that_fails_is_named(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match="false failed"):
        build(tmp_path, speaker="false")


def test_a_language_without_a_voice_is_named(tmp_path: Path) -> None:
    strange = {PL: {PromptId("hello"): PromptText(text="Saluton.", voice=Language("xx"))}}
    with pytest.raises(PromptError, match="no voice for the language 'xx'"):
        build(tmp_path, strange)


def test_the_cache_lies_where_the_user_keeps_caches() -> None:
    assert default_cache({"XDG_CACHE_HOME": "/c"}) == Path("/c/centrala/prompts")
    assert default_cache({"HOME": "/h"}) == Path("/h/.cache/centrala/prompts")
