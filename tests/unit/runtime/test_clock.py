import pytest

from runtime import clock
from runtime.clock import SystemClock


class FakeTime:
    """Stands in for the `time` module: both hands are set by the test."""

    def __init__(self) -> None:
        self.wall = 1_000_000.0
        self.steady = 50.0

    def time(self) -> float:
        return self.wall

    def monotonic(self) -> float:
        return self.steady


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    fake = FakeTime()
    monkeypatch.setattr(clock, "time", fake)
    return fake


def test_the_clock_starts_at_the_wall_clock_and_moves_with_the_steady_one(machine: FakeTime) -> None:
    ours = SystemClock()
    machine.steady += 2.5
    assert ours.now() == 1_000_002.5


def test_a_step_of_the_wall_clock_does_not_show(machine: FakeTime) -> None:
    ours = SystemClock()
    machine.wall -= 3600
    machine.steady += 1
    assert ours.now() == 1_000_001


def test_the_real_clock_never_runs_backwards() -> None:
    ours = SystemClock()
    readings = [ours.now() for _ in range(1000)]
    assert readings == sorted(readings)
