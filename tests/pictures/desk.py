"""The consultant's desk through a shift: idle, ringing, a talk with its case, help, wrap-up."""

from playwright.sync_api import Page, expect

from tests.e2e.desk import Desk
from tests.e2e.sip_caller import CallerLeg
from tests.e2e.sip_phone import ANSWERS
from tests.e2e.web_phone import hears
from tests.pictures.studio import Studio

CITIZEN = "600100200"
"""Has a past in the example city."""
ROADS = "2"


def take(studio: Studio) -> None:
    """Take all pictures of the desk, in one call from its first ring to its end."""
    with studio.page("/signin") as page:
        studio.keep(page, "signin")
    colleague, _ = studio.hotline.staff("bartek", "2002", ANSWERS)
    with studio.page("/desk", "anna") as page:
        expect(page.locator(".line-head .gear")).to_be_enabled()
        desk = studio.hotline.desk("anna")
        page.locator(".my-state select").select_option("ready:")
        desk.wait_for_state("ready")
        _at_rest(studio, page)
        with studio.hotline.callers(CITIZEN) as callers:
            _ring(studio, page, callers.legs[0])
            page.keyboard.press("F2")
            desk.wait_for_state("talking")
            hears(page)
            _talk(studio, page, desk)
            page.locator(".phone .danger").click()
            desk.wait_for_state("wrap_up")
            studio.keep(page, "wrapup")
        desk.complete_wrap_up(desk.agent()["call"])
        desk.wish("logged_out")
    colleague.wish("logged_out")


def _at_rest(studio: Studio, page: Page) -> None:
    studio.keep(page, "idle")
    page.keyboard.press("?")
    studio.keep(page, "help")
    page.keyboard.press("Escape")
    page.locator(".gear").click()
    studio.keep(page.locator("dialog[open]"), "phone-setup")
    page.keyboard.press("Escape")


def _ring(studio: Studio, page: Page, leg: CallerLeg) -> None:
    leg.wait("answered")
    leg.press(ROADS)
    expect(page.locator("button.answer")).to_be_enabled()
    studio.keep(page, "ringing-phone")


def _talk(studio: Studio, page: Page, desk: Desk) -> None:
    page.locator(".who-calls .choices button").last.click()
    studio.keep(page.locator("dialog[open]"), "people")
    page.keyboard.press("Escape")
    page.fill("#topic", "latarni" if studio.look.language == "pl" else "lamp")
    page.wait_for_selector("#topics li")
    studio.keep(page, "talking-topic")
    page.keyboard.press("Enter")
    studio.keep(page, "talking-phone")
    page.keyboard.press("Control+Enter")
    studio.keep(page, "talking-errors")
    page.fill("#address", "Górczewska 15")
    page.keyboard.press("Escape")
    page.locator(".point button").first.click()
    page.wait_for_selector(".map-drawing")
    page.locator(".map-drawing").scroll_into_view_if_needed()
    studio.keep(page, "talking-place")
    page.locator("#middle").evaluate("one => one.scrollTo(0, 0)")
    page.keyboard.press("F4")
    expect(page.locator(".phone .notice.warn")).to_be_visible()
    studio.keep(page, "held-phone")
    page.keyboard.press("F4")
    expect(page.locator(".phone .notice.warn")).to_have_count(0)
    _others(studio, page, desk)


def _others(studio: Studio, page: Page, desk: Desk) -> None:
    """Ask a colleague, and one's leaders; see a supervisor listen in."""
    page.keyboard.press("F6")
    studio.keep(page, "reach")
    page.keyboard.press("Escape")
    studio.keep(page.locator(".directory"), "directory")
    desk.write("POST", f"/calls/{desk.agent()['call']}/consult", {"agent": "bartek"})
    expect(page.locator(".consult-head")).to_be_visible()
    page.wait_for_timeout(2_000)
    studio.keep(page, "consult")
    page.keyboard.press("F4")
    expect(page.locator(".consult-head")).to_have_count(0)
    page.keyboard.press("F3")
    expect(page.locator(".hand")).to_be_visible()
    studio.keep(page, "hand")
    with studio.page("/board", "lidia") as board:
        expect(board.locator(".hand-buttons")).to_be_visible()
        studio.keep(board, "board-hand")
        board.locator(".hand-buttons button").first.click()
        studio.keep(board.locator("dialog[open]"), "listen")
    page.keyboard.press("F3")
    expect(page.locator(".hand")).to_have_count(0)
