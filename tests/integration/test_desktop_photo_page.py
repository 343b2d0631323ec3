"""Photos of a case in Chromium: links in the form and the opened case."""

from dataclasses import replace

from playwright.async_api import Browser, expect

from contact.ids import AgentId, CallId, CaseNumber
from tests.fakes.roles import CALLER
from tests.integration.desktop_pages import open_page, violations
from tests.integration.desktop_server import RunningDesktop

CALL = CallId("1763800000.5")
ANNA = AgentId("anna")
LATE = CaseNumber("4711/26")
LINK = "https://zdjecia.example.pl/dziura.jpg"


def put_through(desktop: RunningDesktop) -> None:
    """Have Anna talk to a caller with an open case, to which a link leads."""
    desktop.bridge.remember()
    case = replace(desktop.bridge.cases[LATE], media_urls=(LINK,))
    desktop.bridge.cases[LATE] = case
    desktop.bridge.histories[CALLER] = replace(desktop.bridge.histories[CALLER], open_cases=(case,))
    desktop.acd.wait(CALL)
    desktop.acd.offer(CALL, ANNA)
    desktop.acd.connect(CALL)


async def test_a_link_to_a_photo_is_filed_with_the_case_and_a_wrong_one_said_at_the_field(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_page(browser, desktop, "anna")
    put_through(desktop)
    await page.fill("#topic", "latarnia")
    await page.keyboard.press("Enter")
    await page.fill("#description", "Nie świeci")
    await expect(page.locator("#media_urls")).to_be_hidden()
    await page.locator(".media-field summary").click()
    await page.fill("#media_urls", "zdjęcie ma syn")
    await page.locator(".media-field summary").click()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#media_urls")).to_be_focused()
    await expect(page.locator("#media_urls-error")).to_contain_text("To nie jest adres strony")
    assert await violations(page) == []
    await page.reload()
    await expect(page.locator("#media_urls")).to_have_value("zdjęcie ma syn")
    await page.locator(".media-field summary").click()
    await page.fill("#media_urls", f"{LINK}\n{LINK}?2")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".case-number")).to_have_text("4712/26")
    assert desktop.bridge.cases[CaseNumber("4712/26")].media_urls == (LINK, f"{LINK}?2")


async def test_a_link_of_an_open_case_shows_its_host_and_another_is_added(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_page(browser, desktop, "anna")
    put_through(desktop)
    await page.locator(".case-line").click()
    link = page.locator(".media-links a")
    await expect(link).to_contain_text("zdjecia.example.pl")
    assert await link.get_attribute("rel") == "noopener noreferrer"
    assert await link.get_attribute("href") == LINK
    field = page.get_by_label("Link do zdjęcia", exact=True)
    await field.fill("javascript:alert(1)")
    await field.press("Enter")
    await expect(page.locator(".case-file")).to_contain_text("To nie jest adres strony")
    assert await violations(page) == []
    await field.fill("http://inne.example/2.png")
    await field.press("Enter")
    await expect(link).to_have_count(2)
    await expect(field).to_have_value("")
    assert desktop.bridge.cases[LATE].media_urls == (LINK, "http://inne.example/2.png")
