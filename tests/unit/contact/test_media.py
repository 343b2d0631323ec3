"""Addresses of photos that are taken, and each way in which one is not."""

import pytest

from contact.media import MEDIA_URL_CHARACTERS_MAX, MEDIA_URLS_MAX, check_media_url, check_media_urls

TAKEN = [
    "https://zdjecia.example.pl/1.jpg",
    "http://zdjecia.example.pl:8080/a/b?c=d&e=%20#f",
    "https://zażółć.example.pl/gęś.jpg",
    "https://[2001:db8::1]/1.jpg",
    "HTTPS://EXAMPLE.PL",
]
LEFT = [
    ("", "begins with"),
    ("zdjecia.example.pl/1.jpg", "begins with"),
    ("javascript:alert(1)", "begins with"),
    ("data:image/png;base64,AAAA", "begins with"),
    ("ftp://example.pl/1.jpg", "begins with"),
    ("file:///etc/passwd", "begins with"),
    ("https:///1.jpg", "begins with"),
    ("https://example.pl:99999/", "begins with"),
    ("https://[::1/", "begins with"),
    ("https://anna:haslo@example.pl/", "user name"),
    ("https://example.pl@evil.example/", "user name"),
    ("https://example.pl/a b", "spaces"),
    ("https://example.pl/a\r\nX: y", "control"),
    ("https://example.pl/a\0", "control"),
    ("https://example.pl/\u202egpj.exe", "control"),
    ("https://example.pl\\@evil.example", "backslashes"),
    ("https://example.pl/" + "a" * MEDIA_URL_CHARACTERS_MAX, "at most"),
]


@pytest.mark.parametrize("url", TAKEN)
def test_an_address_of_the_web_is_taken_as_it_is(url: str) -> None:
    assert check_media_url(f" {url} ") == url


@pytest.mark.parametrize(("url", "reason"), LEFT)
def test_anything_else_is_refused_with_its_reason(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check_media_url(url)


def test_a_case_has_each_address_once_and_so_many_at_most() -> None:
    urls = tuple(f"https://example.pl/{number}" for number in range(MEDIA_URLS_MAX))
    assert check_media_urls((*urls, urls[0])) == urls
    with pytest.raises(ValueError, match="at most"):
        check_media_urls((*urls, "https://example.pl/more"))
