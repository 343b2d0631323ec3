"""What the queues say is held against the prompts there are."""

from pathlib import Path

from contact.announcement import OPENINGS
from contact.ids import Language
from ivr.adapters.prompt_file import Prompts, PromptText
from ivr.adapters.queue_prompt import missing_prompts
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


def missing(folder: Path, prompts: Prompts) -> list[str]:
    file = folder / "queues.toml"
    file.write_text(QUEUES, encoding="utf-8")
    return [finding.reason for finding in missing_prompts(file, prompts)]


def test_prompts_that_lack_a_text_are_named_with_queue_and_language(tmp_path: Path) -> None:
    assert missing(tmp_path, {PL: texts(*OPENINGS, "thanks", "online")}) == []
    assert missing(tmp_path, {PL: texts(*OPENINGS, "thanks")}) == [
        "queue `roads`: prompt `online` has no text in `pl`"
    ]
    assert len(missing(tmp_path, {PL: texts("thanks", "online")})) == len(OPENINGS)


def test_a_language_without_words_for_numbers_needs_no_openings(tmp_path: Path) -> None:
    assert missing(tmp_path, {UK: texts("thanks", "online", language=UK)}) == []
