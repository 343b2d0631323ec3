"""A recorded talk: paused on the desk while an address is typed, found and played in the office."""

from playwright.sync_api import expect

from tests.e2e.records import journaled
from tests.e2e.wait import until
from tests.e2e.web_phone import hears
from tests.pictures.desk import CITIZEN, ROADS
from tests.pictures.studio import Studio

AGREE = "3"
TALK_MS = 6_000


def take(studio: Studio) -> None:
    """Take the pictures, in one call of a citizen who agreed."""
    hotline, sylwia = studio.hotline, studio.hotline.desk("sylwia")
    with hotline.callers(CITIZEN) as callers:
        leg = callers.legs[0]
        leg.wait("answered")
        leg.press(ROADS)
        until(lambda: sylwia.calls("waiting"), within_s=10, what="a caller who waits")
        leg.press(AGREE)
        until(lambda: journaled(hotline, "KeyPressed"), within_s=5, what="the key")
        with studio.page("/desk", "anna") as page:
            expect(page.locator(".line-head .gear")).to_be_enabled()
            page.locator(".my-state select").select_option("ready:")
            expect(page.locator("button.answer")).to_be_enabled()
            leg.speak()
            page.keyboard.press("F2")
            desk = hotline.desk("anna")
            desk.wait_for_state("talking")
            hears(page)
            page.wait_for_timeout(TALK_MS)
            page.locator("#address").focus()
            expect(page.locator(".recording.paused")).to_be_visible()
            studio.keep(page, "desk-recording")
            page.locator(".phone .danger").click()
            desk.wait_for_state("wrap_up")
            desk.complete_wrap_up(desk.agent()["call"])
    reason = {"reason": "kontrola"}
    until(lambda: sylwia.write("POST", "/recordings/search", reason), within_s=20, what="the recording")
    with studio.page("/office/recordings", "sylwia") as page:
        page.fill("#recordings-reason", "reklamacja 4703/26")
        page.keyboard.press("Enter")
        page.locator("main table tbody button").first.click()
        page.wait_for_selector("audio")
        studio.keep(page, "office-recordings")
