"""What a waiting caller hears on a whole hotline: their place, the wait, comfort, and the agent at once."""

import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.city import quick_city, set_queue
from tests.e2e.hotline import Hotline
from tests.e2e.sip_phone import ANSWERS
from tests.e2e.test_steering import ROADS, choose, waits
from tests.e2e.wait import until

TOLD = """
requirement = "roads>=40"
announce = { first_s = 1, every_s = 10, wait = false }
comfort = { prompts = ["comfort_order"], first_s = 6, every_s = 60 }
"""
LONG_PROMPT_S = 6


@pytest.fixture
def hotline(make_hotline: Callable[..., Hotline], tmp_path: Path) -> Hotline:
    config = quick_city(tmp_path)
    set_queue(config, "roads", TOLD)
    lengthen(config.parent / "prompts/pl/comfort_order.wav")
    return make_hotline(config=config)


def test_waiting_callers_hear_place_and_comfort_and_an_agent_takes_them_out_of_it(hotline: Hotline) -> None:
    sylwia = hotline.desk("sylwia")
    with hotline.callers("604000001") as first, hotline.callers("604000002") as second:
        choose(first.legs[0], ROADS)
        waits(sylwia)
        choose(second.legs[0], ROADS)
        heard: set[str] = set()

        def both() -> bool:
            heard.update(playing(hotline))
            return {"place_1", "place_2", "comfort_order"} <= heard

        until(both, within_s=25, what="places and a comfort message")
        assert "comfort_order" in playing(hotline)
        _, phone = hotline.staff("anna", "2001", ANSWERS)
        phone.wait_for_call().wait("answered")
        until(lambda: sylwia.calls("talking"), within_s=5, what="a talk")
        assert first.legs[0].is_up
        assert second.legs[0].is_up


def playing(hotline: Hotline) -> list[str]:
    """Return the prompts that callers hear just now."""
    names = [Path(row[6]).name for row in hotline.channels() if row[5] == "Playback"]
    assert all(name in {"queue_place", "comfort_order"} or name.startswith("place_") for name in names)
    return names


def lengthen(file: Path) -> None:
    with wave.open(str(file), "rb") as short:
        form, sound = short.getparams(), short.readframes(short.getnframes())
    times = LONG_PROMPT_S * form.framerate // form.nframes
    with wave.open(str(file), "wb") as long:
        long.setparams(form)
        long.writeframes(sound * times)
