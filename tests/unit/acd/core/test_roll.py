"""The roll of who is signed in."""

from acd.core.roll import Roll
from contact.ids import AgentId

ANNA, BARTEK, CELINA = AgentId("anna"), AgentId("bartek"), AgentId("celina")


def test_the_roll_is_called_in_the_order_of_ids_and_names_nobody_twice() -> None:
    roll = Roll()
    for one in (CELINA, ANNA, BARTEK, ANNA):
        roll.add(one)
    assert roll.call() == (ANNA, BARTEK, CELINA)


def test_what_was_called_stays_as_it_was_when_somebody_goes() -> None:
    roll = Roll()
    roll.add(ANNA)
    roll.add(BARTEK)
    before = roll.call()
    roll.discard(ANNA)
    roll.discard(ANNA)
    assert (before, roll.call()) == ((ANNA, BARTEK), (BARTEK,))


def test_the_roll_is_one_and_the_same_value_until_it_changes() -> None:
    roll = Roll()
    roll.add(ANNA)
    before = roll.call()
    roll.add(ANNA)
    roll.discard(BARTEK)
    assert roll.call() is before
