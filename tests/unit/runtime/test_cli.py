import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from contact.errors import CentralaError
from runtime import cli, cli_account, cli_check, cli_run
from runtime.demo_call import KEYS

WARSZAWA = str(Path(__file__).parents[3] / "config" / "warszawa" / "centrala.toml")
COMMANDS = ("up", "doctor", "render", "flow", "demo-call", "demo-agent", "user", "db", "explain", "replay")


@pytest.fixture(autouse=True)
def _own_logging(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("CENTRALA_RUNTIME__STATE_DIR", str(tmp_path))
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.startswith("centrala: ")
    return error


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert [name for name in COMMANDS if name not in shown] == []


@pytest.mark.parametrize("command", ["", "dance", "user", "demo-call --topic taxes", "explain", "up --loud"])
def test_wrong_usage_ends_with_2(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(command.split())
    assert ended.value.code == 2
    assert "usage: centrala" in capsys.readouterr().err


def test_a_missing_settings_file_ends_with_2_in_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert cli.main(["--config", str(tmp_path / "none.toml"), "up"]) == 2
    assert one_line(capsys) == f"centrala: {tmp_path}/none.toml: no such file\n"


def test_a_wrong_setting_in_the_environment_ends_with_2_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENTRALA_SIP__PORT", "many")
    assert cli.main(["--config", WARSZAWA, "flow", "check"]) == 2
    assert "CENTRALA_SIP__PORT (environment): sip.port" in one_line(capsys)


def test_the_settings_file_comes_from_the_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(cli.CONFIG_VARIABLE, str(tmp_path / "of-the-environment.toml"))
    assert cli.main(["flow", "check"]) == 2
    assert "of-the-environment.toml" in one_line(capsys)


def test_the_example_citys_flow_has_no_mistakes(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--config", WARSZAWA, "flow", "check"]) == 0
    assert "no mistakes" in capsys.readouterr().out


def test_mistakes_in_a_flow_are_named_and_end_with_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "centrala.toml"
    file.touch()
    assert cli.main(["--config", str(file), "flow", "check"]) == 1
    assert "prompts.yaml" in capsys.readouterr().err


def test_a_problem_ends_with_1_in_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "centrala.toml"
    file.write_text("[demo]\nenabled = false\n", encoding="utf-8")
    (tmp_path / "demo.toml").write_text(
        '[[accounts]]\nlogin = "eva"\nname = "Eva"\nrole = "supervisor"\n', encoding="utf-8"
    )
    assert cli.main(["--config", str(file), "demo-call"]) == 1
    assert "demo.enabled is off" in one_line(capsys)


def test_skills_are_read_as_levels() -> None:
    assert cli_account.parse_skills("pl=100, roads=80,") == [("pl", 100), ("roads", 80)]
    assert cli_account.parse_skills("") == []


@pytest.mark.parametrize("text", ["pl", "pl=", "pl=high", "pl=-1", "pl=²"])
def test_a_skill_without_a_level_is_named(text: str) -> None:
    with pytest.raises(CentralaError, match="--skills"):
        cli_account.parse_skills(text)


@pytest.mark.parametrize(
    ("config", "called", "shown"),
    [
        (cli_run.DEFAULT_CONFIG, "/nowhere/centrala", "/nowhere/centrala"),
        (cli_run.DEFAULT_CONFIG, str(Path.cwd() / ".venv/bin/centrala"), ".venv/bin/centrala"),
        ("other.toml", "python", "centrala --config other.toml"),
    ],
)
def test_commands_are_shown_as_they_are_called_here(config: str, called: str, shown: str) -> None:
    assert cli_run.program(config, called) == shown


def test_a_fact_is_told_in_one_line() -> None:
    fact = {
        "type": "OfferEnded",
        "call": "1.1",
        "offer": "a-2",
        "agent": None,
        "ring_s": 2.0,
        "ended_at": 0.5,
        "skipped": [["anna", "talking"]],
        "reason": "",
    }
    assert cli_check.describe(fact) == (
        "OfferEnded         offer=a-2 ring_s=2 ended_at=1970-01-01T00:00:00.500Z skipped=[[anna, talking]]"
    )


def test_every_topic_of_the_demo_has_its_own_key() -> None:
    assert len(set(KEYS.values())) == len(KEYS) == 5
