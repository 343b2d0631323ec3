"""The form of a flow file: what keys a flow and each type of node have, and what their values may be."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import yaml

from contact.ids import Language, QueueId
from ivr.adapters.flow_values import NAME_RULE, PRIORITY_MAX, FlowValues, is_name
from ivr.adapters.marked_yaml import line_of
from ivr.flow.nodes import (
    ENTRIES,
    KEYS,
    NO_ENTRIES,
    Again,
    BackToQueue,
    Callback,
    CallbackPrompts,
    Consent,
    Emergency,
    Flow,
    GoTo,
    HangUp,
    Menu,
    Node,
    NodeId,
    OpenHours,
    Queue,
    Say,
    SwitchLanguage,
    Voicemail,
)
from ivr.flow.ordering import CHOICES

NODES_MAX = 500
VISITS_MAX = 200
VISITS_MAX_DEFAULT = 40
CONSENT_TIMEOUT_S = 3.0

_CALLBACK_EXITS = ("ordered", "already", "declined", "failed")
_CALLBACK_PROMPTS = ("offer", "number", "choices", "enter", "invalid")


class FlowReader(FlowValues):
    """Reads the form of one flow file: keys, types, values, targets, queues."""

    def read(self) -> Flow | None:
        """Return the flow, or None where a finding stands in the way; findings may come with a flow."""
        root = self.file.root()
        if root is None:
            return None
        entries = self.file.record(
            root,
            "the flow",
            required=("flow", "language", "start", "too_long", "nodes"),
            optional=("resume", "entries", "closed", "visits_max", "requirement"),
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
        places = self._entries(entries.get("entries"))
        closed = self._target(entries["closed"], "closed") if "closed" in entries else None
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
            entries=places,
            closed=closed,
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

    def _entries(self, node: yaml.Node | None) -> Mapping[str, NodeId]:
        if node is None:
            return NO_ENTRIES
        places: dict[str, NodeId] = {}
        for name, value in (self.file.table(node, "entries") or {}).items():
            if name not in ENTRIES:
                known = ", ".join(sorted(ENTRIES))
                self.file.note(line_of(value), f"entries: nobody comes in by `{name}`; there are {known}")
            target = self._target(value, f"entry `{name}`")
            if target is not None:
                places[name] = target
        return MappingProxyType(places)

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
        if isinstance(ending, Say | Menu | Consent | OpenHours | SwitchLanguage | Callback | BackToQueue):
            reason = (
                "too_long must lead to a node that ends the dialogue: queue, voicemail, emergency or hang_up"
            )
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
            "consent": self._consent,
            "hours": self._hours,
            "language": self._switch,
            "callback": self._callback,
            "queue": self._queue,
            "back_to_queue": self._back_to_queue,
            "voicemail": self._voicemail,
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
        timeout_s, tries = self._patience(entries, what)
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

    def _consent(self, place: NodeId, node: yaml.Node) -> Node | None:
        what = f"node `{place}`"
        entries = self.file.record(
            node, what, required=("type", "prompts", "next"), optional=("key", "timeout_s")
        )
        if entries is None:
            return None
        prompts = self._prompts(entries["prompts"], what)
        target = self._target(entries["next"], what)
        key: str | None = "1"
        if "key" in entries:
            key = self.file.word(entries["key"], f"{what}: key")
            if key is not None and (len(key) != 1 or key not in KEYS):
                reason = f"{what}: `{key}` is no key of a telephone (0-9, *, #, A-D)"
                self.file.note(line_of(entries["key"]), reason)
        timeout_s, _ = self._patience(entries, what, usual_s=CONSENT_TIMEOUT_S)
        if prompts is None or target is None or not key or not timeout_s:
            return None
        return Consent(node=place, prompts=prompts, next=target, key=key, timeout_s=timeout_s)

    def _hours(self, place: NodeId, node: yaml.Node) -> Node | None:
        what = f"node `{place}`"
        entries = self.file.record(
            node, what, required=("type", "schedule", "open", "closed"), optional=("exceptions",)
        )
        if entries is None:
            return None
        schedule = self._schedule(entries["schedule"], what)
        opened = self._target(entries["open"], f"{what}: open")
        closed = self._target(entries["closed"], f"{what}: closed")
        ways = self._destinations(entries["exceptions"], what) if "exceptions" in entries else NO_ENTRIES
        if schedule is None or opened is None or closed is None:
            return None
        return OpenHours(node=place, schedule=schedule, open=opened, closed=closed, exceptions=ways)

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
            node, what, required=("type", "queue"), optional=("requirement", "priority", "topic", "closed")
        )
        if entries is None:
            return None
        return self._queue_of(place, entries, what)

    def _queue_of(self, place: NodeId, entries: Mapping[str, yaml.Node], what: str) -> Queue | None:
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
        closed = self._target(entries["closed"], f"{what}: closed") if "closed" in entries else None
        if queue is None or priority is None or topic is None:
            return None
        return Queue(
            node=place,
            queue=QueueId(queue),
            requirement=requirement,
            priority=priority,
            topic=topic,
            closed=closed,
        )

    def _callback(self, place: NodeId, node: yaml.Node) -> Node | None:
        what = f"node `{place}`"
        entries = self.file.record(
            node,
            what,
            required=("type", "queue", "prompts", *_CALLBACK_EXITS),
            optional=("requirement", "priority", "topic", "keys", "timeout_s", "tries"),
        )
        if entries is None:
            return None
        said = self.file.record(entries["prompts"], f"{what}: prompts", required=_CALLBACK_PROMPTS)
        prompts = [self._prompts(said[name], f"{what}: {name}") for name in _CALLBACK_PROMPTS] if said else []
        exits = [self._target(entries[name], f"{what}: {name}") for name in _CALLBACK_EXITS]
        keys = self._keys(entries["keys"], what) if "keys" in entries else MappingProxyType({})
        for taken in sorted(CHOICES & keys.keys()):
            self.file.note(line_of(entries["keys"]), f"{what}: the key {taken} has its meaning here already")
        joins = self._queue_of(place, entries, what)
        timeout_s, tries = self._patience(entries, what)
        if joins is None or not prompts or None in prompts or None in exits or not timeout_s or not tries:
            return None
        return Callback(
            node=place,
            prompts=CallbackPrompts(**dict(zip(_CALLBACK_PROMPTS, filter(None, prompts), strict=True))),
            queue=joins.queue,
            requirement=joins.requirement,
            priority=joins.priority,
            topic=joins.topic,
            keys=keys,
            timeout_s=timeout_s,
            tries=tries,
            **dict(zip(_CALLBACK_EXITS, filter(None, exits), strict=True)),
        )

    def _back_to_queue(self, place: NodeId, node: yaml.Node) -> Node | None:
        entries = self.file.record(node, f"node `{place}`", required=("type", "otherwise"))
        target = self._target(entries["otherwise"], f"node `{place}`") if entries is not None else None
        return BackToQueue(node=place, otherwise=target) if target is not None else None

    def _voicemail(self, place: NodeId, node: yaml.Node) -> Node | None:
        entries = self.file.record(node, f"node `{place}`", required=("type",))
        return Voicemail(node=place) if entries is not None else None

    def _emergency(self, place: NodeId, node: yaml.Node) -> Node | None:
        entries = self.file.record(node, f"node `{place}`", required=("type",))
        return Emergency(node=place) if entries is not None else None

    def _hang_up(self, place: NodeId, node: yaml.Node) -> Node | None:
        entries = self.file.record(node, f"node `{place}`", required=("type",))
        return HangUp(node=place) if entries is not None else None
