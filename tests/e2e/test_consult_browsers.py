"""Two consultants in two browsers: one asks the other, all three talk, and the caller changes hands.

Each fake microphone beeps once a second, and each page shows how loud it is what comes in: whoever is heard
moves that level. The caller sends back what they hear.
"""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from tests.e2e.city import quick_city
from tests.e2e.hotline import Hotline
from tests.e2e.records import wait_for_contact
from tests.e2e.wait import until
from tests.e2e.web_phone import (
    LEVELS,
    NUMBER,
    PATIENT,
    falls_silent,
    hears,
    ring,
    sign_in,
    talk,
    where,
)


def test_a_caller_is_talked_about_talked_to_by_two_and_left_to_the_second(
    make_hotline: Callable[..., Hotline], context: BrowserContext, other: BrowserContext, tmp_path: Path
) -> None:
    hotline = make_hotline(PATIENT, quick_city(tmp_path))
    bartek, _ = sign_in(hotline, other, "bartek")
    anna, desk = sign_in(hotline, context)
    with hotline.callers(NUMBER) as callers:
        ring(anna, callers.legs[0])
        talk(anna, desk)
        anna.keyboard.press("F6")
        anna.get_by_role("dialog").get_by_role("button", name="Bartosz").click()
        expect(bartek.locator(".phone")).to_contain_text("Anna Kowalska pyta o tę sprawę")
        expect(bartek.locator(".caller-name")).to_contain_text("607 000 001")
        expect(bartek.locator("button.answer")).to_be_enabled(timeout=20_000)
        bartek.keyboard.press("F2")
        expect(anna.locator(".consult")).to_contain_text("Rozmowa na boku")
        assert where(hotline)["PJSIP/trunk"] == "held"
        hears(bartek)
        hears(anna)
        anna.keyboard.press("F6")
        expect(anna.locator(".consult")).to_contain_text("Rozmowa we troje")
        expect(bartek.locator(".phone")).to_contain_text("i rozmówca słyszą Cię oboje")
        anna.keyboard.press("F8")
        hears(anna)
        anna.keyboard.press("F7")
        expect(anna.locator(".phone .state-wrap_up")).to_be_visible()
        expect(bartek.locator(".phone .state-talking")).to_be_visible()
        expect(bartek.get_by_role("button", name="Zawieś")).to_be_visible()
        hears(bartek)
        assert callers.legs[0].is_up
        bartek.keyboard.press("F4")
        until(lambda: where(hotline)["PJSIP/trunk"] == "held", within_s=5, what="the caller on hold")
        falls_silent(bartek, f"{LEVELS}.slice(0, 1)")
        bartek.keyboard.press("F4")
        hears(bartek)
        bartek.keyboard.press("F2")
        callers.legs[0].wait("gone")
    record = wait_for_contact(hotline, NUMBER)
    assert (record["outcome"], record["agent"]) == ("connected", "bartek")
