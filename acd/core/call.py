"""One call and one offer in the engine's books."""

from dataclasses import dataclass, field
from enum import StrEnum

from acd.core.skills import ANYBODY, Node
from contact.callbacks import Rest
from contact.consult import ConsultStanding
from contact.events import CallEnded
from contact.ids import E164, AgentId, CallId, ChannelName, Language, LegId, OfferId, QueueId
from contact.states import OfferCause, OfferState, Outcome, next_offer_state
from contact.talk_recording import RecordingStanding
from contact.times import Seconds

UNKNOWN_LANGUAGE = Language("")


class Place(StrEnum):
    """Where a call is; a callback may also rest, or be dialled by an agent who has answered."""

    IVR = "ivr"
    WAITING = "waiting"
    OFFERED = "offered"
    TALKING = "talking"
    AFTER = "after"
    RESTING = "resting"
    DIALLING = "dialling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """What a callback is beside a call: `attempts` were begun, and none begins before `rests_until`.

    Its time runs from `counts_from_at`. `queue` is the one it was ordered for, in which its number has no
    other. `reason` says why it rests.
    """

    queue: QueueId
    counts_from_at: Seconds
    rests_until: Seconds
    reason: Rest = Rest.SCHEDULED
    attempts: int = 0
    origin: CallId | None = None
    by: AgentId | None = None


@dataclass(slots=True, kw_only=True)
class Call:
    """A call from arrival to its terminal record; only the engine writes here.

    `rank` is the total order among waiting calls: priority (highest first), join time, sequence.
    `entered` is the queue the caller joined at first, whose overflow ladder holds for them; `climbed_s` the
    step of it that led to another queue, `moves` how often any did; `came_at` when they joined `queue`.
    `kept_for` is the one agent who may take it just now. `left_at` is when it stopped waiting without an
    agent of ours, to go on elsewhere. `claimed_at` is the time of joining that telephony knows, `joined_at`
    the one that counts. `owner` filed the caller's newest open case. `typed` are the signs of a key that is
    not complete, the last of them pressed at `typed_at`. `callback` is there for a citizen who is to be
    called: such a call has no leg before it is dialled. `held_at` is set while the caller hears music in a
    talk; `awaits`: for an agent whose page is gone and whose leg with it. `handed_on` is set while
    a transfer or a hand-over is under way, `transferred` for good; `directed_to` is the colleague it is for.
    `consult` is there while a third is asked, and as long as one who was given the caller has them.
    At `consented_at` the caller agreed to be recorded; the key for that was last pressed at `agreed_key_at`.
    """

    call: CallId
    leg: LegId
    channel: ChannelName
    caller: E164
    dialled: str
    arrived_at: Seconds
    sequence: int
    since_at: Seconds
    place: Place = Place.IVR
    language: Language = UNKNOWN_LANGUAGE
    queue: QueueId | None = None
    requirement: str = ""
    priority: int = 0
    joined_at: Seconds | None = None
    left_at: Seconds | None = None
    path: tuple[str, ...] = ()
    topic: str = ""
    offer: OfferId | None = None
    agent: AgentId | None = None
    connected_at: Seconds | None = None
    released_at: Seconds | None = None
    diverted: Outcome | None = None
    offers: int = 0
    entered: QueueId | None = None
    came_at: Seconds | None = None
    climbed_s: float = -1.0
    moves: int = 0
    kept_for: AgentId | None = None
    claimed_at: Seconds | None = None
    owner: AgentId | None = None
    typed: str = ""
    typed_at: Seconds = 0.0
    callback: Callback | None = None
    held_at: Seconds | None = None
    awaits: bool = False
    handed_on: bool = False
    directed_to: AgentId | None = None
    transferred: bool = False
    consult: ConsultStanding | None = None
    consented_at: Seconds | None = None
    agreed_key_at: Seconds = 0.0
    asked: Node = field(init=False, default=ANYBODY)

    @property
    def rank(self) -> tuple[int, Seconds, int]:
        """The place in the one order of all waiting calls; smaller goes first."""
        return (-self.priority, self.joined_at or 0.0, self.sequence)

    def ended(self, now: Seconds) -> CallEnded:
        """Return the terminal record as of `now`."""
        wait_until = self.connected_at or self.left_at or now
        talk_until = self.released_at or now
        return CallEnded(
            call=self.call,
            caller=self.caller,
            dialled=self.dialled,
            language=self.language,
            queue=self.queue,
            agent=self.agent,
            outcome=self.outcome,
            path=self.path,
            topic=self.topic,
            arrived_at=self.arrived_at,
            queued_at=self.joined_at,
            connected_at=self.connected_at,
            ended_at=now,
            wait_s=max(0.0, wait_until - self.joined_at) if self.joined_at is not None else 0.0,
            talk_s=max(0.0, talk_until - self.connected_at) if self.connected_at is not None else 0.0,
            offers=self.offers,
        )

    @property
    def outcome(self) -> Outcome:
        """How it ends, should it end now."""
        if self.callback is not None:
            ended = self.diverted or Outcome.CALLBACK_FAILED
            return ended if self.connected_at is None else Outcome.CALLED_BACK
        if self.connected_at is not None:
            return Outcome.CONNECTED
        if self.diverted is not None:
            return self.diverted
        return Outcome.ABANDONED_IVR if self.joined_at is None else Outcome.ABANDONED_QUEUE


@dataclass(slots=True, kw_only=True)
class Offer:
    """One call put to one agent; only the engine writes here.

    `rejoins` counts the legs made for its talk after the first one, the last at `rejoined_at`. One that
    `consults` asks a colleague about a call that another agent has. `recording` is what is kept of its talk.
    """

    offer: OfferId
    call: CallId
    agent: AgentId
    queue: QueueId
    offered_at: Seconds
    expires_at: Seconds
    state: OfferState = OfferState.PENDING
    ringing_at: Seconds | None = None
    bridged: bool = False
    rejoins: int = 0
    rejoined_at: Seconds | None = None
    consults: bool = False
    recording: RecordingStanding | None = None

    def move(self, cause: OfferCause) -> None:
        """Go where `cause` leads; raise `IllegalMove` and change nothing where that is nowhere."""
        self.state = next_offer_state(self.state, cause)
