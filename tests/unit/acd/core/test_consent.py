"""Consent to be recorded: given and taken back by key, known on the caller's channel."""

from dataclasses import replace

import pytest

from acd.core.policy import KeyChoice
from contact.commands import Announce, OfferCall
from contact.ids import AgentId, CallId, QueueId
from contact.steering import CallMoved, KeyPressed
from contact.talk import RejoinCall, RejoinRequested
from contact.talk_recording import (
    AGREED_PROMPT,
    WITHDRAWN_PROMPT,
    AimRecording,
    KeepConsent,
    RecordingConsentChanged,
    RecordingDiscardRequested,
)
from tests.unit.acd.core.floor import WASTE, Floor, queue

KEYS = (KeyChoice(key="3", consents=True),)
ROADS = queue("roads", "roads", keys=KEYS, recording_percent=100)


def press(floor: Floor, call: CallId, keys: str = "3") -> None:
    for key in keys:
        floor.tell(KeyPressed(call=call, key=key))
        floor.pass_s(1)


def test_a_caller_who_presses_nothing_is_not_recorded() -> None:
    floor = Floor(ROADS)
    floor.call()
    floor.agent()
    assert not floor.ringing().records
    assert floor.ordered(KeepConsent) == []


def test_the_key_of_consent_is_kept_on_the_callers_channel_and_confirmed_and_they_wait_on() -> None:
    floor = Floor(ROADS)
    call = floor.call()
    press(floor, call)
    (kept,) = floor.ordered(KeepConsent)
    assert (kept.call, kept.caller_channel, kept.consented_at) == (call, f"PJSIP/trunk-{call}", 1_000.0)
    assert floor.ordered(Announce)[-1].prompts == (AGREED_PROMPT,)
    assert floor.last(RecordingConsentChanged).consented_at == 1_000.0
    assert floor.look(call).place == "waiting"
    floor.agent()
    assert floor.ringing().records


def test_the_same_key_takes_the_consent_back() -> None:
    floor = Floor(ROADS)
    call = floor.call()
    press(floor, call, "33")
    assert floor.ordered(KeepConsent)[-1].consented_at is None
    assert floor.ordered(Announce)[-1].prompts == (WITHDRAWN_PROMPT,)
    floor.agent()
    assert not floor.ringing().records


def test_a_late_copy_of_the_key_does_not_take_the_consent_back() -> None:
    floor = Floor(ROADS)
    call = floor.call()
    for _ in range(3):
        floor.tell(KeyPressed(call=call, key="3"))
        floor.pass_s(0.2)
    assert floor.look(call).consented_at == 1_000.0
    assert len(floor.ordered(KeepConsent)) == 1


def test_who_agrees_while_the_phone_rings_is_recorded_and_who_takes_it_back_then_is_not() -> None:
    floor = Floor(ROADS)
    call = floor.call()
    floor.agent()
    press(floor, call)
    offer = floor.ringing().offer
    assert floor.ordered(AimRecording) == [AimRecording(offer=offer, call=call, records=True)]
    press(floor, call)
    assert floor.ordered(AimRecording)[-1] == AimRecording(offer=offer, call=call, records=False)


def test_consent_comes_along_with_the_caller_as_the_ivr_or_an_earlier_process_left_it() -> None:
    floor = Floor(ROADS)
    call = floor.arrive()
    floor.tell(replace(floor.queued(call), consented_at=990.0))
    floor.agent()
    assert floor.look(call).consented_at == 990.0
    assert floor.ringing().records


def test_a_queue_that_records_nothing_records_no_caller_who_agreed() -> None:
    floor = Floor(ROADS, WASTE)
    call = floor.call()
    press(floor, call)
    floor.tell(CallMoved(call=call, queue=QueueId("waste"), by=AgentId("sylwia")))
    floor.agent(waste=50)
    assert not floor.ringing().records


@pytest.mark.parametrize(("percent", "least", "most"), [(0, 0, 0), (25, 10, 40), (100, 100, 100)])
def test_a_queue_records_its_share_of_those_who_agreed(percent: int, least: int, most: int) -> None:
    floor = Floor(queue("roads", "roads", recording_percent=percent))
    for _ in range(100):
        call = floor.arrive()
        floor.tell(replace(floor.queued(call), consented_at=990.0))
    floor.agent(wrap_up_s=0)
    while len(floor.ordered(OfferCall)) < 100:
        offer = floor.answer()
        floor.hang_up(floor.ringing().call)
        floor.end_leg(offer)
        floor.pass_s(1)
    recorded = [one.call for one in floor.ordered(OfferCall) if one.records]
    assert least <= len(recorded) <= most


def test_a_page_that_is_back_records_on_unless_the_consent_is_gone() -> None:
    floor = Floor(ROADS)
    call = floor.call()
    press(floor, call)
    floor.agent()
    floor.answer()
    rejoin(floor, call)
    assert floor.ordered(RejoinCall)[-1].records
    floor.pass_s(2)
    discard(floor, call)
    rejoin(floor, call)
    assert not floor.ordered(RejoinCall)[-1].records


def rejoin(floor: Floor, call: CallId) -> None:
    floor.tell(RejoinRequested(call=call, agent=AgentId("anna")))


def discard(floor: Floor, call: CallId) -> None:
    floor.tell(RecordingDiscardRequested(call=call, agent=AgentId("anna")))
