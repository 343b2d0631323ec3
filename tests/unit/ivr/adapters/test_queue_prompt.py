"""What the queues say is held against the prompts there are."""

from pathlib import Path

import pytest

from contact.announcement import OPENINGS
from contact.ids import Language
from ivr.adapters.prompt_file import Prompts, PromptText
from ivr.adapters.queue_prompt import missing_prompts, queue_tables
from ivr.flow.nodes import PromptId

PL, UK = Language("pl"), Language("uk")
QUEUES = """
[queue.roads]
announce = {}
comfort = { prompts = ["thanks", "online"] }
[queue.waste]
"""


def texts(*names: str, language: Language = PL) -> dict[PromptId, PromptText]:
    return {PromptId(name): PromptText(text=name, voice=language) for name in names}


def missing(prompts: Prompts, text: str = QUEUES) -> list[str]:
    return [f"{one.queue}.{one.key}: {one.reason}" for one in missing_prompts(queue_tables(text), prompts)]


def test_prompts_that_lack_a_text_are_named_with_queue_key_and_language() -> None:
    assert missing({PL: texts(*OPENINGS, "thanks", "online")}) == []
    assert missing({PL: texts(*OPENINGS, "thanks")}) == [
        "roads.comfort.prompts: prompt `online` has no text in `pl`"
    ]
    assert len(missing({PL: texts("thanks", "online")})) == len(OPENINGS)


@pytest.mark.parametrize(
    ("way", "key"),
    [
        ('keys = { "1" = { leave = "voicemail" } }', "keys"),
        ('overflow = [{ leave = "voicemail" }]', "overflow"),
    ],
)
def test_voicemail_needs_its_prompts_wherever_it_is_reached_from(way: str, key: str) -> None:
    found = missing({PL: texts("voicemail_greeting")}, f"[queue.waste]\n{way}\n")
    assert found == [f"waste.{key}: prompt `voicemail_thanks` has no text in `pl`"]


def test_a_key_for_consent_needs_what_confirms_it() -> None:
    found = missing({PL: texts("recording_agreed")}, '[queue.waste]\nkeys = { "3" = { consent = true } }\n')
    assert found == ["waste.keys: prompt `recording_withdrawn` has no text in `pl`"]


@pytest.mark.parametrize(
    "text", ["", "queue = 5", "[queue]\nroads = 5", "[queue.roads]\nkeys = 5\noverflow = {}"]
)
def test_what_is_no_queue_needs_nothing(text: str) -> None:
    assert missing({PL: {}}, text) == []


def test_lack_is_a_mistake_of_the_file(tmp_path: Path) -> None:
    (lack,) = missing_prompts(queue_tables(QUEUES), {PL: texts(*OPENINGS, "thanks")})
    assert str(lack.finding(tmp_path / "queues.toml")).endswith(
        "queues.toml:1: queue `roads`: prompt `online` has no text in `pl`"
    )


def test_a_language_without_words_for_numbers_needs_no_openings() -> None:
    assert missing({UK: texts("thanks", "online", language=UK)}) == []
