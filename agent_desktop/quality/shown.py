"""Cards, sheets and draws as the pages get them. Nothing is asked from here."""

from collections.abc import Iterable, Mapping

from agent_desktop.quality.agreement import QuestionAgreement
from agent_desktop.quality.card import Card, CardState, Feedback, Version
from agent_desktop.quality.draw import Pick
from agent_desktop.quality.draw_store import DrawnWeek
from agent_desktop.quality.results import By, Result
from agent_desktop.quality.schemas import (
    AgreementRow,
    AnswerRow,
    CardRow,
    CaseBrief,
    FeedbackRow,
    QuestionRow,
    ResultRow,
    SectionRow,
    SheetAnswer,
    TalkRow,
    VersionRow,
    WhyRow,
)
from agent_desktop.quality.sheet import Given, Question, Sheet, score
from contact.case import Case
from contact.finished_talks import FinishedTalk
from contact.ids import AgentId
from contact.numbers import mask


def sheet_answer(sheet: Sheet) -> SheetAnswer:
    """Return a sheet."""
    return SheetAnswer(
        version=sheet.version,
        sections=[
            SectionRow(
                id=one.section,
                words=dict(one.words),
                questions=[_question_row(question) for question in one.questions],
            )
            for one in sheet.sections
        ],
    )


def card_row(card: Card, names: Mapping[AgentId, str], *, hidden: bool) -> CardRow:
    """Return a card for a list; what is `hidden` has no score."""
    current = None if hidden else card.current
    return CardRow(
        id=card.card,
        call=card.call,
        agent=card.agent,
        agent_name=names.get(card.agent, card.agent),
        team=card.team,
        queue=card.queue,
        started_at=card.started_at,
        callback=card.is_callback,
        origin=card.origin.value,
        state=card.state.value,
        made_by=card.made_by,
        made_by_name=names.get(card.made_by, card.made_by),
        version=0 if card.current is None else card.current.number,
        percent=None if current is None else current.percent,
        failed=current is not None and current.failed,
        hidden=hidden,
    )


def version_row(version: Version, sheet: Sheet, names: Mapping[AgentId, str]) -> VersionRow:
    """Return one filling-in of `sheet`."""
    made = score(sheet, {one.question: one for one in version.answers})
    return VersionRow(
        number=version.number,
        author=version.author,
        author_name=names.get(version.author, version.author),
        answers={one.question: answer_row(one) for one in version.answers},
        note=version.note,
        reason=version.reason,
        submitted_at=version.submitted_at,
        percent=version.percent if version.submitted_at is not None else made.percent,
        earned=made.earned,
        failed=made.failed,
        misses=list(made.misses),
    )


def answer_row(given: Given) -> AnswerRow:
    """Return the answer to a question."""
    return AnswerRow(points=given.points, na=given.na, comment=given.comment)


def feedback_row(feedback: Feedback, names: Mapping[AgentId, str]) -> FeedbackRow:
    """Return what was said of a card."""
    by = feedback.answered_by
    return FeedbackRow(
        comment=feedback.comment,
        acknowledged_at=feedback.acknowledged_at,
        dispute=feedback.dispute,
        disputed_at=feedback.disputed_at,
        answer=feedback.answer,
        answered_by_name="" if by is None else names.get(by, by),
        answered_at=feedback.answered_at,
    )


def talk_row(talk: FinishedTalk, cases: Iterable[Case]) -> TalkRow:
    """Return a talk with its caller's number masked."""
    return TalkRow(
        caller=mask(talk.caller),
        language=talk.language,
        topic=talk.topic,
        disposition=talk.disposition,
        note=talk.note,
        wait_s=talk.wait_s,
        talk_s=talk.talk_s,
        cases=[
            CaseBrief(
                number=one.number,
                title=one.title,
                unit=one.unit,
                district=one.district,
                address=one.address,
                description=one.description,
            )
            for one in cases
        ],
    )


def why_row(drawn: DrawnWeek, pick: Pick) -> WhyRow:
    """Return why a talk was drawn."""
    return WhyRow(
        turn=pick.turn.value,
        lot=pick.lot,
        rivals=pick.rivals,
        talks=drawn.draw.talks,
        eligible=drawn.draw.eligible,
    )


def agreement_row(agreement: QuestionAgreement) -> AgreementRow:
    """Return how leaders agree on a question."""
    return AgreementRow(
        question=agreement.question,
        answers=[answer_row(one) for one in agreement.answers],
        spread=agreement.spread,
        exact=agreement.exact,
        within_one=agreement.within_one,
    )


def result_row(result: Result, words: Mapping[tuple[By, str], Mapping[str, str]]) -> ResultRow:
    """Return a group of cards; `words` are what groups are called in each language."""
    return ResultRow(
        by=result.by.value,
        name=result.name,
        words=dict(words.get((result.by, result.name), {})),
        count=result.count,
        mean=result.mean,
        error=result.error,
        misses=result.misses,
        acknowledged=result.acknowledged,
        enough=result.is_enough,
    )


def may_do(card: Card, login: AgentId, *, hidden: bool, calibrated: bool) -> list[str]:
    """Return what a leader may do with a card now, or its consultant."""
    may: list[str] = []
    if card.agent == login:
        if card.state is CardState.READ:
            return ["acknowledge", "dispute"]
        return ["acknowledge"] if card.state is CardState.ANSWERED else may
    if card.draft is not None:
        return ["save", "submit", "discard"] if card.draft.author == login else may
    if hidden or card.calibration is not None:
        return may
    may.append("correct")
    if card.state is CardState.DISPUTED:
        may.append("uphold")
    return may if calibrated else [*may, "calibrate"]


def _question_row(question: Question) -> QuestionRow:
    return QuestionRow(
        id=question.question,
        words=dict(question.words),
        hint=dict(question.hint),
        scale=question.scale,
        points_max=question.points_max,
        weight=question.weight,
        na=question.may_be_na,
        critical=question.critical,
    )
