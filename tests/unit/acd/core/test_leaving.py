"""Callers who leave their queue by a key."""

import pytest

from acd.core.policy import KeyChoice
from contact.commands import Destination, LeaveQueue, RescindOffer
from contact.events import CallEnded, CallLeftQueue, CallWaiting, NodeVisited, TelephonyLost
from contact.ids import CallId, QueueId
from contact.states import Outcome
from contact.steering import KeyPressed
from tests.unit.acd.core.floor import WASTE, Floor, queue

KEYS = (
    KeyChoice(key="2", leave=Destination.VOICEMAIL),
    KeyChoice(key="0", leave=Destination.MENU),
    KeyChoice(key="#", leave=Destination.MESSAGE),
    KeyChoice(key="33", queue=QueueId("waste")),
    KeyChoice(key="35", leave=Destination.HANGUP),
)
ROADS = queue("roads", "roads", keys=KEYS)


def press(floor: Floor, call: CallId, keys: str) -> None:
    for key in keys:
        floor.tell(KeyPressed(call=call, key=key))


def went(floor: Floor) -> list[tuple[CallId, str]]:
    return [(one.call, str(one.destination)) for one in floor.ordered(LeaveQueue)]


@pytest.mark.parametrize(
    ("key", "destination", "outcome"),
    [
        ("2", "voicemail", Outcome.VOICEMAIL),
        ("0", "menu", Outcome.LEFT_QUEUE),
        ("#", "message", Outcome.LEFT_QUEUE),
        ("35", "hangup", Outcome.LEFT_QUEUE),
    ],
)
def test_a_key_leads_where_the_policy_says_and_there_is_one_record(
    key: str, destination: str, outcome: Outcome
) -> None:
    floor = Floor(ROADS)
    call = floor.call()
    floor.pass_s(12)
    press(floor, call, key)
    assert went(floor) == [(call, destination)]
    assert [one.reason for one in floor.said(CallLeftQueue)] == [f"key={key}"]
    floor.pass_s(30)
    floor.hang_up(call)
    (ended,) = floor.said(CallEnded)
    assert (ended.outcome, ended.queue, ended.wait_s) == (outcome, "roads", 12.0)


def test_a_key_that_leads_nowhere_changes_nothing() -> None:
    floor = Floor(ROADS)
    call = floor.call()
    press(floor, call, "1*9")
    assert went(floor) == []
    assert floor.look(call).typed == ""


def test_signs_of_a_longer_key_come_together_or_belong_to_different_keys() -> None:
    floor = Floor(ROADS, WASTE)
    call = floor.call()
    press(floor, call, "3")
    floor.pass_s(4)
    press(floor, call, "3")
    assert floor.look(call).queue == "roads"
    floor.pass_s(2)
    press(floor, call, "3")
    assert floor.look(call).queue == "waste"
    assert [(one.queue, one.joined_at) for one in floor.said(CallWaiting)] == [
        ("roads", floor.now - 6),
        ("waste", floor.now - 6),
    ]
    assert floor.last(CallLeftQueue).reason == "key=33"


def test_a_sign_that_ends_no_longer_key_may_be_a_key_of_its_own() -> None:
    floor = Floor(ROADS)
    call = floor.call()
    press(floor, call, "32")
    assert went(floor) == [(call, "voicemail")]


def test_a_caller_to_whom_a_phone_rings_may_leave_and_the_agent_is_free_again() -> None:
    floor = Floor(ROADS)
    floor.agent()
    first, second = floor.call(), floor.call()
    rung = floor.ringing().offer
    press(floor, first, "2")
    assert [one.offer for one in floor.ordered(RescindOffer)] == [rung]
    assert floor.takers() == [(first, "anna"), (second, "anna")]
    assert went(floor) == [(first, "voicemail")]


def test_a_caller_who_talks_is_no_longer_in_the_queue() -> None:
    floor = Floor(ROADS)
    floor.agent()
    call = floor.call()
    floor.answer()
    press(floor, call, "2")
    assert went(floor) == []
    assert floor.engine.stale_events == {"KeyPressed": 1}


def test_who_went_back_to_the_menu_may_join_anew_behind_the_others() -> None:
    floor = Floor(ROADS)
    first, second = floor.call(), floor.call()
    press(floor, first, "0")
    assert floor.look(first).place == "ivr"
    visited = NodeVisited(call=first, flow="f", node="menu", heard="2", ended_by="digits", spent_s=1.0)
    floor.tell(visited)
    floor.pass_s(10)
    floor.tell(floor.queued(first))
    floor.agent()
    assert floor.takers() == [(second, "anna")]
    offer = floor.answer()
    floor.end_leg(offer)
    floor.complete("anna", second)
    assert floor.takers()[-1] == (first, "anna")
    floor.answer()
    floor.hang_up(first)
    assert floor.last(CallEnded).outcome is Outcome.CONNECTED


def test_without_a_link_to_asterisk_nobody_is_sent_anywhere() -> None:
    floor = Floor(ROADS)
    call = floor.call()
    floor.tell(TelephonyLost())
    press(floor, call, "2")
    assert went(floor) == []


def test_a_key_leads_to_the_offer_of_a_callback_and_back_to_the_old_place() -> None:
    keys = (KeyChoice(key="1", leave=Destination.CALLBACK),)
    floor = Floor(queue("roads", "roads", keys=keys))
    call = floor.call()
    joined_at = floor.look(call).joined_at
    floor.pass_s(20)
    press(floor, call, "1")
    assert [one.destination for one in floor.ordered(LeaveQueue)] == [Destination.CALLBACK]
    younger = floor.call()
    floor.tell(floor.queued(call, joined_at=joined_at))
    floor.agent()
    assert floor.takers() == [(call, "anna")]
    assert floor.look(younger).place == "waiting"
    floor.hang_up(call)
    assert floor.last(CallEnded).outcome is Outcome.ABANDONED_QUEUE
