"""Garbage collection of a long-running process."""

import gc
from collections.abc import Iterator

import pytest

from runtime.garbage import YOUNG_MAX, spare_what_stays


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_what_lives_at_the_start_is_not_walked_again_and_later_garbage_is_collected() -> None:
    spare_what_stays()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] == YOUNG_MAX
    ring: list[object] = []
    ring.append(ring)
    del ring
    assert gc.collect() >= 1
