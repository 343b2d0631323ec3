"""What the doctor says where nothing runs: each part well or ill, and never without advice."""

import asyncio
import shutil
import wave
from pathlib import Path

import pytest

from ivr.adapters.city import load_city
from runtime.config import AsteriskSettings, Database, Demo, Runtime, Settings
from runtime.doctor import Check, examine
from runtime.section import Recordings, Smtp
from tests.integration.alert_servers import mail_server

CITY = Path(__file__).parents[2] / "config" / "warszawa"


def settings_for(folder: Path, *, database: str = "", city: Path = CITY) -> Settings:
    return Settings(
        city_dir=city,
        asterisk=AsteriskSettings(binary=str(folder / "no-asterisk")),
        database=Database(url=database),
        runtime=Runtime(state_dir=folder / "var"),
    )


def write_prompt(folder: Path, name: str) -> None:
    file = folder / "var" / "prompts" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * 80)


async def checks_of(settings: Settings) -> dict[str, Check]:
    return {check.name: check for check in await examine(settings, cache_dir=settings.state_dir / "cache")}


async def test_whatever_is_ill_comes_with_advice(tmp_path: Path) -> None:
    checks = await checks_of(settings_for(tmp_path))
    assert not checks["Asterisk found"].ok
    assert "passed over" in checks["Asterisk found"].found
    assert [check for check in checks.values() if not check.ok and not check.advice] == []


def test_examination_writes_nothing(tmp_path: Path) -> None:
    asyncio.run(checks_of(settings_for(tmp_path)))
    assert list(tmp_path.iterdir()) == []


async def test_prompts_that_are_missing_are_named(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    names = [f"{language}/{one}" for language, texts in load_city(settings).prompts.items() for one in texts]
    for name in names:
        write_prompt(tmp_path, f"{name}.wav")
    assert (await checks_of(settings))["prompts"].ok
    (tmp_path / "var" / "prompts" / "en" / "menu_topics.wav").unlink()
    check = (await checks_of(settings))["prompts"]
    assert (check.ok, check.found) == (False, "missing: en/menu_topics")


async def test_a_flow_with_mistakes_is_ill(tmp_path: Path) -> None:
    check = (await checks_of(settings_for(tmp_path, city=tmp_path)))["prompts"]
    assert not check.ok
    assert "centrala flow check" in check.advice


async def test_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "broken.sqlite").write_bytes(b"not a database at all, whatever its name says" * 100)
    url = f"sqlite+aiosqlite:///{tmp_path / 'broken.sqlite'}"
    check = (await checks_of(settings_for(tmp_path, database=url)))["database"]
    assert not check.ok
    assert "CENTRALA_DATABASE__URL" in check.advice


async def test_password_of_the_database_is_not_shown(tmp_path: Path) -> None:
    url = "sqlite+aiosqlite://user:hunter2@/none"
    check = (await checks_of(settings_for(tmp_path, database=url)))["database"]
    assert "hunter2" not in f"{check.found} {check.advice}"


@pytest.mark.parametrize("text", ["[general]\n[broken", "nonsense = x\n"])
async def test_dialplan_that_cannot_be_read_is_told(tmp_path: Path, text: str) -> None:
    etc = tmp_path / "var" / "asterisk" / "etc"
    etc.mkdir(parents=True)
    (etc / "extensions.conf").write_text(text)
    check = (await checks_of(settings_for(tmp_path)))["dialplan"]
    assert not check.ok
    assert "centrala render" in check.advice


async def recipients_of(folder: Path, alerts: str, smtp: Smtp) -> Check:
    city = folder / "city"
    if not city.exists():
        shutil.copytree(CITY, city)
    (city / "alerts.toml").write_text(alerts, encoding="utf-8")
    settings = settings_for(folder, city=city).model_copy(update={"smtp": smtp})
    return (await checks_of(settings))["alert recipients"]


async def test_recipients_of_alerts_are_looked_at_with_their_mail_server(tmp_path: Path) -> None:
    one = '[[recipients]]\nname = "a"\nemail = ["a@example.pl"]\n'
    assert (await checks_of(settings_for(tmp_path)))["alert recipients"].ok
    unset = await recipients_of(tmp_path, one, Smtp())
    assert (unset.ok, "smtp.host is not set" in unset.found) == (False, True)
    with mail_server() as mails:
        smtp = Smtp(host="127.0.0.1", port=mails.port, sender="c@example.pl", security="none")
        assert (await recipients_of(tmp_path, one, smtp)).ok
        unknown = await recipients_of(tmp_path, one + 'queues = ["raods"]\n', smtp)
        assert (unknown.ok, "raods" in unknown.found) == (False, True)
    away = await recipients_of(tmp_path, one, smtp)
    assert (away.ok, away.found.startswith(f"127.0.0.1:{mails.port}")) == (False, True)


async def test_queues_that_are_to_record_without_a_key_are_told(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    assert "at the first start" in (await checks_of(settings))["talk recordings"].found
    city = settings.model_copy(update={"demo": Demo(enabled=False)})
    check = (await checks_of(city))["talk recordings"]
    assert (check.ok, "recordings.key_file" in check.advice) == (False, True)
    keyed = city.model_copy(update={"recordings": Recordings(key="k" * 32)})
    assert (await checks_of(keyed))["talk recordings"].found == "encrypted, kept for 90 days"
    off = city.model_copy(update={"recordings": Recordings(enabled=False)})
    assert (await checks_of(off))["talk recordings"].ok
