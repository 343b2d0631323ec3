"""The values in a flow file that several types of node share, each read with its findings."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

import yaml

from contact.ids import Language, QueueId
from contact.schedule import ScheduleId
from ivr.adapters.marked_yaml import MarkedFile, line_of
from ivr.flow.nodes import KEYS, NodeId, PromptId

NAME_CHARACTERS_MAX = 40
"""Keeps the path of a call within one line of an Asterisk event (`dialogue.PATH_STEPS_MAX`)."""
NAME_RULE = f"letters without accents, digits, `_` and `-`, at most {NAME_CHARACTERS_MAX} characters"
REQUIREMENT_CHARACTERS_MAX = 200
TRIES_MAX = 10
TIMEOUT_S_MAX = 30.0
PRIORITY_MAX = 100

_REQUIREMENT_SIGNS = frozenset("._-&|!()<>= ")


class FlowValues:
    """Reads values; `wanted` collects the targets that are to be there when the whole file is read."""

    def __init__(
        self,
        file: MarkedFile,
        *,
        queues: Collection[QueueId],
        languages: Collection[Language],
        schedules: Collection[ScheduleId] = (),
    ) -> None:
        """Keep what the file may name; `file` collects the findings, `lines` where each node begins."""
        self.file = file
        self._queues = queues
        self._languages = languages
        self._schedules = schedules
        self.lines: dict[NodeId, int] = {}
        self._wanted: list[tuple[int, str, NodeId]] = []
        self._requirement: Mapping[Language, str] = MappingProxyType({})

    def _target(self, node: yaml.Node, what: str) -> NodeId | None:
        name = self.file.word(node, f"{what}: the node it leads to")
        if name is None:
            return None
        self._wanted.append((line_of(node), what, NodeId(name)))
        return NodeId(name)

    def _prompts(self, node: yaml.Node, what: str) -> tuple[PromptId, ...] | None:
        names = self.file.words(node, f"{what}: prompts")
        if names == ():
            self.file.note(line_of(node), f"{what}: prompts needs at least one prompt")
        return tuple(PromptId(name) for name in names) if names else None

    def _name(self, node: yaml.Node, what: str) -> str | None:
        name = self.file.word(node, what)
        if name is not None and not is_name(name):
            self.file.note(line_of(node), f"{what}: `{name}` is no name: {NAME_RULE}")
            return None
        return name

    def _language(self, node: yaml.Node, what: str) -> Language | None:
        name = self.file.word(node, f"{what}: language")
        return self._known_language(name, line_of(node), what) if name is not None else None

    def _known_language(self, name: str, line: int, what: str) -> Language | None:
        if name in self._languages:
            return Language(name)
        known = ", ".join(sorted(self._languages))
        self.file.note(line, f"{what}: the hotline does not speak `{name}`; it speaks {known}")
        return None

    def _schedule(self, node: yaml.Node, what: str) -> ScheduleId | None:
        name = self.file.word(node, f"{what}: schedule")
        if name is not None and name not in self._schedules:
            known = ", ".join(sorted(self._schedules)) or "none"
            self.file.note(line_of(node), f"{what}: there is no schedule `{name}`; there are {known}")
            return None
        return None if name is None else ScheduleId(name)

    def _destinations(self, node: yaml.Node, what: str) -> Mapping[str, NodeId]:
        ways: dict[str, NodeId] = {}
        for name, value in (self.file.table(node, f"{what}: exceptions") or {}).items():
            if not is_name(name):
                self.file.note(line_of(value), f"{what}: `{name}` is no name for a destination: {NAME_RULE}")
            target = self._target(value, f"{what}: exception `{name}`")
            if target is not None:
                ways[name] = target
        return MappingProxyType(ways)

    def _requirements(self, node: yaml.Node, what: str) -> Mapping[Language, str]:
        requirements: dict[Language, str] = {}
        for name, value in (self.file.table(node, what) or {}).items():
            language = self._known_language(name, line_of(value), what)
            text = self.file.text(value, f"{what} in `{name}`")
            if text is not None and not _may_be_requirement(text):
                self.file.note(line_of(value), f"{what} in `{name}`: `{text}` is no skill expression")
            elif text is not None and language is not None:
                requirements[language] = text
        return MappingProxyType(requirements)

    def _patience(
        self, entries: Mapping[str, yaml.Node], what: str, *, usual_s: float = 5.0
    ) -> tuple[float | None, int | None]:
        timeout_s: float | None = usual_s
        if "timeout_s" in entries:
            timeout_s = self.file.decimal(
                entries["timeout_s"], f"{what}: timeout_s", low=0.5, high=TIMEOUT_S_MAX
            )
        tries: int | None = 3
        if "tries" in entries:
            tries = self.file.integer(entries["tries"], f"{what}: tries", low=1, high=TRIES_MAX)
        return timeout_s, tries

    def _keys(self, node: yaml.Node, what: str) -> Mapping[str, NodeId]:
        entries = self.file.table(node, f"{what}: keys") or {}
        keys: dict[str, NodeId] = {}
        for key, value in entries.items():
            if len(key) != 1 or key not in KEYS:
                self.file.note(line_of(value), f"{what}: `{key}` is no key of a telephone (0-9, *, #, A-D)")
            target = self._target(value, f"{what}: key {key}")
            if target is not None:
                keys[key] = target
        if not keys:
            self.file.note(line_of(node), f"{what}: keys needs at least one key")
        return MappingProxyType(keys)


def is_name(text: str) -> bool:
    """Tell whether a text may name a flow, a node, a prompt or a topic (`NAME_RULE`)."""
    plain = text.replace("_", "").replace("-", "")
    return plain.isascii() and plain.isalnum() and len(text) <= NAME_CHARACTERS_MAX


def _may_be_requirement(text: str) -> bool:
    """Hold what reaches Asterisk to the signs of a skill expression; routing parses it."""
    signs = all(sign.isalnum() or sign in _REQUIREMENT_SIGNS for sign in text)
    return signs and text.count("(") == text.count(")") and len(text) <= REQUIREMENT_CHARACTERS_MAX
