from acd.core.kept_talk import is_discarded, talk_facts
from contact.events import CallReleased, Fact
from contact.ids import AgentId, CallId, OfferId, QueueId
from contact.kept_talk import Pause
from contact.talk_recording import (
    TalkRecordingBegan,
    TalkRecordingDiscarded,
    TalkRecordingPaused,
    TalkRecordingResumed,
)

CALL, OFFER, OTHER = CallId("1.1"), OfferId("o1"), OfferId("o2")
ANNA, ROADS = AgentId("anna"), QueueId("roads")


def began(offer: OfferId = OFFER) -> TalkRecordingBegan:
    return TalkRecordingBegan(
        call=CALL, offer=offer, agent=ANNA, queue=ROADS, consented_at=990.0, began_at=1_000.0
    )


def paused(at: float, offer: OfferId = OFFER) -> TalkRecordingPaused:
    return TalkRecordingPaused(
        call=CALL, offer=offer, agent=ANNA, queue=ROADS, paused_at=at, until_at=at + 120
    )


def resumed(at: float) -> TalkRecordingResumed:
    return TalkRecordingResumed(call=CALL, offer=OFFER, agent=ANNA, queue=ROADS, resumed_at=at)


def released(at: float) -> CallReleased:
    return CallReleased(call=CALL, offer=OFFER, agent=ANNA, queue=ROADS, connected_at=1_000.0, released_at=at)


def test_a_talk_has_its_consent_and_its_pauses_from_the_beginning_of_the_sound() -> None:
    facts: list[Fact] = [began(), paused(1_010.0), resumed(1_015.0), paused(1_030.0), released(1_033.0)]
    found = talk_facts(facts, OFFER, begins_at=999.5)
    assert found is not None
    assert (found.agent, found.queue, found.consented_at, found.began_at) == (ANNA, ROADS, 990.0, 1_000.0)
    assert found.pauses == (Pause(from_s=10.5, to_s=15.5), Pause(from_s=30.5, to_s=33.5))


def test_each_talk_of_a_call_has_its_own_facts() -> None:
    facts: list[Fact] = [began(), paused(1_010.0), resumed(1_015.0), began(OTHER)]
    other = talk_facts(facts, OTHER, begins_at=1_000.0)
    assert other is not None
    assert other.pauses == ()


def test_without_a_beginning_there_is_no_consent_that_is_known() -> None:
    assert talk_facts([began(OTHER)], OFFER, begins_at=1_000.0) is None


def test_a_withdrawal_holds_for_every_talk_of_the_call() -> None:
    gone = TalkRecordingDiscarded(call=CALL, offer=OTHER, agent=ANNA, queue=ROADS, discarded_at=1_050.0)
    assert is_discarded([began(), gone])
    assert not is_discarded([began()])
