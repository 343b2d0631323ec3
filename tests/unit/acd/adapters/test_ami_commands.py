"""Orders on the wire, and the races of rescinding an offer."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from acd.adapters import ami_commands
from acd.adapters.ami_commands import AmiOrders, originate_fields
from acd.adapters.ami_connection import OnReply
from acd.adapters.ami_message import AmiReply, Fields, checked_headers
from acd.errors import AmiDown, AmiRefused, AmiTimeout
from contact.announcement import PLACE, PromptName, place_prompt
from contact.commands import Announce, Destination, HangUpLeg, LeaveQueue, OfferCall, RescindOffer
from contact.events import Input, OfferAnswered, OfferFailed, OfferRinging, TalkEnded
from contact.ids import E164, AgentId, CallId, ChannelName, Extension, LegId, OfferId
from contact.states import OfferCause
from tests.fakes.ami_peer import VirtualTimePolicy

pytestmark = pytest.mark.filterwarnings("ignore:Overriding the:pytest.PytestDeprecationWarning")
OFFER = OfferId("o1")
CALL = CallId("1763800000.1")
ORDER = OfferCall(
    offer=OFFER,
    call=CALL,
    caller_channel=ChannelName("PJSIP/trunk-00000001"),
    agent=AgentId("anna"),
    extension=Extension("2001"),
    caller=E164("+48600100200"),
    ring_timeout_s=20,
)
NO_CHANNEL = AmiReply.of({"Response": "Error", "Message": "No such channel"})
DONE = AmiReply.of({"Response": "Success"})


@pytest.fixture
def event_loop_policy() -> VirtualTimePolicy:
    return VirtualTimePolicy()


@dataclass
class FakeLink:
    """Keeps what was sent; a test answers by hand."""

    sent: list[tuple[str, Fields, OnReply | None, str | None]] = field(default_factory=list)
    down: bool = False

    def send(
        self, name: str, fields: Fields, on_reply: OnReply | None = None, *, action_id: str | None = None
    ) -> None:
        if self.down:
            raise AmiDown(name)
        checked_headers(name, "a-1", fields)
        self.sent.append((name, fields, on_reply, action_id))

    def names(self) -> list[str]:
        return [name for name, _, _, _ in self.sent]

    def answer(self, outcome: AmiReply | AmiTimeout, index: int = -1) -> None:
        on_reply = self.sent[index][2]
        assert on_reply is not None
        on_reply(outcome)


@dataclass
class Bench:
    """Orders over a fake link, and the calls that are up."""

    link: FakeLink = field(default_factory=FakeLink)
    inputs: list[Input] = field(default_factory=list)
    up: set[CallId] = field(default_factory=lambda: {CALL})

    def __post_init__(self) -> None:
        self.orders = AmiOrders(
            link=self.link, on_input=self.inputs.append, is_up=lambda call: call in self.up
        )

    def offered(self) -> "Bench":
        self.orders.carry_out(ORDER)
        self.link.answer(DONE)
        return self


def test_an_offer_is_one_originate_that_carries_its_id() -> None:
    bench = Bench()
    bench.orders.carry_out(ORDER)
    assert bench.link.names() == ["Originate"]
    _, fields, _, action_id = bench.link.sent[0]
    assert action_id == "originate-o1"
    assert fields == {
        "Channel": "PJSIP/2001",
        "ChannelId": "offer-o1",
        "Context": "agent-offer",
        "Exten": "s",
        "Priority": "1",
        "Async": "true",
        "Timeout": "20000",
        "CallerID": '"+48600100200" <+48600100200>',
        "Variable": [
            "OFFER_ID=o1",
            "OFFER_CALL_ID=1763800000.1",
            "OFFER_CALLER_CHANNEL=PJSIP/trunk-00000001",
            "OFFER_EXTENSION=2001",
        ],
    }


@pytest.mark.parametrize("caller", ["", "anonymous\r\nX: y", "12,34"])
def test_a_caller_without_a_sound_number_is_shown_as_anonymous(caller: str) -> None:
    assert (
        originate_fields(replace(ORDER, caller=E164(caller)), "2001")["CallerID"] == '"anonymous" <anonymous>'
    )


@pytest.mark.parametrize(
    "order",
    [
        replace(ORDER, extension=Extension("2001&PJSIP/2002")),
        replace(ORDER, extension=Extension("")),
        replace(ORDER, call=CallId("1,EVIL=1")),
        replace(ORDER, offer=OfferId("o1\r\nAction: Originate")),
        replace(ORDER, caller_channel=ChannelName("Local/x,F(evil)")),
        replace(ORDER, ring_timeout_s=0),
        replace(ORDER, ring_timeout_s=float("nan")),
    ],
)
def test_values_unfit_to_be_sent_fail_the_offer_and_nothing_is_written(order: OfferCall) -> None:
    bench = Bench()
    bench.orders.carry_out(order)
    assert bench.link.sent == []
    assert bench.inputs == [OfferFailed(offer=order.offer, cause=OfferCause.PHONE_UNREACHABLE)]
    with pytest.raises(AmiRefused):
        originate_fields(order, order.extension)


def test_an_originate_that_asterisk_refuses_is_an_unreachable_phone() -> None:
    bench = Bench()
    bench.orders.carry_out(ORDER)
    bench.link.answer(AmiReply.of({"Response": "Error", "Message": "Extension does not exist."}))
    assert bench.inputs == [OfferFailed(offer=OFFER, cause=OfferCause.PHONE_UNREACHABLE)]
    assert bench.orders.open_offers == 0


def test_an_originate_of_unknown_fate_is_not_sent_again_and_not_called_failed() -> None:
    bench = Bench()
    bench.orders.carry_out(ORDER)
    bench.link.answer(AmiTimeout("Originate"))
    assert bench.inputs == []
    assert bench.link.names() == ["Originate"]


def test_orders_without_a_link_are_dropped_for_the_resynchronisation_to_find_out() -> None:
    bench = Bench(link=FakeLink(down=True))
    for order in (ORDER, RescindOffer(offer=OFFER), HangUpLeg(leg=LegId("1.1"))):
        bench.orders.carry_out(order)
    assert bench.inputs == []
    assert bench.orders.open_offers == 0


def test_rescinding_a_ringing_offer_hangs_its_channel_up() -> None:
    bench = Bench().offered()
    bench.orders.observe(OfferRinging(offer=OFFER))
    bench.orders.carry_out(RescindOffer(offer=OFFER))
    assert bench.link.sent[-1][:2] == ("Hangup", {"Channel": "offer-o1"})
    bench.link.answer(DONE)
    bench.orders.observe(OfferFailed(offer=OFFER, cause=OfferCause.NO_ANSWER))
    assert bench.orders.open_offers == 0


def test_a_waiting_caller_is_marked_before_the_leg_that_may_just_answer_is_ended() -> None:
    bench = Bench().offered()
    bench.orders.carry_out(RescindOffer(offer=OFFER))
    marked, ended = bench.link.sent[-2:]
    assert marked[:2] == (
        "Setvar",
        {"Channel": ORDER.caller_channel, "Variable": "CENTRALA_RESCINDED", "Value": OFFER},
    )
    assert ended[:2] == ("Hangup", {"Channel": "offer-o1"})


async def test_rescinding_before_the_channel_exists_is_tried_until_it_does() -> None:
    bench = Bench().offered()
    bench.orders.carry_out(RescindOffer(offer=OFFER))
    for tries in range(2, 6):
        bench.link.answer(NO_CHANNEL)
        await asyncio.sleep(ami_commands.RETRY_MAX_S)
        assert bench.link.names() == ["Originate", "Setvar", *["Hangup"] * tries]
    bench.link.answer(DONE)
    bench.orders.observe(OfferFailed(offer=OFFER, cause=OfferCause.PHONE_UNREACHABLE))
    await asyncio.sleep(60)
    assert bench.link.names().count("Hangup") == 5


async def test_a_rescinded_offer_that_rings_after_all_is_hung_up_at_once() -> None:
    bench = Bench().offered()
    bench.orders.carry_out(RescindOffer(offer=OFFER))
    bench.link.answer(NO_CHANNEL)
    bench.orders.observe(OfferRinging(offer=OFFER))
    assert bench.link.names() == ["Originate", "Setvar", "Hangup", "Hangup"]
    bench.orders.forget_all()


def test_a_leg_that_rings_although_nobody_knows_its_offer_is_ended() -> None:
    bench = Bench()
    bench.orders.observe(OfferRinging(offer=OFFER))
    assert bench.link.sent[-1][:2] == ("Hangup", {"Channel": "offer-o1"})
    bench.orders.observe(OfferFailed(offer=OFFER, cause=OfferCause.NO_ANSWER))
    assert bench.orders.open_offers == 0


def test_a_leg_that_a_resynchronisation_found_may_ring() -> None:
    bench = Bench()
    bench.orders.adopt(OFFER, CALL, answered=False)
    bench.orders.observe(OfferRinging(offer=OFFER))
    assert bench.link.sent == []


async def test_hanging_up_a_channel_that_never_comes_is_given_up() -> None:
    bench = Bench().offered()
    bench.orders.carry_out(RescindOffer(offer=OFFER))
    for _ in range(ami_commands.RETRIES_MAX + 5):
        if bench.orders.open_offers:
            bench.link.answer(NO_CHANNEL)
        await asyncio.sleep(ami_commands.RETRY_MAX_S)
    assert bench.orders.open_offers == 0
    assert bench.link.names().count("Hangup") == ami_commands.RETRIES_MAX + 1


def test_an_established_talk_is_not_cut_by_a_rescind_that_came_too_late() -> None:
    bench = Bench().offered()
    bench.orders.observe(OfferAnswered(offer=OFFER))
    bench.orders.carry_out(RescindOffer(offer=OFFER))
    assert bench.link.names() == ["Originate"]


def test_an_answered_offer_whose_caller_is_gone_is_hung_up() -> None:
    bench = Bench().offered()
    bench.orders.observe(OfferAnswered(offer=OFFER))
    bench.up.clear()
    bench.orders.carry_out(RescindOffer(offer=OFFER))
    assert bench.link.names() == ["Originate", "Hangup"]


async def test_an_offer_answered_between_rescind_and_retry_stays_where_the_caller_is_there() -> None:
    bench = Bench().offered()
    bench.orders.carry_out(RescindOffer(offer=OFFER))
    bench.link.answer(NO_CHANNEL)
    bench.orders.observe(OfferAnswered(offer=OFFER))
    await asyncio.sleep(60)
    assert bench.link.names() == ["Originate", "Setvar", "Hangup"]


@pytest.mark.parametrize("end", [TalkEnded(offer=OFFER), OfferFailed(offer=OFFER, cause=OfferCause.DECLINED)])
def test_a_rescind_of_an_offer_that_has_ended_is_nothing_to_do(end: Input) -> None:
    bench = Bench().offered()
    bench.orders.observe(end)
    bench.orders.carry_out(RescindOffer(offer=OFFER))
    assert bench.link.names() == ["Originate"]


def test_an_offer_found_by_a_resynchronisation_can_be_rescinded() -> None:
    bench = Bench()
    bench.orders.adopt(OFFER, CALL, answered=False)
    bench.orders.carry_out(RescindOffer(offer=OFFER))
    assert bench.link.names() == ["Hangup"]


def test_a_leg_is_hung_up_by_its_unique_id_and_a_false_id_never() -> None:
    bench = Bench()
    bench.orders.carry_out(HangUpLeg(leg=LegId("1763800000.1")))
    bench.orders.carry_out(HangUpLeg(leg=LegId("/.*/")))
    assert [one[:2] for one in bench.link.sent] == [("Hangup", {"Channel": "1763800000.1"})]


LEAVE = LeaveQueue(call=CALL, channel=ChannelName("PJSIP/trunk-00000001"), destination=Destination.MESSAGE)


def test_a_caller_who_leaves_the_queue_is_redirected() -> None:
    bench = Bench()
    bench.orders.carry_out(LEAVE)
    (sent,) = bench.link.sent
    assert sent[:2] == (
        "Redirect",
        {"Channel": "PJSIP/trunk-00000001", "Context": "overflow", "Exten": "message", "Priority": "1"},
    )


async def test_a_refused_redirect_is_tried_again_while_the_caller_is_there() -> None:
    bench = Bench()
    bench.orders.carry_out(LEAVE)
    bench.link.answer(NO_CHANNEL)
    await asyncio.sleep(1)
    assert bench.link.names() == ["Redirect", "Redirect"]
    bench.up.clear()
    bench.link.answer(NO_CHANNEL)
    await asyncio.sleep(60)
    assert len(bench.link.sent) == 2


async def test_a_redirect_that_never_succeeds_is_given_up() -> None:
    bench = Bench()
    bench.orders.carry_out(LEAVE)
    for _ in range(ami_commands.RETRIES_MAX):
        bench.link.answer(NO_CHANNEL)
        await asyncio.sleep(2)
    bench.link.answer(NO_CHANNEL)
    await asyncio.sleep(60)
    assert len(bench.link.sent) == ami_commands.RETRIES_MAX + 1


def test_a_redirect_on_a_dead_link_or_of_an_impossible_channel_is_left() -> None:
    bench = Bench()
    bench.orders.carry_out(replace(LEAVE, channel=ChannelName("no channel")))
    bench.link.down = True
    bench.orders.carry_out(LEAVE)
    assert bench.link.sent == []


def test_an_announcement_is_a_variable_that_the_wait_reads() -> None:
    bench = Bench()
    bench.orders.carry_out(Announce(call=CALL, prompts=(PLACE, place_prompt(3))))
    (sent,) = bench.link.sent
    assert sent[:2] == (
        "Setvar",
        {"Channel": CALL, "Variable": "CENTRALA_SAY", "Value": "queue_place&place_3"},
    )


def test_an_announcement_that_cannot_be_made_is_left() -> None:
    bench = Bench()
    bench.orders.carry_out(Announce(call=CALL, prompts=(PromptName("../etc/passwd"),)))
    bench.link.down = True
    bench.orders.carry_out(Announce(call=CALL, prompts=(PLACE,)))
    assert bench.link.sent == []


CALLBACK = replace(ORDER, call=CallId("cb-1.1"), caller_channel=ChannelName(""), dial_timeout_s=30.0)


def test_a_callback_rings_the_agent_and_names_the_number_to_dial() -> None:
    fields = originate_fields(CALLBACK, "2001")
    assert fields["Context"] == "agent-callback"
    assert {"OFFER_DIALS=+48600100200", "OFFER_DIAL_S=30"} <= set(fields["Variable"])
    assert not any("OFFER_CALLER_CHANNEL" in one for one in fields["Variable"])


@pytest.mark.parametrize(
    "change", [{"caller": E164("")}, {"caller": E164("+48,1")}, {"dial_timeout_s": 0.0}], ids=str
)
def test_a_callback_with_a_value_unfit_to_be_sent_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(AmiRefused):
        originate_fields(replace(CALLBACK, **change), "2001")  # type: ignore[arg-type]


async def test_a_rescinded_callback_is_ended_although_its_citizen_is_dialled() -> None:
    link = FakeLink()
    orders = AmiOrders(link=link, on_input=list[Input]().append, is_up=lambda _: True)
    orders.carry_out(CALLBACK)
    orders.observe(OfferAnswered(offer=OFFER))
    orders.carry_out(RescindOffer(offer=OFFER))
    assert link.names() == ["Originate", "Hangup"]
