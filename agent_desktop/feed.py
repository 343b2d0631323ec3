"""Everything that is live, folded from the facts on the bus.

Theory of operation. The feed starts from routing's `Standing` and is moved on by each event in the order
of the bus; a later `Standing` corrects whatever an event that never came left behind. Folding is pure:
the moment is an argument, nothing is sent from here. What changed is collected as keys, and whoever
sends takes them away with `take_changes`. A fact about something unknown creates it with what the fact
holds, because the desktop may have come up in the middle of a call.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar, get_args

from agent_desktop.alert import AlertRule, Alerts
from agent_desktop.day import Day, DayEvent, SlotKey
from agent_desktop.hand import Hands
from agent_desktop.line_live import LiveLine
from agent_desktop.live_call import LiveCall, from_standing, seen
from agent_desktop.recording_state import RecordingMoved, standing_after
from agent_desktop.scope import Scope
from contact.callbacks import CallbackDialled, CallbackRested, CallbackResumed
from contact.commands import AgentStanding, QueueStanding, Standing
from contact.events import (
    AgentRemoved,
    AgentStateChanged,
    CallArrived,
    CallConnected,
    CallEnded,
    CallLeftQueue,
    CallOffered,
    CallReleased,
    CallWaiting,
    OfferEnded,
    PhoneChanged,
    TelephonyLost,
    TelephonyResynced,
)
from contact.ids import E164, AgentId, CallId, OfferId, QueueId, is_callback
from contact.numbers import WITHHELD
from contact.states import AgentState, OfferState
from contact.steering import CallReranked
from contact.times import Seconds

CallEvent: TypeAlias = (
    CallArrived
    | CallWaiting
    | CallLeftQueue
    | CallOffered
    | OfferEnded
    | CallConnected
    | CallReleased
    | CallEnded
    | AgentStateChanged
    | AgentRemoved
    | CallReranked
    | CallbackDialled
    | CallbackRested
    | CallbackResumed
    | PhoneChanged
    | TelephonyLost
    | TelephonyResynced
)
LiveEvent: TypeAlias = CallEvent | RecordingMoved
FOLDED: tuple[type[LiveEvent], ...] = get_args(LiveEvent)
K = TypeVar("K")
V = TypeVar("V")
RECENT_CALLS_MAX = 5_000
BUSY_STATES = frozenset({AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP})


@dataclass(slots=True)
class Changes:
    """Keys of what changed since the last time; what is gone is among them too."""

    queues: set[QueueId] = field(default_factory=set)
    agents: set[AgentId] = field(default_factory=set)
    calls: set[CallId] = field(default_factory=set)
    slots: set[SlotKey] = field(default_factory=set)
    alerts: set[str] = field(default_factory=set)
    hands: set[AgentId] = field(default_factory=set)
    line: set[str] = field(default_factory=set)
    telephony: bool = False

    def __bool__(self) -> bool:
        """Say whether anything changed."""
        tables = (self.queues, self.agents, self.calls, self.slots, self.alerts, self.hands, self.line)
        return any(tables) or self.telephony


class Feed:
    """The live state. Its dictionaries are for reading only."""

    def __init__(self, rules: Iterable[AlertRule] = ()) -> None:
        """Start with nothing known and telephony down; `rules` say when an alert is raised."""
        self.queues: dict[QueueId, QueueStanding] = {}
        self.agents: dict[AgentId, AgentStanding] = {}
        self.calls: dict[CallId, LiveCall] = {}
        self.day = Day()
        self.alerts = Alerts(rules)
        self.hands = Hands()
        self.line = LiveLine()
        self.teams: dict[AgentId, str] = {}
        self.telephony_up = False
        self._changes = Changes()
        self._calls_of: dict[QueueId, set[CallId]] = {}
        self._queues_of: dict[AgentId, set[QueueId]] = {}
        self._recent: OrderedDict[CallId, tuple[AgentId, E164]] = OrderedDict()

    def take_changes(self) -> Changes:
        """Return what changed since the last call, and begin anew."""
        for agent in self.hands.changed:
            self._changes.agents.add(agent)
        taken, self._changes = self._changes, Changes()
        taken.alerts, self.alerts.changed = self.alerts.changed, set()
        taken.hands, self.hands.changed = self.hands.changed, set()
        taken.line = self.line.take_changes()
        taken.slots, self.day.changed = self.day.changed, set()
        taken.queues |= {queue for queue, _ in taken.slots if queue in self.queues}
        return taken

    def start_from(self, standing: Standing) -> None:
        """Make routing's whole view ours; what differs counts as changed."""
        queues = {one.queue: one for one in standing.queues}
        agents = {one.agent: one for one in standing.agents}
        calls = {one.call: from_standing(one) for one in standing.calls}
        self._changes.queues |= _differing(self.queues, queues)
        self.queues = queues
        self._queues_of = {}
        for queue in queues.values():
            for member in queue.members:
                self._queues_of.setdefault(member, set()).add(queue.queue)
        for agent in _differing(self.agents, agents):
            self._touch_agent(agent)
        self.agents = agents
        self.hands.start_from(agents)
        for call in _differing(self.calls, calls):
            self._put_call(call, calls.get(call))
        self._set_telephony(up=standing.telephony_up)
        self.day.talking_are(_talks(calls.values()), calls)

    def teams_are(self, teams: Mapping[AgentId, str]) -> None:
        """Know which team each agent is in; whoever changes theirs is seen by others, and their call too."""
        moved = _differing(self.teams, teams)
        self.teams = dict(teams)
        for agent in moved:
            self._touch_agent(agent)
        self._changes.calls |= {call for call, live in self.calls.items() if live.agent in moved}

    def is_in(self, scope: Scope, call: LiveCall) -> bool:
        """Say whether a call is in scope: its queue, and the consultant who has it."""
        return scope.has_queue(call.queue) and (call.agent is None or self.has_agent(scope, call.agent))

    def has_agent(self, scope: Scope, agent: AgentId) -> bool:
        """Say whether a consultant is in scope."""
        return scope.has_team(self.teams.get(agent, ""))

    def fold(self, event: LiveEvent, now: Seconds) -> None:
        """Move on by one event that was seen at `now`."""
        if isinstance(event, DayEvent):
            self.day.fold(event)
        if isinstance(event, RecordingMoved):
            self._fold_recording(event)
        else:
            self._fold(event, now)

    def _fold(self, event: CallEvent, now: Seconds) -> None:
        match event:
            case CallArrived() | CallWaiting() | CallOffered():
                self._put_call(event.call, seen(event, self.calls.get(event.call), now))
            case CallLeftQueue() | OfferEnded() | CallConnected() | CallReleased() | CallEnded():
                self._fold_progress(event, now)
            case CallbackDialled() | CallbackRested() | CallbackResumed():
                self._fold_callback(event, now)
            case CallReranked():
                self._fold_rank(event)
            case AgentStateChanged():
                self._fold_agent(event)
            case AgentRemoved(agent=agent):
                self.agents.pop(agent, None)
                self.hands.put_down(agent)
                self._touch_agent(agent)
            case PhoneChanged():
                self._fold_phone(event)
            case TelephonyLost() | TelephonyResynced():
                self._set_telephony(up=isinstance(event, TelephonyResynced))

    def waiting(self, queue: QueueId) -> list[LiveCall]:
        """Return the callers on the line of a queue who have no agent yet, longest wait first."""
        calls = (self.calls[call] for call in self._calls_of.get(queue, ()))
        found = [one for one in calls if one.is_waiting and not is_callback(one.call)]
        return sorted(found, key=lambda one: (one.joined_at or 0.0, one.call))

    def callbacks(self, queue: QueueId) -> list[LiveCall]:
        """Return the callbacks of a queue whose citizens are not being dialled yet, oldest place first."""
        calls = (self.calls[call] for call in self._calls_of.get(queue, ()) if is_callback(call))
        found = [one for one in calls if one.is_waiting or one.place == "resting"]
        return sorted(found, key=lambda one: (one.joined_at or 0.0, one.call))

    def holds(self, agent: AgentId, call: CallId) -> bool:
        """Say whether the call is offered to the agent, with the agent, or being wrapped up by them."""
        live = self.calls.get(call)
        if live is not None and live.agent == agent:
            return True
        standing = self.agents.get(agent)
        return standing is not None and standing.state.call == call and standing.state.new in BUSY_STATES

    def handled(self, agent: AgentId, call: CallId) -> bool:
        """Say whether the agent holds the call or was connected to it not long ago."""
        return self.holds(agent, call) or self._recent.get(call, (None,))[0] == agent

    def caller_of(self, call: CallId) -> E164:
        """Return the number behind a call that is up or was not long ago, "" if unknown."""
        live = self.calls.get(call)
        if live is not None:
            return live.caller
        return self._recent[call][1] if call in self._recent else WITHHELD

    def is_busy(self, agent: AgentId) -> bool:
        """Say whether a call is offered to the agent, with them, or being wrapped up."""
        standing = self.agents.get(agent)
        return standing is not None and standing.state.new in BUSY_STATES

    def numbers_before(self, agent: AgentId) -> frozenset[E164]:
        """Return the numbers of the calls that the agent holds now."""
        standing = self.agents.get(agent)
        found = {one.caller for one in self.calls.values() if one.agent == agent}
        if standing is not None and standing.state.call is not None and standing.state.new in BUSY_STATES:
            found.add(self.caller_of(standing.state.call))
        return frozenset(found - {WITHHELD})

    def _fold_progress(
        self, event: CallLeftQueue | OfferEnded | CallConnected | CallReleased | CallEnded, now: Seconds
    ) -> None:
        match event:
            case CallLeftQueue():
                self._move(event.call, place="after", since_at=now, agent=None, offer=None)
            case OfferEnded():
                self._fold_offer_ended(event)
            case CallConnected():
                self._fold_connected(event)
            case CallReleased():
                self._move(event.call, place="after", since_at=event.released_at, agent=None, offer=None)
            case CallEnded():
                self._put_call(event.call, None)

    def _fold_offer_ended(self, event: OfferEnded) -> None:
        live = self.calls.get(event.call)
        if event.state is OfferState.ACCEPTED or live is None or live.offer != event.offer:
            return
        joined_at = live.joined_at if live.joined_at is not None else event.ended_at
        self._move(event.call, place="waiting", since_at=joined_at, agent=None, offer=None)

    def _fold_connected(self, event: CallConnected) -> None:
        live = self.calls.get(event.call)
        known = live or LiveCall(call=event.call, caller=WITHHELD, place="", since_at=0.0)
        self._put_call(
            event.call,
            replace(
                known,
                place="talking",
                since_at=event.connected_at,
                agent=event.agent,
                offer=event.offer,
                queue=event.queue,
                joined_at=event.joined_at,
            ),
        )
        self._remember(event.call, event.agent, known.caller)

    def _fold_callback(self, event: CallbackDialled | CallbackRested | CallbackResumed, now: Seconds) -> None:
        match event:
            case CallbackDialled():
                self._move(
                    event.call,
                    place="dialling",
                    since_at=event.dialled_at,
                    agent=event.agent,
                    offer=event.offer,
                )
            case CallbackRested():
                self._move(event.call, place="resting", since_at=now, agent=None, offer=None)
            case CallbackResumed():
                live = self.calls.get(event.call)
                joined_at = now if live is None or live.joined_at is None else live.joined_at
                self._move(event.call, place="waiting", since_at=joined_at, agent=None, offer=None)

    def _fold_rank(self, event: CallReranked) -> None:
        live = self.calls.get(event.call)
        self._put_call(event.call, None if live is None else replace(live, priority=event.priority))

    def _fold_recording(self, event: RecordingMoved) -> None:
        live = self.calls.get(event.call)
        recording = standing_after(event)
        self._put_call(event.call, None if live is None else replace(live, recording=recording))

    def _fold_agent(self, event: AgentStateChanged) -> None:
        known = self.agents.get(event.agent)
        if known is None:
            return
        self.agents[event.agent] = replace(known, state=event)
        self.hands.follow(event)
        self._touch_agent(event.agent)

    def _fold_phone(self, event: PhoneChanged) -> None:
        for agent, known in self.agents.items():
            if known.extension == event.extension and known.phone != event.state:
                self.agents[agent] = replace(known, phone=event.state)
                self._touch_agent(agent)
                return

    def _set_telephony(self, *, up: bool) -> None:
        self._changes.telephony |= up != self.telephony_up
        self.telephony_up = up

    def _move(
        self, call: CallId, *, place: str, since_at: Seconds, agent: AgentId | None, offer: OfferId | None
    ) -> None:
        live = self.calls.get(call)
        if live is not None:
            moved = replace(live, place=place, since_at=since_at, agent=agent, offer=offer, recording=None)
            self._put_call(call, moved)

    def _put_call(self, call: CallId, live: LiveCall | None) -> None:
        old = self.calls.pop(call, None)
        if live is not None:
            self.calls[call] = live
            if live.agent is not None and live.place == "talking":
                self._remember(call, live.agent, live.caller)
        self._changes.calls.add(call)
        if old is not None and old.queue is not None:
            self._calls_of[old.queue].discard(call)
            self._changes.queues.add(old.queue)
        if live is not None and live.queue is not None:
            self._calls_of.setdefault(live.queue, set()).add(call)
            self._changes.queues.add(live.queue)

    def _touch_agent(self, agent: AgentId) -> None:
        self._changes.agents.add(agent)
        self._changes.queues |= self._queues_of.get(agent, set())

    def _remember(self, call: CallId, agent: AgentId, caller: E164) -> None:
        self._recent[call] = (agent, caller)
        while len(self._recent) > RECENT_CALLS_MAX:
            self._recent.popitem(last=False)


def _talks(calls: Iterable[LiveCall]) -> Iterator[tuple[CallId, QueueId, Seconds, Seconds]]:
    for one in calls:
        if one.place == "talking" and one.queue is not None and one.joined_at is not None:
            yield one.call, one.queue, one.joined_at, one.since_at


def _differing(old: Mapping[K, V], new: Mapping[K, V]) -> set[K]:
    keys: Iterable[K] = {*old, *new}
    return {key for key in keys if old.get(key) != new.get(key)}
