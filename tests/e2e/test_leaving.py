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


def test_a_message_out_of_the_queue_becomes_a_task_also_over_a_killed_controller(hotline: Hotline) -> None:
    sylwia = hotline.desk("sylwia")
    with hotline.callers("605000002") as callers:
        leg = callers.legs[0]
        choose(leg, ROADS)
        waits(sylwia)
        leg.press("2")
        until(lambda: sylwia.calls("after"), within_s=10, what="a caller who left the queue")
        leg.speak()
        leg.wait("gone", within_s=20)
    (message,) = until(lambda: sylwia.get("/voicemails"), within_s=10, what="a message")
    assert (message["queue"], message["caller"][-9:], message["language"]) == ("roads", "605000002", "pl")
    assert message["duration_s"] > 1
    assert sylwia.get(f"/voicemails/{message['id']}/audio").startswith("RIFF")
    done = sylwia.write("PUT", f"/voicemails/{message['id']}", {"done": True})
    assert done["done_by"] == "sylwia"
    assert sylwia.get("/voicemails") == []
    assert wait_for_contact(hotline, "605000002")["outcome"] == "voicemail"

    with hotline.callers("605000003") as callers:
        leg = callers.legs[0]
        choose(leg, ROADS)
        waits(sylwia)
        leg.press("2")
        until(lambda: sylwia.calls("after"), within_s=10, what="a caller who left the queue")
        hotline.kill_controller()
        leg.speak()
        leg.wait("gone", within_s=20)
    hotline.start()
    sylwia = hotline.desk("sylwia")
    (message,) = until(lambda: sylwia.get("/voicemails"), within_s=20, what="the message of meanwhile")
    assert message["caller"].endswith("605000003")
    assert wait_for_contact(hotline, "605000003")["outcome"] == "voicemail"
    assert ends_of(hotline, sylwia).count("EXITWITHKEY") == 2


def ends_of(hotline: Hotline, desk: Desk) -> list[str]:
    """Return the events of callers in queue_log."""
    lines = (hotline.state_dir / "queue_log").read_text(encoding="utf-8").splitlines()
    assert desk.login
    wanted = ("ENTERQUEUE", "EXITWITHKEY", "CONNECT", "COMPLETEAGENT", "COMPLETECALLER", "ABANDON")
    return [event for event in (line.split("|")[4] for line in lines) if event in wanted]
