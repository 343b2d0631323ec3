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
