"""The rules of a queue on a whole hotline: who waits for whom, in which order, and who is sent on."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.city import set_queue
from tests.e2e.desk import Desk
from tests.e2e.hotline import Hotline
from tests.e2e.records import contacts, journaled, wait_for_contact
from tests.e2e.sip_phone import ANSWERS
from tests.e2e.test_steering import ROADS, choose, waits
from tests.e2e.wait import until

Rules = Callable[[str, str], Desk]
GENERAL = "5"
AWAY = 'empty_after_s = 1\noverflow = [{ on = "empty", leave = "message" }]\n'


@pytest.fixture
def rules(hotline: Hotline) -> Iterator[Rules]:
    """Have a queue go by other rules; the city's own are in force again after the test."""
    file = hotline.config.with_name("queues.toml")
    whole = file.read_text(encoding="utf-8")
    sylwia = hotline.desk("sylwia")

    def rule(queue: str, text: str) -> Desk:
        set_queue(hotline.config, queue, text)
        sylwia.write("POST", "/policy/reload")
        return sylwia

    yield rule
    file.write_text(whole, encoding="utf-8")
    sylwia.write("POST", "/policy/reload")


def test_what_a_queue_asks_relaxes_while_the_caller_waits(hotline: Hotline, rules: Rules) -> None:
    relax = 'relax = [{ after_s = 2, requirement = "roads>=40 | waste>=40" }]'
    sylwia = rules("roads", f'requirement = "roads>=40"\n{relax}')
    bartek, phone = hotline.staff("bartek", "2002", ANSWERS)
    with hotline.callers("606000001") as callers:
        choose(callers.legs[0], ROADS)
        waits(sylwia)
        assert bartek.agent()["state"] == "ready"
        hotline.talk(bartek, phone).hang_up()
    record = wait_for_contact(hotline, "606000001")
    assert (record["queue"], record["agent"]) == ("roads", "bartek")


def test_the_ladder_leads_to_another_queue_and_then_out(hotline: Hotline, rules: Rules) -> None:
    steps = '{ after_s = 1, queue = "waste" }, { after_s = 5, leave = "message" }'
    sylwia = rules("roads", f'requirement = "roads>=40"\noverflow = [{steps}]')
    with hotline.callers("606000002") as callers:
        choose(callers.legs[0], ROADS)
        until(lambda: row_of(sylwia, "606000002")["queue"] == "waste", within_s=10, what="the next queue")
        callers.legs[0].wait("gone", within_s=15)
    record = wait_for_contact(hotline, "606000002")
    assert (record["outcome"], record["queue"], record["offers"]) == ("overflowed", "waste", 0)
    assert stays(hotline, record["call"]) == [
        ("roads", "ENTERQUEUE"),
        ("roads", "EXITWITHTIMEOUT"),
        ("waste", "ENTERQUEUE"),
        ("waste", "EXITWITHTIMEOUT"),
    ]


def test_a_caller_whose_priority_is_raised_goes_first(hotline: Hotline, rules: Rules) -> None:
    sylwia = rules("roads", 'requirement = "roads>=40"')
    with hotline.callers("606000003") as early, hotline.callers("606000004") as late:
        choose(early.legs[0], ROADS)
        waits(sylwia)
        choose(late.legs[0], ROADS)
        until(lambda: len(sylwia.calls("waiting")) == 2, within_s=10, what="two callers who wait")
        sylwia.write("PUT", f"/calls/{row_of(sylwia, '606000004')['id']}/priority", {"priority": 5})
        anna, phone = hotline.staff("anna", "2001", ANSWERS)
        first = hotline.talk(anna, phone)
        assert first.number.endswith("606000004")
        first.hang_up()
        assert hotline.talk(anna, phone, 2).number.endswith("606000003")


def test_nobody_joins_a_queue_in_which_nobody_is(hotline: Hotline, rules: Rules) -> None:
    rules("roads", f'requirement = "roads>=40"\njoin_empty = ["logged_out", "not_ready"]\n{AWAY}')
    with hotline.callers("606000005") as callers:
        choose(callers.legs[0], ROADS)
        callers.legs[0].wait("gone", within_s=15)
    record = wait_for_contact(hotline, "606000005")
    assert (record["outcome"], record["queue"]) == ("overflowed", "roads")
    assert [end for _, end in stays(hotline, record["call"])] == ["ENTERQUEUE", "EXITEMPTY"]


def test_callers_leave_a_queue_that_the_last_consultant_leaves(hotline: Hotline, rules: Rules) -> None:
    sylwia = rules("roads", f'requirement = "roads>=40"\nleave_empty = ["logged_out", "not_ready"]\n{AWAY}')
    anna, phone = hotline.staff("anna", "2001", ANSWERS)
    with hotline.callers("606000006") as served, hotline.callers("606000007") as waiting:
        choose(served.legs[0], ROADS)
        talk = hotline.talk(anna, phone)
        choose(waiting.legs[0], ROADS)
        waits(sylwia)
        anna.wish("not_ready")
        assert sylwia.calls("waiting")
        talk.hang_up()
        waiting.legs[0].wait("gone", within_s=15)
    assert wait_for_contact(hotline, "606000007")["outcome"] == "overflowed"
    assert wait_for_contact(hotline, "606000006")["outcome"] == "connected"


def test_a_caller_who_redials_has_the_old_place_back(hotline: Hotline, rules: Rules) -> None:
    sylwia = rules("roads", 'requirement = "roads>=40"\nredial_keep_s = 60')
    with hotline.callers("606000008") as callers:
        choose(callers.legs[0], ROADS)
        waits(sylwia)
        joined_at = row_of(sylwia, "606000008")["joined_at"]
        callers.legs[0].hang_up()
    until(lambda: contacts(hotline, "606000008"), within_s=10, what="the record of the first call")
    with hotline.callers("606000008") as callers:
        choose(callers.legs[0], ROADS)
        waits(sylwia)
        assert row_of(sylwia, "606000008")["joined_at"] == joined_at


@pytest.mark.parametrize("rule", ["last_agent_s", "owner_s"])
def test_a_caller_comes_back_to_whom_they_talked_to_or_who_filed_their_case(
    hotline: Hotline, rules: Rules, rule: str
) -> None:
    rules("general", f'requirement = "general>=20"\n{rule} = 20')
    files = rule == "owner_s"
    number = "606000010" if files else "606000009"
    anna, phone = hotline.staff("anna", "2001", ANSWERS)
    with hotline.callers(number) as callers:
        choose(callers.legs[0], GENERAL)
        talk = hotline.talk(anna, phone)
        if files:
            call = anna.calls("talking")[0]["id"]
            anna.write("POST", "/cases", {"topic": "pothole", "description": "Dziura", "call": call})
        talk.hang_up()
    bartek, other = hotline.staff("bartek", "2002", ANSWERS)
    anna.wait_for_state("ready")
    with hotline.callers(number) as callers:
        choose(callers.legs[0], GENERAL)
        assert hotline.talk(anna, phone, 2).number.endswith(number)
        assert bartek.agent()["state"] == "ready"
        assert other.legs == []
        found = journaled(hotline, "OwnerFound", call=anna.calls("talking")[0]["id"])
        assert [one["agent"] for one in found] == (["anna"] if files else [])


def row_of(desk: Desk, number: str) -> dict[str, Any]:
    """Return the call from `number` that is up."""
    return next(row for row in desk.calls() if row["caller"].endswith(number))


def stays(hotline: Hotline, call: str) -> list[tuple[str, str]]:
    """Return queue and event of a call's lines in queue_log."""
    lines = (hotline.state_dir / "queue_log").read_text(encoding="utf-8").splitlines()
    fields = [line.split("|") for line in lines]
    return [(one[2], one[4]) for one in fields if one[1] == call]
