import pytest

from contact.commands import HangUpLeg, RescindOffer
from contact.events import (
    AgentRemoved,
    AgentStateChanged,
    OfferEnded,
    OfferFailed,
    PhoneChanged,
    WrapUpCompleted,
    WrapUpExtended,
)
from contact.ids import AgentId, CallId, Extension
from contact.states import AgentState, Availability, OfferCause, OfferState, PhoneState
from tests.unit.acd.core.floor import EXTENSIONS, ROADS, WASTE, Floor, configured, queue

ANNA = AgentId("anna")


def wrapping(**rest: float) -> tuple[Floor, CallId]:
    """Anna has just ended a call."""
    floor = Floor(ROADS, WASTE, wrap_up_s=30.0, wrap_up_extension_s=60.0, **rest)
    floor.agent("anna")
    return floor, floor.talked()


# --- being there ---------------------------------------------------------------------------------


def test_a_configured_agent_is_known_and_logged_out() -> None:
    floor = Floor()
    floor.agent("anna", wish=None)
    state = floor.last(AgentStateChanged)
    assert (state.old, state.new, state.availability) == (
        AgentState.LOGGED_OUT,
        AgentState.LOGGED_OUT,
        Availability.LOGGED_OUT,
    )


@pytest.mark.parametrize(
    ("wish", "state"),
    [
        (Availability.READY, AgentState.READY),
        (Availability.NOT_READY, AgentState.NOT_READY),
        (Availability.LOGGED_OUT, AgentState.LOGGED_OUT),
    ],
)
@pytest.mark.parametrize(
    "before", [None, Availability.READY, Availability.NOT_READY, Availability.LOGGED_OUT]
)
def test_a_wish_of_one_who_rests_comes_true_at_once(
    before: Availability | None, wish: Availability, state: AgentState
) -> None:
    floor = Floor()
    floor.agent("anna", wish=before)
    said = len(floor.said(AgentStateChanged))
    floor.wish("anna", wish, "training", by="sylwia")
    fact = floor.last(AgentStateChanged)
    assert (fact.new, fact.availability, fact.reason, fact.by) == (state, wish, "training", "sylwia")
    assert len(floor.said(AgentStateChanged)) == said + 1


def test_the_reason_for_not_being_ready_can_be_changed() -> None:
    floor = Floor()
    floor.agent("anna", wish=Availability.NOT_READY)
    floor.wish("anna", Availability.NOT_READY, "lunch")
    state = floor.last(AgentStateChanged)
    assert (state.old, state.new, state.reason) == (AgentState.NOT_READY, AgentState.NOT_READY, "lunch")


def test_signing_in_begins_the_counts_anew() -> None:
    floor = Floor(wrap_up_s=0.0)
    floor.agent("anna")
    floor.talked(seconds=10)
    assert (floor.see().calls, floor.see().talk_s) == (1, 10.0)
    floor.wish("anna", Availability.NOT_READY)
    assert floor.see().calls == 1
    floor.wish("anna", Availability.LOGGED_OUT)
    floor.pass_s(100)
    floor.wish("anna", Availability.READY)
    assert (floor.see().calls, floor.see().talk_s, floor.see().idle_since_at) == (0, 0.0, floor.now)


def test_going_ready_from_a_break_does_not_cost_the_place_among_the_idle() -> None:
    floor = Floor()
    floor.agent("anna")
    idle_since_at = floor.see().idle_since_at
    floor.pass_s(100)
    floor.wish("anna", Availability.NOT_READY)
    floor.wish("anna", Availability.READY)
    assert floor.see().idle_since_at == idle_since_at


def test_going_not_ready_while_it_rings_leaves_the_offer_and_rules_after_it() -> None:
    floor = Floor()
    floor.agent("anna")
    floor.call()
    floor.wish("anna", Availability.NOT_READY, "lunch")
    state = floor.last(AgentStateChanged)
    assert (state.new, state.availability) == (AgentState.RESERVED, Availability.NOT_READY)
    floor.end_leg(floor.ringing().offer, OfferCause.NO_ANSWER)
    state = floor.last(AgentStateChanged)
    assert (state.new, state.reason) == (AgentState.NOT_READY, "lunch")


def test_signing_out_while_it_rings_takes_the_offer_back() -> None:
    floor = Floor()
    floor.agent("anna")
    call = floor.call()
    floor.wish("anna", Availability.LOGGED_OUT)
    assert floor.last(OfferEnded).state is OfferState.RESCINDED
    assert floor.ordered(RescindOffer)
    assert floor.see().state is AgentState.LOGGED_OUT
    assert floor.look(call).place == "waiting"


def test_signing_out_between_the_answer_and_the_bridge_rules_after_the_talk() -> None:
    floor = Floor(wrap_up_s=0.0)
    floor.agent("anna")
    call = floor.call()
    answered, started = floor.pick_up()
    floor.tell(answered)
    floor.wish("anna", Availability.LOGGED_OUT)
    floor.tell(started)
    assert floor.see().state is AgentState.TALKING
    floor.hang_up(call)
    assert floor.see().state is AgentState.LOGGED_OUT


@pytest.mark.parametrize(
    ("wish", "state"),
    [
        (Availability.READY, AgentState.READY),
        (Availability.NOT_READY, AgentState.NOT_READY),
        (Availability.LOGGED_OUT, AgentState.LOGGED_OUT),
    ],
)
def test_a_wish_during_the_talk_rules_after_the_wrap_up(wish: Availability, state: AgentState) -> None:
    floor = Floor(wrap_up_s=30.0)
    floor.agent("anna")
    call = floor.call()
    floor.answer()
    floor.wish("anna", wish)
    said = floor.last(AgentStateChanged)
    assert (said.new, said.availability) == (AgentState.TALKING, wish)
    floor.hang_up(call)
    assert floor.see().state is AgentState.WRAP_UP
    floor.pass_s(30)
    assert floor.see().state is state


@pytest.mark.parametrize(
    ("wish", "state"),
    [
        (Availability.READY, AgentState.READY),
        (Availability.NOT_READY, AgentState.NOT_READY),
        (Availability.LOGGED_OUT, AgentState.LOGGED_OUT),
    ],
)
def test_a_wish_in_wrap_up_ends_it(wish: Availability, state: AgentState) -> None:
    floor, _ = wrapping()
    floor.wish("anna", wish)
    assert floor.see().state is state
    assert floor.see().call is None
    floor.pass_s(100)
    assert floor.see().state is state


# --- the phone -----------------------------------------------------------------------------------


@pytest.mark.parametrize("phone", [PhoneState.IN_USE, PhoneState.UNREACHABLE])
def test_a_phone_that_cannot_take_calls_makes_its_agent_not_ready_until_it_can(phone: PhoneState) -> None:
    floor = Floor()
    floor.agent("anna")
    floor.phone("anna", phone)
    state = floor.last(AgentStateChanged)
    assert (state.new, state.availability, state.reason) == (
        AgentState.NOT_READY,
        Availability.READY,
        f"phone_{phone}",
    )
    call = floor.call()
    assert floor.takers() == []
    floor.phone("anna", PhoneState.IDLE)
    assert floor.takers() == [(call, "anna")]


def test_another_trouble_of_the_phone_is_said_too() -> None:
    floor = Floor()
    floor.agent("anna")
    floor.phone("anna", PhoneState.UNREACHABLE)
    floor.phone("anna", PhoneState.IN_USE)
    assert floor.last(AgentStateChanged).reason == "phone_in_use"


def test_the_same_trouble_again_is_not() -> None:
    floor = Floor()
    floor.agent("anna", phone=PhoneState.UNREACHABLE)
    said = len(floor.said(AgentStateChanged))
    floor.phone("anna", PhoneState.UNREACHABLE)
    assert len(floor.said(AgentStateChanged)) == said


def test_signing_in_without_a_phone_is_not_ready_with_the_phone_as_the_reason() -> None:
    floor = Floor()
    floor.agent("anna", phone=PhoneState.UNREACHABLE)
    state = floor.last(AgentStateChanged)
    assert (state.new, state.reason) == (AgentState.NOT_READY, "phone_unreachable")


def test_a_phone_moves_nobody_who_is_not_signed_in() -> None:
    floor = Floor()
    floor.agent("anna", wish=None)
    said = len(floor.said(AgentStateChanged))
    floor.phone("anna", PhoneState.IN_USE)
    assert len(floor.said(AgentStateChanged)) == said


def test_a_phone_that_is_in_use_by_our_own_call_says_nothing_new() -> None:
    floor = Floor(wrap_up_s=30.0)
    floor.agent("anna")
    call = floor.call()
    floor.phone("anna", PhoneState.IN_USE)
    floor.answer()
    assert floor.see().state is AgentState.TALKING
    floor.hang_up(call)
    floor.phone("anna", PhoneState.IDLE)
    floor.complete("anna", call)
    assert floor.see().state is AgentState.READY


def test_a_phone_lost_during_wrap_up_shows_after_it() -> None:
    floor, call = wrapping()
    floor.phone("anna", PhoneState.UNREACHABLE)
    assert floor.see().state is AgentState.WRAP_UP
    floor.complete("anna", call)
    assert floor.last(AgentStateChanged).reason == "phone_unreachable"


def test_a_phone_in_use_by_our_own_leg_is_free_the_moment_that_leg_is_gone() -> None:
    floor = Floor(wrap_up_s=0.0)
    floor.agent("anna")
    first, second = floor.call(), floor.call()
    floor.phone("anna", PhoneState.IN_USE)
    floor.answer()
    floor.hang_up(first)
    assert floor.takers() == [(first, "anna"), (second, "anna")]


@pytest.mark.parametrize("leg_first", [True, False])
def test_a_phone_that_is_free_again_after_a_failed_offer_is_ready_whichever_is_told_first(
    leg_first: bool,  # noqa: FBT001 - two orders
) -> None:
    floor = Floor()
    floor.agent("anna")
    call = floor.call()
    floor.phone("anna", PhoneState.IN_USE)
    floor.obeys = False
    floor.hang_up(call)
    leg_ended = OfferFailed(offer=floor.ringing().offer, cause=OfferCause.WITHDRAWN)
    free = PhoneChanged(extension=Extension(EXTENSIONS["anna"]), state=PhoneState.IDLE)
    floor.tell(*((leg_ended, free) if leg_first else (free, leg_ended)))
    assert floor.see().state is AgentState.READY


def test_a_phone_lost_while_an_old_leg_hangs_on_takes_no_offer_when_the_leg_is_gone() -> None:
    floor = Floor()
    floor.agent("anna")
    floor.obeys = False
    floor.hang_up(floor.call())
    floor.phone("anna", PhoneState.UNREACHABLE)
    floor.call()
    floor.pass_s(3)
    assert floor.ordered(HangUpLeg)
    assert len(floor.takers()) == 1
    assert floor.last(AgentStateChanged).reason == "phone_unreachable"


def test_a_phone_nobody_has_is_kept_for_the_agent_who_will() -> None:
    floor = Floor()
    floor.phone("anna", PhoneState.IDLE)
    floor.tell(configured("anna", {"roads": 80}))
    floor.wish("anna", Availability.READY)
    assert floor.see().state is AgentState.READY


# --- configuration -------------------------------------------------------------------------------


def test_new_skills_count_at_once() -> None:
    floor = Floor(ROADS, WASTE)
    floor.agent("anna", roads=80)
    call = floor.call("waste")
    floor.tell(configured("anna", {"waste": 40}))
    assert floor.takers() == [(call, "anna")]
    floor.call("roads")
    assert len(floor.takers()) == 1


def test_being_configured_again_as_before_changes_nothing() -> None:
    floor = Floor()
    floor.agent("anna")
    before, said = floor.see(), len(floor.facts)
    floor.tell(configured("anna", {"roads": 80}))
    assert floor.see() == before
    assert len(floor.facts) == said


def test_a_new_extension_is_a_phone_that_must_show_itself_first() -> None:
    floor = Floor()
    floor.agent("anna")
    change = configured("bartek", {"roads": 80})
    floor.tell(type(change)(agent=ANNA, name="Anna", extension=change.extension, skills=change.skills))
    assert floor.last(AgentStateChanged).reason == "phone_unreachable"
    floor.phone("anna", PhoneState.IDLE)
    assert floor.see().state is AgentState.NOT_READY
    floor.phone("bartek", PhoneState.IDLE)
    assert floor.see().state is AgentState.READY


def test_an_agent_configured_again_in_wrap_up_goes_on_with_it() -> None:
    floor, call = wrapping()
    floor.tell(configured("anna", {"roads": 50}))
    assert (floor.see().state, floor.see().call) == (AgentState.WRAP_UP, call)
    floor.pass_s(30)
    assert floor.see().state is AgentState.READY


def test_an_agent_configured_again_in_a_talk_goes_on_with_it() -> None:
    floor = Floor()
    floor.agent("anna")
    floor.call()
    floor.answer()
    floor.tell(configured("anna", {"waste": 50}))
    assert floor.see().state is AgentState.TALKING


def test_a_removed_agent_is_signed_out_and_forgotten() -> None:
    floor = Floor()
    floor.agent("anna")
    floor.tell(AgentRemoved(agent=ANNA))
    assert floor.last(AgentStateChanged).new is AgentState.LOGGED_OUT
    assert floor.engine.snapshot().agents == ()


def test_a_ringing_agent_who_is_removed_gives_the_call_back() -> None:
    floor = Floor()
    floor.agent("anna")
    call = floor.call()
    floor.tell(AgentRemoved(agent=ANNA))
    assert floor.last(OfferEnded).state is OfferState.RESCINDED
    assert floor.look(call).place == "waiting"
    floor.agent("bartek")
    assert floor.takers()[-1] == (call, "bartek")


def test_an_agent_removed_in_a_call_is_signed_out_when_it_is_over() -> None:
    floor = Floor(wrap_up_s=0.0)
    floor.agent("anna")
    call = floor.call()
    floor.answer()
    floor.tell(AgentRemoved(agent=ANNA))
    assert floor.see().state is AgentState.TALKING
    floor.hang_up(call)
    assert floor.see().state is AgentState.LOGGED_OUT


def test_an_agent_removed_between_the_answer_and_the_bridge_still_has_the_call() -> None:
    floor = Floor()
    floor.agent("anna")
    floor.call()
    answered, started = floor.pick_up()
    floor.tell(answered, AgentRemoved(agent=ANNA), started)
    assert floor.see().state is AgentState.TALKING


def test_an_agent_removed_in_wrap_up_is_forgotten_with_it() -> None:
    floor, _ = wrapping()
    floor.tell(AgentRemoved(agent=ANNA))
    assert floor.engine.snapshot().agents == ()
    assert floor.engine.next_deadline() is None


# --- wrap-up -------------------------------------------------------------------------------------


def test_wrap_up_ends_by_itself_at_its_deadline() -> None:
    floor, call = wrapping()
    state = floor.last(AgentStateChanged)
    assert (state.new, state.call, state.until_at) == (AgentState.WRAP_UP, call, floor.now + 30)
    floor.pass_s(29.9)
    assert floor.see().state is AgentState.WRAP_UP
    floor.pass_s(0.1)
    assert floor.see().state is AgentState.READY


def test_wrap_up_keeps_calls_away_and_its_end_brings_the_next() -> None:
    floor, call = wrapping()
    waiting = floor.call()
    assert len(floor.takers()) == 1
    floor.complete("anna", call)
    assert floor.takers()[-1] == (waiting, "anna")


def test_wrap_up_of_another_call_cannot_be_completed() -> None:
    floor, _ = wrapping()
    floor.tell(WrapUpCompleted(agent=ANNA, call=CallId("other")))
    assert floor.see().state is AgentState.WRAP_UP
    assert floor.engine.stale_events == {"WrapUpCompleted": 1}


def test_a_talk_cannot_be_completed() -> None:
    floor = Floor()
    floor.agent("anna")
    call = floor.call()
    floor.answer()
    floor.complete("anna", call)
    assert floor.see().state is AgentState.TALKING


def test_wrap_up_can_be_extended_once() -> None:
    floor, call = wrapping()
    began_at = floor.now
    floor.pass_s(20)
    for _ in range(2):
        floor.tell(WrapUpExtended(agent=ANNA, call=call))
        assert floor.see().until_at == began_at + 90
    assert floor.last(AgentStateChanged).until_at == began_at + 90
    assert floor.engine.stale_events == {"WrapUpExtended": 1}
    floor.pass_s(69.9)
    assert floor.see().state is AgentState.WRAP_UP
    floor.pass_s(0.1)
    assert floor.see().state is AgentState.READY


def test_the_next_wrap_up_can_be_extended_again() -> None:
    floor, call = wrapping()
    floor.tell(WrapUpExtended(agent=ANNA, call=call))
    floor.complete("anna", call)
    again = floor.talked()
    floor.tell(WrapUpExtended(agent=ANNA, call=again))
    assert floor.see().until_at == floor.now + 90


def test_no_time_for_wrap_up_means_ready_at_once() -> None:
    floor = Floor(wrap_up_s=0.0)
    floor.agent("anna")
    floor.talked()
    assert [one.new for one in floor.said(AgentStateChanged)][-2:] == [AgentState.WRAP_UP, AgentState.READY]
    assert floor.see().call is None


@pytest.mark.parametrize(
    ("agents_s", "queues_s", "limit_s"), [(None, None, 30.0), (None, 12.0, 12.0), (5.0, 12.0, 5.0)]
)
def test_the_limit_is_the_agents_own_or_the_queues_or_everybodys(
    agents_s: float | None, queues_s: float | None, limit_s: float
) -> None:
    floor = Floor(queue("roads", "roads", wrap_up_s=queues_s), wrap_up_s=30.0)
    floor.agent("anna", wrap_up_s=agents_s)
    floor.talked()
    assert floor.see().until_at == floor.now + limit_s


def test_the_idle_time_counts_from_the_end_of_the_talk() -> None:
    floor, _ = wrapping()
    ended_at = floor.now
    floor.pass_s(30)
    assert floor.see().idle_since_at == ended_at
