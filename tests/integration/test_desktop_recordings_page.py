"""Recordings in Chromium: the desk's pause by key and by field, and the office's search and player."""

import asyncio
import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from contact.ids import AgentId, CallId
from contact.kept_talk import DiscardRecording, PauseRecording, ResumeRecording
from tests.fakes.recordings import FakeRecordings
from tests.integration.desktop_pages import open_office, open_page, violations
from tests.integration.desktop_server import RunningDesktop
from tests.integration.recording_scene import archive

CALL, ANNA = CallId("1763800000.5"), AgentId("anna")
LOOKS = [(1440, "light"), (1024, "dark")]
pytestmark = pytest.mark.timeout(300)


async def picture(page: Page, name: str, width: int) -> None:
    """Keep what is seen where the folder for it is given."""
    folder = os.environ.get("CENTRALA_PICTURES")
    if folder:
        look = "light-pl" if width == 1440 else "dark-en"
        await page.screenshot(path=Path(folder) / f"{name}-{width}-{look}.png")


async def so(page: Page, expression: str) -> None:
    """Wait until an expression is true; the page's policy lets nobody else evaluate text."""
    async with asyncio.timeout(30):
        while not await page.evaluate(expression):
            await page.wait_for_timeout(50)


async def in_english(page: Page, width: int) -> None:
    if width == 1024:
        await page.locator(".preferences button[lang]").click()


async def talking(
    desktop: RunningDesktop, browser: Browser, width: int, look: str
) -> tuple[Page, FakeRecordings]:
    fake = FakeRecordings(desktop.acd)
    page = await open_page(browser, desktop, "anna", width=width, look=look)
    desktop.acd.wait(CALL)
    desktop.acd.offer(CALL, ANNA)
    desktop.acd.connect(CALL)
    await expect(page.locator(".recording.off")).to_contain_text("Rozmowa nie jest nagrywana")
    fake.begin(CALL)
    await expect(page.locator(".recording.on")).to_contain_text("Rozmowa jest nagrywana")
    return page, fake


@pytest.mark.parametrize(("width", "look"), LOOKS)
async def test_a_recording_is_paused_by_key_and_by_the_field_that_is_about_a_person(
    desktop: RunningDesktop, browser: Browser, width: int, look: str
) -> None:
    page, fake = await talking(desktop, browser, width, look)
    assert await violations(page) == []
    await page.keyboard.press("Shift+F4")
    await expect(page.locator(".recording.paused")).to_contain_text("1:5")
    assert await violations(page) == []
    await page.focus("#address")
    await page.focus("#description")
    await page.wait_for_timeout(500)
    assert [type(one) for one in fake.asked] == [PauseRecording]
    await page.keyboard.press("Shift+F4")
    await expect(page.locator(".recording.on")).to_be_visible()
    await page.focus("#address")
    await expect(page.locator(".recording.paused")).to_be_visible()
    await in_english(page, width)
    await picture(page, "desk-recording", width)
    await page.focus("#description")
    await expect(page.locator(".recording.on")).to_be_visible()
    assert [type(one) for one in fake.asked] == [
        PauseRecording,
        ResumeRecording,
        PauseRecording,
        ResumeRecording,
    ]


async def test_a_recording_is_deleted_by_two_presses(desktop: RunningDesktop, browser: Browser) -> None:
    await archive(desktop)
    page, fake = await talking(desktop, browser, 1440, "light")
    await page.get_by_role("button", name="Usuń nagranie").click()
    assert fake.asked == []
    await page.get_by_role("button", name="Na pewno usunąć?").click()
    await expect(page.locator(".recording.discarded")).to_contain_text("Nagranie usunięte")
    assert [type(one) for one in fake.asked] == [DiscardRecording]
    assert await violations(page) == []


@pytest.mark.parametrize(("width", "look"), LOOKS)
async def test_recordings_are_found_played_and_erased_in_the_office(
    desktop: RunningDesktop, browser: Browser, width: int, look: str
) -> None:
    await archive(desktop)
    page = await open_office(browser, desktop, "sylwia", "recordings", width=width, look=look)
    await expect(page.locator(".panel-hint")).to_contain_text("Podaj powód")
    assert await violations(page) == []
    await page.locator("#recordings-reason").fill("reklamacja 4711/26")
    await page.get_by_role("button", name="Szukaj").click()
    await expect(page.locator(".recordings tbody tr")).to_have_count(2)
    await page.get_by_label("Konsultant").select_option("anna")
    await page.get_by_role("button", name="Szukaj").click()
    await expect(page.locator(".recordings tbody tr")).to_have_count(1)
    await page.get_by_role("button", name="Odsłuchaj").click()
    sound = page.locator("audio")
    await so(page, "document.querySelector('audio')?.duration > 90")
    await so(page, "document.querySelector('audio').currentTime > 0.2")
    await sound.focus()
    before = await sound.evaluate("one => one.currentTime")
    await page.keyboard.press("ArrowRight")
    await so(page, f"document.querySelector('audio').currentTime > {before + 4.5}")
    await sound.evaluate("one => { one.currentTime = 80; }")
    await so(page, "document.querySelector('audio').currentTime > 80.2")
    assert await violations(page) == []
    await in_english(page, width)
    await picture(page, "office-recordings", width)
    await page.locator(".recordings .danger, .recordings button").last.click()
    await page.locator(".recordings button.danger").click()
    await expect(page.locator(".notice.done")).to_contain_text("2")
    await expect(page.locator(".recordings")).to_have_count(0)


async def test_a_search_without_a_reason_says_so_at_the_field(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_office(browser, desktop, "lidia", "recordings")
    await page.locator("#recordings-reason").fill("x")
    await page.get_by_role("button", name="Szukaj").click()
    await expect(page.get_by_role("alert").filter(has_text="Podaj powód")).to_be_visible()
    await expect(page.locator("#recordings-reason")).to_be_focused()
    assert await violations(page) == []
    assert await page.get_by_role("button", name="Usuń nagrania numeru").count() == 0
