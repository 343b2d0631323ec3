"""Addresses of photos that a case can have, which Open311 calls `media_url`.

What is taken here is shown to consultants as a link and sent to the city's CRM, so it is a whole address of
the web: nothing that a browser would run, and no secret that somebody has pasted with it.
"""

from urllib.parse import urlsplit

MEDIA_URLS_MAX = 5
MEDIA_URL_CHARACTERS_MAX = 500
_SCHEMES = ("http", "https")


def check_media_url(text: str) -> str:
    """Return the address without white space around it; raise `ValueError` saying what is wrong with it."""
    url = text.strip(" ")
    if len(url) > MEDIA_URL_CHARACTERS_MAX:
        message = f"an address has at most {MEDIA_URL_CHARACTERS_MAX} characters, {len(url)} given"
        raise ValueError(message)
    if not url.isprintable() or " " in url or "\\" in url:
        message = "an address has no spaces, backslashes or control characters"
        raise ValueError(message)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in _SCHEMES or not host:
        message = "an address begins with https:// or http:// and a host"
        raise ValueError(message)
    if "@" in parts.netloc:
        message = "an address holds no user name or password"
        raise ValueError(message)
    return url


def check_media_urls(urls: tuple[str, ...]) -> tuple[str, ...]:
    """Return the addresses, each once; raise `ValueError` where one is wrong or there are too many."""
    checked = tuple(dict.fromkeys(check_media_url(one) for one in urls))
    if len(checked) > MEDIA_URLS_MAX:
        message = f"at most {MEDIA_URLS_MAX} addresses, {len(checked)} given"
        raise ValueError(message)
    return checked
