"""The score sheet: sections of questions, each with a scale and a weight, and how answers make a score.

Theory of operation. A question is answered by points from 0 to the top of its scale, or, where it may be, by
"not applicable". The score is the weighted mean of the answered questions' shares of their scales, in per
cent; what is not applicable is left out with its weight. A critical question with 0 points is a miss and
fails the whole card: its score is 0, whatever else was done well. A sheet is named by its content, and a card
keeps the sheet that it was made with, so that a later edit changes no old score.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from contact.codec import from_plain, to_plain

YES_NO = "yes_no"
_VERSION_LENGTH = 12

Words = tuple[tuple[str, str], ...]
"""One thing said in each language: pairs of language and text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question; `scale` is `yes_no` or `0-N`. A `critical` one fails the card with 0 points."""

    question: str
    words: Words
    hint: Words
    scale: str
    weight: float
    may_be_na: bool
    critical: bool

    @property
    def points_max(self) -> int:
        """The top of the scale."""
        return 1 if self.scale == YES_NO else int(self.scale.partition("-")[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Questions that belong together."""

    section: str
    words: Words
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A whole score sheet; `version` is made from the rest."""

    version: str
    sections: tuple[Section, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question in its order."""
        return tuple(one for section in self.sections for one in section.questions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The answer to one question: points, or not applicable, or neither as long as nothing was chosen."""

    question: str
    points: int | None = None
    na: bool = False
    comment: str = ""

    @property
    def is_answered(self) -> bool:
        """Say whether something was chosen."""
        return self.na or self.points is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What the answers make: `percent` is None where nothing counts; `misses` are critical questions with 0.

    `earned` is the percentage before a miss made it 0.
    """

    percent: float | None
    earned: float | None
    misses: tuple[str, ...]

    @property
    def failed(self) -> bool:
        """Say whether a critical question was missed."""
        return bool(self.misses)


def sheet_of(sections: Iterable[Section]) -> Sheet:
    """Return the sheet of these sections, named by its content."""
    bare = Sheet(version="", sections=tuple(sections))
    digest = hashlib.sha256(to_text(bare).encode()).hexdigest()
    return replace(bare, version=digest[:_VERSION_LENGTH])


def to_text(sheet: Sheet) -> str:
    """Return a sheet as the store keeps it."""
    return json.dumps(to_plain(sheet), ensure_ascii=False)


def from_text(text: str) -> Sheet:
    """Return the sheet whose `to_text` is `text`."""
    return from_plain(Sheet, json.loads(text))


def score(sheet: Sheet, answers: Mapping[str, Given]) -> Score:
    """Return the score of answers that have no mistakes; a question without one counts as not applicable."""
    earned = weight = 0.0
    misses = []
    for question in sheet.questions:
        given = answers.get(question.question)
        if given is None or given.na or given.points is None:
            continue
        weight += question.weight
        earned += question.weight * given.points / question.points_max
        if question.critical and given.points == 0:
            misses.append(question.question)
    share = None if weight == 0 else round(100 * earned / weight, 2)
    return Score(percent=0.0 if misses else share, earned=share, misses=tuple(misses))


def mistakes(sheet: Sheet, answers: Mapping[str, Given], *, whole: bool) -> dict[str, str]:
    """Return what is wrong by question; with `whole` a question without an answer is a mistake too."""
    known = {one.question: one for one in sheet.questions}
    wrong = {name: "is not a question of this sheet" for name in answers if name not in known}
    for name, question in known.items():
        given = answers.get(name)
        if given is None or not given.is_answered:
            if whole:
                wrong[name] = "is not answered"
        elif given.na and given.points is not None:
            wrong[name] = "is answered twice"
        elif given.na and not question.may_be_na:
            wrong[name] = "cannot be left out as not applicable"
        elif given.points is not None and not 0 <= given.points <= question.points_max:
            wrong[name] = f"takes 0 to {question.points_max} points"
    if whole and not wrong and all(one.na for one in answers.values()):
        wrong[next(iter(known))] = "nothing on this card is applicable"
    return wrong
