"""The quality pages in Chromium: by keyboard, in both languages and both looks, without a flaw.

With `CENTRALA_SCREENSHOTS` set to a folder, what each state looks like is kept there.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.integration.desktop_pages import open_page, violations
from tests.integration.desktop_server import Client, RunningDesktop
from tests.integration.test_desktop_quality import CARDS, QUALITY, answers, opened, reviewed, submitted

LOOKS = (("pl", "light", 1440), ("en", "dark", 1024))


async def keep(page: Page, name: str) -> None:
    """Keep what the page looks like, if that is asked for."""
    if folder := os.environ.get("CENTRALA_SCREENSHOTS"):
        await page.screenshot(path=str(Path(folder) / f"{name}.png"))


async def open_quality(
    browser: Browser, desktop: RunningDesktop, login: str, address: str, view: tuple[str, str, int]
) -> Page:
    """Return a quality page in a language, a look and a width."""
    language, look, width = view
    page = await open_page(browser, desktop, login, width=width, look=look)
    await page.goto(f"{desktop.origin}/quality/{address}?language={language}&theme={look}")
    await page.wait_for_selector(".office nav")
    await page.wait_for_load_state("networkidle")
    return page


class Stage:
    """A desktop with cards in every state."""

    def __init__(self, desktop: RunningDesktop) -> None:
        self.desktop = desktop
        self.draft: dict[str, Any] = {}
        self.disputed: dict[str, Any] = {}
        self.failed: dict[str, Any] = {}
        self.calibration: dict[str, Any] = {}
        self.blind: dict[str, Any] = {}

    async def prepare(self) -> None:
        """Have a draft, a disputed and corrected card, a failed one, and a calibration that three scored."""
        sylwia, admin, anna = [await self.desktop.signed_in(one) for one in ("sylwia", "admin", "anna")]
        await reviewed(sylwia)
        self.disputed = await submitted(sylwia, "anna", 0)
        path = f"{CARDS}/{self.disputed['id']}"
        body = {"answers": answers(courtesy=5), "reason": "Pomyłka w uprzejmości"}
        assert (await sylwia.ask("POST", f"{path}/submit", body))[0].status == 200
        assert (await anna.ask("POST", f"{path}/read"))[0].status == 200
        said = {"reason": "Numer zgłoszenia podałam na końcu, zanim dzwoniąca się rozłączyła."}
        assert (await anna.ask("POST", f"{path}/dispute", said))[0].status == 200
        self.failed = await submitted(sylwia, "anna", 1, data_protection=0)
        self.draft = await opened(sylwia, "anna", 2)
        filled = {name: one for name, one in answers().items() if name in ("greeting", "need", "knowledge")}
        filled["need"]["comment"] = "Podsumowała sprawę własnymi słowami"
        assert (await sylwia.ask("PUT", f"{CARDS}/{self.draft['id']}/draft", {"answers": filled}))[
            0
        ].status == 200
        await self._calibrate(sylwia, admin)
        for place in (0, 1):
            await submitted(sylwia, "celina", place, need=2)

    async def _calibrate(self, sylwia: Client, admin: Client) -> None:
        card = await submitted(sylwia, "bartek", 0)
        body = {"card": card["id"], "note": "Czy miejsce opisano dość dokładnie?"}
        self.calibration = (await sylwia.ask("POST", f"{QUALITY}/calibrations", body))[1]
        self.blind = (await admin.ask("POST", f"{QUALITY}/calibrations/{self.calibration['id']}/card"))[1]

    async def score(self) -> None:
        """Have the administrator score the calibrated talk, too."""
        admin = await self.desktop.signed_in("admin")
        body = {"answers": answers(need=1, case_place=None, courtesy=3), "note": "Miejsca nie da się znaleźć"}
        answer, _ = await admin.ask("POST", f"{CARDS}/{self.blind['id']}/submit", body)
        assert answer.status == 200


@pytest.fixture
async def stage(desktop: RunningDesktop) -> Stage:
    made = Stage(desktop)
    await made.prepare()
    return made


@pytest.mark.timeout(400)
@pytest.mark.parametrize("view", LOOKS)
async def test_every_state_is_without_a_flaw(
    stage: Stage, browser: Browser, view: tuple[str, str, int]
) -> None:
    language, look, width = view
    calibration = f"calibrations/{stage.calibration['id']}"
    wrong = []

    async def look_at(login: str, address: str, name: str) -> None:
        page = await open_quality(browser, stage.desktop, login, address, view)
        await keep(page, f"quality-{name}-{width}-{look}-{language}")
        wrong.extend(f"{name}: {one}" for one in await violations(page))
        assert await page.evaluate("document.documentElement.lang") == language
        await page.context.close()

    for login, address, name in (
        ("sylwia", "reviews", "reviews"),
        ("sylwia", "cards", "cards"),
        ("sylwia", f"cards/{stage.draft['id']}", "draft"),
        ("sylwia", f"cards/{stage.disputed['id']}", "disputed"),
        ("sylwia", f"cards/{stage.failed['id']}", "failed"),
        ("admin", f"cards/{stage.draft['id']}", "others-draft"),
        ("admin", "calibrations", "calibrations"),
        ("admin", calibration, "blind"),
        ("admin", f"cards/{stage.blind['id']}", "blind-card"),
        ("admin", f"cards/{stage.calibration['card']}", "hidden-card"),
        ("admin", "results", "results"),
        ("admin", "sheet", "sheet"),
        ("adam", "", "analyst"),
        ("anna", "", "own"),
        ("anna", f"own/{stage.failed['id']}", "own-failed"),
        ("anna", f"own/{stage.disputed['id']}", "own-disputed"),
        ("bartek", "own/none", "no-such-card"),
    ):
        await look_at(login, address, name)
    await stage.score()
    await look_at("sylwia", calibration, "comparison")
    assert wrong == []


@pytest.mark.parametrize("view", LOOKS)
async def test_empty_pages_say_what_to_do_next(
    desktop: RunningDesktop, browser: Browser, view: tuple[str, str, int]
) -> None:
    wrong = []
    for login, address in (
        ("sylwia", "cards"),
        ("sylwia", "calibrations"),
        ("sylwia", "results"),
        ("anna", "own"),
    ):
        page = await open_quality(browser, desktop, login, address, view)
        await expect(page.locator(".panel-hint")).to_be_visible()
        wrong += [f"{address}: {one}" for one in await violations(page)]
        await page.context.close()
    assert wrong == []


async def test_a_leader_fills_in_a_card_by_keyboard(desktop: RunningDesktop, browser: Browser) -> None:
    await reviewed(await desktop.signed_in("sylwia"))
    page = await open_quality(browser, desktop, "sylwia", "reviews", LOOKS[0])
    await page.get_by_role("button", name="Oceń: Anna Kowalska").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Wynik na teraz")).to_be_visible()
    await page.get_by_role("button", name="Wystaw kartę").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Bez odpowiedzi: 12")).to_be_visible()
    await expect(page.locator("[name=q-greeting]").first).to_be_focused()
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.type("z imienia")
    for question in ("need", "knowledge", "case_topic", "case_place", "disposition"):
        await page.locator(f"[name=q-{question}]").first.focus()
        await page.keyboard.press("Space")
        await page.keyboard.press("ArrowRight")
    await page.reload()
    await expect(page.get_by_text("Odpowiedzi: 6 z 12")).to_be_visible()
    for question in ("data_protection", "emergency", "courtesy", "pace", "case_number", "farewell"):
        await page.locator(f"[name=q-{question}]").first.focus()
        await page.keyboard.press("Space")
    await page.get_by_label("Uwagi do całej rozmowy").fill("Dobra rozmowa")
    await page.get_by_role("button", name="Wystaw kartę").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Karta wystawiona.")).to_be_visible()
    await expect(page.locator(".filled")).to_contain_text("z imienia")
    await page.get_by_role("link", name="Wróć do listy").click()
    await expect(page.get_by_role("row", name="Anna Kowalska")).to_contain_text("nieprzeczytana")


async def test_a_consultant_finds_the_way_from_the_desk_and_disputes_once(
    stage: Stage, browser: Browser
) -> None:
    desk = await open_page(browser, stage.desktop, "anna")
    link = desk.get_by_role("link", name="Moje karty oceny (nowe okno), do przeczytania: 1")
    await expect(link).to_be_visible()
    await keep(desk, "quality-desk-1440-light-pl")
    async with desk.context.expect_page() as opening:
        await link.click()
    page = await opening.value
    await page.get_by_role("row", name="nieprzeczytana").get_by_role("link").click()
    await expect(page.get_by_text("przeczytana", exact=True)).to_be_visible()
    await page.get_by_text("Nie zgadzam się z oceną…").click()
    await page.get_by_role("button", name="Odwołaj się").click()
    await expect(page.get_by_text("Napisz przynajmniej kilka słów.")).to_be_visible()
    await page.get_by_label("Z czym się nie zgadzasz").fill("Danych nie ujawniłam")
    await page.get_by_role("button", name="Odwołaj się").click()
    await expect(page.get_by_text("Odwołanie czeka na odpowiedź oceniającego.")).to_be_visible()
    await expect(page.get_by_role("button", name="Odwołaj się")).to_have_count(0)
    await desk.bring_to_front()
    await desk.evaluate("dispatchEvent(new Event('focus'))")
    await expect(desk.get_by_role("link", name="Moje karty oceny (nowe okno)", exact=True)).to_be_visible()


async def test_the_desk_says_nothing_of_cards_while_there_is_a_call(stage: Stage, browser: Browser) -> None:
    desk = await open_page(browser, stage.desktop, "anna")
    await expect(desk.locator(".own-count")).to_have_text("1")
    stage.desktop.acd.wait(stage.draft["call"])
    stage.desktop.acd.offer(stage.draft["call"], "anna")  # type: ignore[arg-type]
    await expect(desk.locator(".left.ringing")).to_be_visible()
    await expect(desk.locator(".own-count")).to_have_count(0)


async def test_a_dispute_is_answered_and_a_card_corrected_on_the_page(stage: Stage, browser: Browser) -> None:
    page = await open_quality(browser, stage.desktop, "sylwia", f"cards/{stage.disputed['id']}", LOOKS[0])
    await page.get_by_role("button", name="Popraw kartę").click()
    await page.get_by_role("button", name="Wystaw kartę").click()
    await expect(page.get_by_text("Podaj powód.")).to_be_visible()
    await page.get_by_label("Powód poprawki").fill("Numer rzeczywiście padł")
    await page.locator("[name=q-case_number]").first.check(force=True)
    await page.get_by_role("button", name="Wystaw kartę").click()
    await expect(page.get_by_text("odwołanie rozpatrzone")).to_be_visible()
    await expect(page.locator(".filled").first).to_contain_text("Numer rzeczywiście padł")
    await page.get_by_text("Wcześniejsze wersje (2)").click()
    await keep(page, "quality-corrected-1440-light-pl")
    await page.get_by_role("button", name="Do kalibracji").click()
    await page.get_by_label("Na co zwrócić uwagę").fill("Numer")
    await page.get_by_role("button", name="Rozpocznij kalibrację").click()
    await page.get_by_role("link", name="Kalibracja tej karty").click()
    await expect(page.get_by_text("Na razie jest jedna ocena")).to_be_visible()
    await page.get_by_role("button", name="Zamknij kalibrację").click()
    await expect(page.get_by_text("Kalibracja zamknięta.")).to_be_visible()


async def test_each_role_finds_its_sections(stage: Stage, browser: Browser) -> None:
    for login, sections in (
        ("anna", ["Moje karty oceny", "Arkusz oceny"]),
        ("adam", ["Wyniki", "Arkusz oceny"]),
        ("sylwia", ["Do oceny", "Karty oceny", "Kalibracja", "Wyniki", "Arkusz oceny"]),
    ):
        page = await open_quality(browser, stage.desktop, login, "", LOOKS[0])
        await expect(page.locator(".office nav a")).to_have_text(sections)
        await page.context.close()
