"""What the IVR says: `prompts.yaml`, for each prompt its text in each language."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import yaml

from contact.ids import Language
from ivr.adapters.flow_file import FlowError
from ivr.adapters.flow_values import NAME_RULE, is_name
from ivr.adapters.marked_yaml import MarkedFile, line_of
from ivr.flow.nodes import PromptId

TEXT_CHARACTERS_MAX = 600
"""About 40 seconds of speech."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptText:
    """A text, and the language of the voice that speaks it (another one for "For English, press nine")."""

    text: str
    voice: Language


Prompts: TypeAlias = Mapping[Language, Mapping[PromptId, PromptText]]


def load_prompts(path: Path, languages: Collection[Language]) -> Prompts:
    """Return the texts in `path` by language and prompt; a prompt may lack languages it is not needed in.

    Raises:
        FlowError: the file has mistakes; each is named with its line.

    """
    file = MarkedFile(path)
    found: dict[Language, dict[PromptId, PromptText]] = {language: {} for language in languages}
    root = file.root()
    for name, node in ((file.table(root, "the prompts") if root is not None else None) or {}).items():
        if not is_name(name):
            file.note(line_of(node), f"`{name}` is no name for a prompt: {NAME_RULE}")
        for spoken, value in (file.table(node, f"prompt `{name}`") or {}).items():
            language = Language(spoken)
            if language not in found:
                file.note(line_of(value), f"prompt `{name}`: the hotline does not speak `{spoken}`")
                continue
            text = _text(file, value, f"prompt `{name}` in `{spoken}`", language)
            if text is not None:
                found[language][PromptId(name)] = text
    if file.findings:
        raise FlowError(tuple(sorted(file.findings)))
    return MappingProxyType({language: MappingProxyType(texts) for language, texts in found.items()})


def _text(file: MarkedFile, node: yaml.Node, what: str, language: Language) -> PromptText | None:
    voice: str | None = language
    if isinstance(node, yaml.MappingNode):
        entries = file.record(node, what, required=("text", "voice"))
        if entries is None:
            return None
        voice = file.word(entries["voice"], f"{what}: voice")
        node = entries["text"]
    text = file.text(node, what)
    if text is not None and len(text) > TEXT_CHARACTERS_MAX:
        file.note(line_of(node), f"{what} is longer than {TEXT_CHARACTERS_MAX} characters")
    if text is None or voice is None:
        return None
    return PromptText(text=text, voice=Language(voice))
