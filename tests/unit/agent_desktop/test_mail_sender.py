from email.headerregistry import Address
from pathlib import Path

import aiosmtplib
import pytest
from pydantic import SecretStr

from agent_desktop import mail_sender
from agent_desktop.mail_sender import compose, read_address, read_mail_server
from agent_desktop.sender import Deferred, Letter, Refused
from runtime.section import ConfigError, Smtp

SENDER = Address(display_name="Centrala 19115", username="centrala", domain="example.pl")
TO = (Address(addr_spec="a@example.pl"), Address(addr_spec="b@example.pl"))
LETTER = Letter(key="msg_1", subject="Alarm: Śródmieście", text="Treść ą\n", language="pl", threads=("x:1",))


def smtp(**given: object) -> Smtp:
    return Smtp.model_validate({"host": "mail.example.pl", "sender": "Centrala <c@example.pl>", **given})


def test_an_e_mail_has_what_programs_look_for() -> None:
    message = compose(
        LETTER, sender=SENDER, addresses=TO, headers={"Date": "Sat, 22 Nov 2025 08:26:40 +0000"}
    )
    assert message["From"] == "Centrala 19115 <centrala@example.pl>"
    assert message["To"] == "a@example.pl, b@example.pl"
    assert message["Subject"] == "Alarm: Śródmieście"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "pl"
    assert message["Message-ID"].endswith("@example.pl>")
    assert message["References"].endswith("@example.pl>")
    assert message.get_content() == "Treść ą\n"
    assert message.as_bytes().isascii()


def test_the_same_message_has_the_same_id_every_time() -> None:
    first, second = (compose(LETTER, sender=SENDER, addresses=TO, headers={}) for _ in range(2))
    assert first["Message-ID"] == second["Message-ID"] != first["References"]


def test_no_text_becomes_a_header() -> None:
    nasty = Letter(key="k", subject="Alarm\r\nBcc: evil@example.com\n\nbody", text=".\r\n", language="pl")
    message = compose(nasty, sender=SENDER, addresses=TO, headers={})
    assert message["Bcc"] is None
    assert message["Subject"] == "Alarm Bcc: evil@example.com body"
    with pytest.raises(ValueError, match=r"linefeed|newline"):
        compose(nasty, sender=SENDER, addresses=TO, headers={"X-Any": "a\r\nBcc: b@example.com"})


@pytest.mark.parametrize("text", ["a@example.pl", "jan.kowalski+alarmy@um.example.pl"])
def test_addresses_are_taken(text: str) -> None:
    assert read_address(text).addr_spec == text


@pytest.mark.parametrize(
    "text",
    ["", "a", "@example.pl", "a@", "a b@example.pl", "a@example.pl\nBcc: c@d.pl", "a@b.pl, c@d.pl", "ż@b.pl",
     "<a@b.pl>", "a" * 260 + "@b.pl"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no e-mail address"):
        read_address(text)


def test_the_password_may_come_from_a_file_and_shows_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("hush hush\nmore\n", encoding="utf-8")
    server = read_mail_server(smtp(user="centrala", password_file=str(file)))
    assert server.password == "hush hush"
    assert "hush" not in repr(server)
    assert "hush" not in repr(smtp(user="centrala", password=SecretStr("hush")))


@pytest.mark.parametrize(
    ("given", "mistake"),
    [
        ({"host": ""}, "smtp.host is not set"),
        ({"sender": ""}, "smtp.sender: '' is no e-mail address"),
        ({"sender": "Centrala"}, "smtp.sender: "),
        ({"user": "centrala"}, "smtp.user and smtp.password belong together"),
        ({"password": "hush"}, "smtp.user and smtp.password belong together"),
        ({"user": "c", "password": "hush", "security": "none"}, "smtp.security: a password"),
        (
            {"user": "c", "password": "hush", "password_file": "/x"},
            "smtp.password: smtp.password_file is given",
        ),
        ({"user": "c", "password_file": "/nowhere"}, "smtp.password_file: /nowhere: No such file"),
        ({"ca_file": "/nowhere"}, "smtp.ca_file: /nowhere: "),
    ],
)
def test_a_mistake_in_the_settings_names_its_key_and_no_secret(given: dict[str, str], mistake: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_mail_server(smtp(**given))
    assert mistake in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_password_in_the_clear_is_taken_for_this_machine() -> None:
    server = read_mail_server(smtp(host="127.0.0.1", user="c", password="p", security="none"))
    assert server.security == "none"


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (aiosmtplib.SMTPDataError(554, "spam"), Refused),
        (aiosmtplib.SMTPSenderRefused(550, "who?", "c@example.pl"), Refused),
        (aiosmtplib.SMTPDataError(451, "later"), Deferred),
        (aiosmtplib.SMTPAuthenticationError(535, "wrong"), Deferred),
        (aiosmtplib.SMTPConnectResponseError(554, "not now"), Deferred),
    ],
)
def test_an_answer_about_the_message_lasts_one_about_the_server_does_not(
    error: aiosmtplib.SMTPResponseException, verdict: type
) -> None:
    assert isinstance(mail_sender._verdict(error), verdict)


def test_of_several_addresses_the_most_hopeful_answer_counts() -> None:
    unknown = aiosmtplib.SMTPRecipientRefused(550, "unknown", "a@example.pl")
    later = aiosmtplib.SMTPRecipientRefused(450, "greylisted", "b@example.pl")
    assert mail_sender._refused([unknown, later]) == Deferred(reason="450 greylisted")
    assert mail_sender._refused([unknown, unknown]) == Refused(reason="550 unknown")
