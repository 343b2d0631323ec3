"""A talk recording while it is made: the sound of one talk, kept because the caller agreed to it by key.

Consent belongs to the call and travels with it; each talk of the call is recorded by itself, where the policy
of its queue says so. Asterisk says that it records; from then on the recording is *on*, *paused* while
personal data are read (what is recorded then is silence), or *discarded*: stopped, and to be deleted with
everything that was recorded of the call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from contact.announcement import PromptName
from contact.ids import AgentId, CallId, ChannelName, OfferId, QueueId
from contact.states import IllegalMove
from contact.times import Seconds

AGREED_PROMPT, WITHDRAWN_PROMPT = PromptName("recording_agreed"), PromptName("recording_withdrawn")
"""What a waiting caller hears who has given consent by key, or has taken it back."""


class RecordingState(StrEnum):
    """Where the recording of one talk stands."""

    WANTED = "wanted"
    """The agent's leg is told to record the talk as soon as it joins the caller."""
    ON = "on"
    PAUSED = "paused"
    DISCARDED = "discarded"


class RecordingCause(StrEnum):
    """What moves a recording."""

    STARTED = "started"
    """Asterisk records, for the first time or anew after a hold."""
    PAUSED = "paused"
    RESUMED = "resumed"
    DISCARDED = "discarded"


RECORDING_TRANSITIONS: Mapping[RecordingState, Mapping[RecordingCause, RecordingState]] = MappingProxyType(
    {
        RecordingState.WANTED: {
            RecordingCause.STARTED: RecordingState.ON,
            RecordingCause.DISCARDED: RecordingState.DISCARDED,
        },
        RecordingState.ON: {
            RecordingCause.STARTED: RecordingState.ON,
            RecordingCause.PAUSED: RecordingState.PAUSED,
            RecordingCause.DISCARDED: RecordingState.DISCARDED,
        },
        RecordingState.PAUSED: {
            RecordingCause.STARTED: RecordingState.PAUSED,
            RecordingCause.RESUMED: RecordingState.ON,
            RecordingCause.DISCARDED: RecordingState.DISCARDED,
        },
        RecordingState.DISCARDED: {RecordingCause.STARTED: RecordingState.DISCARDED},
    }
)


def next_recording_state(state: RecordingState, cause: RecordingCause) -> RecordingState:
    """Return the state after `cause`; raise `IllegalMove` where the table has no such move."""
    try:
        return RECORDING_TRANSITIONS[state][cause]
    except KeyError:
        message = f"a recording that is {state} cannot be moved by {cause}"
        raise IllegalMove(message) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStanding:
    """The recording of a talk now; one that is paused goes on by itself at `until_at`."""

    state: RecordingState
    until_at: Seconds | None = None


# --- inputs ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRecordingStarted:
    """Asterisk records the agent's leg of `offer`, which is about to join the caller of `call`."""

    offer: OfferId
    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPauseRequested:
    """The agent wants silence recorded from now on."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingResumeRequested:
    """The agent wants the recording to go on."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingDiscardRequested:
    """The caller has withdrawn their consent, says the agent."""

    call: CallId
    agent: AgentId


# --- facts -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingConsentChanged:
    """The caller agreed by key to be recorded, at `consented_at`, or took it back (None)."""

    call: CallId
    consented_at: Seconds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRecordingBegan:
    """The talk of `offer` is recorded, by the consent that the caller gave at `consented_at`."""

    call: CallId
    offer: OfferId
    agent: AgentId
    queue: QueueId
    consented_at: Seconds
    began_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRecordingPaused:
    """Silence is recorded from `paused_at` on, until `until_at` at the latest."""

    call: CallId
    offer: OfferId
    agent: AgentId
    queue: QueueId
    paused_at: Seconds
    until_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRecordingResumed:
    """The talk is recorded again; `by_limit`: because the pause had lasted for as long as one may."""

    call: CallId
    offer: OfferId
    agent: AgentId
    queue: QueueId
    resumed_at: Seconds
    by_limit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRecordingDiscarded:
    """The recording is stopped; what was recorded of the call is to be deleted."""

    call: CallId
    offer: OfferId
    agent: AgentId
    queue: QueueId
    discarded_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class TalksExpired:
    """So many kept recordings were erased because they had begun before `before_at`; told by the bridge."""

    count: int
    before_at: Seconds


# --- orders ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepConsent:
    """Write the caller's consent on their channel, or take it off there (None)."""

    call: CallId
    caller_channel: ChannelName
    consented_at: Seconds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AimRecording:
    """Tell the agent's leg of `offer` whether to record when it joins the caller the next time."""

    offer: OfferId
    call: CallId
    records: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteRecording:
    """Have silence recorded of the talk of `offer`, or sound again."""

    offer: OfferId
    call: CallId
    muted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRecording:
    """Record no more of the talk of `offer`, now or after a hold."""

    offer: OfferId
    call: CallId


RecordingInput: TypeAlias = (
    TalkRecordingStarted | RecordingPauseRequested | RecordingResumeRequested | RecordingDiscardRequested
)
"""The inputs among these."""
RecordingFact: TypeAlias = (
    RecordingConsentChanged
    | TalkRecordingBegan
    | TalkRecordingPaused
    | TalkRecordingResumed
    | TalkRecordingDiscarded
)
"""The facts among these."""
RecordingOrder: TypeAlias = KeepConsent | AimRecording | MuteRecording | StopRecording
"""The orders among these."""
