"""The menu as callers meet it: keys, wrong keys, silence, and those who hang up in it."""

from typing import Any

from tests.e2e.hotline import Hotline
from tests.e2e.records import journaled, wait_for_contact
from tests.e2e.wait import until


def test_key_leads_to_the_queue_of_its_topic_with_the_language_and_the_path(hotline: Hotline) -> None:
    with hotline.callers("601000001") as callers:
        callers.legs[0].wait("answered")
        callers.legs[0].press("2")
        row = _waiting(hotline)
        assert (row["queue"], row["language"], row["topic"]) == ("roads", "pl", "roads")
        assert row["path"] == ["menu=2"]
        assert callers.legs[0].is_up


def test_english_is_one_key_and_is_asked_of_the_agent_too(hotline: Hotline) -> None:
    with hotline.callers("601000002") as callers:
        callers.legs[0].wait("answered")
        callers.legs[0].press("9")
        callers.legs[0].press("1")
        row = _waiting(hotline)
        assert (row["queue"], row["language"]) == ("transport", "en")
        assert "en" in row["requirement"]


def test_wrong_key_is_told_and_the_menu_goes_on(hotline: Hotline) -> None:
    with hotline.callers("601000003") as callers:
        callers.legs[0].wait("answered")
        callers.legs[0].press("8")
        callers.legs[0].press("3")
        row = _waiting(hotline)
        assert row["queue"] == "waste"
        assert [visit["ended_by"] for visit in _visits(hotline, row["id"])] == ["wrong_key", "digits"]


def test_silent_caller_reaches_a_person_all_the_same(hotline: Hotline) -> None:
    with hotline.callers("601000004") as callers:
        callers.legs[0].wait("answered")
        row = _waiting(hotline, within_s=30)
        assert row["queue"] == "general"
        assert callers.legs[0].is_up
        ends = [visit["ended_by"] for visit in _visits(hotline, row["id"])]
        assert ends == ["silence", "silence", "exhausted"]


def test_caller_who_hangs_up_in_the_menu_leaves_one_record(hotline: Hotline) -> None:
    with hotline.callers("601000005") as callers:
        callers.legs[0].wait("answered")
        until(lambda: hotline.desk("sylwia").calls("ivr"), within_s=10, what="the call in the menu")
        callers.legs[0].hang_up()
    record = wait_for_contact(hotline, "601000005")
    assert (record["outcome"], record["queue"], record["offers"]) == ("abandoned_ivr", None, 0)
    assert hotline.desk("sylwia").calls() == []


def test_emergency_key_ends_as_emergency(hotline: Hotline) -> None:
    with hotline.callers("601000006") as callers:
        callers.legs[0].wait("answered")
        callers.legs[0].press("#")
        callers.legs[0].wait("gone", within_s=20)
    assert wait_for_contact(hotline, "601000006")["outcome"] == "emergency"


def _waiting(hotline: Hotline, *, within_s: float = 10) -> dict[str, Any]:
    """Return the one call that waits, once there is one."""
    overseer = hotline.desk("sylwia")
    rows = until(lambda: overseer.calls("waiting"), within_s=within_s, what="a call in a queue")
    assert len(rows) == 1
    return rows[0]


def _visits(hotline: Hotline, call: str) -> list[dict[str, Any]]:
    """Return the journaled visits of a call to menu nodes."""
    return [visit for visit in journaled(hotline, "NodeVisited", call=call) if visit["node"] == "menu"]
