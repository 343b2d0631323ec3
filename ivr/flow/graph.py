"""What can be said of a flow as a graph: where it goes without a key, what it reaches, in which language."""

from collections.abc import Iterable, Mapping

from contact.ids import Language
from ivr.flow.nodes import (
    DIGITS,
    MESSAGE_PROMPTS,
    Again,
    BackToQueue,
    Callback,
    Consent,
    Emergency,
    End,
    Flow,
    GoTo,
    HangUp,
    Menu,
    Node,
    NodeId,
    OpenHours,
    PromptId,
    Queue,
    Say,
    SwitchLanguage,
    Voicemail,
)


def targets(node: Node) -> tuple[NodeId, ...]:
    """Return every node that may follow `node`, once each, in the order of the file."""
    match node:
        case Say() | Consent() | SwitchLanguage():
            return (node.next,)
        case Menu():
            away = [exit_.next for exit_ in (node.wrong_key, node.silence) if isinstance(exit_, GoTo)]
            return tuple(dict.fromkeys((*node.keys.values(), *away, node.exhausted)))
        case Callback():
            exits = (node.ordered, node.already, node.declined, node.failed)
            return tuple(dict.fromkeys((*exits, *node.keys.values())))
        case OpenHours():
            return tuple(dict.fromkeys((node.open, node.closed, *node.exceptions.values())))
        case BackToQueue() | Queue():
            following = node.closed if isinstance(node, Queue) else node.otherwise
            return () if following is None else (following,)
        case Voicemail() | Emergency() | HangUp():
            return ()


def targets_without_key(node: Node) -> tuple[NodeId, ...]:
    """Return every node that may follow `node` when the caller presses nothing."""
    if isinstance(node, Callback):
        return (node.declined,)
    if not isinstance(node, Menu):
        return targets(node)
    return (node.silence.next,) if isinstance(node.silence, GoTo) else (node.exhausted,)


def prompts_of(node: Node) -> tuple[PromptId, ...]:
    """Return the prompts that are played at `node`."""
    match node:
        case Say() | Consent():
            return node.prompts
        case Menu():
            notices = [exit_.prompts for exit_ in (node.wrong_key, node.silence) if isinstance(exit_, Again)]
            return (*node.prompts, *(prompt for notice in notices for prompt in notice))
        case Callback():
            said = node.prompts
            return (*said.offer, *said.number, *DIGITS, *said.choices, *said.enter, *said.invalid)
        case Voicemail():
            return MESSAGE_PROMPTS
        case SwitchLanguage() | OpenHours() | BackToQueue() | Queue() | Emergency() | HangUp():
            return ()


def entrances(flow: Flow) -> tuple[tuple[NodeId, Language], ...]:
    """Return where a dialogue may begin, and in which language."""
    resumed = [(node, language) for language, node in flow.resume.items()]
    switched = [node.language for node in flow.nodes.values() if isinstance(node, SwitchLanguage)]
    spoken = dict.fromkeys((flow.language, *flow.resume, *switched))
    entered = [(node, language) for node in flow.entries.values() for language in spoken]
    closed = [(flow.closed, language) for language in spoken if flow.closed is not None]
    return ((flow.start, flow.language), *resumed, *entered, *closed)


def visits(flow: Flow) -> frozenset[tuple[NodeId, Language]]:
    """Return each node with each language it can be reached in."""
    found: set[tuple[NodeId, Language]] = set()
    ahead = list(entrances(flow))
    while ahead:
        place, language = ahead.pop()
        if (place, language) in found:
            continue
        found.add((place, language))
        node = flow.nodes[place]
        after = node.language if isinstance(node, SwitchLanguage) else language
        ahead += [(target, after) for target in targets(node)]
    languages = {language for _, language in found}
    return frozenset(found | {(flow.too_long, language) for language in languages})


def without_end(flow: Flow) -> tuple[NodeId, ...]:
    """Return the nodes from which no end can be reached."""
    leads_on = {place for place, node in flow.nodes.items() if isinstance(node, End)}
    grown = True
    while grown:
        more = {
            place
            for place, node in flow.nodes.items()
            if place not in leads_on and leads_on & set(targets(node))
        }
        leads_on |= more
        grown = bool(more)
    return tuple(place for place in flow.nodes if place not in leads_on)


def loops_without_key(flow: Flow) -> tuple[tuple[NodeId, ...], ...]:
    """Return the ways round on which nobody ever presses a key, each once."""
    successors = {place: _without_key(flow, node) for place, node in flow.nodes.items()}
    loops: dict[frozenset[NodeId], tuple[NodeId, ...]] = {}
    for place in flow.nodes:
        loop = _way_back(place, successors)
        if loop is not None:
            loops.setdefault(frozenset(loop), loop)
    return tuple(loops.values())


def _without_key(flow: Flow, node: Node) -> tuple[NodeId, ...]:
    """Return what may follow `node` without a key, a queue that is closed included."""
    if isinstance(node, Queue) and node.closed is None and flow.closed is not None:
        return (flow.closed,)
    return targets_without_key(node)


def _way_back(place: NodeId, successors: Mapping[NodeId, Iterable[NodeId]]) -> tuple[NodeId, ...] | None:
    """Return the shortest way from `place` back to itself, None where there is none."""
    ways: list[tuple[NodeId, ...]] = [(place,)]
    seen: set[NodeId] = set()
    for way in ways:
        for following in successors[way[-1]]:
            if following == place:
                return way
            if following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return None
