"""One citizen's call from INVITE to the city's CRM, with a consultant who works on the page in Chromium."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.hotline import Hotline
from tests.e2e.records import wait_for_contact
from tests.e2e.sip_phone import Behaviour
from tests.e2e.wait import until
from tests.e2e.web_phone import NUMBER, ROADS, WATCH_THE_POP, chromium, enter

RINGS_S = 6.0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a microphone: the phone stands on the desk."""
    with chromium() as browser:
        yield browser


def test_citizens_call_ends_as_one_case_at_the_citys_crm(
    make_hotline: Callable[..., Hotline], browser: Browser, record_property: Callable[[str, object], None]
) -> None:
    hotline = make_hotline(
        {
            "CENTRALA_ACD__WRAP_UP_S": "60",
            "CENTRALA_ACD__RING_TIMEOUT_S": "20",
            "CENTRALA_ACD__RING_LEAD_S": "5",
        }
    )
    known = len(hotline.crm_cases())
    phone = hotline.phone("2001")
    phone.register(Behaviour(ring_s=RINGS_S))
    page = _sign_in(hotline, browser)
    page.get_by_role("combobox").first.select_option("ready:")
    desk = hotline.desk("anna")
    until(lambda: desk.agent()["state"] == "ready", within_s=10, what="anna ready by the page")
    with hotline.callers(NUMBER) as callers:
        callers.legs[0].wait("answered")
        callers.legs[0].press(ROADS)
        rung = phone.wait_for_call(within_s=20)
        expect(page.locator(".caller-name")).to_contain_text("607 000 001", timeout=RINGS_S * 1000)
        assert rung.at("answered") is None, "the phone was answered before the page showed the caller"
        expect(page.locator(".path")).to_contain_text("2")
        painted_at = page.evaluate("window.popPaintedAt") / 1000
        leg = hotline.talk(desk, phone)
        number = _file_case(page)
        call = desk.agent()["call"]
        leg.hang_up()
        callers.legs[0].wait("gone")
    _end_wrap_up(page)
    desk.wait_for_state("ready")
    until(lambda: len(hotline.crm_cases()) > known, within_s=15, what="the case at the reference CRM")
    new = [case for case in hotline.crm_cases() if number in str(case)]
    assert len(new) == 1
    assert len(hotline.crm_cases()) == known + 1
    case = desk.get(f"/cases/{number}")
    assert (case["call"], case["status"]) == (call, "delivered")
    assert case["reference"]
    record = wait_for_contact(hotline, NUMBER)
    assert (record["outcome"], record["queue"], record["agent"]) == ("connected", "roads", "anna")
    invited_at = rung.at("invited")
    assert invited_at is not None
    assert painted_at < invited_at, "the phone rang before the page showed the caller"
    record_property("pop_painted_before_invite_ms", round((invited_at - painted_at) * 1000))


def _sign_in(hotline: Hotline, browser: Browser) -> Page:
    page = browser.new_page()
    page.add_init_script(WATCH_THE_POP)
    enter(hotline, page)
    return page


def _file_case(page: Page) -> str:
    """File a case on the page as a consultant does; return its number."""
    page.fill("#topic", "dziura")
    page.locator("#topics [role=option]").first.click()
    page.select_option("#district", index=1)
    page.fill("#address", "Puławska 12")
    page.fill("#description", "Dziura w jezdni, przy przystanku.")
    for question in page.locator(":is(select, input, textarea)[id^='answers.']").all():
        if question.evaluate("element => element.tagName") == "SELECT":
            question.select_option(index=1)
        elif question.get_attribute("type") in (None, "text"):
            question.fill("około pół metra")
    page.keyboard.press("Control+Enter")
    number = page.locator(".case-number")
    number.wait_for()
    return number.inner_text()


def _end_wrap_up(page: Page) -> None:
    page.select_option("#disposition", index=1)
    page.fill("#note", "Zgłoszone.")
    page.locator(".phone .primary").click()
