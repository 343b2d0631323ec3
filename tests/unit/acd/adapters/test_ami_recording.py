import pytest

from acd.adapters.ami_recording import AmiRecording
from contact.ids import CallId, ChannelName, LegId, OfferId
from contact.talk_recording import AimRecording, KeepConsent, MuteRecording, RecordingOrder, StopRecording
from tests.unit.acd.adapters.test_ami_commands import FakeLink

CALL, OFFER, LEG = CallId("1.1"), OfferId("o1"), LegId("offer-o1_2")


def sent(order: RecordingOrder, *, leg: LegId = LEG, down: bool = False) -> list[tuple[str, object]]:
    link = FakeLink(down=down)
    AmiRecording(link=link, leg_of=lambda _: leg).carry_out(order)
    return [(one[0], one[1]) for one in link.sent]


def consent(at: float | None) -> KeepConsent:
    return KeepConsent(call=CALL, caller_channel=ChannelName("PJSIP/trunk-1"), consented_at=at)


@pytest.mark.parametrize(("at", "value"), [(1_000.5, "1000.500"), (None, "")])
def test_consent_is_a_variable_of_the_callers_channel(at: float | None, value: str) -> None:
    fields = {"Channel": CALL, "Variable": "CENTRALA_CONSENT", "Value": value}
    assert sent(consent(at)) == [("Setvar", fields)]


@pytest.mark.parametrize(("records", "value"), [(True, "1"), (False, "0")])
def test_a_leg_is_told_whether_to_record(records: bool, value: str) -> None:  # noqa: FBT001 - a parameter
    order = AimRecording(offer=OFFER, call=CALL, records=records)
    assert sent(order) == [("Setvar", {"Channel": LEG, "Variable": "OFFER_RECORDED", "Value": value})]


@pytest.mark.parametrize(("muted", "state"), [(True, "1"), (False, "0")])
def test_a_pause_mutes_both_directions_of_the_leg_that_carries_the_talk(muted: bool, state: str) -> None:  # noqa: FBT001 - the same
    order = MuteRecording(offer=OFFER, call=CALL, muted=muted)
    assert sent(order) == [("MixMonitorMute", {"Channel": LEG, "Direction": "both", "State": state})]


def test_what_is_stopped_does_not_begin_again_after_a_hold() -> None:
    assert [name for name, _ in sent(StopRecording(offer=OFFER, call=CALL))] == ["Setvar", "StopMixMonitor"]


def test_nothing_is_sent_without_a_link_or_to_an_impossible_leg() -> None:
    order = MuteRecording(offer=OFFER, call=CALL, muted=True)
    assert sent(order, down=True) == []
    assert sent(order, leg=LegId("a\r\nAction: Hangup")) == []
