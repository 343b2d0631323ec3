"""Music on hold of our own making, so that nobody's rights are touched: four calm chords that come and go.

The same samples come out on every machine. Mono, 8 kHz, 16 bit, about -24 dBFS: well below speech, so that
announcements stand out. Each chord is an additive voice with a slow swell; neighbours overlap, and the last
one runs into the first, so that the loop has no seam.
"""

from __future__ import annotations  # array[float] can be written, not evaluated, before Python 3.12

import math
import os
import wave
from array import array
from pathlib import Path

RATE_HZ = 8_000
CHORD_S = 8
LEVEL_DBFS = -24.0
FULL_SCALE = 32_767
BEEP_S = 0.3
BEEP_HZ = 1_000.0

CHORDS_HZ = (
    (130.81, 261.63, 329.63, 392.00, 493.88),  # C major seventh
    (110.00, 261.63, 329.63, 392.00, 440.00),  # A minor seventh
    (174.61, 261.63, 349.23, 440.00, 523.25),  # F major
    (146.83, 293.66, 349.23, 440.00, 523.25),  # D minor seventh
    (130.81, 246.94, 329.63, 392.00, 493.88),  # E minor over C
    (110.00, 220.00, 329.63, 392.00, 523.25),  # A minor seventh, opened
    (174.61, 220.00, 329.63, 440.00, 523.25),  # F major seventh
    (196.00, 246.94, 293.66, 392.00, 440.00),  # G with a ninth
)
"""64 seconds in C major at equal temperament (A4 = 440 Hz); the second to last leads home."""

_SECOND_HARMONIC = 0.25


def write_music(file: Path, *, chord_s: int = CHORD_S) -> None:
    """Write the music to `file`, whole or not at all; eight chords of `chord_s` seconds each."""
    _write(file, _levelled(_loop(chord_s)))


def _write(file: Path, samples: array[int]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    with wave.open(str(unfinished), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(samples.tobytes())
    unfinished.chmod(0o644)
    unfinished.replace(file)


def write_beep(file: Path) -> None:
    """Write the beep before a recording to `file`, whole or not at all: 0.3 s at 1 kHz, faded in and out."""
    tone = array("d", bytes(8 * int(BEEP_S * RATE_HZ)))
    _add_tone(tone, BEEP_HZ, 1.0)
    fade = len(tone) // 10
    for at in range(fade):
        tone[at] *= at / fade
        tone[len(tone) - 1 - at] *= at / fade
    _write(file, _levelled(tone))


def _loop(chord_s: int) -> array[float]:
    """Return all chords, each faded in over its own first half and out over the next chord's."""
    length = chord_s * RATE_HZ
    loop = array("d", bytes(8 * length * len(CHORDS_HZ)))
    for place, notes in enumerate(CHORDS_HZ):
        start = place * length
        for offset, value in enumerate(_chord(notes, length + length // 2)):
            loop[(start + offset) % len(loop)] += value
    return loop


def _chord(notes: tuple[float, ...], length: int) -> array[float]:
    """Return one chord of `length` samples under its swell: a third in, a third held, a third out."""
    chord = array("d", bytes(8 * length))
    for note in notes:
        _add_tone(chord, note, 1.0)
        _add_tone(chord, 2 * note, _SECOND_HARMONIC)
    third = length // 3
    for at in range(third):
        gain = 0.5 - 0.5 * math.cos(math.pi * at / third)
        chord[at] *= gain
        chord[length - 1 - at] *= gain
    return chord


def _add_tone(chord: array[float], frequency_hz: float, gain: float) -> None:
    """Add a sine by its recurrence `s[n] = 2 cos(w) s[n-1] - s[n-2]`, one multiplication a sample."""
    step = 2 * math.pi * frequency_hz / RATE_HZ
    turn = 2 * math.cos(step)
    before, now = -gain * math.sin(step), 0.0
    for at, value in enumerate(chord):
        chord[at] = value + now
        before, now = now, turn * now - before


def _levelled(loop: array[float]) -> array[int]:
    """Return 16-bit samples whose mean level is `LEVEL_DBFS`."""
    mean_square = math.fsum(value * value for value in loop) / len(loop)
    gain = FULL_SCALE * 10 ** (LEVEL_DBFS / 20) / math.sqrt(mean_square)
    return array("h", (max(-FULL_SCALE, min(FULL_SCALE, round(value * gain))) for value in loop))
