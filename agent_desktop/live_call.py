"""One call as the desktop knows it, made from what routing says of it."""

from dataclasses import dataclass, replace

from agent_desktop import recording_state
from contact.commands import CallStanding
from contact.events import CallArrived, CallOffered, CallWaiting
from contact.ids import E164, AgentId, CallId, Language, OfferId, QueueId
from contact.talk_recording import RecordingStanding
from contact.times import Seconds

UNKNOWN_LANGUAGE = Language("")


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCall:
    """A call that is up, or a callback. `place` is one of `acd`'s: `ivr`, `waiting`, `talking`, ..."""

    call: CallId
    caller: E164
    place: str
    since_at: Seconds
    queue: QueueId | None = None
    requirement: str = ""
    priority: int = 0
    language: Language = UNKNOWN_LANGUAGE
    joined_at: Seconds | None = None
    path: tuple[str, ...] = ()
    topic: str = ""
    agent: AgentId | None = None
    offer: OfferId | None = None
    recording: RecordingStanding | None = None

    @property
    def is_waiting(self) -> bool:
        """Say whether nobody talks to the caller yet, whether or not somebody's phone rings."""
        return self.place in ("waiting", "offered")


def seen(event: CallArrived | CallWaiting | CallOffered, known: LiveCall | None, now: Seconds) -> LiveCall:
    """Return the call that an event is about, with what only the waiting one was known by."""
    match event:
        case CallArrived():
            return LiveCall(call=event.call, caller=event.caller, place="ivr", since_at=now)
        case CallWaiting():
            return _waiting(event)
        case CallOffered():
            return _kept(_offered(event), known)


def _waiting(event: CallWaiting) -> LiveCall:
    return LiveCall(
        call=event.call,
        caller=event.caller,
        place="waiting",
        since_at=event.joined_at,
        queue=event.queue,
        requirement=event.requirement,
        priority=event.priority,
        language=event.language,
        joined_at=event.joined_at,
        path=event.path,
        topic=event.topic,
    )


def _offered(event: CallOffered) -> LiveCall:
    return LiveCall(
        call=event.call,
        caller=event.caller,
        place="offered",
        since_at=event.offered_at,
        queue=event.queue,
        language=event.language,
        joined_at=event.joined_at,
        path=event.path,
        topic=event.topic,
        agent=event.agent,
        offer=event.offer,
    )


def _kept(offered: LiveCall, known: LiveCall | None) -> LiveCall:
    """Return `offered` with what only the waiting call knew."""
    if known is None:
        return offered
    return replace(offered, requirement=known.requirement, priority=known.priority)


def from_standing(one: CallStanding) -> LiveCall:
    """Return the call of routing's own view."""
    live = LiveCall(call=one.call, caller=one.caller, place=one.place, since_at=one.since_at)
    if one.waiting is not None:
        live = _waiting(one.waiting)
    if one.offer is not None:
        live = _kept(_offered(one.offer), live)
    agent = one.agent if one.agent is not None else live.agent
    recording = recording_state.seen(one.recording)
    return replace(live, place=one.place, since_at=one.since_at, agent=agent, recording=recording)
