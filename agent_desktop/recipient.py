"""Recipients: who is told of alerts beyond the board, by which way, of what, and how soon."""

from dataclasses import dataclass, field
from enum import StrEnum

from agent_desktop.alert import Alert, AlertKind
from contact.ids import QueueId
from contact.times import Seconds

EMAILS_PER_HOUR = 20
WEBHOOKS_PER_HOUR = 600


class Way(StrEnum):
    """How a recipient is told."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class Moment(StrEnum):
    """What a recipient can be told of an alert, in the order in which it happens."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One recipient; `kinds` and `queues` empty mean all of them.

    With `after_s` above 0 the recipient is told of what nobody has seen to for so long: an escalation.
    `addresses` belong to e-mail, `url` to a webhook; it may hold a credential and stays out of the repr.
    """

    name: str
    way: Way
    addresses: tuple[str, ...] = ()
    url: str = field(default="", repr=False)
    kinds: frozenset[AlertKind] = frozenset()
    queues: frozenset[QueueId] = frozenset()
    language: str = "pl"
    tell: frozenset[Moment] = frozenset({Moment.RAISED, Moment.ENDED})
    after_s: Seconds = 0.0
    per_hour: int = EMAILS_PER_HOUR

    def covers(self, alert: Alert) -> bool:
        """Say whether the alert is one of theirs; one of the whole centre is, whatever the queues."""
        is_mine = alert.queue is None or not self.queues or alert.queue in self.queues
        return is_mine and (not self.kinds or alert.kind in self.kinds)
