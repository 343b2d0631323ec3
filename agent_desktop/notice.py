"""Notices: which recipient is to be told what about which alert, and when.

Theory of operation. No message is ever kept: what is kept is each raising of an alert (an occurrence), and
of each recipient the moments of it that they have heard. What a recipient is owed follows from that and
from how the alert stands at this moment, so a message says what is true when it is sent, however late that
is. `follow` takes what is raised now and notices what came, was seen to, and went. `owed` is asked before a
message is made, `settle` told what became of it. An occurrence is forgotten once it has ended and nobody is
owed a word about it.

What is owed: the raising, `after_s` after it, unless it is over, or, in an escalation, seen to; who sees to
it, and the end, to whoever was told of the raising or would have been, had their server answered. Of an
alert that is over, a recipient who wanted to hear of its raising only hears nothing any more: there is
nothing left to act on. What could not be told for `GIVE_UP_S` never will be.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

from agent_desktop.alert import Alert, Telling, TellingState
from agent_desktop.recipient import Moment, Recipient
from contact.times import Seconds

GIVE_UP_S = 4 * 3600.0
OCCURRENCES_MAX = 200
"""So many raisings are remembered; of more, the oldest that are over are told to nobody any more."""
_SO_FAR = {
    Moment.RAISED: frozenset({Moment.RAISED}),
    Moment.ACKNOWLEDGED: frozenset({Moment.RAISED, Moment.ACKNOWLEDGED}),
    Moment.ENDED: frozenset(Moment),
}
"""What is heard with a moment: a message about an end tells of the raising too."""
_NONE_HEARD: frozenset[Moment] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one recipient has heard of an occurrence, and when telling last worked, or was given up."""

    heard: frozenset[Moment] = _NONE_HEARD
    told_at: Seconds | None = None
    failed_at: Seconds | None = None


_NOTHING = Told()


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One raising of an alert; `told` is by the recipient's name."""

    alert: Alert
    ended_at: Seconds | None = None
    told: Mapping[str, Told] = field(default_factory=dict)

    @property
    def moment(self) -> Moment:
        """How it stands."""
        if self.ended_at is not None:
            return Moment.ENDED
        return Moment.RAISED if self.alert.acknowledged_at is None else Moment.ACKNOWLEDGED


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What a recipient is to be told now; `due_at` is since when."""

    occurrence: Occurrence
    moment: Moment
    due_at: Seconds


def owed(occurrence: Occurrence, recipient: Recipient, now: Seconds) -> Owed | None:
    """Return what the recipient is to be told of the occurrence at `now`, None for nothing."""
    alert, moment = occurrence.alert, occurrence.moment
    heard = occurrence.told.get(recipient.name, _NOTHING).heard
    if moment in heard or not recipient.covers(alert):
        return None
    if not heard and not _reaches(occurrence, recipient, now):
        return None
    is_late = not heard and Moment.RAISED in recipient.tell
    if moment not in recipient.tell and not (is_late and moment is Moment.ACKNOWLEDGED):
        return None
    due_at = alert.raised_at + recipient.after_s if is_late else _began_at(occurrence)
    return Owed(occurrence=occurrence, moment=moment, due_at=due_at)


def planned_at(occurrence: Occurrence, recipient: Recipient, now: Seconds) -> Seconds | None:
    """Return when the recipient will be told if nobody sees to the alert until then, None for never."""
    due_at = occurrence.alert.raised_at + recipient.after_s
    is_planned = (
        due_at > now
        and occurrence.moment is Moment.RAISED
        and Moment.RAISED in recipient.tell
        and Moment.RAISED not in occurrence.told.get(recipient.name, _NOTHING).heard
        and recipient.covers(occurrence.alert)
    )
    return due_at if is_planned else None


def _reaches(occurrence: Occurrence, recipient: Recipient, now: Seconds) -> bool:
    """Say whether the alert has stood long enough, and unseen where that is asked."""
    until = now if occurrence.ended_at is None else occurrence.ended_at
    if until - occurrence.alert.raised_at < recipient.after_s:
        return False
    return recipient.after_s == 0 or occurrence.alert.acknowledged_at is None


def _began_at(occurrence: Occurrence) -> Seconds:
    alert = occurrence.alert
    if occurrence.ended_at is not None:
        return occurrence.ended_at
    return alert.raised_at if alert.acknowledged_at is None else alert.acknowledged_at


class Notices:
    """All occurrences that somebody is, or may yet be, owed a word about."""

    def __init__(self, recipients: Iterable[Recipient] = ()) -> None:
        """Start with nothing raised."""
        self.recipients = tuple(recipients)
        self.occurrences: dict[str, Occurrence] = {}
        self.changed: set[str] = set()
        """Occurrences that are to be kept anew, or are forgotten."""

    def restore(self, occurrence: Occurrence) -> None:
        """Go on with what was kept before a restart."""
        self.occurrences[occurrence.alert.occurrence] = occurrence

    def follow(self, raised: Iterable[Alert], now: Seconds) -> bool:
        """Take what is raised at `now`: what is not any more has ended. Return whether that is news."""
        news = False
        standing = {one.occurrence: replace(one, told=()) for one in raised}
        for name, alert in standing.items():
            known = self.occurrences.get(name)
            if known is None or known.alert != alert:
                self._put(Occurrence(alert=alert) if known is None else replace(known, alert=alert))
                news = True
        for name, one in list(self.occurrences.items()):
            if name not in standing and one.ended_at is None:
                self._put(replace(one, ended_at=now))
                news = True
        self._forget(now)
        return news

    def owed(self, recipient: Recipient, now: Seconds) -> list[Owed]:
        """Return what the recipient is to be told: what stands before what is over, each the oldest first."""
        found = (owed(one, recipient, now) for one in self.occurrences.values())
        return sorted(
            (one for one in found if one is not None),
            key=lambda one: (
                one.moment is Moment.ENDED,
                one.due_at,
                one.occurrence.alert.occurrence,
            ),
        )

    def next_planned_at(self, recipient: Recipient, now: Seconds) -> Seconds | None:
        """Return when the recipient's next escalation is, None where none is to come."""
        found = (planned_at(one, recipient, now) for one in self.occurrences.values())
        return min((one for one in found if one is not None), default=None)

    def settle(self, recipient: Recipient, told: Iterable[Owed], now: Seconds, *, arrived: bool) -> None:
        """Note that a message arrived, or that it never will."""
        for one in told:
            occurrence = self.occurrences.get(one.occurrence.alert.occurrence)
            if occurrence is None:
                continue
            before = occurrence.told.get(recipient.name, _NOTHING)
            after = Told(
                heard=before.heard | _SO_FAR[one.moment],
                told_at=now if arrived else before.told_at,
                failed_at=None if arrived else now,
            )
            self._put(replace(occurrence, told={**occurrence.told, recipient.name: after}))
        self._forget(now)

    def give_up(self, recipient: Recipient, owed: Iterable[Owed], now: Seconds) -> list[Owed]:
        """Settle as failed what of `owed` could not be told for too long; return it."""
        late = [one for one in owed if now - one.due_at > GIVE_UP_S]
        if late:
            self.settle(recipient, late, now, arrived=False)
        return late

    def tellings(self, name: str, now: Seconds, *, failing: Container[str]) -> tuple[Telling, ...]:
        """Return who was or will be told of the occurrence; `failing` are recipients whose server is away."""
        one = self.occurrences.get(name)
        if one is None:
            return ()
        found = (_telling(one, recipient, now, failing) for recipient in self.recipients)
        return tuple(telling for telling in found if telling is not None)

    def _put(self, occurrence: Occurrence) -> None:
        name = occurrence.alert.occurrence
        self.occurrences[name] = occurrence
        self.changed.add(name)

    def _forget(self, now: Seconds) -> None:
        """Drop what is over and told, and the oldest of what is over where that is too much."""
        over = [name for name, one in self.occurrences.items() if one.ended_at is not None]
        surplus = set(over[: max(0, len(self.occurrences) - OCCURRENCES_MAX)])
        for name in over:
            one = self.occurrences[name]
            if name in surplus or all(owed(one, who, now) is None for who in self.recipients):
                del self.occurrences[name]
                self.changed.add(name)


def _telling(one: Occurrence, recipient: Recipient, now: Seconds, failing: Container[str]) -> Telling | None:
    told = one.told.get(recipient.name, _NOTHING)
    due = owed(one, recipient, now)
    planned = planned_at(one, recipient, now)
    if told.failed_at is not None:
        state, at = TellingState.FAILED, told.failed_at
    elif told.told_at is not None:
        state, at = TellingState.TOLD, told.told_at
    elif due is not None:
        is_failing = recipient.name in failing
        state, at = TellingState.FAILING if is_failing else TellingState.WAITING, due.due_at
    elif planned is not None:
        state, at = TellingState.PLANNED, planned
    else:
        return None
    return Telling(recipient=recipient.name, way=recipient.way.value, state=state, at=at)
