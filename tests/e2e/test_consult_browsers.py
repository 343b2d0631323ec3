"""Two consultants in two browsers: one asks the other, all three talk, and the caller changes hands.

Each fake microphone beeps once a second, and each page shows how loud it is what comes in: whoever is heard
moves that level. The caller sends back what they hear.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.city import quick_city
from tests.e2e.hotline import PASSWORD, Hotline
from tests.e2e.records import wait_for_contact
from tests.e2e.test_browser_phone import (
    LEVELS,
    NUMBER,
    PATIENT,
    browser,
    context,
    falls_silent,
    hears,
    ring,
    sign_in,
    talk,
    where,
)
from tests.e2e.wait import until

__all__ = ["browser", "context"]


@pytest.fixture
def other(browser: Browser) -> Iterator[BrowserContext]:
    """The second consultant's browser."""
    context = browser.new_context(locale="pl")
    yield context
    context.close()


def second(hotline: Hotline, context: BrowserContext) -> Page:
    """Return Bartek's page, ready with its own phone."""
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(f"http://127.0.0.1:{hotline.desktop_port}/")
    page.fill("#login", "bartek")
    page.fill("#password", PASSWORD)
    page.click("#signin button[type=submit]")
    expect(page.locator(".line-head")).to_contain_text("Telefon na tej stronie · gotowy", timeout=20_000)
    page.get_by_role("combobox").first.select_option("ready:")
    hotline.desk("bartek").wait_for_state("ready")
    return page


def test_a_caller_is_talked_about_talked_to_by_two_and_left_to_the_second(
    make_hotline: Callable[..., Hotline], context: BrowserContext, other: BrowserContext, tmp_path: Path
) -> None:
    hotline = make_hotline(PATIENT, quick_city(tmp_path))
    bartek = second(hotline, other)
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
