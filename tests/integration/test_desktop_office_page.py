"""The office in Chromium: each section by keyboard, in both languages and both looks, without a flaw."""

import pytest
from playwright.async_api import Browser, expect

from contact.ids import AgentId, QueueId
from tests.integration.desktop_pages import open_office, open_page, violations
from tests.integration.desktop_server import RunningDesktop

SECTIONS = (
    "users",
    "users/anna",
    "users/lidia",
    "users/new",
    "skills",
    "queues",
    "queues/roads",
    "hours",
    "changes",
)
LOOKS = (("pl", "light", 1440), ("en", "dark", 1024))
PASSWORD = "a long password"
EWA = {"login": "ewa", "name": "Ewa Łącka", "role": "agent", "extension": "2044", "skills": {"pl": 100}}


async def some_changes(desktop: RunningDesktop) -> None:
    """Make changes of every kind, and take one back."""
    admin = await desktop.signed_in("admin")
    found = (await admin.ask("GET", "/api/v1/policy"))[1]
    roads = next(one["settings"] for one in found["queues"] if one["queue"] == "roads")
    full = [{"on": "full", "queue": "general"}, {"after_s": 300, "leave": "callback"}]
    body = {
        "version": found["version"],
        "settings": {**roads, "priority": 5, "waiting_max": 40, "overflow": full},
    }
    assert (await admin.ask("PUT", "/api/v1/policy/queues/roads", body))[0].status == 200
    levels = {"pl": 100, "en": 80, "roads": 75, "waste": 0, "general": 40}
    assert (await admin.ask("PUT", "/api/v1/agents/anna/skills", {"skills": levels}))[0].status == 200
    assert (await admin.ask("POST", "/api/v1/accounts", {**EWA, "password": PASSWORD}))[0].status == 201
    changes = (await admin.ask("GET", "/api/v1/changes"))[1]
    assert (await admin.ask("POST", f"/api/v1/changes/{changes[1]['id']}/undo"))[0].status == 204


async def test_sections_have_addresses_and_the_keyboard_leads_through_them(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_office(browser, desktop, "admin")
    current = page.locator(".office nav [aria-current=page]")
    await expect(current).to_have_text("Użytkownicy")
    await current.focus()
    for _ in range(4):
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    assert page.url == f"{desktop.origin}/office/changes"
    await expect(page.locator("main")).to_be_focused()
    assert await page.title() == "Zmiany · Centrala"
    await page.go_back()
    await expect(current).to_have_text("Użytkownicy")
    await page.goto(f"{desktop.origin}/office/queues/waste")
    await expect(page.get_by_role("heading", name="Odpady")).to_be_visible()


async def test_a_consultant_is_led_to_the_desk_and_a_supervisor_sees_no_accounts(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_page(browser, desktop, "anna")
    await page.goto(f"{desktop.origin}/office/changes")
    assert page.url == f"{desktop.origin}/desk"
    office = await open_office(browser, desktop, "sylwia", "users")
    await expect(office.locator(".office nav a")).to_have_text(
        ["Umiejętności", "Kolejki", "Godziny otwarcia", "Zmiany", "Nagrania rozmów"]
    )
    await expect(office.locator("#skills-heading")).to_be_visible()


async def test_a_supervisor_gets_a_scope_and_a_wrong_one_is_told_at_its_list(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_office(browser, desktop, "admin", "users/sylwia")
    await page.get_by_role("group", name="Kolejki").get_by_label("Odpady").check()
    await page.get_by_role("group", name="Dzielnice").get_by_label("Wola").check()
    await page.get_by_role("button", name="Zapisz").click()
    await expect(page.get_by_text("Sylwia Zielińska: zapisano")).to_be_visible()
    admin = await desktop.signed_in("admin")
    [scope] = [
        one["scope"] for one in (await admin.ask("GET", "/api/v1/accounts"))[1] if one["login"] == "sylwia"
    ]
    assert scope == {"teams": [], "queues": ["waste"], "districts": ["Wola"]}
    await page.get_by_label("Rola").select_option("lider zespołu")
    await page.get_by_role("button", name="Zapisz").click()
    told = page.get_by_role("group", name="Zespoły").get_by_role("alert")
    await expect(told).to_have_text("Lider prowadzi co najmniej jeden zespół.")
    await page.get_by_role("link", name="← Użytkownicy").click()
    row = page.get_by_role("row", name="Sylwia Zielińska")
    await expect(row).to_contain_text("waste, Wola")


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("view", LOOKS)
async def test_every_section_is_without_a_flaw(
    desktop: RunningDesktop, browser: Browser, section: str, view: tuple[str, str, int]
) -> None:
    await some_changes(desktop)
    language, look, width = view
    page = await open_office(
        browser, desktop, "admin", f"{section}?language={language}", look=look, width=width
    )
    await expect(page.locator("main h2, main h3").first).to_be_visible()
    await expect(
        page.locator("main input").first if section != "queues" else page.locator("main td").first
    ).to_be_visible()
    assert await violations(page) == []


async def test_an_account_is_made_closed_and_opened_again_by_keyboard(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_office(browser, desktop, "admin", "users")
    await page.get_by_role("link", name="Dodaj użytkownika").press("Enter")
    await page.get_by_label("Imię i nazwisko").fill("Ewa Łącka")
    await page.get_by_label("Login").fill("ewa")
    await page.get_by_label("Numer wewnętrzny").fill("2001")
    await page.get_by_role("button", name="Zaproponuj").press("Enter")
    await page.get_by_role("button", name="Utwórz konto").press("Enter")
    await expect(page.locator("#user-extension-error")).to_have_text("Ten numer wewnętrzny jest zajęty.")
    assert await violations(page) == []
    await page.get_by_label("Numer wewnętrzny").fill("2044")
    password = await page.locator("#user-password").input_value()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Ewa Łącka")).to_be_visible()
    assert page.url == f"{desktop.origin}/office/users/ewa"
    ewa = desktop.client()
    await ewa.sign_in("ewa", password)
    await page.get_by_role("button", name="Zamknij konto").press("Enter")
    await expect(page.locator(".notice.done")).to_contain_text("konto zamknięte, sesje zakończone")
    assert (await ewa.ask("GET", "/api/v1/me"))[0].status == 401
    assert AgentId("ewa") not in desktop.acd.agents
    assert await violations(page) == []
    await page.get_by_role("button", name="Cofnij").press("Enter")
    await expect(page.get_by_role("button", name="Zamknij konto")).to_be_visible()
    assert AgentId("ewa") in desktop.acd.agents


async def test_a_password_is_set_and_a_short_one_refused_at_its_field(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_office(browser, desktop, "admin", "users/anna")
    await page.locator("#user-password").fill("short")
    await page.keyboard.press("Enter")
    await expect(page.locator("#user-password-error")).to_have_text("Hasło ma od 8 do 256 znaków.")
    await page.locator("#user-password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator(".notice.done")).to_contain_text("Hasło ustawione")
    await desktop.client().sign_in("anna", PASSWORD)


async def test_levels_are_typed_as_in_a_spreadsheet_and_a_row_is_saved_when_it_is_left(
    desktop: RunningDesktop, browser: Browser
) -> None:
    bartek = AgentId("bartek")
    before = dict(desktop.acd.agents[bartek].skills)
    page = await open_office(browser, desktop, "sylwia", "skills")
    await page.get_by_label("Anna Kowalska, animals").focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_label("Bartosz Wiśniewski, animals")).to_be_focused()
    await page.keyboard.type("0")
    await page.keyboard.press("Control+ArrowRight")
    await page.keyboard.type("130")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Bartosz Wiśniewski, en")).to_be_focused()
    await expect(page.locator(".grid-frame [role=alert]")).to_contain_text("od 0 do 100")
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    assert dict(desktop.acd.agents[bartek].skills) == before
    await page.keyboard.type("65")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Celina Melnyk, en")).to_be_focused()
    await expect(page.locator(".notice.done")).to_contain_text("Bartosz Wiśniewski: umiejętności zapisane")
    assert dict(desktop.acd.agents[bartek].skills) == {**before, "animals": 0, "en": 65}
    assert await violations(page) == []
    await page.get_by_role("button", name="Cofnij").press("Enter")
    await expect(page.locator(".notice.done")).to_have_text("Cofnięto.")
    assert dict(desktop.acd.agents[bartek].skills) == before


async def test_columns_are_filtered_and_added(desktop: RunningDesktop, browser: Browser) -> None:
    page = await open_office(browser, desktop, "sylwia", "skills")
    heads = page.locator(".grid thead th")
    await page.get_by_label("Kolejka").select_option("waste")
    await expect(heads).to_have_text(["Konsultant", "general3", "waste1"])
    await page.get_by_label("Inna umiejętność").fill("school_2")
    await page.keyboard.press("Enter")
    await page.get_by_label("Umiejętność", exact=True).fill("school")
    await expect(heads).to_have_text(["Konsultant", "school_20"])
    await page.get_by_label("Anna Kowalska, school_2").fill("10")
    await page.keyboard.press("Control+s")
    await expect(page.locator(".notice.done")).to_contain_text("umiejętności zapisane")
    assert dict(desktop.acd.agents[AgentId("anna")].skills)["school_2"] == 10
    await page.get_by_label("Konsultant").fill("nikt taki")
    await expect(page.get_by_text("Żaden konsultant nie pasuje.")).to_be_visible()
    assert await violations(page) == []


@pytest.mark.parametrize("view", LOOKS)
async def test_a_queue_is_changed_after_its_difference_was_shown_and_taken_back(
    desktop: RunningDesktop, browser: Browser, view: tuple[str, str, int]
) -> None:
    language, look, width = view
    text = desktop.rules.text
    page = await open_office(
        browser, desktop, "sylwia", f"queues/roads?language={language}", look=look, width=width
    )
    check = page.locator(".apply button").first
    await check.click()
    await expect(page.locator(".preview pre")).to_have_count(0)
    await expect(page.locator("#preview-heading")).to_be_focused()
    await page.fill("#queue-requirement", "roads>=")
    await page.keyboard.press("Enter")
    await expect(page.locator("#queue-requirement-error")).to_contain_text("8")
    await expect(page.locator("#queue-requirement")).to_be_focused()
    assert await violations(page) == []
    await page.fill("#queue-requirement", "roads>=20")
    await check.click()
    await expect(page.locator("#preview-heading")).to_be_focused()
    await expect(page.locator(".diff .added")).to_have_text('+requirement = "roads>=20"\n')
    assert desktop.rules.text == text
    assert await violations(page) == []
    await page.locator(".preview button.primary").press("Enter")
    await expect(page.locator(".notice.done")).to_be_visible()
    assert desktop.rules.text == text.replace('"roads>=40"', '"roads>=20"')
    assert desktop.rules.requirement("roads") == "roads>=20"
    await page.locator(".notice.done button").press("Enter")
    await expect(page.locator("#queue-requirement")).to_have_value("roads>=40")
    assert desktop.rules.text == text


async def test_limits_and_their_steps_are_set_together(desktop: RunningDesktop, browser: Browser) -> None:
    page = await open_office(browser, desktop, "sylwia", "queues/waste")
    await page.fill("#queue-waiting_max", "10")
    await page.keyboard.press("Enter")
    await expect(page.locator(".rows-field .field-error")).to_contain_text("muszą być ustawione razem")
    ladder = page.get_by_role("group", name="Przelew")
    await ladder.get_by_role("button", name="Dodaj").press("Enter")
    await ladder.get_by_label("Kiedy").select_option("full")
    await ladder.get_by_label("Dokąd").select_option("queue:general")
    await page.get_by_label("Komunikaty dla oczekujących").uncheck()
    await expect(page.get_by_role("group", name="Klawisze").get_by_label("Dokąd").last).to_have_value(
        "consent:"
    )
    await page.get_by_role("group", name="Klawisze").get_by_role("button", name="Usuń").first.press("Enter")
    await page.get_by_role("button", name="Sprawdź zmianę").press("Enter")
    await page.get_by_role("button", name="Wprowadź").press("Enter")
    await expect(page.locator(".notice.done")).to_contain_text("Odpady: zmiana obowiązuje")
    waste = desktop.rules.rulings[-1].policy.queues[QueueId("waste")]
    assert (waste.waiting_max, waste.comfort, len(waste.keys)) == (10, None, 3)
    assert [one.key for one in waste.keys if one.consents] == ["3"]
    assert [(one.on, one.queue) for one in waste.overflow] == [("full", "general")]
    assert await violations(page) == []


async def test_what_was_typed_survives_a_look_elsewhere_but_not_another_file(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_office(browser, desktop, "sylwia", "queues/waste")
    await page.fill("#queue-priority", "7")
    await page.get_by_role("link", name="Zmiany").click()
    await page.go_back()
    await expect(page.locator("#queue-priority")).to_have_value("7")
    await page.get_by_role("button", name="Odrzuć zmianę").click()
    await page.reload()
    await expect(page.locator("#queue-priority")).to_have_value("")
    await page.fill("#queue-priority", "8")
    await page.get_by_role("link", name="Zmiany").click()
    desktop.rules.file.write_text(desktop.rules.text + "# another file\n", encoding="utf-8")
    await page.go_back()
    await expect(page.locator("#queue-priority")).to_have_value("")


async def test_two_who_change_the_same_queue_both_have_their_way(
    desktop: RunningDesktop, browser: Browser
) -> None:
    page = await open_office(browser, desktop, "sylwia", "queues/waste")
    await page.fill("#queue-priority", "7")
    other = desktop.rules.text.replace('"waste>=40"', '"waste>=30"')
    desktop.rules.file.write_text(other, encoding="utf-8")
    check = page.get_by_role("button", name="Sprawdź zmianę")
    await check.click()
    await expect(page.locator(".notice.alarm")).to_contain_text("Ktoś inny zmienił kolejki")
    await expect(page.locator("#queue-requirement")).to_have_value("waste>=30")
    await check.click()
    await page.get_by_role("button", name="Wprowadź").click()
    await expect(page.locator(".notice.done")).to_be_visible()
    waste = desktop.rules.rulings[-1].policy.queues[QueueId("waste")]
    assert (str(waste.requirement), waste.priority) == ("waste>=30", 7)


async def test_a_file_that_was_changed_by_hand_is_said_and_read(
    desktop: RunningDesktop, browser: Browser
) -> None:
    desktop.rules.file.write_text(desktop.rules.text.replace('"waste>=40"', '"waste>=10"'), encoding="utf-8")
    page = await open_office(browser, desktop, "sylwia", "queues")
    notice = page.locator(".notice.warn")
    await expect(notice).to_contain_text("zmieniono poza tą stroną")
    assert await violations(page) == []
    await notice.get_by_role("button").press("Enter")
    await expect(notice).to_have_count(0)
    assert desktop.rules.requirement("waste") == "waste>=10"
    desktop.rules.file.write_text("[queue", encoding="utf-8")
    await page.reload()
    await expect(page.locator(".notice.alarm")).to_contain_text("W pliku kolejek jest błąd.")
    assert await violations(page) == []


async def test_changes_are_found_and_taken_back_there(desktop: RunningDesktop, browser: Browser) -> None:
    await some_changes(desktop)
    page = await open_office(browser, desktop, "admin", "changes")
    rows = page.locator(".changes tbody tr")
    await expect(rows).to_have_count(4)
    await expect(rows.nth(3).locator("dt")).to_have_text(["Przelew", "Priorytet", "Najwyżej czekających"])
    await expect(rows.nth(3).locator("ins").nth(1)).to_have_text("5")
    await rows.nth(3).get_by_role("button").press("Enter")
    await expect(rows).to_have_count(5)
    assert "priority" not in desktop.rules.text
    await expect(rows.nth(4)).to_contain_text("cofnięte przez")
    await page.locator(".filter-row select").select_option("queue.changed")
    await expect(rows).to_have_count(2)
    await page.get_by_label("Kto", exact=True).fill("nobody")
    await page.keyboard.press("Tab")
    await expect(page.get_by_text("Nie ma takich zmian.")).to_be_visible()
    assert await violations(page) == []
    async with page.expect_download() as started:
        await page.get_by_role("link", name="Pobierz CSV").press("Enter")
    assert (await started.value).suggested_filename == "changes.csv"
