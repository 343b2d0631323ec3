from pathlib import Path

import pytest

from contact.ids import Language
from ivr.adapters.flow_file import FlowError
from ivr.adapters.prompt_file import PromptText, load_prompts

PL, EN = Language("pl"), Language("en")


def load(tmp_path: Path, text: str) -> object:
    path = tmp_path / "prompts.yaml"
    path.write_text(text)
    return load_prompts(path, (PL, EN))


def test_texts_are_read_by_language_with_their_voice(tmp_path: Path) -> None:
    text = (
        'hello:\n  pl: "Dzień dobry."\nother:\n  pl: { text: "Press nine.", voice: en }\n  en: "Dziewięć."\n'
    )
    assert load(tmp_path, text) == {
        PL: {
            "hello": PromptText(text="Dzień dobry.", voice=PL),
            "other": PromptText(text="Press nine.", voice=EN),
        },
        EN: {"other": PromptText(text="Dziewięć.", voice=EN)},
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hello: Hej\n", "prompts.yaml:1: prompt `hello` must be a table"),
        ("hello:\n  de: Hallo\n", "prompts.yaml:2: prompt `hello`: the hotline does not speak `de`"),
        ("hello:\n  pl: 5\n", "prompts.yaml:2: prompt `hello` in `pl` must be a text, not `5`"),
        ("hello:\n  pl: {text: a}\n", "prompt `hello` in `pl` needs the key `voice`"),
        ("a/b:\n  pl: x\n", "`a/b` is no name for a prompt"),
        ("hello:\n  pl: x\nhello:\n  pl: y\n", "prompts.yaml:3: the prompts has the key `hello` twice"),
        (f"hello:\n  pl: {'x' * 700}\n", "longer than 600 characters"),
    ],
)
def test_mistakes_are_named_with_their_line(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(FlowError) as caught:
        load(tmp_path, text)
    assert reason in str(caught.value)
