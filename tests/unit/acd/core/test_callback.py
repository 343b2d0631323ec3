import json

import pytest

from acd.core.engine import Engine
from acd.core.policy import CallbackPolicy, OverflowStep
from acd.core.snapshot import Snapshot
from contact import codec
from contact.callbacks import (
    AttemptEnd,
    CallbackAttempted,
    CallbackDialled,
    CallbackOrdered,
    CallbackRested,
    CallbackResumed,
    CallbackWithdrawn,
    Rest,
)
from contact.commands import Destination, HangUpLeg, OfferCall, RescindOffer
from contact.events import CallConnected, CallEnded, CallHungUp, CallLeftQueue, CallOffered, TelephonyLost
from contact.ids import E164, AgentId, CallId, Language, OfferId, QueueId, callback_id
from contact.opening import Window
from contact.states import AgentState, Availability, OfferCause, Outcome
from tests.unit.acd.core.floor import Floor, queue

NUMBER = E164("+48600700800")
RULES = CallbackPolicy(attempts_max=2, gap_s=60.0, dial_timeout_s=20.0, expires_s=3_600.0)


def ordered(number: E164 = NUMBER, *, name: str = "1", **rest: object) -> CallbackOrdered:
    return CallbackOrdered(
        call=callback_id(name),
        number=number,
        queue=QueueId("roads"),
        key=name,
        language=Language("pl"),
        **rest,  # type: ignore[arg-type]
    )


def floor(rules: CallbackPolicy = RULES, **rest: object) -> Floor:
    return Floor(queue("roads", "roads", callback=rules, **rest), queue("waste", "waste"))


def called(made: Floor) -> OfferId:
    """Have the agent answer the offer that was made last, so that the citizen is dialled."""
    offer = made.ringing().offer
    made.tell(*made.exchange.answer(offer))
    return offer


def place(made: Floor, name: str = "1") -> str:
    return made.look(callback_id(name)).place


def test_the_agent_is_rung_first_with_the_attempt_in_the_pop_and_then_the_citizen_is_dialled() -> None:
    made = floor()
    made.agent("anna")
    made.tell(ordered())
    order = made.ringing()
    assert (order.caller, order.caller_channel, order.dial_timeout_s) == (NUMBER, "", 20.0)
    assert made.last(CallOffered).attempt == 1
    offer = called(made)
    assert made.last(CallbackDialled).attempt == 1
    assert (place(made), made.see().state) == ("dialling", AgentState.RESERVED)
    made.tell(*made.exchange.pick_up(offer))
    assert (made.last(CallConnected).call, made.see().state) == (callback_id("1"), AgentState.TALKING)
    made.tell(*made.exchange.hang_up(callback_id("1")))
    ended = made.last(CallEnded)
    assert (ended.outcome, ended.agent, ended.caller) == (Outcome.CALLED_BACK, "anna", NUMBER)
    assert made.see().state is AgentState.WRAP_UP


@pytest.mark.parametrize(
    ("cause", "end"),
    [
        (17, AttemptEnd.BUSY),
        (21, AttemptEnd.BUSY),
        (19, AttemptEnd.NO_ANSWER),
        (0, AttemptEnd.NO_ANSWER),
        (1, AttemptEnd.UNREACHABLE),
        (34, AttemptEnd.UNREACHABLE),
    ],
)
def test_each_end_of_an_attempt_counts_and_lets_it_rest(cause: int, end: AttemptEnd) -> None:
    made = floor()
    made.agent("anna")
    made.tell(ordered())
    made.tell(*made.exchange.fail(called(made), cause))
    attempted = made.last(CallbackAttempted)
    assert (attempted.attempt, attempted.end) == (1, end)
    assert (made.last(CallbackRested).reason, made.last(CallbackRested).until_at) == (
        Rest.GAP,
        made.now + 60.0,
    )
    assert made.see().state is AgentState.READY
    assert not made.said(CallLeftQueue)


def test_after_the_gap_it_stands_where_it_stood() -> None:
    made = floor()
    made.agent("anna")
    made.tell(ordered())
    made.tell(*made.exchange.fail(called(made), 17))
    made.wish("anna", Availability.NOT_READY)
    younger = made.call()
    made.pass_s(60.0)
    assert made.said(CallbackResumed)
    made.wish("anna", Availability.READY)
    assert made.ringing().call == callback_id("1")
    assert made.last(CallOffered).attempt == 2
    assert made.look(younger).place == "waiting"


def test_the_last_attempt_ends_it_with_one_record() -> None:
    made = floor()
    made.agent("anna")
    made.tell(ordered())
    made.tell(*made.exchange.fail(called(made), 17))
    made.pass_s(60.0)
    made.tell(*made.exchange.fail(called(made), 19))
    assert [one.outcome for one in made.said(CallEnded)] == [Outcome.CALLBACK_FAILED]
    assert [one.reason for one in made.said(CallLeftQueue)] == ["callback_failed"]
    assert not made.has(callback_id("1"))
    made.tell(ordered(name="2"))
    assert made.has(callback_id("2"))


def test_an_agent_who_hangs_up_while_dialling_has_made_an_attempt() -> None:
    made = floor()
    made.agent("anna")
    made.tell(ordered())
    made.end_leg(called(made))
    assert [one.end for one in made.said(CallbackAttempted)] == [AttemptEnd.NO_ANSWER]
    assert made.see().state is AgentState.READY


def test_an_agents_leg_that_ends_without_a_citizens_leg_has_made_an_attempt() -> None:
    made = floor()
    made.agent("anna")
    made.tell(ordered())
    offer = called(made)
    del made.exchange.dialling[offer]
    made.end_leg(offer)
    assert made.last(CallbackAttempted).attempt == 1
    assert place(made) == "resting"


def test_a_dialling_that_nobody_ends_is_ended_after_its_time() -> None:
    made = floor()
    made.agent("anna")
    made.tell(ordered())
    offer = called(made)
    made.obeys = False
    made.pass_s(19.0)
    assert place(made) == "dialling"
    made.pass_s(5.0)
    assert made.ordered(HangUpLeg)[-1].leg == f"offer-{offer}"
    assert (place(made), made.see().state) == ("resting", AgentState.READY)


def test_a_declined_offer_is_no_attempt() -> None:
    made = floor()
    made.agent("anna")
    made.agent("bartek", roads=50)
    made.tell(ordered())
    first = made.ringing()
    made.end_leg(first.offer, OfferCause.DECLINED)
    assert made.ringing().agent != first.agent
    assert made.last(CallOffered).attempt == 1
    assert not made.said(CallbackAttempted)


def test_callers_and_callbacks_are_one_order() -> None:
    made = floor()
    oldest = made.call()
    made.pass_s(1.0)
    made.tell(ordered())
    made.pass_s(1.0)
    youngest = made.call()
    made.agent("anna", wrap_up_s=0.0)
    for _ in range(3):
        offer = called(made)
        if offer in made.exchange.dialling:
            made.tell(*made.exchange.pick_up(offer))
        made.end_leg(offer)
    assert [call for call, _ in made.takers()] == [oldest, callback_id("1"), youngest]


def test_outside_the_hours_it_rests_and_when_they_end_it_rests_again() -> None:
    hours = (Window(days=frozenset(range(7)), opens=20, closes=30),)  # 1970-01-01T00:20Z to 00:30Z
    made = floor(CallbackPolicy(hours=hours))
    made.tell(ordered())
    assert (made.last(CallbackRested).reason, made.last(CallbackRested).until_at) == (Rest.HOURS, 1_200.0)
    made.pass_s(250.0)
    assert place(made) == "waiting"
    made.pass_s(600.0)
    assert (place(made), made.last(CallbackRested).until_at) == ("resting", 86_400.0 + 1_200.0)
    made.agent("anna")
    assert not made.ordered(OfferCall)


def test_an_offer_that_fails_after_the_hours_is_not_made_again() -> None:
    hours = (Window(days=frozenset(range(7)), opens=0, closes=17),)
    made = floor(CallbackPolicy(hours=hours), ring_timeout_s=600.0)
    made.agent("anna")
    made.agent("bartek", roads=50)
    made.tell(ordered())
    made.pass_s(30.0)
    made.end_leg(made.ringing().offer, OfferCause.DECLINED)
    made.pass_s(1.0)
    assert len(made.ordered(OfferCall)) == 1
    assert place(made) == "resting"


def test_it_expires() -> None:
    made = floor()
    made.tell(ordered())
    made.pass_s(3_600.0)
    assert made.last(CallEnded).outcome is Outcome.CALLBACK_EXPIRED
    assert made.last(CallEnded).wait_s == 3_600.0


def test_one_that_expires_while_it_is_offered_ends_with_the_offer() -> None:
    made = floor(ring_timeout_s=600.0)
    made.tell(ordered())
    made.pass_s(3_599.0)
    made.agent("anna")
    made.pass_s(10.0)
    assert not made.said(CallEnded)
    made.end_leg(made.ringing().offer, OfferCause.DECLINED)
    made.pass_s(0.0)
    assert made.last(CallEnded).outcome is Outcome.CALLBACK_EXPIRED


def test_withdrawn_it_stops_the_phone_that_rings() -> None:
    made = floor()
    made.agent("anna")
    made.tell(ordered())
    made.tell(CallbackWithdrawn(call=callback_id("1"), by=AgentId("sylwia")))
    assert made.ordered(RescindOffer)
    assert [one.outcome for one in made.said(CallEnded)] == [Outcome.CALLBACK_WITHDRAWN]
    assert made.see().state is AgentState.READY


def test_one_that_is_dialled_is_not_withdrawn() -> None:
    made = floor()
    made.agent("anna")
    made.tell(ordered())
    called(made)
    made.tell(CallbackWithdrawn(call=callback_id("1"), by=AgentId("sylwia")))
    assert place(made) == "dialling"
    assert made.engine.stale_events["CallbackWithdrawn"] == 1


def test_a_citizen_who_reaches_an_agent_of_the_queue_is_not_called_any_more() -> None:
    made = floor()
    made.tell(ordered(E164("+48600100200")))  # the number of every caller of this exchange
    made.tell(ordered(E164("+48600100201"), name="2"))
    call = made.call(priority=1)
    made.agent("anna")
    made.answer()
    assert made.last(CallConnected).call == call
    assert [one.call for one in made.said(CallEnded)] == [callback_id("1")]
    assert made.has(callback_id("2"))


def test_a_citizen_who_waits_again_in_the_same_call_is_not_called() -> None:
    made = floor()
    call = made.call()
    made.exchange.waiting.pop(call)
    made.divert(call, Outcome.OVERFLOWED)
    made.tell(ordered(name=call, origin=call))
    made.tell(made.queued(call))
    assert made.last(CallEnded).outcome is Outcome.CALLBACK_WITHDRAWN
    assert made.look(call).place == "waiting"


def test_they_have_their_place_back_among_those_who_came_in_the_same_instant() -> None:
    made = floor(overflow=(OverflowStep(after_s=30.0, leave=Destination.CALLBACK),))
    first = made.call()
    second = made.call("waste", requirement="roads")
    made.pass_s(30.0)
    made.tell(ordered(name=first, origin=first))
    made.tell(made.queued(first, joined_at=made.now - 30.0))
    made.agent("anna", roads=80, waste=80)
    assert made.takers() == [(first, "anna")]
    assert made.look(second).place == "waiting"


def test_an_answer_that_crosses_the_withdrawal_of_its_offer_counts() -> None:
    made = floor()
    made.agent("anna")
    made.tell(ordered())
    offer = made.ringing().offer
    made.obeys = False
    made.wish("anna", Availability.LOGGED_OUT)
    assert made.last(CallOffered).offer == offer
    made.tell(*made.exchange.answer(offer))
    assert made.look(callback_id("1")).callback.attempts == 1  # type: ignore[union-attr]


def test_a_phone_that_fell_silent_out_of_sight_may_have_dialled() -> None:
    made = floor()
    made.agent("anna")
    made.tell(ordered())
    made.tell(TelephonyLost())
    offer = made.ringing().offer
    made.exchange.answer(offer)
    made.exchange.fail(offer, 17)
    made.tell(made.exchange.report())
    attempted = made.last(CallbackAttempted)
    assert (attempted.attempt, attempted.end) == (1, AttemptEnd.UNKNOWN)
    assert place(made) == "resting"
    assert len(made.ordered(OfferCall)) == 1


def test_a_dialling_that_began_out_of_sight_goes_on() -> None:
    made = floor()
    made.agent("anna")
    made.tell(ordered())
    made.tell(TelephonyLost())
    offer = made.ringing().offer
    made.exchange.answer(offer)
    made.tell(made.exchange.report())
    assert (place(made), made.last(CallbackDialled).attempt) == ("dialling", 1)
    made.tell(*made.exchange.pick_up(offer))
    assert made.see().state is AgentState.TALKING


def test_a_talk_that_began_out_of_sight_is_adopted() -> None:
    made = floor()
    made.agent("anna")
    made.tell(ordered())
    made.tell(TelephonyLost())
    offer = made.ringing().offer
    made.exchange.answer(offer)
    made.exchange.pick_up(offer)
    made.tell(made.exchange.report())
    assert (place(made), made.see().state) == ("talking", AgentState.TALKING)
    made.tell(made.exchange.report())
    assert len(made.said(CallConnected)) == 1


def test_a_dialling_whose_offer_was_given_up_out_of_sight_is_ended_and_counts() -> None:
    made = floor()
    made.agent("anna")
    made.agent("bartek", roads=50)
    made.tell(ordered())
    offer = made.ringing().offer
    made.obeys = False
    made.tell(TelephonyLost())
    made.wish(made.ringing().agent, Availability.LOGGED_OUT)
    made.exchange.answer(offer)
    made.tell(made.exchange.report())
    assert made.ordered(HangUpLeg)[-1].leg == f"offer-{offer}"
    assert (place(made), made.last(CallbackAttempted).end) == ("resting", AttemptEnd.UNKNOWN)
    assert len(made.ordered(OfferCall)) == 1


def test_nothing_is_otherwise_while_it_waits_rests_and_dials() -> None:
    made = floor()
    made.tell(ordered())
    assert not made.engine.drift(made.exchange.report())
    made.agent("anna")
    offer = called(made)
    assert not made.engine.drift(made.exchange.report())
    made.tell(*made.exchange.fail(offer, 17))
    assert not made.engine.drift(made.exchange.report())
    made.tell(made.exchange.report())
    assert place(made) == "resting"


def test_one_that_waits_waits_on_after_telephony_was_out_of_sight() -> None:
    made = floor()
    made.tell(ordered(), TelephonyLost(), made.exchange.report())
    assert place(made) == "waiting"
    made.agent("anna")
    assert made.ringing().call == callback_id("1")


def test_a_snapshot_brings_it_back_with_its_order() -> None:
    made = floor()
    made.agent("anna")
    made.tell(ordered())
    made.tell(*made.exchange.fail(called(made), 17))
    text = json.dumps(codec.to_plain(made.engine.snapshot()))
    made.engine = Engine.restore(codec.from_plain(Snapshot, json.loads(text)), made.policy)
    assert made.engine.ordered("1") == callback_id("1")
    made.tell(ordered(name="2"))
    assert not made.has(callback_id("2"))
    made.pass_s(60.0)
    assert made.last(CallOffered).attempt == 2


def test_the_rules_of_a_new_policy_hold_at_once() -> None:
    made = floor()
    made.tell(ordered())
    made.pass_s(100.0)
    strict = floor(CallbackPolicy(expires_s=60.0)).policy
    made.commands += made.engine.change_policy(strict, made.now)
    assert made.last(CallEnded).outcome is Outcome.CALLBACK_EXPIRED


def test_word_of_a_citizens_leg_that_comes_late_means_nothing() -> None:
    made = floor()
    made.tell(ordered(), CallHungUp(call=callback_id("1"), cause=16))
    assert place(made) == "waiting"
    assert made.engine.stale_events["CallHungUp"] == 1
    made.tell(CallbackWithdrawn(call=CallId("cb-none"), by=AgentId("sylwia")))
    assert made.engine.stale_events["CallbackWithdrawn"] == 1


def test_what_stands_tells_the_place_and_why() -> None:
    made = floor()
    made.agent("anna")
    made.tell(ordered(), ordered(E164("+48600700801"), name="2", not_before_at=made.now + 30.0))
    first, second = made.engine.callbacks()
    assert (first.place, first.agent, first.due_at, first.attempts_max) == ("offered", "anna", None, 2)
    assert (second.place, second.rest, second.due_at) == ("resting", Rest.SCHEDULED, made.now + 30.0)
    assert second.joined_at == made.now + 30.0
    made.pass_s(30.0)
    assert made.engine.callbacks()[1].place == "waiting"
    assert made.said(CallOffered)[0].call == callback_id("1")
