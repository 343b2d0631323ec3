"""The bodies of the routes under `/api/v1/quality`; moments in seconds since 1970, percentages 0 to 100."""

from typing import Annotated

from pydantic import Field

from agent_desktop.forms import Answer, Body, Line, Lines, Word

ANSWERS_MAX = 100
Comment = Annotated[Lines, Field(max_length=1_000)]
Said = Annotated[Lines, Field(min_length=3, max_length=1_000)]


class QuestionRow(Answer):
    """A question; `scale` is `yes_no` or `0-N`, `na` says whether it may be left out as not applicable."""

    id: str
    words: dict[str, str]
    hint: dict[str, str]
    scale: str
    points_max: int
    weight: float
    na: bool
    critical: bool


class SectionRow(Answer):
    """Questions that belong together."""

    id: str
    words: dict[str, str]
    questions: list[QuestionRow]


class SheetAnswer(Answer):
    """A score sheet; `version` changes with its content."""

    version: str
    sections: list[SectionRow]


class RulesAnswer(Answer):
    """The sheet in force, which talks are drawn for it, and for how many months a card is kept."""

    sheet: SheetAnswer
    talks_per_week: int
    talks_per_day_max: int
    talk_s_min: float
    callback_share: float
    queue_weights: dict[str, float]
    keep_months: int


class WhyRow(Answer):
    """Why a talk was drawn: whose turn it was, its lot, the lowest of so many rivals; of how many talks."""

    turn: str
    lot: float
    rivals: int
    talks: int
    eligible: int


class CardRow(Answer):
    """A card in a list. What is `hidden` is under a calibration that the asker has still to score blind."""

    id: str
    call: str
    agent: str
    agent_name: str
    team: str
    queue: str | None
    started_at: float
    callback: bool
    origin: str
    state: str
    made_by: str
    made_by_name: str
    version: int
    percent: float | None
    failed: bool
    hidden: bool


class PickRow(Answer):
    """A talk that was drawn, and its card as soon as there is one."""

    call: str
    queue: str | None
    started_at: float
    talk_s: float
    callback: bool
    why: WhyRow
    card: CardRow | None


class AgentReviews(Answer):
    """A consultant's week: talks, those long enough, and those to be reviewed."""

    agent: str
    name: str
    team: str
    talks: int
    eligible: int
    picks: list[PickRow]


class ReviewsAnswer(Answer):
    """The draw of a week, which is named by its Monday; `weeks` are those that were drawn, newest first."""

    week: str
    begins_at: float
    ends_at: float
    weeks: list[str]
    agents: list[AgentReviews]


class ReviewsQuery(Body):
    """Which week is asked for, by its Monday; "" is the one to be reviewed now."""

    week: Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""


class AnswerBody(Body):
    """The answer to a question: points, or not applicable; neither in a draft is none yet."""

    points: Annotated[int, Field(ge=0, le=10)] | None = None
    na: bool = False
    comment: Comment = ""


class AnswerRow(Answer):
    """The answer to a question."""

    points: int | None
    na: bool
    comment: str


class VersionBody(Body):
    """What a leader fills in; `reason` says why a submitted card is corrected, and is needed then."""

    answers: Annotated[dict[Word, AnswerBody], Field(max_length=ANSWERS_MAX)]
    note: Lines = ""
    reason: Line = ""


class VersionRow(Answer):
    """One filling-in of the sheet; `earned` is the score before a missed critical question made it 0."""

    number: int
    author: str
    author_name: str
    answers: dict[str, AnswerRow]
    note: str
    reason: str
    submitted_at: float | None
    percent: float | None
    earned: float | None
    failed: bool
    misses: list[str]


class FeedbackRow(Answer):
    """What consultant and leaders said of a card."""

    comment: str
    acknowledged_at: float | None
    dispute: str
    disputed_at: float | None
    answer: str
    answered_by_name: str
    answered_at: float | None


class CaseBrief(Answer):
    """A case that the talk concerns."""

    number: str
    title: str
    unit: str
    district: str
    address: str
    description: str


class TalkRow(Answer):
    """What is known of the talk; the caller's number is masked for everybody."""

    caller: str
    language: str
    topic: str
    disposition: str
    note: str
    wait_s: float
    talk_s: float
    cases: list[CaseBrief]


class CardAnswer(CardRow):
    """A whole card. `talk` is null while the talk goes on and where the store does not know it.

    `may` says what the asker may do with it now: `save`, `submit`, `discard`, `correct`, `uphold`,
    `calibrate`, `acknowledge`, `dispute`. `calibration` is the one that the card is scored anew in, `blind`
    whether the card is itself a further one of it.
    """

    reason: str
    why: WhyRow | None
    sheet: SheetAnswer
    current: VersionRow | None
    draft: VersionRow | None
    earlier: list[VersionRow]
    feedback: FeedbackRow
    talk: TalkRow | None
    calibration: str | None
    blind: bool
    may: list[str]


class CardsQuery(Body):
    """Which cards are asked for, by when their talk began; without `since` those of the last 90 days."""

    agent: Word = ""
    since: float | None = None
    until: float | None = None


class NewCardBody(Body):
    """Whose talk is to be scored; `reason` is needed for one that was neither drawn nor listened to."""

    call: Annotated[Line, Field(min_length=1, max_length=128)]
    reason: Line = ""


class UpholdBody(Body):
    """Why a disputed score stays."""

    answer: Said


class AcknowledgeBody(Body):
    """What a consultant says on taking note, if anything."""

    comment: Comment = ""


class DisputeBody(Body):
    """Why a consultant disputes a card."""

    reason: Said


class CalibrationBody(Body):
    """Which card other leaders are to score anew, and what they are to look at."""

    card: Word
    note: Line = ""


class CalibrationRow(Answer):
    """A calibration. `mine`: `author`, `none`, `draft` or `submitted`; `shown` once the asker may compare."""

    id: str
    card: str
    call: str
    agent: str
    agent_name: str
    queue: str | None
    started_at: float
    note: str
    made_by: str
    made_by_name: str
    made_at: float
    closed_at: float | None
    submitted: int
    mine: str
    shown: bool


class ScoringRow(Answer):
    """One leader's card in a comparison."""

    author: str
    author_name: str
    percent: float | None
    note: str


class AgreementRow(Answer):
    """A question: answers in the order of the scorings; shares are of pairs of leaders, null below two."""

    question: str
    answers: list[AnswerRow]
    spread: int | None
    exact: float | None
    within_one: float | None


class CalibrationAnswer(CalibrationRow):
    """A calibration with the comparison, as soon as the asker may see it.

    `exact` is the mean over questions of the share of pairs that answered the same, `deviation` the mean
    absolute deviation of the totals from their mean, in percentage points.
    """

    sheet: SheetAnswer
    scorings: list[ScoringRow]
    questions: list[AgreementRow]
    exact: float | None
    mean: float | None
    deviation: float | None


class ResultsQuery(Body):
    """Which cards count, by when their talk began; `drawn` false takes those that were not drawn too."""

    since: float | None = None
    until: float | None = None
    drawn: bool = True


class ResultRow(Answer):
    """One group of cards; `by` is `all`, `team`, `agent`, `queue` or `question`.

    `error` is the standard error of `mean`, null for one card; `enough` says whether there are cards enough
    to go by. `acknowledged` is the share that consultants took note of, null for a question.
    """

    by: str
    name: str
    words: dict[str, str]
    count: int
    mean: float
    error: float | None
    misses: int
    acknowledged: float | None
    enough: bool


class ResultsAnswer(Answer):
    """The results of a period."""

    since: float
    until: float
    results: list[ResultRow]
