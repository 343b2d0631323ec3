"""Reading Asterisk's whole state; the channels are as Asterisk 22 lists them."""

from acd.adapters.ami_legs import KnownLegs
from acd.adapters.ami_message import AmiEvent
from acd.adapters.ami_resync import Snapshot, read_snapshot
from acd.errors import TranslationError
from contact.events import CallQueued, LiveOffer, PhoneChanged
from contact.ids import E164, CallId, ChannelName, Extension, Language, LegId, OfferId, QueueId
from contact.states import PhoneState

EXTENSIONS = (Extension("2001"), Extension("2002"))
WAITING = {
    "CALL_ID": "1.1",
    "CENTRALA_QUEUE": "roads",
    "CENTRALA_REQUIREMENT": "lang.pl%26roads",
    "CENTRALA_PRIORITY": "2",
    "CENTRALA_LANGUAGE": "pl",
    "CENTRALA_PATH": "topics%3D2",
    "CENTRALA_TOPIC": "roads",
    "CENTRALA_JOINED_AT": "1795337438.807",
    "CENTRALA_CALLER": "+48600100200",
    "OFFER_ID": "(null)",
    "OFFER_CALL_ID": "(null)",
}


def channel(
    leg: str = "1.1", *, context: str = "wait", bridge: str = "", state: str = "6", **variables: str
) -> AmiEvent:
    return AmiEvent.of(
        {
            "Event": "Status",
            "Channel": f"PJSIP/{variables.pop('name', 'trunk')}-00000001",
            "ChannelState": state,
            "CallerIDNum": "+48999999999",
            "Context": context,
            "Priority": "5",
            "Uniqueid": leg,
            "BridgeID": bridge,
            "Variable": [f"{name}={value}" for name, value in variables.items()],
        }
    )


def waiting(leg: str = "1.1", *, joined_at: str = "1795337438.807", bridge: str = "") -> AmiEvent:
    return channel(leg, bridge=bridge, **{**WAITING, "CALL_ID": leg, "CENTRALA_JOINED_AT": joined_at})


def read(*channels: AmiEvent, devices: dict[str, str] | None = None) -> tuple[Snapshot, list[str]]:
    faults: list[TranslationError] = []
    listed = [
        AmiEvent.of({"Event": "DeviceStateChange", "Device": device, "State": state})
        for device, state in (devices or {}).items()
    ]
    snapshot = read_snapshot(channels, listed, extensions=EXTENSIONS, number=E164, on_fault=faults.append)
    return snapshot, [str(fault) for fault in faults]


def test_an_empty_asterisk_has_only_phones_that_cannot_be_reached() -> None:
    snapshot, faults = read()
    assert snapshot.resynced.calls == ()
    assert snapshot.resynced.phones == tuple(
        PhoneChanged(extension=one, state=PhoneState.UNREACHABLE) for one in EXTENSIONS
    )
    assert faults == []


def test_a_waiting_caller_is_read_with_the_original_place() -> None:
    snapshot, faults = read(waiting())
    assert snapshot.resynced.calls == (CallId("1.1"),)
    assert snapshot.resynced.waiting == (
        CallQueued(
            call=CallId("1.1"),
            leg=LegId("1.1"),
            channel=ChannelName("PJSIP/trunk-00000001"),
            caller=E164("+48600100200"),
            queue=QueueId("roads"),
            requirement="lang.pl&roads",
            priority=2,
            language=Language("pl"),
            joined_at=1795337438.807,
            path=("topics=2",),
            topic="roads",
        ),
    )
    assert faults == []


def test_waiting_callers_come_in_the_order_in_which_they_joined() -> None:
    snapshot, _ = read(waiting("1.3", joined_at="300"), waiting("1.1", joined_at="100"))
    assert [one.call for one in snapshot.resynced.waiting] == ["1.1", "1.3"]


def test_a_caller_who_talks_is_up_and_does_not_wait() -> None:
    snapshot, _ = read(waiting(bridge="b-1"))
    assert snapshot.resynced.calls == (CallId("1.1"),)
    assert snapshot.resynced.waiting == ()


def test_a_caller_in_the_menu_or_the_fallback_does_not_wait() -> None:
    snapshot, _ = read(
        channel("1.1", context="from-trunk", CALL_ID="1.1"),
        channel("1.2", context="fallback", **{**WAITING, "CALL_ID": "1.2"}),
    )
    assert set(snapshot.resynced.calls) == {"1.1", "1.2"}
    assert snapshot.resynced.waiting == ()


def test_a_caller_at_the_door_of_the_queue_is_left_to_the_event_that_follows() -> None:
    snapshot, faults = read(waiting(joined_at="(null)"))
    assert snapshot.resynced.calls == (CallId("1.1"),)
    assert snapshot.resynced.waiting == ()
    assert faults == []


def test_a_caller_whom_the_ivr_gave_no_number_has_the_callers_id() -> None:
    variables = {**WAITING, "CENTRALA_CALLER": "(null)"}
    snapshot, _ = read(channel(**variables))
    assert snapshot.resynced.waiting[0].caller == "+48999999999"


def test_a_channel_that_inherited_a_call_is_no_caller() -> None:
    snapshot, _ = read(channel("1.7", CALL_ID="1.1", name="2002"), channel("1.8", CALL_ID="(null)"))
    assert snapshot.resynced.calls == ()
    assert snapshot.legs.callers == {}


def test_offers_are_read_ringing_and_answered() -> None:
    snapshot, _ = read(
        channel("offer-a", state="5", name="2001", OFFER_CALL_ID="1.1"),
        channel("offer-b", state="6", name="2002", bridge="b", OFFER_CALL_ID="1.2"),
        channel("offer-c;1", state="6", name="2002", OFFER_CALL_ID="1.2"),
    )
    offers = (
        LiveOffer(offer=OfferId("a"), call=CallId("1.1"), extension=EXTENSIONS[0], answered=False),
        LiveOffer(offer=OfferId("b"), call=CallId("1.2"), extension=EXTENSIONS[1], answered=True),
    )
    assert snapshot.resynced.offers == offers
    assert snapshot.legs == KnownLegs(callers={}, offers=offers, devices={}, carried=snapshot.legs.carried)


def test_phones_are_read_and_other_devices_are_not() -> None:
    snapshot, faults = read(
        devices={
            "PJSIP/2001": "NOT_INUSE",
            "PJSIP/2003": "INUSE",
            "PJSIP/trunk": "INUSE",
            "Queue:fallback_pause_PJSIP/2001": "INUSE",
        }
    )
    assert {one.extension: one.state for one in snapshot.resynced.phones} == {
        "2001": PhoneState.IDLE,
        "2002": PhoneState.UNREACHABLE,
        "2003": PhoneState.IN_USE,
    }
    assert faults == []


def test_a_channel_that_cannot_be_read_is_named_and_the_others_stand() -> None:
    snapshot, faults = read(
        waiting("1.1", joined_at="soon"),
        channel("offer-a", name="trunk", OFFER_CALL_ID="1.1"),
        channel("offer-b", name="2001", OFFER_CALL_ID="(null)"),
        waiting("1.2"),
        devices={"PJSIP/2001": "ASLEEP"},
    )
    assert snapshot.resynced.calls == (CallId("1.1"), CallId("1.2"))
    assert [one.call for one in snapshot.resynced.waiting] == ["1.2"]
    assert faults == [
        "Status: JoinedAt: not a moment in seconds",
        "Status: Channel: not the channel of an agent's phone",
        "Status: OFFER_CALL_ID: missing",
        "DeviceStateChange: State: not a device state",
    ]


def test_a_citizen_who_is_dialled_counts_once_their_leg_is_up() -> None:
    agent = channel(
        "offer-o1", name="2001", OFFER_ID="o1", OFFER_CALL_ID="cb-1.1", CENTRALA_CALLBACK="cb-1.1"
    )
    ringing, _ = read(agent, channel("9.1", state="5", CENTRALA_CALLBACK="cb-1.1"))
    assert ringing.resynced.calls == ()
    assert ringing.legs.callers == {LegId("9.1"): CallId("cb-1.1")}
    assert ringing.legs.dialling == {OfferId("o1")}
    talking, faults = read(agent, channel("9.1", CENTRALA_CALLBACK="cb-1.1"))
    assert talking.resynced.calls == (CallId("cb-1.1"),)
    assert (talking.legs.dialling, faults) == (frozenset(), [])


def test_of_several_legs_of_a_talk_the_one_in_the_bridge_counts() -> None:
    snapshot, faults = read(
        channel("offer-a", state="6", name="2001-web", OFFER_CALL_ID="1.1"),
        channel("offer-a_1", state="6", name="2001-web", bridge="b", OFFER_CALL_ID="1.1"),
        channel("offer-a_2", state="5", name="2001-web", OFFER_CALL_ID="1.1"),
        channel("offer-b_1", state="5", name="2002-web", OFFER_CALL_ID="1.2"),
    )
    assert faults == []
    assert [(one.offer, one.bridged) for one in snapshot.resynced.offers] == [("a", True)]
    assert snapshot.legs.carried[OfferId("a")].leg == "offer-a_1"


def test_a_leg_that_waits_beside_a_held_caller_is_not_bridged() -> None:
    snapshot, _ = read(channel("offer-a", state="6", name="2001", context="agent-hold", OFFER_CALL_ID="1.1"))
    assert [(one.answered, one.bridged) for one in snapshot.resynced.offers] == [(True, False)]


def agent_leg(offer: str, context: str, *, bridge: str = "", name: str = "2001") -> AmiEvent:
    return channel(f"offer-{offer}", context=context, bridge=bridge, name=name, OFFER_CALL_ID="1.1")


def test_an_agent_who_asks_somebody_is_not_with_the_caller() -> None:
    snapshot, _ = read(
        channel("1.1", context="held", CALL_ID="1.1"),
        agent_leg("o1", "agent-consult", bridge="b2"),
        agent_leg("c1", "consult", bridge="b2", name="2002"),
    )
    seen = {one.offer: (one.answered, one.bridged, one.consults) for one in snapshot.resynced.offers}
    assert seen == {"o1": (True, False, False), "c1": (True, True, True)}
    assert snapshot.resynced.parties == ()


def test_parties_that_are_no_agents_are_told_apart() -> None:
    snapshot, faults = read(
        channel("consult-c2", context="consult-joined"), agent_leg("o1", "agent-offer", bridge="b1")
    )
    assert (snapshot.resynced.parties, faults) == (("c2",), [])
    assert snapshot.resynced.offers[0].bridged


def test_supervisors_legs_are_found_so_that_they_can_be_ended() -> None:
    snapshot, faults = read(channel("listen-l1", context="listen", name="2009-web"))
    assert (snapshot.legs.listeners, faults) == (("l1",), [])
    assert snapshot.resynced.calls == ()
