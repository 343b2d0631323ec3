"""Prompts as files Asterisk plays: 8 kHz, 16 bit, mono, all equally loud.

A text is spoken by espeak-ng; a studio recording `<studio>/<language>/<prompt>.wav` of the same name wins.
Either way sox brings it to the telephone's form: band above 150 Hz, silence around it cut, -20 dBFS mean
power, peaks held below -1 dBFS so that nothing clips. What was made once is kept in a cache by a hash of
everything that went in, so a second start, or a second instance, makes nothing.
"""

import array
import hashlib
import json
import math
import os
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from contact.ids import Language
from ivr.adapters.prompt_file import Prompts, PromptText
from ivr.errors import PromptError
from ivr.flow.nodes import PromptId

SAMPLE_RATE_HZ = 8_000
LEVEL_DBFS = -20.0
PEAK_DBFS_MAX = -1.0
PROGRAM_TIMEOUT_S = 60.0

_RECIPE = "1"
"""Part of every cache key: to be counted up with any change of how a file is made."""
_MANIFEST = "made.json"
_TRIM = ("silence", "1", "0.01", "0.3%", "reverse", "silence", "1", "0.01", "0.3%", "pad", "0.12", "reverse")
_FULL_SCALE = 32_768.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How espeak-ng speaks a language: its voice, words a minute, pitch 0 to 99."""

    name: str
    words_per_minute: int
    pitch: int


VOICES: Mapping[Language, Voice] = MappingProxyType(
    {
        Language("pl"): Voice(name="pl", words_per_minute=172, pitch=45),
        Language("en"): Voice(name="en-gb-x-rp", words_per_minute=172, pitch=45),
        Language("uk"): Voice(name="uk", words_per_minute=160, pitch=45),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """The two programs prompts are made with, as found on the path."""

    speaker: str = "espeak-ng"
    sound: str = "sox"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptBuild:
    """How many prompts were made now, taken from the cache, and left as they were."""

    made: int
    copied: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """One prompt to have at `target`: spoken from `text`, or converted from `recording`."""

    name: str
    key: str
    target: Path
    text: PromptText
    recording: Path | None = field(default=None)


def build_prompts(
    prompts: Prompts,
    *,
    target: Path,
    cache: Path,
    studio: Path,
    programs: Programs | None = None,
) -> PromptBuild:
    """Have every prompt as `<target>/<language>/<prompt>.wav`; make what neither target nor cache has.

    Blocks while programs run, several at a time: call it in a thread.

    Raises:
        PromptError: espeak-ng or sox is missing or fails, a language has no voice, or nothing can be
            written; the text says which and what to do.

    """
    jobs = _jobs(prompts, target, studio)
    done = _read_manifest(target)
    wanted = [job for job in jobs if done.get(job.name) != job.key or not job.target.is_file()]
    try:
        missing = {job.key: job for job in wanted if not (cache / f"{job.key}.wav").is_file()}
        if missing:
            _make_all(tuple(missing.values()), cache, programs or Programs())
        for job in wanted:
            _put(cache / f"{job.key}.wav", job.target)
        if wanted:
            _write_manifest(target, {job.name: job.key for job in jobs})
    except OSError as error:
        message = f"prompts cannot be written: {error}"
        raise PromptError(message) from None
    return PromptBuild(made=len(missing), copied=len(wanted) - len(missing), kept=len(jobs) - len(wanted))


def have_prompt(
    language: Language,
    prompt: PromptId,
    text: PromptText,
    *,
    target: Path,
    cache: Path,
    studio: Path,
    programs: Programs | None = None,
) -> None:
    """Have one prompt as `<target>/<language>/<prompt>.wav`, whose name says what it holds.

    One that is there stays as it is. Blocks while programs run.

    Raises:
        PromptError: as `build_prompts`.

    """
    job = _job(language, prompt, text, target, studio)
    if job.target.is_file():
        return
    try:
        if not (cache / f"{job.key}.wav").is_file():
            _make_all((job,), cache, programs or Programs())
        _put(cache / f"{job.key}.wav", job.target)
    except OSError as error:
        raise PromptError(f"prompts cannot be written: {error}") from None


def default_cache(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the user's cache folder for prompts, outside any project."""
    root = environ.get("XDG_CACHE_HOME") or str(Path(environ.get("HOME") or "/var/tmp") / ".cache")  # noqa: S108 - only without a home
    return Path(root) / "centrala" / "prompts"


def length_s(file: Path) -> float:
    """Return how long a prompt plays, in seconds."""
    with wave.open(str(file), "rb") as sound:
        return sound.getnframes() / sound.getframerate()


def level_dbfs(file: Path) -> float:
    """Return the mean power of a 16-bit mono file against full scale; -inf for silence."""
    samples = _samples(file)
    power = math.fsum(sample * sample for sample in samples) / max(len(samples), 1)
    return 10 * math.log10(power / _FULL_SCALE**2) if power else -math.inf


def peak_dbfs(file: Path) -> float:
    """Return the loudest sample of a 16-bit mono file against full scale; -inf for silence."""
    peak = max(map(abs, _samples(file)), default=0)
    return 20 * math.log10(peak / _FULL_SCALE) if peak else -math.inf


def _samples(file: Path) -> "array.array[int]":
    with wave.open(str(file), "rb") as sound:
        return array.array("h", sound.readframes(sound.getnframes()))


def _jobs(prompts: Prompts, target: Path, studio: Path) -> tuple[_Job, ...]:
    return tuple(
        _job(language, prompt, text, target, studio)
        for language, texts in prompts.items()
        for prompt, text in texts.items()
    )


def _job(language: Language, prompt: PromptId, text: PromptText, target: Path, studio: Path) -> _Job:
    recording = studio / language / f"{prompt}.wav"
    if recording.is_file():
        made_of = [b"studio", recording.read_bytes()]
    else:
        voice = VOICES.get(text.voice)
        if voice is None:
            message = f"prompt {prompt}: there is no voice for the language {text.voice!r}"
            raise PromptError(message)
        made_of = [repr(voice).encode(), text.text.encode()]
    key = hashlib.sha256(b"\0".join([_RECIPE.encode(), *made_of])).hexdigest()
    return _Job(
        name=f"{language}/{prompt}",
        key=key,
        target=target / language / f"{prompt}.wav",
        text=text,
        recording=recording if recording.is_file() else None,
    )


def _make_all(jobs: Sequence[_Job], cache: Path, programs: Programs) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=cache, prefix="making-") as folder,
        ThreadPoolExecutor(max_workers=os.cpu_count()) as pool,
    ):
        for made, job in zip(
            pool.map(lambda job: _make(job, Path(folder), programs), jobs), jobs, strict=True
        ):
            made.replace(cache / f"{job.key}.wav")


def _make(job: _Job, folder: Path, programs: Programs) -> Path:
    """Return a finished file in `folder`."""
    spoken = folder / f"{job.key}-spoken.wav"
    plain = folder / f"{job.key}-plain.wav"
    made = folder / f"{job.key}.wav"
    trim: tuple[str, ...] = ()
    if job.recording is None:
        _speak(job.text, spoken, programs)
        trim = _TRIM
    form = ("-r", str(SAMPLE_RATE_HZ), "-c", "1", "-b", "16", "-e", "signed-integer")
    source = str(job.recording or spoken)
    _run(programs.sound, "-D", source, *form, str(plain), "gain", "-6", "highpass", "150", *trim)
    level = level_dbfs(plain)
    if math.isinf(level):
        message = f"prompt {job.name} is silent"
        raise PromptError(message)
    limited = folder / f"{job.key}-limited.wav"
    held = ("gain", "-l", f"{LEVEL_DBFS - level - PEAK_DBFS_MAX:.2f}", "gain", f"{PEAK_DBFS_MAX:g}")
    _run(programs.sound, "-D", str(plain), str(limited), *held)
    gain = min(LEVEL_DBFS - level_dbfs(limited), PEAK_DBFS_MAX - peak_dbfs(limited))
    _run(programs.sound, "-D", str(limited), str(made), "gain", f"{gain:.2f}")
    return made


def _speak(text: PromptText, target: Path, programs: Programs) -> None:
    voice = VOICES[text.voice]
    settings = ("-v", voice.name, "-s", str(voice.words_per_minute), "-p", str(voice.pitch), "-b", "1")
    _run(programs.speaker, *settings, "-w", str(target), "--stdin", given=text.text)


def _run(program: str, *arguments: str, given: str = "") -> None:
    try:
        ended = subprocess.run(  # noqa: S603 - arguments are ours, texts go in by standard input
            (program, *arguments),
            input=given.encode(),
            capture_output=True,
            timeout=PROGRAM_TIMEOUT_S,
            check=False,
        )
    except FileNotFoundError:
        message = f"{program} is not installed, and prompts are made with it: install the package {program}"
        raise PromptError(message) from None
    except subprocess.TimeoutExpired:
        message = f"{program} did not end within {PROGRAM_TIMEOUT_S:g} s"
        raise PromptError(message) from None
    if ended.returncode != 0:
        said = ended.stderr.decode(errors="replace").strip().splitlines()
        message = f"{program} failed: {said[-1] if said else ended.returncode}"
        raise PromptError(message)


def _put(source: Path, target: Path) -> None:
    """Copy at once or not at all, readable for whomever Asterisk runs as."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(".new")
    shutil.copyfile(source, beside)
    beside.chmod(0o644)
    beside.replace(target)


def _read_manifest(target: Path) -> Mapping[str, str]:
    try:
        manifest = json.loads((target / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _write_manifest(target: Path, manifest: Mapping[str, str]) -> None:
    beside = target / f"{_MANIFEST}.new"
    beside.write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
    beside.replace(target / _MANIFEST)
