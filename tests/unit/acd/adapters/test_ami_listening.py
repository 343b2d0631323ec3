import pytest

from acd.adapters.ami_listening import AmiListeners
from acd.adapters.ami_message import AmiEvent, AmiReply
from contact.ids import LegId, OfferId
from contact.listening import ListeningId, ListenMode
from tests.unit.acd.adapters.test_ami_commands import FakeLink

LISTENING, OFFER = ListeningId("l1"), OfferId("o1")


class Bench:
    """Listeners over a link that is looked at; what they tell is kept."""

    def __init__(self, *, leg: str = "offer-o1", device: str = "2009-web", down: bool = False) -> None:
        self.link = FakeLink(down=down)
        self.told: list[tuple[str, str]] = []
        self.listeners = AmiListeners(link=self.link, leg_of=lambda _: LegId(leg), reaches=lambda _: True)
        self.device = device
        self.listeners.events = self

    def answered(self, listening: ListeningId) -> None:
        self.told.append(("answered", listening))

    def gone(self, listening: ListeningId) -> None:
        self.told.append(("gone", listening))

    def ring(self, mode: ListenMode = ListenMode.LISTEN) -> "Bench":
        self.listeners.ring(LISTENING, offer=OFFER, device=self.device, mode=mode)
        return self


@pytest.mark.parametrize("mode", list(ListenMode))
def test_a_supervisors_phone_is_rung_into_the_mode_asked_for(mode: ListenMode) -> None:
    name, fields, _, action_id = Bench().ring(mode).link.sent[0]
    assert (name, action_id) == ("Originate", "listen-l1")
    where = (fields["Channel"], fields["ChannelId"], fields["Context"], fields["Exten"])
    assert where == ("PJSIP/2009-web", "listen-l1", "listen", mode.value)
    assert "LISTEN_LEG=offer-o1" in fields["Variable"]
    assert "PJSIP_HEADER(add,X-Centrala-Listen)=l1" in fields["Variable"]


def test_a_desk_phone_gets_no_header_of_ours() -> None:
    variables = Bench(device="2009").ring().link.sent[0][1]["Variable"]
    assert not any("PJSIP_HEADER" in one for one in variables)


def test_a_turn_sends_the_leg_to_the_other_mode_and_a_drop_ends_it() -> None:
    bench = Bench()
    bench.listeners.turn(LISTENING, ListenMode.BARGE)
    bench.listeners.drop(LISTENING)
    assert bench.link.sent[0][:2] == (
        "Redirect",
        {"Channel": "listen-l1", "Context": "listen", "Exten": "barge", "Priority": "1"},
    )
    assert bench.link.sent[1][:2] == ("Hangup", {"Channel": "listen-l1"})


def test_what_cannot_be_rung_is_gone() -> None:
    for bench in (Bench(down=True).ring(), Bench(leg="offer-o1,evil").ring(), Bench(device="2009&x").ring()):
        assert (bench.link.sent, bench.told) == ([], [("gone", LISTENING)])
    refused = Bench().ring()
    refused.link.answer(AmiReply.of({"Response": "Error", "Message": "no"}))
    assert refused.told == [("gone", LISTENING)]


def test_what_becomes_of_a_leg_is_told() -> None:
    bench = Bench()
    for event in (
        {"Event": "UserEvent", "UserEvent": "ListenerAnswered", "ListeningId": "l1"},
        {"Event": "UserEvent", "UserEvent": "CallArrived", "CallId": "1.1"},
        {"Event": "Hangup", "Uniqueid": "listen-l1"},
        {"Event": "Hangup", "Uniqueid": "offer-o1"},
        {"Event": "OriginateResponse", "ActionID": "listen-l2", "Response": "Failure"},
        {"Event": "OriginateResponse", "ActionID": "listen-l3", "Response": "Success"},
        {"Event": "OriginateResponse", "ActionID": "originate-o1", "Response": "Failure"},
    ):
        bench.listeners.see(AmiEvent.of(event))
    assert bench.told == [("answered", "l1"), ("gone", "l1"), ("gone", "l2")]


def test_without_a_link_nothing_is_turned_or_dropped() -> None:
    bench = Bench(down=True)
    bench.listeners.turn(LISTENING, ListenMode.WHISPER)
    bench.listeners.drop(LISTENING)
    assert bench.link.sent == []
