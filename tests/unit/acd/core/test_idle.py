"""The order of idle agents."""

from acd.core.idle import IdleOrder
from contact.ids import AgentId

ANNA, BARTEK, CELINA = AgentId("anna"), AgentId("bartek"), AgentId("celina")


def test_the_longest_idle_comes_first_and_ties_go_by_name() -> None:
    order = IdleOrder()
    order.add(CELINA, 5.0)
    order.add(BARTEK, 7.0)
    order.add(ANNA, 7.0)
    assert list(order) == [(5.0, CELINA), (7.0, ANNA), (7.0, BARTEK)]


def test_one_who_is_added_again_stands_at_the_new_place_only() -> None:
    order = IdleOrder()
    order.add(ANNA, 5.0)
    order.add(BARTEK, 6.0)
    order.add(ANNA, 9.0)
    assert list(order) == [(6.0, BARTEK), (9.0, ANNA)]


def test_taking_out_somebody_who_is_not_there_is_nothing() -> None:
    order = IdleOrder()
    order.add(ANNA, 5.0)
    order.discard(BARTEK)
    order.discard(ANNA)
    order.discard(ANNA)
    assert list(order) == []


def test_those_asked_for_come_in_order_whether_they_are_few_or_many() -> None:
    order = IdleOrder()
    agents = [AgentId(f"a{number:02d}") for number in range(40)]
    for number, agent in enumerate(agents):
        order.add(agent, 100.0 - number)
    for count in (0, 1, 3, 30, 40):
        some = frozenset([*agents[:count], AgentId("nobody here")])
        assert order.among(some) == [entry for entry in order if entry[1] in some]
