import pytest

from acd.adapters.ami_phones import Phones, owner_of
from contact.events import PhoneChanged
from contact.ids import Extension
from contact.states import PhoneState

ANNA = Extension("2001")
IDLE, IN_USE, UNREACHABLE = PhoneState.IDLE, PhoneState.IN_USE, PhoneState.UNREACHABLE


@pytest.mark.parametrize(
    ("desk", "page", "together", "rings"),
    [
        (IDLE, UNREACHABLE, IDLE, "2001"),
        (UNREACHABLE, IDLE, IDLE, "2001-web"),
        (IDLE, IDLE, IDLE, "2001-web"),
        (IN_USE, IDLE, IN_USE, "2001-web"),
        (IDLE, IN_USE, IN_USE, "2001-web"),
        (UNREACHABLE, UNREACHABLE, UNREACHABLE, "2001"),
    ],
)
def test_two_phones_are_one_to_routing(
    desk: PhoneState, page: PhoneState, together: PhoneState, rings: str
) -> None:
    phones = Phones()
    phones.start_from([("2001", desk), ("2001-web", page)])
    assert phones.state_of(ANNA) is together
    assert phones.together() == {ANNA: together}
    assert phones.rings(ANNA) == rings


def test_a_change_is_told_once_and_only_if_it_shows() -> None:
    phones = Phones()
    assert phones.changed("2001", IDLE) == PhoneChanged(extension=ANNA, state=IDLE)
    assert phones.changed("2001", IDLE) is None
    assert phones.changed("2001-web", IDLE) is None
    assert phones.changed("2001", UNREACHABLE) is None
    assert phones.changed("2001-web", UNREACHABLE) == PhoneChanged(extension=ANNA, state=UNREACHABLE)


def test_a_phone_that_nobody_spoke_of_rings_on_the_desk() -> None:
    assert Phones().rings(ANNA) == "2001"
    assert owner_of("2001-web") == owner_of("2001") == ANNA
