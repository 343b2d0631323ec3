from contact.commands import OfferCall, RescindOffer
from contact.events import CallLeftQueue, CallWaiting
from contact.ids import AgentId, CallId, QueueId
from contact.states import OfferCause
from contact.steering import CallMoved, CallReranked, PriorityChanged
from tests.unit.acd.core.floor import Floor

SYLWIA = AgentId("sylwia")


def rank(floor: Floor, call: CallId, priority: int) -> None:
    floor.tell(PriorityChanged(call=call, priority=priority, by=SYLWIA))


def move(floor: Floor, call: CallId, queue: str) -> None:
    floor.tell(CallMoved(call=call, queue=QueueId(queue), by=SYLWIA))


def test_caller_given_a_higher_priority_goes_before_an_older_one() -> None:
    floor = Floor()
    older, favoured = floor.call(), floor.call()
    rank(floor, favoured, 5)
    floor.agent()
    assert floor.ringing().call == favoured
    assert floor.last(CallReranked).by == SYLWIA
    assert floor.look(older).priority == 0


def test_caller_given_a_lower_priority_goes_behind_a_younger_one() -> None:
    floor = Floor()
    older, younger = floor.call(), floor.call()
    rank(floor, older, -1)
    floor.agent()
    assert floor.ringing().call == younger


def test_priority_given_while_the_phone_rings_counts_when_the_offer_fails() -> None:
    floor = Floor()
    floor.agent()
    first = floor.call()
    second = floor.call()
    rank(floor, first, -5)
    floor.end_leg(floor.ringing().offer, OfferCause.PHONE_BUSY)
    floor.pass_s(10)
    assert floor.ringing().call == second


def test_moved_caller_is_offered_in_the_other_queue_with_the_old_time_of_joining() -> None:
    floor = Floor()
    call = floor.call("roads")
    joined_at = floor.now
    floor.pass_s(30)
    floor.agent("bartek", waste=80)
    assert floor.takers() == []
    move(floor, call, "waste")
    assert floor.takers() == [(call, "bartek")]
    assert floor.last(CallLeftQueue).reason == "moved"
    again = floor.last(CallWaiting)
    assert (again.queue, again.joined_at) == ("waste", joined_at)


def test_moving_a_caller_whose_offer_rings_stops_the_phone() -> None:
    floor = Floor()
    floor.agent("anna", roads=80)
    floor.agent("bartek", waste=80)
    call = floor.call("roads")
    offer = floor.ringing().offer
    move(floor, call, "waste")
    assert floor.ordered(RescindOffer) == [RescindOffer(offer=offer)]
    assert floor.takers() == [(call, "anna"), (call, "bartek")]
    assert floor.see("anna").is_free


def test_agent_freed_by_a_move_takes_the_next_caller() -> None:
    floor = Floor()
    floor.agent("anna", roads=80)
    moved, next_one = floor.call("roads"), floor.call("roads")
    move(floor, moved, "waste")
    assert floor.takers() == [(moved, "anna"), (next_one, "anna")]


def test_caller_who_talks_is_not_moved_or_ranked() -> None:
    floor = Floor()
    floor.agent()
    call = floor.call()
    floor.answer()
    move(floor, call, "waste")
    rank(floor, call, 5)
    rank(floor, CallId("stranger"), 5)
    assert floor.look(call).queue == "roads"
    assert floor.engine.stale_events == {"CallMoved": 1, "PriorityChanged": 2}
    assert len(floor.ordered(OfferCall)) == 1


def test_moved_caller_seen_again_by_telephony_stays_where_they_were_moved_to() -> None:
    floor = Floor()
    call = floor.call("roads")
    move(floor, call, "waste")
    rank(floor, call, 3)
    again = floor.exchange.waiting[call]
    floor.tell(floor.exchange.report())
    floor.tell(again)
    assert (floor.look(call).queue, floor.look(call).priority) == ("waste", 3)
