import pytest

from acd.core.call import Call
from acd.core.skills import parse
from acd.core.waiting import WaitingRoom
from contact.ids import E164, CallId, ChannelName, LegId, QueueId


def call(name: str, *, joined_at: float, priority: int = 0, sequence: int = 0, queue: str = "roads") -> Call:
    return Call(
        call=CallId(name),
        leg=LegId(name),
        channel=ChannelName(name),
        caller=E164(""),
        dialled="",
        arrived_at=0.0,
        sequence=sequence,
        since_at=0.0,
        queue=QueueId(queue),
        priority=priority,
        joined_at=joined_at,
    )


def room_of(*entries: tuple[Call, str]) -> WaitingRoom:
    room = WaitingRoom()
    for one, requirement in entries:
        room.add(one, parse(requirement), frozenset())
    return room


def test_callers_stand_by_priority_then_join_time_then_sequence() -> None:
    late_but_urgent = call("urgent", joined_at=9.0, priority=5)
    first = call("first", joined_at=1.0, sequence=7)
    tied_later = call("tied_later", joined_at=2.0, sequence=4)
    tied_sooner = call("tied_sooner", joined_at=2.0, sequence=3)
    room = room_of((tied_later, ""), (first, "a"), (late_but_urgent, "b"), (tied_sooner, ""))
    assert [one.call for one in room.calls()] == ["urgent", "first", "tied_sooner", "tied_later"]


def test_one_queue_and_one_requirement_make_one_group_with_its_first_caller_in_front() -> None:
    room = room_of(
        (call("b", joined_at=2.0), "a"),
        (call("a", joined_at=1.0), "a"),
        (call("other requirement", joined_at=1.0), "b"),
        (call("other queue", joined_at=1.0, queue="waste"), "a"),
    )
    assert [(group.queue, str(group.requirement), group.first().call) for group in room.groups()] == [
        ("roads", "a>=1", "a"),
        ("roads", "b>=1", "other requirement"),
        ("waste", "a>=1", "other queue"),
    ]


def test_who_leaves_is_gone_and_an_empty_group_goes_too() -> None:
    room = room_of((call("a", joined_at=1.0), ""), (call("b", joined_at=2.0), ""))
    assert len(room) == 2
    room.remove(CallId("a"))
    assert CallId("a") not in room
    assert [group.first().call for group in room.groups()] == ["b"]
    room.remove(CallId("b"))
    assert len(room) == 0
    assert list(room.groups()) == []


def test_taking_out_who_is_not_there_changes_nothing() -> None:
    room = room_of((call("a", joined_at=1.0), ""))
    room.remove(CallId("b"))
    assert CallId("a") in room


def test_a_caller_is_found_by_the_rank_they_came_in_with() -> None:
    one = call("a", joined_at=1.0)
    room = room_of((one, ""), (call("b", joined_at=2.0), ""))
    one.priority = 9
    room.remove(CallId("a"))
    assert [left.call for left in room.calls()] == ["b"]


def test_a_call_without_a_queue_cannot_wait() -> None:
    one = call("a", joined_at=1.0)
    one.queue = None
    with pytest.raises(AssertionError):
        WaitingRoom().add(one, parse(""), frozenset())
