import asyncio
from dataclasses import replace

import pytest

from acd.adapters.ami_consult import RETRY_S, AmiConsult, Outside
from acd.adapters.ami_message import AmiReply
from contact.consult import (
    ConsultEnd,
    ConsultId,
    ConsultOrder,
    DropParty,
    GiveCaller,
    JoinParty,
    Party,
    PartyGone,
    PartyKind,
    RingParty,
    consult_channel_id,
)
from contact.events import Input, OfferFailed
from contact.ids import E164, AgentId, CallId, ChannelName, Extension, LegId, OfferId, offer_channel_id
from contact.states import OfferCause
from tests.fakes.ami_peer import VirtualTimePolicy
from tests.unit.acd.adapters.test_ami_commands import FakeLink

pytestmark = pytest.mark.filterwarnings("ignore:Overriding the:pytest.PytestDeprecationWarning")
CALL, OFFER, CONSULT = CallId("1.1"), OfferId("o1"), ConsultId(OfferId("c1"))
CALLER, LEG = ChannelName("PJSIP/trunk-00000001"), LegId("offer-o1_2")
UNIT = Party(kind=PartyKind.OUTSIDE, name="unit", number=E164("+48224430000"))
OUTSIDE = Outside(own_number="19115", outbound="192.0.2.9:5060", emergency="PJSIP/trunk/sip:112@192.0.2.9")
RING = RingParty(
    consult=CONSULT,
    leg=consult_channel_id(CONSULT),
    offer=OFFER,
    call=CALL,
    caller_channel=CALLER,
    caller=E164("+48600100200"),
    party=UNIT,
    extension=None,
    joins=False,
    holds=True,
    ring_timeout_s=40.0,
)
COLLEAGUE = replace(
    RING,
    leg=offer_channel_id(CONSULT),
    party=Party(kind=PartyKind.AGENT, name="Bartek", agent=AgentId("bartek")),
    extension=Extension("2002"),
)
EMERGENCY = replace(RING, party=Party(kind=PartyKind.EMERGENCY, name="112"), joins=True, holds=False)


@pytest.fixture
def event_loop_policy() -> VirtualTimePolicy:
    return VirtualTimePolicy()


class Bench:
    """One set of orders over a link that is looked at."""

    def __init__(self, *, outside: Outside = OUTSIDE, down: bool = False) -> None:
        self.link = FakeLink(down=down)
        self.inputs: list[Input] = []
        self.orders = AmiConsult(
            link=self.link,
            outside=outside,
            leg_of=lambda _: LEG,
            rings=lambda extension: f"{extension}-web",
            caller_of=lambda _: LegId("9.1"),
            on_input=self.inputs.append,
        )

    def do(self, order: ConsultOrder) -> "Bench":
        self.orders.carry_out(order)
        return self


def test_caller_and_agent_are_taken_apart_before_the_third_is_rung() -> None:
    link = Bench().do(RING).link
    assert link.names() == ["Setvar", "Setvar", "Setvar", "Redirect", "Originate"]
    assert link.sent[0][1] == {"Channel": LEG, "Variable": "CENTRALA_CONSULT", "Value": "consult-c1"}
    apart = link.sent[3][1]
    assert (apart["Channel"], apart["Context"]) == (CALLER, "held")
    assert (apart["ExtraChannel"], apart["ExtraContext"]) == (LEG, "agent-consult")


def test_a_number_outside_is_rung_by_the_trunk_and_sees_the_hotlines_number() -> None:
    _, fields, _, action_id = Bench().do(RING).link.sent[-1]
    assert fields["Channel"] == "PJSIP/trunk/sip:+48224430000@192.0.2.9:5060"
    assert (fields["ChannelId"], fields["Context"], fields["Exten"]) == ("consult-c1", "consult", "outside")
    assert (fields["CallerID"], fields["Timeout"], action_id) == ('"19115" <19115>', "40000", "consult-c1")
    assert f"CONSULT_LEG={LEG}" in fields["Variable"]
    assert f"OFFER_CALLER_CHANNEL={CALLER}" in fields["Variable"]
    assert "CONSULT_JOINS=0" in fields["Variable"]


def test_a_colleague_is_rung_at_their_page_as_by_an_offer() -> None:
    _, fields, _, action_id = Bench().do(COLLEAGUE).link.sent[-1]
    assert (fields["Channel"], fields["ChannelId"], fields["Exten"]) == (
        "PJSIP/2002-web",
        "offer-c1",
        "agent",
    )
    assert fields["CallerID"] == '"+48600100200" <+48600100200>'
    assert action_id is None
    assert {"OFFER_ID=c1", "OFFER_EXTENSION=2002", "PJSIP_HEADER(add,X-Centrala-Offer)=c1"} <= set(
        fields["Variable"]
    )


def test_the_emergency_service_is_rung_into_the_talk_and_sees_the_callers_number() -> None:
    link = Bench().do(EMERGENCY).link
    assert link.names() == ["Originate"]
    fields = link.sent[0][1]
    assert fields["Channel"] == "PJSIP/trunk/sip:112@192.0.2.9"
    assert fields["CallerID"] == '"+48600100200" <+48600100200>'
    assert "CONSULT_JOINS=1" in fields["Variable"]


def test_an_agent_whose_caller_hears_music_already_goes_alone() -> None:
    link = Bench().do(replace(RING, holds=False)).link
    assert link.names() == ["Setvar", "Redirect", "Originate"]
    assert link.sent[1][1]["Channel"] == LEG


@pytest.mark.parametrize(
    ("order", "outside"),
    [
        (EMERGENCY, replace(OUTSIDE, emergency="")),
        (RING, replace(OUTSIDE, outbound="")),
        (replace(RING, party=replace(UNIT, number=E164("+48;evil"))), OUTSIDE),
        (replace(RING, leg=LegId("consult-c1,evil")), OUTSIDE),
    ],
)
def test_who_cannot_be_rung_is_gone_and_nobody_is_moved(order: RingParty, outside: Outside) -> None:
    bench = Bench(outside=outside).do(order)
    assert bench.link.sent == []
    assert bench.inputs == [PartyGone(consult=CONSULT, end=ConsultEnd.UNREACHABLE)]


def test_a_refused_originate_is_told_as_the_end_that_it_is() -> None:
    for order, end in (
        (RING, PartyGone(consult=CONSULT, end=ConsultEnd.UNREACHABLE)),
        (COLLEAGUE, OfferFailed(offer=CONSULT, cause=OfferCause.PHONE_UNREACHABLE)),
    ):
        bench = Bench().do(order)
        bench.link.answer(AmiReply.of({"Response": "Error", "Message": "no"}))
        assert bench.inputs == [end]


def test_three_of_them_are_a_talk_and_one_who_listens_and_speaks() -> None:
    leg = consult_channel_id(CONSULT)
    fields = Bench().do(JoinParty(consult=CONSULT, leg=leg, offer=OFFER, call=CALL)).link.sent[0][1]
    assert (fields["Channel"], fields["Context"]) == ("consult-c1", "consult-joined")
    assert (fields["ExtraChannel"], fields["ExtraContext"]) == (LEG, "agent-talk")


@pytest.mark.parametrize(
    ("leg", "context"),
    [(consult_channel_id(CONSULT), "consult-talk"), (offer_channel_id(CONSULT), "agent-talk")],
)
def test_who_is_given_the_caller_joins_them(leg: LegId, context: str) -> None:
    link = Bench().do(GiveCaller(consult=CONSULT, leg=leg, call=CALL)).link
    assert link.sent[0][:2] == (
        "Redirect",
        {"Channel": leg, "Context": context, "Exten": "s", "Priority": "1"},
    )


async def test_a_leg_in_the_making_is_ended_as_soon_as_it_is_there() -> None:
    bench = Bench().do(DropParty(consult=CONSULT, leg=consult_channel_id(CONSULT)))
    bench.link.answer(AmiReply.of({"Response": "Error", "Message": "No such channel"}))
    await asyncio.sleep(RETRY_S * 1.5)
    assert bench.link.names() == ["Hangup", "Hangup"]
    bench.link.answer(AmiReply.of({"Response": "Success"}))
    await asyncio.sleep(RETRY_S * 3)
    assert len(bench.link.sent) == 2


def test_without_a_link_nothing_is_sent() -> None:
    bench = Bench(down=True).do(RING)
    assert (bench.link.sent, bench.inputs) == ([], [])
