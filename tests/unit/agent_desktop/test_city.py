from pathlib import Path

import pytest

from agent_desktop.city import read_prompts
from agent_desktop.errors import AccountsInvalid

WARSAW = Path(__file__).parents[3] / "config" / "warszawa"


def test_prompts_are_known_by_their_names() -> None:
    assert {"greeting", "comfort_keys"} <= set(read_prompts(WARSAW))


def test_a_city_without_prompts_has_none(tmp_path: Path) -> None:
    assert read_prompts(tmp_path) == ()


@pytest.mark.parametrize("text", ["a: [", "- greeting", "5"])
def test_prompts_that_cannot_be_read_are_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "prompts.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(AccountsInvalid, match=r"prompts\.yaml: "):
        read_prompts(tmp_path)
