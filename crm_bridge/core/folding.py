"""Text as it is searched: small letters without diacritics, so that `zielinska` finds Zielińska."""

import unicodedata


def fold(text: str) -> str:
    """Return `text` in small letters without diacritics."""
    plain = unicodedata.normalize("NFD", text.lower().replace("ł", "l"))
    return "".join(one for one in plain if not unicodedata.combining(one))
