from pathlib import Path

import pytest

from runtime.asterisk import AsteriskInstall
from runtime.config import Settings, Sip
from runtime.demo_line import AgentLine, CallerLine, DemoFailed, configuration

INSTALL = AsteriskInstall(
    command=("asterisk",),
    version=(22, 0, 0),
    text="Asterisk 22.0.0",
    modules_dir=Path("/lib/modules"),
    data_dir=Path("/share"),
    private=False,
)


def files(line: CallerLine | AgentLine, *, bind: str = "127.0.0.1") -> dict[str, str]:
    return configuration(
        line,
        settings=Settings(city_dir=Path(), sip=Sip(bind=bind, port=5070)),
        install=INSTALL,
        folder=Path("/phone"),
        port=40_000,
        speech=Path("/phone/speech.wav"),
    )


def test_a_caller_shows_their_number_and_can_press_and_speak() -> None:
    made = files(CallerLine(number="+48600100200"))
    assert "from_user=+48600100200\n" in made["pjsip.conf"]
    assert "contact=sip:127.0.0.1:5070\n" in made["pjsip.conf"]
    assert "type=registration" not in made["pjsip.conf"]
    assert "SendDTMF(${EXTEN}" in made["extensions.conf"]
    assert "Playback(/phone/speech)" in made["extensions.conf"]


def test_a_consultant_registers_and_lets_it_ring() -> None:
    made = files(AgentLine(extension="2001", password="a;b", answer_after_s=2.5, talk_s=8))
    assert "password=a\\;b\n" in made["pjsip.conf"]
    assert "client_uri=sip:2001@127.0.0.1:5070\n" in made["pjsip.conf"]
    assert "Wait(2.5)" in made["extensions.conf"]


def test_everything_lies_in_the_phones_own_folder() -> None:
    options = files(CallerLine(number="1"))["asterisk.conf"]
    assert options.count("=/phone\n") == 7
    assert "astmoddir=/lib/modules\n" in options


def test_a_hotline_on_every_address_is_reached_on_the_loopback() -> None:
    assert "contact=sip:127.0.0.1:5070\n" in files(CallerLine(number="1"), bind="0.0.0.0")["pjsip.conf"]


@pytest.mark.parametrize(
    "line",
    [
        CallerLine(number="1\n[global]"),
        AgentLine(extension="2001", password="a\rb", answer_after_s=0, talk_s=0),
        AgentLine(extension="20\x0001", password="a", answer_after_s=0, talk_s=0),
    ],
)
def test_a_line_break_never_reaches_a_file(line: CallerLine | AgentLine) -> None:
    with pytest.raises(DemoFailed, match="line break"):
        files(line)
