"""Faults under load: whatever breaks, each caller has one record, and no agent or call is stuck."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.e2e.bad_line import NEAR, BadLine
from tests.e2e.city import AGENTS, agents_of, quick_city
from tests.e2e.hotline import Hotline
from tests.e2e.ports import free_port
from tests.e2e.records import contacts, wait_for_contact
from tests.e2e.sip_caller import CallerLeg, Callers
from tests.e2e.sip_phone import Behaviour, Phone
from tests.e2e.wait import until

GENERAL = "5"
CROSSINGS, CROSSINGS_AT_ONCE = 200, 50
RING_S = 0.4
EARLIEST_S, LATEST_S = -0.06, 0.06
"""Callers hang up so long before or after the moment of the answer."""
CUTS = 12
KILLS = 3
SEED = 19115


def test_caller_hangs_up_as_the_agent_answers(make_hotline: Callable[..., Hotline], tmp_path: Path) -> None:
    """No agent hangs up by themselves: one who is left with a dead line stays there until we notice."""
    hotline = make_hotline(config=quick_city(tmp_path, agents=AGENTS))
    phone = _staff(hotline, AGENTS, Behaviour(ring_s=RING_S))
    numbers = [f"6050{n:05d}" for n in range(CROSSINGS)]
    for first in range(0, CROSSINGS, CROSSINGS_AT_ONCE):
        batch = numbers[first : first + CROSSINGS_AT_ONCE]
        with hotline.callers(*batch, rate=25) as callers:
            _choose(callers)
            _hang_up_at_the_answer(callers, phone)
    records = _one_record_each(hotline, numbers)
    assert {record["outcome"] for record in records} == {"connected", "abandoned_queue"}
    _nothing_is_stuck(hotline, AGENTS)


def test_the_link_to_asterisk_is_cut_at_random_bytes_under_load(
    make_hotline: Callable[..., Hotline], tmp_path: Path
) -> None:
    port, bind_port = free_port(), free_port()
    with BadLine(port=port, target_port=bind_port) as proxy:
        hotline = make_hotline(_through(port, bind_port), config=quick_city(tmp_path, agents=6))
        phone = _staff(hotline, 6, Behaviour(ring_s=0.2, talk_s=8))
        numbers = [f"6060{n:05d}" for n in range(16)]
        proxy.watch = cutter = Cutter(random.Random(SEED))  # noqa: S311 - a test must repeat itself
        with hotline.callers(*numbers, rate=5) as callers:
            _choose(callers)
            _all_served(callers, within_s=90)
        assert cutter.cuts > CUTS / 2
        records = _one_record_each(hotline, numbers)
    assert {record["outcome"] for record in records} == {"connected"}
    _one_agent_each(phone, numbers)


def test_a_talk_that_nobody_saw_was_a_talk(make_hotline: Callable[..., Hotline], tmp_path: Path) -> None:
    port, bind_port = free_port(), free_port()
    with BadLine(port=port, target_port=bind_port) as proxy:
        patient = {**_through(port, bind_port), "CENTRALA_ACD__RING_TIMEOUT_S": "30"}
        hotline = make_hotline(patient, config=quick_city(tmp_path, agents=1))
        phone = _staff(hotline, 1, Behaviour(ring_s=2, talk_s=1.5))
        with hotline.callers("606100001") as callers:
            _choose(callers)
            rung = phone.wait_for_call()
            with proxy.away():
                rung.wait("answered", within_s=20)
                callers.legs[0].wait("gone")
            record = wait_for_contact(hotline, "606100001", within_s=20)
    assert (record["outcome"], record["agent"]) == ("connected", "agent1")
    assert 1.0 < record["talk_s"] < record["ended_at"] - record["queued_at"]


def test_callers_who_came_and_went_unseen_have_one_record_each(
    make_hotline: Callable[..., Hotline], tmp_path: Path
) -> None:
    menu, queue = "606200001", "606200002"
    port, bind_port = free_port(), free_port()
    with BadLine(port=port, target_port=bind_port) as proxy:
        hotline = make_hotline(_through(port, bind_port), config=quick_city(tmp_path))
        desk = hotline.desk("sylwia")
        with proxy.away():
            with hotline.callers(menu) as callers:
                until(lambda: desk.calls("ivr"), within_s=10, what="the caller known to be in the menu")
                callers.legs[0].hang_up()
            with hotline.callers(queue) as callers:
                _choose(callers)
                until(lambda: desk.calls("waiting"), within_s=10, what="the caller known to wait")
                callers.legs[0].hang_up()
        records = [wait_for_contact(hotline, number, within_s=20) for number in (menu, queue)]
    assert [record["outcome"] for record in records] == ["abandoned_ivr", "abandoned_queue"]
    assert [record["queue"] for record in records] == [None, "general"]


def test_asterisk_dies_under_load_and_new_calls_flow_again(
    make_hotline: Callable[..., Hotline], tmp_path: Path
) -> None:
    hotline = make_hotline(config=quick_city(tmp_path, agents=4))
    phone = _staff(hotline, 4, Behaviour())
    numbers = [f"6070{n:05d}" for n in range(10)]
    with hotline.callers(*numbers, rate=10) as callers:
        _choose(callers)
        _wait_for_places(hotline, talking=4, waiting=6)
        os.kill(hotline.asterisk_pid, signal.SIGKILL)
        records = _one_record_each(hotline, numbers)
        assert Counter(record["outcome"] for record in records) == {"connected": 4, "abandoned_queue": 6}
    until(lambda: hotline.http("/readyz")[0] == 200, within_s=30, what="a new Asterisk")
    assert {row["availability"] for row in _agents(hotline, 4)} == {"ready"}
    phone.register(Behaviour(talk_s=0.5))
    later = [f"6070{n:05d}" for n in range(100, 108)]
    with hotline.callers(*later, rate=10) as callers:
        _choose(callers)
        _all_served(callers, within_s=30)
    assert {record["outcome"] for record in _one_record_each(hotline, later)} == {"connected"}
    _nothing_is_stuck(hotline, 4)


def test_the_controller_dies_between_the_journal_and_the_offer(
    make_hotline: Callable[..., Hotline], tmp_path: Path
) -> None:
    """Every second time the order to call the agent still reaches Asterisk, every other time it does not."""
    port, bind_port = free_port(), free_port()
    with BadLine(port=port, target_port=bind_port) as proxy:
        patient = {**_through(port, bind_port), "CENTRALA_ACD__RING_TIMEOUT_S": "30"}
        hotline = make_hotline(patient, config=quick_city(tmp_path, agents=3))
        phone = _staff(hotline, 3, Behaviour(ring_s=0.3, talk_s=2))
        numbers = [f"6080{n:05d}" for n in range(12)]
        with hotline.callers(*numbers, rate=10) as callers:
            _choose(callers)
            for kill in range(KILLS):
                killer = Killer(os.kill, hotline.controller_pid, arrives=kill % 2 == 0, after=1 + kill)
                proxy.watch = killer
                until(lambda one=killer: one.done, within_s=30, what="an offer to be killed at")  # type: ignore[misc]
                hotline.kill_controller()
                proxy.watch = lambda _data, _sender: None
                hotline.start()
            _all_served(callers, within_s=60)
        _one_record_each(hotline, numbers)
        _one_agent_each(phone, numbers)
        _nothing_is_stuck(hotline, 3)


class Cutter:
    """Cuts each connection after a number of bytes of its own, until there were enough cuts."""

    def __init__(self, chance: random.Random) -> None:
        self._random = chance
        self._left = self._some()
        self.cuts = 0

    def __call__(self, data: bytes, _sender: str) -> int | None:
        if self.cuts >= CUTS:
            return None
        if len(data) < self._left:
            self._left -= len(data)
            return None
        passes, self._left = self._left, self._some()
        self.cuts += 1
        return passes

    def _some(self) -> int:
        return self._random.randrange(5_000, 60_000)


class Killer:
    """Kills the controller at its nth `Originate`, which `arrives` or does not."""

    def __init__(
        self, kill: Callable[[int, int], None], controller_pid: int, *, arrives: bool, after: int
    ) -> None:
        self._kill, self._pid = kill, controller_pid
        self._arrives, self._left = arrives, after
        self.done = False

    def __call__(self, data: bytes, sender: str) -> int | None:
        if self.done or sender != NEAR or b"Action: Originate" not in data:
            return None
        self._left -= 1
        if self._left > 0:
            return None
        self._kill(self._pid, signal.SIGKILL)
        self.done = True
        return len(data) if self._arrives else 0


def _through(port: int, bind_port: int) -> dict[str, str]:
    return {"CENTRALA_AMI__PORT": str(port), "CENTRALA_AMI__BIND_PORT": str(bind_port)}


def _staff(hotline: Hotline, agents: int, behaviour: Behaviour) -> Phone:
    phone = hotline.phone(*(extension for _, extension in agents_of(agents)))
    phone.register(behaviour)
    for login, _ in agents_of(agents):
        hotline.desk(login).become_ready()
    return phone


def _choose(callers: Callers) -> None:
    for leg in callers.legs:
        leg.wait("answered")
        leg.press(GENERAL)


def _hang_up_at_the_answer(callers: Callers, phone: Phone) -> None:
    """Have each caller hang up around the moment at which the phone that rings for them answers."""
    here: dict[str, CallerLeg] = {leg.number: leg for leg in callers.legs}
    due: dict[str, float] = {}
    gone: set[str] = set()

    def step() -> bool:
        for ringing in list(phone.legs):
            invited_at = ringing.at("invited")
            if ringing.number in here and ringing.number not in due and invited_at is not None:
                share = len(due) / CROSSINGS_AT_ONCE
                due[ringing.number] = invited_at + RING_S + EARLIEST_S + share * (LATEST_S - EARLIEST_S)
        for number in due.keys() - gone:
            if time.time() >= due[number]:
                here[number].leave()
                gone.add(number)
        return len(gone) == len(here)

    deadline = time.monotonic() + 240
    while not step():
        assert time.monotonic() < deadline, f"{len(here) - len(gone)} callers were never offered"
        time.sleep(0.002)
    for leg in callers.legs:
        until(lambda one=leg: one.ended_by is not None, within_s=5, what=f"{leg.number} gone")  # type: ignore[misc]


def _all_served(callers: Callers, *, within_s: float) -> None:
    def ends() -> Counter[str | None]:
        return Counter(leg.ended_by for leg in callers.legs)

    until(lambda: ends() == {"them": len(callers.legs)}, within_s=within_s, what="every caller served")


def _one_record_each(hotline: Hotline, numbers: list[str]) -> list[dict[str, Any]]:
    def records() -> list[dict[str, Any]]:
        return [record for record in contacts(hotline) if record["caller"][-9:] in numbers]

    until(lambda: len(records()) >= len(numbers), within_s=15, what=f"{len(numbers)} terminal records")
    assert sorted(record["caller"][-9:] for record in records()) == numbers
    return records()


def _one_agent_each(phone: Phone, numbers: list[str]) -> None:
    answered = Counter(leg.number for leg in phone.legs if leg.at("answered"))
    assert answered == dict.fromkeys(numbers, 1)


def _wait_for_places(hotline: Hotline, **wanted: int) -> None:
    desk = hotline.desk("sylwia")
    until(
        lambda: Counter(row["place"] for row in desk.calls()) == wanted, within_s=15, what=f"calls {wanted}"
    )


def _agents(hotline: Hotline, agents: int) -> list[dict[str, Any]]:
    logins = {login for login, _ in agents_of(agents)}
    return [row for row in hotline.desk("sylwia").get("/agents") if row["id"] in logins]


def _nothing_is_stuck(hotline: Hotline, agents: int) -> None:
    """Soon nobody is in any state that needs a channel, and there is none."""
    _nobody_is_stuck(hotline, agents)
    until(lambda: not hotline.channels(), within_s=5, what="no channel left")


def _nobody_is_stuck(hotline: Hotline, agents: int) -> None:
    until(
        lambda: {row["state"] for row in _agents(hotline, agents)} == {"ready"},
        within_s=15,
        what="everybody ready",
    )
    assert hotline.desk("sylwia").calls() == []
