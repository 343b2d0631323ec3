"""How the recording of a talk stands, as the desktop learns it from facts."""

from typing import TypeAlias, get_args

from contact.talk_recording import (
    RecordingStanding,
    RecordingState,
    TalkRecordingBegan,
    TalkRecordingDiscarded,
    TalkRecordingPaused,
    TalkRecordingResumed,
)

RecordingMoved: TypeAlias = (
    TalkRecordingBegan | TalkRecordingPaused | TalkRecordingResumed | TalkRecordingDiscarded
)
RECORDING_MOVED: tuple[type[RecordingMoved], ...] = get_args(RecordingMoved)


def standing_after(fact: RecordingMoved) -> RecordingStanding:
    """Return how a recording stands since a fact about it."""
    match fact:
        case TalkRecordingBegan() | TalkRecordingResumed():
            return RecordingStanding(state=RecordingState.ON)
        case TalkRecordingPaused(until_at=until_at):
            return RecordingStanding(state=RecordingState.PAUSED, until_at=until_at)
        case TalkRecordingDiscarded():
            return RecordingStanding(state=RecordingState.DISCARDED)


def seen(standing: RecordingStanding | None) -> RecordingStanding | None:
    """Return what people are told of a recording: nothing of one that is only meant to begin."""
    return None if standing is None or standing.state is RecordingState.WANTED else standing
