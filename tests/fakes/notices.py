"""Alerts, recipients and a way to them, for tests of who is told what."""

from collections.abc import Iterable

from agent_desktop.alert import Alert, AlertKind
from agent_desktop.recipient import Moment, Recipient, Way
from agent_desktop.sender import Arrived, Letter, Outcome
from contact.ids import AgentId, QueueId

SYLWIA = AgentId("sylwia")
BEGAN = 1_763_800_000.0
"""2025-11-22, 09:26:40 in Warsaw."""


def alert(
    kind: str = "longest_wait",
    queue: str | None = "roads",
    *,
    at: float = BEGAN,
    acknowledged_at: float | None = None,
    reading: float = 125.0,
    bound: float = 120.0,
) -> Alert:
    name = kind if queue is None else f"{kind}:{queue}"
    return Alert(
        id=name,
        occurrence=f"{name}:{round(at * 1000)}",
        kind=AlertKind(kind),
        queue=None if queue is None else QueueId(queue),
        reading=reading,
        bound=bound,
        raised_at=at,
        acknowledged_by=None if acknowledged_at is None else SYLWIA,
        acknowledged_at=acknowledged_at,
    )


def recipient(
    *tell: str, name: str = "dyżurny", way: Way = Way.EMAIL, after_s: float = 0.0, language: str = "pl"
) -> Recipient:
    by_mail = way is Way.EMAIL
    return Recipient(
        name=name,
        way=way,
        addresses=("dyzurny@example.pl",) if by_mail else (),
        url="" if by_mail else "https://example.pl/hook/of-a-secret",
        tell=frozenset(Moment(one) for one in tell or ("raised", "ended")),
        after_s=after_s,
        language=language,
        per_hour=20 if by_mail else 600,
    )


class FakeSender:
    """A way that does with each letter what it was told to, and then lets everything arrive."""

    def __init__(self, outcomes: Iterable[Outcome] = ()) -> None:
        self.outcomes = list(outcomes)
        self.letters: list[Letter] = []
        self.closed = False

    async def send(self, letter: Letter) -> Outcome:
        self.letters.append(letter)
        return self.outcomes.pop(0) if self.outcomes else Arrived()

    async def close(self) -> None:
        self.closed = True
