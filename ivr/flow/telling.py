"""What callers are told on their way that stands in no flow: closures and flash messages.

Theory of operation. Before a caller enters a menu or a queue, `errand` says what is to be told first, and
where that leads: behind flash messages the caller goes on as they would have; a closure leads to where the
flow sends callers of a closed queue or line, or to the end of the call. A flash message of the line is told
before the first menu or queue, each message once in each language. A key stops flash messages, those that
were to follow included, and is the first input of what comes next; who pressed one before they began is told
at the next place. A closure is always told, to its end.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from contact.flash import FlashId
from contact.ids import Language, QueueId
from contact.line import Closure, Flash, Place, PlaceKind
from contact.times import Seconds
from ivr.flow.line import THE_LINE, Line
from ivr.flow.nodes import KEYS, Flow, Menu, Node, NodeId, PromptId, Queue

CLOSED = "closed"
FLASH = "flash"
LINE = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One prompt to be told; `mark` is how the caller's path names it, `key` what may not be told again."""

    mark: str
    key: str
    prompt: PromptId
    language: Language
    keys: str = ""
    flash: FlashId | None = None

    @property
    def node(self) -> NodeId:
        """The name under which a visit of it is reported."""
        return NodeId(self.mark.replace("=", "_"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What is to be told, one after another, then `next`: the node to enter, None for the end of the call."""

    tellings: tuple[Telling, ...]
    next: NodeId | None
    closes: str = ""
    """The closure that this tells of; "" for none."""


def errand(
    flow: Flow, line: Line, node: Node, *, language: Language, told: frozenset[str], ahead: str, at: Seconds
) -> Errand | None:
    """Return what comes before `node` is entered at `at`, None for nothing.

    `told` are the keys of what this caller was told; `ahead` is a key that waits to be taken.
    """
    if not isinstance(node, Menu | Queue):
        return None
    closed = line.closure(None, at)
    if closed is not None and closed.closure not in told:
        return _closing(line, closed, language, flow.closed)
    if isinstance(node, Queue):
        closed = line.closure(node.queue, at)
        if closed is not None:
            return _closing(line, closed, language, node.closed or flow.closed)
    if ahead:
        return None
    tellings = tuple(_flashes(line, node, language, told, at))
    return Errand(tellings=tellings, next=node.node) if tellings else None


def _closing(line: Line, closed: Closure, language: Language, following: NodeId | None) -> Errand:
    """Tell of a closure in the caller's language; of one of the line, where nobody chose yet, in each."""
    spoken = [language]
    if closed.queue is None:
        spoken += [one for one, _ in closed.texts if one != language]
    tellings = tuple(
        Telling(
            mark=f"{CLOSED}={closed.queue or LINE}",
            key=closed.closure,
            prompt=line.prompts[closed.closure, one],
            language=one,
        )
        for one in spoken
        if (closed.closure, one) in line.prompts
    )
    return Errand(tellings=tellings, next=following, closes=closed.closure)


def _flashes(
    line: Line, node: Menu | Queue, language: Language, told: frozenset[str], at: Seconds
) -> Iterator[Telling]:
    own = (
        Place(kind=PlaceKind.MENU, name=node.node)
        if isinstance(node, Menu)
        else Place(kind=PlaceKind.QUEUE, name=QueueId(node.queue))
    )
    for place in (THE_LINE, own):
        for flash in line.flashes(place, at):
            telling = _flash(line, flash, language)
            if telling is not None and telling.key not in told:
                yield telling


def _flash(line: Line, flash: Flash, language: Language) -> Telling | None:
    prompt = line.prompts.get((flash.flash, language))
    if prompt is None:
        return None
    return Telling(
        mark=f"{FLASH}={flash.flash}",
        key=f"{flash.flash}/{language}",
        prompt=prompt,
        language=language,
        keys=KEYS,
        flash=flash.flash,
    )
