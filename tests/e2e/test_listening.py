"""A supervisor listens to a talk from the board, whispers and joins: who hears whom, by its sound.

The supervisor's fake microphone beeps. The caller sends back what they hear, so what Asterisk receives from
them is what they heard; the consultant is muted, and the level at their page is what they hear.
"""

import array
import math
import time
import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.city import quick_city
from tests.e2e.hotline import Hotline
from tests.e2e.records import wait_for_contact
from tests.e2e.sip_phone import ANSWERS
from tests.e2e.wait import until
from tests.e2e.web_phone import (
    LEVELS,
    LOUD,
    NUMBER,
    PATIENT,
    enter,
    falls_silent,
    hears,
    ring,
    sign_in,
    talk,
)

HEARD = "[...document.querySelectorAll('.listening meter')].map((one) => one.value)"
RECORD_S = 4.0
AUDIBLE = 200
"""Root mean square of 16-bit samples; line noise is a few units, a beep of Chromium's thousands."""


def board(hotline: Hotline, context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_default_timeout(20_000)
    enter(hotline, page, "sylwia")
    return page


def listen(page: Page, reason: str = "wdrożenie") -> None:
    """Ask to hear Anna's talk, and wait until it is heard."""
    page.get_by_role("row", name="Anna Kowalska").get_by_role("button", name="Posłuchaj").click()
    dialog = page.get_by_role("dialog", name="Posłuchaj")
    dialog.get_by_role("button", name="Zacznij").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Podaj powód")
    dialog.get_by_label("Powód").fill(reason)
    page.keyboard.press("Enter")
    expect(page.locator(".listening")).to_contain_text("0:0", timeout=20_000)


def caller_hears(hotline: Hotline, name: str) -> float:
    """Return how loud it is what the caller hears, over some seconds."""
    folder = hotline.folder / "heard"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)
    file = folder / f"{name}.wav"
    channel = next(one[0] for one in hotline.channels() if one[0].startswith("PJSIP/trunk"))
    hotline.asterisk(f"mixmonitor start {channel} {folder}/{name}-both.wav,r({file})")
    time.sleep(RECORD_S)
    hotline.asterisk(f"mixmonitor stop {channel}")
    until(file.exists, within_s=5, what="the recording")
    with wave.open(str(file)) as sound:
        samples = array.array("h", sound.readframes(sound.getnframes()))
    return math.sqrt(sum(one * one for one in samples) / max(1, len(samples)))


def test_listening_whispering_and_joining_reach_the_right_ears(
    make_hotline: Callable[..., Hotline],
    context: BrowserContext,
    other: BrowserContext,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    hotline = make_hotline(PATIENT, quick_city(tmp_path))
    page, desk = sign_in(hotline, context)
    supervisor = board(hotline, other)
    with hotline.callers(NUMBER) as callers:
        ring(page, callers.legs[0])
        talk(page, desk)
        listen(supervisor)
        until(lambda: max(supervisor.evaluate(HEARD), default=0) > LOUD, within_s=15, what="the talk heard")
        expect(page.locator(".phone")).to_contain_text("Rozmowy słucha: Sylwia Zielińska")
        page.keyboard.press("F8")
        falls_silent(page, f"{LEVELS}.slice(0, 1)")
        heard = {"listen": caller_hears(hotline, "listen")}
        supervisor.get_by_role("button", name="Podpowiadaj").click()
        hears(page)
        expect(page.locator(".phone")).to_contain_text("Podpowiada Ci: Sylwia Zielińska")
        heard["whisper"] = caller_hears(hotline, "whisper")
        supervisor.get_by_role("button", name="Dołącz").click()
        expect(page.locator(".phone")).to_contain_text("W rozmowie jest też: Sylwia Zielińska")
        heard["barge"] = caller_hears(hotline, "barge")
        hears(page)
        supervisor.get_by_role("button", name="Zakończ odsłuch").click()
        expect(supervisor.locator(".listening")).to_have_count(0)
        expect(page.locator(".phone")).not_to_contain_text("Sylwia")
        assert callers.legs[0].is_up
        page.keyboard.press("F2")
        callers.legs[0].wait("gone")
    assert heard["listen"] < AUDIBLE
    assert heard["whisper"] < AUDIBLE
    assert heard["barge"] > AUDIBLE
    assert wait_for_contact(hotline, NUMBER)["outcome"] == "connected"
    until(lambda: not hotline.channels(), within_s=10, what="no channel left")
    with capsys.disabled():
        print(" the caller heard", {name: round(level) for name, level in heard.items()}, end="")  # noqa: T201 - for the report


def test_a_listening_ends_with_the_talk_and_with_the_supervisors_page(
    make_hotline: Callable[..., Hotline], other: BrowserContext, tmp_path: Path
) -> None:
    hotline = make_hotline(PATIENT, quick_city(tmp_path))
    desk, phone = hotline.staff("anna", "2001", ANSWERS)
    supervisor = board(hotline, other)
    with hotline.callers(NUMBER) as callers:
        callers.legs[0].wait("answered")
        callers.legs[0].press("2")
        hotline.talk(desk, phone)
        callers.legs[0].speak()  # Asterisk lets a listener go with the next sound of the talk
        desk.write("PUT", "/me/hand", {"note": "nie wiem"})
        supervisor.get_by_role("log", name="Prośby o pomoc").get_by_role("button", name="Posłuchaj").click()
        expect(supervisor.get_by_label("Powód")).to_have_value("prośba o pomoc")
        supervisor.keyboard.press("Escape")
        listen(supervisor)
        supervisor.reload()
        until(lambda: not _listeners(hotline), within_s=10, what="the supervisor's leg to go")
        assert callers.legs[0].is_up
        listen(supervisor, "jeszcze raz")
        callers.legs[0].hang_up()
        expect(supervisor.locator(".listening")).to_have_count(0, timeout=10_000)
        until(lambda: not _listeners(hotline), within_s=10, what="the supervisor's leg to go")


def _listeners(hotline: Hotline) -> list[str]:
    return [one[0] for one in hotline.channels() if one[-1].startswith("listen-")]
