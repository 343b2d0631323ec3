"""What the hotline writes about itself while it serves somebody holds no whole telephone number."""

import re
from collections.abc import Callable
from pathlib import Path

from tests.e2e.city import quick_city
from tests.e2e.hotline import Hotline
from tests.e2e.records import wait_for_contact
from tests.e2e.sip_phone import Behaviour
from tests.e2e.wait import until

ROADS = "2"
CALLER, ABANDONS = "609112358", "609221347"
TYPED = "+48609334455"


def lines_of(hotline: Hotline) -> list[str]:
    """Return every line that the controller and Asterisk have logged; the queue log is data, not a log."""
    files = [hotline.log, *sorted((hotline.state_dir / "asterisk").rglob("*.log"))]
    assert len(files) > 1
    return [
        f"{file.name}: {line}" for file in files for line in file.read_text(errors="replace").splitlines()
    ]


def test_no_line_of_any_log_holds_a_callers_whole_number(
    make_hotline: Callable[..., Hotline], tmp_path: Path
) -> None:
    hotline = make_hotline({"CENTRALA_RUNTIME__LOG_LEVEL": "DEBUG"}, quick_city(tmp_path))
    desk, phone = hotline.staff("anna", "2001", Behaviour())
    with hotline.callers(CALLER) as callers:
        callers.legs[0].wait("answered")
        callers.legs[0].press(ROADS)
        leg = hotline.talk(desk, phone)
        call = desk.agent()["call"]
        desk.get(f"/callers/%2B48{CALLER}/history")
        topics = desk.get("/catalogue")["topics"]
        topic = next(one["id"] for one in topics if not any(asked["required"] for asked in one["questions"]))
        case = {"topic": topic, "description": f"Proszę oddzwonić: {TYPED}", "call": call, "caller": TYPED}
        desk.write("POST", "/cases", case, {"Idempotency-Key": "log"})
        leg.hang_up()
        callers.legs[0].wait("gone")
    wait_for_contact(hotline, CALLER)
    with hotline.callers(ABANDONS) as callers:
        callers.legs[0].wait("answered")
        callers.legs[0].press("3")
        until(lambda: hotline.desk("sylwia").calls("waiting"), within_s=15, what="a caller in the queue")
        callers.legs[0].hang_up()
    wait_for_contact(hotline, ABANDONS)
    until(hotline.crm_cases, within_s=15, what="the case at the reference CRM")
    lines = lines_of(hotline)
    assert [line for line in lines if "***" in line], "the call was logged with its number masked"
    numbers = "|".join(number[-9:] for number in (CALLER, ABANDONS, TYPED))
    whole = re.compile(rf"{numbers}|\+\d{{9}}")
    assert [line for line in lines if whole.search(re.sub(r"[ -]", "", line.partition(": ")[2]))] == []
