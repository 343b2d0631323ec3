"""The policy changed and callers sent on while calls are up, on a whole hotline."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.city import quick_city
from tests.e2e.desk import Desk, Problem
from tests.e2e.hotline import Hotline
from tests.e2e.records import journaled, wait_for_contact
from tests.e2e.sip_caller import CallerLeg
from tests.e2e.sip_phone import ANSWERS
from tests.e2e.wait import until

ROADS = "2"
LADDER = """
[queue.roads]
names = { pl = "Drogi" }
requirement = "roads>=40"
overflow = [{ after_s = 1, leave = "message" }]
"""


@pytest.fixture
def hotline(make_hotline: Callable[..., Hotline], tmp_path: Path) -> Hotline:
    return make_hotline(config=quick_city(tmp_path))


def test_a_skill_given_while_a_caller_waits_for_it_brings_the_offer(hotline: Hotline) -> None:
    sylwia = hotline.desk("sylwia")
    bartek, phone = hotline.staff("bartek", "2002", ANSWERS)
    with hotline.callers("603000003") as callers, hotline.callers("603000004") as later:
        choose(callers.legs[0], ROADS)
        waits(sylwia)
        assert phone.legs == []
        sylwia.write("PUT", "/agents/bartek/skills", {"skills": {"pl": 90, "roads": 80}})
        hotline.talk(bartek, phone).hang_up()
        callers.legs[0].wait("gone")
        bartek.wait_for_state("ready")
        hotline.run("user", "change", "bartek", "--skills", "pl=90")
        until(lambda: bartek.agent()["skills"] == {"pl": 90}, within_s=15, what="routing knows the change")
        choose(later.legs[0], ROADS)
        waits(sylwia)
        assert len(phone.legs) == 1


def test_policy_changes_under_a_call_and_the_ladder_lets_a_caller_go(hotline: Hotline) -> None:
    file = hotline.config.with_name("queues.toml")
    whole = file.read_text(encoding="utf-8")
    sylwia = hotline.desk("sylwia")
    bartek, phone = hotline.staff("bartek", "2002", ANSWERS)
    with hotline.callers("603000001") as talking, hotline.callers("603000002") as waiting:
        choose(talking.legs[0], ROADS)
        call = waits(sylwia)
        sylwia.write("POST", f"/calls/{call}/move", {"queue": "waste"})
        phone.wait_for_call().wait("answered")
        bartek.wait_for_state("talking")

        file.write_text(whole.replace('"roads>=40"', '"roads>="'), encoding="utf-8")
        with pytest.raises(Problem, match=r"queue\.roads\.requirement"):
            sylwia.write("POST", "/policy/reload", None)

        choose(waiting.legs[0], ROADS)
        waits(sylwia)
        file.write_text(LADDER + whole[whole.index("[queue.waste]") :], encoding="utf-8")
        os.kill(hotline.controller_pid, signal.SIGHUP)
        waiting.legs[0].wait("gone", within_s=15)
        assert talking.legs[0].is_up
        phone.legs[0].hang_up()
        talking.legs[0].wait("gone")
    record = wait_for_contact(hotline, "603000002")
    assert (record["outcome"], record["queue"]) == ("overflowed", "roads")
    record = wait_for_contact(hotline, "603000001")
    assert (record["outcome"], record["queue"], record["agent"]) == ("connected", "waste", "bartek")
    assert [one["by"] for one in journaled(hotline, "CallMoved")] == ["sylwia"]


def choose(caller: CallerLeg, key: str) -> None:
    caller.wait("answered")
    caller.press(key)


def waits(desk: Desk) -> str:
    rows = until(lambda: desk.calls("waiting"), within_s=20, what="a caller who waits")
    return str(rows[0]["id"])
