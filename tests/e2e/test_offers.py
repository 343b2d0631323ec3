"""One call put to one agent, in every way in which that can end."""

from typing import Any

import pytest

from tests.e2e.hotline import Hotline
from tests.e2e.records import wait_for_contact
from tests.e2e.sip_caller import CallerLeg
from tests.e2e.sip_phone import ANSWERS, BUSY, DECLINES, NEVER_ANSWERS, Behaviour
from tests.e2e.wait import steady, until

ROADS = "2"
TRANSPORT = "1"
WASTE = "3"


def test_caller_and_agent_talk_until_the_agent_hangs_up(hotline: Hotline) -> None:
    desk, phone = hotline.staff("anna", "2001", ANSWERS)
    with hotline.callers("602000001") as callers:
        _choose(callers.legs[0], ROADS)
        leg = hotline.talk(desk, phone)
        assert desk.agent()["call"] == desk.calls("talking")[0]["id"]
        assert leg.number == "602000001"
        leg.hang_up()
        callers.legs[0].wait("gone")
    record = wait_for_contact(hotline, "602000001")
    assert (record["outcome"], record["queue"], record["agent"]) == ("connected", "roads", "anna")
    assert record["offers"] == 1
    desk.wait_for_state("ready")


def test_caller_hangs_up_during_the_talk(hotline: Hotline) -> None:
    desk, phone = hotline.staff("anna", "2001", ANSWERS)
    with hotline.callers("602000002") as callers:
        _choose(callers.legs[0], ROADS)
        leg = hotline.talk(desk, phone)
        callers.legs[0].hang_up()
        leg.wait("gone", within_s=3)
    assert wait_for_contact(hotline, "602000002")["outcome"] == "connected"
    desk.wait_for_state("wrap_up", "ready")
    desk.wait_for_state("ready")


def test_caller_hangs_up_in_the_queue(hotline: Hotline) -> None:
    with hotline.callers("602000003") as callers:
        _choose(callers.legs[0], ROADS)
        _wait_for_queue(hotline, 1)
        callers.legs[0].hang_up()
    record = wait_for_contact(hotline, "602000003")
    assert (record["outcome"], record["queue"], record["offers"]) == ("abandoned_queue", "roads", 0)


def test_caller_hangs_up_while_the_phone_rings_and_the_phone_stops(hotline: Hotline) -> None:
    desk, phone = hotline.staff("anna", "2001", NEVER_ANSWERS)
    with hotline.callers("602000004") as callers:
        _choose(callers.legs[0], ROADS)
        leg = phone.wait_for_call()
        callers.legs[0].hang_up()
        leg.wait("cancelled", within_s=2)
    record = wait_for_contact(hotline, "602000004")
    assert (record["outcome"], record["offers"]) == ("abandoned_queue", 1)
    desk.wait_for_state("ready")
    assert len(phone.legs) == 1


def test_unanswered_caller_keeps_the_place_and_the_agent_is_taken_out(hotline: Hotline) -> None:
    anna, phone = hotline.staff("anna", "2001", NEVER_ANSWERS)
    with hotline.callers("602000005") as first:
        _choose(first.legs[0], TRANSPORT)
        phone.wait_for_call()
        with hotline.callers("602000006") as second:
            _choose(second.legs[0], TRANSPORT)
            row = anna.wait_for_state("not_ready", within_s=15)
            assert row["availability"] == "not_ready"
            assert row["reason"]
            assert [leg.number for leg in phone.legs] == ["602000005", "602000005"]
            for leg in phone.legs:
                leg.wait("cancelled")
            celina, other = hotline.staff("celina", "2003", ANSWERS)
            for nth, number in ((1, "602000005"), (2, "602000006")):
                leg = hotline.talk(celina, other, nth)
                assert leg.number == number
                leg.hang_up()
    assert wait_for_contact(hotline, "602000005")["offers"] == 3
    assert wait_for_contact(hotline, "602000006")["agent"] == "celina"


@pytest.mark.parametrize(
    ("behaviour", "state", "number"),
    [(DECLINES, "rejected", "602000007"), (BUSY, "busy", "602000008")],
    ids=["reject", "busy"],
)
def test_refused_caller_stays_and_is_offered_again(
    hotline: Hotline, behaviour: Behaviour, state: str, number: str
) -> None:
    desk, phone = hotline.staff("anna", "2001", behaviour)
    with hotline.callers(number) as callers:
        _choose(callers.legs[0], ROADS)
        phone.wait_for_call().wait("refused")
        phone.behave(ANSWERS)
        again = hotline.talk(desk, phone, 2)
        call = desk.agent()["call"]
        assert _offer_ends(hotline, call)[0] == state
        assert callers.legs[0].is_up
        again.hang_up()
    record = wait_for_contact(hotline, number)
    assert (record["outcome"], record["offers"]) == ("connected", len(phone.legs))


def test_phone_that_is_not_registered_is_not_offered_calls_until_it_is(hotline: Hotline) -> None:
    phone = hotline.phone("2001")
    desk = hotline.desk("anna")
    desk.wish("ready")
    with hotline.callers("602000009") as callers:
        _choose(callers.legs[0], ROADS)
        _wait_for_queue(hotline, 1)
        steady(lambda: callers.legs[0].is_up, for_s=1, what="the caller waits")
        phone.register(ANSWERS)
        hotline.talk(desk, phone).hang_up()
    assert wait_for_contact(hotline, "602000009")["outcome"] == "connected"


def test_phone_that_lost_its_power_rings_out_and_the_caller_goes_to_another(hotline: Hotline) -> None:
    _, dead = hotline.staff("anna", "2001", ANSWERS)
    dead.close()
    with hotline.callers("602000010") as callers:
        _choose(callers.legs[0], TRANSPORT)
        until(lambda: hotline.desk("anna").calls("offered"), within_s=10, what="an offer to the dead phone")
        celina, alive = hotline.staff("celina", "2003", ANSWERS)
        hotline.talk(celina, alive).hang_up()
    record = wait_for_contact(hotline, "602000010")
    assert (record["outcome"], record["agent"]) == ("connected", "celina")


def test_two_callers_reach_the_two_agents_with_their_skills(hotline: Hotline) -> None:
    anna, roads = hotline.staff("anna", "2001", ANSWERS)
    bartek, waste = hotline.staff("bartek", "2002", ANSWERS)
    with hotline.callers("602000011", "602000012") as callers:
        for leg, key in zip(callers.legs, (WASTE, ROADS), strict=True):
            leg.wait("answered")
            leg.press(key)
        assert hotline.talk(anna, roads).number == "602000012"
        assert hotline.talk(bartek, waste).number == "602000011"
        assert [len(roads.legs), len(waste.legs)] == [1, 1]
        roads.legs[0].hang_up()
        waste.legs[0].hang_up()
    assert wait_for_contact(hotline, "602000011")["agent"] == "bartek"
    assert wait_for_contact(hotline, "602000012")["agent"] == "anna"


def _choose(leg: CallerLeg, key: str) -> None:
    leg.wait("answered")
    leg.press(key)


def _wait_for_queue(hotline: Hotline, calls: int) -> None:
    overseer = hotline.desk("sylwia")
    until(
        lambda: len(overseer.calls("waiting")) == calls,
        within_s=10,
        what=f"{calls} calls in the queue",
    )


def _offer_ends(hotline: Hotline, call: str) -> list[str]:
    """Return how the offers of a call ended, oldest first."""
    explanation: dict[str, Any] = hotline.desk("sylwia").get(f"/calls/{call}/explanation")
    return [fact["state"] for fact in explanation["facts"] if fact["type"] == "OfferEnded"]
