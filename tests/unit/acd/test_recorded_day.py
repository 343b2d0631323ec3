from dataclasses import replace

import pytest

from acd.recorded_day import RecordedDay, Stay, queues_of, read_day
from contact.events import AgentConfigured, AvailabilityRequested, PhoneChanged
from contact.ids import Extension
from contact.states import Availability, PhoneState
from tests.unit.acd.scripted import Day


def only(day: RecordedDay) -> Stay:
    (stay,) = day.stays
    return stay


def test_an_answered_call_has_its_durations_and_no_known_patience() -> None:
    day = Day()
    day.agent()
    day.pass_s(5)
    call = day.call()
    day.answer(after_s=3)
    day.pass_s(100)
    day.hang_up(call)
    day.pass_s(60)
    stay = only(read_day(day.recording()))
    assert (stay.agent, stay.gave_up_after_s) == ("anna", None)
    assert (stay.wait_s, stay.ring_s, stay.talk_s, stay.wrap_up_s) == pytest.approx((3.0, 3.0, 100.0, 30.0))


def test_a_caller_who_gave_up_had_that_much_patience() -> None:
    day = Day()
    call = day.call("waste")
    day.pass_s(42)
    day.hang_up(call)
    read = read_day(day.recording())
    assert only(read).gave_up_after_s == pytest.approx(42.0)
    assert queues_of(read) == ("waste",)


def test_a_caller_still_waiting_at_the_end_has_waited_so_long_and_not_given_up() -> None:
    day = Day()
    day.call()
    day.pass_s(20)
    stay = only(read_day(day.recording()))
    assert (stay.wait_s, stay.gave_up_after_s, stay.agent) == (21.0, None, None)


def test_a_phone_in_use_is_there_and_one_out_of_reach_is_not() -> None:
    day = Day()
    day.agent()
    anna = Extension("2001")
    for state in (PhoneState.IN_USE, PhoneState.IDLE, PhoneState.UNREACHABLE, PhoneState.IN_USE):
        day.pass_s(1)
        day.tell(PhoneChanged(extension=anna, state=state))
    wishes = [wish.state for _, wish in read_day(day.recording()).wishes if isinstance(wish, PhoneChanged)]
    assert wishes == [PhoneState.IDLE, PhoneState.UNREACHABLE, PhoneState.IDLE]


def test_an_agent_taken_out_for_not_answering_counts_as_gone_by_their_own_wish() -> None:
    day = Day()
    day.agent()
    day.call()
    for _ in range(2):
        day.pass_s(5)
        day.refuse()
    asked = [wish for _, wish in read_day(day.recording()).wishes if isinstance(wish, AvailabilityRequested)]
    assert [(one.availability, one.reason) for one in asked] == [
        (Availability.READY, ""),
        (Availability.NOT_READY, "rona"),
    ]


def test_a_stretch_begins_with_the_agents_of_that_moment_and_without_its_calls() -> None:
    day = Day()
    day.agent("anna")
    day.agent("bartek", waste=50)
    day.wish("bartek", Availability.NOT_READY, "lunch")
    day.call()
    day.answer()
    day.pass_s(50)
    begins_at = day.now
    day.pass_s(10)
    day.call("waste")
    read = read_day(replace(day.recording(), begins_at=begins_at))
    assert read.left_out == 1
    assert [stay.asked.queue for stay in read.stays] == ["waste"]
    agents = [wish.agent for _, wish in read.wishes if isinstance(wish, AgentConfigured)]
    wished = {w.agent: w.availability for _, w in read.wishes if isinstance(w, AvailabilityRequested)}
    assert agents == ["anna", "bartek"]
    assert wished == {"anna": Availability.READY, "bartek": Availability.NOT_READY}
