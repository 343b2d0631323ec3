"""Telephone numbers as networks send them, in E.164 and as people read them.

Everything behind the adapters holds numbers in E.164; only here is anything parsed. The rules of every
country's numbering plan are those of the `phonenumbers` library.
"""

import re
from functools import lru_cache

import phonenumbers

from contact.ids import E164
from contact.numbers import WITHHELD

DEFAULT_REGION = "PL"
_CHARACTERS_MAX = 40
_PARSED_MAX = 4_096
_DIALLED = re.compile(r"\+?[0-9 ().\-/]+")


def to_e164(number: str, *, region: str = DEFAULT_REGION) -> E164:
    """Return `number` as `+48600100200`, or `WITHHELD` where it is no number that could be called back.

    A number without a country code belongs to `region`. `anonymous`, an internal extension, a name and an
    empty text are all `WITHHELD`.
    """
    text = number.strip()
    if len(text) > _CHARACTERS_MAX or not _DIALLED.fullmatch(text):
        return WITHHELD
    return _parsed(text, region)


@lru_cache(_PARSED_MAX)
def _parsed(text: str, region: str) -> E164:
    """Return what a number is; each call's number is asked for several times."""
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return WITHHELD
    if not phonenumbers.is_possible_number(parsed):
        return WITHHELD
    return E164(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def to_shown(number: E164) -> str:
    """Return a number with the spaces of its country, as `+48 600 100 200`; "" for a withheld one."""
    if not number:
        return ""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def to_keyed(number: E164, *, region: str = DEFAULT_REGION) -> str:
    """Return the digits that people in `region` key in for a number: `600100200`, `004930123456`."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return ""
    national = phonenumbers.national_significant_number(parsed)
    is_ours = parsed.country_code == phonenumbers.country_code_for_region(region)
    return national if is_ours else f"00{parsed.country_code}{national}"
