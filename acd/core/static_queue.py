"""Asterisk's own queue_log read back: what became of the callers whom the static queue took.

Theory of operation. While no controller is there the dialplan hands callers to app_queue (`[fallback]`).
Each has a `StaticCall` from its ENTERQUEUE until a terminal event says how it ended. A caller whom the
queue gave back unanswered (`EXIT*`) enters it again a moment later and keeps the place in these books.
QUEUESTART means that Asterisk was started anew: whoever was open then is gone since the last line before.
"""

from dataclasses import dataclass, field, replace

from acd.core.queue_log_lines import TERMINAL
from contact.events import CallEnded
from contact.ids import E164, AgentId, CallId, Language, QueueId
from contact.states import Outcome
from contact.times import Seconds

FALLBACK_QUEUE = QueueId("fallback")
"""The static queue's name in queues.conf and in the dialplan."""
PHONE_PREFIX = "PJSIP/"
_FIELDS_MIN = 5
_MERGED = TERMINAL | {"ENTERQUEUE", "CONNECT", "RINGNOANSWER", "RINGCANCELED", "AGENTDUMP"}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """One line of a queue_log."""

    at: int
    call: CallId
    queue: str
    agent: str
    event: str
    data: tuple[str, ...]

    @property
    def text(self) -> str:
        """The line as it is written, without its end."""
        return "|".join((str(self.at), self.call, self.queue, self.agent, self.event, *self.data))


@dataclass(slots=True, kw_only=True)
class StaticCall:
    """One caller of the static queue. `phone` is the extension that answered, "" for none.

    `is_over` is set by a terminal event; `left_at` by an exit after which the caller may enter again.
    """

    call: CallId
    caller: str
    entered_at: Seconds
    phone: str = ""
    connected_at: Seconds | None = None
    ended_at: Seconds | None = None
    left_at: Seconds | None = None

    @property
    def is_over(self) -> bool:
        """Whether it is known how it ended."""
        return self.ended_at is not None


@dataclass(slots=True)
class StaticQueue:
    """The callers whose end is not known yet, by call; those that ended are handed out once."""

    calls: dict[CallId, StaticCall] = field(default_factory=dict)
    last_at: Seconds = 0.0

    def take(self, line: QueueLine) -> tuple[StaticCall, ...]:
        """Take one line, and return the calls that it ended."""
        ended: tuple[StaticCall, ...] = ()
        if line.event == "QUEUESTART":
            ended = tuple(self._end(one, self.last_at) for one in list(self.calls.values()))
        elif line.queue == FALLBACK_QUEUE:
            ended = self._take_call(line)
        self.last_at = max(self.last_at, float(line.at))
        return ended

    def give_up(self, before: Seconds) -> tuple[StaticCall, ...]:
        """Return those who left the queue before that moment and did not enter it again: they are gone."""
        gone = [one for one in self.calls.values() if one.left_at is not None and one.left_at < before]
        return tuple(self._end(one, one.left_at or before) for one in gone)

    def _take_call(self, line: QueueLine) -> tuple[StaticCall, ...]:
        call = self.calls.get(line.call)
        if call is None:
            if line.event != "ENTERQUEUE":
                return ()
            caller = line.data[1] if len(line.data) > 1 else ""
            self.calls[line.call] = StaticCall(call=line.call, caller=caller, entered_at=float(line.at))
            return ()
        if line.event == "ENTERQUEUE":
            call.left_at = None
        elif line.event == "CONNECT":
            call.connected_at = float(line.at)
            call.phone = line.agent.removeprefix(PHONE_PREFIX)
        elif line.event.startswith("EXIT"):
            call.left_at = float(line.at)
        elif line.event in TERMINAL:
            return (self._end(call, float(line.at)),)
        return ()

    def _end(self, call: StaticCall, at: Seconds) -> StaticCall:
        del self.calls[call.call]
        return replace(call, ended_at=max(at, call.connected_at or call.entered_at))


def read_line(text: str) -> QueueLine | None:
    """Return what a line says, None for one that is no line of a queue_log."""
    fields = text.split("|")
    if len(fields) < _FIELDS_MIN or not (fields[0].isascii() and fields[0].isdigit()):
        return None
    at, call, queue, agent, event, *data = fields
    return QueueLine(at=int(at), call=CallId(call), queue=queue, agent=agent, event=event, data=tuple(data))


def is_merged(line: QueueLine) -> bool:
    """Return whether a line of Asterisk's own belongs into ours: it is about a caller of the static queue."""
    return line.queue == FALLBACK_QUEUE and line.event in _MERGED


def completed(record: CallEnded, static: StaticCall, agent: AgentId | None) -> CallEnded:
    """Return the engine's terminal record with what the static queue knows: who, when and how long."""
    joined_at = record.queued_at if record.queued_at is not None else static.entered_at
    left_at = static.connected_at or static.ended_at or record.ended_at
    return replace(
        record,
        agent=agent if static.connected_at is not None else None,
        outcome=Outcome.FALLBACK,
        queue=record.queue or FALLBACK_QUEUE,
        queued_at=joined_at,
        connected_at=static.connected_at,
        ended_at=static.ended_at or record.ended_at,
        wait_s=max(0.0, left_at - joined_at),
        talk_s=_talk_s(static),
    )


def record_of(static: StaticCall, agent: AgentId | None, *, caller: E164, dialled: str) -> CallEnded:
    """Return the terminal record of a call of which nobody but the static queue knew anything."""
    ended_at = static.ended_at if static.ended_at is not None else static.entered_at
    return completed(
        CallEnded(
            call=static.call,
            caller=caller,
            dialled=dialled,
            language=Language(""),
            queue=None,
            agent=None,
            outcome=Outcome.FALLBACK,
            path=(),
            topic="",
            arrived_at=_arrived_at(static),
            queued_at=None,
            connected_at=None,
            ended_at=ended_at,
            wait_s=0.0,
            talk_s=0.0,
            offers=0,
        ),
        static,
        agent,
    )


def _talk_s(static: StaticCall) -> float:
    if static.connected_at is None or static.ended_at is None:
        return 0.0
    return max(0.0, static.ended_at - static.connected_at)


def _arrived_at(static: StaticCall) -> Seconds:
    """Return when the call came in: Asterisk's ids begin with that second; else when it was queued."""
    second = static.call.rpartition("-")[2].partition(".")[0]
    if second.isascii() and second.isdigit():
        return min(float(second), static.entered_at)
    return static.entered_at
