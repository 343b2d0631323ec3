"""The process that cleans pictures: the real one for what it makes, a stand-in for how it can fail."""

import sys

import pytest

from agent_desktop.picture import PictureCleaner, PictureFault, PictureRefused
from tests.fakes.photos import bomb, jpeg


def standing_in(code: str, *, deadline_s: float = 30.0) -> PictureCleaner:
    return PictureCleaner(program=(sys.executable, "-I", "-c", code), deadline_s=deadline_s)


async def fault_of(cleaner: PictureCleaner, sent: bytes) -> PictureFault:
    with pytest.raises(PictureRefused) as refusal:
        await cleaner.clean(sent)
    return refusal.value.fault


async def test_a_photo_is_cleaned_by_the_process_and_named_by_what_was_sent() -> None:
    cleaner = PictureCleaner()
    first, again = await cleaner.clean(jpeg()), await cleaner.clean(jpeg())
    other = await cleaner.clean(jpeg(colour="red"))
    assert first == again
    assert first.digest != other.digest
    assert (first.width, first.height) == (640, 480)
    assert first.picture.startswith(b"\xff\xd8\xff")
    assert first.thumbnail.startswith(b"\xff\xd8\xff")
    assert b"Exif" not in first.picture


async def test_what_the_process_refuses_is_refused() -> None:
    cleaner = PictureCleaner()
    assert await fault_of(cleaner, bomb()) is PictureFault.TOO_MANY_PIXELS
    assert await fault_of(cleaner, jpeg()[:2_000]) is PictureFault.BROKEN
    assert await fault_of(cleaner, b"tekst o nazwie zdjecie.jpg") is PictureFault.NO_PICTURE


ANSWERS = [
    "raise SystemExit(1)",
    "print('no json')",
    "print('{}')",
    "print('[1]')",
    'print(\'{"refused": "by a word nobody knows"}\')',
    'print(\'{"width": 4, "height": 3, "picture": 9, "thumbnail": 9}\')',
    'print(\'{"width": -4, "height": 3, "picture": 0, "thumbnail": 0}\')',
    "import os; os.kill(os.getpid(), 9)",
    "import sys; sys.stdout.write('x' * 9_000_000)",
]


@pytest.mark.parametrize("code", ANSWERS)
async def test_a_process_that_dies_or_says_nonsense_has_refused_the_file(code: str) -> None:
    assert await fault_of(standing_in(code, deadline_s=10.0), jpeg()) is PictureFault.BROKEN


async def test_a_process_that_takes_too_long_is_killed() -> None:
    slow = standing_in("import time; time.sleep(600)", deadline_s=0.2)
    assert await fault_of(slow, jpeg()) is PictureFault.TOO_SLOW


async def test_the_process_has_no_secret_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENTRALA_AMI__SECRET", "s3cret")
    says = "'heic' if dict(os.environ).keys() <= {'LC_ALL', 'LC_CTYPE'} else 'empty'"
    tells = f"import json, os; print(json.dumps({{'refused': {says}}}))"
    assert await fault_of(standing_in(tells), jpeg()) is PictureFault.HEIC
