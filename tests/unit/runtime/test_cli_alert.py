from pathlib import Path

import pytest

from agent_desktop.recipient import Way
from agent_desktop.sender import Arrived, Deferred, Outcome, Refused
from runtime import cli
from runtime.cli_alert import choose, describe
from runtime.section import ConfigError
from tests.fakes.notices import recipient

FIRST, SECOND = recipient(), recipient(name="monitoring", way=Way.WEBHOOK)


def test_every_recipient_is_tried_or_the_one_that_is_named() -> None:
    assert choose([FIRST, SECOND], None) == [FIRST, SECOND]
    assert choose([FIRST, SECOND], "monitoring") == [SECOND]


def test_a_recipient_that_there_is_not_is_wrong_usage() -> None:
    with pytest.raises(ConfigError, match="no recipient is called 'x'; there are dyżurny, monitoring"):
        choose([FIRST, SECOND], "x")
    with pytest.raises(ConfigError, match="has no"):
        choose([], None)


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (Arrived(), "ok   dyżurny                  email    the server has taken it"),
        (Arrived(missed="550 no"), "ILL  dyżurny                  email    taken in part: 550 no"),
        (Deferred(reason="451 later"), "ILL  dyżurny                  email    not now: 451 later"),
        (Refused(reason="550 no"), "ILL  dyżurny                  email    refused: 550 no"),
    ],
)
def test_each_outcome_is_one_line(outcome: Outcome, line: str) -> None:
    assert describe(FIRST, outcome) == line


@pytest.mark.parametrize("command", [["alert", "test"], ["up"]])
def test_a_mistake_in_the_recipients_ends_with_2_before_anything_starts(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENTRALA_RUNTIME__STATE_DIR", str(tmp_path / "state"))
    (tmp_path / "centrala.toml").touch()
    (tmp_path / "alerts.toml").write_text('[[recipients]]\nname = "a"\nemail = ["b"]\n', encoding="utf-8")
    assert cli.main(["--config", str(tmp_path / "centrala.toml"), *command]) == 2
    error = capsys.readouterr().err
    assert error == f"centrala: {tmp_path}/alerts.toml: recipients.0.email.0: 'b' is no e-mail address\n"
    assert not (tmp_path / "state").exists()
