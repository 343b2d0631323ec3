"""Photos of a case in Chromium: links, and the whole way from asking for a photo to seeing it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, BrowserContext, FilePayload, Page, expect
from sqlalchemy import select, text

from contact.ids import AgentId, CallId, CaseNumber
from crm_bridge.adapters import tables
from tests.fakes.photos import CODE, bomb, jpeg
from tests.fakes.roles import CALLER
from tests.integration.desktop_pages import open_page, violations
from tests.integration.desktop_server import RunningDesktop, running_desktop
from tests.integration.photo_way import RealPhotos

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


BYTES_MAX = 3_000_000


@pytest.fixture
async def way(tmp_path: Path) -> AsyncIterator[RunningDesktop]:
    """A desktop with real photos, whose consultant talks to the caller of the case 1/26."""
    async with running_desktop(tmp_path, PHOTOS__BYTES_MAX=str(BYTES_MAX)) as desktop:
        case = await RealPhotos(desktop).prepare()
        desktop.bridge.remember()
        known = desktop.bridge.histories[CALLER]
        desktop.bridge.histories[CALLER] = replace(known, open_cases=(case,))
        desktop.acd.wait(CALL)
        desktop.acd.offer(CALL, ANNA)
        desktop.acd.connect(CALL)
        yield desktop


async def telephone(browser: Browser, *, language: str = "pl", look: str = "light") -> BrowserContext:
    return await browser.new_context(
        viewport={"width": 360, "height": 740},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale=language,
        color_scheme="dark" if look == "dark" else "light",
    )


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


async def asked_for(page: Page) -> str:
    """Open the case on the desk, ask for a photo, and return the address that is to be read aloud."""
    await page.locator(".case-line").click()
    await page.get_by_role("button", name="Poproś o zdjęcie: 1/26").click()
    await expect(page.locator(".read-out")).to_be_visible()
    return "http://" + await page.locator(".read-host").inner_text()


async def send(page: Page, *files: FilePayload) -> None:
    await page.set_input_files("#chosen", list(files))
    await page.get_by_role("button", name="Wyślij").click()
    await expect(page.locator(".photo-result")).to_be_visible()


async def test_a_caller_sends_a_photo_and_the_consultant_sees_it_come(
    way: RunningDesktop, browser: Browser
) -> None:
    desk = await open_page(browser, way, "anna")
    address = await asked_for(desk)
    code = address.rpartition("/")[2]
    words = await desk.locator(".read-words").inner_text()
    assert all(sign in words for sign in code.replace("-", ""))
    assert await violations(desk) == []

    context = await telephone(browser)
    phone = await context.new_page()
    await phone.goto(address.replace(code, code.lower()))
    await expect(phone.locator("main")).to_contain_text("Sprawa 1/26")
    assert await phone.locator("script").count() == 0
    assert CALLER[-9:] not in await phone.content()
    assert await violations(phone) == []
    sent = jpeg(1_600)
    assert Image.open(BytesIO(sent)).getexif().get_ifd(0x8825)
    await send(phone, file("IMG_2026.jpg", sent))
    await expect(phone.locator(".photo-taken")).to_have_text("Dziękujemy. Zdjęcia dołączone do sprawy: 1")
    await expect(phone.locator(".photo-result")).to_be_focused()
    assert await violations(phone) == []

    image = desk.locator(".thumbnails img")
    await expect(image).to_be_visible()
    await expect(desk.locator(".photos [aria-live]")).to_have_text("Przyszło zdjęcie. Zdjęć w sprawie: 1")
    assert await image.evaluate("image => image.complete && image.naturalWidth") > 100
    assert await violations(desk) == []
    async with way.database.read_session() as session:
        (row,) = (await session.execute(select(tables.case_photos))).mappings()
    stored = Image.open(BytesIO(row["picture"]))
    assert (stored.format, stored.size, dict(stored.getexif())) == ("JPEG", (1_600, 1_200), {})
    assert b"Exif" not in row["picture"] + row["thumbnail"]

    await desk.get_by_role("button", name="Usuń: Zdjęcie 1").click()
    await expect(image).to_have_count(0)
    await desk.get_by_role("button", name="Cofnij").click()
    await expect(image).to_have_count(1)
    async with desk.context.expect_page() as opened:
        await desk.locator(".thumbnails a").click()
    whole = await opened.value
    await whole.wait_for_load_state()
    assert await whole.evaluate("document.contentType") == "image/jpeg"
    await context.close()


async def test_the_address_outlives_a_reload_of_the_desk_and_is_withdrawn(
    way: RunningDesktop, browser: Browser
) -> None:
    desk = await open_page(browser, way, "anna")
    address = await asked_for(desk)
    await desk.reload()
    await desk.locator(".case-line").click()
    await expect(desk.locator(".read-code")).to_have_text(address.rpartition("/")[2])
    await desk.get_by_role("button", name="Wycofaj adres").click()
    await expect(desk.locator(".read-out")).to_have_count(0)
    context = await telephone(browser)
    phone = await context.new_page()
    answer = await phone.goto(address)
    assert answer is not None
    assert answer.status == 404
    await expect(phone.get_by_role("alert")).to_contain_text("Ten kod nie działa.")
    await context.close()


async def test_the_photo_of_a_case_just_filed_comes_to_its_number(
    desktop: RunningDesktop, browser: Browser
) -> None:
    desk = await open_page(browser, desktop, "anna")
    put_through(desktop)
    await desk.fill("#topic", "latarnia")
    await desk.keyboard.press("Enter")
    await desk.fill("#description", "Nie świeci")
    await desk.keyboard.press("Control+Enter")
    await desk.get_by_role("button", name="Poproś o zdjęcie: 4712/26").click()
    await expect(desk.locator(".saved .read-code")).to_have_text(CODE)
    await expect(desk.locator(".saved .read-out")).to_contain_text("Adres działa tylko w tej sieci")
    assert await violations(desk) == []
    assert [(one.number, one.call) for one in desktop.bridge.photos.asked] == [("4712/26", CALL)]
    context = await telephone(browser)
    phone = await context.new_page()
    await phone.goto(f"{desktop.origin}/z/{CODE}")
    await send(phone, file("a.jpg", jpeg()))
    await expect(desk.locator(".saved .thumbnails img")).to_have_count(1)
    await context.close()


async def test_what_cannot_be_taken_is_said_in_words_on_the_telephone(
    way: RunningDesktop, browser: Browser
) -> None:
    desk = await open_page(browser, way, "anna")
    address = await asked_for(desk)
    context = await telephone(browser)
    phone = await context.new_page()
    await phone.goto(address)
    await phone.get_by_role("button", name="Wyślij").click()
    await expect(phone.locator(".photo-trouble")).to_have_text("Najpierw zrób albo wybierz zdjęcie.")
    assert await violations(phone) == []
    for wrong, words in (
        (file("bomba.png", bomb()), "za duże wymiary"),
        (file("tekst.jpg", b"To tylko tekst"), "to nie jest zdjęcie JPEG, PNG ani WebP"),
        (file("duze.jpg", b"\xff\xd8\xff" + b"x" * (BYTES_MAX + 1)), "jest za duży"),
        (file("uciete.jpg", jpeg()[:3_000]), "plik jest uszkodzony"),
    ):
        await send(phone, wrong)
        await expect(phone.locator(".photo-trouble")).to_contain_text(words)
    assert await violations(phone) == []
    await send(phone, file("tekst.jpg", b"To tylko tekst"), file("dobre.jpg", jpeg()))
    await expect(phone.locator(".photo-taken")).to_contain_text("Zdjęcia dołączone do sprawy: 1")
    await expect(desk.locator(".thumbnails img")).to_have_count(1)
    await phone.set_input_files("#camera", file("aparat.jpg", jpeg(colour="red")))
    await phone.get_by_role("button", name="Wyślij").click()
    await expect(desk.locator(".thumbnails img")).to_have_count(2)

    await phone.goto(f"{way.origin}/z/222-222-222")
    wrong_page = await phone.locator("main").inner_text()
    assert "Ten kod nie działa." in wrong_page
    assert await violations(phone) == []
    async with way.database.session() as session:
        await session.execute(text("UPDATE photo_requests SET expires_at = 1"))
    await phone.goto(address)
    assert await phone.locator("main").inner_text() == wrong_page
    await context.close()


@pytest.mark.parametrize(("language", "look"), [("pl", "light"), ("en", "dark")])
async def test_the_citizens_page_is_without_a_flaw_in_every_state(
    way: RunningDesktop, browser: Browser, language: str, look: str
) -> None:
    desk = await open_page(browser, way, "anna")
    address = await asked_for(desk)
    context = await telephone(browser, language=language, look=look)
    phone = await context.new_page()
    for width in (320, 360):
        await phone.set_viewport_size({"width": width, "height": 740})
        await phone.goto(f"{way.origin}/z")
        assert await violations(phone) == []
        await phone.fill("#code", "222222222")
        await phone.keyboard.press("Enter")
        await expect(phone.get_by_role("alert")).to_be_visible()
        assert await violations(phone) == []
        await phone.fill("#code", address.rpartition("/")[2].replace("-", " "))
        await phone.keyboard.press("Enter")
        await expect(phone.locator("#chosen")).to_be_visible()
        assert await phone.evaluate("document.documentElement.lang") == language
        assert await violations(phone) == []
    await phone.set_input_files(
        "#chosen",
        [file("tekst.jpg", b"tekst"), *(file("a.jpg", jpeg(colour=one)) for one in ("red", "blue"))],
    )
    await phone.locator("button.primary").click()
    await expect(phone.locator(".photo-taken")).to_be_visible()
    assert await violations(phone) == []
    await phone.locator("#language").click()
    assert await phone.evaluate("document.documentElement.lang") == ("en" if language == "pl" else "pl")
    await context.close()
