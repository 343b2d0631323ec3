"""The live state as rows for people, and the differences between two moments of them.

There are four views of the same state. Consultants see queues and agents, and of calls only their own,
which come as pops; team leads, supervisors and administrators see calls; analysts all but calls; a board on
the wall sees queues without their members, and nobody at all. A scope leaves rows of a view out. Numbers are
masked everywhere, because a board hangs on a wall; whole numbers come with the pop, and from the API to whom
may see them. A `Mirror` holds the rows a view was sent last, so that only the fields that differ are sent
next.
"""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from agent_desktop.alert import Alert
from agent_desktop.board_schemas import AlertRow, HandRow, RelaxationRow, SlotRow, TellingRow, TodayFigures
from agent_desktop.day import SLOT_S, Day, SlotKey, Tally
from agent_desktop.feed import Changes, Feed
from agent_desktop.hand import Hand
from agent_desktop.line_rows import LINE_TABLES, line_rows
from agent_desktop.live_call import LiveCall
from agent_desktop.schemas import AgentRow, CallRow, QueueRow
from agent_desktop.scope import WHOLE, Scope
from agent_desktop.view import View
from contact.commands import AgentStanding
from contact.ids import AgentId, CallId, QueueId, is_callback
from contact.numbers import mask
from contact.states import AgentState

Row: TypeAlias = dict[str, Any]
Table: TypeAlias = dict[str, Row]
_TABLES = ("queues", "agents", "calls", "slots", "alerts", "hands", *LINE_TABLES)

_NOT_ON_TV = {"members", "requirement", "relaxations"}
_ALERT_NOT_ON_TV = {"acknowledged_by", "told"}


def queue_row(feed: Feed, queue: QueueId) -> QueueRow | None:
    """Return a queue with its figures of this moment, None if there is no such queue."""
    standing = feed.queues.get(queue)
    if standing is None:
        return None
    waiting = feed.waiting(queue)
    counts = dict.fromkeys((state.value for state in AgentState), 0)
    for member in standing.members:
        agent = feed.agents.get(member)
        state = agent.state.new if agent is not None else AgentState.LOGGED_OUT
        counts[state.value] += 1
    return QueueRow(
        id=queue,
        names=dict(standing.names),
        requirement=standing.requirement,
        relaxations=[
            RelaxationRow(after_s=after_s, requirement=asked) for after_s, asked in standing.relaxations
        ],
        service_level_s=standing.service_level_s,
        members=list(standing.members),
        waiting=len(waiting),
        callbacks=len(feed.callbacks(queue)),
        oldest_joined_at=waiting[0].joined_at if waiting else None,
        expected_wait_s=_whole(standing.expected_wait_s),
        wait_error_bias_s=_whole(standing.wait_error_bias_s),
        wait_error_p80_s=_whole(standing.wait_error_p80_s),
        wait_error_calls=standing.wait_error_calls,
        agents=counts,
        today=today(feed.day, queue),
    )


def today(day: Day, queue: QueueId) -> TodayFigures | None:
    """Return a queue's figures of today, None where the day is not known."""
    if not day.known:
        return None
    tally = day.of(queue)
    return TodayFigures(
        offered=tally.offered,
        answered=tally.answered,
        answered_within=tally.answered_within,
        abandoned=tally.abandoned,
        abandoned_within=tally.abandoned_within,
        answered_share=_share(tally.share_of_offered),
        kept_share=_share(tally.share_without_short_abandons),
        asa_s=_whole(tally.asa_s),
        aht_s=_whole(tally.aht_s),
    )


def slot_row(day: Day, key: SlotKey, tally: Tally) -> SlotRow:
    """Return one slot of the day."""
    queue, slot = key
    return SlotRow(
        queue=queue,
        slot=slot,
        begins_at=day.begins_at + slot * SLOT_S,
        offered=tally.offered,
        answered=tally.answered,
        answered_within=tally.answered_within,
        abandoned=tally.abandoned,
        abandoned_within=tally.abandoned_within,
    )


def _share(share: float | None) -> float | None:
    """Return a share to the thousandth."""
    return None if share is None else round(share, 3)


def _whole(seconds: float | None) -> float | None:
    """Return whole seconds, so that a board is not sent what nobody can see."""
    return None if seconds is None else float(round(seconds))


def alert_row(alert: Alert) -> AlertRow:
    """Return an alert that is raised."""
    return AlertRow(
        id=alert.id,
        occurrence=alert.occurrence,
        kind=alert.kind.value,
        queue=alert.queue,
        reading=alert.reading,
        bound=alert.bound,
        raised_at=alert.raised_at,
        acknowledged_by=alert.acknowledged_by,
        acknowledged_at=alert.acknowledged_at,
        told=[TellingRow.model_validate(one) for one in alert.told],
    )


def is_alert_in(scope: Scope, alert: Alert) -> bool:
    """Say whether an alert is in scope; one of the whole centre is in everybody's."""
    return alert.queue is None or scope.has_queue(alert.queue)


def hand_row(hand: Hand) -> HandRow:
    """Return a consultant who asks for help."""
    return HandRow.model_validate(hand)


def agent_row(feed: Feed, standing: AgentStanding) -> AgentRow:
    """Return an agent as everybody in the centre may see them."""
    hand = feed.hands.up.get(standing.agent)
    return AgentRow(
        id=standing.agent,
        name=standing.name,
        extension=standing.extension,
        phone=standing.phone.value,
        team=feed.teams.get(standing.agent, ""),
        skills=dict(standing.skills),
        state=standing.state.new.value,
        availability=standing.state.availability.value,
        reason=standing.state.reason,
        call=standing.state.call,
        since_at=standing.state.since_at,
        until_at=standing.state.until_at,
        hand_up_at=None if hand is None else hand.raised_at,
        helper="" if hand is None else hand.taken_name,
    )


def call_row(call: LiveCall, *, whole_number: bool) -> CallRow:
    """Return a call that is up, its number masked unless `whole_number`."""
    return CallRow(
        id=call.call,
        callback=is_callback(call.call),
        caller=call.caller if whole_number else mask(call.caller),
        place=call.place,
        since_at=call.since_at,
        queue=call.queue,
        requirement=call.requirement,
        priority=call.priority,
        language=call.language,
        joined_at=call.joined_at,
        path=list(call.path),
        topic=call.topic,
        agent=call.agent,
        offer=call.offer,
        recording=None if call.recording is None else call.recording.state.value,
    )


class Mirror:
    """What the watchers of one view and scope have been sent."""

    def __init__(self, view: View, scope: Scope = WHOLE) -> None:
        """Start with nothing sent."""
        self._view = view
        self._scope = scope
        self._tables: dict[str, Table] = {name: {} for name in _TABLES}
        self._telephony_up = False
        self._text: str | None = None

    def move_on(self, feed: Feed, changes: Changes) -> Row:
        """Bring the rows named in `changes` up to date; return what differs, {} for nothing."""
        new: dict[str, dict[str, Row | None]] = {
            "queues": {key: self._queue(feed, key) for key in changes.queues},
            "agents": {key: self._agent(feed, key) for key in changes.agents},
            "calls": {key: self._call(feed, key) for key in changes.calls},
            "alerts": {key: self._alert(feed, key) for key in changes.alerts},
            "hands": {key: self._hand(feed, key) for key in changes.hands},
            "slots": {f"{queue}/{slot}": self._slot(feed, (queue, slot)) for queue, slot in changes.slots},
            **line_rows(feed.line, changes.line, self._view),
        }
        patch: Row = {}
        gone: dict[str, list[str]] = {}
        for name in _TABLES:
            differing, lost = _apply(self._tables[name], new[name])
            if differing:
                patch[name] = differing
            if lost:
                gone[name] = lost
        if gone:
            patch["gone"] = gone
        if feed.telephony_up != self._telephony_up:
            self._telephony_up = feed.telephony_up
            patch["telephony_up"] = feed.telephony_up
        if patch:
            self._text = None
        return patch

    def catch_up(self, feed: Feed) -> None:
        """Take all rows as they are; nothing of it counts as a difference."""
        everything = Changes(
            queues=set(feed.queues),
            agents=set(feed.agents),
            calls=set(feed.calls),
            slots=set(feed.day.slots),
            alerts=set(feed.alerts.raised),
            hands=set(feed.hands.up),
            line={*feed.line.closures, *feed.line.flashes},
        )
        self.move_on(feed, everything)

    def text(self) -> str:
        """Return all rows as the inside of a JSON object, made once for all who ask before a change."""
        if self._text is None:
            whole = {**self._tables, "telephony_up": self._telephony_up}
            self._text = inside(whole)
        return self._text

    def _queue(self, feed: Feed, key: QueueId) -> Row | None:
        row = queue_row(feed, key) if self._scope.has_queue(key) else None
        if row is None:
            return None
        return row.model_dump(exclude=_NOT_ON_TV if self._view is View.TV else None)

    def _agent(self, feed: Feed, key: AgentId) -> Row | None:
        standing = feed.agents.get(key)
        if standing is None or self._view is View.TV or not feed.has_agent(self._scope, key):
            return None
        return agent_row(feed, standing).model_dump()

    def _call(self, feed: Feed, key: CallId) -> Row | None:
        call = feed.calls.get(key)
        if call is None or self._view is not View.SUPERVISOR or not feed.is_in(self._scope, call):
            return None
        return call_row(call, whole_number=False).model_dump()

    def _alert(self, feed: Feed, key: str) -> Row | None:
        alert = feed.alerts.raised.get(key)
        if alert is None or self._view is View.AGENT or not is_alert_in(self._scope, alert):
            return None
        return alert_row(alert).model_dump(exclude=_ALERT_NOT_ON_TV if self._view is View.TV else None)

    def _hand(self, feed: Feed, key: AgentId) -> Row | None:
        hand = feed.hands.up.get(key)
        if hand is None or self._view is not View.SUPERVISOR or not feed.has_agent(self._scope, key):
            return None
        return hand_row(hand).model_dump()

    def _slot(self, feed: Feed, key: SlotKey) -> Row | None:
        tally = feed.day.slots.get(key)
        if tally is None or self._view is View.AGENT or not self._scope.has_queue(key[0]):
            return None
        return slot_row(feed.day, key, tally).model_dump()


def inside(plain: Mapping[str, Any]) -> str:
    """Return `plain` as JSON without its outer braces, so that numbered frames can share it."""
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))[1:-1]


def _apply(table: Table, new: Mapping[str, Row | None]) -> tuple[Table, list[str]]:
    """Put `new` into `table`; return the fields that differ by key, and the keys that are gone."""
    differing: Table = {}
    gone: list[str] = []
    for key, row in sorted(new.items()):
        old = table.get(key)
        if row is None:
            if old is not None:
                del table[key]
                gone.append(key)
            continue
        fields = row if old is None else {name: row[name] for name in row if row[name] != old[name]}
        if fields:
            table[key] = row
            differing[key] = fields
    return differing, gone
