import pytest

from acd.core import callback_order
from acd.core.policy import CallbackPolicy, OverflowCause, OverflowStep
from contact.commands import Destination, LeaveQueue
from contact.events import CallEnded, CallLeftQueue, CallWaiting, NodeVisited
from contact.ids import E164, AgentId, CallId, QueueId, callback_id
from contact.states import AgentState, Outcome
from contact.steering import CallMoved, PriorityChanged
from tests.unit.acd.core.floor import Floor, queue
from tests.unit.acd.core.test_callback import NUMBER, ordered

LADDER = (OverflowStep(after_s=30.0, leave=Destination.CALLBACK),)


def floor() -> Floor:
    return Floor(queue("roads", "roads", overflow=LADDER), queue("waste", "waste"))


def sent_to_the_offer(made: Floor, *, priority: int = 0) -> CallId:
    call = made.call(priority=priority)
    made.pass_s(30.0)
    assert made.last(CallLeftQueue).call == call
    return call


def test_the_ladder_sends_a_caller_to_the_offer_once_and_they_may_come_back() -> None:
    made = floor()
    call = sent_to_the_offer(made)
    assert [one.destination for one in made.ordered(LeaveQueue)] == [Destination.CALLBACK]
    joined_at = made.look(call).joined_at
    made.tell(made.queued(call, joined_at=joined_at))
    made.pass_s(300.0)
    assert (made.look(call).place, made.look(call).joined_at) == ("waiting", joined_at)
    assert len(made.ordered(LeaveQueue)) == 1


def test_who_hangs_up_in_the_offer_gave_up_the_queue() -> None:
    made = floor()
    call = sent_to_the_offer(made)
    made.hang_up(call)
    assert made.last(CallEnded).outcome is Outcome.ABANDONED_QUEUE


def test_the_place_goes_over_to_the_callback() -> None:
    made = floor()
    call = sent_to_the_offer(made, priority=3)
    before = made.look(call)
    made.tell(ordered(name=call, origin=call))
    after = made.look(callback_id(call))
    assert (after.joined_at, after.priority, after.queue, after.sequence) == (
        before.joined_at,
        3,
        "roads",
        before.sequence,
    )
    assert made.last(CallWaiting).caller == NUMBER
    hung_up = NodeVisited(call=call, flow="f", node="bye", heard="", ended_by="hang_up", spent_s=0.0)
    made.tell(hung_up)
    made.hang_up(call)
    assert made.last(CallEnded).outcome is Outcome.CALLBACK_ORDERED


def test_what_a_supervisor_had_changed_goes_over_too() -> None:
    made = floor()
    call = made.call()
    made.tell(PriorityChanged(call=call, priority=9, by=AgentId("sylwia")))
    made.tell(CallMoved(call=call, queue=QueueId("waste"), by=AgentId("sylwia")))
    made.pass_s(30.0)
    made.tell(ordered(name=call, origin=call))
    after = made.look(callback_id(call))
    assert (after.priority, after.queue, after.entered) == (9, "waste", "roads")
    made.tell(ordered(name="again"))
    assert not made.has(callback_id("again"))


def test_a_second_order_of_a_number_keeps_the_first() -> None:
    made = floor()
    made.tell(ordered())
    call = sent_to_the_offer(made)
    made.tell(ordered(name=call, origin=call))
    assert made.engine.ordered(call) == callback_id("1")
    assert [one.call for one in made.engine.callbacks()] == [callback_id("1")]
    made.hang_up(call)
    assert made.last(CallEnded).outcome is Outcome.CALLBACK_ORDERED


def test_the_same_number_may_wait_in_two_queues() -> None:
    made = floor()
    first = ordered()
    second = ordered(name="2")
    made.tell(first, type(second)(**{**_fields(second), "queue": QueueId("waste")}))
    assert len(made.engine.callbacks()) == 2


def _fields(order: object) -> dict[str, object]:
    return {name: getattr(order, name) for name in order.__dataclass_fields__}  # type: ignore[attr-defined]


def test_a_caller_who_waits_keeps_waiting_when_somebody_orders_for_them() -> None:
    made = floor()
    call = made.call()
    made.tell(ordered(name="1", origin=call))
    assert (made.look(call).place, made.look(call).diverted) == ("waiting", None)
    assert made.look(callback_id("1")).sequence > made.look(call).sequence


def test_only_so_many_orders_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callback_order, "ORDERS_MAX", 2)
    made = floor()
    for number in range(3):
        made.tell(ordered(E164(f"+4860070080{number}"), name=str(number)))
    assert made.engine.ordered("0") is None
    assert made.engine.ordered("2") == callback_id("2")


def test_a_callback_follows_the_ladder_to_other_queues_only() -> None:
    steps = (
        OverflowStep(after_s=10.0, leave=Destination.MESSAGE),
        OverflowStep(after_s=20.0, queue=QueueId("waste")),
        OverflowStep(after_s=30.0, leave=Destination.HANGUP),
    )
    made = Floor(queue("roads", "roads", overflow=steps), queue("waste", "waste"))
    made.tell(ordered())
    made.pass_s(60.0)
    after = made.look(callback_id("1"))
    assert (after.place, after.queue) == ("waiting", "waste")
    assert not made.ordered(LeaveQueue)


def test_a_callback_keeps_no_place_of_a_full_queue_and_minds_no_empty_one() -> None:
    made = Floor(
        queue(
            "roads",
            "roads",
            waiting_max=1,
            leave_empty=frozenset({AgentState.LOGGED_OUT}),
            overflow=(
                OverflowStep(on=OverflowCause.FULL, leave=Destination.HANGUP),
                OverflowStep(on=OverflowCause.EMPTY, leave=Destination.MESSAGE),
            ),
            callback=CallbackPolicy(),
            empty_after_s=100.0,
        )
    )
    made.tell(ordered())
    first, second = made.call(), made.call()
    assert [one.call for one in made.ordered(LeaveQueue)] == [second]
    made.pass_s(200.0)
    assert [one.call for one in made.ordered(LeaveQueue)] == [second, first]
    assert made.look(callback_id("1")).place == "waiting"
