"""A caller who hung up waiting and calls again soon."""

from dataclasses import replace

from acd.core import redial
from acd.core.engine import Engine
from contact.events import CallEnded, CallWaiting
from contact.ids import E164, CallId
from tests.unit.acd.core.floor import WASTE, Floor, numbered_anew, queue

KEEPS = queue("roads", "roads", redial_keep_s=60.0)


def joins(floor: Floor, caller: str = "+48600100200", name: str = "roads") -> CallId:
    call = floor.arrive()
    floor.tell(replace(floor.queued(call, name), caller=E164(caller)))
    return call


def test_the_old_place_is_given_back_within_the_time() -> None:
    floor = Floor(KEEPS)
    first = joins(floor)
    joined_at = floor.now
    floor.pass_s(100)
    other = joins(floor, "+48600100299")
    floor.hang_up(first)
    floor.pass_s(59)
    again = joins(floor)
    assert floor.last(CallWaiting).joined_at == joined_at
    floor.agent()
    assert floor.takers() == [(again, "anna")]
    floor.hang_up(other)


def test_after_the_time_in_another_queue_or_a_second_time_it_is_a_new_wait() -> None:
    floor = Floor(KEEPS, WASTE)
    floor.hang_up(joins(floor))
    floor.pass_s(61)
    joins(floor)
    assert floor.last(CallWaiting).joined_at == floor.now
    floor.hang_up(floor.last(CallWaiting).call)
    floor.pass_s(10)
    joins(floor, name="waste")
    assert floor.last(CallWaiting).joined_at == floor.now
    back = joins(floor)
    assert floor.last(CallWaiting).joined_at == floor.now - 10
    joins(floor)
    assert floor.last(CallWaiting).joined_at == floor.now
    floor.hang_up(back)


def test_nobody_without_a_number_or_served_or_of_a_queue_that_keeps_nothing_has_a_place_back() -> None:
    floor = Floor(KEEPS, WASTE)
    floor.hang_up(joins(floor, ""))
    floor.hang_up(joins(floor, name="waste"))
    floor.agent()
    joins(floor, "+48600100201")
    floor.answer()
    floor.hang_up(floor.ringing().call)
    floor.pass_s(5)
    for caller, name in (("", "roads"), ("+48600100200", "waste"), ("+48600100201", "roads")):
        joins(floor, caller, name)
        assert floor.last(CallWaiting).joined_at == floor.now


def test_who_is_seen_again_in_the_same_wait_keeps_the_place() -> None:
    floor = Floor(KEEPS)
    floor.hang_up(joins(floor))
    joined_at = floor.now
    floor.pass_s(10)
    floor.agent()
    call = joins(floor)
    claimed_at = floor.now
    offer = floor.answer()
    floor.pass_s(3)
    floor.end_leg(offer)
    floor.tell(floor.queued(call, joined_at=claimed_at))
    assert floor.last(CallWaiting).joined_at == joined_at


def test_the_record_counts_from_the_first_time_of_joining() -> None:
    floor = Floor(KEEPS)
    floor.hang_up(joins(floor))
    floor.pass_s(20)
    call = joins(floor)
    floor.pass_s(10)
    floor.hang_up(call)
    assert floor.last(CallEnded).wait_s == 30.0


def test_places_outlive_a_restart_and_are_bounded() -> None:
    floor = Floor(KEEPS)
    floor.hang_up(joins(floor))
    snapshot = floor.engine.snapshot()
    assert snapshot.left_places == (("+48600100200", "roads", floor.now, floor.now),)
    restored = Engine.restore(snapshot, floor.policy).snapshot()
    assert numbered_anew(restored) == numbered_anew(snapshot)
    assert redial.PLACES_MAX == 10_000
