"""Asterisk's queue_log, written by what the engine tells: facts and their time in, lines out.

Theory of operation. A *stay* is one wait of one call in one queue and the talk that it leads to. It opens
by ENTERQUEUE and closes by exactly one terminal event: COMPLETECALLER, COMPLETEAGENT, BLINDTRANSFER,
ATTENDEDTRANSFER, ABANDON, EXITWITHTIMEOUT, EXITEMPTY or WITHDRAW. Whatever comes for a call without an open
stay opens one first, so that no terminal event can stand alone. A *member* is a signed-in agent with the
queues whose own requirement they meet. Lines depend on nothing but the facts, their times and the state
that `state` returns, so that the same journal gives the same lines again.

Formats are those of Asterisk 22 (`main/logger.c`, `apps/app_queue.c`): seconds are whole and cut, ringing
is in milliseconds, an unused field is `NONE`. What the profiles change is in `Profile`.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

from acd.core.queue_log_text import NONE, line, whole
from contact.consult import CallGivenOver
from contact.events import (
    AgentStateChanged,
    CallConnected,
    CallEnded,
    CallLeftQueue,
    CallOffered,
    CallReleased,
    CallWaiting,
    Fact,
    OfferEnded,
)
from contact.ids import AgentId, CallId, Extension, OfferId, QueueId, offer_channel_id
from contact.states import AgentState, OfferState, Outcome
from contact.steering import KEY_REASON
from contact.times import Seconds

BY_MANAGER = "MANAGER"
"""What stands in the place of a call id where a member came or went by the desktop."""
INFO_LENGTH_MAX = 40
"""app_queue cuts the reason of a WITHDRAW to so many characters."""
HAND_OVER_CONTEXT = "agent-offer"

Rank: TypeAlias = tuple[int, Seconds, int]
Membership: TypeAlias = tuple[Extension, tuple[QueueId, ...]]


class Profile(StrEnum):
    """Whose dialect is written.

    `QUEUEMETRICS` adds INFO lines (number dialled, way through the IVR), ADDMEMBER2 with the phone in
    place of ADDMEMBER, and PAUSEREASON. `ASTERNIC_LEGACY` is for readers that know Asterisk 1.x only:
    TRANSFER in place of BLINDTRANSFER, EXITWITHTIMEOUT in place of EXITEMPTY and WITHDRAW.
    """

    STANDARD = "standard"
    QUEUEMETRICS = "queuemetrics"
    ASTERNIC_LEGACY = "asternic-legacy"


EXITS = {
    Outcome.FALLBACK.value: "EXITWITHTIMEOUT",
    Outcome.OVERFLOWED.value: "EXITWITHTIMEOUT",
    "empty": "EXITEMPTY",
}
"""The event for each reason to leave a queue without an agent; any other reason is a WITHDRAW."""
TERMINAL = frozenset(
    {
        *("COMPLETECALLER", "COMPLETEAGENT", "BLINDTRANSFER", "ATTENDEDTRANSFER", "TRANSFER", "ABANDON"),
        *("EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY", "WITHDRAW", "SYSCOMPAT"),
    }
)
"""The events that end what ENTERQUEUE began; after RINGNOANSWER or RINGCANCELED a caller waits on."""


@dataclass(slots=True, kw_only=True)
class Stay:
    """One open stay. `offer` is the pending or the answered one, to `agent`.

    `ring_s` is set once it is answered, `connected_at` while they talk.
    """

    call: CallId
    queue: QueueId
    priority: int
    joined_at: Seconds
    sequence: int
    position: int
    offer: OfferId | None = None
    offered_at: Seconds = 0.0
    ring_s: float | None = None
    agent: AgentId | None = None
    connected_at: Seconds | None = None

    @property
    def rank(self) -> Rank:
        """The place among those who wait in the same queue; smaller is nearer to an agent."""
        return (-self.priority, self.joined_at, self.sequence)


@dataclass(slots=True, kw_only=True)
class Member:
    """A signed-in agent as the lines have told it so far; `paused` is the reason, None while available."""

    agent: AgentId
    queues: tuple[QueueId, ...]
    paused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """What has to be known to go on writing."""

    stays: tuple[Stay, ...] = ()
    members: tuple[Member, ...] = ()
    sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMark:
    """Where the file stood at a snapshot: its inode and length, and what had yet to be written to it."""

    inode: int
    length: int
    pending: tuple[str, ...]
    state: LogState


@dataclass(slots=True)
class Scribe:
    """Writes for one engine. `member` tells an agent's phone and queues, None for a stranger."""

    profile: Profile
    member: Callable[[AgentId], Membership | None]
    dialled: str = ""
    _stays: dict[CallId, Stay] = field(default_factory=dict)
    _members: dict[AgentId, Member] = field(default_factory=dict)
    _order: dict[QueueId, list[Rank]] = field(default_factory=dict)
    _sequence: int = 0

    def restore(self, state: LogState) -> None:
        """Go on from `state`."""
        self._stays = {one.call: replace(one) for one in state.stays}
        self._members = {one.agent: replace(one) for one in state.members}
        self._sequence = state.sequence
        self._order = {}
        for stay in self._stays.values():
            if stay.connected_at is None:
                insort(self._order.setdefault(stay.queue, []), stay.rank)

    def state(self) -> LogState:
        """Return what `restore` takes."""
        return LogState(
            stays=tuple(replace(one) for one in self._stays.values()),
            members=tuple(replace(one) for one in self._members.values()),
            sequence=self._sequence,
        )

    def began(self, now: Seconds) -> tuple[str, ...]:
        """Return QUEUESTART for a process that begins with nobody signed in or in a queue.

        Readers close at QUEUESTART whatever is open, and a new process takes over what is.
        """
        if self._stays or self._members:
            return ()
        return (line(now, NONE, NONE, NONE, "QUEUESTART", ""),)

    def lines(self, fact: Fact, now: Seconds) -> tuple[str, ...]:
        """Return the lines that `fact`, told at `now`, makes; often none."""
        match fact:
            case CallWaiting():
                lines = self._joined(fact, now)
            case CallOffered():
                lines = self._offered(fact, now)
            case OfferEnded():
                lines = self._offer_ended(fact, now)
            case CallConnected():
                lines = self._connected(fact, now)
            case CallReleased():
                lines = self._released(fact, now)
            case CallGivenOver():
                lines = self._given_over(fact, now)
            case CallLeftQueue():
                lines = self._left(fact, now)
            case CallEnded():
                lines = self._ended(fact, now)
            case AgentStateChanged():
                lines = self._agent(fact, now)
            case _:
                lines = iter(())
        return tuple(lines)

    # --- calls -----------------------------------------------------------------------------------

    def _joined(self, fact: CallWaiting, now: Seconds) -> Iterator[str]:
        if (old := self._stays.get(fact.call)) is not None:
            yield from self._close(old, now, "joined_again")
        if self.profile is Profile.QUEUEMETRICS:
            yield line(now, fact.call, NONE, NONE, "INFO", "DID", self.dialled)
            if fact.path:
                yield line(now, fact.call, NONE, NONE, "INFO", "IVR", ".".join(fact.path))
        yield self._open(
            now,
            fact.call,
            fact.queue,
            caller=fact.caller,
            joined_at=fact.joined_at,
            priority=fact.priority,
        )

    def _offered(self, fact: CallOffered, now: Seconds) -> Iterator[str]:
        if fact.call not in self._stays:
            yield self._open(now, fact.call, fact.queue, caller=fact.caller, joined_at=now)
        stay = self._stays[fact.call]
        stay.offer, stay.agent, stay.offered_at, stay.ring_s = fact.offer, fact.agent, now, None

    def _offer_ended(self, fact: OfferEnded, now: Seconds) -> Iterator[str]:
        stay = self._stays.get(fact.call)
        if stay is None or stay.offer != fact.offer:
            return
        if fact.state is OfferState.ACCEPTED:
            stay.ring_s = fact.ring_s
            return
        stay.offer = None
        event = "RINGCANCELED" if fact.state is OfferState.RESCINDED else "RINGNOANSWER"
        yield line(now, fact.call, fact.queue, fact.agent, event, int(fact.ring_s * 1000))

    def _connected(self, fact: CallConnected, now: Seconds) -> Iterator[str]:
        stay = self._stays.get(fact.call)
        if stay is not None and stay.connected_at is not None:
            yield self._handed_over(stay, fact.agent, now)
            stay = None
        if stay is None:
            yield self._open(now, fact.call, fact.queue, caller="", joined_at=now)
            stay = self._stays[fact.call]
        self._forget_place(stay)
        ring_s = stay.ring_s if stay.offer == fact.offer and stay.ring_s is not None else 0.0
        stay.offer, stay.agent, stay.connected_at = fact.offer, fact.agent, now
        hold_s = whole(now - stay.joined_at)
        channel = offer_channel_id(fact.offer)
        yield line(now, stay.call, stay.queue, fact.agent, "CONNECT", hold_s, channel, whole(ring_s))

    def _released(self, fact: CallReleased, now: Seconds) -> Iterator[str]:
        stay = self._stays.get(fact.call)
        if stay is not None and stay.connected_at is not None and stay.agent == fact.agent:
            yield self._complete(stay, now, "COMPLETECALLER" if fact.by_caller else "COMPLETEAGENT")

    def _given_over(self, fact: CallGivenOver, now: Seconds) -> Iterator[str]:
        stay = self._stays.get(fact.call)
        if stay is not None and stay.connected_at is not None and stay.agent == fact.by:
            self._forget(stay)
            method = ("BRIDGE", offer_channel_id(fact.consult))
            if self.profile is Profile.ASTERNIC_LEGACY:
                yield line(now, stay.call, stay.queue, fact.by, "TRANSFER", *method[::-1], *_talk(stay, now))
            else:
                yield line(
                    now, stay.call, stay.queue, fact.by, "ATTENDEDTRANSFER", *method, *_talk(stay, now)
                )

    def _left(self, fact: CallLeftQueue, now: Seconds) -> Iterator[str]:
        stay = self._stays.get(fact.call)
        if stay is not None:
            left_at = now if fact.left_at is None else min(now, max(fact.left_at, stay.joined_at))
            if stay.offer is not None and stay.ring_s is None:
                rang_ms = int(max(0.0, left_at - stay.offered_at) * 1000)
                yield line(left_at, stay.call, stay.queue, stay.agent or NONE, "RINGCANCELED", rang_ms)
            yield from self._close(stay, left_at, fact.reason)

    def _ended(self, fact: CallEnded, now: Seconds) -> Iterator[str]:
        stay = self._stays.get(fact.call)
        if stay is None:
            return
        if stay.connected_at is not None:
            yield self._complete(stay, now, "COMPLETECALLER")
        else:
            position = self._forget(stay)
            waited_s = whole(now - stay.joined_at)
            yield line(now, stay.call, stay.queue, NONE, "ABANDON", position, stay.position, waited_s)

    def _open(
        self,
        now: Seconds,
        call: CallId,
        queue: QueueId,
        *,
        caller: str,
        joined_at: Seconds,
        priority: int = 0,
    ) -> str:
        self._sequence += 1
        stay = Stay(
            call=call,
            queue=queue,
            priority=priority,
            joined_at=joined_at,
            sequence=self._sequence,
            position=0,
        )
        order = self._order.setdefault(queue, [])
        insort(order, stay.rank)
        stay.position = bisect_left(order, stay.rank) + 1
        self._stays[call] = stay
        return line(now, call, queue, NONE, "ENTERQUEUE", "", caller, stay.position)

    def _close(self, stay: Stay, now: Seconds, reason: str) -> Iterator[str]:
        """End a stay whose call goes on without it."""
        if stay.connected_at is not None:
            yield self._complete(stay, now, "COMPLETEAGENT")
            return
        position = self._forget(stay)
        fields: list[object] = [position, stay.position, whole(now - stay.joined_at)]
        event = EXITS.get(reason, "WITHDRAW")
        if reason.startswith(KEY_REASON):
            event, fields = "EXITWITHKEY", [reason.removeprefix(KEY_REASON), *fields]
        if self.profile is Profile.ASTERNIC_LEGACY and event != "EXITWITHKEY":
            event = "EXITWITHTIMEOUT"
        elif event == "WITHDRAW":
            fields.append(reason[:INFO_LENGTH_MAX])
        yield line(now, stay.call, stay.queue, NONE, event, *fields)

    def _complete(self, stay: Stay, now: Seconds, event: str) -> str:
        self._forget(stay)
        return line(now, stay.call, stay.queue, stay.agent or NONE, event, *_talk(stay, now))

    def _handed_over(self, stay: Stay, to: AgentId, now: Seconds) -> str:
        self._forget(stay)
        event = "TRANSFER" if self.profile is Profile.ASTERNIC_LEGACY else "BLINDTRANSFER"
        where = (to, HAND_OVER_CONTEXT)
        return line(now, stay.call, stay.queue, stay.agent or NONE, event, *where, *_talk(stay, now))

    def _forget(self, stay: Stay) -> int:
        """Drop a stay; return the position in the queue that it had, 1 for one that was connected."""
        del self._stays[stay.call]
        return self._forget_place(stay)

    def _forget_place(self, stay: Stay) -> int:
        order = self._order.get(stay.queue, [])
        index = bisect_left(order, stay.rank)
        if index < len(order) and order[index] == stay.rank:
            del order[index]
            return index + 1
        return 1

    # --- agents ----------------------------------------------------------------------------------

    def _agent(self, fact: AgentStateChanged, now: Seconds) -> Iterator[str]:
        old = self._members.get(fact.agent)
        if fact.new is AgentState.LOGGED_OUT:
            if old is not None:
                del self._members[fact.agent]
                for queue in old.queues:
                    yield line(now, BY_MANAGER, queue, fact.agent, "REMOVEMEMBER", "")
            return
        paused = fact.reason if fact.new is AgentState.NOT_READY else None
        known = self.member(fact.agent)
        phone, queues = ("", ()) if known is None else known
        member = Member(agent=fact.agent, queues=queues, paused=paused)
        self._members[fact.agent] = member
        yield from self._membership(old, member, phone, now)
        if old is not None and old.paused is not None and old.paused != paused:
            yield from self._pause(replace(member, paused=""), now, "UNPAUSE")
        if paused is not None and (old is None or old.paused != paused):
            yield from self._pause(member, now, "PAUSE")

    def _membership(self, old: Member | None, new: Member, phone: str, now: Seconds) -> Iterator[str]:
        before = () if old is None else old.queues
        for queue in before:
            if queue not in new.queues:
                yield line(now, BY_MANAGER, queue, new.agent, "REMOVEMEMBER", "")
        for queue in new.queues:
            if queue in before:
                continue
            if self.profile is Profile.QUEUEMETRICS:
                yield line(now, BY_MANAGER, queue, new.agent, "ADDMEMBER2", f"PJSIP/{phone}")
            else:
                paused = "" if new.paused is None else "PAUSED"
                yield line(now, BY_MANAGER, queue, new.agent, "ADDMEMBER", paused)

    def _pause(self, member: Member, now: Seconds, event: str) -> Iterator[str]:
        yield line(now, NONE, NONE, member.agent, f"{event}ALL", member.paused or "")
        for queue in member.queues:
            yield line(now, NONE, queue, member.agent, event, member.paused or "")
        if self.profile is Profile.QUEUEMETRICS and event == "PAUSE":
            yield line(now, NONE, NONE, member.agent, "PAUSEREASON", member.paused or "")


def _talk(stay: Stay, now: Seconds) -> tuple[int, int, int]:
    """Return hold, talk and entry position of a stay that was connected."""
    connected_at = now if stay.connected_at is None else stay.connected_at
    return whole(connected_at - stay.joined_at), whole(now - connected_at), stay.position
