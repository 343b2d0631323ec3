"""Alerts: which reading is out of bounds for long enough, and who has taken note of it.

Theory of operation. A rule watches one kind of reading, for each queue or for the whole centre. A reading
that reaches `raise_at` and stays there for `hold_s` raises the alert; one that comes back to `clear_at` and
stays there for `hold_s` ends it. Between the two bounds nothing changes: that is the hysteresis, without
which an alert would flicker with every call. Which side is bad follows from the bounds: where `raise_at` is
the smaller one (a service level), little is bad. An alert is taken note of once; one that ended and comes
back has to be taken note of again. A reading that is not known changes nothing. Each raising is an occurrence
with a name of its own; one that was noted before a restart goes on as the same occurrence (`resume`).
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from contact.errors import Refused
from contact.ids import AgentId, QueueId
from contact.times import Seconds


class AlertKind(StrEnum):
    """What is watched."""

    LONGEST_WAIT = "longest_wait"
    SERVICE_LEVEL = "service_level"
    NO_FREE_AGENT = "no_free_agent"
    ABANDON_BURST = "abandon_burst"
    TELEPHONY_DOWN = "telephony_down"
    OUTBOX_GROWING = "outbox_growing"


ReadingKey: TypeAlias = tuple[AlertKind, QueueId | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """Bounds of one kind of reading; `queues` empty means every queue."""

    kind: AlertKind
    raise_at: float
    clear_at: float
    hold_s: float = 0.0
    queues: frozenset[QueueId] = frozenset()

    def covers(self, key: ReadingKey) -> bool:
        """Say whether the rule watches this reading."""
        kind, queue = key
        return kind is self.kind and (queue is None or not self.queues or queue in self.queues)

    def is_bad(self, reading: float) -> bool:
        """Say whether the reading has reached the bound that raises."""
        return reading >= self.raise_at if self.raise_at >= self.clear_at else reading <= self.raise_at

    def is_good(self, reading: float) -> bool:
        """Say whether the reading has come back to the bound that clears."""
        return reading <= self.clear_at if self.raise_at >= self.clear_at else reading >= self.clear_at


class TellingState(StrEnum):
    """How far one recipient has been told of an alert."""

    PLANNED = "planned"
    WAITING = "waiting"
    FAILING = "failing"
    TOLD = "told"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Whether a recipient has been told; `way` is how, such as `email`.

    `at` is when they will be (`planned`), were to be (`waiting`, `failing`), were (`told`), or were given
    up (`failed`).
    """

    recipient: str
    way: str
    state: TellingState
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert that is raised; `reading` is what raised it, `occurrence` names this raising of it."""

    id: str
    occurrence: str
    kind: AlertKind
    queue: QueueId | None
    reading: float
    bound: float
    raised_at: Seconds
    acknowledged_by: AgentId | None = None
    acknowledged_at: Seconds | None = None
    told: tuple[Telling, ...] = ()


class Alerts:
    """All rules, and what is raised. `raised` is for reading only."""

    def __init__(self, rules: Iterable[AlertRule] = ()) -> None:
        """Start with nothing raised; of several rules for one reading the first holds."""
        self._rules = tuple(rules)
        self._turning: dict[ReadingKey, Seconds] = {}
        self.raised: dict[str, Alert] = {}
        self.changed: set[str] = set()

    def judge(self, readings: Mapping[ReadingKey, float], now: Seconds) -> bool:
        """Move on by the readings of this moment; return whether an alert came or went."""
        before = len(self.changed)
        for key, reading in readings.items():
            rule = next((one for one in self._rules if one.covers(key)), None)
            if rule is not None:
                self._judge(rule, key, reading, now)
        return len(self.changed) != before

    def acknowledge(self, alert: str, by: AgentId, now: Seconds) -> Alert:
        """Note who has seen to an alert; the first one stays. Raise `Refused` for one that is not raised."""
        found = self.raised.get(alert)
        if found is None:
            message = f"no alert {alert} is raised"
            raise Refused(message, code="not_found")
        if found.acknowledged_by is None:
            found = replace(found, acknowledged_by=by, acknowledged_at=now)
            self.raised[alert] = found
            self.changed.add(alert)
        return found

    def resume(self, alert: Alert) -> bool:
        """Go on with an alert that was raised before a restart; False where no rule watches it any more."""
        key = (alert.kind, alert.queue)
        if not any(one.covers(key) for one in self._rules):
            return False
        self.raised[alert.id] = alert
        self.changed.add(alert.id)
        return True

    def keep_queues(self, queues: Container[QueueId]) -> bool:
        """End the alerts of queues that there are no more, of which no reading comes; return whether any."""
        gone = [one.id for one in self.raised.values() if one.queue is not None and one.queue not in queues]
        for name in gone:
            del self.raised[name]
        self.changed.update(gone)
        return bool(gone)

    def show_told(self, alert: str, told: tuple[Telling, ...]) -> bool:
        """Note who has been told of an alert that is raised; return whether that is new."""
        found = self.raised[alert]
        if found.told == told:
            return False
        self.raised[alert] = replace(found, told=told)
        self.changed.add(alert)
        return True

    def _judge(self, rule: AlertRule, key: ReadingKey, reading: float, now: Seconds) -> None:
        name = _name(key)
        turns = rule.is_good(reading) if name in self.raised else rule.is_bad(reading)
        if not turns:
            self._turning.pop(key, None)
            return
        if now - self._turning.setdefault(key, now) < rule.hold_s:
            return
        del self._turning[key]
        self.changed.add(name)
        if self.raised.pop(name, None) is None:
            kind, queue = key
            self.raised[name] = Alert(
                id=name,
                occurrence=f"{name}:{round(now * 1000)}",
                kind=kind,
                queue=queue,
                reading=reading,
                bound=rule.raise_at,
                raised_at=now,
            )


def _name(key: ReadingKey) -> str:
    kind, queue = key
    return kind.value if queue is None else f"{kind.value}:{queue}"
