"""`kill -9` of the controller: nobody is dropped, and those who wait are adopted again in their order."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.e2e.city import quick_city
from tests.e2e.desk import Desk
from tests.e2e.hotline import Hotline
from tests.e2e.records import wait_for_contact
from tests.e2e.sip_phone import ANSWERS, NEVER_ANSWERS
from tests.e2e.wait import steady, until

TRANSPORT = "1"
WITHOUT_CONTROLLER_S = 3.0
BRIDGE_FIELD = -2
"""The bridge of a channel, among the fields of `core show channels concise`; "" for none."""


def test_callers_survive_the_controller_and_keep_their_order(
    make_hotline: Callable[..., Hotline], tmp_path: Path
) -> None:
    hotline = make_hotline(config=quick_city(tmp_path))
    anna, phone = hotline.staff("anna", "2001", ANSWERS)
    with hotline.callers("603000001", "603000002", "603000003", "603000004", rate=1) as callers:
        for leg in callers.legs:
            leg.wait("answered")
            leg.press(TRANSPORT)
        talk = hotline.talk(anna, phone)
        before = _waiting(hotline.desk("sylwia"), 3)
        with hotline.callers("603000005") as in_menu:
            in_menu.legs[0].wait("answered")
            hotline.kill_controller()
            legs = [*callers.legs, *in_menu.legs]
            steady(
                lambda: all(leg.is_up for leg in legs) and talk.at("gone") is None,
                for_s=WITHOUT_CONTROLLER_S,
                what="every call stays up without a controller",
            )
            hotline.start()
            after = _waiting(hotline.desk("sylwia"), 3, but="603000005")
            assert [(row["id"], row["joined_at"]) for row in after] == [
                (row["id"], row["joined_at"]) for row in before
            ]
            assert anna.is_talking_to("603000001")
            _waiting(hotline.desk("sylwia"), 4)
            talk.hang_up()
            served = [talk.number]
            for nth in range(2, 6):
                leg = hotline.talk(anna, phone, nth)
                served.append(leg.number)
                leg.hang_up()
    assert served == [f"60300000{n}" for n in range(1, 6)]
    for n in range(1, 6):
        assert wait_for_contact(hotline, f"60300000{n}")["outcome"] == "connected"


def test_caller_who_hangs_up_without_a_controller_has_a_record_all_the_same(
    make_hotline: Callable[..., Hotline], tmp_path: Path
) -> None:
    hotline = make_hotline(config=quick_city(tmp_path))
    _, phone = hotline.staff("anna", "2001", NEVER_ANSWERS)
    with hotline.callers("603000011", "603000012", rate=1) as callers:
        for leg in callers.legs:
            leg.wait("answered")
            leg.press(TRANSPORT)
        phone.wait_for_call()
        _waiting(hotline.desk("sylwia"), 2, places=("waiting", "offered"))
        hotline.kill_controller()
        callers.legs[0].hang_up()
        hotline.start()
        assert wait_for_contact(hotline, "603000011")["outcome"] == "abandoned_queue"
        phone.behave(ANSWERS)
        hotline.desk("anna").become_ready()
        until(
            lambda: [leg for leg in phone.legs if leg.at("answered") and "603000012" in leg.caller],
            within_s=15,
            what="the second caller at the phone",
        )
    assert wait_for_contact(hotline, "603000012")["outcome"] == "connected"


def _waiting(
    desk: Desk, count: int, *, but: str = "", places: tuple[str, ...] = ("waiting",)
) -> list[dict[str, Any]]:
    """Return the calls that wait, in the order of joining, once there are `count` beside those `but`."""

    def rows() -> list[dict[str, Any]] | None:
        found = [row for row in desk.calls() if row["place"] in places]
        found = [row for row in found if not (but and row["caller"].endswith(but[-3:]))]
        return sorted(found, key=lambda row: row["joined_at"]) if len(found) == count else None

    ordered = until(rows, within_s=20, what=f"{count} calls waiting")
    assert ordered is not None
    return ordered


def met(hotline: Hotline) -> bool:
    """Tell whether two legs are in one bridge, by Asterisk's own list."""
    return sum(1 for fields in hotline.channels() if fields[BRIDGE_FIELD]) > 1


def test_a_controller_that_finds_no_database_serves_callers_all_the_same(
    make_hotline: Callable[..., Hotline], tmp_path: Path
) -> None:
    hotline = make_hotline(config=quick_city(tmp_path, agents=1))
    _, phone = hotline.staff("agent1", "3001", ANSWERS)
    numbers = ["602200001", "602200002"]
    with hotline.callers(*numbers, rate=2) as callers:
        for leg in callers.legs:
            leg.wait("answered")
            leg.press("5")
        first = phone.wait_for_call()
        first.wait("answered")
        desk = hotline.desk("sylwia")
        until(lambda: desk.calls("waiting"), within_s=10, what="the second caller waits")
        hotline.kill_controller()
        with hotline.database_away():
            hotline.begin()
            first.hang_up()
            second = phone.wait_for_call(2, within_s=20)
            second.wait("answered")
            # Whoever hangs up before they have met the caller leaves the caller to be offered again.
            until(lambda: met(hotline), within_s=10, what="consultant and caller together")
            second.hang_up()
        hotline.wait_until_ready()
        for number in numbers:
            assert wait_for_contact(hotline, number)["outcome"] == "connected"
