"""Typed values out of headers."""

import pytest

from acd.adapters import ami_headers as headers
from acd.adapters.ami_message import AmiEvent
from acd.errors import TranslationError


def event(value: str) -> AmiEvent:
    return AmiEvent.of({"Event": "UserEvent", "UserEvent": "Some", "X": value})


def test_a_percent_encoded_value_is_decoded_and_a_plus_stays_a_plus() -> None:
    assert headers.decoded(event("%C5%81%C3%B3d%C5%BA+%3E%3D40"), "X") == "Łódź+>=40"


def test_the_path_is_its_steps_oldest_first() -> None:
    assert headers.steps(event("a%3D1%3Bb%3D%2A"), "X") == ("a=1", "b=*")
    assert headers.steps(event(""), "X") == ()


@pytest.mark.parametrize(("text", "value"), [("7", 7), ("-1", -1), ("", 5)])
def test_whole_numbers(text: str, value: int) -> None:
    assert headers.whole(event(text), "X", 5) == value


@pytest.mark.parametrize("text", ["1.5", "٣", "0x1", "9" * 30, " 1"])
def test_what_is_no_whole_number_is_a_fault(text: str) -> None:
    with pytest.raises(TranslationError, match="Some: X: not a whole number"):
        headers.whole(event(text), "X")


@pytest.mark.parametrize(
    ("channel", "extension"), [("PJSIP/2001-0000000a", "2001"), ("PJSIP/trunk-00000001", None), ("", None)]
)
def test_the_phone_of_a_channel(channel: str, extension: str | None) -> None:
    assert headers.phone_of_channel(channel) == extension


def test_a_missing_header_and_an_empty_one_are_told_apart() -> None:
    with pytest.raises(TranslationError, match="Y: missing"):
        headers.needed(event("1"), "Y")
    with pytest.raises(TranslationError, match="X: empty"):
        headers.needed(event(""), "X")
