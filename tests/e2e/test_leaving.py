"""Callers who leave their queue by a key, on a whole hotline: to voicemail, and back to the menu."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.city import quick_city, set_queue
from tests.e2e.desk import Desk
from tests.e2e.hotline import Hotline
from tests.e2e.records import wait_for_contact
from tests.e2e.sip_phone import ANSWERS
from tests.e2e.test_steering import ROADS, choose, waits
from tests.e2e.wait import until

KEYS = """
requirement = "roads>=40"
keys = { "2" = { leave = "voicemail" }, "0" = { leave = "menu" } }
"""


@pytest.fixture
def hotline(make_hotline: Callable[..., Hotline], tmp_path: Path) -> Hotline:
    config = quick_city(tmp_path)
    set_queue(config, "roads", KEYS)
    return make_hotline({"CENTRALA_ASTERISK__VOICEMAIL_MAX_S": "2"}, config)


def test_a_key_leads_out_of_the_queue_and_the_record_says_so(hotline: Hotline) -> None:
    sylwia = hotline.desk("sylwia")
    with hotline.callers("605000001") as back:
        choose(back.legs[0], ROADS)
        waits(sylwia)
        back.legs[0].press("0")
        until(lambda: sylwia.calls("ivr"), within_s=10, what="the caller in the menu again")
        back.legs[0].press("3")
        _, phone = hotline.staff("bartek", "2002", ANSWERS)
        phone.wait_for_call().wait("answered")
        until(lambda: sylwia.calls("talking"), within_s=5, what="a talk")
        phone.legs[0].hang_up()
        back.legs[0].wait("gone")
    record = wait_for_contact(hotline, "605000001")
    assert (record["outcome"], record["queue"], record["agent"]) == ("connected", "waste", "bartek")
    assert ends_of(hotline, sylwia) == ["ENTERQUEUE", "EXITWITHKEY", "ENTERQUEUE", "CONNECT", "COMPLETEAGENT"]


def ends_of(hotline: Hotline, desk: Desk) -> list[str]:
    """Return the events of callers in queue_log."""
    lines = (hotline.state_dir / "queue_log").read_text(encoding="utf-8").splitlines()
    assert desk.login
    wanted = ("ENTERQUEUE", "EXITWITHKEY", "CONNECT", "COMPLETEAGENT", "COMPLETECALLER", "ABANDON")
    return [event for event in (line.split("|")[4] for line in lines) if event in wanted]
