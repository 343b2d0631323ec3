"""The engine's own part: every event finds its way, deadlines come, policies change, runs are named."""

import pytest

from acd.core.engine import Engine
from acd.core.policy import Relaxation
from acd.core.skills import parse
from contact.events import (
    AgentRemoved,
    AvailabilityRequested,
    CallHungUp,
    CallWaiting,
    Input,
    OfferAnswered,
    OfferDeclined,
    OfferFailed,
    OfferRinging,
    PhoneChanged,
    TalkEnded,
    TalkStarted,
    TelephonyLost,
    WrapUpCompleted,
    WrapUpExtended,
)
from contact.ids import AgentId, CallId, Extension, OfferId
from contact.states import Availability, OfferCause, PhoneState
from tests.unit.acd.core.floor import ROADS, WASTE, Floor, policy, queue

NOBODY = AgentId("nobody")
STALE: list[Input] = [
    CallHungUp(call=CallId("x"), cause=16),
    OfferRinging(offer=OfferId("x")),
    OfferAnswered(offer=OfferId("x")),
    OfferFailed(offer=OfferId("x"), cause=OfferCause.NO_ANSWER),
    OfferDeclined(offer=OfferId("x"), agent=NOBODY),
    TalkStarted(offer=OfferId("x"), call=CallId("x")),
    TalkEnded(offer=OfferId("x")),
    AgentRemoved(agent=NOBODY),
    AvailabilityRequested(agent=NOBODY, availability=Availability.READY, reason="", by=NOBODY),
    WrapUpCompleted(agent=NOBODY, call=CallId("x")),
    WrapUpExtended(agent=NOBODY, call=CallId("x")),
]


@pytest.mark.parametrize("event", STALE, ids=lambda one: type(one).__name__)
def test_an_event_about_what_nobody_knows_is_counted_and_does_nothing(event: Input) -> None:
    floor = Floor()
    before = floor.engine.snapshot()
    floor.tell(event)
    after = floor.engine.snapshot()
    assert floor.step == ()
    assert (after.agents, after.calls, after.offers) == (before.agents, before.calls, before.offers)
    assert floor.engine.stale_events == {type(event).__name__: 1}


def test_a_phone_that_nobody_has_moves_nobody() -> None:
    floor = Floor()
    floor.tell(PhoneChanged(extension=Extension("2999"), state=PhoneState.IDLE))
    assert floor.step == ()
    assert floor.engine.stale_events == {}


def test_a_new_engine_counts_telephony_as_lost() -> None:
    floor = Floor(resynced=False)
    floor.agent("anna")
    floor.call()
    assert floor.takers() == []


def test_ringing_is_noted_with_the_offer() -> None:
    floor = Floor()
    floor.agent("anna")
    floor.call()
    floor.pass_s(0.5)
    floor.tell(OfferRinging(offer=floor.ringing().offer))
    assert [one.ringing_at for one in floor.engine.snapshot().offers] == [1_000.5]


def test_an_engine_with_nothing_under_way_has_no_deadline() -> None:
    floor = Floor()
    floor.agent("anna")
    floor.arrive()
    assert floor.engine.next_deadline() is None


def test_the_next_deadline_is_the_earliest_of_all() -> None:
    floor = Floor(WASTE, ROADS, wrap_up_s=30.0)
    floor.agent("anna")
    floor.talked()
    assert floor.engine.next_deadline() == floor.now + 30
    floor.agent("bartek")
    floor.call()
    assert floor.engine.next_deadline() == floor.now + 23


def test_advancing_too_early_does_nothing() -> None:
    floor = Floor()
    floor.agent("anna")
    floor.call()
    assert floor.engine.advance(floor.now + 22.9) == ()


def test_deadlines_that_are_overdue_together_come_in_their_order() -> None:
    floor = Floor(rona_offers_max=1)
    floor.agent("anna")
    floor.agent("bartek")
    calls = [floor.call(), floor.call()]
    commands = floor.engine.advance(floor.now + 1_000)
    ended = [one.fact.call for one in commands if type(getattr(one, "fact", None)).__name__ == "OfferEnded"]
    assert ended == calls


def test_what_a_deadline_was_for_may_be_gone() -> None:
    step = Relaxation(after_s=5, requirement=parse("roads"))
    floor = Floor(queue("roads", "roads", relaxations=(step,)))
    floor.agent("anna")
    floor.hang_up(floor.call())
    waiting = floor.call()
    floor.end_leg(floor.ringing().offer, OfferCause.DECLINED)
    floor.tell(AgentRemoved(agent=AgentId("anna")))
    floor.hang_up(waiting)
    floor.pass_s(100)
    assert floor.engine.next_deadline() is None
    assert floor.engine.snapshot().calls == ()


def test_every_run_names_its_offers_otherwise() -> None:
    floor = Floor()
    floor.agent("anna")
    floor.agent("bartek")
    floor.call()
    floor.engine.begin_run("s")
    floor.call()
    assert floor.takers()[0] != floor.takers()[1]
    assert [one.offer.split("-")[0] for one in floor.engine.snapshot().offers] == ["r", "s"]
    assert len({one.offer for one in floor.engine.snapshot().offers}) == 2


def test_another_policy_rules_at_once_and_callers_keep_their_places() -> None:
    floor = Floor(queue("roads", "roads>=90"))
    floor.agent("anna", roads=50)
    first = floor.call(joined_at=950.0)
    floor.call(joined_at=960.0)
    assert floor.takers() == []
    offered = floor.engine.change_policy(policy(queue("roads", "roads>=40")), floor.now)
    assert [one.call for one in offered if hasattr(one, "ring_timeout_s")] == [first]
    assert len(floor.said(CallWaiting)) == 2


def test_another_policy_may_ask_for_more() -> None:
    floor = Floor(ROADS)
    call = floor.call()
    floor.tell(TelephonyLost())
    floor.engine.change_policy(policy(queue("roads", "roads>=90")), floor.now)
    floor.agent("anna", roads=50)
    floor.tell(floor.exchange.report())
    assert floor.takers() == []
    floor.agent("bartek", roads=95)
    assert floor.takers() == [(call, "bartek")]


def test_the_same_history_gives_the_same_commands() -> None:
    told = []
    for _ in range(2):
        floor = Floor(ROADS, WASTE)
        for name in ("anna", "bartek", "celina"):
            floor.agent(name, roads=50, waste=50)
        for n in range(6):
            floor.call("waste" if n % 2 else "roads")
        floor.answer()
        floor.pass_s(200)
        told.append(floor.commands)
    assert told[0] == told[1]


def test_people_and_calls_are_found_by_name() -> None:
    floor = Floor(ROADS, WASTE)
    floor.agent("anna", roads=50)
    call = floor.arrive()
    engine = floor.engine
    assert engine.member(AgentId("anna")) == ("2001", ("roads",))
    assert engine.member(NOBODY) is None
    assert engine.agent_at(Extension("2001")) == "anna"
    assert engine.agent_at(Extension("2999")) is None
    assert engine.has_call(call)
    assert not engine.has_call(CallId("x"))


def test_an_engine_is_restored_under_the_policy_it_is_given() -> None:
    floor = Floor(queue("roads", "roads>=90"))
    floor.agent("anna", roads=50)
    call = floor.call()
    floor.tell(TelephonyLost())
    floor.engine = Engine.restore(floor.engine.snapshot(), policy(ROADS))
    floor.tell(floor.exchange.report())
    assert floor.takers() == [(call, "anna")]
