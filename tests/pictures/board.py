"""The boards: a supervisor's, a team lead's, one on a wall; what is closed and what callers are told."""

import time
from typing import Any

from playwright.sync_api import expect

from tests.e2e.desk import Desk
from tests.e2e.hotline import Hotline
from tests.e2e.sip_caller import Callers
from tests.e2e.sip_phone import ANSWERS, Behaviour
from tests.pictures.studio import LOOKS, Studio

HOUR_S = 3600.0
WALL = (1920, 1080)
BRIEF = Behaviour(talk_s=2.0)
WAITED_MS = 9_000
"""So long the callers on a board have waited."""
TEXTS = {
    "pl": "Awaria wodociągu na Woli. Prace potrwają do wieczora.",
    "en": "A water failure in Wola. Repairs last until the evening.",
}


def take(studio: Studio) -> None:
    """Take all pictures of boards, after some talks, with one that goes on and two callers who wait."""
    hotline, sylwia = studio.hotline, studio.hotline.desk("sylwia")
    anna, bartek, celina = (
        hotline.staff("anna", "2001", ANSWERS)[0],
        hotline.staff("bartek", "2002", BRIEF)[0],
        hotline.staff("celina", "2003", BRIEF)[0],
    )
    anna.wish("not_ready")
    for number, key, desk in (
        ("605000101", "1", celina),
        ("605000102", "3", bartek),
        ("605000103", "5", celina),
    ):
        _serve(hotline, number, key, desk)
    celina.write("PUT", "/me/availability", {"availability": "not_ready", "reason": "break"})
    _serve(hotline, "605000104", "4", bartek, complete=False)
    anna.become_ready()
    with hotline.callers("600100200") as first:
        _choose(first, "2")
        anna.wait_for_state("talking")
        with hotline.callers("601222333", "226543210") as waiting:
            _choose(waiting, "2")
            _with_callers(studio, sylwia)
    _line(studio, sylwia)


def _serve(hotline: Hotline, number: str, key: str, desk: Desk, *, complete: bool = True) -> None:
    """Have somebody call and be served, to the end of the wrap-up unless that is to be seen."""
    with hotline.callers(number) as callers:
        _choose(callers, key)
        desk.wait_for_state("wrap_up")
    if complete:
        desk.complete_wrap_up(desk.agent()["call"])
        desk.wait_for_state("ready")


def _choose(callers: Callers, key: str) -> None:
    for leg in callers.legs:
        leg.wait("answered")
        leg.press(key)


def _with_callers(studio: Studio, sylwia: Desk) -> None:
    for login, name in (("sylwia", "board"), ("lidia", "board-lead")):
        with studio.page("/board", login, height=1_400) as page:
            expect(page.locator(".waiting tbody tr")).to_have_count(2)
            page.wait_for_timeout(WAITED_MS)
            studio.keep(page, name)
    if studio.look is LOOKS[0]:
        _wall(studio, sylwia)


def _wall(studio: Studio, sylwia: Desk) -> None:
    made = sylwia.write("POST", "/tv-boards", {"name": "Sala 2"})
    width, height = WALL
    context = studio.browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{studio.hotline.desktop_port}{made['path']}?language=pl&theme=dark")
    page.wait_for_selector(".tv")
    page.wait_for_timeout(2_000)
    page.screenshot(path=str(studio.look.file("tv").with_name(f"tv-{width}-dark-pl.png")))
    context.close()


def _line(studio: Studio, sylwia: Desk) -> None:
    now = time.time()
    closure = {"queue": "waste", "reason": "Awaria systemu", "until_at": now + 2 * HOUR_S, "texts": TEXTS}
    closed = sylwia.write("POST", "/closures", closure)
    flash: dict[str, Any] = {
        "title": "Woda na Woli",
        "place": "line",
        "texts": TEXTS,
        "starts_at": now,
        "ends_at": now + 4 * HOUR_S,
        "on": True,
    }
    told = sylwia.write("POST", "/flash-messages", flash)
    with studio.page("/board", "sylwia") as page:
        expect(page.locator(".closure")).to_be_visible()
        studio.keep(page, "line-board")
        page.locator(".closure-buttons button").first.click()
        studio.keep(page, "line-closure")
        page.keyboard.press("Escape")
        page.locator(".flash-buttons button").last.click()
        studio.keep(page, "line-flash")
    with studio.page("/desk", "celina") as page:
        expect(page.locator(".desk-line")).to_be_visible()
        studio.keep(page, "line-desk")
    sylwia.write("DELETE", f"/closures/{closed['id']}", None)
    sylwia.write("PUT", f"/flash-messages/{told['id']}/state", {"on": False})
