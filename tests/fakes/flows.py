"""A small flow with every type of node, for tests."""

from dataclasses import replace
from types import MappingProxyType

from contact.ids import Language, QueueId
from ivr.flow.nodes import (
    Again,
    BackToQueue,
    Callback,
    CallbackPrompts,
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

PL = Language("pl")
EN = Language("en")


def node_id(name: str) -> NodeId:
    return NodeId(name)


def prompts(*names: str) -> tuple[PromptId, ...]:
    return tuple(PromptId(name) for name in names)


def menu(
    *,
    node: str = "menu",
    wrong_key: Again | GoTo | None = None,
    silence: Again | GoTo | None = None,
    **keys: str,
) -> Menu:
    """A menu with three tries; `key_1="roads"` leads key 1 to node `roads`."""
    return Menu(
        node=node_id(node),
        prompts=prompts("choose"),
        keys={name.removeprefix("key_"): node_id(target) for name, target in keys.items()},
        timeout_s=5.0,
        tries=3,
        wrong_key=wrong_key or Again(prompts=prompts("wrong")),
        silence=silence or Again(prompts=prompts("silent")),
        exhausted=node_id("general"),
    )


def flow(*nodes: Node, visits_max: int = 40, start: str = "greeting") -> Flow:
    """The flow greeting -> menu (1 roads, 9 English, 0 emergency, 8 hang up), with `nodes` put over it."""
    usual: tuple[Node, ...] = (
        Say(node=node_id("greeting"), prompts=prompts("hello", "notice"), next=node_id("menu")),
        menu(key_1="roads", key_9="english", key_0="emergency", key_8="bye"),
        SwitchLanguage(node=node_id("english"), language=EN, next=node_id("menu")),
        Queue(
            node=node_id("roads"),
            queue=QueueId("roads"),
            requirement={PL: "pl", EN: "en"},
            priority=5,
            topic="roads",
        ),
        Queue(node=node_id("general"), queue=QueueId("general"), requirement={}),
        Emergency(node=node_id("emergency")),
        HangUp(node=node_id("bye")),
    )
    return Flow(
        flow="test",
        language=PL,
        start=node_id(start),
        resume={EN: node_id("menu"), PL: node_id("menu")},
        visits_max=visits_max,
        too_long=node_id("general"),
        nodes=MappingProxyType({node.node: node for node in (*usual, *nodes)}),
    )


def offering() -> Flow:
    """The flow with the offer of a callback at `ask`, where callers come in who leave a queue for one."""
    ask = Callback(
        node=node_id("ask"),
        prompts=CallbackPrompts(
            offer=prompts("offer"),
            number=prompts("number"),
            choices=prompts("choices"),
            enter=prompts("enter"),
            invalid=prompts("invalid"),
        ),
        queue=QueueId("general"),
        requirement={PL: "pl"},
        ordered=node_id("bye"),
        already=node_id("known"),
        declined=node_id("back"),
        failed=node_id("sorry"),
        keys={"#": node_id("emergency")},
        tries=3,
    )
    whole = flow(
        ask,
        Say(node=node_id("known"), prompts=prompts("known"), next=node_id("bye")),
        Say(node=node_id("sorry"), prompts=prompts("sorry"), next=node_id("back")),
        BackToQueue(node=node_id("back"), otherwise=node_id("general")),
    )
    return replace(whole, entries=MappingProxyType({"callback": node_id("ask")}))
