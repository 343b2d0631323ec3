from pathlib import Path

import pytest

from agent_desktop.mail_sender import MailSender
from agent_desktop.recipient import Moment, Way
from agent_desktop.telling_setup import letter_writer, read_setup
from agent_desktop.webhook_sender import WebhookSender
from runtime.clock import SystemClock
from runtime.config import Settings, load
from runtime.section import ConfigError

WARSAW = Path(__file__).parents[3] / "config" / "warszawa"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BOTH = """
[[recipients]]
name = "dyżurny"
email = ["a@example.pl"]
[[recipients]]
name = "monitoring"
webhook = "https://example.pl/hook"
tell = ["acknowledged"]
kinds = ["telephony_down"]
queues = ["roads"]
after_s = 60
per_hour = 5
language = "en"
"""


def city(folder: Path, alerts: str, **environment: str) -> Settings:
    (folder / "centrala.toml").touch()
    (folder / "alerts.toml").write_text(alerts, encoding="utf-8")
    return load(folder / "centrala.toml", {f"CENTRALA_{key}": value for key, value in environment.items()})


def complete(folder: Path, alerts: str = BOTH) -> Settings:
    return city(folder, alerts, SMTP__HOST="127.0.0.1", SMTP__SENDER="c@example.pl", WEBHOOK__SECRET=SECRET)


def test_every_recipient_has_a_way(tmp_path: Path) -> None:
    setup = read_setup(complete(tmp_path))
    first, second = setup.recipients
    assert (first.way, first.addresses, first.tell) == (
        Way.EMAIL, ("a@example.pl",), {Moment.RAISED, Moment.ENDED}
    )  # fmt: skip
    assert (second.way, second.after_s, second.per_hour, second.language) == (Way.WEBHOOK, 60.0, 5, "en")
    assert isinstance(setup.sender(first, SystemClock()), MailSender)
    assert isinstance(setup.sender(second, SystemClock()), WebhookSender)
    assert SECRET not in repr(setup)


def test_the_example_city_tells_nobody_and_its_examples_are_right(tmp_path: Path) -> None:
    text = (WARSAW / "alerts.toml").read_text(encoding="utf-8")
    assert read_setup(city(tmp_path, text)).recipients == ()
    begin = text.index("# [[recipients]]")
    examples = "\n".join(line.removeprefix("# ").removeprefix("#") for line in text[begin:].splitlines())
    names = [one.name for one in read_setup(complete(tmp_path, text[:begin] + examples)).recipients]
    assert names == ["dyżurny", "kierownik zmiany", "monitoring"]


def test_without_recipients_nothing_need_be_set(tmp_path: Path) -> None:
    assert read_setup(city(tmp_path, "")).server is None
    (tmp_path / "alerts.toml").unlink()
    assert read_setup(load(tmp_path / "centrala.toml", {})).recipients == ()


@pytest.mark.parametrize(
    ("alerts", "mistake"),
    [
        (
            '[[recipients]]\nname = "a"\nemail = ["a@b.pl"]\n',
            "recipients cannot be told: smtp.host is not set",
        ),
        ('[[recipients]]\nname = "a"\nwebhook = "https://b.pl"\n', "told: webhook.secret is not set"),
        ('[[recipients]]\nname = "a"\n', "recipients.0: either email or webhook"),
        (
            '[[recipients]]\nname = "a"\nemail = ["a@b.pl"]\nwebhook = "https://b.pl"\n',
            "either email or webhook",
        ),
        ('[[recipients]]\nname = "a\\nb"\nemail = ["a@b.pl"]\n', "recipients.0: a name is one line"),
        ('[[recipients]]\nname = "a"\nemail = ["a@b.pl", "c"]\n', "recipients.0.email.1: 'c' is no e-mail"),
        ('[[recipients]]\nname = "a"\nwebhook = "http://b.pl"\n', "recipients.0.webhook: https only"),
        ('[[recipients]]\nname = "a"\nemail = ["a@b.pl"]\ntell = ["never"]\n', "recipients.0.tell.0: "),
        ('[[recipients]]\nname = "a"\nemail = ["a@b.pl"]\ntell = []\n', "recipients.0.tell: "),
        ('[[recipients]]\nname = "a"\nemail = ["a@b.pl"]\nkinds = ["heat"]\n', "recipients.0.kinds.0: "),
        ('[[recipients]]\nname = "a"\nemail = ["a@b.pl"]\nafter_s = -1\n', "recipients.0.after_s: "),
        ('[[recipients]]\nname = "a"\nemail = ["a@b.pl"]\nphone = "1"\n', "recipients.0.phone: "),
        ('[[recipients]]\nname = "a"\nemail = ["a@b.pl"]\n' * 2, "recipients: two are called 'a'"),
        ("[[recipients]\n", "line 1"),
    ],
)
def test_a_mistake_is_one_line_with_file_key_and_reason(tmp_path: Path, alerts: str, mistake: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_setup(city(tmp_path, alerts))
    text = str(caught.value)
    assert text.startswith(f"{tmp_path}/alerts.toml: ")
    assert mistake in text
    assert "\n" not in text


def test_letters_lead_to_the_board(tmp_path: Path) -> None:
    assert letter_writer(city(tmp_path, ""), str).link == "http://127.0.0.1:8080/board"
    public = city(tmp_path, "", DESKTOP__PUBLIC_ORIGIN="https://desk.example.pl/")
    assert letter_writer(public, str).link == "https://desk.example.pl/board"
    assert letter_writer(city(tmp_path, "", DESKTOP__HOST="::1"), str).link == "http://[::1]:8080/board"
