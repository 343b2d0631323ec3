from pathlib import Path

from runtime.announcement import Person, announcement
from runtime.config import Demo, Desktop, Settings, Sip

PEOPLE = [Person(login="anna", role="agent", extension="2001"), Person(login="sylwia", role="supervisor")]


def text(settings: Settings, environ: dict[str, str]) -> str:
    return announcement(
        settings=settings,
        people=PEOPLE,
        password="Demo-1",
        took_s=3.21,
        program=".venv/bin/centrala",
        environ=environ,
    )


def test_a_newcomer_reads_where_to_look_and_how_to_place_a_call() -> None:
    shown = text(Settings(city_dir=Path()), {})
    assert "ready after 3.2 s" in shown
    assert "http://127.0.0.1:8080/readyz" in shown
    assert "dial 19115 at 127.0.0.1:5060" in shown
    assert "password Demo-1" in shown
    assert "anna       agent      phone 2001" in shown
    assert "    .venv/bin/centrala demo-agent anna\n" in shown
    assert "Reference CRM  http://127.0.0.1:8090/\n" in shown


def test_commands_repeat_what_they_need_of_the_environment_but_no_secret() -> None:
    environ = {"CENTRALA_SIP__PORT": "5070", "CENTRALA_DEMO__PASSWORD": "x", "CENTRALA_AGI__PORT": "4574"}
    shown = text(Settings(city_dir=Path(), sip=Sip(port=5070)), environ)
    assert "    CENTRALA_SIP__PORT=5070 .venv/bin/centrala demo-agent anna\n" in shown
    assert "CENTRALA_DEMO__PASSWORD" not in shown
    assert "CENTRALA_AGI__PORT" not in shown


def test_a_real_city_shows_no_passwords() -> None:
    settings = Settings(
        city_dir=Path(),
        demo=Demo(enabled=False),
        desktop=Desktop(public_origin="https://desk.example.pl/"),
    )
    shown = text(settings, {})
    assert "https://desk.example.pl/readyz" in shown
    assert "Demo-1" not in shown
    assert "demo-call" not in shown
