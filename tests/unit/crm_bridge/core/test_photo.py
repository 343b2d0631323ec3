"""The code that is read aloud: how it is made, typed and how long it works."""

import math

import pytest

from contact.errors import Refused
from contact.ids import AgentId, CaseNumber
from contact.photo import PHOTOS_OF_CASE_MAX, PHOTOS_OF_REQUEST_MAX
from crm_bridge.core.photo import ALPHABET, CODES, StoredRequest, check_room, code_hash, code_of, read_code

LOOK_ALIKES = ("0OQD", "1ILJ", "2Z", "5S", "6G", "8B", "UV")


def stored(*, taken: int = 0, withdrawn_at: float | None = None) -> StoredRequest:
    return StoredRequest(
        id="r",
        number=CaseNumber("1/26"),
        agent=AgentId("anna"),
        made_at=0.0,
        expires_at=100.0,
        withdrawn_at=withdrawn_at,
        taken=taken,
    )


def test_there_are_more_codes_than_forty_bits_tell_apart() -> None:
    assert math.log2(CODES) > 41
    assert len(set(ALPHABET)) == len(ALPHABET)


@pytest.mark.parametrize("alike", LOOK_ALIKES)
def test_no_two_signs_look_alike(alike: str) -> None:
    assert len(set(alike) & set(ALPHABET)) <= 1


def test_every_number_has_a_code_of_its_own_in_three_groups() -> None:
    assert (code_of(0), code_of(1), code_of(CODES - 1)) == ("222-222-222", "322-222-222", "YYY-YYY-YYY")
    assert len({code_of(number) for number in range(5_000)}) == 5_000


@pytest.mark.parametrize(
    "typed", ["7K3-MW4-TPA", "7k3mw4tpa", " 7K3 MW4 TPA ", "7K3\u2013MW4\u2013TPA", "7k3.mw4.tpa"]
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == "7K3MW4TPA"
    assert code_hash(typed) == code_hash("7K3-MW4-TPA")


def test_a_letter_that_is_left_out_means_the_digit_it_looks_like() -> None:
    assert read_code("BGS-ZW4-TPA") == "8652W4TPA"


@pytest.mark.parametrize(
    "typed", ["", "7K3", "7K3MW4TPAA", "7K3-MW4-TP0", "7K3-MW4-TPŁ", "7" * 1_000, "../../x"]
)
def test_what_can_be_no_code_is_none_and_has_the_hash_of_nothing(typed: str) -> None:
    assert read_code(typed) is None
    assert code_hash(typed) == code_hash("")


def test_a_request_ends_by_itself_and_by_being_withdrawn() -> None:
    assert stored().is_open(99.9)
    assert not stored().is_open(100.0)
    assert not stored(withdrawn_at=1.0).is_open(2.0)


def test_a_request_and_a_case_take_so_many_photos() -> None:
    check_room(stored(taken=PHOTOS_OF_REQUEST_MAX - 1), PHOTOS_OF_CASE_MAX - 1)
    assert stored(taken=PHOTOS_OF_REQUEST_MAX + 1).left == 0
    for request, count in ((stored(taken=PHOTOS_OF_REQUEST_MAX), 0), (stored(), PHOTOS_OF_CASE_MAX)):
        with pytest.raises(Refused) as refusal:
            check_room(request, count)
        assert refusal.value.code == "photos_full"
