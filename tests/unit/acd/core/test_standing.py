from contact.commands import AgentStanding, CallStanding, QueueStanding
from contact.events import AgentStateChanged, CallOffered, CallWaiting, TelephonyLost
from contact.ids import E164, AgentId, Extension, QueueId, Skill
from contact.states import AgentState, Availability, PhoneState
from tests.unit.acd.core.floor import ROADS, WASTE, Floor, queue


def standing_of(floor: Floor, call: str) -> CallStanding:
    return next(one for one in floor.engine.standing(floor.now).calls if one.call == call)


def test_nothing_live_is_shown_as_such() -> None:
    standing = Floor(ROADS, resynced=False).engine.standing(5.0)
    assert (standing.at, standing.telephony_up, standing.agents, standing.calls) == (5.0, False, (), ())


def test_telephony_is_up_between_a_resynchronisation_and_the_next_loss() -> None:
    floor = Floor()
    assert floor.engine.standing(floor.now).telephony_up
    floor.tell(TelephonyLost())
    assert not floor.engine.standing(floor.now).telephony_up


def test_queues_stand_in_the_order_of_the_policy_with_who_can_answer_them() -> None:
    named = queue("waste", "waste>=40", names=(("en", "Waste"), ("pl", "Odpady")), service_level_s=20.0)
    floor = Floor(named, ROADS)
    floor.agent("bartek", wish=None, waste=60, roads=10)
    floor.agent("anna")
    assert floor.engine.standing(floor.now).queues == (
        QueueStanding(
            queue=QueueId("waste"),
            names=(("en", "Waste"), ("pl", "Odpady")),
            requirement="waste>=40",
            service_level_s=20.0,
            members=(AgentId("bartek"),),
        ),
        QueueStanding(
            queue=QueueId("roads"),
            names=(),
            requirement="roads>=1",
            service_level_s=30.0,
            members=(AgentId("anna"), AgentId("bartek")),
        ),
    )


def test_agents_stand_by_id_with_phone_skills_and_state() -> None:
    floor = Floor()
    floor.agent("bartek")
    floor.agent("anna", wish=Availability.NOT_READY, phone=PhoneState.UNREACHABLE)
    floor.wish("anna", Availability.NOT_READY, "lunch")
    anna, bartek = floor.engine.standing(floor.now).agents
    assert anna == AgentStanding(
        agent=AgentId("anna"),
        name="Anna",
        extension=Extension("2001"),
        phone=PhoneState.UNREACHABLE,
        skills=((Skill("roads"), 80),),
        state=AgentStateChanged(
            agent=AgentId("anna"),
            old=AgentState.NOT_READY,
            new=AgentState.NOT_READY,
            availability=Availability.NOT_READY,
            reason="lunch",
            by=AgentId("anna"),
            call=None,
            since_at=floor.now,
        ),
    )
    assert (bartek.agent, bartek.state.new) == ("bartek", AgentState.READY)


def test_a_call_in_the_ivr_has_neither_wait_nor_offer_nor_agent() -> None:
    floor = Floor()
    call = floor.arrive()
    assert standing_of(floor, call) == CallStanding(
        call=call, caller=E164("+48600100200"), place="ivr", since_at=1_000.0
    )


def test_a_waiting_call_stands_as_it_was_told_when_it_joined() -> None:
    floor = Floor()
    call = floor.call(joined_at=980.0, requirement="roads", priority=2)
    standing = standing_of(floor, call)
    assert (standing.place, standing.since_at) == ("waiting", 980.0)
    assert standing.waiting == floor.last(CallWaiting)


def test_an_offered_call_stands_with_its_pop_and_its_agent() -> None:
    floor = Floor()
    floor.agent("anna")
    floor.pass_s(5)
    call = floor.call(joined_at=980.0)
    standing = standing_of(floor, call)
    assert (standing.place, standing.since_at, standing.agent) == ("offered", 1_005.0, "anna")
    assert standing.offer == floor.last(CallOffered)
    assert standing.waiting == floor.last(CallWaiting)


def test_a_talking_call_stands_with_its_agent_and_waits_no_more() -> None:
    floor = Floor()
    floor.agent("anna")
    call = floor.call()
    floor.pass_s(4)
    offer = floor.answer()
    standing = standing_of(floor, call)
    assert (standing.place, standing.since_at, standing.agent) == ("talking", 1_004.0, "anna")
    assert standing.waiting is None
    assert standing.offer is not None
    assert standing.offer.offer == offer


def test_a_call_after_its_talk_stands_with_whom_it_was() -> None:
    floor = Floor(WASTE, ROADS)
    floor.agent("anna")
    call = floor.call()
    floor.end_leg(floor.answer())
    standing = standing_of(floor, call)
    assert (standing.place, standing.agent, standing.offer) == ("after", "anna", None)


def test_calls_stand_by_id() -> None:
    floor = Floor()
    calls = [floor.arrive() for _ in range(3)]
    assert [one.call for one in floor.engine.standing(floor.now).calls] == sorted(calls)
