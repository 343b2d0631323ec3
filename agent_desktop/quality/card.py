"""A card: one talk, scored by one leader with one sheet, and what its consultant says to it.

Theory of operation. An ordinary card is the one of its talk. It is a draft, which its author alone sees,
until it is submitted; from then on its consultant sees it and it is never edited: a correction is a further
version, with a reason, and the earlier ones stay. The consultant reads it, takes note of it, or disputes it
once; a dispute is answered in words (upheld) or by a corrected version. A calibration's cards score one talk
a second time for leaders alone: they are submitted, and that is all that ever happens to them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from agent_desktop.quality.sheet import Given
from contact.errors import Refused
from contact.ids import AgentId, CallId, QueueId
from contact.times import Seconds


class CardState(StrEnum):
    """Where a card stands between its author and its consultant."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    READ = "read"
    ACKNOWLEDGED = "acknowledged"
    DISPUTED = "disputed"
    ANSWERED = "answered"
    """The dispute is answered, which the consultant has not taken note of."""
    SETTLED = "settled"


class CardCause(StrEnum):
    """What moves a card."""

    SUBMIT = "submit"
    CORRECT = "correct"
    READ = "read"
    ACKNOWLEDGE = "acknowledge"
    DISPUTE = "dispute"
    UPHOLD = "uphold"


CARD_TRANSITIONS: Mapping[CardState, Mapping[CardCause, CardState]] = {
    CardState.DRAFT: {CardCause.SUBMIT: CardState.SUBMITTED},
    CardState.SUBMITTED: {CardCause.READ: CardState.READ, CardCause.CORRECT: CardState.SUBMITTED},
    CardState.READ: {
        CardCause.ACKNOWLEDGE: CardState.ACKNOWLEDGED,
        CardCause.DISPUTE: CardState.DISPUTED,
        CardCause.CORRECT: CardState.SUBMITTED,
    },
    CardState.ACKNOWLEDGED: {CardCause.CORRECT: CardState.SUBMITTED},
    CardState.DISPUTED: {CardCause.UPHOLD: CardState.ANSWERED, CardCause.CORRECT: CardState.ANSWERED},
    CardState.ANSWERED: {CardCause.ACKNOWLEDGE: CardState.SETTLED, CardCause.CORRECT: CardState.ANSWERED},
    CardState.SETTLED: {CardCause.CORRECT: CardState.ANSWERED},
}
"""Once disputed, a card never comes back to a state from which it could be disputed again."""

UNSEEN = frozenset({CardState.SUBMITTED, CardState.ANSWERED})
"""States in which the consultant has something to look at."""
NOTED = frozenset({CardState.ACKNOWLEDGED, CardState.SETTLED})
"""States in which the consultant has taken note of what stands there."""


class Origin(StrEnum):
    """How a talk came to be reviewed: drawn by lot, listened to live, or chosen by a leader with a reason."""

    DRAWN = "drawn"
    LISTENED = "listened"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One filling-in of the sheet named `sheet`; `reason` says why there is another one than the first."""

    number: int
    sheet: str
    author: AgentId
    answers: tuple[Given, ...] = ()
    note: str = ""
    reason: str = ""
    saved_at: Seconds
    submitted_at: Seconds | None = None
    percent: float | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What consultant and leaders say of a card once it is submitted."""

    comment: str = ""
    acknowledged_at: Seconds | None = None
    dispute: str = ""
    disputed_at: Seconds | None = None
    answer: str = ""
    answered_by: AgentId | None = None
    answered_at: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card with its versions, oldest first; `calibration` is set on the cards of one."""

    card: str
    call: CallId
    agent: AgentId
    team: str
    queue: QueueId | None
    started_at: Seconds
    is_callback: bool
    origin: Origin
    reason: str = ""
    calibration: str | None = None
    made_by: AgentId
    made_at: Seconds
    state: CardState = CardState.DRAFT
    versions: tuple[Version, ...] = ()
    feedback: Feedback = Feedback()

    @property
    def current(self) -> Version | None:
        """The version that counts: the last one that was submitted."""
        done = [one for one in self.versions if one.submitted_at is not None]
        return done[-1] if done else None

    @property
    def draft(self) -> Version | None:
        """The version that is being written."""
        return next((one for one in self.versions if one.submitted_at is None), None)

    @property
    def submits(self) -> CardCause:
        """What submitting a version would be."""
        return CardCause.SUBMIT if self.current is None else CardCause.CORRECT


def moved(state: CardState, cause: CardCause) -> CardState:
    """Return the state that `cause` leads to; raise `Refused` (`not_now`) where it leads nowhere."""
    target = CARD_TRANSITIONS[state].get(cause)
    if target is None:
        raise Refused(f"a card that is {state} cannot be moved by {cause}", code="not_now")
    return target
