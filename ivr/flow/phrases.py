"""Numbers, places, minutes and dates in words, in Polish and English, inflected as they are spoken.

Numbers go from 0 to 999,999. Polish nouns after a number follow its last digits: one `minuta`; two to
four, but not twelve to fourteen, `minuty`; every other one `minut`.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from contact.ids import Language

POLISH = Language("pl")
ENGLISH = Language("en")
NUMBER_MAX = 999_999

_PL_SMALL = (
    *("zero", "jeden", "dwa", "trzy", "cztery", "pięć", "sześć", "siedem", "osiem", "dziewięć", "dziesięć"),
    *("jedenaście", "dwanaście", "trzynaście", "czternaście", "piętnaście", "szesnaście", "siedemnaście"),
    *("osiemnaście", "dziewiętnaście"),
)
_PL_TENS = (
    *("", "", "dwadzieścia", "trzydzieści", "czterdzieści", "pięćdziesiąt", "sześćdziesiąt"),
    *("siedemdziesiąt", "osiemdziesiąt", "dziewięćdziesiąt"),
)
_PL_HUNDREDS = (
    *("", "sto", "dwieście", "trzysta", "czterysta", "pięćset", "sześćset", "siedemset", "osiemset"),
    "dziewięćset",
)
_PL_ORDINAL_SMALL = (
    *("zerow", "pierwsz", "drug", "trzec", "czwart", "piąt", "szóst", "siódm", "ósm", "dziewiąt"),
    *("dziesiąt", "jedenast", "dwunast", "trzynast", "czternast", "piętnast", "szesnast", "siedemnast"),
    *("osiemnast", "dziewiętnast"),
)
_PL_ORDINAL_TENS = (
    *("", "", "dwudziest", "trzydziest", "czterdziest", "pięćdziesiąt", "sześćdziesiąt"),
    *("siedemdziesiąt", "osiemdziesiąt", "dziewięćdziesiąt"),
)
_PL_ORDINAL_HUNDREDS = (
    *("", "setn", "dwusetn", "trzechsetn", "czterechsetn", "pięćsetn", "sześćsetn", "siedemsetn"),
    *("osiemsetn", "dziewięćsetn"),
)
_PL_MONTHS = (
    *("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września"),
    *("października", "listopada", "grudnia"),
)
_EN_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_EN_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN_ORDINALS: Mapping[str, str] = MappingProxyType(
    {
        "one": "first",
        "two": "second",
        "three": "third",
        "five": "fifth",
        "eight": "eighth",
        "nine": "ninth",
        "twelve": "twelfth",
    }
)
_EN_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)


def cardinal(number: int, language: Language) -> str:
    """Return `number` in words, in Polish in the masculine: `dwadzieścia jeden`, `twenty-one`.

    Raises:
        ValueError: the number is below 0 or above 999,999, or the language has no words here.

    """
    if not 0 <= number <= NUMBER_MAX:
        message = f"{number} is not between 0 and {NUMBER_MAX}"
        raise ValueError(message)
    return _pl_cardinal(number) if _is_polish(language) else _en_cardinal(number)


def digits(text: str, language: Language) -> str:
    """Return the digits of `text` one by one: `jeden, dwa, trzy`; other characters are left out."""
    return ", ".join(cardinal(int(sign), language) for sign in text if sign in "0123456789")


def place(number: int, language: Language) -> str:
    """Return a place in a queue, 1 to 9,999, for `Twoje miejsce: pierwsze`, `Your place: first`."""
    if not 1 <= number < 10_000:  # noqa: PLR2004 - stated above
        message = f"{number} is no place in a queue"
        raise ValueError(message)
    return _pl_ordinal(number, genitive=False) if _is_polish(language) else _en_ordinal(number)


def minutes(number: int, language: Language) -> str:
    """Return a length of time as what one waits: `jedną minutę`, `dwie minuty`, `five minutes`."""
    words = cardinal(number, language)
    if not _is_polish(language):
        return f"{words} minute" if number == 1 else f"{words} minutes"
    if number == 1:
        return "jedną minutę"
    if _is_few(number):
        return f"{words.removesuffix('dwa')}{'dwie' if words.endswith('dwa') else ''} minuty"
    return f"{words} minut"


def calendar_day(day: date, language: Language) -> str:
    """Return a day as in `dwudziestego drugiego listopada dwa tysiące dwudziestego szóstego roku`."""
    if _is_polish(language):
        in_month = _pl_ordinal(day.day, genitive=True)
        return f"{in_month} {_PL_MONTHS[day.month - 1]} {_pl_ordinal(day.year, genitive=True)} roku"
    return f"the {_en_ordinal(day.day)} of {_EN_MONTHS[day.month - 1]} {_en_cardinal(day.year)}"


def _is_polish(language: Language) -> bool:
    if language not in (POLISH, ENGLISH):
        message = f"there are no phrases in {language!r}"
        raise ValueError(message)
    return language == POLISH


def _is_few(number: int) -> bool:
    """Tell whether a Polish noun stands in the nominative plural behind `number`."""
    return number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14)


def _pl_cardinal(number: int) -> str:
    thousands, rest = divmod(number, 1_000)
    words: list[str] = []
    if thousands:
        noun = "tysiąc" if thousands == 1 else "tysiące" if _is_few(thousands) else "tysięcy"
        words += [noun] if thousands == 1 else [_pl_cardinal(thousands), noun]
    if rest or not thousands:
        words += _pl_below_thousand(rest)
    return " ".join(words)


def _pl_below_thousand(number: int) -> list[str]:
    hundreds, rest = divmod(number, 100)
    words = [_PL_HUNDREDS[hundreds]] if hundreds else []
    if rest < len(_PL_SMALL):
        return [*words, _PL_SMALL[rest]] if rest or not hundreds else words
    tens, ones = divmod(rest, 10)
    return [*words, _PL_TENS[tens], *([_PL_SMALL[ones]] if ones else [])]


def _pl_ordinal(number: int, *, genitive: bool) -> str:
    """Return a Polish ordinal in the neuter, or in the masculine genitive for dates.

    Only the last two digits are inflected where there are any: `sto dwudzieste pierwsze`.
    """
    above, rest = number - number % 100, number % 100
    if not rest:
        return _pl_round_ordinal(number, genitive=genitive)
    words = [_pl_cardinal(above)] if above else []
    if rest < len(_PL_ORDINAL_SMALL):
        return " ".join([*words, _pl_inflect(_PL_ORDINAL_SMALL[rest], genitive=genitive)])
    tens, ones = divmod(rest, 10)
    words.append(_pl_inflect(_PL_ORDINAL_TENS[tens], genitive=genitive))
    if ones:
        words.append(_pl_inflect(_PL_ORDINAL_SMALL[ones], genitive=genitive))
    return " ".join(words)


def _pl_round_ordinal(number: int, *, genitive: bool) -> str:
    thousands, rest = divmod(number, 1_000)
    if rest:
        words = [_pl_cardinal(thousands * 1_000)] if thousands else []
        return " ".join([*words, _pl_inflect(_PL_ORDINAL_HUNDREDS[rest // 100], genitive=genitive)])
    compound = ("", "", "dwu", "trzy", "cztero", "pięcio", "sześcio", "siedmio", "ośmio", "dziewięcio")
    return _pl_inflect(f"{compound[thousands]}tysięczn", genitive=genitive)


def _pl_inflect(stem: str, *, genitive: bool) -> str:
    soft = stem == "trzec"
    hard_k_g = stem.endswith("g")
    if genitive:
        return stem + ("iego" if soft or hard_k_g else "ego")
    return stem + ("ie" if soft or hard_k_g else "e")


def _en_cardinal(number: int) -> str:
    thousands, rest = divmod(number, 1_000)
    hundreds, below = divmod(rest, 100)
    words: list[str] = []
    if thousands:
        words.append(f"{_en_cardinal(thousands)} thousand")
    if hundreds:
        words.append(f"{_EN_SMALL[hundreds]} hundred")
    if below or not words:
        joint = "and " if words else ""
        words.append(joint + _en_below_hundred(below))
    return " ".join(words)


def _en_below_hundred(number: int) -> str:
    if number < len(_EN_SMALL):
        return _EN_SMALL[number]
    tens, ones = divmod(number, 10)
    return f"{_EN_TENS[tens]}-{_EN_SMALL[ones]}" if ones else _EN_TENS[tens]


def _en_ordinal(number: int) -> str:
    words = _en_cardinal(number)
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    last = words[cut:]
    ordinal = _EN_ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return words[:cut] + ordinal
