"""What may pass from a page to Asterisk; the digest example is that of RFC 2617, section 3.5."""

import pytest

from agent_desktop.phone_sip import NotSip, signed

ANSWER = (
    'Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", '
    'uri="/dir/index.html", qop=auth, nc=00000001, cnonce="0a4f113b", response="00", '
    'opaque="5ccc069c403ebaf9f0171e9517f40e41"'
)


def request(method: str = "REGISTER", *headers: str, body: str = "") -> str:
    lines = (f"{method} sip:127.0.0.1 SIP/2.0", "Via: SIP/2.0/WS x.invalid", *headers)
    return "\r\n".join((*lines, "", body))


def pass_on(message: str) -> str:
    return signed(message, "2001-web", "secret")


def test_an_answer_to_a_challenge_is_made_true_as_the_standard_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent_desktop.phone_sip.METHODS", frozenset({"GET"}))
    passed = signed(request("GET", f"Authorization: {ANSWER}"), "Mufasa", "Circle Of Life")
    assert 'response="6629fae49393a05397450978507c4ef1"' in passed
    assert 'response="00"' not in passed
    assert 'opaque="5ccc069c403ebaf9f0171e9517f40e41"' in passed


def test_a_challenge_without_qop_has_the_older_answer() -> None:
    passed = pass_on(
        request("REGISTER", 'Authorization: Digest username="2001-web", realm="r", nonce="n", uri="u"')
    )
    assert "qop" not in passed
    assert passed.count("response=") == 1


def test_everything_else_passes_as_it_is() -> None:
    plain = request("INVITE", "To: <sip:echo@127.0.0.1>", body="Authorization: Digest in the body\r\n")
    assert pass_on(plain) == plain
    ringing = "SIP/2.0 180 Ringing\r\nVia: x\r\n\r\n"
    assert pass_on(ringing) == ringing


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("", "not a SIP message"),
        ("GET / HTTP/1.1\r\n\r\n", "not a SIP message"),
        (request("REFER"), "the method REFER"),
        (request("MESSAGE"), "the method MESSAGE"),
        (request("REGISTER", f"Authorization: {ANSWER}"), "an answer in another name"),
        (request("REGISTER", "Authorization: Basic eDp5"), "an answer in another name"),
        (request("REGISTER", 'proxy-authorization:Digest username="2002-web"'), "an answer in another name"),
        (
            request("REGISTER", 'Authorization: Digest username="2001-web", algorithm=SHA-256'),
            "an answer of another kind",
        ),
        (
            request("REGISTER", 'Authorization: Digest username="2001-web", qop=auth-int'),
            "an answer of another kind",
        ),
    ],
)
def test_what_no_phone_of_ours_sends_is_refused(message: str, why: str) -> None:
    with pytest.raises(NotSip, match=why):
        pass_on(message)
