"""Pages of a running desktop in Chromium, and what is wrong with them."""

from pathlib import Path

from playwright.async_api import Browser, Page

from tests.integration.desktop_server import PASSWORD, RunningDesktop

WEB = Path(__file__).parents[2] / "agent_desktop" / "web"
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
SHOWN_WITHIN_MS = 30_000
"""How long a page may take to show what is expected of it: several tests share the machine."""
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


async def open_page(
    browser: Browser, desktop: RunningDesktop, login: str, *, width: int = 1440, look: str = "light"
) -> Page:
    """Return the page that `login` comes to, in Polish, by a browser context of its own."""
    context = await browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if look == "dark" else "light",
        locale="pl",
    )
    page = await context.new_page()
    page.set_default_timeout(60_000)
    await page.goto(desktop.origin + "/")
    await page.fill("#login", login)
    await page.fill("#password", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".preferences")
    return page


async def open_office(
    browser: Browser, desktop: RunningDesktop, login: str, section: str = "", **look: object
) -> Page:
    """Return a section of the office, signed in as `login`."""
    page = await open_page(browser, desktop, login, **look)  # type: ignore[arg-type]
    await page.goto(f"{desktop.origin}/office/{section}")
    await page.wait_for_selector(".office nav")
    return page


async def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong, and what does not fit the width."""
    found = await page.evaluate(f"{AXE.read_text()}; axe.run(document, {{resultTypes: ['violations']}})")
    wrong = [f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in found["violations"]]
    if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wrong.append("the page is wider than the window")
    return wrong
