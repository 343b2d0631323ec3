import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact.ids import E164
from contact.numbers import WITHHELD, mask


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+48600100200", "+48600***200"),
        ("+4822123456789", "+48221***789"),
        ("112", "***"),
        ("+48600100", "***"),
        ("", ""),
    ],
)
def test_the_middle_of_a_number_is_hidden(number: str, shown: str) -> None:
    assert mask(E164(number)) == shown


@given(st.from_regex(r"\+[0-9]{2,15}", fullmatch=True))
def test_no_number_is_shown_whole(number: str) -> None:
    shown = mask(E164(number))
    assert number not in shown
    assert len([sign for sign in shown if sign.isdigit()]) <= 8


def test_a_withheld_number_stays_empty() -> None:
    assert mask(WITHHELD) == ""
