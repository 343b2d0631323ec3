"""A consultant's phone in Chromium against a real Asterisk: sound both ways, and no caller is cut off.

Chromium's fake microphone beeps once a second. The caller is a SIPp that sends back what it hears, so what
the page hears of the caller has made the whole way out and back.
"""

import re
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.bad_line import BadLine
from tests.e2e.city import quick_city
from tests.e2e.desk import Desk
from tests.e2e.hotline import Hotline
from tests.e2e.ports import free_port
from tests.e2e.records import journaled, wait_for_contact
from tests.e2e.sip_phone import Behaviour, PhoneLeg
from tests.e2e.wait import until
from tests.e2e.web_phone import (
    LEVELS,
    NUMBER,
    PATIENT,
    enter,
    falls_silent,
    hears,
    ring,
    sign_in,
    talk,
    where,
)

NO_MICROPHONE = """
const open = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
if (open) {
  navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("no", "NotAllowedError"); };
  window.allow = () => { navigator.mediaDevices.getUserMedia = open; };
}
"""
"""Refuses the microphone until the test allows it, as a person does in the browser's settings."""
GONE_FOR_S = 10.0


def test_a_whole_call_on_the_page_with_a_reload_and_a_second_tab(
    make_hotline: Callable[..., Hotline],
    context: BrowserContext,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    hotline = make_hotline(PATIENT, quick_city(tmp_path))
    page, desk = sign_in(hotline, context)
    hotline.asterisk(f"logger add channel {hotline.state_dir}/asterisk/log/keys dtmf")
    with hotline.callers(NUMBER) as callers:
        caller = callers.legs[0]
        ring(page, caller)
        until(lambda: page.evaluate("window.rangAt ?? 0"), within_s=5, what="the page to ring")
        lead_ms = page.evaluate("window.rangAt - window.popPaintedAt")
        assert lead_ms >= 0, "the page rang before it showed the caller"
        call = talk(page, desk)
        _hold_and_resume(hotline, page)
        _press(hotline, page)
        page.keyboard.press("F8")
        expect(page.get_by_role("button", name="Wycisz")).to_have_attribute("aria-pressed", "true")
        falls_silent(page)
        began = time.monotonic()
        page.reload()
        until(lambda: where(hotline) == {"PJSIP/trunk": "held", "PJSIP/2001-web": "agent-talk"}
              and desk.get(f"/calls/{call}")["place"] == "talking"
              and page.get_by_text("Mikrofon jest wyciszony.").is_visible(),
              within_s=20, what="the talk to be back")  # fmt: skip
        back_s = time.monotonic() - began
        falls_silent(page)
        page.keyboard.press("F8")
        hears(page)
        other = _take_over(context, page)
        hears(other)
        second = _hand_on(hotline, other)
        desk.wait_for_state("wrap_up")
        second.wait("answered")
        assert caller.is_up
        second.hang_up()
        caller.wait("gone")
    record = wait_for_contact(hotline, NUMBER)
    assert (record["outcome"], record["agent"], record["queue"]) == ("connected", "bartek", "waste")
    assert len(journaled(hotline, "PageLost", call=call)) >= 1
    record_property("rang_after_pop_ms", round(lead_ms))
    record_property("talk_back_after_reload_s", round(back_s, 1))


def _hold_and_resume(hotline: Hotline, page: Page) -> None:
    page.keyboard.press("F4")
    expect(page.get_by_role("button", name="Wróć")).to_be_visible()
    until(lambda: where(hotline) == {"PJSIP/trunk": "held", "PJSIP/2001-web": "agent-hold"},
          within_s=5, what="both legs to wait")  # fmt: skip
    falls_silent(page, f"{LEVELS}.slice(0, 1)")
    page.keyboard.press("F4")
    expect(page.get_by_role("button", name="Zawieś")).to_be_visible()
    hears(page)


def _press(hotline: Hotline, page: Page) -> None:
    page.get_by_role("button", name="Klawiatura").click()
    page.get_by_role("button", name="5", exact=True).click()
    keys = hotline.state_dir / "asterisk/log/keys"
    until(lambda: "DTMF begin '5' received on PJSIP/2001-web" in keys.read_text(), within_s=5, what="a key")


def _take_over(context: BrowserContext, page: Page) -> Page:
    """Open the desk a second time, take the phone over there, and return that page."""
    other = context.new_page()
    other.set_default_timeout(20_000)
    other.goto(page.url)
    expect(other.locator("div.line")).to_contain_text("Telefon jest w innej karcie")
    other.get_by_role("button", name="Przejmij telefon").click()
    expect(other.locator(".line-head")).to_contain_text("Telefon na tej stronie")
    expect(page.locator("div.line")).to_contain_text("Telefon jest w innej karcie")
    return other


def _hand_on(hotline: Hotline, page: Page) -> PhoneLeg:
    """Transfer the caller by key to the queue of Bartek, who has a phone on the desk; return his leg."""
    _, phone = hotline.staff("bartek", "2002", Behaviour(ring_s=0))
    page.keyboard.press("F7")
    page.get_by_role("dialog").get_by_role("button", name="Odpady").click()
    return phone.wait_for_call(within_s=15)


def test_a_page_that_does_not_come_back_leaves_the_caller_in_the_queue(
    make_hotline: Callable[..., Hotline], context: BrowserContext, tmp_path: Path
) -> None:
    hotline = make_hotline({**PATIENT, "CENTRALA_ACD__REJOIN_S": "2"}, quick_city(tmp_path))
    page, desk = sign_in(hotline, context)
    with hotline.callers(NUMBER) as callers:
        ring(page, callers.legs[0])
        call = talk(page, desk)
        page.close()
        until(lambda: where(hotline) == {"PJSIP/trunk": "held"}, within_s=10, what="the caller to hear music")
        assert desk.agent()["state"] == "talking"
        waiting = hotline.desk("sylwia")
        until(lambda: waiting.get(f"/calls/{call}")["place"] == "waiting", within_s=20, what="the old place")
        assert desk.agent()["phone"] == "unreachable"
        assert callers.legs[0].is_up


@pytest.mark.parametrize("kind", ["silent", "away"])
def test_a_network_that_is_gone_for_ten_seconds_costs_no_call(
    make_hotline: Callable[..., Hotline],
    context: BrowserContext,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    kind: str,
) -> None:
    """Neither one that loses every packet nor one that refuses to connect; the page comes back by itself."""
    hotline = make_hotline(PATIENT, quick_city(tmp_path))
    with BadLine(port=free_port(), target_port=hotline.desktop_port) as network:
        page, desk = sign_in(hotline, context, port=network.port)
        with hotline.callers(NUMBER) as callers:
            ring(page, callers.legs[0])
            call = talk(page, desk)
            page.keyboard.press("F8")
            falls_silent(page)
            with network.silent() if kind == "silent" else network.away():
                gone_at = time.monotonic()
                until(lambda: where(hotline).get("PJSIP/trunk") == "held", within_s=10, what="music")
                held_s = time.monotonic() - gone_at
                expect(page.locator(".line-head")).not_to_contain_text("gotowy")
                time.sleep(max(0.0, GONE_FOR_S - held_s))
            back_at = time.monotonic()
            until(lambda: where(hotline) == {"PJSIP/trunk": "held", "PJSIP/2001-web": "agent-talk"},
                  within_s=20, what="the talk to be back")  # fmt: skip
            expect(page.get_by_text("Mikrofon jest wyciszony.")).to_be_visible()
            back_s = time.monotonic() - back_at
            falls_silent(page)
            page.keyboard.press("F8")
            hears(page)
            assert desk.get(f"/calls/{call}")["place"] == "talking"
            expect(page.locator(".caller-name")).to_contain_text(re.compile(r"607\s000\s001"))
            callers.legs[0].hang_up()
        desk.wait_for_state("wrap_up")
        expect(page.get_by_role("heading", name="Zakończenie kontaktu")).to_be_visible()
    record_property("caller_heard_music_after_s", round(held_s, 1))
    record_property("talk_back_after_network_s", round(back_s, 1))


def test_who_has_no_microphone_takes_no_calls_and_may_have_a_phone_on_the_desk(
    make_hotline: Callable[..., Hotline], browser: Browser, tmp_path: Path
) -> None:
    hotline = make_hotline(PATIENT, quick_city(tmp_path))
    with closing(browser.new_context(locale="pl")) as context:
        context.add_init_script(NO_MICROPHONE)
        page = context.new_page()
        page.set_default_timeout(20_000)
        enter(hotline, page)
        expect(page.locator("div.line")).to_contain_text("Przeglądarka nie ma dostępu do mikrofonu")
        page.get_by_role("combobox").first.select_option("ready:")
        desk = hotline.desk("anna")
        assert desk.wait_for_state("not_ready")["reason"] == "phone_unreachable"
        phone = hotline.phone("2001")
        phone.register(Behaviour(ring_s=0))
        desk.wait_for_state("ready")
        phone.unregister()
        desk.wait_for_state("not_ready")
        page.evaluate("window.allow()")
        page.get_by_role("button", name="Spróbuj ponownie").click()
        expect(page.locator(".line-head")).to_contain_text("Telefon na tej stronie · gotowy")
        desk.wait_for_state("ready")
        _test_the_sound(page, desk)


def _test_the_sound(page: Page, desk: Desk) -> None:
    """Hear oneself by way of Asterisk; no call comes meanwhile."""
    page.get_by_role("button", name="Ustawienia telefonu").click()
    page.get_by_role("button", name="Sprawdź dźwięk").click()
    hears(page)
    assert desk.wait_for_state("not_ready")["reason"] == "phone_in_use"
    page.locator("dialog").get_by_role("button", name="Zakończ próbę").click()
    desk.wait_for_state("ready")
