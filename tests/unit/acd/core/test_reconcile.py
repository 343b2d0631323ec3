"""After telephony was out of sight: what Asterisk reports becomes true in the books."""

from acd.core.policy import Relaxation
from acd.core.skills import parse
from contact.commands import HangUpLeg, RescindOffer
from contact.events import (
    AgentStateChanged,
    CallConnected,
    CallEnded,
    CallLeftQueue,
    CallReleased,
    CallWaiting,
    LiveOffer,
    OfferAnswered,
    OfferEnded,
    PhoneChanged,
    TelephonyLost,
    TelephonyResynced,
)
from contact.ids import CallId, Extension, OfferId
from contact.missed import TalkMissed
from contact.states import AgentState, OfferCause, OfferState, Outcome, PhoneState
from tests.unit.acd.core.floor import EXTENSIONS, ROADS, WASTE, Floor, queue

PHONE = Extension(EXTENSIONS["anna"])


def lost(**rest: float) -> Floor:
    """Anna is ready, and telephony goes out of sight."""
    floor = Floor(ROADS, WASTE, **rest)
    floor.agent("anna")
    return floor


def out_of_sight(floor: Floor) -> None:
    floor.tell(TelephonyLost())


def report(floor: Floor, *offers: LiveOffer) -> None:
    seen = floor.exchange.report()
    floor.tell(
        TelephonyResynced(
            calls=seen.calls, waiting=seen.waiting, offers=offers or seen.offers, phones=seen.phones
        )
    )


def missed(
    offer: OfferId, answered_at: float, ended_at: float, *, has_met: bool = True, by_caller: bool = False
) -> TalkMissed:
    return TalkMissed(
        offer=offer, answered_at=answered_at, ended_at=ended_at, has_met=has_met, by_caller=by_caller
    )


def live(offer: OfferId, call: CallId, *, answered: bool, extension: Extension = PHONE) -> LiveOffer:
    return LiveOffer(offer=offer, call=call, extension=extension, answered=answered)


# --- talks ---------------------------------------------------------------------------------------


def test_a_talk_that_was_all_out_of_sight_was_a_talk() -> None:
    floor = lost()
    call = floor.call()
    offer = floor.ringing().offer
    out_of_sight(floor)
    floor.pass_s(60)
    floor.exchange.answer(offer)
    floor.exchange.hang_up(call)
    floor.tell(missed(offer, 1_010.0, 1_040.0, by_caller=True))
    report(floor)
    assert [(one.connected_at, one.agent) for one in floor.said(CallConnected)] == [(1_010.0, "anna")]
    assert [(one.released_at, one.by_caller) for one in floor.said(CallReleased)] == [(1_040.0, True)]
    ended = floor.last(CallEnded)
    assert (ended.outcome, ended.agent, ended.wait_s, ended.talk_s) == (Outcome.CONNECTED, "anna", 10.0, 30.0)
    assert floor.see().until_at == 1_040.0 + floor.policy.wrap_up_s


def test_a_talk_that_ended_out_of_sight_ended_when_asterisk_says() -> None:
    floor = lost()
    call = floor.call()
    offer = floor.answer()
    floor.pass_s(10)
    out_of_sight(floor)
    floor.pass_s(60)
    floor.exchange.hang_up(call)
    floor.tell(missed(offer, 1_000.0, 1_020.0))
    report(floor)
    assert [one.released_at for one in floor.said(CallReleased)] == [1_020.0]
    assert floor.last(CallEnded).talk_s == 20.0


def test_asterisks_clock_moves_no_talk_before_its_offer_or_into_the_future() -> None:
    floor = lost()
    floor.call()
    offer = floor.ringing().offer
    out_of_sight(floor)
    floor.pass_s(5)
    floor.exchange.answer(offer)
    floor.exchange.end_leg(offer, OfferCause.NO_ANSWER)
    floor.tell(missed(offer, 900.0, 2_000.0))
    report(floor)
    released = floor.last(CallReleased)
    assert (released.connected_at, released.released_at) == (1_000.0, 1_005.0)


def test_an_answer_that_met_nobody_is_no_talk() -> None:
    floor = lost()
    call = floor.call()
    offer = floor.ringing().offer
    out_of_sight(floor)
    floor.exchange.hang_up(call)
    floor.exchange.answer(offer)
    floor.tell(missed(offer, 1_000.0, 1_000.0, has_met=False))
    report(floor)
    assert floor.last(CallEnded).outcome is Outcome.ABANDONED_QUEUE
    assert floor.engine.stale_events["TalkMissed"] == 1


def test_a_missed_talk_of_no_known_offer_means_nothing() -> None:
    floor = lost()
    out_of_sight(floor)
    floor.tell(missed(OfferId("r-9"), 1_000.0, 1_000.0))
    assert floor.engine.stale_events["TalkMissed"] == 1


# --- callers -------------------------------------------------------------------------------------


def test_unknown_callers_who_wait_are_taken_in_by_the_time_they_joined() -> None:
    floor = Floor(ROADS, resynced=False)
    for call, joined_at in (("b", 930.0), ("c", 940.0), ("a", 920.0)):
        floor.queued(CallId(call), joined_at=joined_at)
    report(floor)
    for name in ("anna", "bartek", "celina"):
        floor.agent(name)
    assert [call for call, _ in floor.takers()] == ["a", "b", "c"]
    assert [one.joined_at for one in floor.said(CallWaiting)] == [920.0, 930.0, 940.0]


def test_who_joined_in_the_same_instant_is_taken_in_by_call_id() -> None:
    floor = Floor(ROADS, resynced=False)
    for call in ("c", "a", "b"):
        floor.queued(CallId(call), joined_at=930.0)
    report(floor)
    for name in ("anna", "bartek", "celina"):
        floor.agent(name)
    assert [call for call, _ in floor.takers()] == ["a", "b", "c"]


def test_a_known_waiting_caller_keeps_their_place() -> None:
    floor = Floor(ROADS)
    first, second = floor.call(joined_at=950.0), floor.call(joined_at=960.0)
    out_of_sight(floor)
    report(floor)
    floor.agent("anna")
    floor.agent("bartek")
    assert [call for call, _ in floor.takers()] == [first, second]
    assert len(floor.said(CallWaiting)) == 2


def test_a_caller_who_left_the_ivr_for_the_queue_out_of_sight_waits() -> None:
    floor = Floor(ROADS)
    call = floor.arrive()
    out_of_sight(floor)
    floor.queued(call, joined_at=999.0)
    report(floor)
    assert (floor.look(call).place, floor.look(call).joined_at) == ("waiting", 999.0)


def test_a_call_that_is_gone_has_ended() -> None:
    floor = lost()
    call = floor.call("waste")
    out_of_sight(floor)
    floor.pass_s(10)
    floor.exchange.hang_up(call)
    report(floor)
    assert [(one.call, one.outcome) for one in floor.said(CallEnded)] == [(call, Outcome.ABANDONED_QUEUE)]


def test_a_waiting_call_that_is_elsewhere_leaves_the_queue_and_goes_on() -> None:
    floor = Floor(ROADS)
    call = floor.call()
    out_of_sight(floor)
    del floor.exchange.waiting[call]
    floor.exchange.after.add(call)
    floor.pass_s(5)
    report(floor)
    assert [(one.call, one.reason) for one in floor.said(CallLeftQueue)] == [(call, "out_of_sight")]
    assert floor.look(call).place == "after"
    floor.agent("anna")
    assert floor.takers() == []
    floor.pass_s(50)
    floor.hang_up(call)
    assert floor.last(CallEnded).wait_s == 5.0


def test_callers_go_by_the_steps_of_a_policy_that_came_with_a_restart() -> None:
    floor = Floor(queue("roads", "roads>=90"))
    floor.agent("anna", roads=50)
    call = floor.call()
    snapshot = floor.engine.snapshot()
    step = Relaxation(after_s=30, requirement=parse("roads"))
    fresh = Floor(queue("roads", "roads>=90", relaxations=(step,)), resynced=False)
    fresh.exchange = floor.exchange
    fresh.engine = type(floor.engine).restore(snapshot, fresh.policy)
    report(fresh)
    fresh.pass_s(30)
    assert fresh.takers() == [(call, "anna")]


# --- offers --------------------------------------------------------------------------------------


def test_an_offer_that_still_rings_goes_on() -> None:
    floor = lost()
    call = floor.call()
    out_of_sight(floor)
    report(floor)
    assert floor.said(OfferEnded) == []
    floor.answer()
    assert floor.look(call).place == "talking"


def test_a_ringing_leg_that_nobody_knows_is_stopped() -> None:
    floor = lost()
    out_of_sight(floor)
    stranger = live(OfferId("other-1"), CallId("c"), answered=False)
    floor.tell(TelephonyResynced(calls=(), waiting=(), offers=(stranger,), phones=()))
    assert floor.ordered(RescindOffer) == [RescindOffer(offer=OfferId("other-1"))]


def test_a_leg_that_still_rings_for_an_offer_that_is_over_is_stopped() -> None:
    floor = lost()
    call = floor.call()
    floor.obeys = False
    floor.hang_up(call)
    out_of_sight(floor)
    offer = floor.ringing().offer
    report(floor, live(offer, call, answered=False))
    assert [one.offer for one in floor.ordered(RescindOffer)] == [offer, offer]


def test_an_offer_whose_leg_is_gone_is_withdrawn_and_made_anew() -> None:
    floor = lost()
    call = floor.call()
    out_of_sight(floor)
    floor.exchange.legs.clear()
    report(floor)
    assert floor.last(OfferEnded).state is OfferState.RESCINDED
    assert floor.takers() == [(call, "anna"), (call, "anna")]


def test_an_offer_that_was_answered_out_of_sight_is_a_talk() -> None:
    floor = lost()
    call = floor.call()
    out_of_sight(floor)
    floor.exchange.answer(floor.ringing().offer)
    report(floor)
    assert floor.last(OfferEnded).state is OfferState.ACCEPTED
    assert [one.call for one in floor.said(CallConnected)] == [call]
    assert floor.see().state is AgentState.TALKING


def test_an_answered_leg_that_nobody_knows_is_a_talk_too() -> None:
    floor = lost()
    call = floor.call("waste")
    out_of_sight(floor)
    del floor.exchange.waiting[call]
    floor.exchange.after.add(call)
    stranger = live(OfferId("earlier-7"), call, answered=True)
    report(floor, stranger)
    connected = floor.last(CallConnected)
    assert (connected.offer, connected.agent, connected.queue) == ("earlier-7", "anna", "waste")
    assert floor.see().leg == "earlier-7"
    assert floor.look(call).place == "talking"


def test_an_answered_leg_of_an_unknown_call_or_phone_is_left_alone() -> None:
    floor = lost()
    call = floor.call("waste")
    out_of_sight(floor)
    report(
        floor,
        live(OfferId("x"), CallId("unknown"), answered=True),
        live(OfferId("y"), call, answered=True, extension=Extension("2999")),
    )
    assert floor.said(CallConnected) == []
    assert floor.see().state is AgentState.READY


def test_two_people_who_talked_all_along_go_on() -> None:
    floor = lost()
    call = floor.call()
    floor.answer()
    before = len(floor.facts)
    out_of_sight(floor)
    report(floor)
    assert floor.facts[before:] == []
    assert floor.look(call).place == "talking"


# --- talks that are over -------------------------------------------------------------------------


def test_a_talk_whose_leg_is_gone_is_over() -> None:
    floor = lost(wrap_up_s=30.0)
    call = floor.call()
    offer = floor.answer()
    out_of_sight(floor)
    floor.exchange.end_leg(offer, OfferState.ACCEPTED)  # type: ignore[arg-type]
    floor.pass_s(7)
    report(floor)
    assert [one.call for one in floor.said(CallReleased)] == [call]
    assert (floor.look(call).place, floor.see().state) == ("after", AgentState.WRAP_UP)


def test_a_talk_whose_call_is_gone_is_over_and_ended() -> None:
    floor = lost(wrap_up_s=30.0)
    call = floor.call()
    floor.answer()
    out_of_sight(floor)
    floor.exchange.hang_up(call)
    report(floor)
    assert floor.last(CallEnded).outcome is Outcome.CONNECTED
    assert floor.see().state is AgentState.WRAP_UP
    assert floor.see().leg is None


def test_an_answer_whose_leg_is_gone_without_a_talk_lets_the_caller_wait_on() -> None:
    floor = lost()
    call = floor.call()
    floor.tell(OfferAnswered(offer=floor.ringing().offer))
    out_of_sight(floor)
    floor.exchange.legs.clear()
    report(floor)
    assert floor.takers() == [(call, "anna"), (call, "anna")]


def test_a_talk_whose_caller_waits_again_is_over_and_its_leg_is_ended() -> None:
    floor = lost(wrap_up_s=0.0)
    call = floor.call()
    offer = floor.answer()
    out_of_sight(floor)
    floor.exchange.talking.clear()
    floor.queued(call, joined_at=1_000.0)
    floor.obeys = False
    report(floor, live(offer, call, answered=True))
    assert [one.call for one in floor.said(CallReleased)] == [call]
    assert floor.look(call).place == "waiting"
    floor.pass_s(3)
    assert floor.ordered(HangUpLeg) == [HangUpLeg(leg=f"offer-{offer}")]  # type: ignore[arg-type]
    assert floor.takers()[-1] == (call, "anna")


# --- phones ----------------------------------------------------------------------------------------


def test_phones_are_believed() -> None:
    floor = lost()
    out_of_sight(floor)
    floor.exchange.phones[PHONE] = PhoneState.UNREACHABLE
    floor.exchange.phones[Extension("2999")] = PhoneState.IDLE
    call = floor.exchange.arrive().call
    floor.queued(call)
    report(floor)
    assert floor.last(AgentStateChanged).reason == "phone_unreachable"
    assert floor.takers() == []
    floor.tell(PhoneChanged(extension=PHONE, state=PhoneState.IDLE))
    assert floor.takers() == [(call, "anna")]
