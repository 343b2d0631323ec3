from pathlib import Path

import pytest

from contact.line import LineState
from ivr.adapters.line_file import read_line, write_line
from tests.fakes.lines import closure, flash

STATE = LineState(closures=(closure("roads"), closure(None)), flashes=(flash("water"),))


def test_what_was_kept_is_read_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "state" / "line.json"
    write_line(path, STATE)
    assert read_line(path) == STATE
    write_line(path, LineState())
    assert read_line(path) == LineState()
    assert [one.name for one in path.parent.iterdir()] == ["line.json"]


def test_without_a_file_nothing_was_decided(tmp_path: Path) -> None:
    assert read_line(tmp_path / "line.json") == LineState()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"type": "LineState", "closures": 5}', "\udcff"])
def test_a_file_that_cannot_be_read_is_put_aside(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "line.json"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    assert read_line(path) == LineState()
    assert not path.exists()
    assert path.with_suffix(".broken").exists()
    assert "put aside" in caplog.text


def test_a_write_that_was_cut_off_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "line.json"
    write_line(path, STATE)
    path.with_suffix(".new").write_text('{"type": "LineSt', encoding="utf-8")
    assert read_line(path) == STATE
