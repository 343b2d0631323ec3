"""One board in Chromium before a full house: from the change to its paint, and what a patch costs the page.

Theory of operation. The page is the real one. A script that runs before its own notes of each patch since
when its newest row is what it is, and, once the page has changed behind it, when the browser is done with the
next frame. What the page's main thread did is Chromium's own account of it, over the whole time.
"""

import shutil
import time
from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page, sync_playwright

from benchmarks.board_house import PASSWORD
from benchmarks.figures import Figures

WARM_UP_S = 5.0
_CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
_NOTE = """
(() => {
  window.board = { from: Infinity, patches: 0, painted: [] };
  const due = [];
  const Plain = WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...where) {
      super(...where);
      this.addEventListener("message", (event) => {
        const patch = JSON.parse(event.data);
        if (patch.type !== "patch" || Date.now() / 1000 < board.from) return;
        board.patches += 1;
        const rows = [...Object.values(patch.agents ?? {}), ...Object.values(patch.calls ?? {})];
        const since = Math.max(...rows.map((row) => row.since_at ?? 0));
        if (since > board.from) due.push(since);
      });
    }
  };
  addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
    const seen = due.splice(0);
    if (seen.length === 0) return;
    requestAnimationFrame(() => setTimeout(() => {
      const now = (performance.timeOrigin + performance.now()) / 1000;
      board.painted.push(...seen.map((since) => now - since));
    }));
  }).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true }));
})();
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFigures:
    """`painted` from a change to the frame that shows it; main-thread work in milliseconds a patch."""

    painted: Figures
    patches: int
    work_ms: float
    share: float


def watch_page(origin: str, *, login: str, seconds: float) -> PageFigures:
    """Open the board as `login` and watch it for so long."""
    binary = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=binary, args=list(_CHROMIUM))
        try:
            page = chromium.new_page(viewport={"width": 1920, "height": 1080})
            page.add_init_script(_NOTE)
            _sign_in(page, origin, login)
            return _measure(page, seconds)
        finally:
            chromium.close()


def _sign_in(page: Page, origin: str, login: str) -> None:
    page.goto(f"{origin}/")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_text("Agent 649").first.wait_for(timeout=60_000)


def _measure(page: Page, seconds: float) -> PageFigures:
    account = page.context.new_cdp_session(page)
    account.send("Performance.enable")
    page.wait_for_timeout(WARM_UP_S * 1000)
    page.evaluate("board.from = Date.now() / 1000")
    worked, began = _work_s(account), time.monotonic()
    page.wait_for_timeout(seconds * 1000)
    worked, elapsed = _work_s(account) - worked, time.monotonic() - began
    found = page.evaluate("board")
    return PageFigures(
        painted=Figures.of(found["painted"]),
        patches=found["patches"],
        work_ms=worked / found["patches"] * 1000,
        share=worked / elapsed,
    )


def _work_s(account: CDPSession) -> float:
    metrics = {one["name"]: one["value"] for one in account.send("Performance.getMetrics")["metrics"]}
    spent: float = metrics["TaskDuration"]
    return spent
