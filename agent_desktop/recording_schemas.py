"""The bodies of the HTTP API about talk recordings."""

from typing import Annotated

from pydantic import Field

from agent_desktop.forms import Answer, Body, Line, Word
from contact.kept_talk import KeptTalk

Reason = Annotated[Line, Field(min_length=3)]
Moment = Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]


class SearchBody(Body):
    """Which recordings, and why they are looked for; what is "" or null asks for nothing.

    `case` is a case's number, `caller` a telephone number in any form, `since_at` and `until_at` bound when
    the talk began.
    """

    reason: Reason
    case: Word = ""
    caller: Word = ""
    call: Word = ""
    agent: Word = ""
    queue: Word = ""
    disposition: Word = ""
    since_at: Moment | None = None
    until_at: Moment | None = None


class PlayBody(Body):
    """Why a recording is listened to."""

    reason: Reason


class EraseBody(Body):
    """Whose recordings are erased, and why; every one of them that is in the asker's scope."""

    caller: Annotated[Word, Field(min_length=3)]
    reason: Reason


class ErasedAnswer(Answer):
    """How many recordings were erased."""

    count: int


class RecordedCall(Answer):
    """A call, and the recording of one of its talks."""

    call: str
    recording: str


class PauseRow(Answer):
    """A stretch of silence, in seconds from the beginning of the recording."""

    from_s: float
    to_s: float


class RecordingRow(Answer):
    """A recording of one talk. `size` is what it takes on the disk, in bytes, encrypted.

    `caller` is "" where the number was withheld, or the record of the call has not arrived yet.
    """

    id: str
    call: str
    agent: str
    queue: str
    caller: str
    began_at: float
    consented_at: float
    duration_s: float
    size: int
    pauses: list[PauseRow]
    disposition: str
    cases: list[str]

    @classmethod
    def of(cls, kept: KeptTalk) -> "RecordingRow":
        """Return `kept` as it is shown."""
        talk = kept.talk
        return cls(
            id=kept.recording,
            call=talk.call,
            agent=talk.agent,
            queue=talk.queue,
            caller=kept.caller,
            began_at=talk.began_at,
            consented_at=talk.consented_at,
            duration_s=kept.duration_s,
            size=kept.size,
            pauses=[PauseRow(from_s=one.from_s, to_s=one.to_s) for one in talk.pauses],
            disposition=kept.disposition,
            cases=list(kept.cases),
        )
