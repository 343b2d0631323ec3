"""Holding a talk, and bringing it back to a page that was gone."""

import pytest

from acd.core.policy import OverflowStep, QueuePolicy
from acd.core.reunion import DIRECTED_S
from contact.commands import Destination, HangUpLeg
from contact.events import CallConnected, CallEnded, CallReleased, TalkEnded, TalkStarted, TelephonyLost
from contact.ids import AgentId, CallId, OfferId, QueueId, offer_channel_id, rejoin_channel_id
from contact.states import AgentState, Availability, Outcome
from contact.talk import (
    CallHeld,
    CallResumed,
    CallTransferred,
    EndHeld,
    HangUpRequested,
    HoldCall,
    HoldRequested,
    PageLost,
    RejoinCall,
    RejoinRequested,
    ResumeCall,
    ResumeRequested,
    TalkInput,
    TransferCall,
    TransferRequested,
)
from tests.unit.acd.core.floor import ROADS, WASTE, Floor, queue

ANNA = AgentId("anna")


def talking() -> tuple[Floor, CallId, OfferId]:
    """Anna talks to a caller."""
    floor = Floor(ROADS)
    floor.agent("anna")
    call = floor.call()
    return floor, call, floor.answer()


def ask(floor: Floor, kind: type[TalkInput], call: CallId, agent: AgentId = ANNA) -> None:
    floor.tell(kind(call=call, agent=agent))


def test_a_held_caller_hears_music_and_the_leg_stays() -> None:
    floor, call, offer = talking()
    floor.pass_s(10)
    ask(floor, HoldRequested, call)
    held = floor.ordered(HoldCall)[-1]
    assert (held.offer, held.caller_channel, held.keeps_leg) == (offer, f"PJSIP/trunk-{call}", True)
    assert floor.last(CallHeld).held_at == floor.look(call).held_at == 1_010.0
    assert not floor.last(CallHeld).awaits
    assert (floor.see().state, floor.look(call).place) == (AgentState.TALKING, "talking")


def test_a_held_talk_goes_on_as_the_same_talk() -> None:
    floor, call, offer = talking()
    ask(floor, HoldRequested, call)
    floor.pass_s(20)
    ask(floor, ResumeRequested, call)
    assert floor.ordered(ResumeCall) == [ResumeCall(offer=offer, call=call)]
    assert floor.last(CallResumed).held_s == 20.0
    assert floor.look(call).held_at is None
    assert len(floor.said(CallConnected)) == 1
    assert floor.engine.stale_events == {}


def test_a_resumed_talk_is_one_only_once_both_are_in_the_bridge() -> None:
    floor, call, offer = talking()
    ask(floor, HoldRequested, call)
    floor.obeys = False
    ask(floor, ResumeRequested, call)
    assert floor.look(call).held_at is not None
    floor.tell(TalkStarted(offer=offer, call=call))
    assert floor.look(call).held_at is None


@pytest.mark.parametrize(
    "asked",
    [
        [ResumeRequested],
        [HoldRequested, HoldRequested],
        [PageLost, PageLost],
        [PageLost, HoldRequested],
        [PageLost, ResumeRequested],
    ],
)
def test_what_makes_no_sense_changes_nothing(asked: list[type[TalkInput]]) -> None:
    floor, call, _ = talking()
    for kind in asked[:-1]:
        ask(floor, kind, call)
    before = floor.engine.snapshot()
    ask(floor, asked[-1], call)
    assert floor.engine.snapshot().calls == before.calls
    assert floor.engine.stale_events == {asked[-1].__name__: 1}


def test_nobody_holds_anothers_talk_or_one_that_is_out_of_sight() -> None:
    floor, call, _ = talking()
    ask(floor, HoldRequested, call, AgentId("bartek"))
    ask(floor, HoldRequested, CallId("unknown"))
    floor.tell(TelephonyLost())
    ask(floor, HoldRequested, call)
    assert floor.ordered(HoldCall) == []
    assert floor.engine.stale_events == {"HoldRequested": 3}


def test_the_agent_ends_a_held_talk_for_the_caller_too() -> None:
    floor, call, offer = talking()
    ask(floor, HoldRequested, call)
    ask(floor, HangUpRequested, call)
    assert floor.ordered(EndHeld)[-1].call == call
    assert floor.ordered(HangUpLeg)[-1].leg == offer_channel_id(offer)
    assert not floor.last(CallReleased).by_caller
    assert (floor.see().state, floor.look(call).place) == (AgentState.WRAP_UP, "after")


def test_a_phone_put_down_in_a_held_talk_ends_it() -> None:
    floor, call, offer = talking()
    ask(floor, HoldRequested, call)
    floor.tell(TalkEnded(offer=offer, by_caller=True))
    assert floor.ordered(EndHeld)[-1].call == call
    assert not floor.last(CallReleased).by_caller
    assert floor.see().state is AgentState.WRAP_UP


def test_a_caller_who_leaves_on_hold_has_ended_the_talk() -> None:
    floor, call, _ = talking()
    ask(floor, HoldRequested, call)
    floor.hang_up(call)
    assert floor.last(CallReleased).by_caller
    assert floor.last(CallEnded).outcome is Outcome.CONNECTED
    assert floor.see().leg is None


def test_a_lost_page_leaves_the_caller_on_hold_and_the_agent_in_the_talk() -> None:
    floor, call, offer = talking()
    ask(floor, PageLost, call)
    assert not floor.ordered(HoldCall)[-1].keeps_leg
    assert floor.last(CallHeld).awaits
    assert (floor.see().state, floor.see().leg) == (AgentState.TALKING, None)
    assert floor.said(CallReleased) == []
    assert floor.engine.drift(floor.exchange.report()) == frozenset()
    assert offer not in floor.exchange.legs


def test_a_page_that_is_back_gets_the_same_talk() -> None:
    floor, call, offer = talking()
    ask(floor, PageLost, call)
    floor.pass_s(3)
    ask(floor, RejoinRequested, call)
    rejoin = floor.ordered(RejoinCall)[-1]
    assert (rejoin.leg, rejoin.extension, rejoin.caller) == (
        rejoin_channel_id(offer, 1),
        "2001",
        "+48600100200",
    )
    assert floor.last(CallResumed).held_s == 3.0
    assert (floor.look(call).awaits, floor.see().leg) == (False, offer)
    floor.pass_s(60)
    floor.end_leg(offer)
    floor.hang_up(call)
    assert [len(floor.said(kind)) for kind in (CallConnected, CallReleased, CallEnded)] == [1, 1, 1]
    assert floor.last(CallEnded).talk_s == 63.0


def test_a_page_that_asks_again_gets_another_leg_after_a_while() -> None:
    floor, call, offer = talking()
    ask(floor, PageLost, call)
    floor.obeys = False
    ask(floor, RejoinRequested, call)
    ask(floor, RejoinRequested, call)
    floor.pass_s(2)
    ask(floor, RejoinRequested, call)
    legs = [one.leg for one in floor.ordered(RejoinCall)]
    assert legs == [rejoin_channel_id(offer, 1), rejoin_channel_id(offer, 2)]


def test_another_page_takes_a_talk_over_without_a_hold() -> None:
    floor, call, offer = talking()
    ask(floor, RejoinRequested, call)
    assert floor.exchange.talking == {offer: call}
    assert floor.said(CallHeld) == []
    assert floor.said(CallResumed) == []
    assert floor.engine.stale_events == {}


def test_a_page_lost_while_the_caller_is_on_hold_keeps_the_hold() -> None:
    floor, call, offer = talking()
    ask(floor, HoldRequested, call)
    floor.pass_s(5)
    ask(floor, PageLost, call)
    assert floor.ordered(HangUpLeg)[-1].leg == offer_channel_id(offer)
    assert floor.last(CallHeld).awaits
    assert floor.look(call).held_at == 1_000.0
    assert floor.see().state is AgentState.TALKING


def test_a_caller_whose_agent_does_not_come_back_waits_at_the_old_place() -> None:
    floor, call, offer = talking()
    floor.pass_s(30)
    ask(floor, PageLost, call)
    floor.pass_s(20)
    floor.tell(*floor.exchange.give_up(offer))
    assert floor.last(CallReleased).released_at == 1_050.0
    assert floor.see().state is AgentState.WRAP_UP
    assert (floor.look(call).place, floor.look(call).joined_at) == ("waiting", 1_000.0)
    assert (floor.look(call).held_at, floor.look(call).awaits) == (None, False)


def test_the_agent_may_end_a_talk_whose_page_is_gone() -> None:
    floor, call, _ = talking()
    ask(floor, PageLost, call)
    ask(floor, HangUpRequested, call)
    assert floor.ordered(EndHeld)[-1].call == call
    assert not floor.last(CallReleased).by_caller
    assert (floor.see().state, floor.look(call).place) == (AgentState.WRAP_UP, "after")
    assert floor.ordered(HangUpLeg) == []


def test_a_talk_that_is_ended_while_its_page_comes_back_leaves_no_leg() -> None:
    floor, call, offer = talking()
    ask(floor, PageLost, call)
    floor.obeys = False
    ask(floor, RejoinRequested, call)
    ask(floor, HangUpRequested, call)
    assert floor.ordered(HangUpLeg)[-1].leg == offer_channel_id(offer)
    assert floor.see().state is AgentState.WRAP_UP


def test_asterisks_report_says_who_is_on_hold() -> None:
    floor, call, offer = talking()
    floor.obeys = False
    ask(floor, HoldRequested, call)
    floor.tell(TelephonyLost(), floor.exchange.report())
    assert floor.look(call).held_at is None
    floor.exchange.held[offer] = floor.exchange.talking.pop(offer)
    floor.tell(TelephonyLost(), floor.exchange.report())
    assert floor.look(call).held_at == 1_000.0


# --- transfer ------------------------------------------------------------------------------------


def hand_on(floor: Floor, call: CallId, queue: str, to: str | None = None) -> None:
    floor.tell(
        TransferRequested(call=call, agent=ANNA, queue=QueueId(queue), to=None if to is None else AgentId(to))
    )


def two_at_work(*queues: QueuePolicy) -> tuple[Floor, CallId, OfferId]:
    """Anna talks about roads; Bartek, who knows waste too, is free."""
    floor = Floor(*queues or (ROADS, WASTE))
    floor.agent("anna")
    call = floor.call()
    offer = floor.answer()
    floor.agent("bartek", roads=50, waste=80)
    return floor, call, offer


def test_a_caller_is_handed_on_to_a_queue_at_their_old_place() -> None:
    floor, call, offer = two_at_work()
    floor.pass_s(30)
    hand_on(floor, call, "waste")
    assert floor.ordered(TransferCall)[-1].queue == "waste"
    assert floor.last(CallTransferred).to is None
    assert not floor.last(CallReleased).by_caller
    assert floor.see("anna").state is AgentState.WRAP_UP
    assert (floor.look(call).queue, floor.look(call).joined_at) == ("waste", 1_000.0)
    assert floor.takers()[-1] == (call, "bartek")
    floor.answer()
    floor.pass_s(20)
    floor.hang_up(call)
    ended = floor.last(CallEnded)
    assert (ended.agent, ended.queue, ended.outcome) == ("bartek", "waste", Outcome.CONNECTED)
    assert [len(floor.said(kind)) for kind in (CallConnected, CallReleased, CallEnded)] == [2, 2, 1]
    assert offer not in floor.exchange.legs


def test_word_of_the_new_wait_may_come_before_that_of_the_old_talks_end() -> None:
    floor, call, offer = two_at_work()
    floor.obeys = False
    hand_on(floor, call, "waste")
    del floor.exchange.talking[offer]
    floor.tell(floor.queued(call, "waste", joined_at=1_000.0))
    assert floor.see("anna").state is AgentState.WRAP_UP
    floor.tell(TalkEnded(offer=offer, by_caller=True))
    assert [one.by_caller for one in floor.said(CallReleased)] == [False]
    assert floor.takers()[-1] == (call, "bartek")


def test_a_caller_on_hold_is_handed_on_and_the_waiting_leg_ends() -> None:
    floor, call, offer = two_at_work()
    ask(floor, HoldRequested, call)
    hand_on(floor, call, "waste")
    assert floor.ordered(HangUpLeg)[-1].leg == offer_channel_id(offer)
    assert floor.ordered(EndHeld) == []
    assert floor.look(call).held_at is None
    assert floor.takers()[-1] == (call, "bartek")


def test_a_caller_handed_on_to_a_colleague_waits_for_nobody_else_for_a_while() -> None:
    floor, call, _ = two_at_work()
    floor.agent("celina", waste=90)
    floor.call("waste")
    floor.answer(floor.ordered_offer("celina") if floor.takers()[-1][1] == "celina" else None)
    busy = floor.takers()[-1][1]
    free = "celina" if busy == "bartek" else "bartek"
    hand_on(floor, call, "waste", str(busy))
    assert floor.look(call).kept_for == busy
    floor.pass_s(DIRECTED_S - 1)
    assert floor.look(call).place == "waiting"
    floor.pass_s(2)
    assert floor.takers()[-1] == (call, free)


def test_a_colleague_who_left_or_is_not_able_keeps_nobody_waiting() -> None:
    floor, call, _ = two_at_work()
    floor.wish("bartek", Availability.LOGGED_OUT)
    hand_on(floor, call, "waste", "bartek")
    assert floor.look(call).kept_for is None
    assert (floor.look(call).place, floor.look(call).directed_to) == ("waiting", None)


def test_no_ladder_leads_away_who_was_handed_on() -> None:
    ladder = (OverflowStep(after_s=60.0, leave=Destination.MESSAGE),)
    floor, call, _ = two_at_work(ROADS, queue("waste", "glass", overflow=ladder, waiting_max=0))
    floor.pass_s(300)
    hand_on(floor, call, "waste")
    floor.pass_s(300)
    assert (floor.look(call).place, floor.exchange.left) == ("waiting", [])


def test_a_talk_is_handed_on_once() -> None:
    floor, call, _ = two_at_work()
    floor.obeys = False
    hand_on(floor, call, "waste")
    hand_on(floor, call, "waste")
    assert len(floor.ordered(TransferCall)) == 1
    assert floor.engine.stale_events == {"TransferRequested": 1}
