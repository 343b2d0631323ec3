"""From the answered phone to the terminal record."""

import pytest

from contact.commands import HangUpLeg, RescindOffer
from contact.events import (
    AgentStateChanged,
    CallConnected,
    CallEnded,
    CallHungUp,
    CallReleased,
    OfferAnswered,
    OfferEnded,
    TalkEnded,
    TalkStarted,
)
from contact.ids import AgentId, CallId, OfferId, QueueId
from contact.states import AgentState, OfferCause, OfferState, Outcome
from tests.unit.acd.core.floor import ROADS, Floor

ANNA = AgentId("anna")


def ringing(**rest: float) -> tuple[Floor, CallId, OfferId]:
    """Anna's phone rings."""
    floor = Floor(ROADS, **rest)
    floor.agent("anna")
    call = floor.call()
    return floor, call, floor.ringing().offer


def hung_up(call: CallId) -> CallHungUp:
    return CallHungUp(call=call, cause=16)


# --- the talk ------------------------------------------------------------------------------------


def test_both_legs_in_one_bridge_are_a_talk() -> None:
    floor, call, offer = ringing()
    floor.pass_s(6)
    floor.answer()
    assert floor.said(CallConnected) == [
        CallConnected(
            call=call,
            offer=offer,
            agent=ANNA,
            queue=QueueId("roads"),
            joined_at=1_000.0,
            connected_at=1_006.0,
        )
    ]
    assert floor.last(AgentStateChanged).new is AgentState.TALKING
    assert floor.look(call).place == "talking"


def test_an_answer_alone_is_not_a_talk_yet() -> None:
    floor, call, offer = ringing()
    floor.tell(OfferAnswered(offer=offer))
    assert floor.last(OfferEnded).state is OfferState.ACCEPTED
    assert floor.said(CallConnected) == []
    assert (floor.look(call).place, floor.see().state) == ("offered", AgentState.RESERVED)


def test_a_bridge_that_is_told_without_its_answer_is_both() -> None:
    floor, call, offer = ringing()
    floor.tell(TalkStarted(offer=offer, call=call))
    assert floor.last(OfferEnded).state is OfferState.ACCEPTED
    assert len(floor.said(CallConnected)) == 1


def test_a_bridge_or_an_answer_that_is_told_twice_counts_once() -> None:
    floor, call, offer = ringing()
    floor.answer()
    floor.tell(OfferAnswered(offer=offer), TalkStarted(offer=offer, call=call))
    assert len(floor.said(CallConnected)) == 1
    assert floor.engine.stale_events == {"OfferAnswered": 1, "TalkStarted": 1}


@pytest.mark.parametrize(("offer", "call"), [("unknown", "c00001"), ("r-2", "unknown")])
def test_a_bridge_of_what_nobody_knows_is_nothing(offer: str, call: str) -> None:
    floor, _, _ = ringing()
    floor.tell(TalkStarted(offer=OfferId(offer), call=CallId(call)))
    assert floor.engine.stale_events == {"TalkStarted": 1}
    assert floor.said(CallConnected) == []


def test_the_agents_hang_up_ends_the_talk_and_the_caller_goes_on() -> None:
    floor, call, offer = ringing()
    floor.pass_s(5)
    floor.answer()
    floor.pass_s(60)
    floor.end_leg(offer)
    released = floor.last(CallReleased)
    assert (released.connected_at, released.released_at) == (1_005.0, 1_065.0)
    assert (floor.look(call).place, floor.see().state) == ("after", AgentState.WRAP_UP)
    floor.pass_s(15)
    floor.hang_up(call)
    ended = floor.last(CallEnded)
    assert (ended.outcome, ended.wait_s, ended.talk_s, ended.ended_at) == (
        Outcome.CONNECTED,
        5.0,
        60.0,
        1_080.0,
    )


def test_the_callers_hang_up_ends_talk_and_call() -> None:
    floor, call, _ = ringing()
    floor.pass_s(5)
    floor.answer()
    floor.pass_s(60)
    floor.hang_up(call)
    assert len(floor.said(CallReleased)) == 1
    ended = floor.last(CallEnded)
    assert (ended.outcome, ended.agent, ended.talk_s, ended.offers) == (Outcome.CONNECTED, "anna", 60.0, 1)
    assert floor.see().state is AgentState.WRAP_UP


def test_the_agents_leg_may_go_before_the_caller_is_known_to_have_hung_up() -> None:
    floor, call, offer = ringing()
    floor.answer()
    floor.tell(TalkEnded(offer=offer), hung_up(call))
    assert len(floor.said(CallReleased)) == 1
    assert floor.last(CallEnded).outcome is Outcome.CONNECTED


def test_talks_are_counted_with_their_agent() -> None:
    floor, call, _ = ringing(wrap_up_s=0.0)
    floor.answer()
    floor.pass_s(60)
    floor.hang_up(call)
    floor.talked(seconds=30)
    assert (floor.see().calls, floor.see().talk_s) == (2, 90.0)


# --- every way a call can end --------------------------------------------------------------------


def test_a_caller_who_hangs_up_in_the_ivr_abandoned_it() -> None:
    floor = Floor(ROADS)
    call = floor.arrive()
    floor.pass_s(12)
    floor.hang_up(call)
    ended = floor.last(CallEnded)
    assert (ended.outcome, ended.queue, ended.queued_at, ended.wait_s, ended.talk_s, ended.offers) == (
        Outcome.ABANDONED_IVR,
        None,
        None,
        0.0,
        0.0,
        0,
    )
    assert (ended.arrived_at, ended.ended_at, ended.dialled) == (1_000.0, 1_012.0, "19115")


def test_a_caller_who_hangs_up_in_the_queue_abandoned_it() -> None:
    floor = Floor(ROADS)
    call = floor.call()
    floor.pass_s(40)
    floor.hang_up(call)
    ended = floor.last(CallEnded)
    assert (ended.outcome, ended.queue, ended.wait_s, ended.offers) == (
        Outcome.ABANDONED_QUEUE,
        "roads",
        40.0,
        0,
    )


def test_a_caller_who_hangs_up_while_it_rings_abandoned_the_queue() -> None:
    floor, call, _ = ringing()
    floor.pass_s(7)
    floor.hang_up(call)
    ended = floor.last(CallEnded)
    assert (ended.outcome, ended.agent, ended.wait_s, ended.offers) == (
        Outcome.ABANDONED_QUEUE,
        None,
        7.0,
        1,
    )


def test_a_caller_sent_to_112_ends_as_an_emergency() -> None:
    floor = Floor(ROADS)
    call = floor.arrive()
    floor.divert(call, Outcome.EMERGENCY)
    floor.pass_s(90)
    floor.hang_up(call)
    ended = floor.last(CallEnded)
    assert (ended.outcome, ended.wait_s) == (Outcome.EMERGENCY, 0.0)


def test_a_caller_the_static_queue_took_ends_as_fallback_and_waited_until_then() -> None:
    floor = Floor(ROADS)
    call = floor.call()
    floor.pass_s(61)
    floor.divert(call, Outcome.FALLBACK)
    floor.pass_s(200)
    floor.hang_up(call)
    ended = floor.last(CallEnded)
    assert (ended.outcome, ended.wait_s, ended.talk_s) == (Outcome.FALLBACK, 61.0, 0.0)


def test_every_call_ends_once() -> None:
    floor, call, _ = ringing()
    floor.answer()
    floor.hang_up(call)
    floor.tell(hung_up(call))
    assert len(floor.said(CallEnded)) == 1
    assert floor.engine.stale_events == {"CallHungUp": 1}


# --- the answer crosses the hang-up ----------------------------------------------------------------


def test_a_hang_up_between_answer_and_bridge_gives_the_agent_back() -> None:
    floor, call, offer = ringing()
    floor.tell(OfferAnswered(offer=offer), hung_up(call))
    assert floor.last(CallEnded).outcome is Outcome.ABANDONED_QUEUE
    assert floor.see().state is AgentState.RESERVED
    floor.tell(TalkEnded(offer=offer))
    assert floor.see().state is AgentState.READY
    assert floor.said(CallConnected) == []


def test_a_hang_up_before_the_answer_is_known_has_rescinded_the_offer() -> None:
    floor, call, offer = ringing()
    floor.obeys = False
    floor.tell(hung_up(call), OfferAnswered(offer=offer))
    assert [one.state for one in floor.said(OfferEnded)] == [OfferState.RESCINDED]
    assert floor.engine.stale_events == {"OfferAnswered": 1}
    floor.tell(TalkEnded(offer=offer))
    assert floor.see().state is AgentState.READY
    assert floor.see().leg is None


def test_a_hang_up_behind_the_bridge_was_a_talk() -> None:
    floor, call, offer = ringing()
    floor.tell(OfferAnswered(offer=offer), TalkStarted(offer=offer, call=call), hung_up(call))
    assert floor.last(CallEnded).outcome is Outcome.CONNECTED


def test_an_agent_who_hangs_up_before_the_bridge_leaves_the_caller_waiting() -> None:
    floor, call, offer = ringing()
    floor.agent("bartek")
    floor.tell(OfferAnswered(offer=offer))
    floor.tell(TalkEnded(offer=offer))
    assert floor.takers()[0] == (call, "anna")
    assert floor.takers()[1][0] == call
    assert floor.said(CallReleased) == []


def test_a_leg_that_ends_while_it_still_counts_as_ringing_did_not_reach_the_phone() -> None:
    floor, call, offer = ringing()
    floor.tell(TalkEnded(offer=offer))
    assert floor.last(OfferEnded).state is OfferState.UNREACHABLE
    assert floor.look(call).place == "waiting"
    assert floor.see().state is AgentState.READY


# --- legs that outlive their call ------------------------------------------------------------------


def test_an_answered_leg_that_never_meets_the_caller_is_hung_up_and_both_are_free_again() -> None:
    floor, call, offer = ringing()
    floor.obeys = False
    floor.tell(OfferAnswered(offer=offer))
    floor.pass_s(3)
    assert floor.ordered(HangUpLeg) == [HangUpLeg(leg=f"offer-{offer}")]  # type: ignore[arg-type]
    assert floor.takers() == [(call, "anna"), (call, "anna")]


def test_a_leg_that_outlives_its_call_keeps_the_next_away_until_it_is_hung_up() -> None:
    floor, call, offer = ringing(wrap_up_s=0.0)
    floor.answer()
    floor.obeys = False
    floor.tell(hung_up(call))
    waiting = floor.call()
    assert floor.see().state is AgentState.READY
    assert len(floor.takers()) == 1
    floor.pass_s(3)
    assert floor.ordered(HangUpLeg) == [HangUpLeg(leg=f"offer-{offer}")]  # type: ignore[arg-type]
    assert floor.takers()[-1] == (waiting, "anna")


def test_a_leg_that_goes_in_time_is_left_alone() -> None:
    floor, call, _ = ringing(wrap_up_s=0.0)
    floor.answer()
    floor.hang_up(call)
    floor.pass_s(10)
    assert floor.ordered(HangUpLeg) == []


# --- answered after all ----------------------------------------------------------------------------


def test_an_offer_given_up_here_and_answered_after_all_is_taken_as_it_is() -> None:
    floor, call, late = ringing()
    floor.agent("bartek")
    floor.obeys = False
    floor.pass_s(23)
    assert floor.takers() == [(call, "anna"), (call, "bartek")]
    floor.tell(OfferAnswered(offer=late), TalkStarted(offer=late, call=call))
    assert floor.ordered(RescindOffer)[-1].offer == floor.ringing().offer
    assert (floor.look(call).agent, floor.look(call).place) == ("anna", "talking")
    assert floor.see("anna").state is AgentState.TALKING
    assert floor.see("bartek").state is AgentState.READY


def test_a_call_found_talking_is_offered_to_nobody_else() -> None:
    floor, call, late = ringing()
    floor.agent("bartek")
    floor.obeys = False
    floor.pass_s(23)
    floor.agent("celina")
    floor.tell(TalkStarted(offer=late, call=call))
    assert floor.takers() == [(call, "anna"), (call, "bartek")]
    assert floor.see("celina").state is AgentState.READY


def test_a_bridge_of_a_leg_that_was_hung_up_for_good_changes_nothing() -> None:
    floor, first, late = ringing(rona_offers_max=9)
    floor.agent("bartek")
    floor.obeys = False
    floor.pass_s(23)
    assert floor.takers()[-1] == (first, "bartek")
    second = floor.call()
    floor.pass_s(3)
    assert floor.takers()[-1] == (second, "anna")
    floor.tell(TalkStarted(offer=late, call=first))
    assert floor.engine.stale_events == {"TalkStarted": 1}


def test_a_second_agent_who_draws_the_caller_away_ends_the_first_ones_talk() -> None:
    floor, call, late = ringing(wrap_up_s=30.0)
    floor.agent("bartek")
    floor.obeys = False
    floor.pass_s(23)
    second = floor.ringing().offer
    floor.tell(OfferAnswered(offer=second), TalkStarted(offer=second, call=call))
    floor.pass_s(1)
    floor.tell(TalkStarted(offer=late, call=call), TalkEnded(offer=second))
    assert floor.see("anna").state is AgentState.TALKING
    assert floor.see("bartek").state is AgentState.WRAP_UP
    floor.tell(hung_up(call), TalkEnded(offer=late))
    floor.pass_s(30)
    assert {floor.see("anna").state, floor.see("bartek").state} == {AgentState.READY}
    assert len(floor.said(CallEnded)) == 1


def test_an_agent_who_talks_already_does_not_begin_another_talk() -> None:
    floor, call, offer = ringing()
    floor.answer()
    other = floor.call()
    floor.tell(TalkStarted(offer=offer, call=other))
    assert floor.look(call).place == "talking"
    assert floor.look(other).place == "waiting"


def test_a_word_of_a_leg_that_nobody_knows_is_stale() -> None:
    floor, _, _ = ringing()
    floor.tell(TalkEnded(offer=OfferId("x")), OfferAnswered(offer=OfferId("x")))
    floor.end_leg(OfferId("x"), OfferCause.NO_ANSWER)
    assert floor.engine.stale_events == {"TalkEnded": 1, "OfferAnswered": 1}
