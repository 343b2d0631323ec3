"""The pages in Chromium: a whole call by keyboard, both languages, both looks, accessibility."""

import pytest
from playwright.async_api import Browser, expect

from contact.events import TelephonyLost
from contact.ids import AgentId, CallId
from contact.states import AgentState, OfferState
from tests.fakes.roles import CALLER, OTHER_CALLER
from tests.integration.desktop_pages import open_page, violations
from tests.integration.desktop_server import RunningDesktop

CALL = CallId("1763800000.5")
ANNA = AgentId("anna")


@pytest.mark.parametrize(("width", "look"), [(1440, "light"), (1024, "dark")])
async def test_a_whole_call_by_keyboard_without_a_flaw(
    desktop: RunningDesktop, browser: Browser, width: int, look: str
) -> None:
    desktop.bridge.remember()
    page = await open_page(browser, desktop, "anna", width=width, look=look)
    await page.select_option(".my-state select", "ready:")
    await expect(page.locator(".my-state .state-ready")).to_be_visible()
    assert await violations(page) == []
    desktop.acd.wait(CALL, waited_s=38, topic="pothole")
    desktop.acd.offer(CALL, ANNA)
    await expect(page.locator(".left.ringing .answer")).to_be_visible()
    await expect(page.locator(".caller-name")).to_have_text("+48 600 100 200")
    await expect(page.locator(".phone .number")).to_have_text("+48 600 *** 200")
    await expect(page.locator(".path")).to_contain_text("wybrano 2 Drogi i infrastruktura")
    await expect(page.locator(".past")).to_contain_text("2 dni po terminie")
    assert await violations(page) == []
    desktop.acd.connect(CALL)
    await expect(page.locator(".phone .state-talking")).to_be_visible()
    await page.focus("#topic")
    await page.keyboard.type("dziurą")
    await page.wait_for_selector("[role=option]")
    assert await violations(page) == []
    await page.keyboard.press("Enter")
    await expect(page.locator("#unit")).to_have_value("zdm")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".field-error:visible").first).to_be_visible()
    assert await violations(page) == []
    await page.select_option('[id="answers.side"]', "jezdnia")
    await page.fill("#description", "Duża dziura przy przejściu")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".case-number")).to_have_text("4712/26")
    await page.keyboard.press("F2")
    await expect(page.locator(".phone .state-wrap_up")).to_be_visible()
    assert await violations(page) == []
    await page.get_by_role("button", name="+1 minuta").click()
    await expect(page.locator(".phone .big")).to_contain_text("1:")
    await page.get_by_role("button", name="Zakończ").click()
    await expect(page.locator(".phone .idle")).to_be_visible()
    assert desktop.bridge.wrap_ups[-1].disposition == "settled.case_filed"
    assert desktop.acd.agents[ANNA].state.new is AgentState.READY
    case = desktop.bridge.cases["4712/26"]  # type: ignore[index]
    assert (case.call, case.caller, case.answers) == (CALL, CALLER, (("side", "jezdnia"),))


async def test_a_pop_neither_takes_the_focus_nor_the_words_being_typed(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_page(browser, desktop, "anna")
    await page.fill("#description", "Pierwsza sprawa, jeszcze nie zapisana")
    desktop.acd.wait(CALL, OTHER_CALLER)
    desktop.acd.offer(CALL, ANNA)
    await expect(page.locator(".caller-name")).to_have_text("+48 601 222 333")
    await page.keyboard.type("!")
    await expect(page.locator("#description")).to_have_value("Pierwsza sprawa, jeszcze nie zapisana!")
    await page.reload()
    await expect(page.locator("#description")).to_have_value("Pierwsza sprawa, jeszcze nie zapisana!")
    await expect(page.locator(".left.ringing")).to_be_visible()
    desktop.acd.end_offer(CALL, OfferState.RESCINDED)
    await expect(page.locator(".phone .idle")).to_be_visible()


async def test_what_is_missing_is_said(desktop: RunningDesktop, browser: Browser) -> None:
    desktop.bridge.remember()
    desktop.bridge.complete = False
    page = await open_page(browser, desktop, "anna")
    desktop.acd.wait(CALL)
    desktop.acd.offer(CALL, ANNA)
    await expect(page.locator(".past .notice")).to_contain_text("CRM nie odpowiada")
    desktop.acd.up = False
    desktop.bus.publish(TelephonyLost())
    await expect(page.locator(".fresh.alarm")).to_contain_text("Centrala nie odpowiada")
    await page.get_by_role("button", name="Odrzuć").click()
    await expect(page.locator(".phone .idle")).to_be_visible()
    await page.select_option(".my-state select", "ready:")
    await expect(page.locator(".failure .notice")).to_be_visible()
    assert await violations(page) == []


async def test_language_and_look_change_without_a_reload(desktop: RunningDesktop, browser: Browser) -> None:
    page = await open_page(browser, desktop, "anna")
    await page.fill("#description", "zostaje")
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("button", name="Save case")).to_be_visible()
    await expect(page.locator("#description")).to_have_value("zostaje")
    await page.get_by_role("button", name="Dark look").click()
    assert await page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await page.locator("h2").first.click()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await violations(page) == []


@pytest.mark.parametrize(("width", "look"), [(1440, "light"), (1024, "dark")])
async def test_the_board_shows_queues_agents_and_masked_calls(
    desktop: RunningDesktop, browser: Browser, width: int, look: str
) -> None:
    page = await open_page(browser, desktop, "sylwia", width=width, look=look)
    desktop.acd.wait(CALL, waited_s=45)
    await expect(page.locator(".tile.alarm .huge")).to_have_text("1")
    await expect(page.get_by_role("table").filter(has_text="2001")).to_contain_text("Anna Kowalska")
    await expect(page.locator(".waiting")).to_contain_text("+48600***200")
    await expect(page.locator(".day .panel-hint")).to_be_visible()
    assert await violations(page) == []
    desktop.acd.offer(CALL, ANNA)
    desktop.acd.connect(CALL)
    await expect(page.locator(".total .figure").first).to_have_text("1")
    await expect(page.locator(".total")).to_contain_text("0%")
    await expect(page.locator(".plot svg .label-text").last).to_have_text("Odebrane 1")
    await expect(page.locator(".plot table tbody tr")).to_have_count(1)
    assert await violations(page) == []


@pytest.mark.parametrize("look", ["light", "dark"])
async def test_an_alert_comes_up_and_is_seen_to(desktop: RunningDesktop, browser: Browser, look: str) -> None:
    page = await open_page(browser, desktop, "sylwia", look=look)
    desktop.acd.wait(CALL, waited_s=130)
    await expect(page.locator(".alerts .alarm")).to_contain_text(
        "Drogi i infrastruktura: Rozmówca czeka ponad 2:00"
    )
    assert await violations(page) == []
    await page.get_by_role("button", name="Zajmuję się: Drogi").click()
    await expect(page.locator(".alerts .taken")).to_contain_text("Zajmuje się: sylwia")
    assert await violations(page) == []
    desktop.acd.offer(CALL, ANNA)
    desktop.acd.connect(CALL)
    await expect(page.locator(".alerts .notice")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160), (1280, 720)])
async def test_a_board_on_the_wall_fits_the_screen_and_goes_when_it_is_revoked(
    desktop: RunningDesktop, browser: Browser, width: int, height: int
) -> None:
    board = await open_page(browser, desktop, "sylwia")
    await board.get_by_label("Gdzie wisi").fill("Sala 2")
    await board.get_by_role("button", name="Utwórz adres").click()
    address = await board.get_by_label("Adres nowej tablicy").input_value()
    assert await violations(board) == []
    context = await browser.new_context(viewport={"width": width, "height": height}, locale="en")
    page = await context.new_page()
    await page.goto(address)
    desktop.acd.wait(CALL, waited_s=130)
    await expect(page.locator(".tile.alarm .tv-huge")).to_have_text("1")
    await expect(page.locator(".tv-alerts .alarm")).to_contain_text("A caller has waited over 2:00")
    desktop.acd.offer(CALL, ANNA)
    desktop.acd.connect(CALL)
    await expect(page.locator(".tv-chart svg")).to_be_visible()
    assert await violations(page) == []
    overflow = "[...document.querySelectorAll('.tv, .tv .tile, html')]"
    assert not await page.evaluate(f"{overflow}.some((one) => one.scrollHeight > one.clientHeight + 1)")
    text = await page.content()
    assert "Anna" not in text
    assert "200" not in await page.locator(".tv").inner_text()
    await board.get_by_role("button", name="Unieważnij: Sala 2").click()
    await expect(page.get_by_text("no_such_board")).to_be_visible()


async def test_a_supervisor_steers_by_keyboard_and_takes_it_back(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_page(browser, desktop, "sylwia")
    desktop.acd.wait(CALL)
    raise_it = page.get_by_role("button", name="Podnieś priorytet")
    await raise_it.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".stepper .figure")).to_have_text("1")
    await expect(page.locator(".notice.done")).to_contain_text("Priorytet teraz 1")
    await page.get_by_role("button", name="Cofnij").press("Enter")
    await expect(page.locator(".stepper .figure")).to_have_text("0")
    await expect(page.locator(".notice.done")).to_have_text("Cofnięto.")
    await page.locator(".waiting select").select_option("waste")
    await expect(page.locator(".waiting tbody tr")).to_contain_text("Odpady")
    await expect(page.locator(".waiting tbody tr")).to_contain_text("krok 0/1")
    assert await violations(page) == []
    del desktop.acd.calls[CALL]
    await raise_it.click()
    await expect(page.locator(".deed .notice.alarm")).to_contain_text("Ten rozmówca już nie czeka.")


async def test_a_supervisor_changes_state_and_skills_and_finds_consultants(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_page(browser, desktop, "sylwia")
    await page.get_by_label("Zmień stan: Anna Kowalska").select_option("not_ready:training")
    row = page.get_by_role("row", name="Anna Kowalska")
    await expect(row).to_contain_text("Szkolenie")
    await page.get_by_role("button", name="Cofnij").click()
    await expect(row).to_contain_text("Poza kolejkami")
    await row.get_by_role("button", name="Zmień umiejętności").click()
    dialog = page.get_by_role("dialog", name="Anna Kowalska")
    await dialog.get_by_label("waste").fill("70")
    assert await violations(page) == []
    await dialog.get_by_role("button", name="Zapisz").click()
    await expect(row).to_contain_text("waste 70")
    await page.get_by_label("Umiejętność").select_option("uk")
    await expect(page.get_by_role("row", name="Celina Melnyk")).to_be_visible()
    await expect(row).to_have_count(0)
    await page.locator(".filters select").last.select_option("ready")
    await expect(page.get_by_text("Nikt nie pasuje do filtra.")).to_be_visible()
    assert await violations(page) == []


async def test_the_sign_in_says_what_is_wrong(desktop: RunningDesktop, browser: Browser) -> None:
    page = await (await browser.new_context(locale="en")).new_page()
    await page.goto(desktop.origin + "/desk")
    await page.fill("#login", "anna")
    await page.fill("#password", "wrong")
    await page.keyboard.press("Enter")
    await expect(page.locator("#signin-error")).to_have_text("The login or the password is wrong.")
    assert await violations(page) == []
