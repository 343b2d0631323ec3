"""Two of the demo's telephones, both real Asterisks, call each other."""

import asyncio
import logging
from pathlib import Path

import pytest

from runtime.asterisk import AsteriskInstall, find_asterisk
from runtime.config import Runtime, Settings, Sip
from runtime.demo_line import AgentLine, CallerLine, DemoFailed
from runtime.demo_phone import DemoPhone, say


@pytest.fixture(scope="module")
def install() -> AsteriskInstall:
    return find_asterisk(settings=Settings(city_dir=Path()), say=logging.getLogger(__name__).info)


def settings(tmp_path: Path, *, port: int) -> Settings:
    return Settings(city_dir=tmp_path, runtime=Runtime(state_dir=tmp_path / "var"), sip=Sip(port=port))


def caller_line() -> CallerLine:
    return CallerLine(number="+48600100200")


def agent_line(*, talk_s: float) -> AgentLine:
    return AgentLine(extension="2001", password="a;b", answer_after_s=0.1, talk_s=talk_s)


async def test_a_caller_presses_keys_speaks_and_hears_the_other_side_hang_up(
    tmp_path: Path, install: AsteriskInstall
) -> None:
    agent = DemoPhone(
        install=install, settings=settings(tmp_path, port=9), line=agent_line(talk_s=1), says="Dzień dobry"
    )
    caller = DemoPhone(
        install=install, settings=settings(tmp_path, port=agent.port), line=caller_line(), says="Dziura"
    )
    seen = []
    async with agent, caller:
        await caller.call("2001")
        async for sign in caller.signs():
            seen.append(sign.word)
            if sign.word == "answered":
                await caller.press(sign.channel, "2#")
            if sign.word == "pressed":
                await caller.speak(sign.channel)
            if sign.word == "ended":
                break
        heard = [(await anext(signs)).word for signs in [agent.signs()] for _ in range(3)]
    assert seen == ["answered", "pressed", "spoke", "ended"]
    assert heard == ["ringing", "answered", "ended"]


async def test_a_phone_that_nobody_accepts_says_so(
    tmp_path: Path, install: AsteriskInstall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.demo_phone.REGISTER_TIMEOUT_S", 1.0)
    phone = DemoPhone(
        install=install, settings=settings(tmp_path, port=9), line=agent_line(talk_s=0), says="Dzień dobry"
    )
    async with phone:
        with pytest.raises(DemoFailed, match="did not accept"):
            await phone.registered()


async def test_nothing_is_left_of_a_phone(tmp_path: Path, install: AsteriskInstall) -> None:
    phone = DemoPhone(install=install, settings=settings(tmp_path, port=9), line=caller_line(), says="Halo")
    async with phone:
        folder = phone._folder
        process = phone._process
        assert folder.is_dir()
    assert not folder.exists()
    assert process is not None
    assert process.returncode is not None


async def test_speech_is_made_for_the_telephone(tmp_path: Path) -> None:
    file = tmp_path / "speech.wav"
    await say("Dziura w jezdni", file)
    header = await asyncio.to_thread(file.read_bytes)
    assert header[:4] == b"RIFF"
    assert int.from_bytes(header[24:28], "little") == 8000
