"""Every page in every state that people meet, held against axe-core in both languages and both looks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from agent_desktop import notifier
from contact.events import TelephonyLost
from contact.ids import AgentId, CallId
from contact.photo import KeepPhoto
from contact.states import OfferState
from tests.fakes.photos import jpeg
from tests.integration.alert_desktop import telling
from tests.integration.alert_servers import hook_server
from tests.integration.desktop_pages import AXE, violations
from tests.integration.desktop_server import PASSWORD, RunningDesktop, free_port

CALL, OTHER = CallId("1763800000.5"), CallId("1763800000.6")
ANNA = AgentId("anna")
TEXT_LENGTH_MIN = 20
LANGUAGES, LOOKS = ("pl", "en"), ("light", "dark")
TURN_LANGUAGE = ".preferences button[lang], #language"
SETTLED = """
Promise.race([
  Promise.allSettled(document.getAnimations()
    .filter((one) => one instanceof CSSTransition).map((one) => one.finished)),
  new Promise((done) => setTimeout(done, 1_000)),
])
"""
"""Colours on their way to another look are of neither; no transition takes longer than a tenth of a second.

One of something that a dialog hides, or that was taken away meanwhile, never says that it is over.
"""


class Checked:
    """A page that is looked at in all four ways at each of its states, and what was wrong with it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: list[str] = []
        self.states: list[str] = []

    async def look(self, state: str) -> None:
        """Hold the page as it stands against the rules, in both languages and both looks."""
        assert len(await self.page.inner_text("body")) > TEXT_LENGTH_MIN, state
        for look in LOOKS:
            await self._turn_look(look)
            for language in LANGUAGES:
                await self._turn_language(language)
                await self.page.evaluate(SETTLED)
                found = await violations(self.page)
                self.wrong += [f"{state}, {language}, {look}: {one}" for one in found]
        await self._turn_language("pl")
        self.states.append(state)

    async def _turn_look(self, look: str) -> None:
        """Have the page in a look as its own button does, also behind a dialog."""
        await self.page.evaluate("look => { document.documentElement.dataset.theme = look; }", look)

    async def _turn_language(self, language: str) -> None:
        """Press the page's own button, also behind a dialog that keeps people off it."""
        now = await self.page.evaluate("document.documentElement.lang")
        button = self.page.locator(TURN_LANGUAGE).first
        if now != language and await button.count():
            await button.evaluate("button => button.click()")
            await expect(self.page.locator("html")).to_have_attribute("lang", language)


@asynccontextmanager
async def checked(browser: Browser, origin: str, *, width: int = 1440) -> AsyncIterator[Checked]:
    """Give a page at its sign-in; nothing may be wrong with any state that it went through."""
    context = await browser.new_context(viewport={"width": width, "height": 900}, locale="pl")
    page = await context.new_page()
    page.set_default_timeout(60_000)
    await page.goto(origin)
    watched = Checked(page)
    yield watched
    assert watched.wrong == []
    assert watched.states
    await context.close()


async def enter(page: Page, login: str) -> None:
    await page.fill("#login", login)
    await page.fill("#password", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".preferences")


pytestmark = pytest.mark.timeout(400)
"""axe-core reads each state in two languages and two looks."""


def test_the_rules_are_there() -> None:
    assert "axe" in AXE.read_text(encoding="utf-8")[:1000]


async def test_the_sign_in(desktop: RunningDesktop, browser: Browser) -> None:
    async with checked(browser, f"{desktop.origin}/signin") as at:
        await at.look("sign-in")
        await at.page.fill("#login", "anna")
        await at.page.fill("#password", "wrong")
        await at.page.keyboard.press("Enter")
        await expect(at.page.locator("#signin-error")).not_to_be_empty()
        await at.look("sign-in refused")


async def test_the_desk_at_rest(desktop: RunningDesktop, browser: Browser) -> None:
    async with checked(browser, desktop.origin) as at:
        await enter(at.page, "anna")
        await at.look("logged out")
        await at.page.select_option(".my-state select", "ready:")
        await expect(at.page.locator(".my-state .state-ready")).to_be_visible()
        await at.look("ready")
        await at.page.keyboard.press("?")
        await at.look("help")
        await at.page.keyboard.press("Escape")
        desktop.acd.up = False
        desktop.bus.publish(TelephonyLost())
        await expect(at.page.locator(".fresh.alarm")).to_be_visible()
        await at.look("no routing")


async def test_the_photos_of_a_case(desktop: RunningDesktop, browser: Browser) -> None:
    desktop.bridge.remember()
    async with checked(browser, desktop.origin) as at:
        await enter(at.page, "anna")
        desktop.acd.wait(CALL)
        desktop.acd.offer(CALL, ANNA)
        desktop.acd.connect(CALL)
        await at.page.locator(".case-line").click()
        await at.page.locator(".photo-ask button").click()
        await expect(at.page.locator(".read-out")).to_be_visible()
        await at.look("an address to read out")
        photo = KeepPhoto(code="", digest="d", picture=jpeg(), thumbnail=jpeg(300), width=640, height=480)
        await desktop.bus.request(photo)
        await expect(at.page.locator(".thumbnails img")).to_be_visible()
        await at.look("a photo")
        await at.page.locator(".thumbnails button").click()
        await expect(at.page.locator(".photo-gone button")).to_be_visible()
        await at.look("a photo taken away")


async def test_the_desk_in_a_call(desktop: RunningDesktop, browser: Browser) -> None:
    desktop.bridge.remember()
    async with checked(browser, desktop.origin) as at:
        page = at.page
        await enter(page, "anna")
        desktop.acd.wait(CALL, waited_s=38)
        desktop.acd.offer(CALL, ANNA)
        await expect(page.locator(".left.ringing")).to_be_visible()
        await expect(page.locator(".past")).to_be_visible()
        await at.look("ringing")
        desktop.acd.connect(CALL)
        await expect(page.locator(".phone .state-talking")).to_be_visible()
        await at.look("talking")
        await page.keyboard.press("F4")
        await expect(page.get_by_text("Dzwoniący słyszy muzykę od").first).to_be_visible()
        await at.look("on hold")
        await page.keyboard.press("F4")
        await expect(page.get_by_role("button", name="Zawieś")).to_be_enabled()
        await page.keyboard.press("F7")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await at.look("handing on")
        await page.keyboard.press("Escape")
        await page.focus("#topic")
        await page.keyboard.type("dziurą")
        await page.wait_for_selector("[role=option]")
        await at.look("topics found")
        await page.keyboard.press("Enter")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".field-error:visible").first).to_be_visible()
        await at.look("case with a gap")
        await page.select_option('[id="answers.side"]', "jezdnia")
        await page.fill("#description", "Duża dziura przy przejściu")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".case-number")).to_be_visible()
        await at.look("case filed")
        desktop.acd.release(CALL)
        await expect(page.locator(".phone .state-wrap_up")).to_be_visible()
        await at.look("wrap-up")


async def test_the_desk_without_history_and_after_a_missed_call(
    desktop: RunningDesktop, browser: Browser
) -> None:
    desktop.bridge.remember()
    desktop.bridge.complete = False
    async with checked(browser, desktop.origin) as at:
        await enter(at.page, "anna")
        desktop.acd.wait(CALL)
        desktop.acd.offer(CALL, ANNA)
        await expect(at.page.locator(".past .notice")).to_be_visible()
        await at.look("history incomplete")
        desktop.acd.end_offer(CALL, OfferState.EXPIRED)
        await expect(at.page.locator(".phone .idle")).to_be_visible()
        await at.look("missed")


async def test_the_board(desktop: RunningDesktop, browser: Browser) -> None:
    async with checked(browser, desktop.origin) as at:
        page = at.page
        await enter(page, "sylwia")
        await at.look("board at rest")
        desktop.acd.wait(CALL, waited_s=500)
        desktop.acd.wait(OTHER)
        desktop.acd.offer(OTHER, ANNA)
        desktop.acd.connect(OTHER)
        await expect(page.locator(".alerts .alarm").first).to_be_visible()
        await expect(page.locator(".plot svg").first).to_be_visible()
        await at.look("board with an alert")
        await page.get_by_role("button", name="Zajmuję się: Drogi").click()
        await expect(page.locator(".alerts .taken")).to_be_visible()
        await page.get_by_role("button", name="Podnieś priorytet").click()
        await expect(page.locator(".notice.done")).to_be_visible()
        await at.look("alert taken, caller raised")
        await (
            page.get_by_role("row", name="Anna Kowalska")
            .get_by_role("button", name="Zmień umiejętności")
            .click()
        )
        await expect(page.get_by_role("dialog")).to_be_visible()
        await at.look("skills")
        await page.keyboard.press("Escape")
        await page.locator(".filters select").last.select_option("wrap_up")
        await expect(page.get_by_text("Nikt nie pasuje do filtra.")).to_be_visible()
        await at.look("nobody found")
        await page.get_by_label("Gdzie wisi").fill("Sala 2")
        await page.get_by_role("button", name="Utwórz adres").click()
        await expect(page.get_by_label("Adres nowej tablicy")).to_be_visible()
        await at.look("address made")


@pytest.mark.parametrize(
    ("login", "absent"),
    [
        ("lidia", ("Zamknij linię", "Zamknij: Drogi", "Nowy komunikat", "Utwórz adres")),
        ("adam", ("Zamknij linię", "Nowy komunikat", "Utwórz adres", "Zajmuję się: Drogi")),
    ],
)
async def test_the_board_offers_each_role_what_it_may(
    desktop: RunningDesktop, browser: Browser, login: str, absent: tuple[str, ...]
) -> None:
    async with checked(browser, desktop.origin) as at:
        page = at.page
        await enter(page, login)
        desktop.acd.wait(CALL, waited_s=500)
        await expect(page.locator(".alerts .alarm").first).to_be_visible()
        await expect(page.get_by_role("row", name="Anna Kowalska")).to_be_visible()
        assert [name for name in absent if await page.get_by_role("button", name=name).count()] == []
        leads = int(login == "lidia")
        assert await page.get_by_role("button", name="Zajmuję się: Drogi").count() == leads
        assert await page.locator("#waiting-heading").count() == leads
        assert await page.get_by_role("combobox", name="Zmień stan: Anna").count() == leads
        assert await page.get_by_role("link", name="Administracja").count() == leads
        await at.look(f"board of {login}")


async def test_who_was_told_of_an_alert(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifier, "GATHER_S", 0.1)
    async with hook_server() as hooks, telling(tmp_path, hooks, free_port()) as desktop:
        desktop.acd.wait(CALL, waited_s=500)
        async with checked(browser, desktop.origin, width=1024) as at:
            await enter(at.page, "sylwia")
            told = at.page.locator(".told")
            await expect(told).to_contain_text("e-mail: dyżurny, nie wysłano, próbujemy dalej")
            await expect(told).to_contain_text("e-mail: kierownik, jeśli nikt się nie zajmie do ")
            await expect(told).to_contain_text("webhook: monitoring, ")
            await at.look("alert told to some")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("look", LOOKS)
async def test_the_board_on_the_wall(
    desktop: RunningDesktop, browser: Browser, language: str, look: str
) -> None:
    sylwia = await desktop.signed_in("sylwia")
    path = (await sylwia.ask("POST", "/api/v1/tv-boards", {"name": "Sala 2"}))[1]["path"]
    desktop.acd.wait(CALL, waited_s=500)
    address = f"{desktop.origin}{path}?language={language}&theme={look}"
    async with checked(browser, address, width=1920) as at:
        await expect(at.page.locator(".tv-alerts .alarm")).to_be_visible()
        assert await at.page.evaluate("document.documentElement.lang") == language
        assert await at.page.evaluate("document.documentElement.dataset.theme") == look
        at.wrong += await violations(at.page)
        at.states.append("wall")
