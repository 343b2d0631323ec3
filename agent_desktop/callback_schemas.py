"""The bodies of the HTTP API about callbacks, as the OpenAPI document describes them."""

from typing import Annotated, Literal

from pydantic import Field

from agent_desktop.forms import Answer, Body, Number, Word
from contact.callback_requests import CallbackStanding


class CallbackBody(Body):
    """Whom to call back, and in which queue they wait: from now on, or from `not_before_at` on."""

    number: Number
    queue: Annotated[Word, Field(min_length=1)]
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] = "pl"
    topic: Word = ""
    priority: Annotated[int, Field(ge=0, le=100)] = 0
    not_before_at: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None


class CallbackRow(Answer):
    """A callback that is not over; `number` is masked unless the reader may see it.

    `place` is `waiting`, `resting` (until `due_at`, for the reason `rest`), `offered`, `dialling`,
    `talking` or `after`. `attempts` of `attempts_max` were begun; at `expires_at` it is given up.
    `origin` is the call in which it was ordered, `by` the account that ordered it. `joined_at` is the
    place in the order.
    """

    id: str
    number: str
    queue: str
    place: Literal["waiting", "resting", "offered", "dialling", "talking", "after"]
    priority: int
    language: str
    topic: str
    joined_at: float
    attempts: int
    attempts_max: int
    expires_at: float
    due_at: float | None
    rest: str | None
    origin: str | None
    by: str | None
    agent: str | None

    @classmethod
    def of(cls, standing: CallbackStanding, *, number: str) -> "CallbackRow":
        """Return `standing` with the number as far as the reader may see it."""
        plain = {name: getattr(standing, name) for name in cls.model_fields if name not in ("id", "number")}
        return cls(id=standing.call, number=number, **plain)
