"""What the submitted cards of a period say of consultants, teams, queues and questions.

Theory of operation. A mean stands beside its standard error (the sample's deviation by the root of the count)
and the count; it is called enough to go by from `ENOUGH` cards on, and never compared with a bound here. A
question's mean is of the share of its scale, so that it outlives a change of the scale; its name is what
makes it the same question on two sheets.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from agent_desktop.quality.card import NOTED, CardState
from agent_desktop.quality.sheet import Given, Sheet
from contact.ids import AgentId, QueueId

ENOUGH = 5


class By(StrEnum):
    """What cards are put together by."""

    ALL = "all"
    TEAM = "team"
    AGENT = "agent"
    QUEUE = "queue"
    QUESTION = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A submitted card as far as it counts; its current version was made with the sheet named `sheet`."""

    agent: AgentId
    team: str
    queue: QueueId | None
    state: CardState
    sheet: str
    answers: tuple[Given, ...]
    percent: float
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One group: `mean` and `error` in per cent, `misses` how many cards or answers failed a critical one."""

    by: By
    name: str
    count: int
    mean: float
    error: float | None
    misses: int
    acknowledged: float | None

    @property
    def is_enough(self) -> bool:
        """Say whether there are cards enough to go by."""
        return self.count >= ENOUGH


def results(cards: Iterable[Counted], sheets: Mapping[str, Sheet], *, agents: bool) -> tuple[Result, ...]:
    """Return every group of the cards, by kind and name; consultants only where `agents` are wanted."""
    counted = tuple(cards)
    groups: dict[tuple[By, str], list[Counted]] = defaultdict(list)
    for one in counted:
        groups[By.ALL, ""].append(one)
        groups[By.TEAM, one.team].append(one)
        groups[By.QUEUE, one.queue or ""].append(one)
        if agents:
            groups[By.AGENT, one.agent].append(one)
    found = [_of_cards(by, name, group) for (by, name), group in groups.items()]
    order = list(By)
    found.sort(key=lambda one: (order.index(one.by), one.name))
    return (*found, *_of_questions(counted, sheets))


def _of_cards(by: By, name: str, cards: list[Counted]) -> Result:
    mean, error = _mean([one.percent for one in cards])
    return Result(
        by=by,
        name=name,
        count=len(cards),
        mean=mean,
        error=error,
        misses=sum(one.failed for one in cards),
        acknowledged=sum(one.state in NOTED for one in cards) / len(cards),
    )


def _of_questions(cards: Iterable[Counted], sheets: Mapping[str, Sheet]) -> Iterable[Result]:
    shares: dict[str, list[float]] = defaultdict(list)
    misses: dict[str, int] = defaultdict(int)
    for card in cards:
        given = {one.question: one for one in card.answers}
        for question in sheets[card.sheet].questions:
            name = question.question
            points = given[name].points if name in given else None
            if points is not None:
                shares[name].append(100 * points / question.points_max)
                misses[name] += question.critical and points == 0
    for name, values in shares.items():
        mean, error = _mean(values)
        yield Result(
            by=By.QUESTION,
            name=name,
            count=len(values),
            mean=mean,
            error=error,
            misses=misses[name],
            acknowledged=None,
        )


def _mean(values: list[float]) -> tuple[float, float | None]:
    count = len(values)
    mean = sum(values) / count
    if count == 1:
        return mean, None
    variance = sum((one - mean) ** 2 for one in values) / (count - 1)
    return mean, math.sqrt(variance / count)
