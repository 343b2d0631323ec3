"""How far leaders agree who scored the same talk, question by question and in total.

Theory of operation. Agreement is counted over pairs of leaders: the share of pairs that answered the same,
and the share whose points differ by one at most; the second says nothing on a scale of two and is None there.
"Not applicable" agrees with itself alone. Totals are compared by their mean absolute deviation from their
mean, in percentage points. Nothing is corrected for chance: one talk is too little to estimate it from. Fewer
than two leaders agree with nobody: then there is no figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from agent_desktop.quality.sheet import Given, Question, Sheet, score
from contact.ids import AgentId

PAIR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """One leader's card of the talk."""

    author: AgentId
    answers: tuple[Given, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAgreement:
    """One question: each leader's answer, in the order of the scorings; `spread` is the widest gap."""

    question: str
    answers: tuple[Given, ...]
    spread: int | None
    exact: float | None
    within_one: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The whole comparison; `percents` are the totals in the order of the scorings, `deviation` theirs."""

    percents: tuple[float | None, ...]
    questions: tuple[QuestionAgreement, ...]
    exact: float | None
    mean: float | None
    deviation: float | None


def compare(sheet: Sheet, scorings: Sequence[Scoring]) -> Agreement:
    """Return how the scorings agree."""
    given = [{one.question: one for one in scoring.answers} for scoring in scorings]
    questions = tuple(_question(one, given) for one in sheet.questions)
    percents = tuple(score(sheet, one).percent for one in given)
    totals = [one for one in percents if one is not None]
    mean = sum(totals) / len(totals) if totals else None
    exact = [one.exact for one in questions if one.exact is not None]
    return Agreement(
        percents=percents,
        questions=questions,
        exact=sum(exact) / len(exact) if exact else None,
        mean=mean,
        deviation=None
        if mean is None or len(totals) < PAIR
        else sum(abs(one - mean) for one in totals) / len(totals),
    )


def _question(question: Question, given: Sequence[Mapping[str, Given]]) -> QuestionAgreement:
    name = question.question
    answers = tuple(one.get(name, Given(question=name)) for one in given)
    points = [one.points for one in answers if one.points is not None]
    pairs = [(left.points, right.points) for left, right in combinations(answers, 2)]
    exact = [left == right for left, right in pairs]
    near = [
        left == right or (left is not None and right is not None and abs(left - right) <= 1)
        for left, right in pairs
    ]
    return QuestionAgreement(
        question=name,
        answers=answers,
        spread=max(points) - min(points) if len(points) >= PAIR else None,
        exact=_share(exact),
        within_one=_share(near) if question.points_max > 1 else None,
    )


def _share(those: list[bool]) -> float | None:
    return sum(those) / len(those) if those else None
