"""A queue changed in the office while calls are up, on a whole hotline: in force, in the file, undone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.city import quick_city
from tests.e2e.desk import Desk, Problem
from tests.e2e.hotline import Hotline
from tests.e2e.sip_phone import ANSWERS
from tests.e2e.test_steering import choose, waits
from tests.e2e.wait import until

ROADS = "2"


@pytest.fixture
def hotline(make_hotline: Callable[..., Hotline], tmp_path: Path) -> Hotline:
    return make_hotline(config=quick_city(tmp_path))


def put_roads(desk: Desk, **changed: Any) -> None:
    """Change settings of the queue of roads."""
    policy = desk.get("/policy")
    roads = next(one["settings"] for one in policy["queues"] if one["queue"] == "roads")
    body = {"version": policy["version"], "settings": {**roads, **changed}}
    desk.write("PUT", "/policy/queues/roads", body)


def test_a_queue_changed_in_the_office_takes_the_waiting_caller_and_drops_no_call(hotline: Hotline) -> None:
    file = hotline.config.with_name("queues.toml")
    before = file.read_text(encoding="utf-8")
    sylwia = hotline.desk("sylwia")
    bartek, phone = hotline.staff("bartek", "2002", ANSWERS)
    with hotline.callers("603000011") as talking, hotline.callers("603000012") as waiting:
        choose(talking.legs[0], ROADS)
        call = waits(sylwia)
        sylwia.write("POST", f"/calls/{call}/move", {"queue": "waste"})
        phone.wait_for_call().wait("answered")
        bartek.wait_for_state("talking")
        choose(waiting.legs[0], ROADS)
        waits(sylwia)

        with pytest.raises(Problem, match="requirement: character 8"):
            put_roads(sylwia, requirement="roads>=")
        put_roads(sylwia, requirement="waste>=40", relax=[], priority=2)
        assert talking.legs[0].is_up
        assert file.read_text(encoding="utf-8") == (
            before.replace('requirement = "roads>=40"\n', 'requirement = "waste>=40"\n').replace(
                'relax = [{ after_s = 60, requirement = "roads>=40 | general>=60" }]', "relax = []"
            )
        ).replace("\n\n[queue.waste]", "\npriority = 2\n\n[queue.waste]")

        phone.legs[0].hang_up()
        talking.legs[0].wait("gone")
        until(lambda: bartek.is_talking_to("603000012"), within_s=15, what="the waiting caller is taken")

        change = sylwia.get("/changes?action=queue.changed")[0]
        sylwia.write("POST", f"/changes/{change['id']}/undo", None)
        assert waiting.legs[0].is_up
    assert file.read_text(encoding="utf-8") == before


def test_what_the_office_wrote_rules_after_a_restart(hotline: Hotline) -> None:
    put_roads(hotline.desk("sylwia"), requirement="waste>=70")
    hotline.kill_controller()
    hotline.start()
    queues = hotline.desk("sylwia").get("/queues")
    assert {one["id"]: one["requirement"] for one in queues}["roads"] == "waste>=70"
