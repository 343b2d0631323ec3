"""Citizens who are called back: ordered by key, dialled by an agent who has answered, over a real trunk."""

from collections.abc import Callable
from pathlib import Path

import pytest

from acd.core.queue_log_lines import TERMINAL
from tests.e2e.city import quick_city
from tests.e2e.desk import Desk
from tests.e2e.hotline import Hotline
from tests.e2e.ports import free_port
from tests.e2e.records import contacts, journaled
from tests.e2e.sip_caller import CallerLeg
from tests.e2e.sip_phone import ANSWERS, BUSY, Behaviour, Citizens
from tests.e2e.wait import steady, until

ROADS = "2"
YES = "1"
RINGS_FOR_LONG = Behaviour(ring_s=8.0)
QUEUES = """
[queue.roads]
names = { pl = "Drogi", en = "Roads" }
requirement = "roads>=40"
overflow = [{ after_s = 0.5, leave = "callback" }]
callback = { attempts_max = 2, gap_s = 1, dial_timeout_s = 10 }

[queue.general]
names = { pl = "Inne", en = "Other" }
"""


@pytest.fixture
def trunk_port() -> int:
    return free_port()


@pytest.fixture
def hotline(make_hotline: Callable[..., Hotline], tmp_path: Path, trunk_port: int) -> Hotline:
    config = quick_city(tmp_path)
    file = config.with_name("queues.toml")
    whole = file.read_text(encoding="utf-8")
    others = whole[whole.index("[queue.transport]") : whole.index("[queue.roads]")]
    rest = whole[whole.index("[queue.waste]") : whole.index("[queue.general]")]
    file.write_text(QUEUES + others + rest, encoding="utf-8")
    return make_hotline({"CENTRALA_SIP__OUTBOUND": f"127.0.0.1:{trunk_port}"}, config)


@pytest.fixture
def citizens(hotline: Hotline, trunk_port: int) -> Citizens:
    return hotline.citizens(trunk_port)


def test_a_caller_hangs_up_and_is_called_back(hotline: Hotline, citizens: Citizens) -> None:
    citizens.behave(ANSWERS)
    sylwia = hotline.desk("sylwia")
    ordered = order(hotline, sylwia, "605000001")
    anna, phone = hotline.staff("anna", "2001", ANSWERS)
    agent_leg = phone.wait_for_call()
    agent_leg.wait("answered")
    citizen = citizens.wait_for_call()
    citizen.wait("answered")
    assert (agent_leg.number, citizen.extension, citizen.caller_id) == ("605000001", "+48605000001", "19115")
    until(lambda: anna.is_talking_to("605000001"), within_s=5, what="anna talks to the citizen")
    pop = anna.calls("talking")[0]
    assert (pop["id"], pop["callback"]) == (ordered["id"], True)
    citizen.hang_up()
    agent_leg.wait("gone")
    records = wait_for_records(hotline, "605000001", 2)
    assert [one["outcome"] for one in records] == ["callback_ordered", "called_back"]
    assert (records[1]["queue"], records[1]["agent"], records[1]["offers"]) == ("roads", "anna", 1)
    assert records[1]["queued_at"] == records[0]["queued_at"]
    anna.wait_for_state("wrap_up", "ready")
    assert sylwia.get("/callbacks") == []
    assert terminal_events(hotline) == {"EXITWITHTIMEOUT": 1, "COMPLETECALLER": 1}


def test_a_citizen_who_is_busy_is_called_a_second_time(hotline: Hotline, citizens: Citizens) -> None:
    citizens.behave(BUSY)
    sylwia = hotline.desk("sylwia")
    order(hotline, sylwia, "605000002")
    anna, phone = hotline.staff("anna", "2001", ANSWERS)
    citizens.wait_for_call().wait("refused")
    citizens.behave(ANSWERS)
    phone.wait_for_call(1).wait("gone")
    citizens.wait_for_call(2, within_s=15).wait("answered")
    until(lambda: anna.is_talking_to("605000002"), within_s=5, what="anna talks to the citizen")
    phone.legs[1].hang_up()
    citizens.legs[1].wait("gone")
    records = wait_for_records(hotline, "605000002", 2)
    assert [one["outcome"] for one in records] == ["callback_ordered", "called_back"]
    facts = sylwia.get(f"/calls/{records[1]['call']}/explanation")["facts"]
    assert [fact["end"] for fact in facts if fact["type"] == "CallbackAttempted"] == ["busy"]


def test_a_number_nobody_answers_at_is_given_up_after_all_attempts(
    hotline: Hotline, citizens: Citizens
) -> None:
    citizens.behave(BUSY)
    order(hotline, hotline.desk("sylwia"), "605000003")
    anna, phone = hotline.staff("anna", "2001", ANSWERS)
    citizens.wait_for_call(2, within_s=15).wait("refused")
    records = wait_for_records(hotline, "605000003", 2)
    assert (records[1]["outcome"], records[1]["agent"], records[1]["offers"]) == ("callback_failed", None, 2)
    anna.wait_for_state("ready")
    assert len(phone.legs) == 2


def test_a_second_order_of_the_same_number_keeps_the_older_place(
    hotline: Hotline, citizens: Citizens
) -> None:
    citizens.behave(ANSWERS)
    sylwia = hotline.desk("sylwia")
    first = order(hotline, sylwia, "605000004")
    with hotline.callers("605000004") as again:
        choose(again.legs[0], ROADS)
        until(lambda: in_the_offer(sylwia), within_s=20, what="the caller hears the offer")
        again.legs[0].press(YES)
        again.legs[0].wait("gone", within_s=15)
    assert [one["id"] for one in sylwia.get("/callbacks")] == [first["id"]]
    assert len(journaled(hotline, "CallbackOrdered")) == 2
    hotline.staff("anna", "2001", ANSWERS)
    citizens.wait_for_call().wait("answered")
    citizens.legs[0].hang_up()
    records = wait_for_records(hotline, "605000004", 3)
    assert sorted(one["outcome"] for one in records) == [
        "callback_ordered",
        "callback_ordered",
        "called_back",
    ]
    steady(lambda: len(citizens.legs) == 1, for_s=1, what="one call to the citizen")


def test_a_callback_outlives_a_killed_controller(hotline: Hotline, citizens: Citizens) -> None:
    citizens.behave(ANSWERS)
    ordered = order(hotline, hotline.desk("sylwia"), "605000005")
    hotline.kill_controller()
    hotline.start()
    sylwia = hotline.desk("sylwia")
    assert [one["joined_at"] for one in sylwia.get("/callbacks")] == [ordered["joined_at"]]
    hotline.staff("anna", "2001", ANSWERS)
    citizens.wait_for_call(within_s=15).wait("answered")
    citizens.legs[0].hang_up()
    records = wait_for_records(hotline, "605000005", 2)
    assert [one["outcome"] for one in records] == ["callback_ordered", "called_back"]


def test_a_controller_killed_while_the_citizen_is_dialled_finds_the_talk(
    hotline: Hotline, citizens: Citizens
) -> None:
    citizens.behave(RINGS_FOR_LONG)
    order(hotline, hotline.desk("sylwia"), "605000006")
    _, phone = hotline.staff("anna", "2001", ANSWERS)
    citizen = citizens.wait_for_call()
    until(lambda: journaled(hotline, "OfferAnswered"), within_s=5, what="the answer in the journal")
    hotline.kill_controller()
    hotline.start()
    anna = hotline.desk("anna")
    citizen.wait("answered", within_s=20)
    until(lambda: anna.is_talking_to("605000006"), within_s=10, what="anna talks to the citizen")
    citizen.hang_up()
    phone.legs[0].wait("gone")
    records = wait_for_records(hotline, "605000006", 2)
    assert [one["outcome"] for one in records] == ["callback_ordered", "called_back"]
    assert (len(citizens.legs), len(phone.legs)) == (1, 1)


def test_a_consultant_orders_one_and_a_supervisor_withdraws_it(hotline: Hotline) -> None:
    anna, sylwia = hotline.desk("anna"), hotline.desk("sylwia")
    body = {"number": "+48605000007", "queue": "roads", "language": "pl"}
    made = anna.write("POST", "/callbacks", body, {"Idempotency-Key": "one"})
    assert anna.write("POST", "/callbacks", body, {"Idempotency-Key": "one"})["id"] == made["id"]
    assert made["by"] == "anna"
    sylwia.write("DELETE", f"/callbacks/{made['id']}")
    assert sylwia.get("/callbacks") == []
    records = wait_for_records(hotline, "605000007", 1)
    assert records[0]["outcome"] == "callback_withdrawn"


def order(hotline: Hotline, sylwia: Desk, number: str) -> dict[str, object]:
    """Have a caller wait for roads, hear the offer, confirm their number and be let go."""
    with hotline.callers(number) as callers:
        choose(callers.legs[0], ROADS)
        until(lambda: in_the_offer(sylwia), within_s=20, what="the caller hears the offer")
        callers.legs[0].press(YES)
        callers.legs[0].wait("gone", within_s=15)
    rows = until(lambda: sylwia.get("/callbacks"), within_s=5, what="a callback")
    assert len(rows) == 1
    row: dict[str, object] = rows[0]
    return row


def in_the_offer(desk: Desk) -> bool:
    return bool(desk.calls("after"))


def choose(caller: CallerLeg, key: str) -> None:
    caller.wait("answered")
    caller.press(key)


def wait_for_records(hotline: Hotline, number: str, count: int) -> list[dict[str, object]]:
    until(lambda: len(contacts(hotline, number)) == count, within_s=15, what=f"{count} records of {number}")
    return sorted(contacts(hotline, number), key=lambda one: str(one["call"]))


def terminal_events(hotline: Hotline) -> dict[str, int]:
    lines = (hotline.state_dir / "queue_log").read_text(encoding="utf-8").splitlines()
    events = [line.split("|")[4] for line in lines]
    assert events.count("ENTERQUEUE") == sum(one in TERMINAL for one in events)
    return {one: events.count(one) for one in events if one in TERMINAL}
