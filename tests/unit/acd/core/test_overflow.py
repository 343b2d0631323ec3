import pytest

from acd.core.overflow import MOVES_MAX
from acd.core.policy import OverflowCause, OverflowStep, Relaxation
from acd.core.skills import parse
from contact.commands import Destination, LeaveQueue
from contact.events import CallEnded, CallLeftQueue, CallWaiting, TelephonyLost
from contact.ids import CallId, QueueId
from contact.states import AgentState, Availability, OfferCause, Outcome
from contact.steering import WaitEstimated
from tests.unit.acd.core.floor import WASTE, Floor, queue

TO_MESSAGE = OverflowStep(after_s=300.0, leave=Destination.MESSAGE)
TO_WASTE = OverflowStep(after_s=60.0, queue=QueueId("waste"))
FULL = OverflowStep(on=OverflowCause.FULL, leave=Destination.HANGUP)
EMPTY = OverflowStep(on=OverflowCause.EMPTY, leave=Destination.MESSAGE)
AWAY = frozenset({AgentState.LOGGED_OUT, AgentState.NOT_READY})


def left(floor: Floor) -> list[tuple[CallId, str]]:
    return [(one.call, str(one.destination)) for one in floor.ordered(LeaveQueue)]


def test_caller_climbs_the_ladder_of_the_queue_they_joined() -> None:
    floor = Floor(queue("roads", "roads", overflow=(TO_WASTE, TO_MESSAGE)), WASTE)
    call = floor.call("roads")
    joined_at = floor.now
    floor.pass_s(60)
    assert [(one.queue, one.joined_at) for one in floor.said(CallWaiting)] == [
        ("roads", joined_at),
        ("waste", joined_at),
    ]
    floor.pass_s(239)
    assert left(floor) == []
    floor.pass_s(1)
    assert left(floor) == [(call, "message")]
    floor.hang_up(call)
    ended = floor.last(CallEnded)
    assert (ended.outcome, ended.queue, ended.wait_s) == (Outcome.OVERFLOWED, "waste", 300.0)


def test_agent_of_the_next_queue_takes_the_caller_the_moment_they_come() -> None:
    floor = Floor(queue("roads", "roads", overflow=(TO_WASTE,)), WASTE)
    floor.agent("bartek", waste=80)
    call = floor.call("roads")
    floor.pass_s(60)
    assert floor.takers() == [(call, "bartek")]


def test_step_that_comes_while_the_phone_rings_waits_for_the_end_of_the_offer() -> None:
    floor = Floor(queue("roads", "roads", overflow=(OverflowStep(after_s=5.0, leave=Destination.MESSAGE),)))
    floor.agent()
    call = floor.call()
    floor.pass_s(6)
    assert left(floor) == []
    floor.end_leg(floor.ringing().offer, OfferCause.PHONE_BUSY)
    floor.pass_s(0.1)
    assert left(floor) == [(call, "message")]


def test_caller_whom_an_agent_answers_leaves_the_ladder() -> None:
    floor = Floor(queue("roads", "roads", overflow=(TO_MESSAGE,)))
    floor.agent()
    floor.call()
    floor.answer()
    floor.pass_s(400)
    assert left(floor) == []


def test_full_queue_sends_the_newest_away_and_keeps_those_who_wait() -> None:
    floor = Floor(queue("roads", "roads", overflow=(FULL,), waiting_max=1))
    first = floor.call()
    second = floor.call()
    assert left(floor) == [(second, "hangup")]
    assert floor.look(first).place == "waiting"


def test_full_queue_takes_a_caller_for_whom_an_agent_is_free() -> None:
    floor = Floor(queue("roads", "roads", overflow=(FULL,), waiting_max=0))
    floor.agent()
    floor.call()
    assert left(floor) == []
    assert len(floor.takers()) == 1


def test_full_queue_that_leads_to_a_full_one_sends_on_from_there() -> None:
    to_waste = OverflowStep(on=OverflowCause.FULL, queue=QueueId("waste"))
    floor = Floor(
        queue("roads", "roads", overflow=(to_waste,), waiting_max=0),
        queue("waste", "waste", overflow=(FULL,), waiting_max=0),
    )
    call = floor.call("roads")
    assert left(floor) == [(call, "hangup")]


def test_full_queues_that_lead_in_a_circle_let_the_caller_wait_in_the_end() -> None:
    floor = Floor(
        queue(
            "a", "roads", waiting_max=0, overflow=(OverflowStep(on=OverflowCause.FULL, queue=QueueId("b")),)
        ),
        queue(
            "b", "roads", waiting_max=0, overflow=(OverflowStep(on=OverflowCause.FULL, queue=QueueId("a")),)
        ),
    )
    call = floor.call("a")
    assert floor.look(call).place == "waiting"
    assert len(floor.said(CallLeftQueue)) == MOVES_MAX


@pytest.mark.parametrize("state", ["logged_out", "not_ready"])
def test_caller_does_not_join_a_queue_where_nobody_is(state: str) -> None:
    floor = Floor(queue("roads", "roads", overflow=(EMPTY,), join_empty=AWAY))
    floor.agent(wish=Availability(state))
    call = floor.call()
    assert left(floor) == [(call, "message")]
    assert floor.last(CallLeftQueue).reason == "empty"


def test_caller_joins_a_queue_whose_agents_are_busy() -> None:
    floor = Floor(queue("roads", "roads", overflow=(EMPTY,), join_empty=AWAY))
    floor.agent()
    floor.call()
    floor.answer()
    waiting = floor.call()
    assert floor.look(waiting).place == "waiting"


def test_agent_by_the_widest_requirement_counts_as_being_there() -> None:
    wider = (Relaxation(after_s=60, requirement=parse("roads | waste")),)
    floor = Floor(queue("roads", "roads", overflow=(EMPTY,), join_empty=AWAY, relaxations=wider))
    floor.agent("bartek", waste=80)
    call = floor.call()
    assert floor.look(call).place == "waiting"


def test_callers_leave_when_nobody_has_been_there_for_as_long_as_the_queue_allows() -> None:
    floor = Floor(queue("roads", "roads", overflow=(EMPTY,), leave_empty=AWAY, empty_after_s=10.0))
    floor.agent(wish=None)
    floor.agent("bartek")
    floor.call()
    floor.answer()
    call = floor.call()
    offer = floor.ringing().offer
    floor.wish("bartek", Availability.LOGGED_OUT)
    floor.end_leg(offer)
    floor.complete("bartek", floor.takers()[0][0])
    assert floor.see("bartek").state == "logged_out"
    floor.pass_s(9)
    assert left(floor) == []
    floor.pass_s(2)
    assert left(floor) == [(call, "message")]


def test_callers_stay_when_somebody_comes_back_in_time() -> None:
    floor = Floor(queue("roads", "roads", overflow=(EMPTY,), leave_empty=AWAY, empty_after_s=10.0))
    floor.agent("anna", wish=Availability.NOT_READY)
    call = floor.call()
    floor.pass_s(5)
    floor.wish("anna", Availability.READY)
    floor.end_leg(floor.ringing().offer, OfferCause.PHONE_BUSY)
    floor.pass_s(3)
    floor.wish("anna", Availability.NOT_READY)
    floor.pass_s(9)
    assert left(floor) == []
    floor.pass_s(2)
    assert left(floor) == [(call, "message")]


def test_nobody_is_sent_away_while_telephony_is_lost_and_it_is_made_up_for_then() -> None:
    floor = Floor(queue("roads", "roads", overflow=(TO_MESSAGE,)))
    call = floor.call()
    floor.tell(TelephonyLost())
    floor.pass_s(400)
    assert left(floor) == []
    floor.tell(floor.exchange.report())
    floor.pass_s(0.1)
    assert left(floor) == [(call, "message")]


def test_order_to_leave_that_got_lost_is_given_again() -> None:
    floor = Floor(queue("roads", "roads", overflow=(TO_MESSAGE,)))
    call = floor.call()
    floor.obeys = False
    floor.pass_s(300)
    floor.tell(TelephonyLost())
    floor.obeys = True
    floor.tell(floor.exchange.report())
    floor.pass_s(0.1)
    assert left(floor) == [(call, "message")] * 2


CROWDED = OverflowStep(on=OverflowCause.CROWDED, leave=Destination.MESSAGE)
SLOW = OverflowStep(on=OverflowCause.SLOW, leave=Destination.VOICEMAIL)


def test_a_queue_with_too_many_callers_to_each_agent_at_work_takes_no_more() -> None:
    floor = Floor(queue("roads", "roads", overflow=(CROWDED,), waiting_per_agent_max=2.0))
    floor.agent()
    talking = floor.call()
    floor.answer()
    calls = [floor.call() for _ in range(3)]
    assert left(floor) == [(calls[2], "message")]
    floor.agent("bartek")
    floor.answer()
    late = [floor.call() for _ in range(4)]
    assert left(floor) == [(calls[2], "message"), (late[3], "message")]
    floor.hang_up(talking)


def test_where_nobody_is_at_work_any_caller_is_a_crowd() -> None:
    floor = Floor(queue("roads", "roads", overflow=(CROWDED,), waiting_per_agent_max=2.0))
    floor.agent(wish=Availability.NOT_READY)
    call = floor.call()
    assert left(floor) == [(call, "message")]


def test_a_caller_who_would_wait_for_too_long_is_sent_on() -> None:
    floor = Floor(queue("roads", "roads", overflow=(SLOW,), expected_wait_max_s=300.0))
    patient, hasty = floor.call(), floor.call()
    floor.tell(WaitEstimated(call=patient, wait_s=300.0))
    floor.tell(WaitEstimated(call=hasty, wait_s=300.1))
    assert left(floor) == [(hasty, "voicemail")]
    floor.hang_up(hasty)
    assert floor.last(CallEnded).outcome is Outcome.VOICEMAIL


def test_an_estimate_for_one_who_does_not_wait_or_whose_queue_asks_for_none_is_nothing() -> None:
    floor = Floor(queue("roads", "roads", overflow=(SLOW,), expected_wait_max_s=300.0), WASTE)
    floor.agent()
    offered, elsewhere = floor.call(), floor.call("waste")
    for call in (offered, elsewhere, CallId("nobody")):
        floor.tell(WaitEstimated(call=call, wait_s=1_000.0))
    assert left(floor) == []
    assert floor.engine.stale_events == {"WaitEstimated": 1}
