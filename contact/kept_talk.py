"""Talk recordings that are kept, and the requests about them and about those that are still made."""

from dataclasses import dataclass, field

from contact.commands import Done, Request
from contact.ids import E164, AgentId, CallId, CaseNumber, Language, OfferId, QueueId
from contact.times import Seconds

AUDIO_TYPE = "audio/flac"
"""What a kept recording plays as: two channels, the consultant on the left, the caller on the right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A stretch of silence in a recording: seconds from its beginning."""

    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkFacts:
    """What is known of one recorded talk beside its sound."""

    call: CallId
    offer: OfferId
    agent: AgentId
    queue: QueueId
    consented_at: Seconds
    began_at: Seconds
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTalk:
    """A recording as it is found: `recording` is its id, `size` the bytes that are stored, encrypted.

    Caller, language and disposition are those of the call's record, `cases` what was filed in the call; as
    long as there is no record they are withheld and "".
    """

    recording: str
    talk: TalkFacts
    duration_s: float
    size: int
    caller: E164
    language: Language
    disposition: str
    cases: tuple[CaseNumber, ...] = ()


# --- while a talk lasts ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRecording(Request[Done]):
    """Have silence recorded of an agent's talk; `Refused` (`not_recorded`) where it is not recorded."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRecording(Request[Done]):
    """Have a paused recording go on; `Refused` (`not_paused`) where it is not paused."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardRecording(Request[Done]):
    """The caller has withdrawn their consent: stop, and delete what was recorded of the call.

    Also in the agent's wrap-up of the call; `Refused` (`not_recorded`) later, or where nothing is recorded.
    """

    call: CallId
    agent: AgentId


# --- kept ones ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepTalk(Request[Done]):
    """Keep a recording; of an offer whose talk is kept already nothing changes. `audio` is FLAC.

    `Refused` (`no_key`) where there is nothing to encrypt it with.
    """

    talk: TalkFacts
    duration_s: float
    audio: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkQuery:
    """Which recordings are asked for; what is None or "" asks for nothing.

    `queues_in` and `agents_in` are what whoever asks may see, None for all.
    """

    caller: E164 = field(default=E164(""))
    case: CaseNumber = field(default=CaseNumber(""))
    call: CallId = field(default=CallId(""))
    agent: AgentId = field(default=AgentId(""))
    queue: QueueId = field(default=QueueId(""))
    disposition: str = ""
    since_at: Seconds | None = None
    until_at: Seconds | None = None
    queues_in: tuple[QueueId, ...] | None = None
    agents_in: tuple[AgentId, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTalks(Request[tuple[KeptTalk, ...]]):
    """Ask for recordings, newest first."""

    query: TalkQuery
    talks_max: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class GetTalk(Request[KeptTalk | None]):
    """Ask for one recording."""

    recording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkSound:
    """A part of a recording's sound: `audio` begins at byte `first` of `size`."""

    size: int
    first: int
    audio: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class GetTalkSound(Request[TalkSound | None]):
    """Ask for at most `bytes_max` of a recording's sound, from byte `first` on; None: there is none."""

    recording: str
    first: int = 0
    bytes_max: int = 1_048_576


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """So many recordings were erased."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseTalks(Request[Erased]):
    """Erase what `query` finds, sound and all; one that asks for nothing erases nothing."""

    query: TalkQuery
