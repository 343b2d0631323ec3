"""Telephone numbers as people may see them; parsing and formatting live in `runtime.telephone`."""

from contact.ids import E164

WITHHELD = E164("")
"""The number of a caller who sent none."""

_SHOWN_AT_END = 3
_SHOWN_AT_START = 6


def mask(number: E164) -> str:
    """Return `number` with its middle replaced, safe for logs and wallboards.

    `+48600100200` becomes `+48600***200`; a number too short to hide anything in becomes `***`.
    """
    if not number:
        return ""
    if len(number) <= _SHOWN_AT_START + _SHOWN_AT_END:
        return "***"
    return f"{number[:_SHOWN_AT_START]}***{number[-_SHOWN_AT_END:]}"
