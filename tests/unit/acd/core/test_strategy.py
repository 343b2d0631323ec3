import pytest

from acd.core.agent import Agent
from acd.core.policy import Strategy, Weights
from acd.core.skills import parse
from acd.core.strategy import order, score
from contact.ids import AgentId, Extension, Skill
from tests.unit.acd.core.floor import Floor, queue


def agent(name: str, **rest: float) -> Agent:
    one = Agent(
        agent=AgentId(name),
        name=name,
        extension=Extension(name),
        skills=((Skill("pl"), int(rest.pop("pl", 50))), (Skill("roads"), int(rest.pop("roads", 50)))),
        wrap_up_s=None,
        idle_since_at=rest.pop("idle_since_at", 0.0),
        since_at=0.0,
    )
    for key, value in rest.items():
        setattr(one, key, value)
    return one


CASES = [
    (Strategy.LONGEST_IDLE, {"idle_since_at": 10.0}, {"idle_since_at": 11.0}, 10.0),
    (Strategy.FEWEST_CALLS, {"calls": 2}, {"calls": 3}, 2.0),
    (Strategy.LEAST_TALK, {"talk_s": 60.5}, {"talk_s": 61.0}, 60.5),
    (Strategy.ROUND_ROBIN, {"offered_at": 5.0}, {"offered_at": 6.0}, 5.0),
    (Strategy.MOST_SKILLED, {"roads": 80}, {"roads": 70}, -130.0),
]


@pytest.mark.parametrize(("strategy", "better", "worse", "shown"), CASES)
def test_a_strategy_takes_the_one_and_leaves_the_other(
    strategy: Strategy, better: dict[str, float], worse: dict[str, float], shown: float
) -> None:
    taken, left = agent("z", **better), agent("a", **worse)
    requirement = parse("pl & roads>=40")
    assert score(strategy, taken, requirement) == shown
    assert [one for _, one in order(strategy, [left, taken], requirement)] == ["z", "a"]


@pytest.mark.parametrize("strategy", Strategy)
def test_ties_go_by_agent_id(strategy: Strategy) -> None:
    agents = [agent("celina"), agent("anna"), agent("bartek")]
    assert [one for _, one in order(strategy, agents, parse("roads"))] == ["anna", "bartek", "celina"]


def test_skills_the_requirement_does_not_name_do_not_count() -> None:
    broad, fitting = agent("a", pl=100, roads=40), agent("z", pl=10, roads=50)
    assert order(Strategy.MOST_SKILLED, [broad, fitting], parse("roads"))[0][1] == "z"


def two_agents(strategy: Strategy) -> Floor:
    floor = Floor(queue("roads", "roads", strategy=strategy), wrap_up_s=0.0)
    floor.agent("anna", roads=60)
    floor.pass_s(5)
    floor.agent("bartek", roads=90)
    return floor


@pytest.mark.parametrize(
    ("strategy", "first"),
    [
        (Strategy.LONGEST_IDLE, "anna"),
        (Strategy.FEWEST_CALLS, "anna"),
        (Strategy.LEAST_TALK, "anna"),
        (Strategy.ROUND_ROBIN, "anna"),
        (Strategy.MOST_SKILLED, "bartek"),
    ],
)
def test_a_queue_goes_by_its_own_strategy(strategy: Strategy, first: str) -> None:
    floor = two_agents(strategy)
    call = floor.call()
    assert floor.takers() == [(call, first)]


@pytest.mark.parametrize(
    ("strategy", "second"),
    [
        (Strategy.LONGEST_IDLE, "bartek"),
        (Strategy.FEWEST_CALLS, "bartek"),
        (Strategy.LEAST_TALK, "bartek"),
        (Strategy.ROUND_ROBIN, "bartek"),
        (Strategy.MOST_SKILLED, "bartek"),
    ],
)
def test_who_had_the_last_call_is_later_in_the_order(strategy: Strategy, second: str) -> None:
    floor = two_agents(strategy)
    floor.talked(seconds=30)
    assert floor.talked(seconds=1)
    assert floor.takers()[1][1] == second


def test_least_talk_prefers_two_short_calls_to_a_long_one_and_fewest_calls_does_not() -> None:
    for strategy, third in ((Strategy.LEAST_TALK, "bartek"), (Strategy.FEWEST_CALLS, "anna")):
        floor = Floor(queue("roads", "roads", strategy=strategy), wrap_up_s=0.0)
        floor.agent("anna")
        floor.talked(seconds=100)
        floor.agent("bartek")
        floor.wish("anna", floor.see("bartek").availability.NOT_READY)
        floor.talked(seconds=10)
        floor.talked(seconds=10)
        floor.wish("anna", floor.see("bartek").availability.READY)
        floor.call()
        assert floor.takers()[-1][1] == third


def test_weighted_points_weigh_level_idle_minutes_and_calls() -> None:
    one = agent("anna", roads=80, pl=40, idle_since_at=880.0, calls=3)
    weights = Weights(skill=1.0, idle=10.0, load=5.0)
    points = -score(Strategy.WEIGHTED, one, parse("roads & pl"), weights=weights, now=1_000.0)
    assert points == 60 + 20 - 15


@pytest.mark.parametrize(("idle", "first"), [(0.0, "skilled"), (10.0, "rested")])
def test_weights_decide_between_the_skilled_and_the_rested(idle: float, first: str) -> None:
    skilled = agent("skilled", roads=90, idle_since_at=990.0)
    rested = agent("rested", roads=50, idle_since_at=400.0)
    weights = Weights(idle=idle)
    ranked = order(Strategy.WEIGHTED, [skilled, rested], parse("roads"), weights=weights, now=1_000.0)
    assert ranked[0][1] == first


def test_weighted_counts_no_level_where_nothing_is_asked() -> None:
    one = agent("anna", idle_since_at=940.0)
    assert score(Strategy.WEIGHTED, one, parse(""), now=1_000.0) == -1.0


def test_weighted_queue_offers_to_the_agent_with_most_points() -> None:
    floor = Floor(queue("roads", "roads", strategy=Strategy.WEIGHTED, weights=Weights(idle=10.0)))
    floor.agent("anna", roads=50)
    floor.pass_s(600)
    floor.agent("bartek", roads=90)
    floor.call("roads")
    assert floor.takers()[0][1] == "anna"
