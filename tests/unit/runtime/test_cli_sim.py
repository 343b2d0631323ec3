"""`centrala sim`."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime import cli

WARSZAWA = Path(__file__).parents[3] / "config" / "warszawa" / "centrala.toml"
QUEUES = """
[queue.roads]
names = { en = "Roads" }
"""
DAY = """
name = "two half hours"
begins = "08:00"
queues = "queues.toml"
calls = [20, 20]

[call.any]
share = 1
queue = "roads"
talk = { law = "exponential", mean_s = 100 }

[agents.all]
skills = { roads = 80 }
on = [4, 4]
"""


@pytest.fixture(autouse=True)
def _own_logging(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("CENTRALA_RUNTIME__STATE_DIR", str(tmp_path))
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def day(tmp_path: Path) -> Path:
    (tmp_path / "queues.toml").write_text(QUEUES, encoding="utf-8")
    file = tmp_path / "day.toml"
    file.write_text(DAY, encoding="utf-8")
    return file


def sim(*arguments: str) -> int:
    return cli.main(["--config", str(WARSZAWA), "sim", *arguments, "--jobs", "1"])


def test_a_day_is_shown_as_a_table(day: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sim(str(day), "--seeds", "2") == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("two half hours: 2 runs")
    assert "08:30" in shown.out
    assert shown.err == ""


def test_json_goes_to_a_file_or_alone_to_the_output(
    day: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sim(str(day), "--seeds", "2", "--json", str(tmp_path / "out.json")) == 0
    capsys.readouterr()
    assert sim(str(day), "--seeds", "2", "--json", "-") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert printed["seeds"] == [1, 2]


def test_the_staff_for_a_goal_comes_with_what_it_reaches(
    day: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sim(str(day), "--seeds", "2", "--staff", "90% in 15 s") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("agents for 90 % in 15 s:")
    assert "in 15 s, %" in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("nowhere.toml",), "nowhere.toml: no such file"), (("{day}", "--staff", "soon"), "'90% in 15 s'")],
)
def test_wrong_usage_is_one_line_and_status_2(
    arguments: tuple[str, ...], said: str, day: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sim(*(one.format(day=day) for one in arguments)) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("centrala: ")
    assert said in shown
    assert shown.count("\n") == 1


def test_no_run_at_all_is_wrong_usage(day: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        sim(str(day), "--seeds", "0")
    assert ended.value.code == 2
    assert "at least 1" in capsys.readouterr().err
