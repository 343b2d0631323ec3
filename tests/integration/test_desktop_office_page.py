"""The office in Chromium: each section by keyboard, in both languages and both looks, without a flaw."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.integration.desktop_server import RunningDesktop, running_desktop
from tests.integration.test_desktop_pages import CHROMIUM_ARGUMENTS, open_page, violations

ADMIN_SECTIONS = ("users", "users/anna", "users/new", "skills", "queues", "queues/roads", "changes")
LOOKS = (("pl", "light", 1440), ("en", "dark", 1024))


@pytest.fixture
async def desktop(tmp_path: Path) -> AsyncIterator[RunningDesktop]:
    async with running_desktop(tmp_path) as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=CHROMIUM_ARGUMENTS
        )
        yield browser
        await browser.close()


async def open_office(
    browser: Browser, desktop: RunningDesktop, login: str, section: str = "", **look: object
) -> Page:
    page = await open_page(browser, desktop, login, **look)  # type: ignore[arg-type]
    await page.goto(f"{desktop.origin}/office/{section}")
    await page.wait_for_selector(".office nav")
    return page


async def test_sections_have_addresses_and_the_keyboard_leads_through_them(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_office(browser, desktop, "admin", "changes")
    link = page.locator(".office nav [aria-current=page]")
    await expect(link).to_have_text("Zmiany")
    await link.focus()
    await page.keyboard.press("Enter")
    assert page.url == f"{desktop.origin}/office/changes"
    await expect(page.locator("main")).to_be_focused()
    assert await page.title() == "Zmiany · Centrala"


async def test_a_consultant_is_led_to_the_desk(desktop: RunningDesktop, browser: Browser) -> None:
    page = await open_page(browser, desktop, "anna")
    await page.goto(f"{desktop.origin}/office/changes")
    assert page.url == f"{desktop.origin}/desk"


@pytest.mark.parametrize("section", ADMIN_SECTIONS)
@pytest.mark.parametrize("view", LOOKS)
async def test_every_section_is_without_a_flaw(
    desktop: RunningDesktop, browser: Browser, section: str, view: tuple[str, str, int]
) -> None:
    language, look, width = view
    page = await open_office(
        browser, desktop, "admin", f"{section}?language={language}", look=look, width=width
    )
    await expect(page.locator("main h2").first).to_be_visible()
    assert await violations(page) == []
