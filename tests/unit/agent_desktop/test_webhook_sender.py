import base64

import pytest
from pydantic import SecretStr

from agent_desktop.sender import Arrived, Deferred, Outcome, Refused
from agent_desktop.webhook_sender import classify, read_key, read_url, signature
from runtime.section import ConfigError, Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_signature_is_that_of_the_specifications_own_example() -> None:
    """The vector of the Standard Webhooks libraries."""
    found = signature(
        read_key(Webhook(secret=SecretStr(SECRET))),
        message="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("secret", "mistake"),
    [
        (None, "is not set"),
        ("hush", "not whsec_"),
        ("whsec_hush!", "not whsec_"),
        ("whsec_" + base64.b64encode(b"short").decode(), "24 to 64 bytes"),
        ("whsec_" + base64.b64encode(b"x" * 65).decode(), "24 to 64 bytes"),
    ],
)
def test_a_secret_of_no_use_is_named_but_not_shown(secret: str | None, mistake: str) -> None:
    with pytest.raises(ConfigError, match=r"webhook\.secret") as caught:
        read_key(Webhook(secret=None if secret is None else SecretStr(secret)))
    assert mistake in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("url", ["https://example.pl/a?b=c", "http://127.0.0.1:8000/", "http://[::1]/x"])
def test_addresses_are_taken(url: str) -> None:
    assert read_url(url) == url


@pytest.mark.parametrize(
    "url",
    ["", "example.pl", "https://", "http://example.pl/", "ftp://127.0.0.1/", "https://a:port/",
     "https://a b/", "https://a/\n", "https://[::1", "https://a/" + "x" * 2_000],
)  # fmt: skip
def test_what_is_no_safe_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        read_url(url)


@pytest.mark.parametrize(
    ("status", "retry_after", "outcome"),
    [
        (200, "", Arrived()),
        (204, "", Arrived()),
        (301, "", Deferred(reason="HTTP 301")),
        (400, "", Refused(reason="HTTP 400")),
        (401, "", Refused(reason="HTTP 401")),
        (408, "", Deferred(reason="HTTP 408")),
        (410, "9", Refused(reason="HTTP 410")),
        (429, "120", Deferred(reason="HTTP 429", after_s=120.0)),
        (429, "²", Deferred(reason="HTTP 429")),
        (500, "", Deferred(reason="HTTP 500")),
        (503, "Wed, 21 Oct 2026 07:28:00 GMT", Deferred(reason="HTTP 503")),
    ],
)
def test_what_an_answer_means(status: int, retry_after: str, outcome: Outcome) -> None:
    assert classify(status, retry_after) == outcome
