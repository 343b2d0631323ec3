"""What the bridge needs from the outside, and the words it exchanges with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from contact.case import Case
from contact.times import Seconds
from crm_bridge.core.delivery import Answer, RefusedForGood


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One case, or news of one, on its way: claimed until the lease ends, sent as `body` under its key."""

    delivery: int
    case: Case
    idempotency_key: str
    body: str
    attempts: int
    kind: str = "case"

    @property
    def is_case(self) -> bool:
        """Whether it is the case itself; else the CRM has the case already and hears more of it."""
        return self.kind == "case"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxStanding:
    """How the outbox stands: what waits, since when, when the next is due, what was refused for good."""

    pending: int
    oldest_at: Seconds | None
    next_at: Seconds | None
    refused: int


class Outbox(Protocol):
    """The durable list of deliveries. Every method raises `DatabaseAway` when the store does not answer."""

    async def claim(
        self, worker: str, now: Seconds, *, lease_s: float, deliveries_max: int
    ) -> tuple[Delivery, ...]:
        """Take due deliveries for `worker`; nobody else gets them before the lease ends."""

    async def mark_delivered(self, delivery: Delivery, reference: str, now: Seconds) -> bool:
        """Keep that the CRM has the case; return False where that was known already."""

    async def mark_retry(self, delivery: Delivery, worker: str, *, reason: str, next_at: Seconds) -> None:
        """Give the delivery back, due again at `next_at`."""

    async def mark_refused(
        self, delivery: Delivery, worker: str, refusal: RefusedForGood, now: Seconds
    ) -> bool:
        """Keep that the CRM will not take the case; return False where the claim was lost meanwhile."""

    async def release(self, worker: str, now: Seconds) -> None:
        """Give back everything `worker` still holds, due at once."""

    async def standing(self) -> OutboxStanding:
        """Return how the outbox stands."""


class CrmClient(Protocol):
    """The city's CRM."""

    async def send(self, body: str, idempotency_key: str) -> Answer:
        """Post one case; whatever happens comes back as an answer, nothing is raised."""


class BodyTemplate(Protocol):
    """What turns a case into the text that the city's CRM reads."""

    def render(self, case: Case) -> str:
        """Return the body; raise `ConfigError` naming file and line where the template cannot."""

    def render_news(self, case: Case, news: Mapping[str, Any]) -> str:
        """Return the body for something that was added to a case later."""


Jitter = Callable[[], float]
"""Returns a number in [0, 1)."""
