"""Explanations in plain words: what became of a call and why, in Polish and English.

Every fact that says something to a person becomes one line or a few, headed by the time of day. Polish
speaks of consultants without saying whether they are men or women, and names stay in the nominative behind a
colon or as the subject, so that they need not be declined. Names and skills are those of the moment of
asking; an agent who has the skill by now is said to have lacked it then.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from acd.core.skills import AllOf, Levels, Node, RequirementError, matches, parse
from acd.wording import Wording
from contact.callbacks import CallbackAttempted, CallbackDialled, CallbackRested, CallbackResumed
from contact.commands import AgentStanding, QueueStanding
from contact.events import (
    CallConnected,
    CallEnded,
    CallLeftQueue,
    CallOffered,
    CallReleased,
    CallWaiting,
    Fact,
    OfferEnded,
    OfferExplained,
)
from contact.ids import AgentId, OfferId, QueueId, is_callback
from contact.states import Outcome
from contact.times import Seconds, to_utc

NAMED_MAX = 8
"""So many agents are named for each reason; of the others it is said how many they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What ids stand for, and the time zone that people read moments in."""

    agents: Mapping[AgentId, AgentStanding]
    queues: Mapping[QueueId, QueueStanding]
    zone: tzinfo


def describe(facts: Iterable[Fact], known: Known, wording: Wording) -> tuple[str, ...]:
    """Return what `facts`, those of one call and oldest first, say in the words of `wording`."""
    return tuple(_Teller(tuple(facts), known, wording).lines())


class _Teller:
    def __init__(self, facts: tuple[Fact, ...], known: Known, wording: Wording) -> None:
        self._facts = facts
        self._known = known
        self._words = wording
        self._why: dict[OfferId, OfferExplained] = {
            fact.offer: fact for fact in facts if isinstance(fact, OfferExplained)
        }

    def lines(self) -> Iterator[str]:
        for fact in self._facts:
            match fact:
                case CallWaiting():
                    yield self._at(fact.joined_at, "waiting", self._asked(fact))
                case CallOffered():
                    yield from self._offered(fact)
                case OfferEnded():
                    span = self._words.span(fact.ring_s)
                    text = self._words.ended(fact.state, agent=self._name(fact.agent), span=span)
                    yield self._stamped(fact.ended_at, text)
                case CallConnected():
                    waited = self._words.span(fact.connected_at - fact.joined_at)
                    values = {"agent": self._name(fact.agent), "waited": waited}
                    yield self._at(fact.connected_at, "connected", values)
                case CallReleased():
                    span = self._words.span(fact.released_at - fact.connected_at)
                    yield self._at(fact.released_at, "released", {"span": span})
                case CallLeftQueue() if is_callback(fact.call) and fact.reason in tuple(Outcome):
                    pass  # the end itself is told next
                case CallLeftQueue():
                    yield self._words.say("left", queue=self._queue(fact.queue), reason=fact.reason)
                case CallEnded():
                    text = self._words.outcome(fact.outcome, span=self._words.span(fact.wait_s))
                    yield self._stamped(fact.ended_at, text)
                case _:
                    yield from self._called_back(fact)

    def _called_back(self, fact: Fact) -> Iterator[str]:
        match fact:
            case CallbackDialled():
                values = {"agent": self._name(fact.agent), "attempt": str(fact.attempt)}
                yield self._at(fact.dialled_at, "dialled", values)
            case CallbackAttempted():
                values = {"attempt": str(fact.attempt)}
                yield self._at(fact.ended_at, f"attempt_{fact.end}", values)
            case CallbackRested():
                local = to_utc(fact.until_at).astimezone(self._known.zone)
                yield self._words.say(f"rests_{fact.reason}", until=f"{local:%Y-%m-%d %H:%M}")
            case CallbackResumed():
                yield self._at(fact.resumed_at, "resumed", {})
            case _:
                pass

    def _asked(self, fact: CallWaiting) -> dict[str, str]:
        asked = self._requirement(fact.requirement)
        return {"queue": self._queue(fact.queue), "asked": asked, "priority": str(fact.priority)}

    def _offered(self, fact: CallOffered) -> Iterator[str]:
        waited = self._words.span(fact.offered_at - fact.joined_at)
        values = {"agent": self._name(fact.agent), "waited": waited}
        yield self._at(fact.offered_at, "offered", values)
        why = self._why.get(fact.offer)
        if why is None:
            return
        yield self._words.say("asked", asked=self._requirement(why.requirement))
        yield self._chosen(fact, why)
        yield from self._beside(fact, why)
        yield from self._skipped(why)
        if why.older_calls_passed:
            yield self._words.passed(max(why.older_callers, len(why.older_calls_passed)))

    def _chosen(self, fact: CallOffered, why: OfferExplained) -> str:
        name = self._name(why.agent)
        if len(why.candidates) <= 1:
            return self._words.say("only", agent=name)
        scores = dict(why.candidates)
        merit = self._words.merit(why.strategy, scores.get(why.agent, 0.0), fact.offered_at)
        return self._words.say("chosen", agent=name, merit=merit, count=str(len(why.candidates)))

    def _beside(self, fact: CallOffered, why: OfferExplained) -> Iterator[str]:
        others = [(agent, score) for agent, score in why.candidates if agent != why.agent]
        if others:
            told = [
                f"{self._name(agent)} ({self._words.value(why.strategy, score, fact.offered_at)})"
                for agent, score in others[:NAMED_MAX]
            ]
            yield self._words.say("also_free", agents=self._words.names(told, len(others)))

    def _skipped(self, why: OfferExplained) -> Iterator[str]:
        needed = _read(why.requirement)
        by_reason: dict[str, list[str]] = {}
        for agent, reason in why.skipped:
            by_reason.setdefault(self._words.skipped(reason), []).append(self._name(agent))
        for agent in why.lacking:
            text = self._words.say("lacks", skills=self._lacking(agent, needed))
            by_reason.setdefault(text, []).append(self._name(agent))
        for text, names in by_reason.items():
            yield self._words.say(
                "skipped", agents=self._words.names(names[:NAMED_MAX], len(names)), reason=text
            )

    def _lacking(self, agent: AgentId, needed: Node | None) -> str:
        standing = self._known.agents.get(agent)
        levels: Levels = dict(standing.skills) if standing is not None else {}
        if needed is None or matches(needed, levels):
            return self._words.say("then")
        parts = needed.parts if isinstance(needed, AllOf) else (needed,)
        return self._words.requirement(AllOf(tuple(one for one in parts if not matches(one, levels))))

    def _requirement(self, text: str) -> str:
        node = _read(text)
        return text if node is None else self._words.requirement(node)

    def _name(self, agent: AgentId) -> str:
        standing = self._known.agents.get(agent)
        return standing.name if standing is not None else agent

    def _queue(self, queue: QueueId) -> str:
        standing = self._known.queues.get(queue)
        return dict(standing.names).get(self._words.language, queue) if standing is not None else queue

    def _at(self, moment: Seconds, key: str, values: Mapping[str, str]) -> str:
        return self._stamped(moment, self._words.say(key, **values))

    def _stamped(self, moment: Seconds, text: str) -> str:
        return f"{to_utc(moment).astimezone(self._known.zone):%H:%M:%S} {text}"


def _read(requirement: str) -> Node | None:
    try:
        return parse(requirement)
    except RequirementError:
        return None
