"""The picture."""

from pathlib import Path

import pytest

from acd.errors import WorkloadError
from acd.sim.plot import plot, series
from acd.sim.replicate import run_one
from acd.sim.report import report
from tests.unit.acd.sim.days import day

FOUND = report(day(calls=(0.0, 30.0)), (1, 2), [run_one(day(calls=(0.0, 30.0)), seed) for seed in (1, 2)])


@pytest.mark.parametrize(("name", "begins"), [("day.png", b"\x89PNG"), ("day.svg", b"<?xml")])
def test_the_form_is_that_of_the_files_name(name: str, begins: bytes, tmp_path: Path) -> None:
    plot(FOUND, tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_another_form_is_refused_before_anything_is_drawn(tmp_path: Path) -> None:
    with pytest.raises(WorkloadError, match=r"a \.png or \.svg file"):
        plot(FOUND, tmp_path / "day.pdf")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorkloadError, match="nowhere"):
        plot(FOUND, tmp_path / "nowhere" / "day.svg")


def test_half_hours_without_a_figure_are_left_out() -> None:
    where, means, widths = series(FOUND.half_hours, "asa_s", 1.0)
    assert where == [1]
    assert len(means) == len(widths) == 1
