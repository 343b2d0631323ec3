"""Messages that callers left, each a task for somebody: what they are, and what may be asked about them."""

from dataclasses import dataclass

from contact.commands import Done, Request
from contact.ids import E164, AgentId, CallId, Language, QueueId
from contact.times import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicemail:
    """One message, named by the call in which it was left; `done_at` None: nobody has dealt with it yet.

    Number, queue and language are those of the call's terminal record: as long as there is none they are
    withheld, None and "".
    """

    call: CallId
    caller: E164
    queue: QueueId | None
    language: Language
    left_at: Seconds
    duration_s: float
    done_at: Seconds | None = None
    done_by: AgentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepVoicemail(Request[Done]):
    """Keep a message; one that is kept already stays as it is. `audio` is a WAV file."""

    call: CallId
    left_at: Seconds
    duration_s: float
    audio: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ListVoicemails(Request[tuple[Voicemail, ...]]):
    """Ask for messages, the oldest open one first; those that are done, newest first, if `done`."""

    done: bool = False
    voicemails_max: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class GetVoicemail(Request[Voicemail | None]):
    """Ask for one message."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class GetVoicemailAudio(Request[bytes | None]):
    """Ask for the WAV file of a message."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteVoicemail(Request[Voicemail | None]):
    """Mark a message as dealt with by `by`, or as open again; the first to have done it stays named."""

    call: CallId
    by: AgentId
    done: bool
