"""Asking a third about a caller: alone, in the talk, and leaving the caller to them."""

import pytest

from acd.core.consulting import PARTY_RING_S
from contact.commands import HangUpLeg, OfferCall, RescindOffer
from contact.consult import (
    CallGivenOver,
    ConsultBegan,
    ConsultEnd,
    ConsultEnded,
    ConsultEndRequested,
    ConsultId,
    ConsultInput,
    ConsultJoinRequested,
    ConsultMoved,
    ConsultRequested,
    ConsultState,
    DropParty,
    GiveCaller,
    HandOverRequested,
    JoinParty,
    Party,
    PartyAnswered,
    PartyGone,
    PartyKind,
    RingParty,
    consult_channel_id,
)
from contact.events import (
    CallConnected,
    CallEnded,
    CallReleased,
    OfferDeclined,
    OfferEnded,
    TelephonyLost,
)
from contact.ids import E164, AgentId, CallId, OfferId, offer_channel_id
from contact.states import AgentState, Availability, OfferCause, Outcome
from contact.talk import (
    CallHeld,
    CallResumed,
    EndHeld,
    HangUpRequested,
    HoldRequested,
    PageLost,
    RejoinRequested,
    ResumeCall,
    ResumeRequested,
    TalkInput,
    TransferCall,
    TransferRequested,
)
from tests.unit.acd.core.floor import ROADS, WASTE, Floor

ANNA, BARTEK = AgentId("anna"), AgentId("bartek")
UNIT = Party(kind=PartyKind.OUTSIDE, name="roads unit", number=E164("+48225550000"))
COLLEAGUE = Party(kind=PartyKind.AGENT, name="Bartek", agent=BARTEK)
EMERGENCY = Party(kind=PartyKind.EMERGENCY, name="112")


def talking() -> tuple[Floor, CallId, OfferId]:
    """Anna talks about roads; Bartek, who knows waste, is free."""
    floor = Floor(ROADS, WASTE)
    floor.agent("anna")
    call = floor.call()
    offer = floor.answer()
    floor.agent("bartek", waste=80)
    return floor, call, offer


def ask(floor: Floor, call: CallId, party: Party = UNIT, *, joins: bool = False) -> ConsultId:
    floor.tell(ConsultRequested(call=call, agent=ANNA, party=party, joins=joins))
    return floor.last(ConsultBegan).consult


def asking(party: Party = UNIT, *, joins: bool = False) -> tuple[Floor, CallId, OfferId, ConsultId]:
    """Anna has asked somebody, who has answered."""
    floor, call, offer = talking()
    consult = ask(floor, call, party, joins=joins)
    floor.tell(*floor.exchange.answer_party(consult))
    return floor, call, offer, consult


def wish(floor: Floor, call: CallId, kind: type[ConsultInput | TalkInput], agent: AgentId = ANNA) -> None:
    floor.tell(kind(call=call, agent=agent))  # type: ignore[call-arg]


def test_the_caller_hears_music_while_a_third_is_rung() -> None:
    floor, call, offer = talking()
    consult = ask(floor, call)
    order = floor.ordered(RingParty)[-1]
    assert (order.leg, order.offer, order.holds, order.joins) == (
        consult_channel_id(consult),
        offer,
        True,
        False,
    )
    assert (order.party, order.extension, order.ring_timeout_s) == (UNIT, None, PARTY_RING_S)
    assert floor.last(CallHeld).held_at == 1_000.0
    began = floor.last(ConsultBegan)
    assert (began.call, began.by, began.queue, began.caller) == (call, ANNA, "roads", "+48600100200")
    assert floor.see().state is AgentState.TALKING


def test_a_caller_on_hold_already_is_left_there() -> None:
    floor, call, _ = talking()
    wish(floor, call, HoldRequested)
    ask(floor, call)
    assert not floor.ordered(RingParty)[-1].holds
    assert len(floor.said(CallHeld)) == 1


def test_who_is_rung_into_the_talk_finds_the_caller_there() -> None:
    floor, call, offer = talking()
    wish(floor, call, HoldRequested)
    consult = ask(floor, call, EMERGENCY, joins=True)
    assert floor.ordered(ResumeCall)[-1].offer == offer
    assert (floor.ordered(RingParty)[-1].holds, floor.look(call).held_at) == (False, None)
    floor.tell(*floor.exchange.answer_party(consult))
    assert floor.last(ConsultMoved).state is ConsultState.JOINED


def test_an_answer_makes_it_a_talk_between_the_two() -> None:
    floor, call, _, consult = asking()
    assert floor.last(ConsultMoved).state is ConsultState.PRIVATE
    known = floor.look(call).consult
    assert known is not None
    assert (known.consult, known.state) == (consult, ConsultState.PRIVATE)
    floor.tell(PartyAnswered(consult=consult), PartyAnswered(consult=ConsultId(OfferId("other"))))
    assert floor.engine.stale_events == {"PartyAnswered": 2}


@pytest.mark.parametrize("end", [ConsultEnd.BUSY, ConsultEnd.NO_ANSWER, ConsultEnd.UNREACHABLE])
def test_a_third_who_does_not_answer_leaves_agent_and_caller_as_they_are(end: ConsultEnd) -> None:
    floor, call, _ = talking()
    consult = ask(floor, call)
    floor.tell(*floor.exchange.end_party(consult, end))
    assert floor.last(ConsultEnded).end is end
    assert (floor.look(call).consult, floor.look(call).held_at) == (None, 1_000.0)
    wish(floor, call, ResumeRequested)
    assert floor.look(call).held_at is None


def test_a_third_of_whom_nothing_is_heard_has_not_answered() -> None:
    floor, call, _ = talking()
    ask(floor, call)
    floor.pass_s(PARTY_RING_S + 60)
    assert floor.last(ConsultEnded).end is ConsultEnd.NO_ANSWER
    assert len(floor.ordered(DropParty)) == 1


def test_the_end_of_a_third_who_had_answered_is_theirs() -> None:
    floor, call, _, consult = asking()
    floor.tell(PartyGone(consult=consult, end=ConsultEnd.NO_ANSWER))
    assert floor.last(ConsultEnded).end is ConsultEnd.PARTY_LEFT
    assert floor.look(call).consult is None


@pytest.mark.parametrize("kind", [ConsultEndRequested, HangUpRequested, ResumeRequested])
def test_the_agent_goes_back_to_the_caller(kind: type[ConsultInput | TalkInput]) -> None:
    floor, call, _, consult = asking()
    floor.pass_s(20)
    wish(floor, call, kind)
    assert floor.ordered(DropParty)[-1].consult == consult
    assert floor.last(CallResumed).held_s == 20.0
    assert floor.last(ConsultEnded).end is ConsultEnd.WITHDRAWN
    assert (floor.see().state, floor.look(call).place) == (AgentState.TALKING, "talking")


def test_the_three_hear_each_other() -> None:
    floor, call, offer, consult = asking()
    wish(floor, call, ConsultJoinRequested)
    order = floor.ordered(JoinParty)[-1]
    assert (order.consult, order.leg, order.offer) == (consult, consult_channel_id(consult), offer)
    assert floor.look(call).held_at is None
    assert floor.exchange.talking == {offer: call}
    assert floor.last(ConsultMoved).state is ConsultState.JOINED


def test_a_third_can_be_let_go_from_the_talk() -> None:
    floor, call, offer, consult = asking(joins=True)
    wish(floor, call, ConsultEndRequested)
    assert floor.ordered(DropParty)[-1].consult == consult
    assert floor.exchange.talking == {offer: call}
    assert floor.ordered(ResumeCall) == []


@pytest.mark.parametrize("joins", [False, True])
def test_the_caller_is_left_to_somebody_outside(joins: bool) -> None:  # noqa: FBT001 - a parameter of the test
    floor, call, offer, consult = asking(joins=joins)
    floor.pass_s(30)
    wish(floor, call, HandOverRequested)
    assert [one.consult for one in floor.ordered(GiveCaller)] == ([] if joins else [consult])
    assert floor.ordered(HangUpLeg)[-1].leg == offer_channel_id(offer)
    assert not floor.last(CallReleased).by_caller
    assert floor.last(CallGivenOver).party == UNIT
    assert (floor.see().state, floor.look(call).place) == (AgentState.WRAP_UP, "after")
    assert floor.ordered(EndHeld) == []
    floor.hang_up(call)
    ended = floor.last(CallEnded)
    assert (ended.outcome, ended.agent, ended.talk_s) == (Outcome.CONNECTED, "anna", 30.0)


def test_hanging_up_among_three_leaves_the_other_two() -> None:
    floor, call, _, _ = asking(EMERGENCY, joins=True)
    wish(floor, call, HangUpRequested)
    assert floor.last(CallGivenOver).party == EMERGENCY
    assert call in floor.exchange.after


def test_a_phone_put_down_among_three_leaves_the_other_two() -> None:
    floor, call, offer, _ = asking(joins=True)
    floor.end_leg(offer)
    assert floor.last(CallGivenOver).by == ANNA
    assert call in floor.exchange.after
    assert floor.see().state is AgentState.WRAP_UP


def test_a_phone_put_down_while_a_third_is_asked_gives_them_the_caller() -> None:
    floor, call, offer, consult = asking()
    floor.end_leg(offer)
    assert floor.ordered(GiveCaller)[-1].consult == consult
    assert floor.ordered(EndHeld) == []
    assert call in floor.exchange.after


def test_a_phone_put_down_while_a_third_is_rung_lets_the_caller_wait() -> None:
    floor, call, offer = talking()
    consult = ask(floor, call)
    floor.end_leg(offer)
    assert floor.ordered(DropParty)[-1].consult == consult
    assert floor.ordered(TransferCall)[-1].queue == "roads"
    assert (floor.look(call).place, floor.look(call).joined_at) == ("waiting", 1_000.0)


def test_a_page_lost_among_three_leaves_the_caller_to_the_third() -> None:
    floor, call, _, _ = asking(EMERGENCY, joins=True)
    wish(floor, call, PageLost)
    assert floor.said(CallHeld) == []
    assert floor.last(CallGivenOver).party == EMERGENCY


def test_a_page_lost_while_a_third_is_asked_keeps_the_caller_for_it() -> None:
    floor, call, _, consult = asking()
    wish(floor, call, PageLost)
    assert floor.ordered(DropParty)[-1].consult == consult
    assert (floor.look(call).awaits, floor.look(call).consult) == (True, None)
    wish(floor, call, RejoinRequested)
    assert floor.look(call).held_at is None


def test_a_caller_who_hangs_up_ends_it_for_everybody() -> None:
    floor, call, _, consult = asking()
    floor.hang_up(call)
    assert floor.last(ConsultEnded).end is ConsultEnd.WITHDRAWN
    assert floor.ordered(DropParty)[-1].consult == consult
    assert floor.exchange.parties == {}
    assert floor.last(CallReleased).by_caller


# --- a colleague ---------------------------------------------------------------------------------


def test_a_colleague_is_kept_for_it_and_gets_no_other_call() -> None:
    floor, call, _ = talking()
    consult = ask(floor, call, COLLEAGUE)
    order = floor.ordered(RingParty)[-1]
    assert (order.leg, order.extension) == (offer_channel_id(consult), "2002")
    floor.call("waste")
    assert (floor.see("bartek").state, floor.see("bartek").call) == (AgentState.RESERVED, call)
    assert len(floor.ordered(OfferCall)) == 1
    floor.tell(*floor.exchange.answer_party(consult))
    assert (floor.see("bartek").state, floor.see("bartek").until_at) == (AgentState.RESERVED, None)
    assert len(floor.said(OfferEnded)) == 1


def test_a_colleague_who_declines_or_does_not_answer_stays_at_work() -> None:
    floor, call, _ = talking()
    floor.tell(OfferDeclined(offer=ask(floor, call, COLLEAGUE), agent=BARTEK))
    assert floor.last(ConsultEnded).end is ConsultEnd.REJECTED
    for _ in range(5):
        floor.pass_s(60)
        ask(floor, call, COLLEAGUE)
        floor.pass_s(60)
        assert floor.last(ConsultEnded).end is ConsultEnd.NO_ANSWER
    floor.pass_s(60)
    assert (floor.see("bartek").state, floor.see("bartek").missed_offers) == (AgentState.READY, 0)


def test_a_colleague_is_free_again_when_the_agent_goes_back() -> None:
    floor, call, _, consult = asking(COLLEAGUE)
    waiting = floor.call("waste")
    wish(floor, call, ConsultEndRequested)
    assert floor.ordered(HangUpLeg)[-1].leg == offer_channel_id(consult)
    assert floor.takers()[-1] == (waiting, "bartek")
    assert floor.look(call).held_at is None


def test_a_colleague_who_is_rung_is_free_again_when_the_agent_goes_back() -> None:
    floor, call, _ = talking()
    consult = ask(floor, call, COLLEAGUE)
    wish(floor, call, ConsultEndRequested)
    assert floor.ordered(RescindOffer)[-1].offer == consult
    floor.pass_s(10)
    assert floor.see("bartek").state is AgentState.READY


@pytest.mark.parametrize("joins", [False, True])
def test_a_colleague_has_the_call_from_the_hand_over_on(joins: bool) -> None:  # noqa: FBT001 - the same
    floor, call, offer, consult = asking(COLLEAGUE, joins=joins)
    floor.pass_s(30)
    wish(floor, call, HandOverRequested)
    assert floor.see("anna").state is AgentState.WRAP_UP
    assert (floor.see("bartek").state, floor.see("bartek").offer) == (AgentState.TALKING, consult)
    assert floor.exchange.talking == {consult: call}
    assert offer not in floor.exchange.legs
    connected = floor.last(CallConnected)
    assert (connected.agent, connected.offer, connected.queue) == ("bartek", consult, "roads")
    assert floor.look(call).consult is None
    floor.pass_s(15)
    wish(floor, call, HoldRequested, BARTEK)
    wish(floor, call, ResumeRequested, BARTEK)
    floor.end_leg(consult)
    floor.hang_up(call)
    assert floor.see("bartek").state is AgentState.WRAP_UP
    assert [len(floor.said(kind)) for kind in (CallConnected, CallReleased, CallEnded)] == [2, 2, 1]
    assert floor.engine.stale_events == {}


def test_a_colleague_who_is_busy_cannot_be_asked() -> None:
    floor, call, _ = talking()
    floor.call("waste")
    floor.tell(ConsultRequested(call=call, agent=ANNA, party=COLLEAGUE))
    assert (floor.said(ConsultBegan), floor.look(call).held_at) == ([], None)
    assert floor.engine.stale_events == {"ConsultRequested": 1}


def test_a_colleague_who_signs_out_while_rung_gives_it_up() -> None:
    floor, call, _ = talking()
    ask(floor, call, COLLEAGUE)
    floor.wish("bartek", Availability.LOGGED_OUT)
    assert floor.last(ConsultEnded).end is ConsultEnd.WITHDRAWN
    assert floor.see("bartek").state is AgentState.LOGGED_OUT


# --- what makes no sense -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [ConsultJoinRequested, ConsultEndRequested, HandOverRequested])
def test_where_nobody_is_asked_nothing_can_be_done_about_it(kind: type[ConsultInput]) -> None:
    floor, call, _ = talking()
    wish(floor, call, kind)
    assert floor.engine.stale_events == {kind.__name__: 1}


def test_who_is_only_rung_can_neither_be_brought_in_nor_given_the_caller() -> None:
    floor, call, _ = talking()
    ask(floor, call)
    wish(floor, call, ConsultJoinRequested)
    wish(floor, call, HandOverRequested)
    floor.tell(ConsultRequested(call=call, agent=ANNA, party=UNIT))
    floor.tell(TransferRequested(call=call, agent=ANNA, queue=ROADS.queue))
    assert set(floor.engine.stale_events) == {
        "ConsultJoinRequested",
        "HandOverRequested",
        "ConsultRequested",
        "TransferRequested",
    }


def test_nobody_asks_about_anothers_caller_or_one_that_is_out_of_sight() -> None:
    floor, call, _ = talking()
    floor.tell(ConsultRequested(call=call, agent=BARTEK, party=UNIT))
    floor.tell(TelephonyLost())
    floor.tell(ConsultRequested(call=call, agent=ANNA, party=UNIT))
    assert floor.ordered(RingParty) == []


# --- reconciliation ------------------------------------------------------------------------------


@pytest.mark.parametrize("party", [UNIT, COLLEAGUE])
def test_a_consultation_goes_on_over_a_lost_link(party: Party) -> None:
    floor, call, _, consult = asking(party)
    floor.tell(TelephonyLost(), floor.exchange.report())
    known = floor.look(call).consult
    assert known is not None
    assert (known.consult, known.state) == (consult, ConsultState.PRIVATE)
    assert floor.look(call).held_at is not None
    assert floor.engine.drift(floor.exchange.report()) == frozenset()
    wish(floor, call, HandOverRequested)
    assert floor.see("anna").state is AgentState.WRAP_UP


@pytest.mark.parametrize("party", [UNIT, COLLEAGUE])
def test_a_third_who_left_out_of_sight_is_gone(party: Party) -> None:
    floor, call, _, consult = asking(party)
    floor.tell(TelephonyLost())
    floor.exchange.end_party(consult)
    floor.tell(floor.exchange.report())
    assert floor.look(call).consult is None
    assert floor.last(ConsultEnded).end is ConsultEnd.PARTY_LEFT
    assert floor.see("bartek").state is AgentState.READY


@pytest.mark.parametrize("party", [UNIT, COLLEAGUE])
def test_a_leg_that_nobody_asks_any_more_is_ended(party: Party) -> None:
    floor, call, _, consult = asking(party)
    floor.obeys = False
    wish(floor, call, ConsultEndRequested)
    floor.obeys = True
    floor.tell(TelephonyLost(), floor.exchange.report())
    assert consult not in floor.exchange.parties
    assert floor.see("bartek").state is AgentState.READY


def test_a_colleague_who_answered_out_of_sight_is_asked() -> None:
    floor, call, _ = talking()
    consult = ask(floor, call, COLLEAGUE)
    floor.tell(TelephonyLost())
    floor.exchange.answer_party(consult)
    floor.tell(floor.exchange.report())
    known = floor.look(call).consult
    assert known is not None
    assert known.state is ConsultState.PRIVATE


def test_an_offer_declined_by_phone_ends_it() -> None:
    floor, call, _ = talking()
    consult = ask(floor, call, COLLEAGUE)
    floor.end_leg(consult, OfferCause.DECLINED)
    assert floor.look(call).consult is None
