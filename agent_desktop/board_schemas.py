"""The bodies of what the supervisor's board shows and asks for; moments and durations as in `schemas`."""

from typing import Annotated, Literal

from pydantic import Field

from agent_desktop.forms import Answer, Body, Line


class TodayFigures(Answer):
    """A queue's figures since midnight in the city; `offered` less `answered` and `abandoned` went elsewhere.

    Two service levels, of which people mean now one, now the other: `answered_share` is answered within the
    queue's time / offered; `kept_share` is answered within it / (offered - abandoned within it). Shares are
    0 to 1, null without a call. `asa_s` is the mean wait of answered calls, `aht_s` mean talk and wrap-up.
    """

    offered: int
    answered: int
    answered_within: int
    abandoned: int
    abandoned_within: int
    answered_share: float | None
    kept_share: float | None
    asa_s: float | None
    aht_s: float | None


class RelaxationRow(Answer):
    """What a queue asks instead of its requirement once a caller has waited `after_s` seconds."""

    after_s: float
    requirement: str


class TellingRow(Answer):
    """Whether a recipient was told of an alert, by e-mail or webhook.

    `at` is when they will be (`planned`, if nobody sees to it until then), were to be (`waiting`; `failing`
    while their server does not take it), were (`told`), or were given up (`failed`).
    """

    recipient: str
    way: Literal["email", "webhook"]
    state: Literal["planned", "waiting", "failing", "told", "failed"]
    at: float


class AlertRow(Answer):
    """An alert that is raised: `reading` reached `bound` at `raised_at`. `queue` null: the whole centre.

    `occurrence` names this raising of it, as webhooks do.
    """

    id: str
    occurrence: str
    kind: str
    queue: str | None
    reading: float
    bound: float
    raised_at: float
    acknowledged_by: str | None
    acknowledged_at: float | None
    told: list[TellingRow]


class HandBody(Body):
    """What a consultant wants help with."""

    note: Line = ""


class HandRow(Answer):
    """A consultant who asks for help in a talk; `taken_by` is who comes, null while nobody does."""

    agent: str
    call: str
    note: str
    raised_at: float
    taken_by: str | None
    taken_name: str
    taken_at: float | None


class SlotRow(Answer):
    """A queue in one slot of the day; `*_within` counts waits up to the queue's service level time."""

    queue: str
    slot: int
    begins_at: float
    offered: int
    answered: int
    answered_within: int
    abandoned: int
    abandoned_within: int


class DayAnswer(Answer):
    """The day by slots of `slot_s` seconds from `begins_at` on; slots without a call are left out."""

    begins_at: float
    ends_at: float
    slot_s: float
    slots: list[SlotRow]


class TvBoardBody(Body):
    """A board on a wall; `name` says which wall."""

    name: Annotated[Line, Field(min_length=1, max_length=120)]


class TvBoardState(Body):
    """Whether a board's address works no more."""

    revoked: bool


class TvBoardRow(Answer):
    """A board on a wall; `revoked_at` null while its address works."""

    id: str
    name: str
    created_by: str
    created_at: float
    revoked_at: float | None


class NewTvBoard(TvBoardRow):
    """A board that was just made. `path` is its address and is told this once."""

    path: str
