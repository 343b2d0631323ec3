"""The desk during a call in Chromium: people, near cases, places, knowledge, directory, by keyboard."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from contact.agent_day import AgentTally
from contact.ids import AgentId, CallId, CaseNumber, TopicId
from contact.numbers import WITHHELD
from contact.states import AgentState
from tests.fakes.callbacks import FakeCallbacks
from tests.fakes.city_desk import two_on_a_number
from tests.fakes.roles import CALLER, OTHER_CALLER
from tests.integration.desktop_pages import open_page, violations
from tests.integration.desktop_server import RunningDesktop, running_desktop

CALL = CallId("1763800000.5")
ANNA = AgentId("anna")
LATE = CaseNumber("4711/26")
LOOKS = [(1440, "light", "pl"), (1024, "dark", "en")]


@pytest.fixture
async def desktop(tmp_path: Path) -> AsyncIterator[RunningDesktop]:
    async with running_desktop(tmp_path) as running:
        running.bridge.remember()
        yield running


async def in_a_call(
    desktop: RunningDesktop, page: Page, *, caller: str = CALLER, language: str = "pl"
) -> None:
    if language == "en":
        await page.get_by_role("button", name="English").click()
    desktop.acd.wait(CALL, caller)  # type: ignore[arg-type]
    desktop.acd.offer(CALL, ANNA)
    desktop.acd.connect(CALL)
    await expect(page.locator(".phone .state-talking")).to_be_visible()


@pytest.mark.parametrize(("width", "look", "language"), LOOKS)
async def test_every_state_of_the_desk_is_without_a_flaw(
    desktop: RunningDesktop, browser: Browser, width: int, look: str, language: str
) -> None:
    desktop.bridge.histories[CALLER] = replace(
        desktop.bridge.histories[CALLER], people=two_on_a_number(CALLER).people
    )
    desktop.bridge.desk.near[TopicId("pothole")] = [LATE]
    desktop.bridge.desk.tally = AgentTally(agent=ANNA, calls=12, talk_s=2_500.0, without_disposition=1)
    for name in ("Jan Zieliński", "Ewa Zielińska"):
        desktop.bridge.people.add(name, CALLER)
    page = await open_page(browser, desktop, "anna", width=width, look=look)
    await in_a_call(desktop, page, language=language)
    await page.locator(".choices button").nth(1).click()
    await expect(page.locator(".caller-person")).to_have_text("Ewa Zielińska")
    await page.locator(".case-line").click()
    await expect(page.locator(".case-file")).to_contain_text("Nie świeci")
    await page.fill("#topic", "pothole")
    await page.keyboard.press("Enter")
    await expect(page.locator(".article").first).to_have_attribute("open", "")
    await page.locator(".point button").first.click()
    await page.locator(".map-drawing").click()
    await expect(page.locator(".nearby")).to_contain_text("4711/26")
    await page.locator(".directory > details summary").first.click()
    await page.locator(".directory > details summary").last.click()
    await expect(page.locator(".tiles")).to_contain_text("12")
    assert await violations(page) == []
    await page.locator(".choices button").last.click()
    await page.fill("#who-search", "zieli")
    await page.keyboard.press("Enter")
    await expect(page.locator(".finder .rows li")).to_have_count(2)
    await page.locator(".newcomer summary").click()
    assert await violations(page) == []
    await page.locator(".finder .setup-foot button").click()
    await page.locator(".section-head button").click()
    assert await violations(page) == []


async def test_a_case_is_filed_in_a_call_by_the_keyboard_alone(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_page(browser, desktop, "anna")
    await in_a_call(desktop, page)
    await page.focus("body")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("wyrwa")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#topic")).to_have_value("Dziura w jezdni")
    await tab_to(page, "#unit")
    await page.keyboard.press("Tab")
    await page.keyboard.type("gorcz")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.keyboard.type("15")
    await expect(page.locator("#address")).to_have_value("Górczewska 15")
    await expect(page.locator("#district")).to_have_value("Wola")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await tab_to(page, ".map-drawing")
    for key in ("+", "ArrowRight", "Shift+ArrowUp", "Enter"):
        await page.keyboard.press(key)
    await expect(page.locator(".point [role=status]")).to_contain_text("Punkt: Wola")
    await tab_to(page, '[id="answers.side"]')
    await page.keyboard.type("jezdnia")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Dziura przy przejściu")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".case-number")).to_have_text("4712/26")
    case = desktop.bridge.cases[CaseNumber("4712/26")]
    assert (case.address, case.district, case.call) == ("Górczewska 15", "Wola", CALL)
    assert case.point is not None
    assert 20.9 < case.point.longitude < 21.0
    assert case.answers == (("side", "jezdnia"),)


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(60):
        if await page.evaluate(f"document.activeElement?.matches({selector!r})"):
            return
        await page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {selector}")


async def test_the_caller_joins_a_case_nearby_in_one_click(desktop: RunningDesktop, browser: Browser) -> None:
    desktop.bridge.desk.near[TopicId("pothole")] = [LATE]
    page = await open_page(browser, desktop, "anna")
    await in_a_call(desktop, page, caller=OTHER_CALLER)
    await page.fill("#topic", "dziura")
    await page.keyboard.press("Enter")
    await expect(page.locator(".nearby")).to_have_count(0)
    await page.fill("#address", "Górczewska 15")
    await page.get_by_role("button", name="Dopisz dzwoniącego (w pobliżu): 4711/26").click()
    await expect(page.locator(".case-number")).to_have_text("4711/26")
    await expect(page.locator(".saved")).to_contain_text("Zgłaszających razem: 2")
    (reporter,) = desktop.bridge.desk.reporters[LATE]
    assert (reporter.call, reporter.caller) == (CALL, OTHER_CALLER)
    assert await violations(page) == []


async def test_a_case_nearby_that_is_the_callers_own_counts_nobody_again(
    desktop: RunningDesktop, browser: Browser
) -> None:
    desktop.bridge.desk.near[TopicId("pothole")] = [LATE]
    page = await open_page(browser, desktop, "anna")
    await in_a_call(desktop, page)
    await page.fill("#topic", "dziura")
    await page.keyboard.press("Enter")
    await page.fill("#address", "Górczewska 15")
    await page.get_by_role("button", name="O tej sprawie (w pobliżu): 4711/26").click()
    await expect(page.locator(".nearby button")).to_be_disabled()
    assert desktop.bridge.desk.reporters == {}
    assert [one.call for one in desktop.bridge.desk.links[LATE]] == [CALL]


async def test_this_is_about_that_case_in_one_click_and_a_note_goes_with_it(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_page(browser, desktop, "anna")
    await in_a_call(desktop, page)
    await page.get_by_role("button", name="O tej sprawie: 4711/26").click()
    await expect(page.get_by_role("button", name="Rozmowa o tej sprawie: 4711/26")).to_be_disabled()
    assert [one.call for one in desktop.bridge.desk.links[LATE]] == [CALL]
    await page.locator(".case-line").click()
    await page.fill(".note-form input", "Ponaglenie: dwa dni po terminie")
    await page.keyboard.press("Enter")
    await expect(page.locator(".events")).to_contain_text("Ponaglenie: dwa dni po terminie")
    assert [one.call for one in desktop.bridge.desk.notes[LATE]] == [CALL]
    await page.reload()
    await expect(page.get_by_role("button", name="Rozmowa o tej sprawie: 4711/26")).to_be_disabled()


async def test_a_withheld_number_gets_a_name_and_its_history(
    desktop: RunningDesktop, browser: Browser
) -> None:
    desktop.bridge.people.add("Maria Nowak", CALLER)
    page = await open_page(browser, desktop, "anna")
    await in_a_call(desktop, page, caller=WITHHELD)
    await expect(page.locator(".caller-name")).to_have_text("Numer zastrzeżony")
    await page.get_by_role("button", name="Znajdź osobę lub sprawę").click()
    await page.keyboard.type("nowak")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="To ta osoba: Maria Nowak").click()
    await expect(page.locator(".caller-person")).to_have_text("Maria Nowak")
    await expect(page.locator(".past")).to_contain_text("4711/26")
    assert CALLER not in await page.content()
    assert desktop.bridge.people.identified[CALL].person == 1


async def test_somebody_new_is_noted_from_the_call(desktop: RunningDesktop, browser: Browser) -> None:
    page = await open_page(browser, desktop, "anna")
    await in_a_call(desktop, page)
    await page.get_by_role("button", name="Ktoś inny").click()
    await page.locator(".newcomer summary").click()
    await page.fill("#new-name", "Ewa Lis")
    await page.fill("#new-address", "Wolska 1")
    await page.keyboard.press("Enter")
    await expect(page.locator(".caller-person")).to_have_text("Ewa Lis")
    new = desktop.bridge.people.identified[CALL].new
    assert new is not None
    assert new.contacts == (("address", "Wolska 1"),)


async def test_an_anonymous_report_keeps_neither_number_nor_call(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_page(browser, desktop, "anna")
    await in_a_call(desktop, page)
    await page.fill("#topic", "latarnia")
    await page.keyboard.press("Enter")
    await page.fill("#description", "Nie świeci")
    await page.locator(".anonymous input").check()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".case-number")).to_have_text("4712/26")
    case = desktop.bridge.cases[CaseNumber("4712/26")]
    assert (case.caller, case.call) == (WITHHELD, None)


async def test_a_slow_bridge_does_not_hold_the_pop_back_and_says_what_is_missing(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_page(browser, desktop, "anna")
    desktop.bridge.gate = asyncio.Event()
    desktop.acd.wait(CALL)
    desktop.acd.offer(CALL, ANNA)
    await expect(page.locator(".left.ringing .answer")).to_be_visible()
    await expect(page.locator(".caller-name")).to_have_text("+48 600 100 200")
    await expect(page.locator(".past")).to_contain_text("Szukam historii")
    assert await violations(page) == []
    history = desktop.bridge.histories[CALLER]
    desktop.bridge.histories[CALLER] = replace(history, as_of=desktop.bridge.clock.now() - 600)
    desktop.bridge.complete = False
    desktop.bridge.gate.set()
    await expect(page.locator(".past .notice")).to_contain_text("CRM nie odpowiada")
    await expect(page.locator(".past .notice")).to_contain_text("Stan z")
    await expect(page.locator(".past")).to_contain_text("4711/26")


async def test_scripts_come_by_themselves_and_articles_by_typing(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_page(browser, desktop, "anna")
    await page.fill("#topic", "dziura")
    await page.keyboard.press("Enter")
    await expect(page.locator(".article summary")).to_have_text(
        ["Dziura: rozmowarozmowa", "Odszkodowanie za szkodę"]
    )
    await expect(page.locator(".article .prose").first).to_contain_text("Pytanie pierwsze")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("zapadliskiem")
    await page.locator(".results button").click()
    await expect(page.locator(".opened summary")).to_contain_text("Dziura: rozmowa")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("prosta")
    await page.keyboard.press("Enter")
    await expect(page.locator("#address")).to_have_value("Prosta ")
    await expect(page.locator("#district")).to_have_value("")


async def test_the_directory_keeps_favourites_and_reaches_people_in_a_call(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_page(browser, desktop, "anna")
    await in_a_call(desktop, page)
    await page.get_by_label("Szukaj osoby, kolejki, jednostki").fill("drog")
    row = page.locator(".directory .entry").filter(has_text="Zarząd Dróg Miejskich")
    await expect(row).to_contain_text("+48601***110")
    await expect(row.get_by_role("button", name="Konsultuj: Zarząd Dróg Miejskich, Dyżurny")).to_be_visible()
    await expect(row.get_by_role("button", name="Konsultuj: Zarząd Dróg Miejskich, Inżynier")).to_have_count(
        0
    )
    async with page.expect_response("**/api/v1/me/favourites"):
        await row.get_by_role("button", name="Ulubione: Zarząd Dróg Miejskich").click()
    await page.keyboard.press("Tab")
    await page.reload()
    await expect(page.locator(".directory .rows").first).to_contain_text("Zarząd Dróg Miejskich")
    await expect(page.locator(".star[aria-pressed=true]")).to_have_count(1)
    desktop.acd._move(AgentId("celina"), AgentState.READY)
    celina = page.locator(".directory .entry").filter(has_text="Celina Melnyk")
    await expect(celina.locator(".state-ready")).to_be_visible()
    assert await violations(page) == []


async def test_the_page_says_which_keys_the_map_takes(desktop: RunningDesktop, browser: Browser) -> None:
    page = await open_page(browser, desktop, "anna")
    await page.locator("h2").first.click()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_contain_text("Na mapie: postaw punkt")


async def test_a_callback_is_ordered_from_the_call(desktop: RunningDesktop, browser: Browser) -> None:
    callbacks = FakeCallbacks(desktop.bus)
    page = await open_page(browser, desktop, "anna")
    await in_a_call(desktop, page)
    await page.get_by_role("button", name="Oddzwoń później").click()
    await expect(page.locator("#callback-number")).to_have_value(CALLER)
    await expect(page.locator("#callback-queue")).to_have_value("roads")
    await page.fill("#callback-number", "600 700 800")
    await page.keyboard.press("Enter")
    await expect(page.locator(".done-text:visible")).to_have_text("Zamówiono oddzwonienie.")
    (standing,) = callbacks.standing.values()
    assert (standing.number, standing.queue, standing.by) == ("+48600700800", "roads", "anna")
    await page.fill("#callback-number", "+44 20 7946 0000")
    await page.keyboard.press("Enter")
    await expect(page.locator("#callback-number-error")).to_have_text("Pod ten numer nie można stąd dzwonić.")
    assert await violations(page) == []


async def test_done_asks_for_a_disposition_first(desktop: RunningDesktop, browser: Browser) -> None:
    page = await open_page(browser, desktop, "anna")
    await in_a_call(desktop, page)
    await page.keyboard.press("F2")
    await expect(page.locator(".phone .state-wrap_up")).to_be_visible()
    await page.get_by_role("button", name="Zakończ").click()
    await expect(page.locator("#disposition-error")).to_have_text("Wybierz wynik rozmowy.")
    await expect(page.locator("#disposition")).to_be_focused()
    await page.select_option("#disposition", "informed")
    await page.get_by_role("button", name="Zakończ").click()
    await expect(page.locator(".phone .idle")).to_be_visible()
    assert desktop.bridge.wrap_ups[-1].disposition == "informed"
