"""Asking a third about a caller on a real Asterisk: a colleague, a city unit outside, 112."""

from collections.abc import Callable, Iterator

import pytest

from tests.e2e.city import quick_city
from tests.e2e.desk import Desk, Problem
from tests.e2e.hotline import Hotline
from tests.e2e.ports import free_port
from tests.e2e.records import wait_for_contact
from tests.e2e.sip_caller import Callers
from tests.e2e.sip_phone import ANSWERS, BUSY, NEVER_ANSWERS, Citizens, PhoneLeg
from tests.e2e.wait import until

ROADS = "2"
UNIT = "+48224430000"
PATIENT = {"CENTRALA_ACD__WRAP_UP_S": "30", "CENTRALA_ACD__RING_TIMEOUT_S": "10"}


@pytest.fixture(scope="module")
def trunk_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def whole(
    make_module_hotline: Callable[..., Hotline], tmp_path_factory: pytest.TempPathFactory, trunk_port: int
) -> Hotline:
    """One hotline with a trunk to units and to 112."""
    outside = {
        "CENTRALA_SIP__OUTBOUND": f"127.0.0.1:{trunk_port}",
        "CENTRALA_SIP__EMERGENCY_URI": f"PJSIP/trunk/sip:112@127.0.0.1:{trunk_port}",
    }
    return make_module_hotline({**PATIENT, **outside}, quick_city(tmp_path_factory.mktemp("city")))


@pytest.fixture
def hotline(whole: Hotline) -> Iterator[Hotline]:
    """The hotline, at rest before and after the test."""
    whole.quiet()
    yield whole
    whole.quiet()


@pytest.fixture
def units(hotline: Hotline, trunk_port: int) -> Iterator[Citizens]:
    """Everybody outside: city units and 112 alike."""
    citizens = hotline.citizens(trunk_port)
    citizens.behave(ANSWERS)
    yield citizens
    citizens.close()


class Talk:
    """Anna talks to a caller who chose roads."""

    def __init__(self, hotline: Hotline, callers: Callers) -> None:
        self.hotline, self.caller = hotline, callers.legs[0]
        self.anna, self.phone = hotline.staff("anna", "2001", ANSWERS)
        self.caller.wait("answered")
        self.caller.press(ROADS)
        self.leg: PhoneLeg = hotline.talk(self.anna, self.phone)
        self.call: str = self.anna.agent()["call"]

    def do(self, what: str = "", body: object = None, *, method: str = "POST") -> None:
        self.anna.write(method, f"/calls/{self.call}/consult{what}", body)

    def ask(self, units: Citizens, body: object) -> PhoneLeg:
        """Have somebody outside asked, and return their leg once they have answered."""
        self.do(body=body)
        leg = units.wait_for_call()
        leg.wait("answered")
        return leg

    def ask_a_unit(self, units: Citizens) -> PhoneLeg:
        """Have a unit asked while the caller hears music."""
        leg = self.ask(units, {"number": UNIT})
        self.wait_for("anna", "unit", alone=("caller",))
        return leg

    def bridges(self) -> dict[str, str]:
        """Return the bridge of each channel, "" for none, by the extension or word it is known by here."""
        names = {"2001": "anna", "2002": "bartek"}
        found = {}
        for fields in self.hotline.channels():
            name = fields[0].partition("/")[2].rpartition("-")[0]
            is_party = fields[-1].startswith("consult-")
            found["unit" if is_party else names.get(name, "caller")] = fields[-2]
        return found

    def wait_for(self, *together: str, alone: tuple[str, ...] = ()) -> None:
        """Wait until these are in one bridge, those in none, and nobody else is there."""

        def is_so() -> bool:
            seen = self.bridges()
            shared = {seen.get(one, "") for one in together}
            return (
                set(seen) == {*together, *alone}
                and (not together or (len(shared) == 1 and "" not in shared))
                and not any(seen[one] for one in alone)
            )

        until(is_so, within_s=8, what=f"{together} in one bridge and {alone} in none, not {self.bridges()}")


def test_a_colleague_is_asked_and_the_agent_goes_back(hotline: Hotline) -> None:
    bartek, second = hotline.staff("bartek", "2002", ANSWERS)
    with hotline.callers("608000001") as callers:
        talk = Talk(hotline, callers)
        talk.do(body={"agent": "bartek"})
        leg = second.wait_for_call()
        leg.wait("answered")
        talk.wait_for("anna", "bartek", alone=("caller",))
        assert leg.number == "608000001"
        assert bartek.agent()["state"] == "reserved"
        talk.do(method="DELETE")
        leg.wait("gone")
        talk.wait_for("anna", "caller")
        bartek.wait_for_state("ready")
        assert callers.legs[0].is_up


def test_a_colleague_gets_the_caller_and_the_whole_talk_with_them(hotline: Hotline) -> None:
    bartek, second = hotline.staff("bartek", "2002", ANSWERS)
    with hotline.callers("608000002") as callers:
        talk = Talk(hotline, callers)
        talk.do(body={"agent": "bartek"})
        leg = second.wait_for_call()
        leg.wait("answered")
        talk.wait_for("anna", "bartek", alone=("caller",))
        talk.do("/hand-over")
        talk.leg.wait("gone")
        talk.wait_for("bartek", "caller")
        talk.anna.wait_for_state("wrap_up")
        assert bartek.wait_for_state("talking")["call"] == talk.call
        bartek.write("POST", f"/calls/{talk.call}/hold")
        talk.wait_for(alone=("bartek", "caller"))
        bartek.write("POST", f"/calls/{talk.call}/resume")
        talk.wait_for("bartek", "caller")
        leg.hang_up()
        callers.legs[0].wait("gone")
    record = wait_for_contact(hotline, "608000002")
    assert (record["outcome"], record["agent"], record["queue"]) == ("connected", "bartek", "roads")
    log = (hotline.state_dir / "queue_log").read_text()
    assert f"{talk.call}|roads|anna|ATTENDEDTRANSFER|BRIDGE|offer-" in log
    assert f"{talk.call}|roads|bartek|COMPLETEAGENT|" in log


def test_three_talk_and_the_agent_leaves_the_caller_with_a_unit(hotline: Hotline, units: Citizens) -> None:
    with hotline.callers("608000003") as callers:
        talk = Talk(hotline, callers)
        leg = talk.ask(units, {"number": UNIT, "name": "Zarząd Dróg Miejskich"})
        assert (leg.extension, leg.caller_id) == (UNIT, "19115")
        talk.wait_for("anna", "unit", alone=("caller",))
        talk.do("/join")
        talk.wait_for("anna", "caller", alone=("unit",))
        until(lambda: "ChanSpy" in hotline.asterisk("core show channels concise"), within_s=5, what="three")
        talk.anna.write("POST", f"/calls/{talk.call}/hangup")
        talk.leg.wait("gone")
        talk.wait_for("unit", "caller")
        talk.anna.wait_for_state("wrap_up")
        leg.hang_up()
        callers.legs[0].wait("gone")
    assert wait_for_contact(hotline, "608000003")["agent"] == "anna"
    until(lambda: not hotline.channels(), within_s=5, what="no channel left")


def test_112_comes_into_the_talk_without_music_for_the_caller(hotline: Hotline, units: Citizens) -> None:
    with hotline.callers("608000004") as callers:
        talk = Talk(hotline, callers)
        leg = talk.ask(units, {"emergency": True})
        assert (leg.extension, leg.number) == ("112", "608000004")
        talk.wait_for("anna", "caller", alone=("unit",))
        talk.leg.hang_up()
        talk.wait_for("unit", "caller")
        callers.legs[0].hang_up()
        leg.wait("gone")
    talk.anna.wait_for_state("wrap_up")
    assert wait_for_contact(hotline, "608000004")["outcome"] == "connected"


def test_a_unit_that_is_busy_leaves_the_caller_on_hold_and_the_agent_free_to_go_back(
    hotline: Hotline, units: Citizens
) -> None:
    units.behave(BUSY)
    with hotline.callers("608000005") as callers:
        talk = Talk(hotline, callers)
        talk.do(body={"number": UNIT})
        units.wait_for_call().wait("refused")
        talk.wait_for(alone=("anna", "caller"))
        talk.anna.write("POST", f"/calls/{talk.call}/resume")
        talk.wait_for("anna", "caller")
        with pytest.raises(Problem, match="number_not_allowed"):
            talk.do(body={"number": "+48701000000"})


def test_a_caller_who_hangs_up_while_a_third_is_asked_ends_it_for_all(
    hotline: Hotline, units: Citizens
) -> None:
    with hotline.callers("608000006") as callers:
        talk = Talk(hotline, callers)
        leg = talk.ask_a_unit(units)
        callers.legs[0].hang_up()
        leg.wait("gone")
        talk.leg.wait("gone")
    talk.anna.wait_for_state("wrap_up")


def test_a_phone_put_down_while_a_unit_is_asked_gives_it_the_caller(
    hotline: Hotline, units: Citizens
) -> None:
    with hotline.callers("608000007") as callers:
        talk = Talk(hotline, callers)
        leg = talk.ask_a_unit(units)
        talk.leg.hang_up()
        talk.wait_for("unit", "caller")
        leg.hang_up()
        callers.legs[0].wait("gone")


def test_a_caller_sent_to_a_unit_comes_back_to_the_agent_where_nobody_answers(
    hotline: Hotline, units: Citizens
) -> None:
    units.behave(BUSY)
    with hotline.callers("608000008") as callers:
        talk = Talk(hotline, callers)
        talk.anna.write("POST", f"/calls/{talk.call}/transfer", {"number": UNIT})
        talk.leg.wait("gone")
        units.wait_for_call().wait("refused")
        talk.anna.complete_wrap_up(talk.call)
        back = talk.phone.wait_for_call(2)
        back.wait("answered")
        talk.wait_for("anna", "caller")
        units.behave(ANSWERS)
        talk.anna.write("POST", f"/calls/{talk.call}/transfer", {"number": UNIT})
        back.wait("gone")
        unit = units.wait_for_call(2)
        unit.wait("answered")
        assert unit.caller_id == "19115"
        assert callers.legs[0].is_up
        unit.hang_up()
        callers.legs[0].wait("gone")
    assert wait_for_contact(hotline, "608000008")["outcome"] == "connected"


def test_a_colleague_who_does_not_answer_is_not_taken_out_of_work(hotline: Hotline) -> None:
    bartek, second = hotline.staff("bartek", "2002", NEVER_ANSWERS)
    with hotline.callers("608000009") as callers:
        talk = Talk(hotline, callers)
        for nth in (1, 2, 3):
            talk.do(body={"agent": "bartek"})
            second.wait_for_call(nth)
            bartek.wait_for_state("reserved")
            talk.do(method="DELETE")
            second.legs[nth - 1].wait("cancelled")
            bartek.wait_for_state("ready")
            talk.wait_for("anna", "caller")


def test_a_controller_killed_in_a_consultation_takes_it_up_again(hotline: Hotline, units: Citizens) -> None:
    with hotline.callers("608000010") as callers:
        talk = Talk(hotline, callers)
        leg = talk.ask_a_unit(units)
        hotline.kill_controller()
        talk.wait_for("anna", "unit", alone=("caller",))
        hotline.start()
        anna = Desk(port=hotline.desktop_port, login="anna", password="e2e-demo-password")
        anna.sign_in()
        anna.write("POST", f"/calls/{talk.call}/consult/hand-over")
        talk.wait_for("unit", "caller")
        leg.hang_up()
        callers.legs[0].wait("gone")
