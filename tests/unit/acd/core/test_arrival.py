import pytest

from acd.core.arrival import PATH_STEPS_MAX
from contact.commands import RescindOffer
from contact.events import (
    CallArrived,
    CallDiverted,
    CallEnded,
    CallHungUp,
    CallLeftQueue,
    CallQueued,
    CallReleased,
    CallWaiting,
    NodeVisited,
    OfferEnded,
    TalkEnded,
    TalkStarted,
)
from contact.ids import E164, CallId, ChannelName, Language, LegId, QueueId
from contact.states import AgentState, OfferState, Outcome
from tests.unit.acd.core.floor import ROADS, Floor, queue


def visited(call: CallId, node: str, heard: str = "", ended_by: str = "digits") -> NodeVisited:
    return NodeVisited(call=call, flow="19115", node=node, heard=heard, ended_by=ended_by, spent_s=1.0)


def queued(call: str, **rest: object) -> CallQueued:
    return CallQueued(
        call=CallId(call),
        leg=LegId(call),
        channel=ChannelName("PJSIP/trunk-9"),
        caller=E164("+48600100200"),
        queue=QueueId("roads"),
        language=Language("pl"),
        **{"requirement": "", "priority": 0, "joined_at": 1_000.0, **rest},  # type: ignore[arg-type]
    )


def test_an_answered_call_is_in_the_ivr() -> None:
    floor = Floor()
    call = floor.arrive()
    assert floor.look(call).place == "ivr"
    assert floor.facts == []


def test_a_call_that_arrives_twice_is_one() -> None:
    floor = Floor()
    arrived = floor.exchange.arrive()
    floor.tell(arrived, arrived)
    assert floor.engine.stale_events == {"CallArrived": 1}
    floor.hang_up(arrived.call)
    assert len(floor.said(CallEnded)) == 1


def test_what_was_pressed_is_kept_and_what_was_only_heard_is_not() -> None:
    floor = Floor()
    call = floor.arrive()
    floor.tell(visited(call, "menu", "9"), visited(call, "hours"), visited(call, "topic", "2"))
    floor.hang_up(call)
    assert floor.last(CallEnded).path == ("menu=9", "topic=2")


def test_a_caller_who_presses_keys_for_ever_has_a_path_with_a_limit() -> None:
    floor = Floor()
    call = floor.arrive()
    floor.tell(*(visited(call, "menu", "*") for _ in range(PATH_STEPS_MAX + 5)))
    assert len(floor.look(call).path) == PATH_STEPS_MAX


@pytest.mark.parametrize(
    ("ended_by", "outcome"), [("hang_up", Outcome.ANSWERED_BY_IVR), ("hangup", Outcome.ABANDONED_IVR)]
)
def test_a_call_the_flow_ended_was_answered_and_one_the_caller_ended_abandoned(
    ended_by: str, outcome: Outcome
) -> None:
    floor = Floor()
    call = floor.arrive()
    floor.tell(visited(call, "goodbye", ended_by=ended_by))
    floor.hang_up(call)
    assert floor.last(CallEnded).outcome is outcome


@pytest.mark.parametrize(
    "event",
    [
        visited(CallId("x"), "menu"),
        CallHungUp(call=CallId("x"), cause=16),
        CallDiverted(call=CallId("x"), outcome=Outcome.EMERGENCY, destination="112"),
    ],
)
def test_a_word_of_a_call_that_nobody_knows_is_stale(
    event: NodeVisited | CallHungUp | CallDiverted,
) -> None:
    floor = Floor()
    floor.tell(event)
    assert floor.engine.stale_events == {type(event).__name__: 1}
    assert floor.facts == []


def test_joining_a_queue_is_told_with_all_that_is_known() -> None:
    floor = Floor(queue("roads", priority=2))
    call = floor.arrive()
    floor.pass_s(20)
    floor.tell(
        queued(call, requirement="pl", priority=1, joined_at=1_019.5, path=("menu=2",), topic="roads.pothole")
    )
    assert floor.last(CallWaiting) == CallWaiting(
        call=call,
        caller=E164("+48600100200"),
        queue=QueueId("roads"),
        requirement="pl",
        priority=3,
        language=Language("pl"),
        joined_at=1_019.5,
        path=("menu=2",),
        topic="roads.pothole",
    )
    assert (floor.look(call).place, floor.look(call).since_at) == ("waiting", 1_019.5)


def test_a_queued_call_that_was_never_seen_arriving_is_taken_in() -> None:
    floor = Floor()
    floor.tell(queued("new", joined_at=990.0))
    assert (floor.look(CallId("new")).arrived_at, floor.last(CallWaiting).joined_at) == (990.0, 990.0)


def test_nobody_joined_in_the_future() -> None:
    floor = Floor()
    floor.tell(queued("new", joined_at=2_000.0))
    assert floor.look(CallId("new")).joined_at == floor.now


def test_the_path_of_the_ivr_stays_where_the_dialplan_brings_none() -> None:
    floor = Floor()
    call = floor.arrive()
    floor.tell(visited(call, "menu", "2"), queued(call))
    assert floor.last(CallWaiting).path == ("menu=2",)


def test_joining_twice_keeps_the_first_place() -> None:
    floor = Floor()
    call = floor.call(joined_at=950.0)
    floor.tell(queued(call, joined_at=999.0))
    assert floor.look(call).joined_at == 950.0
    assert len(floor.said(CallWaiting)) == 1
    assert floor.engine.stale_events == {"CallQueued": 1}


def test_a_requirement_that_cannot_be_read_asks_for_nothing_and_is_counted() -> None:
    floor = Floor(ROADS)
    floor.agent("anna")
    call = floor.call(requirement="roads >=")
    assert floor.takers() == [(call, "anna")]
    assert floor.engine.stale_events == {"requirement": 1}


def test_a_queue_that_nobody_configured_asks_nothing_of_the_agent() -> None:
    floor = Floor(ROADS)
    floor.agent("anna", waste=5)
    call = floor.call("lost")
    assert floor.takers() == [(call, "anna")]


# --- out of our hands ------------------------------------------------------------------------------


def test_a_waiting_call_that_goes_elsewhere_leaves_the_queue_and_stays_in_the_books() -> None:
    floor = Floor(ROADS)
    call = floor.call()
    floor.divert(call, Outcome.FALLBACK)
    assert floor.said(CallLeftQueue) == [CallLeftQueue(call=call, queue=QueueId("roads"), reason="fallback")]
    floor.agent("anna")
    assert floor.takers() == []
    assert floor.look(call).place == "after"


def test_an_offered_call_that_goes_elsewhere_stops_the_phone() -> None:
    floor = Floor(ROADS)
    floor.agent("anna")
    call = floor.call()
    floor.divert(call, Outcome.FALLBACK)
    assert floor.ordered(RescindOffer)
    assert floor.last(OfferEnded).state is OfferState.RESCINDED
    assert (floor.look(call).place, floor.see().state) == ("after", AgentState.READY)


def test_a_call_in_the_ivr_that_goes_elsewhere_leaves_no_queue() -> None:
    floor = Floor()
    call = floor.arrive()
    floor.divert(call, Outcome.EMERGENCY)
    assert floor.said(CallLeftQueue) == []


def test_a_call_that_comes_back_from_elsewhere_waits_with_the_time_it_brings() -> None:
    floor = Floor(ROADS)
    call = floor.call()
    floor.divert(call, Outcome.FALLBACK)
    floor.pass_s(30)
    floor.tell(floor.queued(call, joined_at=1_000.0))
    assert len(floor.said(CallWaiting)) == 2
    floor.hang_up(call)
    ended = floor.last(CallEnded)
    assert (ended.outcome, ended.wait_s) == (Outcome.ABANDONED_QUEUE, 30.0)


@pytest.mark.parametrize("queue_first", [True, False])
def test_a_talk_whose_caller_waits_on_is_over_whichever_is_told_first(
    queue_first: bool,  # noqa: FBT001 - two orders
) -> None:
    floor = Floor(ROADS, wrap_up_s=30.0)
    floor.agent("anna")
    call = floor.call(joined_at=990.0)
    offer = floor.ringing().offer
    floor.tell(TalkStarted(offer=offer, call=call))
    back, over = queued(call, joined_at=990.0), TalkEnded(offer=offer)
    floor.tell(*((back, over) if queue_first else (over, back)))
    assert len(floor.said(CallReleased)) == 1
    assert floor.see().state is AgentState.WRAP_UP
    assert (floor.look(call).place, floor.look(call).joined_at) == ("waiting", 990.0)
    floor.agent("bartek")
    assert floor.takers()[-1] == (call, "bartek")


def test_an_arrival_carries_what_the_record_needs() -> None:
    floor = Floor()
    floor.tell(
        CallArrived(
            call=CallId("c"),
            leg=LegId("c"),
            channel=ChannelName("PJSIP/trunk-1"),
            caller=E164("+48600100200"),
            dialled="19115",
        )
    )
    floor.tell(CallHungUp(call=CallId("c"), cause=16))
    ended = floor.last(CallEnded)
    assert (ended.caller, ended.dialled, ended.arrived_at) == ("+48600100200", "19115", 1_000.0)
