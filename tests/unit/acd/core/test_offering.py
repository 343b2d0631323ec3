import pytest

from acd.core.policy import Relaxation
from acd.core.skills import parse
from acd.core.timers import OUT_OF_SIGHT_S
from contact.commands import HangUpLeg, OfferCall, Publish, RescindOffer
from contact.events import (
    AgentStateChanged,
    CallOffered,
    OfferDeclined,
    OfferEnded,
    OfferExplained,
    OfferFailed,
    TelephonyLost,
)
from contact.ids import AgentId, OfferId, QueueId
from contact.states import AgentState, Availability, OfferCause, OfferState, PhoneState
from tests.unit.acd.core.floor import ROADS, WASTE, Floor, queue

ENDS = [
    (OfferCause.DECLINED, OfferState.REJECTED, 11.0),
    (OfferCause.NO_ANSWER, OfferState.EXPIRED, 12.0),
    (OfferCause.PHONE_BUSY, OfferState.BUSY, 13.0),
    (OfferCause.PHONE_UNREACHABLE, OfferState.UNREACHABLE, 14.0),
]
DELAYS = {
    OfferState.ACCEPTED: 0.0,
    OfferState.RESCINDED: 0.0,
    **{state: delay_s for _, state, delay_s in ENDS},
}


def one_agent(rona_offers_max: int = 9) -> Floor:
    floor = Floor(reoffer_after_s=DELAYS, rona_offers_max=rona_offers_max)
    floor.agent("anna")
    return floor


# --- the offer itself --------------------------------------------------------------------------


def test_a_waiting_call_is_put_to_a_free_qualified_agent_at_once() -> None:
    floor = one_agent()
    call = floor.call()
    _joined, order, pop, reserved, explained = floor.step
    assert order == OfferCall(
        offer=OfferId("r-2"),
        call=call,
        caller_channel=floor.look(call).channel,
        agent=AgentId("anna"),
        extension=floor.see().extension,
        caller=floor.look(call).caller,
        ring_timeout_s=20.0,
    )
    kinds = [type(one.fact) for one in (pop, reserved, explained) if isinstance(one, Publish)]
    assert kinds == [CallOffered, AgentStateChanged, OfferExplained]


def test_the_pop_carries_all_that_the_agent_needs_before_they_answer() -> None:
    floor = one_agent()
    floor.pass_s(3)
    call = floor.call(joined_at=990.0)
    assert floor.last(CallOffered) == CallOffered(
        offer=floor.ringing().offer,
        call=call,
        agent=AgentId("anna"),
        queue=QueueId("roads"),
        caller=floor.look(call).caller,
        language=floor.look(call).language,
        path=(),
        topic="",
        joined_at=990.0,
        offered_at=1_003.0,
        expires_at=1_023.0,
    )


def test_an_offered_agent_is_reserved_until_the_ring_time_out() -> None:
    floor = one_agent()
    call = floor.call()
    state = floor.last(AgentStateChanged)
    assert (state.new, state.call, state.until_at) == (AgentState.RESERVED, call, 1_020.0)


def test_a_queue_may_have_its_own_ring_time_out() -> None:
    floor = Floor(queue("roads", "roads", ring_timeout_s=7.5))
    floor.agent("anna")
    floor.call()
    assert floor.ringing().ring_timeout_s == 7.5
    assert floor.last(CallOffered).expires_at == 1_007.5


def test_an_agent_without_the_skill_is_left_alone() -> None:
    floor = Floor(ROADS)
    floor.agent("anna", waste=90)
    floor.call()
    assert floor.takers() == []


def test_the_callers_own_requirement_is_asked_as_well() -> None:
    floor = Floor(ROADS)
    floor.agent("anna", pl=80, roads=80)
    floor.agent("celina", en=60, roads=10)
    call = floor.call(requirement="en>=50")
    assert floor.takers() == [(call, "celina")]


def test_an_agent_gets_one_offer_at_a_time_and_a_call_too() -> None:
    floor = one_agent()
    first = floor.call()
    floor.call()
    floor.agent("bartek", waste=50)
    assert floor.takers() == [(first, "anna")]


def test_two_skills_are_never_crossed() -> None:
    floor = Floor(ROADS, WASTE)
    floor.agent("anna", roads=80)
    floor.agent("bartek", waste=80)
    litter, hole = floor.call("waste"), floor.call("roads")
    assert floor.takers() == [(litter, "bartek"), (hole, "anna")]
    floor.call("roads")
    floor.answer(floor.ordered(OfferCall)[0].offer)
    floor.hang_up(litter)
    floor.complete("bartek", litter)
    assert len(floor.takers()) == 2


# --- whose turn it is --------------------------------------------------------------------------


def test_a_free_agent_takes_the_highest_priority_before_the_longest_wait() -> None:
    floor = Floor(ROADS)
    waiting = [floor.call(joined_at=900.0 + n) for n in range(3)]
    urgent = floor.call(priority=1, joined_at=999.0)
    floor.agent("anna", wrap_up_s=0.0)
    for _ in range(4):
        offer = floor.answer()
        floor.end_leg(offer)
    assert [call for call, _ in floor.takers()] == [urgent, *waiting]


def test_a_queue_may_put_its_callers_before_others() -> None:
    floor = Floor(ROADS, queue("water", "roads", priority=1))
    floor.call("roads", joined_at=900.0)
    burst = floor.call("water", joined_at=990.0)
    floor.agent("anna")
    assert floor.takers() == [(burst, "anna")]


def test_callers_who_joined_in_the_same_instant_go_in_the_order_of_arrival() -> None:
    floor = Floor(ROADS)
    calls = [floor.call(joined_at=950.0) for _ in range(3)]
    for name in ("anna", "bartek", "celina"):
        floor.agent(name)
    assert floor.takers() == list(zip(calls, ("anna", "bartek", "celina"), strict=True))


def test_an_agent_takes_the_longest_waiting_of_all_queues_they_are_qualified_for() -> None:
    floor = Floor(ROADS, WASTE, queue("animals", "animals"))
    floor.call("animals", joined_at=900.0)
    hole = floor.call("roads", joined_at=950.0)
    floor.call("waste", joined_at=960.0)
    floor.agent("anna", roads=50, waste=50)
    assert floor.takers() == [(hole, "anna")]


# --- its six ends ------------------------------------------------------------------------------


def test_an_answered_offer_is_accepted() -> None:
    floor = one_agent()
    call = floor.call()
    floor.pass_s(4)
    offer = floor.answer()
    ended = floor.last(OfferEnded)
    assert (ended.offer, ended.call, ended.state, ended.ring_s) == (offer, call, OfferState.ACCEPTED, 4.0)


@pytest.mark.parametrize(("cause", "state", "_delay_s"), ENDS)
def test_each_failure_of_the_phone_is_an_end_of_its_own(
    cause: OfferCause, state: OfferState, _delay_s: float
) -> None:
    floor = one_agent()
    call = floor.call()
    floor.pass_s(4)
    floor.end_leg(floor.ringing().offer, cause)
    ended = floor.last(OfferEnded)
    assert (ended.state, ended.ring_s, ended.ended_at) == (state, 4.0, 1_004.0)
    assert floor.look(call).place == "waiting"
    assert floor.see().state is AgentState.READY


@pytest.mark.parametrize(("cause", "state", "delay_s"), ENDS)
def test_each_failure_leaves_the_agent_in_peace_for_its_own_delay(
    cause: OfferCause, state: OfferState, delay_s: float
) -> None:
    floor = one_agent()
    call = floor.call()
    floor.end_leg(floor.ringing().offer, cause)
    assert floor.last(OfferEnded).state is state
    floor.pass_s(delay_s - 0.1)
    assert len(floor.takers()) == 1
    floor.pass_s(0.1)
    assert floor.takers() == [(call, "anna"), (call, "anna")]


def test_a_caller_who_hangs_up_while_it_rings_stops_the_phone_at_once() -> None:
    floor = one_agent()
    call = floor.call()
    floor.obeys = False
    floor.hang_up(call)
    assert floor.step[0] == RescindOffer(offer=floor.ringing().offer)
    assert floor.last(OfferEnded).state is OfferState.RESCINDED
    assert floor.see().state is AgentState.READY


def test_a_rescinded_offer_costs_the_agent_no_delay() -> None:
    floor = one_agent()
    gone = floor.call()
    next_one = floor.call()
    floor.hang_up(gone)
    assert floor.takers() == [(gone, "anna"), (next_one, "anna")]


def test_an_offer_declined_on_the_desktop_is_rejected_and_its_phone_stopped() -> None:
    floor = one_agent()
    call = floor.call()
    offer = floor.ringing().offer
    floor.tell(OfferDeclined(offer=offer, agent=AgentId("anna")))
    assert floor.ordered(RescindOffer) == [RescindOffer(offer=offer)]
    assert floor.last(OfferEnded).state is OfferState.REJECTED
    assert floor.look(call).place == "waiting"


def test_only_the_offered_agent_can_decline() -> None:
    floor = one_agent()
    floor.call()
    floor.tell(OfferDeclined(offer=floor.ringing().offer, agent=AgentId("bartek")))
    assert floor.said(OfferEnded) == []
    assert floor.engine.stale_events == {"OfferDeclined": 1}


def test_an_offer_whose_end_nobody_reports_counts_as_not_answered() -> None:
    floor = one_agent()
    call = floor.call()
    floor.pass_s(22.9)
    assert floor.said(OfferEnded) == []
    floor.pass_s(0.1)
    assert floor.last(OfferEnded).state is OfferState.EXPIRED
    assert floor.ordered(RescindOffer) == [RescindOffer(offer=floor.ringing().offer)]
    assert floor.look(call).place == "waiting"


def test_an_offer_is_not_overdue_while_telephony_is_out_of_sight() -> None:
    floor = one_agent(rona_offers_max=1)
    floor.call()
    floor.tell(TelephonyLost())
    floor.pass_s(60)
    assert floor.said(OfferEnded) == []
    assert (floor.see().state, floor.see().missed_offers) == (AgentState.RESERVED, 0)
    floor.tell(floor.exchange.report())
    floor.pass_s(OUT_OF_SIGHT_S)
    assert floor.last(OfferEnded).state is OfferState.EXPIRED
    assert floor.see().missed_offers == 1


def test_an_offer_that_ended_out_of_sight_counts_against_nobody() -> None:
    floor = one_agent(rona_offers_max=1)
    floor.call()
    floor.tell(TelephonyLost())
    floor.pass_s(60)
    floor.exchange.end_leg(floor.ringing().offer, OfferCause.NO_ANSWER)
    floor.tell(floor.exchange.report())
    assert floor.said(OfferEnded)[0].state is OfferState.RESCINDED
    assert floor.see().missed_offers == 0
    assert len(floor.takers()) == 2


def test_an_answered_offer_is_not_overdue() -> None:
    floor = one_agent()
    floor.call()
    floor.answer()
    floor.pass_s(100)
    assert [one.state for one in floor.said(OfferEnded)] == [OfferState.ACCEPTED]


def test_a_phone_that_does_not_stop_takes_no_offer_until_its_leg_is_gone() -> None:
    floor = one_agent()
    gone = floor.call()
    floor.obeys = False
    floor.hang_up(gone)
    floor.call()
    assert len(floor.takers()) == 1
    floor.tell(OfferFailed(offer=floor.ringing().offer, cause=OfferCause.WITHDRAWN))
    assert len(floor.takers()) == 2


def test_a_leg_that_outlives_its_offer_is_hung_up_and_waited_for_no_more() -> None:
    floor = one_agent()
    gone = floor.call()
    stuck = floor.ringing().offer
    floor.obeys = False
    floor.hang_up(gone)
    floor.call()
    floor.pass_s(3)
    assert floor.ordered(HangUpLeg) == [HangUpLeg(leg=f"offer-{stuck}")]  # type: ignore[arg-type]
    assert len(floor.takers()) == 2


# --- the caller's place and the agent's record ---------------------------------------------------


def test_a_caller_keeps_rank_after_rona() -> None:
    floor = Floor(ROADS, rona_offers_max=1)
    floor.agent("anna")
    first = floor.call()
    floor.pass_s(1)
    floor.call()
    floor.end_leg(floor.ringing().offer, OfferCause.NO_ANSWER)
    floor.agent("bartek")
    assert floor.takers() == [(first, "anna"), (first, "bartek")]


def test_a_failed_offer_goes_to_another_free_agent_at_once() -> None:
    floor = Floor(ROADS)
    floor.agent("anna")
    floor.pass_s(1)
    floor.agent("bartek")
    call = floor.call()
    floor.end_leg(floor.ringing().offer, OfferCause.NO_ANSWER)
    assert floor.takers() == [(call, "anna"), (call, "bartek")]


@pytest.mark.parametrize(
    ("cause", "reason"),
    [(OfferCause.NO_ANSWER, "rona"), (OfferCause.PHONE_UNREACHABLE, "phone_unreachable")],
)
def test_so_many_missed_offers_in_a_row_take_the_agent_out(cause: OfferCause, reason: str) -> None:
    floor = Floor(ROADS, rona_offers_max=3)
    floor.agent("anna")
    floor.call()
    for _ in range(2):
        floor.end_leg(floor.ringing().offer, cause)
        floor.pass_s(10)
    assert floor.see().state is AgentState.RESERVED
    floor.end_leg(floor.ringing().offer, cause)
    state = floor.last(AgentStateChanged)
    assert (state.new, state.availability, state.reason, state.by) == (
        AgentState.NOT_READY,
        Availability.NOT_READY,
        reason,
        None,
    )
    floor.pass_s(1_000)
    assert len(floor.takers()) == 3


@pytest.mark.parametrize("cause", [OfferCause.DECLINED, OfferCause.PHONE_BUSY])
def test_refusing_or_being_busy_takes_nobody_out(cause: OfferCause) -> None:
    floor = Floor(ROADS, rona_offers_max=1)
    floor.agent("anna")
    floor.call()
    for _ in range(3):
        floor.end_leg(floor.ringing().offer, cause)
        floor.pass_s(10)
    assert len(floor.takers()) == 4


def test_an_answer_makes_missed_offers_good() -> None:
    floor = Floor(ROADS, rona_offers_max=2)
    floor.agent("anna", wrap_up_s=0.0)
    for _ in range(3):
        call = floor.call()
        floor.end_leg(floor.ringing().offer, OfferCause.NO_ANSWER)
        assert floor.see().missed_offers == 1
        floor.pass_s(10)
        floor.answer()
        assert floor.see().missed_offers == 0
        floor.hang_up(call)
    assert floor.see().state is AgentState.READY


def test_saying_ready_again_ends_the_delay_and_forgets_what_was_missed() -> None:
    floor = Floor(ROADS, rona_offers_max=2)
    floor.agent("anna")
    call = floor.call()
    floor.end_leg(floor.ringing().offer, OfferCause.NO_ANSWER)
    floor.wish("anna", Availability.READY)
    assert floor.takers() == [(call, "anna"), (call, "anna")]
    assert floor.see().missed_offers == 0


# --- relaxation ----------------------------------------------------------------------------------


STEPS = queue(
    "roads",
    "roads>=60",
    relaxations=(
        Relaxation(after_s=30, requirement=parse("roads>=20")),
        Relaxation(after_s=60, requirement=parse("roads>=20 | general")),
    ),
)


def test_a_requirement_relaxes_step_by_step_while_the_fitting_agents_are_busy() -> None:
    floor = Floor(STEPS)
    floor.agent("anna", roads=80)
    busy = floor.call()
    floor.answer()
    floor.agent("bartek", general=50)
    call = floor.call()
    floor.pass_s(59.9)
    assert floor.takers() == [(busy, "anna")]
    floor.pass_s(0.1)
    assert floor.takers() == [(busy, "anna"), (call, "bartek")]


def test_a_first_step_takes_who_meets_it_and_leaves_who_does_not() -> None:
    floor = Floor(STEPS)
    floor.agent("bartek", general=90)
    floor.agent("celina", roads=20)
    call = floor.call()
    floor.pass_s(29.9)
    assert floor.takers() == []
    floor.pass_s(0.1)
    assert floor.takers() == [(call, "celina")]


def test_a_step_counts_from_the_time_the_caller_joined() -> None:
    floor = Floor(STEPS)
    floor.agent("celina", roads=20)
    call = floor.call(joined_at=960.0)
    assert floor.takers() == [(call, "celina")]


def test_the_callers_own_requirement_never_relaxes() -> None:
    floor = Floor(STEPS)
    floor.agent("bartek", general=90, pl=80)
    floor.call(requirement="en")
    floor.pass_s(1_000)
    assert floor.takers() == []


def test_a_caller_relaxes_in_place() -> None:
    floor = Floor(STEPS)
    first = floor.call()
    floor.pass_s(10)
    second = floor.call()
    floor.pass_s(25)
    floor.agent("celina", roads=90)
    assert floor.takers() == [(first, "celina")]
    floor.hang_up(first)
    assert floor.takers()[-1] == (second, "celina")


def test_a_caller_back_from_a_failed_offer_goes_on_with_the_steps() -> None:
    floor = Floor(STEPS, rona_offers_max=1)
    floor.agent("anna", roads=80)
    call = floor.call()
    floor.end_leg(floor.ringing().offer, OfferCause.NO_ANSWER)
    floor.agent("celina", roads=20)
    floor.pass_s(30)
    assert floor.takers() == [(call, "anna"), (call, "celina")]


# --- out of sight --------------------------------------------------------------------------------


def test_no_offer_is_made_while_telephony_is_out_of_sight() -> None:
    floor = one_agent()
    floor.tell(TelephonyLost())
    floor.call()
    floor.wish("anna", Availability.READY)
    assert floor.takers() == []


def test_after_it_everybody_is_offered_again_in_order() -> None:
    floor = Floor(ROADS)
    floor.agent("anna")
    floor.agent("bartek")
    floor.tell(TelephonyLost())
    later, first = floor.call(joined_at=990.0), floor.call(joined_at=980.0)
    floor.call(joined_at=995.0)
    floor.tell(floor.exchange.report())
    assert floor.takers() == [(first, "anna"), (later, "bartek")]


def test_a_call_whose_phone_went_away_waits_for_another() -> None:
    floor = one_agent()
    call = floor.call()
    floor.phone("anna", PhoneState.UNREACHABLE)
    assert floor.see().state is AgentState.RESERVED
    floor.end_leg(floor.ringing().offer, OfferCause.PHONE_UNREACHABLE)
    state = floor.last(AgentStateChanged)
    assert (state.new, state.reason) == (AgentState.NOT_READY, "phone_unreachable")
    assert floor.look(call).place == "waiting"
