"""What is asked of a consultation over the bus, and what is refused."""

from collections.abc import AsyncIterator

import pytest

from acd.consult_requests import ConsultRequests
from contact.commands import Done, HangUpCall, HangUpLeg
from contact.consult import DropParty, GiveCaller, JoinParty, Party, PartyAnswered, PartyKind, RingParty
from contact.events import OfferAnswered
from contact.ids import E164, AgentId, CallId
from contact.talk_requests import ConsultParty, EndConsult, HandOver, HoldTalk, JoinConsult, TransferTalk
from tests.fakes.ami_peer import VirtualTimePolicy
from tests.unit.acd.test_talk_requests import ANNA, BARTEK, WASTE, Talk

pytestmark = pytest.mark.filterwarnings("ignore:Overriding the:pytest.PytestDeprecationWarning")
ALLOWED = E164("+48224430000")
UNIT = Party(kind=PartyKind.OUTSIDE, name="unit", number=ALLOWED)
EMERGENCY = Party(kind=PartyKind.EMERGENCY, name="112")


@pytest.fixture
def event_loop_policy() -> VirtualTimePolicy:
    return VirtualTimePolicy()


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    one = Talk(may_dial=lambda number: number == ALLOWED)
    one.begin()
    serve(one)
    yield one
    one.shell.stop()


def serve(talk: Talk, *, has_emergency: bool = True) -> None:
    ConsultRequests(
        shell=talk.shell,
        now=talk.clock.now,
        may_dial=lambda number: number == ALLOWED,
        has_emergency=has_emergency,
    ).serve(talk.bus)


def colleague(name: str = "bartek") -> Party:
    return Party(kind=PartyKind.AGENT, name=name, agent=AgentId(name))


def ask(talk: Talk, party: Party, agent: AgentId = ANNA) -> ConsultParty:
    return ConsultParty(call=talk.call, agent=agent, party=party)


async def test_a_unit_is_asked_brought_in_and_given_the_caller(talk: Talk) -> None:
    assert await talk.bus.request(ask(talk, UNIT)) == Done()
    order = talk.telephony.orders[-1]
    assert isinstance(order, RingParty)
    assert await talk.refusal(JoinConsult(call=talk.call, agent=ANNA)) == "not_consulting"
    talk.shell.take(PartyAnswered(consult=order.consult))
    await talk.bus.request(JoinConsult(call=talk.call, agent=ANNA))
    assert isinstance(talk.telephony.orders[-1], JoinParty)
    await talk.bus.request(HandOver(call=talk.call, agent=ANNA))
    assert isinstance(talk.telephony.orders[-1], HangUpLeg)


async def test_the_agent_goes_back_to_the_caller(talk: Talk) -> None:
    await talk.bus.request(ask(talk, UNIT))
    assert await talk.bus.request(EndConsult(call=talk.call, agent=ANNA)) == Done()
    assert any(isinstance(one, DropParty) for one in talk.telephony.orders)
    assert await talk.refusal(EndConsult(call=talk.call, agent=ANNA)) == "not_consulting"
    assert await talk.refusal(HandOver(call=talk.call, agent=ANNA)) == "not_consulting"


async def test_one_is_asked_at_a_time_and_nothing_else_is_done_meanwhile(talk: Talk) -> None:
    await talk.bus.request(ask(talk, UNIT))
    assert await talk.refusal(ask(talk, EMERGENCY)) == "consulting"
    assert await talk.refusal(TransferTalk(call=talk.call, agent=ANNA, queue=WASTE)) == "consulting"
    assert await talk.refusal(HoldTalk(call=talk.call, agent=ANNA)) == "held_already"


@pytest.mark.parametrize(
    ("party", "code"),
    [
        (Party(kind=PartyKind.OUTSIDE, name="?", number=E164("+48701000000")), "number_not_allowed"),
        (colleague("anna"), "unknown_agent"),
        (colleague("nobody"), "unknown_agent"),
        (colleague(), "unknown_agent"),
    ],
)
async def test_who_cannot_be_asked_is_refused_with_the_reason(talk: Talk, party: Party, code: str) -> None:
    assert await talk.refusal(ask(talk, party)) == code


async def test_without_a_line_to_112_it_is_said(talk: Talk) -> None:
    other = Talk()
    other.begin()
    serve(other, has_emergency=False)
    assert await other.refusal(ask(other, EMERGENCY)) == "no_emergency_line"
    other.shell.stop()
    assert await talk.bus.request(ask(talk, EMERGENCY)) == Done()


async def test_a_colleague_who_works_can_be_asked_and_one_who_is_busy_cannot(talk: Talk) -> None:
    talk.join("bartek", {"waste": 80})
    talk.join("celina", {"waste": 80})
    await talk.bus.request(ask(talk, colleague()))
    assert await talk.refusal(ask(talk, colleague("celina"), BARTEK)) == "not_talking"
    await talk.bus.request(EndConsult(call=talk.call, agent=ANNA))
    assert await talk.refusal(ask(talk, colleague())) == "busy"


async def test_a_colleague_declines_or_hangs_up_their_own_part_only(talk: Talk) -> None:
    talk.join("bartek", {"waste": 80})
    await talk.bus.request(ask(talk, colleague()))
    offer = next(one for one in talk.shell.engine.snapshot().offers if one.consults)
    talk.shell.take(OfferAnswered(offer=offer.offer))
    await talk.bus.request(HangUpCall(call=talk.call, by=BARTEK))
    calls = {one.call: one for one in talk.shell.engine.snapshot().calls}
    assert (calls[talk.call].place, calls[talk.call].consult) == ("talking", None)
    assert not any(isinstance(one, GiveCaller) for one in talk.telephony.orders)


async def test_only_who_talks_can_ask(talk: Talk) -> None:
    assert await talk.refusal(ask(talk, UNIT, BARTEK)) == "not_talking"
    unknown = ConsultParty(call=CallId("9.9"), agent=ANNA, party=UNIT)
    assert await talk.refusal(unknown) == "not_talking"
