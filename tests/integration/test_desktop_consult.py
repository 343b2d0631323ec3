"""Asking a third about a caller, on the pages of both who talk and over HTTP."""

import pytest
from playwright.async_api import Browser, Page, expect

from contact.consult import ConsultEnd, ConsultState, Party, PartyKind
from contact.ids import E164, AgentId, CallId
from contact.talk_requests import ConsultParty, EndConsult, HandOver, JoinConsult, TransferTalk
from tests.integration.desktop_pages import open_page, violations
from tests.integration.desktop_server import Client, RunningDesktop

CALL = CallId("1763800000.5")
ANNA, BARTEK = AgentId("anna"), AgentId("bartek")
UNIT = Party(kind=PartyKind.OUTSIDE, name="Zarząd Dróg Miejskich", number=E164("+48224430000"))
COLLEAGUE = Party(kind=PartyKind.AGENT, name="Bartosz Wiśniewski", agent=BARTEK)


async def talking(desktop: RunningDesktop, browser: Browser, **look: str | int) -> Page:
    page = await open_page(browser, desktop, "anna", **look)  # type: ignore[arg-type]
    await page.select_option(".my-state select", "ready:")
    await expect(page.locator(".my-state .state-ready")).to_be_visible()
    desktop.acd.wait(CALL, waited_s=38, topic="pothole")
    desktop.acd.offer(CALL, ANNA)
    desktop.acd.connect(CALL)
    await expect(page.locator(".phone .state-talking")).to_be_visible()
    return page


@pytest.mark.parametrize(("width", "look"), [(1440, "light"), (1024, "dark")])
async def test_a_unit_is_asked_brought_in_and_given_the_caller_by_keyboard(
    desktop: RunningDesktop, browser: Browser, width: int, look: str
) -> None:
    page = await talking(desktop, browser, width=width, look=look)
    await page.keyboard.press("F6")
    dialog = page.get_by_role("dialog", name="Zapytaj kogoś")
    await expect(dialog).to_be_visible()
    assert await violations(page) == []
    await page.fill("#reach-number", "to nie numer")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_role("alert")).to_contain_text("Wpisz numer")
    await page.fill("#reach-number", "22 443 00 00")
    await page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    await asked_for(desktop, ConsultParty)
    desktop.acd.consult(CALL, UNIT)
    await expect(page.locator(".consult")).to_contain_text("Zarząd Dróg Miejskich")
    await expect(page.get_by_role("button", name="Połącz we troje")).to_be_disabled()
    assert await violations(page) == []
    desktop.acd.consult_moves(CALL, ConsultState.PRIVATE)
    await expect(page.locator(".consult")).to_contain_text("Rozmowa na boku")
    await page.keyboard.press("F6")
    await asked_for(desktop, JoinConsult)
    desktop.acd.consult_moves(CALL, ConsultState.JOINED)
    await expect(page.locator(".consult")).to_contain_text("Rozmowa we troje")
    assert await violations(page) == []
    await page.keyboard.press("F7")
    await asked_for(desktop, HandOver)
    desktop.acd.release(CALL)
    await expect(page.locator(".phone .state-wrap_up")).to_be_visible()
    consulted = desktop.acd.controlled[0]
    assert isinstance(consulted, ConsultParty)
    assert (consulted.party.number, consulted.joins) == ("+48224430000", False)


async def asked_for(desktop: RunningDesktop, kind: type) -> None:
    while not any(isinstance(one, kind) for one in desktop.acd.controlled):
        desktop.acd.told.clear()
        await desktop.acd.told.wait()


async def test_112_is_one_key_away_and_comes_into_the_talk(desktop: RunningDesktop, browser: Browser) -> None:
    page = await talking(desktop, browser)
    await page.keyboard.press("F9")
    await asked_for(desktop, ConsultParty)
    emergency = Party(kind=PartyKind.EMERGENCY, name="112")
    asked = desktop.acd.controlled[-1]
    assert isinstance(asked, ConsultParty)
    assert (asked.party, asked.joins) == (emergency, True)
    desktop.acd.consult(CALL, emergency, joins=True)
    await expect(page.locator(".consult")).to_contain_text("112")
    assert await violations(page) == []
    await page.keyboard.press("F4")
    await asked_for(desktop, EndConsult)


async def test_a_colleague_sees_who_asks_and_about_whom(desktop: RunningDesktop, browser: Browser) -> None:
    await talking(desktop, browser)
    other = await open_page(browser, desktop, "bartek")
    desktop.acd.consult(CALL, COLLEAGUE)
    await expect(other.locator(".left.ringing")).to_be_visible()
    await expect(other.locator(".phone")).to_contain_text("Anna Kowalska pyta o tę sprawę")
    await expect(other.locator(".caller-name")).to_have_text("+48 600 100 200")
    assert await violations(other) == []
    desktop.acd.consult_moves(CALL, ConsultState.PRIVATE)
    await expect(other.locator(".phone .state-talking")).to_be_visible()
    desktop.acd.consult_moves(CALL, ConsultState.JOINED)
    await expect(other.locator(".phone")).to_contain_text("i rozmówca słyszą Cię oboje")
    assert await violations(other) == []
    desktop.acd.consult_ends(CALL, ConsultEnd.WITHDRAWN)
    await expect(other.locator(".phone .idle")).to_be_visible()


async def in_a_talk(desktop: RunningDesktop) -> Client:
    """Return Anna's session, who talks on a call."""
    anna = await desktop.signed_in("anna")
    await desktop.app.configure_agents()
    desktop.acd.wait(CALL)
    desktop.acd.offer(CALL, ANNA)
    desktop.acd.connect(CALL)
    return anna


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "no_party"),
        ({"agent": "bartek", "number": "224430000"}, "no_party"),
        ({"number": "12"}, "no_number"),
        ({"agent": "bartek", "nickname": "b"}, "invalid"),
    ],
)
async def test_who_is_asked_is_said_plainly(desktop: RunningDesktop, body: dict[str, str], code: str) -> None:
    anna = await in_a_talk(desktop)
    answer, problem = await anna.ask("POST", f"/api/v1/calls/{CALL}/consult", body)
    assert (answer.status, problem["code"]) == (422, code)
    assert desktop.acd.controlled == []


async def test_nobody_asks_about_anothers_call(desktop: RunningDesktop) -> None:
    await in_a_talk(desktop)
    for login, status in (("bartek", 404), ("sylwia", 403), ("admin", 403)):
        client = await desktop.signed_in(login)
        for method, path in (("POST", ""), ("DELETE", ""), ("POST", "/join"), ("POST", "/hand-over")):
            body = {"agent": "celina"} if (method, path) == ("POST", "") else None
            answer, _ = await client.ask(method, f"/api/v1/calls/{CALL}/consult{path}", body)
            assert (login, path, answer.status) == (login, path, status)


async def test_a_caller_is_handed_on_to_a_number(desktop: RunningDesktop) -> None:
    anna = await in_a_talk(desktop)
    both = {"number": "224430000", "queue": "waste"}
    answer, problem = await anna.ask("POST", f"/api/v1/calls/{CALL}/transfer", both)
    assert (answer.status, problem["code"]) == (422, "no_target")
    answer, _ = await anna.ask("POST", f"/api/v1/calls/{CALL}/transfer", {"number": "224430000"})
    assert answer.status == 204
    sent = desktop.acd.controlled[-1]
    assert isinstance(sent, TransferTalk)
    assert sent.number == "+48224430000"
