"""Each way to a recipient, against servers that take, refuse, hang and are not there."""

import base64
import hmac
import json
from pathlib import Path

import pytest
from aiohttp import web
from pydantic import SecretStr

from agent_desktop.mail_sender import MailSender, read_mail_server
from agent_desktop.recipient import Recipient, Way
from agent_desktop.sender import Arrived, Deferred, Letter, Outcome, Refused
from agent_desktop.webhook_sender import WebhookSender, read_key
from runtime.clock import SystemClock
from runtime.section import Smtp, Webhook
from tests.integration.alert_servers import (
    PASSWORD,
    USER,
    Mails,
    hook_server,
    mail_server,
    make_certificate,
    silent_server,
)
from tests.integration.desktop_server import free_port

LETTER = Letter(
    key="msg_1",
    subject="Alarm: Śródmieście",
    text="Treść ą\n",
    language="pl",
    body='{"text": "ą"}',
    threads=("x",),
)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


async def mail(port: int, *addresses: str, **settings: object) -> Outcome:
    given = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "Centrala <c@example.pl>"}
    smtp = Smtp.model_validate({**given, "timeout_s": 5, **settings})
    who = Recipient(name="dyżurny", way=Way.EMAIL, addresses=addresses or ("a@example.pl",))
    sender = MailSender(server=read_mail_server(smtp), recipient=who, clock=SystemClock())
    try:
        return await sender.send(LETTER)
    finally:
        await sender.close()


async def hook(url: str, *, timeout_s: float = 5.0, times: int = 1) -> list[Outcome]:
    key = read_key(Webhook(secret=SecretStr(SECRET)))
    who = Recipient(name="monitoring", way=Way.WEBHOOK, url=url)
    sender = WebhookSender(key=key, timeout_s=timeout_s, recipient=who, clock=SystemClock())
    try:
        return [await sender.send(LETTER) for _ in range(times)]
    finally:
        await sender.close()


async def test_an_e_mail_arrives_at_every_address() -> None:
    with mail_server() as mails:
        assert await mail(mails.port, "a@example.pl", "b@example.pl") == Arrived()
        (taken,) = mails.taken
    assert mails.to == [["a@example.pl", "b@example.pl"]]
    assert (taken["Subject"], taken.get_content().splitlines()) == ("Alarm: Śródmieście", ["Treść ą"])
    assert taken["From"] == "Centrala <c@example.pl>"
    assert taken["Auto-Submitted"] == "auto-generated"


async def test_a_server_with_starttls_gets_password_and_mail_encrypted_only(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    account = {"user": USER, "password": PASSWORD, "security": "starttls"}
    with mail_server(certificate) as mails:
        assert await mail(mails.port, ca_file=str(certificate[0]), **account) == Arrived()
        assert mails.encrypted == [True]
        untrusted = await mail(mails.port, **account)
        assert isinstance(untrusted, Deferred)
        assert "certificate" in untrusted.reason
        wrong = await mail(mails.port, ca_file=str(certificate[0]), **(account | {"password": "guess"}))
        assert isinstance(wrong, Deferred)
        assert wrong.reason.startswith("535")
    assert len(mails.taken) == 1


async def test_a_server_without_starttls_gets_nothing() -> None:
    with mail_server() as mails:
        outcome = await mail(mails.port, security="starttls")
    assert isinstance(outcome, Deferred)
    assert mails.taken == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("451 later", Deferred(reason="451 later")),
        ("554 this is spam", Refused(reason="554 this is spam")),
    ],
)
async def test_what_the_server_says_of_a_mail_counts(answer: str, outcome: Outcome) -> None:
    with mail_server() as mails:
        mails.answers = [answer]
        assert await mail(mails.port) == outcome
        assert await mail(mails.port) == Arrived()


async def test_an_address_that_there_is_not_keeps_nothing_from_the_others() -> None:
    with mail_server() as mails:
        mails.unknown = {"b@example.pl"}
        part = await mail(mails.port, "a@example.pl", "b@example.pl")
        assert part == Arrived(missed="1 of 2 addresses refused: 550 no such user")
        assert await mail(mails.port, "b@example.pl") == Refused(reason="550 no such user")
    assert mails.to == [["a@example.pl"]]


async def test_no_server_and_a_silent_one_are_tried_again_later() -> None:
    gone = await mail(free_port())
    assert isinstance(gone, Deferred)
    async with silent_server() as port:
        assert await mail(port, timeout_s=0.3) == Deferred(reason="no answer within 0.3 s")


def names_nothing_secret(outcome: Outcome) -> bool:
    return isinstance(outcome, Deferred) and "secret" not in outcome.reason


async def test_a_webhook_is_signed_and_names_the_same_message_each_time() -> None:
    async with hook_server() as hooks:
        assert await hook(hooks.url, times=2) == [Arrived(), Arrived()]
    for headers, body in zip(hooks.headers, hooks.bodies, strict=True):
        assert json.loads(body) == {"text": "ą"}
        assert headers["Content-Type"].startswith("application/json")
        assert headers["Idempotency-Key"] == headers["webhook-id"] == "msg_1"
        signed = b"msg_1." + headers["webhook-timestamp"].encode() + b"." + body
        expected = hmac.digest(base64.b64decode(SECRET.removeprefix("whsec_")), signed, "sha256")
        assert headers["webhook-signature"] == "v1," + base64.b64encode(expected).decode()


async def test_a_fault_of_the_webhook_is_tried_again_a_refusal_is_not() -> None:
    async with hook_server() as hooks:
        hooks.answers = [
            lambda: web.Response(status=500),
            lambda: web.Response(status=429, headers={"Retry-After": "7"}),
            lambda: web.Response(status=400),
        ]
        assert await hook(hooks.url, times=4) == [
            Deferred(reason="HTTP 500"),
            Deferred(reason="HTTP 429", after_s=7.0),
            Refused(reason="HTTP 400"),
            Arrived(),
        ]


async def test_a_redirect_is_not_followed() -> None:
    async with hook_server() as hooks:
        hooks.answers = [lambda: web.Response(status=302, headers={"Location": "/elsewhere"})]
        assert await hook(hooks.url) == [Deferred(reason="HTTP 302")]
        assert len(hooks.bodies) == 1


async def test_no_webhook_and_a_silent_one_are_tried_again_later_and_their_address_stays_unsaid() -> None:
    assert names_nothing_secret((await hook(f"http://127.0.0.1:{free_port()}/of-a-secret"))[0])
    async with silent_server() as port:
        (silent,) = await hook(f"http://127.0.0.1:{port}/of-a-secret", timeout_s=0.3)
    assert silent == Deferred(reason="no answer within 0.3 s")


async def test_what_is_no_http_is_tried_again_later() -> None:
    with mail_server() as mails:
        (outcome,) = await hook(f"http://127.0.0.1:{mails.port}/of-a-secret")
    assert names_nothing_secret(outcome)
    assert isinstance(mails, Mails)
