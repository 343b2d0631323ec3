"""Consultants in Chromium, whose phone is their page: signing in, ringing, talking, and what is heard.

Chromium's fake microphone beeps once a second, and each page shows how loud it is what comes in.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.e2e.desk import Desk
from tests.e2e.hotline import PASSWORD, Hotline
from tests.e2e.sip_caller import CallerLeg
from tests.e2e.wait import until

ROADS = "2"
NUMBER = "607000001"
MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
"""What gives Chromium a microphone that beeps and may be used."""
WATCH_THE_POP = """
addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
  const shown = document.querySelector(".caller-name")?.textContent.replace(/\\D/g, "") ?? "";
  if (shown.endsWith("607000001") && !window.popPaintedAt) {
    window.popPaintedAt = 1;
    requestAnimationFrame(() => { window.popPaintedAt = performance.timeOrigin + performance.now(); });
  }
}).observe(document.body, {childList: true, subtree: true, characterData: true}));
"""
"""Notes when the browser began to paint the frame that shows the caller, in milliseconds since the epoch.

When a paint is over a script learns only at some later moment; the page tells so only after that.
"""
LISTEN = """
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) {
  window.rangAt ??= performance.timeOrigin + performance.now();
  return start.apply(this, when);
};
"""
"""Notes when the page rang first, in milliseconds since the epoch."""
LEVELS = "[...document.querySelectorAll('.levels meter')].map((one) => one.value)"
LOUD = 0.05
SILENT_FOR_S = 2.5
SHOWN_WITHIN_MS = 20_000
PATIENT = {"CENTRALA_ACD__WRAP_UP_S": "60", "CENTRALA_ACD__RING_TIMEOUT_S": "20"}


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """Run Chromium as the machine has it, else the one that Playwright brought."""
    binary = shutil.which("chromium") or shutil.which("google-chrome")
    expect.set_options(timeout=SHOWN_WITHIN_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=["--no-sandbox", *arguments])
        try:
            yield browser
        finally:
            browser.close()


def enter(hotline: Hotline, page: Page, login: str = "anna", *, port: int | None = None) -> None:
    """Sign somebody in, at another port where a line leads from there to the desktop."""
    page.goto(f"http://127.0.0.1:{port or hotline.desktop_port}/")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("#signin button[type=submit]")
    page.wait_for_selector(".desk, .board")


def sign_in(
    hotline: Hotline, context: BrowserContext, login: str = "anna", *, port: int | None = None
) -> tuple[Page, Desk]:
    """Return a consultant's page, whose phone is the only one they have, and their session on the API."""
    page = context.new_page()
    page.set_default_timeout(20_000)
    enter(hotline, page, login, port=port)
    expect(page.locator(".line-head")).to_contain_text("Telefon na tej stronie · gotowy", timeout=20_000)
    page.get_by_role("combobox").first.select_option("ready:")
    desk = hotline.desk(login)
    desk.wait_for_state("ready")
    return page, desk


def ring(page: Page, caller: CallerLeg) -> None:
    """Have the caller choose roads, and wait until the page rings."""
    caller.wait("answered")
    caller.press(ROADS)
    expect(page.locator("button.answer")).to_be_enabled(timeout=20_000)


def talk(page: Page, desk: Desk) -> str:
    """Answer by key; return the call once both sides hear each other."""
    page.keyboard.press("F2")
    desk.wait_for_state("talking")
    hears(page)
    call: str = desk.agent()["call"]
    return call


def hears(page: Page) -> None:
    """Wait until the page hears the caller, who sends back what the page says."""
    until(
        lambda: max(page.evaluate(LEVELS)[:1], default=0) > LOUD, within_s=15, what="the caller to be heard"
    )


def falls_silent(page: Page, levels: str = LEVELS) -> None:
    """Wait until neither the caller nor the own voice was heard for longer than two beeps."""
    loud_at = time.monotonic()

    def is_silent() -> bool:
        nonlocal loud_at
        if max(page.evaluate(levels), default=0) > LOUD:
            loud_at = time.monotonic()
        return time.monotonic() - loud_at > SILENT_FOR_S

    until(is_silent, within_s=15, what="silence")


def where(hotline: Hotline) -> dict[str, str]:
    """Return the context of each channel by the endpoint it belongs to."""
    return {fields[0].rpartition("-")[0]: fields[1] for fields in hotline.channels()}
