"""A running hotline with its pages in one language and look, and where their pictures are kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from tests.e2e.hotline import PASSWORD, Hotline

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
HEIGHT = 900
SETTLED_MS = 700
"""So long after the last step a page stands still."""


@dataclass(frozen=True, slots=True)
class Look:
    """One of the looks that every page is shown in."""

    language: str
    theme: str
    width: int

    def file(self, name: str) -> Path:
        """Return where the picture of that name is kept."""
        return FOLDER / f"{name}-{self.width}-{self.theme}-{self.language}.png"


LOOKS = (Look("pl", "light", 1440), Look("en", "dark", 1024))


@dataclass(frozen=True, slots=True)
class Studio:
    """Pages of one hotline in one look."""

    hotline: Hotline
    browser: Browser
    look: Look

    @contextmanager
    def page(self, path: str, login: str = "", *, height: int = HEIGHT) -> Iterator[Page]:
        """Open a page of somebody, in a browser context of its own; without a login the sign-in."""
        context = self.browser.new_context(
            viewport={"width": self.look.width, "height": height},
            color_scheme="dark" if self.look.theme == "dark" else "light",
            locale=self.look.language,
        )
        page = context.new_page()
        origin = f"http://127.0.0.1:{self.hotline.desktop_port}"
        page.goto(f"{origin}/signin?language={self.look.language}")
        if login:
            page.fill("#login", login)
            page.fill("#password", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_selector(".preferences")
            page.goto(f"{origin}{path}?language={self.look.language}")
            page.wait_for_selector(".preferences")
        yield page
        context.close()

    def keep(self, what: Page | Locator, name: str) -> None:
        """Take a picture once what it shows stands still."""
        page = what if isinstance(what, Page) else what.page
        page.wait_for_timeout(SETTLED_MS)
        what.screenshot(path=str(self.look.file(name)))
