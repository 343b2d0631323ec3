from dataclasses import replace

import pytest

from acd.adapters.ami_message import AmiReply
from acd.adapters.ami_talk import AmiTalk
from contact.ids import E164, CallId, ChannelName, Extension, LegId, OfferId, QueueId, rejoin_channel_id
from contact.talk import EndHeld, HoldCall, RejoinCall, ResumeCall, TalkOrder, TransferCall
from tests.unit.acd.adapters.test_ami_commands import FakeLink

CALL, OFFER = CallId("1.1"), OfferId("o1")
CALLER, LEG = ChannelName("PJSIP/trunk-00000001"), LegId("offer-o1_2")
CITIZEN = LegId("9.1")
REJOIN = RejoinCall(
    offer=OFFER,
    call=CALL,
    leg=rejoin_channel_id(OFFER, 3),
    caller_channel=CALLER,
    extension=Extension("2001"),
    caller=E164("+48600100200"),
)


def sent(order: TalkOrder, *, down: bool = False) -> FakeLink:
    link = FakeLink(down=down)
    talk = AmiTalk(
        link=link,
        leg_of=lambda _: LEG,
        rings=lambda extension: f"{extension}-web",
        caller_of=lambda _: CITIZEN,
    )
    talk.carry_out(order)
    return link


def test_a_hold_takes_both_out_of_the_bridge_at_once() -> None:
    link = sent(HoldCall(offer=OFFER, call=CALL, caller_channel=CALLER, keeps_leg=True))
    assert link.names() == ["Setvar", "Setvar", "Redirect"]
    assert link.sent[0][1] == {"Channel": CALLER, "Variable": "CENTRALA_LEG", "Value": LEG}
    assert link.sent[1][1] == {"Channel": LEG, "Variable": "OFFER_CALLER_CHANNEL", "Value": CALLER}
    assert link.sent[2][1] == {
        "Channel": CALLER,
        "Context": "held",
        "Exten": "s",
        "Priority": "1",
        "ExtraChannel": LEG,
        "ExtraContext": "agent-hold",
        "ExtraExten": "s",
        "ExtraPriority": "1",
    }


def test_for_a_page_that_is_gone_only_the_caller_is_taken() -> None:
    link = sent(HoldCall(offer=OFFER, call=CALL, caller_channel=CALLER, keeps_leg=False))
    assert "ExtraChannel" not in link.sent[1][1]


def test_to_resume_the_leg_goes_where_it_joins_the_caller() -> None:
    link = sent(ResumeCall(offer=OFFER, call=CALL))
    assert link.sent[0][:2] == (
        "Redirect",
        {"Channel": LEG, "Context": "agent-talk", "Exten": "s", "Priority": "1"},
    )


def test_a_page_that_is_back_is_rung_as_a_further_leg() -> None:
    name, fields, _, action_id = sent(REJOIN).sent[0]
    assert (name, action_id) == ("Originate", None)
    where = (fields["Channel"], fields["ChannelId"], fields["Context"])
    assert where == ("PJSIP/2001-web", "offer-o1_3", "agent-talk")
    assert f"OFFER_CALLER_CHANNEL={CALLER}" in fields["Variable"]
    assert "PJSIP_HEADER(add,X-Centrala-Talk)=o1" in fields["Variable"]


def test_a_held_caller_is_sent_on() -> None:
    link = sent(EndHeld(call=CALL, caller_channel=CALLER))
    assert link.sent[0][1]["Context"] == "after-call"


def test_a_caller_is_sent_to_wait_in_another_queue() -> None:
    link = sent(TransferCall(call=CALL, caller_channel=CALLER, queue=QueueId("waste")))
    assert [fields for _, fields, _, _ in link.sent] == [
        {"Channel": CALLER, "Variable": "CENTRALA_QUEUE", "Value": "waste"},
        {"Channel": CALLER, "Context": "wait", "Exten": "s", "Priority": "1"},
    ]


def test_a_citizen_who_was_called_back_is_found_by_their_leg() -> None:
    nameless = ChannelName("")
    for order in (
        HoldCall(offer=OFFER, call=CALL, caller_channel=nameless, keeps_leg=False),
        EndHeld(call=CALL, caller_channel=nameless),
    ):
        assert sent(order).sent[-1][1]["Channel"] == CITIZEN


@pytest.mark.parametrize(
    "order",
    [
        HoldCall(offer=OFFER, call=CALL, caller_channel=ChannelName("Local/x,evil"), keeps_leg=True),
        EndHeld(call=CALL, caller_channel=ChannelName("trunk")),
        TransferCall(call=CALL, caller_channel=CALLER, queue=QueueId("waste,evil")),
        replace(REJOIN, leg=LegId("offer-o1,evil")),
        replace(REJOIN, extension=Extension("2001&PJSIP/2002")),
    ],
)
def test_values_unfit_to_be_sent_are_not_sent(order: TalkOrder) -> None:
    assert sent(order).sent == []


def test_without_a_link_nothing_is_sent_and_a_refusal_is_taken_as_too_late() -> None:
    assert sent(ResumeCall(offer=OFFER, call=CALL), down=True).sent == []
    link = sent(ResumeCall(offer=OFFER, call=CALL))
    link.answer(AmiReply.of({"Response": "Error", "Message": "No such channel"}))
    assert len(link.sent) == 1
