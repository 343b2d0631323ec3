"""What callers are told from day to day, as files Asterisk plays.

Each is named for what it holds, `told/<hash>`, so that a change makes a new file and nobody hears half of
either. A recorded file that is here is played, else the text is spoken.
"""

import hashlib
import logging
import wave
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from contact.errors import Refused
from contact.ids import Language
from contact.line import LineState, Recording, Texts
from ivr.adapters.prompt_file import PromptText
from ivr.adapters.tts import have_prompt
from ivr.errors import PromptError
from ivr.flow.nodes import PromptId

log = logging.getLogger(__name__)

FOLDER = "told"
RECORDING_S_MAX = 90.0
_NAME_CHARACTERS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What one closure or flash message (`of`) says in one language."""

    of: str
    language: Language
    text: str
    recording: Recording | None = None

    @property
    def prompt(self) -> PromptId:
        """The prompt that holds it."""
        if self.recording is not None:
            return PromptId(f"{FOLDER}/{self.recording.digest[:_NAME_CHARACTERS]}")
        name = hashlib.sha256(f"{self.language} {self.text}".encode()).hexdigest()
        return PromptId(f"{FOLDER}/{name[:_NAME_CHARACTERS]}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What can be played, which recordings were not here, and what could not be made."""

    prompts: Mapping[tuple[str, Language], PromptId]
    missing: tuple[Recording, ...]
    trouble: str


class LinePrompts:
    """Makes them; everything here blocks and belongs in a thread."""

    def __init__(self, *, prompts: Path, recordings: Path, cache: Path) -> None:
        """Put files below `prompts`; recorded ones come from `recordings/<language>/told`."""
        self._prompts = prompts
        self._recordings = recordings
        self._cache = cache

    def make(self, state: LineState) -> Made:
        """Have a file for everything that `state` says."""
        prompts: dict[tuple[str, Language], PromptId] = {}
        missing: list[Recording] = []
        troubles: list[str] = []
        for telling in _tellings(state):
            chosen = telling
            if telling.recording is not None and not self._file(telling.recording).is_file():
                missing.append(telling.recording)
                chosen = Telling(of=telling.of, language=telling.language, text=telling.text)
            if chosen.recording is None and not chosen.text:
                continue
            try:
                self._have(chosen)
            except PromptError as error:
                troubles.append(str(error))
                log.warning("%s cannot be told in %s: %s", telling.of, telling.language, error)
            else:
                prompts[telling.of, telling.language] = chosen.prompt
        return Made(prompts=prompts, missing=tuple(missing), trouble="; ".join(dict.fromkeys(troubles)))

    def keep(self, recording: Recording, audio: bytes) -> None:
        """Keep a recorded file; raise `Refused` for one that is no WAV, or is not the one that is meant."""
        if hashlib.sha256(audio).hexdigest() != recording.digest:
            raise Refused("the file is another one than was meant", code="bad_recording")
        check_recording(audio)
        file = self._file(recording)
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_suffix(".new")
        beside.write_bytes(audio)
        beside.replace(file)

    def sweep(self, used: Iterable[PromptId]) -> None:
        """Take away the files that nothing says any more; nobody may be hearing one."""
        names = {Path(prompt).name for prompt in used}
        for file in self._prompts.glob(f"*/{FOLDER}/*.wav"):
            if file.stem not in names:
                file.unlink(missing_ok=True)

    def _have(self, telling: Telling) -> None:
        text = PromptText(text=telling.text, voice=telling.language)
        have_prompt(
            telling.language,
            telling.prompt,
            text,
            target=self._prompts,
            cache=self._cache,
            studio=self._recordings,
        )

    def _file(self, recording: Recording) -> Path:
        name = f"{recording.digest[:_NAME_CHARACTERS]}.wav"
        return self._recordings / recording.language / FOLDER / name


def check_recording(audio: bytes) -> None:
    """Raise `Refused` (`bad_recording`) for what is no WAV file of at most `RECORDING_S_MAX` seconds."""
    try:
        with wave.open(BytesIO(audio), "rb") as sound:
            length_s = sound.getnframes() / sound.getframerate()
    except (wave.Error, EOFError, ZeroDivisionError) as error:
        raise Refused(f"not a WAV file: {error or 'it ends early'}", code="bad_recording") from None
    if not 0 < length_s <= RECORDING_S_MAX:
        raise Refused(f"longer than {RECORDING_S_MAX:g} s, or empty", code="bad_recording")


def _tellings(state: LineState) -> Iterator[Telling]:
    for closure in state.closures:
        yield from _said(closure.closure, closure.texts, ())
    for flash in state.flashes:
        yield from _said(flash.flash, flash.texts, flash.recordings)


def _said(of: str, texts: Texts, recordings: tuple[Recording, ...]) -> Iterator[Telling]:
    recorded = {one.language: one for one in recordings}
    spoken = dict(texts)
    for language in dict.fromkeys((*spoken, *recorded)):
        yield Telling(
            of=of, language=language, text=spoken.get(language, ""), recording=recorded.get(language)
        )
