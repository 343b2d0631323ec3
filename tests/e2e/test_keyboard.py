"""A whole call by keyboard alone, on a real Asterisk: whoever cannot use a mouse can do the work.

Nothing is clicked, focused or filled in by script: what is reached is reached by Tab from where the focus is,
and everything else by the keys that the page itself tells of.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.city import quick_city
from tests.e2e.hotline import PASSWORD, Hotline
from tests.e2e.records import wait_for_contact
from tests.e2e.wait import until
from tests.e2e.web_phone import PATIENT, hears, ring, where

NUMBER = "607000002"
TABS_MAX = 120
DESCRIPTION = "Dziura w jezdni przy przystanku."


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own."""
    with closing(browser.new_page(locale="pl")) as page:
        page.set_default_timeout(20_000)
        yield page


def go_to(page: Page, selector: str, *, back: bool = False) -> None:
    """Press Tab until the focus is where it is wanted, and can be seen there."""
    for _ in range(TABS_MAX):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            assert page.evaluate("document.activeElement.matches(':focus-visible')"), (
                f"no focus at {selector}"
            )
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    message = f"{selector} is not reached by Tab"
    raise AssertionError(message)


def choose(page: Page, selector: str, key: str = "ArrowDown") -> None:
    """Go to a selection and choose by a key: its next choice, or with `Home` its first."""
    go_to(page, selector)
    page.keyboard.press(key)


def test_a_whole_call_from_sign_in_to_the_filed_case_by_keyboard_alone(
    make_hotline: Callable[..., Hotline], page: Page, tmp_path: Path
) -> None:
    hotline = make_hotline(PATIENT, quick_city(tmp_path))
    _sign_in(hotline, page)
    desk = hotline.desk("anna")
    expect(page.locator(".line-head")).to_contain_text("gotowy")
    choose(page, ".my-state select", "Home")
    desk.wait_for_state("ready")
    with hotline.callers(NUMBER) as callers:
        ring(page, callers.legs[0])
        page.keyboard.press("F2")
        desk.wait_for_state("talking")
        hears(page)
        call = desk.agent()["call"]
        _hold_and_mute(hotline, page)
        number = _file_case(page)
        assert callers.legs[0].is_up
        page.keyboard.press("F2")
        callers.legs[0].wait("gone")
    desk.wait_for_state("wrap_up")
    _finish(page)
    desk.wait_for_state("ready")
    case = desk.get(f"/cases/{number}")
    assert (case["call"], case["description"], case["topic"]) == (call, DESCRIPTION, "pothole")
    record = wait_for_contact(hotline, NUMBER)
    assert (record["outcome"], record["agent"]) == ("connected", "anna")
    history = hotline.desk("sylwia").get(f"/callers/%2B48{NUMBER}/history")
    assert [one["note"] for one in history["contacts"]] == ["Zgłoszone."]


def _sign_in(hotline: Hotline, page: Page) -> None:
    page.goto(f"http://127.0.0.1:{hotline.desktop_port}/")
    go_to(page, "#login")
    page.keyboard.type("anna")
    go_to(page, "#password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".desk")


def _hold_and_mute(hotline: Hotline, page: Page) -> None:
    page.keyboard.press("F4")
    until(lambda: where(hotline).get("PJSIP/trunk") == "held", within_s=5, what="the caller to hear music")
    expect(page.get_by_role("button", name="Wróć")).to_be_enabled()
    page.keyboard.press("F4")
    expect(page.get_by_role("button", name="Zawieś")).to_be_enabled()
    hears(page)
    page.keyboard.press("F8")
    expect(page.get_by_role("button", name="Wycisz")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("F8")
    expect(page.get_by_role("button", name="Wycisz")).to_have_attribute("aria-pressed", "false")


def _file_case(page: Page) -> str:
    """Note the topic, answer what it asks, and file the case; return its number."""
    go_to(page, "#topic")
    page.keyboard.type("dziura")
    page.wait_for_selector("#topics [role=option]")
    page.keyboard.press("Enter")
    for name in page.locator(":is(select, input, textarea)[id^='answers.'][required]").evaluate_all(
        "all => all.map((one) => [one.id, one.tagName])"
    ):
        if name[1] == "SELECT":
            choose(page, f'[id="{name[0]}"]')
        else:
            go_to(page, f'[id="{name[0]}"]')
            page.keyboard.type("około pół metra")
    go_to(page, "#description")
    page.keyboard.type(DESCRIPTION)
    page.keyboard.press("Control+Enter")
    number = page.locator(".case-number")
    number.wait_for()
    return number.inner_text()


def _finish(page: Page) -> None:
    """Say how it ended, write a note, and be done."""
    go_to(page, "#disposition")
    if page.input_value("#disposition") == "":
        page.keyboard.press("ArrowDown")
    go_to(page, "#note")
    page.keyboard.type("Zgłoszone.")
    go_to(page, ".phone .primary", back=True)
    page.keyboard.press("Enter")
