"""The form of a flow file: what keys a flow and each type of node have, and what their values may be."""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

import yaml

from contact.ids import Language, QueueId
from ivr.adapters.marked_yaml import MarkedFile, line_of
from ivr.flow.nodes import (
    KEYS,
    Again,
    Emergency,
    Flow,
    GoTo,
    HangUp,
    Menu,
    Node,
    NodeId,
    PromptId,
    Queue,
    Say,
    SwitchLanguage,
)

NODES_MAX = 500
NAME_CHARACTERS_MAX = 40
"""Keeps the path of a call within one line of an Asterisk event (`dialogue.PATH_STEPS_MAX`)."""
NAME_RULE = f"letters without accents, digits, `_` and `-`, at most {NAME_CHARACTERS_MAX} characters"
REQUIREMENT_CHARACTERS_MAX = 200
TRIES_MAX = 10
TIMEOUT_S_MAX = 30.0
VISITS_MAX = 200
VISITS_MAX_DEFAULT = 40
PRIORITY_MAX = 100

_REQUIREMENT_SIGNS = frozenset("._-&|!()<>= ")


class FlowReader:
    """Reads the form of one flow file: keys, types, values, targets, queues."""

    def __init__(
        self, file: MarkedFile, *, queues: Collection[QueueId], languages: Collection[Language]
    ) -> None:
        """Keep what the file may name; `file` collects the findings, `lines` where each node begins."""
        self.file = file
        self._queues = queues
        self._languages = languages
        self.lines: dict[NodeId, int] = {}
        self._wanted: list[tuple[int, str, NodeId]] = []
        self._requirement: Mapping[Language, str] = MappingProxyType({})

    def read(self) -> Flow | None:
        """Return the flow, or None where a finding stands in the way; findings may come with a flow."""
        root = self.file.root()
        if root is None:
            return None
        entries = self.file.record(
            root,
            "the flow",
            required=("flow", "language", "start", "too_long", "nodes"),
            optional=("resume", "visits_max", "requirement"),
        )
        if entries is None:
            return None
        if "requirement" in entries:
            self._requirement = self._requirements(entries["requirement"], "requirement")
        nodes = self._nodes(entries["nodes"])
        name = self._name(entries["flow"], "flow")
        language = self._language(entries["language"], "language")
        start = self._target(entries["start"], "start")
        too_long = self._target(entries["too_long"], "too_long")
        resume = self._resume(entries.get("resume"))
        visits_max = self._visits_max(entries.get("visits_max"))
        self._check_targets(nodes, too_long, entries["too_long"])
        if name is None or language is None or start is None or too_long is None or self.file.findings:
            return None
        return Flow(
            flow=name,
            language=language,
            start=start,
            resume=resume,
            visits_max=visits_max,
            too_long=too_long,
            nodes=MappingProxyType(nodes),
        )

    # --- the flow's own keys ---------------------------------------------------------------

    def _resume(self, node: yaml.Node | None) -> Mapping[Language, NodeId]:
        entries = self.file.table(node, "resume") if node is not None else {}
        resume: dict[Language, NodeId] = {}
        for name, value in (entries or {}).items():
            language = self._known_language(name, line_of(value), "resume")
            target = self._target(value, f"resume in `{name}`")
            if language is not None and target is not None:
                resume[language] = target
        return MappingProxyType(resume)

    def _visits_max(self, node: yaml.Node | None) -> int:
        if node is None:
            return VISITS_MAX_DEFAULT
        return self.file.integer(node, "visits_max", low=1, high=VISITS_MAX) or VISITS_MAX_DEFAULT

    def _check_targets(
        self, nodes: Mapping[NodeId, Node | None], too_long: NodeId | None, at: yaml.Node
    ) -> None:
        for line, what, target in self._wanted:
            if target not in self.lines:
                self.file.note(line, f"{what} leads to `{target}`, and there is no such node")
        ending = nodes.get(too_long) if too_long is not None else None
        if isinstance(ending, Say | Menu | SwitchLanguage):
            reason = "too_long must lead to a node that ends the dialogue: queue, emergency or hang_up"
            self.file.note(line_of(at), reason)

    # --- nodes -----------------------------------------------------------------------------

    def _nodes(self, node: yaml.Node) -> dict[NodeId, Node]:
        entries = self.file.table(node, "nodes") or {}
        if len(entries) > NODES_MAX:
            self.file.note(line_of(node), f"a flow has at most {NODES_MAX} nodes, not {len(entries)}")
        nodes: dict[NodeId, Node] = {}
        for name, value in entries.items():
            place = NodeId(name)
            self.lines[place] = line_of(value)
            if not is_name(name):
                self.file.note(line_of(value), f"`{name}` is no name for a node: {NAME_RULE}")
            read = self._node(place, value)
            if read is not None:
                nodes[place] = read
        return nodes

    def _node(self, place: NodeId, node: yaml.Node) -> Node | None:
        entries = self.file.table(node, f"node `{place}`")
        if entries is None:
            return None
        kind = self.file.word(entries["type"], f"the type of `{place}`") if "type" in entries else None
        if "type" not in entries:
            self.file.note(line_of(node), f"node `{place}` needs the key `type`")
        if kind is None:
            return None
        readers: Mapping[str, Callable[[NodeId, yaml.Node], Node | None]] = {
            "say": self._say,
            "menu": self._menu,
            "language": self._switch,
            "queue": self._queue,
            "emergency": self._emergency,
            "hang_up": self._hang_up,
        }
        if kind not in readers:
            reason = f"node `{place}` has the unknown type `{kind}`; there are {', '.join(readers)}"
            self.file.note(line_of(entries["type"]), reason)
            return None
        return readers[kind](place, node)

    def _say(self, place: NodeId, node: yaml.Node) -> Node | None:
        what = f"node `{place}`"
        entries = self.file.record(
            node, what, required=("type", "prompts", "next"), optional=("interruptible",)
        )
        if entries is None:
            return None
        prompts = self._prompts(entries["prompts"], what)
        target = self._target(entries["next"], what)
        interruptible: bool | None = True
        if "interruptible" in entries:
            interruptible = self.file.truth(entries["interruptible"], f"{what}: interruptible")
        if prompts is None or target is None or interruptible is None:
            return None
        return Say(node=place, prompts=prompts, next=target, interruptible=interruptible)

    def _menu(self, place: NodeId, node: yaml.Node) -> Node | None:
        what = f"node `{place}`"
        entries = self.file.record(
            node,
            what,
            required=("type", "prompts", "keys", "exhausted"),
            optional=("timeout_s", "tries", "wrong_key", "silence"),
        )
        if entries is None:
            return None
        prompts = self._prompts(entries["prompts"], what)
        keys = self._keys(entries["keys"], what)
        exhausted = self._target(entries["exhausted"], f"{what}: exhausted")
        timeout_s: float | None = 5.0
        if "timeout_s" in entries:
            timeout_s = self.file.decimal(
                entries["timeout_s"], f"{what}: timeout_s", low=0.5, high=TIMEOUT_S_MAX
            )
        tries: int | None = 3
        if "tries" in entries:
            tries = self.file.integer(entries["tries"], f"{what}: tries", low=1, high=TRIES_MAX)
        wrong_key = self._exit(entries.get("wrong_key"), f"{what}: wrong_key")
        silence = self._exit(entries.get("silence"), f"{what}: silence")
        if prompts is None or exhausted is None or timeout_s is None or tries is None:
            return None
        return Menu(
            node=place,
            prompts=prompts,
            keys=keys,
            timeout_s=timeout_s,
            tries=tries,
            wrong_key=wrong_key,
            silence=silence,
            exhausted=exhausted,
        )

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

    def _exit(self, node: yaml.Node | None, what: str) -> Again | GoTo:
        if node is None:
            return Again()
        entries = self.file.record(node, what, required=(), optional=("prompts", "next")) or {}
        if len(entries) != 1:
            self.file.note(line_of(node), f"{what} needs either `prompts` (ask again) or `next` (leave)")
        if "next" in entries:
            target = self._target(entries["next"], what)
            return GoTo(next=target) if target is not None else Again()
        prompts = self._prompts(entries["prompts"], what) if "prompts" in entries else None
        return Again(prompts=prompts or ())

    def _switch(self, place: NodeId, node: yaml.Node) -> Node | None:
        what = f"node `{place}`"
        entries = self.file.record(node, what, required=("type", "language", "next"))
        if entries is None:
            return None
        language = self._language(entries["language"], what)
        target = self._target(entries["next"], what)
        if language is None or target is None:
            return None
        return SwitchLanguage(node=place, language=language, next=target)

    def _queue(self, place: NodeId, node: yaml.Node) -> Node | None:
        what = f"node `{place}`"
        entries = self.file.record(
            node, what, required=("type", "queue"), optional=("requirement", "priority", "topic")
        )
        if entries is None:
            return None
        queue = self.file.word(entries["queue"], f"{what}: queue")
        if queue is not None and queue not in self._queues:
            known = ", ".join(sorted(self._queues))
            self.file.note(
                line_of(entries["queue"]), f"{what}: there is no queue `{queue}`; there are {known}"
            )
        requirement = self._requirement
        if "requirement" in entries:
            requirement = self._requirements(entries["requirement"], f"{what}: requirement")
        priority: int | None = 0
        if "priority" in entries:
            priority = self.file.integer(entries["priority"], f"{what}: priority", low=0, high=PRIORITY_MAX)
        topic = self._name(entries["topic"], f"{what}: topic") if "topic" in entries else ""
        if queue is None or priority is None or topic is None:
            return None
        return Queue(
            node=place, queue=QueueId(queue), requirement=requirement, priority=priority, topic=topic
        )

    def _emergency(self, place: NodeId, node: yaml.Node) -> Node | None:
        entries = self.file.record(node, f"node `{place}`", required=("type",))
        return Emergency(node=place) if entries is not None else None

    def _hang_up(self, place: NodeId, node: yaml.Node) -> Node | None:
        entries = self.file.record(node, f"node `{place}`", required=("type",))
        return HangUp(node=place) if entries is not None else None

    # --- values ----------------------------------------------------------------------------

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


def is_name(text: str) -> bool:
    """Tell whether a text may name a flow, a node, a prompt or a topic (`NAME_RULE`)."""
    plain = text.replace("_", "").replace("-", "")
    return plain.isascii() and plain.isalnum() and len(text) <= NAME_CHARACTERS_MAX


def _may_be_requirement(text: str) -> bool:
    """Hold what reaches Asterisk to the signs of a skill expression; routing parses it."""
    signs = all(sign.isalnum() or sign in _REQUIREMENT_SIGNS for sign in text)
    return signs and text.count("(") == text.count(")") and len(text) <= REQUIREMENT_CHARACTERS_MAX
