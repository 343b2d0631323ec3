"""Where the books and the exchange differ; each difference is gone after a resynchronisation."""

from collections.abc import Callable

import pytest

from acd.core.drift import Difference, Fault
from contact.events import OfferAnswered
from contact.ids import CallId, Extension, OfferId
from contact.states import AgentState, OfferCause, PhoneState
from tests.unit.acd.core.floor import EXTENSIONS, Floor

PHONE = Extension(EXTENSIONS["anna"])


def ringing() -> tuple[Floor, OfferId, CallId]:
    """A caller is offered to anna."""
    floor = Floor()
    floor.agent("anna")
    call = floor.call()
    return floor, floor.ringing().offer, call


def talking() -> tuple[Floor, OfferId, CallId]:
    floor, offer, call = ringing()
    floor.answer()
    return floor, offer, call


def waiting() -> tuple[Floor, OfferId, CallId]:
    floor = Floor()
    call = floor.call()
    return floor, OfferId(""), call


def found(floor: Floor) -> set[tuple[Fault, str]]:
    return {(one.fault, one.key) for one in floor.engine.drift(floor.exchange.report())}


@pytest.mark.parametrize("scene", [ringing, talking, waiting])
def test_what_both_know_is_no_difference(scene: Callable[[], tuple[Floor, OfferId, CallId]]) -> None:
    floor, _, _ = scene()
    assert found(floor) == set()


def test_an_agents_leg_that_ended_unheard_of() -> None:
    floor, offer, call = ringing()
    floor.exchange.end_leg(offer, OfferCause.NO_ANSWER)
    assert found(floor) == {(Fault.OFFER_WITHOUT_LEG, offer)}
    floor.tell(floor.exchange.report())
    assert found(floor) == set()
    assert floor.ringing().call == call


def test_a_talk_that_ended_unheard_of() -> None:
    floor, offer, call = talking()
    floor.exchange.hang_up(call)
    assert found(floor) == {(Fault.OFFER_WITHOUT_LEG, offer), (Fault.CALL_WITHOUT_LEG, call)}
    floor.tell(floor.exchange.report())
    assert found(floor) == set()
    assert floor.see().state is AgentState.WRAP_UP


def test_an_answer_that_nobody_heard_of_becomes_a_talk() -> None:
    floor, offer, _ = ringing()
    floor.exchange.answer(offer)
    assert found(floor) == {(Fault.ANSWER_UNKNOWN, offer)}
    floor.tell(floor.exchange.report())
    assert found(floor) == set()
    assert floor.see().state is AgentState.TALKING


def test_an_answer_on_its_way_into_the_bridge_is_no_difference() -> None:
    floor, offer, _ = ringing()
    floor.exchange.answer(offer)
    floor.tell(OfferAnswered(offer=offer))
    assert found(floor) == set()


def test_a_leg_that_the_books_do_not_know_is_ended() -> None:
    floor, offer, _ = ringing()
    leg = floor.exchange.legs[offer]
    floor.end_leg(offer, OfferCause.DECLINED)
    floor.exchange.legs[offer] = leg
    assert found(floor) == {(Fault.LEG_WITHOUT_OFFER, offer)}
    floor.tell(floor.exchange.report())
    assert found(floor) == set()


def test_a_caller_who_left_unheard_of() -> None:
    floor, _, call = waiting()
    floor.exchange.hang_up(call)
    assert found(floor) == {(Fault.CALL_WITHOUT_LEG, call)}
    floor.tell(floor.exchange.report())
    assert found(floor) == set()


def test_a_caller_who_waits_in_the_books_only() -> None:
    floor, _, call = waiting()
    del floor.exchange.waiting[call]
    floor.exchange.after.add(call)
    assert found(floor) == {(Fault.WAIT_WITHOUT_CALLER, call)}
    floor.tell(floor.exchange.report())
    assert found(floor) == set()


def test_a_caller_who_stands_in_the_queue_and_nowhere_in_the_books() -> None:
    floor = Floor()
    call = floor.arrive()
    floor.queued(call)
    floor.queued(CallId("stranger"))
    assert found(floor) == {(Fault.CALLER_WITHOUT_WAIT, call), (Fault.CALLER_WITHOUT_WAIT, "stranger")}
    floor.tell(floor.exchange.report())
    assert found(floor) == set()


def test_a_phone_that_went_unheard_of() -> None:
    floor = Floor()
    floor.agent("anna")
    floor.exchange.phones[PHONE] = PhoneState.UNREACHABLE
    assert found(floor) == {(Fault.PHONE_OTHERWISE, PHONE)}
    floor.tell(floor.exchange.report())
    assert found(floor) == set()
    assert floor.see().state is AgentState.NOT_READY


def test_what_a_phone_says_while_our_leg_is_at_it_means_nothing() -> None:
    floor, _, _ = ringing()
    floor.exchange.phones[PHONE] = PhoneState.IN_USE
    assert found(floor) == set()


def test_a_phone_that_is_nobodys_is_nobodys_fault() -> None:
    floor = Floor()
    floor.exchange.phones[Extension("2999")] = PhoneState.IDLE
    assert found(floor) == set()


def test_differences_have_an_order_for_the_log() -> None:
    one, other = Difference(Fault.CALL_WITHOUT_LEG, "a"), Difference(Fault.CALL_WITHOUT_LEG, "b")
    assert sorted([other, one]) == [one, other]
