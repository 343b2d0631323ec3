"""Recordings of talks: on by Asterisk's word, paused for a while at most, discarded for good."""

import pytest

from acd.core.policy import KeyChoice
from contact.consult import ConsultRequested, HandOverRequested, Party, PartyKind
from contact.events import CallReleased, TelephonyLost
from contact.ids import AgentId, CallId, OfferId
from contact.states import Availability, IllegalMove
from contact.steering import KeyPressed
from contact.talk import HoldRequested, ResumeRequested, TransferRequested
from contact.talk_recording import (
    RECORDING_TRANSITIONS,
    AimRecording,
    KeepConsent,
    MuteRecording,
    RecordingCause,
    RecordingDiscardRequested,
    RecordingPauseRequested,
    RecordingResumeRequested,
    RecordingState,
    StopRecording,
    TalkRecordingBegan,
    TalkRecordingDiscarded,
    TalkRecordingPaused,
    TalkRecordingResumed,
    TalkRecordingStarted,
    next_recording_state,
)
from tests.unit.acd.core.floor import WASTE, Floor, queue

ANNA, BARTEK = AgentId("anna"), AgentId("bartek")
ROADS = queue("roads", "roads", keys=(KeyChoice(key="3", consents=True),), recording_percent=100)
LIMIT_S = 120.0


class Talk:
    """Anna talks to a caller who agreed, at 1,000 s."""

    def __init__(self) -> None:
        self.floor = floor = Floor(ROADS, WASTE)
        self.call: CallId = floor.call()
        floor.tell(KeyPressed(call=self.call, key="3"))
        floor.agent()
        self.offer: OfferId = floor.answer()

    def pause(self) -> None:
        self.floor.tell(RecordingPauseRequested(call=self.call, agent=ANNA))

    def resume(self) -> None:
        self.floor.tell(RecordingResumeRequested(call=self.call, agent=ANNA))

    def discard(self) -> None:
        self.floor.tell(RecordingDiscardRequested(call=self.call, agent=ANNA))

    @property
    def state(self) -> RecordingState | None:
        (found,) = [one for one in self.floor.engine.standing(self.floor.now).calls if one.call == self.call]
        return None if found.recording is None else found.recording.state

    @property
    def muted(self) -> bool:
        return self.floor.exchange.tape.running[self.offer]


def test_a_recording_is_on_when_asterisk_says_so() -> None:
    talk = Talk()
    (began,) = talk.floor.said(TalkRecordingBegan)
    assert (began.call, began.offer, began.agent, began.queue) == (talk.call, talk.offer, ANNA, "roads")
    assert (began.consented_at, began.began_at) == (1_000.0, 1_000.0)
    assert talk.state is RecordingState.ON


def test_it_is_not_on_where_asterisk_says_nothing() -> None:
    floor = Floor(ROADS)
    call = floor.call()
    floor.tell(KeyPressed(call=call, key="3"))
    floor.agent()
    answered = floor.exchange.answer(floor.ringing().offer)
    floor.tell(*(one for one in answered if not isinstance(one, TalkRecordingStarted)))
    assert floor.look(call).place == "talking"
    assert floor.said(TalkRecordingBegan) == []


def test_a_recording_without_a_consent_that_is_known_is_stopped_and_discarded() -> None:
    floor = Floor(ROADS)
    call = floor.call()
    floor.agent()
    offer = floor.answer()
    floor.tell(TalkRecordingStarted(offer=offer, call=call))
    assert floor.ordered(StopRecording) == [StopRecording(offer=offer, call=call)]
    assert floor.said(TalkRecordingBegan) == []
    assert floor.last(TalkRecordingDiscarded).offer == offer


def test_a_pause_mutes_and_going_on_is_heard_again() -> None:
    talk = Talk()
    talk.pause()
    assert (talk.muted, talk.state) == (True, RecordingState.PAUSED)
    assert talk.floor.last(TalkRecordingPaused).until_at == 1_000.0 + LIMIT_S
    talk.floor.pass_s(7)
    talk.resume()
    assert (talk.muted, talk.state) == (False, RecordingState.ON)
    resumed = talk.floor.last(TalkRecordingResumed)
    assert (resumed.resumed_at, resumed.by_limit) == (1_007.0, False)


def test_a_pause_nobody_ends_is_over_after_the_limit_and_asking_again_does_not_lengthen_it() -> None:
    talk = Talk()
    talk.pause()
    talk.floor.pass_s(100)
    talk.pause()
    talk.floor.pass_s(19)
    assert talk.muted
    talk.floor.pass_s(1)
    assert not talk.muted
    resumed = talk.floor.last(TalkRecordingResumed)
    assert (resumed.resumed_at, resumed.by_limit) == (1_120.0, True)


def test_a_pause_goes_on_after_a_hold() -> None:
    talk = Talk()
    talk.pause()
    talk.floor.tell(HoldRequested(call=talk.call, agent=ANNA))
    talk.floor.tell(ResumeRequested(call=talk.call, agent=ANNA))
    assert talk.muted
    assert len(talk.floor.said(TalkRecordingBegan)) == 1
    talk.floor.pass_s(LIMIT_S)
    assert not talk.muted


def test_only_the_agent_who_talks_controls_the_recording() -> None:
    talk = Talk()
    talk.floor.tell(RecordingPauseRequested(call=talk.call, agent=BARTEK))
    talk.floor.tell(RecordingDiscardRequested(call=CallId("nobody"), agent=ANNA))
    assert talk.state is RecordingState.ON
    assert talk.floor.ordered(MuteRecording) == []


@pytest.mark.parametrize("held", [False, True])
def test_what_the_caller_withdraws_is_stopped_and_never_begins_again(held: bool) -> None:  # noqa: FBT001 - a parameter
    talk = Talk()
    if held:
        talk.pause()
    talk.discard()
    assert talk.floor.last(TalkRecordingDiscarded).call == talk.call
    assert talk.floor.ordered(KeepConsent)[-1].consented_at is None
    assert talk.floor.exchange.tape.running == {}
    talk.floor.tell(HoldRequested(call=talk.call, agent=ANNA))
    talk.floor.tell(ResumeRequested(call=talk.call, agent=ANNA))
    assert talk.floor.exchange.tape.running == {}
    talk.pause()
    assert talk.state is RecordingState.DISCARDED
    talk.floor.tell(TransferRequested(call=talk.call, agent=ANNA, queue=ROADS.queue, to=BARTEK))
    talk.floor.agent("bartek")
    assert not talk.floor.ringing().records


def test_who_is_handed_on_by_their_queue_is_recorded_in_a_recording_of_its_own() -> None:
    talk = Talk()
    talk.floor.agent("bartek", wish=Availability.NOT_READY)
    talk.floor.tell(TransferRequested(call=talk.call, agent=ANNA, queue=ROADS.queue, to=BARTEK))
    talk.floor.wish("bartek", Availability.READY)
    talk.floor.answer()
    first, second = talk.floor.said(TalkRecordingBegan)
    assert (first.agent, second.agent) == (ANNA, BARTEK)
    assert first.consented_at == second.consented_at


def test_a_colleague_who_is_given_the_caller_is_recorded_and_the_consultation_is_not() -> None:
    talk = Talk()
    talk.floor.agent("bartek")
    party = Party(kind=PartyKind.AGENT, name="bartek", agent=BARTEK)
    talk.floor.tell(ConsultRequested(call=talk.call, agent=ANNA, party=party))
    assert talk.offer not in talk.floor.exchange.talking
    (consult,) = talk.floor.exchange.parties
    talk.floor.tell(*talk.floor.exchange.answer_party(consult))
    assert len(talk.floor.exchange.tape.running) == 1
    talk.floor.tell(HandOverRequested(call=talk.call, agent=ANNA))
    assert talk.floor.ordered(AimRecording)[-1].offer == consult
    assert [one.agent for one in talk.floor.said(TalkRecordingBegan)] == [ANNA, BARTEK]


def test_a_recording_that_began_out_of_sight_is_known_from_the_resynchronisation() -> None:
    floor = Floor(ROADS)
    call = floor.call()
    floor.tell(KeyPressed(call=call, key="3"))
    floor.agent()
    offer = floor.ringing().offer
    floor.tell(TelephonyLost())
    floor.exchange.answer(offer)
    floor.tell(floor.exchange.report())
    assert floor.last(TalkRecordingBegan).offer == offer
    floor.tell(RecordingPauseRequested(call=call, agent=ANNA), TelephonyLost())
    floor.exchange.tape.running[offer] = False
    floor.tell(floor.exchange.report())
    assert floor.exchange.tape.running[offer]
    assert len(floor.said(TalkRecordingBegan)) == 1


def test_the_end_of_a_talk_ends_its_pause() -> None:
    talk = Talk()
    talk.pause()
    talk.floor.hang_up(talk.call)
    assert talk.floor.said(CallReleased)
    talk.floor.pass_s(LIMIT_S + 1)
    assert talk.floor.said(TalkRecordingResumed) == []


def test_moves_that_make_no_sense_are_refused() -> None:
    for state, moves in RECORDING_TRANSITIONS.items():
        for cause in RecordingCause:
            if cause not in moves:
                with pytest.raises(IllegalMove, match=f"{state} cannot be moved by {cause}"):
                    next_recording_state(state, cause)
