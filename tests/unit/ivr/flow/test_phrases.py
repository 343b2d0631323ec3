from datetime import date

import pytest

from contact.ids import Language
from ivr.flow.phrases import ENGLISH, POLISH, calendar_day, cardinal, digits, minutes, place


@pytest.mark.parametrize(
    ("number", "polish", "english"),
    [
        (0, "zero", "zero"),
        (1, "jeden", "one"),
        (11, "jedenaście", "eleven"),
        (19, "dziewiętnaście", "nineteen"),
        (20, "dwadzieścia", "twenty"),
        (42, "czterdzieści dwa", "forty-two"),
        (100, "sto", "one hundred"),
        (112, "sto dwanaście", "one hundred and twelve"),
        (599, "pięćset dziewięćdziesiąt dziewięć", "five hundred and ninety-nine"),
        (1_000, "tysiąc", "one thousand"),
        (1_001, "tysiąc jeden", "one thousand and one"),
        (2_026, "dwa tysiące dwadzieścia sześć", "two thousand and twenty-six"),
        (5_000, "pięć tysięcy", "five thousand"),
        (12_000, "dwanaście tysięcy", "twelve thousand"),
        (19_115, "dziewiętnaście tysięcy sto piętnaście", "nineteen thousand one hundred and fifteen"),
        (22_000, "dwadzieścia dwa tysiące", "twenty-two thousand"),
        (101_000, "sto jeden tysięcy", "one hundred and one thousand"),
        (
            999_999,
            "dziewięćset dziewięćdziesiąt dziewięć tysięcy dziewięćset dziewięćdziesiąt dziewięć",
            "nine hundred and ninety-nine thousand nine hundred and ninety-nine",
        ),
    ],
)
def test_cardinals(number: int, polish: str, english: str) -> None:
    assert cardinal(number, POLISH) == polish
    assert cardinal(number, ENGLISH) == english


@pytest.mark.parametrize(
    ("number", "polish", "english"),
    [
        (1, "pierwsze", "first"),
        (2, "drugie", "second"),
        (3, "trzecie", "third"),
        (4, "czwarte", "fourth"),
        (5, "piąte", "fifth"),
        (6, "szóste", "sixth"),
        (7, "siódme", "seventh"),
        (8, "ósme", "eighth"),
        (9, "dziewiąte", "ninth"),
        (10, "dziesiąte", "tenth"),
        (12, "dwunaste", "twelfth"),
        (20, "dwudzieste", "twentieth"),
        (23, "dwudzieste trzecie", "twenty-third"),
        (90, "dziewięćdziesiąte", "ninetieth"),
        (100, "setne", "one hundredth"),
        (121, "sto dwudzieste pierwsze", "one hundred and twenty-first"),
        (200, "dwusetne", "two hundredth"),
        (1_000, "tysięczne", "one thousandth"),
        (2_000, "dwutysięczne", "two thousandth"),
        (1_500, "tysiąc pięćsetne", "one thousand five hundredth"),
    ],
)
def test_places(number: int, polish: str, english: str) -> None:
    assert place(number, POLISH) == polish
    assert place(number, ENGLISH) == english


@pytest.mark.parametrize(
    ("number", "polish", "english"),
    [
        (1, "jedną minutę", "one minute"),
        (2, "dwie minuty", "two minutes"),
        (4, "cztery minuty", "four minutes"),
        (5, "pięć minut", "five minutes"),
        (12, "dwanaście minut", "twelve minutes"),
        (13, "trzynaście minut", "thirteen minutes"),
        (21, "dwadzieścia jeden minut", "twenty-one minutes"),
        (22, "dwadzieścia dwie minuty", "twenty-two minutes"),
        (33, "trzydzieści trzy minuty", "thirty-three minutes"),
        (112, "sto dwanaście minut", "one hundred and twelve minutes"),
    ],
)
def test_minutes(number: int, polish: str, english: str) -> None:
    assert minutes(number, POLISH) == polish
    assert minutes(number, ENGLISH) == english


@pytest.mark.parametrize(
    ("day", "polish", "english"),
    [
        (
            date(2026, 11, 22),
            "dwudziestego drugiego listopada dwa tysiące dwudziestego szóstego roku",
            "the twenty-second of November two thousand and twenty-six",
        ),
        (
            date(2030, 3, 3),
            "trzeciego marca dwa tysiące trzydziestego roku",
            "the third of March two thousand and thirty",
        ),
        (
            date(2000, 1, 31),
            "trzydziestego pierwszego stycznia dwutysięcznego roku",
            "the thirty-first of January two thousand",
        ),
        (
            date(2100, 8, 14),
            "czternastego sierpnia dwa tysiące setnego roku",
            "the fourteenth of August two thousand one hundred",
        ),
    ],
)
def test_calendar_days(day: date, polish: str, english: str) -> None:
    assert calendar_day(day, POLISH) == polish
    assert calendar_day(day, ENGLISH) == english


def test_digits_are_read_one_by_one() -> None:
    assert digits("WAW-105", POLISH) == "jeden, zero, pięć"


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_numbers_without_words_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="not between"):
        cardinal(number, POLISH)


def test_no_place_is_the_zeroth() -> None:
    with pytest.raises(ValueError, match="no place"):
        place(0, POLISH)


def test_a_language_without_phrases_is_named() -> None:
    with pytest.raises(ValueError, match="'uk'"):
        minutes(3, Language("uk"))
