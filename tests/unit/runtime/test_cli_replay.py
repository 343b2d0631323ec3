import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime import cli
from runtime.config import load

ROOT = Path(__file__).parents[3]
WARSZAWA = ROOT / "config" / "warszawa" / "centrala.toml"
RECORDED = str(ROOT / "tests" / "replay" / "hotline.jsonl")
OTHER = """[queue.transport]
names = { pl = "Komunikacja", en = "Transport" }
strategy = "fewest_calls"
"""


@pytest.fixture(autouse=True)
def _own_logging(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("CENTRALA_RUNTIME__STATE_DIR", str(tmp_path))
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def replay(*arguments: str) -> int:
    return cli.main(["--config", str(WARSZAWA), "replay", *arguments])


def test_a_recorded_file_is_shown_in_three_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(RECORDED) == 0
    shown = capsys.readouterr().out
    assert "recorded       model other rules" in shown
    assert "all queues: callers                    9           9           9" in shown
    assert "0 of 9 calls went to somebody else" in shown


def test_other_rules_come_from_a_policy_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.toml").write_text(OTHER, encoding="utf-8")
    assert replay(RECORDED, "--policy", str(tmp_path / "other.toml"), "--json", "--seed", "3") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["seed"] == 3
    assert set(found) >= {"recorded", "model", "other", "changed", "drawn"}


def test_an_exact_replay_finds_every_decision_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(RECORDED, "--exact") == 0
    assert "every decision is the same" in capsys.readouterr().out


def test_an_exact_replay_that_differs_is_a_problem_without_other_rules_and_none_with_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = Path(RECORDED).read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if '"decision"' in line)
    lines[first] = lines[first].replace("anna", "celina")
    changed = tmp_path / "changed.jsonl"
    changed.write_text("\n".join(lines), encoding="utf-8")
    assert replay(str(changed), "--exact") == 1
    shown = capsys.readouterr().out
    assert "offer 1: celina -> anna" in shown
    assert "1 decisions differ" in shown
    (tmp_path / "other.toml").write_text(OTHER, encoding="utf-8")
    assert replay(str(changed), "--exact", "--json", "--policy", str(tmp_path / "other.toml")) == 0
    assert json.loads(capsys.readouterr().out)["differences"]


def test_a_recording_is_saved_as_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "saved.jsonl"
    assert replay(RECORDED, "--save", str(saved)) == 0
    assert "entries, callers' numbers replaced" in capsys.readouterr().out
    assert replay(str(saved), "--exact") == 0


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "no/such/file"])
def test_what_is_neither_day_nor_file_is_said_in_one_line(
    day: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replay(day) == 1
    assert capsys.readouterr().err == (f"centrala: {day!r} is neither a day such as 2026-03-01 nor a file\n")


def test_a_day_without_a_journal_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay("2026-03-01") == 1
    assert "journal.sqlite" in capsys.readouterr().err


def test_a_file_in_which_nothing_was_recorded_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.jsonl").write_text("", encoding="utf-8")
    assert replay(str(tmp_path / "empty.jsonl")) == 1
    assert "nothing was recorded" in capsys.readouterr().err


def test_the_time_zone_of_the_city_rules_what_a_day_is() -> None:
    assert load(WARSZAWA, {}).runtime.time_zone == "Europe/Warsaw"
