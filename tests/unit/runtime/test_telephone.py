import pytest

from contact.ids import E164
from contact.numbers import WITHHELD
from runtime.telephone import to_e164, to_keyed, to_shown


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ("+48600100200", "+48600100200"),
        ("48600100200", "+48600100200"),
        ("0048600100200", "+48600100200"),
        ("600100200", "+48600100200"),
        ("600 100 200", "+48600100200"),
        ("22 443 00 00", "+48224430000"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_networks_write_one_number_in_many_ways(sent: str, number: str) -> None:
    assert to_e164(sent) == number


@pytest.mark.parametrize("sent", ["", "anonymous", "unknown", "2001", "sipp", "+", "1" * 60, "600100200;x"])
def test_what_cannot_be_called_back_is_withheld(sent: str) -> None:
    assert to_e164(sent) == WITHHELD


def test_a_region_decides_about_numbers_without_a_country() -> None:
    assert to_e164("020 7946 0958", region="GB") == "+442079460958"


def test_a_number_is_shown_with_the_spaces_of_its_country() -> None:
    assert to_shown(E164("+48600100200")) == "+48 600 100 200"
    assert to_shown(WITHHELD) == ""
    assert to_shown(E164("nonsense")) == "nonsense"


@pytest.mark.parametrize(
    ("number", "keyed"),
    [("+48600100200", "600100200"), ("+4930123456", "004930123456"), ("nonsense", "")],
)
def test_a_number_is_read_out_as_people_key_it_in(number: str, keyed: str) -> None:
    assert to_keyed(E164(number)) == keyed
