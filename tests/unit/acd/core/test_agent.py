import pytest

from acd.core.agent import Agent
from contact.commands import Publish
from contact.events import AgentStateChanged
from contact.ids import AgentId, CallId, Extension, OfferId, Skill
from contact.states import AgentCause, AgentState, Availability, IllegalMove, PhoneState


def agent(
    *,
    state: AgentState = AgentState.READY,
    availability: Availability = Availability.READY,
    phone: PhoneState = PhoneState.IDLE,
    reason: str = "",
) -> Agent:
    return Agent(
        agent=AgentId("anna"),
        name="Anna",
        extension=Extension("2001"),
        skills=((Skill("roads"), 80),),
        wrap_up_s=None,
        idle_since_at=0.0,
        since_at=0.0,
        state=state,
        availability=availability,
        phone=phone,
        reason=reason,
    )


def test_levels_are_the_skills_by_name() -> None:
    assert agent().levels == {"roads": 80}


def test_a_move_is_told_with_where_it_came_from_and_its_deadline() -> None:
    one = agent()
    one.call, one.by = CallId("c"), AgentId("sylwia")
    assert one.move(AgentCause.OFFERED, 7.0, until_at=27.0) == Publish(
        fact=AgentStateChanged(
            agent=AgentId("anna"),
            old=AgentState.READY,
            new=AgentState.RESERVED,
            availability=Availability.READY,
            reason="",
            by=AgentId("sylwia"),
            call=CallId("c"),
            since_at=7.0,
            until_at=27.0,
        )
    )


def test_a_move_forgets_the_deadline_of_the_state_before() -> None:
    one = agent()
    one.move(AgentCause.OFFERED, 7.0, until_at=27.0)
    one.move(AgentCause.CONNECTED, 9.0)
    assert one.until_at is None


def test_an_illegal_move_changes_nothing() -> None:
    one, same = agent(), agent()
    with pytest.raises(IllegalMove):
        one.move(AgentCause.CONNECTED, 7.0, until_at=9.0)
    assert one == same


@pytest.mark.parametrize(
    ("availability", "phone", "cause"),
    [
        (Availability.LOGGED_OUT, PhoneState.IDLE, AgentCause.LOGGED_OUT),
        (Availability.LOGGED_OUT, PhoneState.UNREACHABLE, AgentCause.LOGGED_OUT),
        (Availability.NOT_READY, PhoneState.IDLE, AgentCause.WENT_NOT_READY),
        (Availability.READY, PhoneState.IDLE, AgentCause.WENT_READY),
        (Availability.READY, PhoneState.IN_USE, AgentCause.WENT_NOT_READY),
        (Availability.READY, PhoneState.UNREACHABLE, AgentCause.WENT_NOT_READY),
    ],
)
def test_wish_and_phone_together_say_where_one_rests(
    availability: Availability, phone: PhoneState, cause: AgentCause
) -> None:
    assert agent(availability=availability, phone=phone).resting_cause() is cause


def test_the_phone_is_the_reason_only_where_the_person_wants_to_be_ready() -> None:
    states = {"state": AgentState.NOT_READY, "phone": PhoneState.UNREACHABLE, "reason": "lunch"}
    assert agent(availability=Availability.READY, **states).why() == "phone_unreachable"  # type: ignore[arg-type]
    assert agent(availability=Availability.NOT_READY, **states).why() == "lunch"  # type: ignore[arg-type]


def test_one_is_free_when_ready_with_no_leg_and_not_held() -> None:
    assert agent().is_free
    assert not agent(state=AgentState.NOT_READY).is_free
    with_leg, held = agent(), agent()
    with_leg.leg = OfferId("o")
    held.held_until_at = 5.0
    assert not with_leg.is_free
    assert not held.is_free
