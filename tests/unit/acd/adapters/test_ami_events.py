"""What Asterisk's events mean, on streams recorded from Asterisk 22 (`tests/golden/*.ami`)."""

import logging
from collections.abc import Iterable
from pathlib import Path

import pytest

from acd.adapters import ami_events
from acd.adapters.ami_events import AmiTranslator
from acd.adapters.ami_legs import CarriedBy, KnownLegs
from acd.adapters.ami_link import decode
from acd.adapters.ami_message import AmiEvent, AmiReply, AmiSplitter
from contact.events import (
    CallArrived,
    CallDiverted,
    CallHungUp,
    CallQueued,
    Input,
    LiveOffer,
    OfferAnswered,
    OfferFailed,
    OfferRinging,
    PhoneChanged,
    TalkEnded,
    TalkStarted,
)
from contact.ids import E164, CallId, ChannelName, Extension, Language, LegId, OfferId, QueueId
from contact.states import OfferCause, Outcome, PhoneState
from contact.steering import KeyPressed

GOLDEN = Path(__file__).parents[3] / "golden"
OFFER = OfferId("o1")
PHONE = Extension("2001")
BUSY_PHONE = PhoneChanged(extension=PHONE, state=PhoneState.IN_USE)
FREE_PHONE = PhoneChanged(extension=PHONE, state=PhoneState.IDLE)


def number(text: str) -> E164:
    return E164(text if text.startswith("+") else "")


def translator() -> AmiTranslator:
    return AmiTranslator(number=number)


def recorded(name: str) -> Iterable[AmiEvent]:
    for text in AmiSplitter().feed((GOLDEN / f"{name}.ami").read_bytes()):
        message = decode(text)
        if isinstance(message, AmiEvent) and not isinstance(message, AmiReply):
            yield message


def told(name: str) -> tuple[CallId, list[Input]]:
    """The call of a recording, and every input it means."""
    one = translator()
    inputs = [happened for event in recorded(name) for happened in one.translate(event)]
    assert one.legs == 0, "legs are left over"
    assert not one.counts.faults
    arrived = next(happened for happened in inputs if isinstance(happened, CallArrived))
    return arrived.call, inputs


def after_queued(inputs: list[Input]) -> list[Input]:
    """What followed the call's arrival and joining."""
    assert [type(one) for one in inputs[:2]] == [CallArrived, CallQueued]
    return inputs[2:]


def event(**headers: str) -> AmiEvent:
    return AmiEvent.of(headers)


def test_a_caller_arrives_and_joins_the_queue() -> None:
    call, inputs = told("agent_answers_and_hangs_up")
    assert inputs[0] == CallArrived(
        call=call,
        leg=LegId(call),
        channel=ChannelName("PJSIP/trunk-00000001"),
        caller=E164("+48600100200"),
        dialled="19115",
    )
    queued = inputs[1]
    assert isinstance(queued, CallQueued)
    assert queued == CallQueued(
        call=call,
        leg=LegId(call),
        channel=ChannelName("PJSIP/trunk-00000001"),
        caller=E164("+48600100200"),
        queue=QueueId("roads"),
        requirement="lang.pl&roads>=40",
        priority=0,
        language=Language("pl"),
        joined_at=queued.joined_at,
        path=("topics=2", "roads=1"),
        topic="roads",
    )
    assert queued.joined_at == pytest.approx(float(call), abs=5)


def test_the_agent_answers_talks_and_hangs_up() -> None:
    call, inputs = told("agent_answers_and_hangs_up")
    happened = after_queued(inputs)
    assert happened[:4] == [
        OfferRinging(offer=OFFER),
        BUSY_PHONE,
        OfferAnswered(offer=OFFER),
        TalkStarted(offer=OFFER, call=call),
    ]
    ends = happened[4:]
    assert set(ends) == {
        TalkEnded(offer=OFFER),
        CallHungUp(call=call, cause=16, place="after-call"),
        FREE_PHONE,
    }


def test_the_caller_hangs_up_while_talking() -> None:
    call, inputs = told("caller_hangs_up_while_talking")
    assert after_queued(inputs)[3:] == [
        TalkStarted(offer=OFFER, call=call),
        CallHungUp(call=call, cause=16, place="wait"),
        TalkEnded(offer=OFFER, by_caller=True),
        FREE_PHONE,
    ]


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("agent_does_not_answer", OfferCause.NO_ANSWER),
        ("agent_is_busy", OfferCause.PHONE_BUSY),
        ("agent_declines", OfferCause.DECLINED),
    ],
)
def test_an_offer_that_is_not_answered_ends_once_with_its_own_cause(name: str, cause: OfferCause) -> None:
    call, inputs = told(name)
    assert after_queued(inputs) == [
        OfferRinging(offer=OFFER),
        BUSY_PHONE,
        OfferFailed(offer=OFFER, cause=cause),
        FREE_PHONE,
        CallHungUp(call=call, cause=0, place="wait"),
    ]


def test_an_offer_to_an_unregistered_phone_ends_though_no_leg_was_made() -> None:
    call, inputs = told("offer_to_unregistered_phone")
    assert after_queued(inputs) == [
        OfferFailed(offer=OFFER, cause=OfferCause.PHONE_UNREACHABLE),
        CallHungUp(call=call, cause=0, place="wait"),
    ]


def test_the_caller_hangs_up_while_the_phone_rings() -> None:
    call, inputs = told("caller_hangs_up_while_ringing")
    assert after_queued(inputs) == [
        OfferRinging(offer=OFFER),
        BUSY_PHONE,
        CallHungUp(call=call, cause=0, place="wait"),
        OfferFailed(offer=OFFER, cause=OfferCause.NO_ANSWER),
        FREE_PHONE,
    ]


def test_a_caller_is_sent_to_the_emergency_number() -> None:
    call, inputs = told("caller_is_sent_to_emergency")
    assert inputs[1:] == [
        CallDiverted(call=call, outcome=Outcome.EMERGENCY, destination="112"),
        CallHungUp(call=call, cause=16, place="emergency"),
    ]


def test_a_caller_leaves_the_menu() -> None:
    call, inputs = told("caller_leaves_the_menu")
    assert inputs[1:] == [CallHungUp(call=call, cause=16, place="from-trunk")]


def hangup(leg: str, cause: str) -> AmiEvent:
    return event(Event="Hangup", Uniqueid=leg, Cause=cause, Context="phones")


def new(kind: str, state: str = "Down") -> AmiEvent:
    return event(Event=kind, Uniqueid="offer-o1", ChannelStateDesc=state)


def response(verdict: str) -> AmiEvent:
    return event(Event="OriginateResponse", ActionID="originate-o1", Response=verdict, Reason="0")


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        ("17", OfferCause.PHONE_BUSY),
        ("21", OfferCause.DECLINED),
        ("20", OfferCause.PHONE_UNREACHABLE),
        ("3", OfferCause.PHONE_UNREACHABLE),
        ("19", OfferCause.PHONE_UNREACHABLE),
        ("18", OfferCause.PHONE_UNREACHABLE),
        ("0", OfferCause.PHONE_UNREACHABLE),
    ],
)
def test_a_phone_that_never_rang_is_told_by_its_cause(cause: str, expected: OfferCause) -> None:
    one = translator()
    seen = [one.translate(step) for step in (new("Newchannel"), response("Failure"))]
    assert seen == [(), ()]
    assert one.translate(hangup("offer-o1", cause)) == (OfferFailed(offer=OFFER, cause=expected),)
    assert one.legs == 0


def test_a_response_behind_the_hangup_does_not_end_the_offer_again() -> None:
    one = translator()
    one.translate(new("Newstate", "Ringing"))
    assert len(one.translate(hangup("offer-o1", "21"))) == 1
    assert one.translate(response("Failure")) == ()
    assert one.legs == 0


def test_a_second_originate_for_a_living_offer_does_not_end_it() -> None:
    one = translator()
    one.translate(new("Newstate", "Ringing"))
    assert one.translate(response("Failure")) == ()
    assert one.translate(event(Event="UserEvent", UserEvent="OfferAnswered", OfferId="o1")) == (
        OfferAnswered(offer=OFFER),
    )


def test_an_originate_of_somebody_else_means_nothing() -> None:
    strange = event(Event="OriginateResponse", ActionID="x-1", Response="Failure")
    assert translator().translate(strange) == ()


def test_ringing_is_told_once() -> None:
    one = translator()
    assert one.translate(new("Newstate", "Ringing")) == (OfferRinging(offer=OFFER),)
    assert one.translate(new("Newstate", "Ringing")) == ()
    assert one.translate(new("Newstate", "Up")) == ()


def test_the_hangup_of_a_leg_that_is_no_callers_is_not_the_end_of_a_call() -> None:
    assert translator().translate(hangup("1763800000.9", "16")) == ()


@pytest.mark.parametrize("first", ["caller", "agent"])
def test_talk_starts_when_both_legs_are_in_one_bridge_whichever_enters_first(first: str) -> None:
    one = translator()
    one.adopt(KnownLegs(callers={LegId("c.1"): CallId("c.1")}, offers=()))
    one.translate(new("Newstate", "Ringing"))
    legs = ["c.1", "offer-o1"] if first == "caller" else ["offer-o1", "c.1"]
    entered = [event(Event="BridgeEnter", Uniqueid=leg, BridgeUniqueid="b") for leg in legs]
    assert one.translate(entered[0]) == ()
    assert one.translate(entered[1]) == (TalkStarted(offer=OFFER, call=CallId("c.1")),)
    assert one.translate(entered[1]) == ()


def test_a_bridge_of_others_is_no_talk() -> None:
    one = translator()
    one.adopt(KnownLegs(callers={LegId("c.1"): CallId("c.1")}, offers=()))
    for leg, bridge in (("c.1", "b1"), ("offer-o1", "b2"), ("x.7", "b1")):
        assert one.translate(event(Event="BridgeEnter", Uniqueid=leg, BridgeUniqueid=bridge)) == ()


def test_legs_that_a_resynchronisation_found_are_known_and_all_others_forgotten() -> None:
    one = translator()
    one.translate(new("Newstate", "Ringing"))
    live = LiveOffer(offer=OfferId("o2"), call=CallId("c.1"), extension=PHONE, answered=True)
    one.adopt(
        KnownLegs(callers={LegId("c.1"): CallId("c.1")}, offers=(live,), devices={PHONE: PhoneState.IDLE})
    )
    assert one.is_up(CallId("c.1"))
    assert one.translate(hangup("offer-o2", "16")) == (TalkEnded(offer=OfferId("o2")),)
    assert one.translate(hangup("c.1", "16")) == (CallHungUp(call=CallId("c.1"), cause=16, place="phones"),)
    assert not one.is_up(CallId("c.1"))
    device = event(Event="DeviceStateChange", Device="PJSIP/2001", State="NOT_INUSE")
    assert one.translate(device) == ()
    assert one.legs == 0


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("NOT_INUSE", PhoneState.IDLE),
        ("INUSE", PhoneState.IN_USE),
        ("RINGING", PhoneState.IN_USE),
        ("ONHOLD", PhoneState.IN_USE),
        ("UNAVAILABLE", PhoneState.UNREACHABLE),
        ("UNKNOWN", PhoneState.UNREACHABLE),
    ],
)
def test_a_phone_changes_and_the_same_state_again_is_no_change(state: str, expected: PhoneState) -> None:
    one = translator()
    changed = event(Event="DeviceStateChange", Device="PJSIP/2001", State=state)
    assert one.translate(changed) == (PhoneChanged(extension=PHONE, state=expected),)
    assert one.translate(changed) == ()


@pytest.mark.parametrize("device", ["PJSIP/trunk", "Queue:fallback_avail", "Queue:fallback_pause_PJSIP/2001"])
def test_devices_that_are_no_agents_phones_mean_nothing(device: str) -> None:
    assert translator().translate(event(Event="DeviceStateChange", Device=device, State="INUSE")) == ()


QUEUED = {
    "Event": "UserEvent",
    "UserEvent": "CallQueued",
    "Channel": "PJSIP/trunk-00000001",
    "Uniqueid": "1.1",
    "CallId": "1.1",
    "Queue": "roads",
    "Requirement": "",
    "Priority": "0",
    "Language": "pl",
    "JoinedAt": "1795337658.512",
    "Caller": "+48600100200",
    "Path": "",
    "Topic": "",
}


def test_a_caller_who_sends_no_number_is_queued_like_any_other() -> None:
    (queued,) = translator().translate(AmiEvent.of({**QUEUED, "Caller": "", "Priority": ""}))
    assert isinstance(queued, CallQueued)
    assert queued.caller == ""
    assert queued.priority == 0
    assert queued.path == ()


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Priority", "high"),
        ("JoinedAt", "yesterday"),
        ("JoinedAt", "nan"),
        ("JoinedAt", "1e400"),
        ("JoinedAt", "-5"),
        ("JoinedAt", ""),
        ("Requirement", "%zz"),
        ("Requirement", "%ff"),
        ("Path", "a%0ab"),
        ("Path", "no-equals-sign"),
        ("Queue", ""),
        ("CallId", "a b"),
        ("Uniqueid", ""),
        ("Channel", "trunk"),
        ("Caller", "x" * 5000),
        ("Topic", "a\tb"),
    ],
)
def test_a_malformed_value_is_one_counted_fault_that_names_the_header_and_not_the_value(
    header: str, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    one = translator()
    bad = AmiEvent.of({**QUEUED, header: value})
    with caplog.at_level(logging.WARNING):
        assert one.translate(bad) == ()
        assert one.translate(bad) == ()
    assert one.counts.faults == {("CallQueued", header): 2}
    assert len(caplog.records) == 1
    assert f"CallQueued: {header}: " in caplog.text
    if value:
        assert value not in caplog.text.replace(header, "")


@pytest.mark.parametrize("header", sorted(QUEUED.keys() - {"Event", "UserEvent"}))
def test_a_missing_header_never_raises(header: str) -> None:
    one = translator()
    inputs = one.translate(AmiEvent.of({name: value for name, value in QUEUED.items() if name != header}))
    assert bool(inputs) == (header in {"Requirement", "Priority", "Language", "Caller", "Path", "Topic"})
    assert bool(inputs) != bool(one.counts.faults)


@pytest.mark.parametrize(
    "bad",
    [
        {"Event": "UserEvent", "UserEvent": "CallDiverted", "CallId": "1.1", "Outcome": "nowhere"},
        {"Event": "UserEvent", "UserEvent": "OfferAnswered", "OfferId": "a b"},
        {"Event": "UserEvent", "UserEvent": "CallArrived", "CallId": "1.1"},
        {"Event": "Hangup"},
        {"Event": "Hangup", "Uniqueid": "offer-o1", "Cause": "many"},
        {"Event": "BridgeEnter", "Uniqueid": "1.1"},
        {"Event": "Newstate", "Uniqueid": "offer-o1"},
        {"Event": "DeviceStateChange", "State": "INUSE"},
        {"Event": "DeviceStateChange", "Device": "PJSIP/2001", "State": "ASLEEP"},
        {"Event": "OriginateResponse", "ActionID": "originate-o1"},
    ],
)
def test_every_kind_of_malformed_event_is_a_counted_fault(bad: dict[str, str]) -> None:
    one = translator()
    assert one.translate(AmiEvent.of(bad)) == ()
    assert one.counts.faults.total() == 1


@pytest.mark.parametrize("name", ["Reload", "Shutdown", "FullyBooted", ""])
def test_other_events_mean_nothing(name: str) -> None:
    one = translator()
    assert one.translate(event(Event=name)) == ()
    assert one.translate(event(Event="UserEvent", UserEvent=name)) == ()
    assert not one.counts.faults


def held(headers: dict[str, str]) -> AmiEvent:
    one = AmiEvent.of(headers)
    one.held = True
    return one


def test_a_held_queue_entry_of_a_call_that_is_gone_does_not_bring_it_back() -> None:
    one = translator()
    one.adopt(KnownLegs(callers={}, offers=()))
    assert one.translate(held(QUEUED)) == ()
    assert one.counts.stale == 1


def test_a_held_queue_entry_of_a_call_that_is_there_is_told() -> None:
    one = translator()
    one.adopt(KnownLegs(callers={LegId("1.1"): CallId("1.1")}, offers=()))
    assert len(one.translate(held(QUEUED))) == 1


def test_an_answer_of_an_offer_that_has_ended_is_stale() -> None:
    one = translator()
    one.translate(hangup("offer-o1", "21"))
    assert one.translate(event(Event="UserEvent", UserEvent="OfferAnswered", OfferId="o1")) == ()
    assert one.counts.stale == 1


def test_what_is_remembered_of_ended_offers_is_limited() -> None:
    one = translator()
    for index in range(ami_events.ENDED_MAX + 50):
        one.translate(hangup(f"offer-{index}", "21"))
    assert one.legs == ami_events.ENDED_MAX


def key(**headers: str) -> AmiEvent:
    rest = {"Uniqueid": "1.1", "Context": "wait", "Digit": "2", "Direction": "Received", **headers}
    return event(Event="DTMFEnd", **rest)


def test_a_key_counts_only_from_a_caller_who_waits() -> None:
    one = translator()
    arrived = event(
        Event="UserEvent",
        UserEvent="CallArrived",
        CallId="1.1",
        Uniqueid="1.1",
        Channel="PJSIP/trunk-00000001",
        Caller="600100200",
        Dialled="19115",
    )
    assert one.translate(key()) == ()
    one.translate(arrived)
    assert one.translate(key()) == (KeyPressed(call=CallId("1.1"), key="2"),)
    assert one.translate(key(Context="from-trunk")) == ()
    assert one.translate(key(Direction="Sent")) == ()
    assert one.translate(key(Digit="A")) == ()


def leg_of_citizen(*, held: bool = False) -> AmiEvent:
    told = event(Event="UserEvent", UserEvent="CallbackLeg", Uniqueid="9.1", CallId="cb-1.1")
    told.held = held
    return told


def test_the_leg_of_a_citizen_who_is_dialled_is_known() -> None:
    asterisk = translator()
    assert asterisk.translate(leg_of_citizen()) == ()
    assert asterisk.is_up(CallId("cb-1.1"))
    asterisk.translate(event(Event="BridgeEnter", Uniqueid="offer-o1", BridgeUniqueid="b"))
    entered = asterisk.translate(event(Event="BridgeEnter", Uniqueid="9.1", BridgeUniqueid="b"))
    assert entered == (TalkStarted(offer=OfferId("o1"), call=CallId("cb-1.1")),)
    hung_up = asterisk.translate(
        event(Event="Hangup", Uniqueid="9.1", Cause="16", Context="after-call", Channel="PJSIP/trunk-1")
    )
    assert hung_up == (CallHungUp(call=CallId("cb-1.1"), cause=16, place="after-call"),)


@pytest.mark.parametrize(
    ("status", "cause"), [("BUSY", 17), ("CHANUNAVAIL", 20), ("NOANSWER", 19), ("?", 19)]
)
def test_why_a_citizen_was_not_reached_is_told_once_whichever_comes_first(status: str, cause: int) -> None:
    missed = event(Event="UserEvent", UserEvent="CallbackMissed", CallId="cb-1.1", Status=status)
    ended = event(Event="Hangup", Uniqueid="9.1", Cause="16", Context="from-trunk")
    first = translator()
    first.translate(leg_of_citizen())
    told = first.translate(missed) + first.translate(ended)
    assert told == (CallHungUp(call=CallId("cb-1.1"), cause=cause, place=""),)
    second = translator()
    second.translate(leg_of_citizen())
    told = second.translate(ended) + second.translate(missed)
    assert told == (CallHungUp(call=CallId("cb-1.1"), cause=16, place="from-trunk"),)


def test_a_leg_of_a_citizen_told_of_before_the_snapshot_is_not_known_by_that() -> None:
    asterisk = translator()
    asterisk.translate(leg_of_citizen(held=True))
    assert not asterisk.is_up(CallId("cb-1.1"))


def joined(leg: str, bridge: str, name: str = "2001-web") -> AmiEvent:
    channel = f"PJSIP/{name}-00000001"
    return event(Event="BridgeEnter", Uniqueid=leg, BridgeUniqueid=bridge, Channel=channel)


def left(leg: str, bridge: str) -> AmiEvent:
    return event(Event="BridgeLeave", Uniqueid=leg, BridgeUniqueid=bridge, Channel="PJSIP/x-1")


def talk() -> tuple[AmiTranslator, TalkStarted]:
    """A talk between a trunk leg and an agent's page."""
    one = translator()
    one.adopt(KnownLegs(callers={LegId("c.1"): CallId("c.1")}, offers=()))
    one.translate(joined("c.1", "b1", "trunk"))
    started = TalkStarted(offer=OFFER, call=CallId("c.1"))
    assert one.translate(joined("offer-o1", "b1")) == (started,)
    assert one.is_at_page(OFFER)
    return one, started


def test_a_talk_that_was_held_begins_again_in_another_bridge() -> None:
    one, started = talk()
    for leg in ("c.1", "offer-o1"):
        assert one.translate(left(leg, "b1")) == ()
    assert one.translate(joined("offer-o1", "b2")) == ()
    assert one.translate(joined("c.1", "b2", "trunk")) == (started,)
    assert one.translate(hangup("offer-o1", "16")) == (TalkEnded(offer=OFFER),)


def test_a_further_leg_carries_the_talk_and_the_former_ends_unnoticed() -> None:
    one, started = talk()
    ringing = event(Event="Newstate", Uniqueid="offer-o1_1", ChannelStateDesc="Ringing")
    assert one.translate(event(Event="Newchannel", Uniqueid="offer-o1_1")) == ()
    assert one.translate(ringing) == ()
    assert one.translate(left("c.1", "b1")) == ()
    assert one.translate(joined("c.1", "b2", "trunk")) == ()
    assert one.translate(joined("offer-o1_1", "b2")) == (started,)
    assert one.leg_of(OFFER) == "offer-o1_1"
    assert one.translate(left("offer-o1", "b1")) == ()
    assert one.translate(hangup("offer-o1", "16")) == ()
    assert one.translate(hangup("offer-o1_1", "16")) == (TalkEnded(offer=OFFER),)


def test_a_page_that_did_not_answer_for_a_talk_is_nothing() -> None:
    one, started = talk()
    assert one.translate(hangup("offer-o1_1", "19")) == ()
    assert one.translate(hangup("offer-o1", "16")) == (TalkEnded(offer=OFFER),)
    assert one.translate(hangup("offer-o1_2", "19")) == ()
    assert one.translate(event(Event="Newchannel", Uniqueid="offer-o1_3")) == ()
    assert one.translate(joined("offer-o1_3", "b1")) == (started,)


def test_the_leg_that_carries_a_talk_is_adopted() -> None:
    one = translator()
    live = LiveOffer(offer=OFFER, call=CallId("c.1"), extension=PHONE, answered=True)
    carried = CarriedBy(leg=LegId("offer-o1_4"), phone="2001-web", bridge="")
    one.adopt(KnownLegs(callers={LegId("c.1"): CallId("c.1")}, offers=(live,), carried={OFFER: carried}))
    assert (one.leg_of(OFFER), one.is_at_page(OFFER)) == ("offer-o1_4", True)
    one.translate(joined("c.1", "b", "trunk"))
    assert one.translate(joined("offer-o1_4", "b")) == (TalkStarted(offer=OFFER, call=CallId("c.1")),)


def test_either_phone_of_an_agent_counts() -> None:
    one = translator()
    told = [
        one.translate(event(Event="DeviceStateChange", Device=f"PJSIP/{device}", State=state))
        for device, state in (("2001", "NOT_INUSE"), ("2001-web", "NOT_INUSE"), ("2001-web", "RINGING"))
    ]
    assert told == [(FREE_PHONE,), (), (BUSY_PHONE,)]
