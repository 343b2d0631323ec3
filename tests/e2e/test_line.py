"""What is decided about the line from day to day, as callers meet it: messages, closures, opening hours."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ivr.adapters.tts import LEVEL_DBFS, length_s, level_dbfs
from tests.e2e.city import quick_city
from tests.e2e.desk import Desk
from tests.e2e.hotline import Hotline
from tests.e2e.records import journaled, wait_for_contact
from tests.e2e.sip_caller import CallerLeg
from tests.e2e.wait import until

HOUR_S = 3_600.0
ROADS, DISTRICT, ENGLISH = "2", "6", "9"
WATER = {"pl": "Na Woli nie ma wody.", "en": "There is no water in Wola."}
SHUT = {"pl": "Dział dróg jest zamknięty.", "en": "Roads are closed."}


LAST_FRAME_S = 0.02
"""Asterisk is done with a file when it has sent the last frame, not when that is over."""


@pytest.fixture
def hotline(make_hotline: Callable[..., Hotline], tmp_path: Path) -> Hotline:
    return make_hotline({"CENTRALA_ASTERISK__VOICEMAIL_MAX_S": "2"}, quick_city(tmp_path))


def test_callers_hear_a_flash_message_and_every_play_is_counted(hotline: Hotline) -> None:
    sylwia, anna = hotline.desk("sylwia"), hotline.desk("anna")
    made = tell(sylwia, place="line")
    assert made["at_the_line"] is True
    spoken = told_files(hotline)
    assert {file.parent.parent.name for file in spoken} == {"pl", "en"}
    assert all(abs(level_dbfs(file) - LEVEL_DBFS) < 1.0 for file in spoken)
    with calling(hotline, "606000001") as leg:
        row = waiting(sylwia, within_s=40)  # silent: the message is heard to its end, then the menu's tries
        assert row["path"] == [f"flash={made['id']}"]
        assert leg.is_up
    heard = flash_visits(hotline, row["id"], made)
    assert [(one["ended_by"], one["heard"]) for one in heard] == [("done", "")]
    assert heard[0]["spent_s"] > min(map(length_s, spoken)) - LAST_FRAME_S
    assert plays(anna, made) == 1
    assert (
        f'centrala_flash_plays_total{{flash="{made["id"]}",language="pl"}} 1.0' in hotline.http("/metrics")[1]
    )


def test_a_key_stops_a_flash_message_and_the_other_language_hears_its_own(hotline: Hotline) -> None:
    sylwia = hotline.desk("sylwia")
    long = {language: " ".join([text] * 8) for language, text in WATER.items()}
    made = tell(sylwia, place="line", texts=long)
    with calling(hotline, "606000002") as leg:
        visited(hotline, "greeting")
        leg.press(ENGLISH)
        visited(hotline, "greeting_en")
        leg.press(ROADS)
        row = waiting(sylwia)
        assert (row["queue"], row["language"]) == ("roads", "en")
        heard = flash_visits(hotline, row["id"], made)
        assert [(one["ended_by"], one["heard"]) for one in heard] == [("digits", "9"), ("digits", "2")]
        assert all(one["spent_s"] < 8 for one in heard)
        assert row["path"] == [f"flash={made['id']}", "menu=9", "menu_en=2"]
    assert plays(sylwia, made) == 2


def test_a_message_of_a_queue_is_heard_there_and_no_more_once_it_is_off(hotline: Hotline) -> None:
    sylwia = hotline.desk("sylwia")
    made = tell(sylwia, place="queue", place_name="roads")
    with calling(hotline, "606000003") as leg:
        leg.press(ROADS)
        assert waiting(sylwia)["path"] == ["menu=2", f"flash={made['id']}"]
    until(lambda: not sylwia.calls(), within_s=10, what="nobody on the line")
    sylwia.write("PUT", f"/flash-messages/{made['id']}/state", {"on": False})
    with calling(hotline, "606000004") as leg:
        leg.press(ROADS)
        assert waiting(sylwia)["path"] == ["menu=2"]
    assert plays(sylwia, made) == 1


def test_a_closed_queue_leads_to_its_destination_until_it_is_opened_or_the_time_is_over(
    hotline: Hotline,
) -> None:
    sylwia = hotline.desk("sylwia")
    made = close(sylwia, "roads", for_s=HOUR_S)
    with calling(hotline, "606000005") as leg:
        leg.press(ROADS)
        visited(hotline, "message")
        leg.speak()
        leg.wait("gone", within_s=10)
    assert wait_for_contact(hotline, "606000005")["outcome"] == "voicemail"
    (closed,) = journaled(hotline, "NodeVisited", node="closed_roads")
    assert (closed["ended_by"], closed["call"]) == ("done", wait_for_contact(hotline, "606000005")["call"])
    sylwia.write("DELETE", f"/closures/{made['id']}")
    with calling(hotline, "606000006") as leg:
        leg.press(ROADS)
        assert waiting(sylwia)["queue"] == "roads"
    until(lambda: not sylwia.calls(), within_s=10, what="nobody on the line")
    close(sylwia, "roads", for_s=3.0)
    until(lambda: not sylwia.get("/closures"), within_s=10, what="the closure over by itself")
    with calling(hotline, "606000007") as leg:
        leg.press(ROADS)
        assert waiting(sylwia)["queue"] == "roads"


def test_a_closure_holds_while_the_database_is_away(hotline: Hotline) -> None:
    sylwia = hotline.desk("sylwia")
    close(sylwia, None, for_s=HOUR_S)
    made = tell(sylwia, place="line")
    hotline.kill_controller()
    with hotline.database_away():
        hotline.begin()
        with calling(hotline, "606000008") as leg:
            leg.wait("gone", within_s=60)
        closed = until(
            lambda: journaled(hotline, "NodeVisited", node="closed_line"),
            within_s=10,
            what="the closure told",
        )
        assert len(closed) == 2, "in both languages"
        assert journaled(hotline, "NodeVisited", node=f"flash_{made['id']}") == []
    hotline.wait_until_ready()
    again = hotline.desk("sylwia")
    (held,) = until(lambda: again.get("/closures"), within_s=10, what="the closure on the board again")
    assert held["queue"] is None


def test_opening_hours_decide_where_a_key_leads_from_the_next_call_on(hotline: Hotline) -> None:
    sylwia = hotline.desk("sylwia")
    today = {"title": "Dziś", "first": "2000-01-01", "last": "2099-12-31", "destination": "christmas"}
    for number, hours, ended_by, queue in (
        ("606000010", {"week": ["00:00-24:00"]}, "open", "district"),
        ("606000011", {"week": ["00:00-24:00"], "exceptions": [today]}, "exception", "general"),
        ("606000012", {"week": [closed_now()]}, "closed", "general"),
    ):
        body = {"time_zone": "Europe/Warsaw", "holidays": "", **hours}
        shown = sylwia.write("PUT", "/schedules/district_offices", body)
        assert shown["open"] is (ended_by == "open")
        with calling(hotline, number) as leg:
            leg.press(DISTRICT)
            row = waiting(sylwia)
            assert row["queue"] == queue
            (visit,) = journaled(hotline, "NodeVisited", node="district_hours", call=row["id"])
            assert visit["ended_by"] == ended_by
        until(lambda: not sylwia.calls(), within_s=10, what="nobody on the line")


def closed_now() -> str:
    """Return a window on the other side of the week."""
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return f"{days[(time.localtime().tm_wday + 3) % 7]} 10:00-11:00"


def tell(desk: Desk, *, texts: dict[str, str] | None = None, **place: str) -> dict[str, Any]:
    now = time.time()
    body = {"title": "Woda", "texts": texts or WATER, "starts_at": now, "ends_at": now + HOUR_S, **place}
    made: dict[str, Any] = desk.write("POST", "/flash-messages", body)
    return made


def close(desk: Desk, queue: str | None, *, for_s: float) -> dict[str, Any]:
    body = {"queue": queue, "reason": "Awaria", "until_at": time.time() + for_s, "texts": SHUT}
    made: dict[str, Any] = desk.write("POST", "/closures", body)
    assert made["at_the_line"] is True
    return made


@contextmanager
def calling(hotline: Hotline, number: str) -> Iterator[CallerLeg]:
    with hotline.callers(number) as callers:
        callers.legs[0].wait("answered", within_s=30)
        yield callers.legs[0]


def waiting(desk: Desk, *, within_s: float = 15) -> dict[str, Any]:
    rows = until(lambda: desk.calls("waiting"), within_s=within_s, what="a call in a queue")
    assert len(rows) == 1
    return rows[0]


def visited(hotline: Hotline, node: str) -> None:
    until(lambda: journaled(hotline, "NodeVisited", node=node), within_s=15, what=f"a visit of {node}")


def flash_visits(hotline: Hotline, call: str, made: dict[str, Any]) -> list[dict[str, Any]]:
    return journaled(hotline, "NodeVisited", call=call, node=f"flash_{made['id']}")


def plays(desk: Desk, made: dict[str, Any]) -> int:
    rows = {row["id"]: row for row in desk.get("/flash-messages")}
    heard: int = rows[made["id"]]["heard"]
    return heard


def told_files(hotline: Hotline) -> list[Path]:
    return sorted((hotline.state_dir / "prompts").glob("*/told/*.wav"))
