"""Closures, flash messages and opening hours in Chromium: one click, words, a way back, without a flaw."""

import time

import pytest
from playwright.async_api import Browser, expect

from contact.flash import FlashHeard, FlashId
from contact.ids import CallId, Language
from tests.integration.desktop_pages import open_office, open_page, violations
from tests.integration.desktop_server import RunningDesktop

LOOKS = [("pl", "light", 1440), ("en", "dark", 1024)]

POLISH = "Na Woli nie ma wody. Usuwanie awarii potrwa do wieczora."
ENGLISH = "There is no water in Wola until this evening."


@pytest.mark.parametrize(("width", "look"), [(1440, "light"), (1024, "dark")])
async def test_a_queue_is_closed_in_one_click_and_opened_in_one(
    desktop: RunningDesktop, browser: Browser, width: int, look: str
) -> None:
    page = await open_page(browser, desktop, "sylwia", width=width, look=look)
    await page.get_by_role("button", name="Zamknij: Drogi i infrastruktura").click()
    banner = page.locator(".closure")
    await expect(banner).to_contain_text("Zamknięte: Drogi i infrastruktura")
    await expect(banner).to_contain_text("zostało 1:59")
    await expect(banner).to_contain_text("Awaria")
    await expect(page.locator(".tile .shut")).to_contain_text("Zamknięte do")
    closed = desktop.ivr.states[-1].closures[0]
    assert (closed.queue, {language for language, _ in closed.texts}) == ("roads", {"pl", "en"})
    assert 7_000 < closed.until_at - time.time() <= 7_200
    assert await violations(page) == []
    await page.get_by_role("button", name="Zmień: Drogi i infrastruktura").click()
    await page.get_by_label("Koniec").select_option("60")
    await page.get_by_label("Powód").fill("Zalane archiwum")
    assert await violations(page) == []
    await page.keyboard.press("Enter")
    await expect(banner).to_contain_text("Zalane archiwum")
    await expect(banner).to_contain_text("zostało 59:")
    await banner.get_by_role("button", name="Otwórz").click()
    await expect(banner).to_have_count(0)
    assert desktop.ivr.states[-1].closures == ()
    await page.get_by_role("button", name="Cofnij").click()
    await expect(banner).to_contain_text("Zalane archiwum")


async def test_closing_is_taken_back_in_one_click(desktop: RunningDesktop, browser: Browser) -> None:
    page = await open_page(browser, desktop, "sylwia")
    await page.get_by_role("button", name="Zamknij linię").click()
    await expect(page.locator(".closure")).to_contain_text("Zamknięte: cała linia")
    await page.get_by_role("button", name="Cofnij").click()
    await expect(page.locator(".closure")).to_have_count(0)
    assert desktop.ivr.states[-1].closures == ()


@pytest.mark.parametrize(("width", "look"), [(1440, "light"), (1024, "dark")])
async def test_a_flash_message_is_written_heard_and_switched_off(
    desktop: RunningDesktop, browser: Browser, width: int, look: str
) -> None:
    page = await open_page(browser, desktop, "sylwia", width=width, look=look)
    desk = await open_page(browser, desktop, "anna", width=width, look=look)
    await expect(desk.locator(".desk-line")).to_have_count(0)
    await page.get_by_role("button", name="Nowy komunikat").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Tytuł").fill("Awaria wody na Woli")
    await dialog.locator("select").first.select_option("menu")
    await dialog.locator("select").last.select_option("menu_en")
    await dialog.locator("select").first.select_option("line")
    await dialog.get_by_role("textbox", name="polski").fill(POLISH)
    await dialog.get_by_role("textbox", name="angielski").fill(ENGLISH)
    assert await violations(page) == []
    await dialog.get_by_role("button", name="Zapisz").click()
    row = page.locator(".flashes tbody tr")
    await expect(row).to_contain_text("nadawany")
    flash = desktop.ivr.states[-1].flashes[0]
    assert (flash.title, dict(flash.texts).keys()) == ("Awaria wody na Woli", {"pl", "en"})
    await expect(desk.locator(".desk-line summary")).to_contain_text("Awaria wody na Woli")
    await desk.locator(".desk-line summary").click()
    await expect(desk.locator(".desk-line dd")).to_contain_text("Na Woli nie ma wody")
    assert await violations(desk) == []
    for call in range(37):
        desktop.bus.publish(
            FlashHeard(
                call=CallId(f"1.{call}"), flash=FlashId(flash.flash), language=Language("pl"), whole=True
            )
        )
    await expect(row.locator(".amount")).to_have_text("37")
    assert await violations(page) == []
    await row.get_by_role("switch").click()
    await expect(row).to_contain_text("wyłączony")
    await expect(desk.locator(".desk-line")).to_have_count(0)
    await page.get_by_role("button", name="Cofnij").click()
    await expect(row).to_contain_text("nadawany")


async def test_a_consultant_sees_what_their_caller_was_told(
    desktop: RunningDesktop, browser: Browser
) -> None:
    sylwia = await desktop.signed_in("sylwia")
    now = time.time()
    body = {"title": "Brak wody", "place": "line", "texts": {"pl": "Nie ma wody."}}
    body |= {"starts_at": now, "ends_at": now + 600}
    made = (await sylwia.ask("POST", "/api/v1/flash-messages", body))[1]
    page = await open_page(browser, desktop, "anna")
    call = CallId("1763800000.5")
    waiting = desktop.acd.wait(call, path=(f"flash={made['id']}", "menu=2"))
    desktop.acd.offer(call, desktop.acd.agents["anna"].agent)  # type: ignore[index]
    assert waiting.path[1] == "menu=2"
    await expect(page.locator(".path").first).to_contain_text("wybrano 2 Drogi i infrastruktura")
    await expect(page.locator(".path").last).to_contain_text("Usłyszał komunikat: Brak wody")


@pytest.mark.parametrize(("language", "look", "width"), LOOKS)
async def test_opening_hours_are_changed_and_taken_back_in_the_office(
    desktop: RunningDesktop, browser: Browser, language: str, look: str, width: int
) -> None:
    page = await open_office(browser, desktop, "sylwia", "hours", look=look, width=width)
    form = page.locator("form.schedule")
    await expect(form).to_contain_text("Urzędy dzielnic")
    await expect(form).to_contain_text("jak w pliku miasta")
    if language == "en":
        await page.locator(".preferences button[lang=en]").click()
        await expect(form).to_contain_text("as in the city's file")
    assert await violations(page) == []
    await form.locator("textarea").first.fill("mon-sun 00:00-24:00")
    add = "Dodaj wyjątek" if language == "pl" else "Add an exception"
    await form.get_by_role("button", name=add).click()
    await form.locator("tbody tr").last.locator("input[type=date]").first.fill("2027-05-03")
    await form.locator("button[type=submit]").click()
    await expect(form).to_contain_text("zmienione tutaj" if language == "pl" else "changed here")
    given = desktop.ivr.states[-1].schedules[0]
    assert given.week == ("mon-sun 00:00-24:00",)
    assert [(one.first, one.last) for one in given.exceptions][-1] == ("2027-05-03", "2027-05-03")
    assert await violations(page) == []
    await page.get_by_role("button", name="Cofnij" if language == "pl" else "Undo").click()
    await expect(form).to_contain_text("jak w pliku miasta" if language == "pl" else "as in the city's file")
    assert desktop.ivr.states[-1].schedules == ()


async def test_hours_that_cannot_be_read_are_said(desktop: RunningDesktop, browser: Browser) -> None:
    page = await open_office(browser, desktop, "admin", "hours")
    await page.locator("form.schedule textarea").first.fill("nigdy")
    await page.locator("form.schedule button[type=submit]").click()
    await expect(page.locator(".notice.alarm")).to_contain_text("week.0")
    assert desktop.ivr.states[-1].schedules == ()
