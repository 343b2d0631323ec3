"""Asking for help in a talk, on two pages; and notifications of a page that nobody looks at."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Browser, Page, expect

from contact.ids import AgentId, CallId
from contact.states import AgentState, OfferState
from tests.integration.desktop_pages import open_page, violations
from tests.integration.desktop_server import RunningDesktop
from tests.integration.test_desktop_desk_pages import in_a_call

CALL, OTHER = CallId("1763800000.5"), CallId("1763800000.6")
ANNA, CELINA = AgentId("anna"), AgentId("celina")
NOTICES = """
    const told = window.told = [];
    window.Notification = class {
        static permission = 'granted';
        constructor(title, options) {
            Object.assign(this, { title, options, open: true });
            told.push(this);
        }
        close() { this.open = false; }
    };
    window.looked = true;
    document.hasFocus = () => window.looked;
"""
TOLD = "window.told.map(one => [one.title, one.options.body, one.open])"


async def eventually(check: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(1_000):
        if await check():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it did not come about within 10 s")


async def talks(desktop: RunningDesktop, agent: AgentId) -> None:
    """Wait until the desktop has heard that an agent talks."""

    async def heard() -> bool:
        return desktop.app._feed.agents[agent].state.new is AgentState.TALKING

    await eventually(heard)


async def shows(page: Page, wanted: list[list[object]]) -> None:
    """Wait until exactly these notifications have been shown: title, text, whether it still is."""

    async def told() -> bool:
        return bool(await page.evaluate(TOLD) == wanted)

    await eventually(told)


async def test_a_consultant_asks_for_help_and_a_leader_comes(
    desktop: RunningDesktop, browser: Browser
) -> None:
    desk = await open_page(browser, desktop, "anna")
    board = await open_page(browser, desktop, "lidia")
    await in_a_call(desktop, desk)
    await desk.keyboard.press("F3")
    await expect(desk.locator(".hand")).to_contain_text("Wezwano pomoc, nikt jeszcze nie idzie")
    await desk.get_by_label("W czym pomóc?").fill("umowa z 2019")
    await desk.keyboard.press("Enter")
    hands = board.get_by_role("log", name="Prośby o pomoc")
    await expect(hands).to_contain_text("Anna Kowalska prosi o pomoc")
    await expect(hands).to_contain_text("umowa z 2019")
    assert await violations(desk) + await violations(board) == []
    await board.get_by_role("button", name="Pomogę: Anna Kowalska").click()
    await expect(desk.locator(".hand")).to_contain_text("Pomaga: Lidia Wójcik")
    await expect(hands).to_contain_text("pomaga Lidia Wójcik")
    assert await violations(desk) + await violations(board) == []
    await desk.get_by_role("button", name="Pomoc niepotrzebna").click()
    await expect(desk.locator(".hand")).to_have_count(0)
    await expect(hands).not_to_contain_text("Anna")
    await expect(desk.get_by_role("button", name="Poproś o pomoc")).to_be_enabled()
    await desk.keyboard.press("F3")
    await expect(hands).to_contain_text("Anna Kowalska")
    desktop.acd.release(CALL)
    await expect(hands).not_to_contain_text("Anna")
    assert desktop.app._feed.hands.up == {}


async def test_a_hand_of_another_team_is_not_seen_and_not_taken(desktop: RunningDesktop) -> None:
    celina, lidia, sylwia = [await desktop.signed_in(one) for one in ("celina", "lidia", "sylwia")]
    answer, problem = await celina.ask("PUT", "/api/v1/me/hand", {"note": "?"})
    assert (answer.status, problem["code"]) == (409, "not_talking")
    desktop.acd.wait(OTHER)
    desktop.acd.offer(OTHER, CELINA)
    desktop.acd.connect(OTHER)
    await talks(desktop, CELINA)
    assert (await celina.ask("PUT", "/api/v1/me/hand", {"note": "?"}))[0].status == 200
    assert (await lidia.ask("GET", "/api/v1/hands"))[1] == []
    assert (await lidia.ask("POST", "/api/v1/agents/celina/hand/take"))[0].status == 404
    assert [one["call"] for one in (await sylwia.ask("GET", "/api/v1/hands"))[1]] == [OTHER]
    taken = (await sylwia.ask("POST", "/api/v1/agents/celina/hand/take"))[1]
    assert (taken["taken_by"], taken["taken_name"]) == ("sylwia", "Sylwia Zielińska")
    deeds = [(one.actor, one.action, one.subject) for one in await desktop.app._audit.newest()]
    assert ("celina", "help.asked", OTHER) in deeds
    assert ("sylwia", "help.taken", "celina") in deeds


async def ring(desktop: RunningDesktop, call: CallId) -> None:
    desktop.acd.wait(call)
    desktop.acd.offer(call, ANNA)


async def watched(browser: Browser, desktop: RunningDesktop, login: str) -> Page:
    """Return a page that notes which notifications it shows."""
    page = await open_page(browser, desktop, login)
    await page.add_init_script(NOTICES)
    await page.reload()
    await page.wait_for_selector(".preferences")
    return page


async def test_a_page_behind_others_has_the_system_tell_of_a_call_and_no_number(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await watched(browser, desktop, "anna")
    await ring(desktop, CALL)
    await expect(page.locator(".left.ringing")).to_be_visible()
    assert await page.evaluate(TOLD) == []
    desktop.acd.end_offer(CALL, OfferState.RESCINDED)
    await expect(page.locator(".left.ringing")).to_have_count(0)
    await page.evaluate("window.looked = false")
    await ring(desktop, OTHER)
    await shows(page, [["☎ Nadchodzi połączenie", "Drogi i infrastruktura", True]])
    await expect(page).to_have_title(re.compile("☎"))
    await expect(page).to_have_title(re.compile("Centrala"))
    await page.evaluate("window.looked = true")
    await shows(page, [["☎ Nadchodzi połączenie", "Drogi i infrastruktura", False]])
    await page.evaluate("window.looked = false")
    assert len(await page.evaluate(TOLD)) == 1


async def test_a_board_behind_others_tells_of_a_hand(desktop: RunningDesktop, browser: Browser) -> None:
    board = await watched(browser, desktop, "sylwia")
    await board.evaluate("window.looked = false")
    await ring(desktop, CALL)
    desktop.acd.connect(CALL)
    await talks(desktop, ANNA)
    anna = await desktop.signed_in("anna")
    assert (await anna.ask("PUT", "/api/v1/me/hand", {}))[0].status == 200
    await shows(board, [["Anna Kowalska prosi o pomoc", "", True]])
    assert (await anna.ask("DELETE", "/api/v1/me/hand"))[0].status == 204
    await shows(board, [["Anna Kowalska prosi o pomoc", "", False]])
