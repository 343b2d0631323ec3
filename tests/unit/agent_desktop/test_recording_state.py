import pytest

from agent_desktop.recording_state import RecordingMoved, seen, standing_after
from contact.ids import AgentId, CallId, OfferId, QueueId
from contact.talk_recording import (
    RecordingStanding,
    RecordingState,
    TalkRecordingBegan,
    TalkRecordingDiscarded,
    TalkRecordingPaused,
    TalkRecordingResumed,
)

CALL, OFFER, ANNA, ROADS = CallId("1.1"), OfferId("o1"), AgentId("anna"), QueueId("roads")
ON = RecordingStanding(state=RecordingState.ON)


@pytest.mark.parametrize(
    ("fact", "standing"),
    [
        (
            TalkRecordingBegan(
                call=CALL, offer=OFFER, agent=ANNA, queue=ROADS, consented_at=1.0, began_at=2.0
            ),
            ON,
        ),
        (
            TalkRecordingPaused(
                call=CALL, offer=OFFER, agent=ANNA, queue=ROADS, paused_at=3.0, until_at=123.0
            ),
            RecordingStanding(state=RecordingState.PAUSED, until_at=123.0),
        ),
        (TalkRecordingResumed(call=CALL, offer=OFFER, agent=ANNA, queue=ROADS, resumed_at=4.0), ON),
        (
            TalkRecordingDiscarded(call=CALL, offer=OFFER, agent=ANNA, queue=ROADS, discarded_at=5.0),
            RecordingStanding(state=RecordingState.DISCARDED),
        ),
    ],
)
def test_each_fact_says_how_a_recording_stands(fact: RecordingMoved, standing: RecordingStanding) -> None:
    assert standing_after(fact) == standing


def test_a_recording_that_is_only_meant_to_begin_is_told_to_nobody() -> None:
    assert seen(RecordingStanding(state=RecordingState.WANTED)) is None
    assert seen(None) is None
    assert seen(ON) is ON
