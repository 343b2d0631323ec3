"""Which talks of a consultant's week are reviewed: drawn by lot, by a rule that can be told.

Theory of operation. A week is drawn once it is over. Every talk has a lot, a number from 0 to 1 made from the
seed, the week, the consultant and the call alone: nobody can choose it, and whoever has the same talks comes
to the same draw. Talks long enough stand as candidates, at most so many are taken of one day. The turns are
taken one by one: first those that belong to callbacks, then the others; in each turn the queue comes that has
had the least so far for its weight, and of its candidates the talk with the lowest lot. What one kind lacks
is made up by the other. Each pick says whose turn it was, its lot and among how many it was the lowest.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from contact.ids import AgentId, CallId, QueueId
from contact.times import Seconds

_LOT_BYTES = 8


class Turn(StrEnum):
    """To whom a turn belongs."""

    CALLBACK = "callback"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRule:
    """How many talks of a week are drawn, and from which; a queue's weight is 1 where none is set."""

    talks_per_week: int
    talks_per_day_max: int
    talk_s_min: float
    callback_share: float
    seed: str
    queue_weights: Mapping[QueueId, float] = field(default_factory=dict)

    def weight(self, queue: QueueId | None) -> float:
        """Return how often a queue comes in comparison with others; 0 is never."""
        return 1.0 if queue is None else self.queue_weights.get(queue, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A finished talk; `day` is any name of the day it began on."""

    call: CallId
    queue: QueueId | None
    started_at: Seconds
    talk_s: float
    day: str
    is_callback: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A talk that was drawn: its `lot` was the lowest of the `rivals`, itself among them, in its turn."""

    call: CallId
    queue: QueueId | None
    started_at: Seconds
    talk_s: float
    is_callback: bool
    turn: Turn
    lot: float
    rivals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A consultant's week: how many talks there were, how many were long enough, which were drawn."""

    talks: int
    eligible: int
    picks: tuple[Pick, ...]


def draw(rule: DrawRule, *, agent: AgentId, week: str, talks: Iterable[Candidate]) -> Draw:
    """Return the draw of `agent` for `week`, whatever the order of `talks`."""
    all_talks = tuple(talks)
    eligible = [one for one in all_talks if one.talk_s >= rule.talk_s_min and rule.weight(one.queue) > 0]
    urn = _Urn(rule, eligible, lambda name: _lot(rule.seed, week, agent, name))
    callbacks = _callbacks(rule, urn.lot("callbacks"))
    while len(urn.picks) < rule.talks_per_week:
        turn = Turn.CALLBACK if len(urn.picks) < callbacks else Turn.QUEUE
        if not urn.take(turn):
            break
    return Draw(talks=len(all_talks), eligible=len(eligible), picks=tuple(urn.picks))


class _Urn:
    """What can still be drawn."""

    def __init__(self, rule: DrawRule, eligible: list[Candidate], lot: Callable[[str], float]) -> None:
        self.lot = lot
        self.picks: list[Pick] = []
        self._rule = rule
        self._left = list(eligible)
        self._taken: Counter[QueueId | None] = Counter()
        self._days: Counter[str] = Counter()

    def take(self, turn: Turn) -> bool:
        """Take one talk; return False where nothing is left."""
        left = [one for one in self._left if self._days[one.day] < self._rule.talks_per_day_max]
        wanted = [one for one in left if one.is_callback is (turn is Turn.CALLBACK)] or left
        if not wanted:
            return False
        best: dict[QueueId | None, Candidate] = {}
        for one in sorted(wanted, key=lambda one: (self.lot(one.call), one.call), reverse=True):
            best[one.queue] = one
        chosen = min(best.values(), key=lambda one: (self._due(one.queue), self.lot(one.call), one.call))
        rivals = sum(one.queue == chosen.queue for one in wanted)
        self._left.remove(chosen)
        self._taken[chosen.queue] += 1
        self._days[chosen.day] += 1
        self.picks.append(_pick(chosen, self.lot(chosen.call), rivals))
        return True

    def _due(self, queue: QueueId | None) -> float:
        return (self._taken[queue] + 1) / self._rule.weight(queue)


def _callbacks(rule: DrawRule, lot: float) -> int:
    """Return how many turns belong to callbacks; a fraction of one is decided by lot: the mean is exact."""
    exact = rule.talks_per_week * rule.callback_share
    whole = math.floor(exact)
    return whole + (lot < exact - whole)


def _pick(chosen: Candidate, lot: float, rivals: int) -> Pick:
    return Pick(
        call=chosen.call,
        queue=chosen.queue,
        started_at=chosen.started_at,
        talk_s=chosen.talk_s,
        is_callback=chosen.is_callback,
        turn=Turn.CALLBACK if chosen.is_callback else Turn.QUEUE,
        lot=round(lot, 6),
        rivals=rivals,
    )


def _lot(*parts: str) -> float:
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return int.from_bytes(digest[:_LOT_BYTES], "big") / 2.0 ** (8 * _LOT_BYTES)
