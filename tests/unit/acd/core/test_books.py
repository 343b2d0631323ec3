import pytest

from acd.core.agent import Agent
from acd.core.books import Books
from acd.core.policy import Policy
from acd.core.skills import parse
from contact.commands import Publish
from contact.events import AgentStateChanged
from contact.explanation import OfferExplained
from contact.ids import AgentId, Extension, Skill
from contact.states import AgentCause, AgentState, Availability, IllegalMove


def agent(name: str, skill: str = "roads", extension: str = "2001") -> Agent:
    return Agent(
        agent=AgentId(name),
        name=name,
        extension=Extension(extension),
        skills=((Skill(skill), 50),),
        wrap_up_s=None,
        idle_since_at=0.0,
        since_at=0.0,
        availability=Availability.READY,
    )


def books(*agents: Agent) -> Books:
    made = Books(policy=Policy(queues={}), run="r", now=5.0)
    for one in agents:
        made.add_agent(one)
    return made


def test_sequence_numbers_grow_by_one() -> None:
    one = books()
    assert [one.next_sequence(), one.next_sequence()] == [1, 2]


def test_moves_keep_the_index_of_ready_agents_true() -> None:
    anna = agent("anna")
    one = books(anna)
    one.move(anna, AgentCause.LOGGED_IN_READY)
    assert one.ready == {"anna"}
    one.move(anna, AgentCause.OFFERED, until_at=9.0)
    assert one.ready == set()
    with pytest.raises(IllegalMove):
        one.move(anna, AgentCause.WENT_READY)
    assert one.ready == set()
    assert len(one.out) == 2


def test_saying_again_where_an_agent_stands_moves_nothing() -> None:
    anna = agent("anna")
    one = books(anna)
    one.say_again(anna)
    (said,) = one.out
    assert isinstance(said, Publish)
    assert said.fact == anna.as_fact(AgentState.LOGGED_OUT)


def test_the_qualified_are_found_anew_when_somebody_comes_changes_or_goes() -> None:
    anna, bartek = agent("anna"), agent("bartek", extension="2002")
    one, roads = books(anna), parse("roads")
    assert one.qualified(roads) == {"anna"}
    one.add_agent(bartek)
    assert one.qualified(roads) == {"anna", "bartek"}
    one.add_agent(agent("anna", skill="waste", extension="2009"))
    assert one.qualified(roads) == {"bartek"}
    one.drop_agent(bartek)
    assert one.qualified(roads) == set()
    assert one.extensions == {"2009": "anna"}


def test_an_agent_who_is_dropped_is_not_ready_any_more() -> None:
    anna = agent("anna")
    one = books(anna)
    one.move(anna, AgentCause.LOGGED_IN_READY)
    one.drop_agent(anna)
    assert (one.ready, one.agents, one.extensions) == (set(), {}, {})
    assert one.signed_in.call() == ()


def test_whoever_is_in_any_state_but_signed_out_is_signed_in() -> None:
    anna, bartek = agent("anna"), agent("bartek", extension="2002")
    one = books(bartek, anna)
    one.move(bartek, AgentCause.LOGGED_IN_NOT_READY)
    one.move(anna, AgentCause.LOGGED_IN_READY)
    one.move(anna, AgentCause.OFFERED, until_at=9.0)
    assert one.signed_in.call() == ("anna", "bartek")
    one.move(bartek, AgentCause.LOGGED_OUT)
    assert one.signed_in.call() == ("anna",)


def test_a_kind_of_facts_that_nobody_is_told_is_not_made() -> None:
    anna = agent("anna")
    one = Books(policy=Policy(queues={}), run="r", untold=frozenset({OfferExplained}))
    one.tell(OfferExplained, anna.as_fact, AgentState.LOGGED_OUT)
    assert (one.out, one.explains) == ([], False)
    one.tell(AgentStateChanged, anna.as_fact, AgentState.LOGGED_OUT)
    assert one.out == [Publish(fact=anna.as_fact(AgentState.LOGGED_OUT))]
