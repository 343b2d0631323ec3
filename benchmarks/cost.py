"""What one whole call costs in processor time: menu, queue, offer, talk, wrap-up and case."""

import time
from dataclasses import dataclass

from benchmarks.line import Line
from benchmarks.machine import cpu_s
from tests.e2e.desk import Desk
from tests.e2e.records import wait_for_contact
from tests.e2e.wait import until

GENERAL_KEY = "5"
IDLE_S = 5.0
_FIRST_NUMBER = 226_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Milliseconds of processor time for one call, beyond what the idle processes use."""

    calls: int
    controller_ms: float
    asterisk_ms: float


def whole_calls(line: Line, *, rounds: int) -> Cost:
    """Take `rounds` calls for each agent from the first prompt to the filed case; return the mean cost."""
    pids = (line.hotline.controller_pid, line.hotline.asterisk_pid)
    before = [cpu_s(pid) for pid in pids]
    time.sleep(IDLE_S)
    idle = [(cpu_s(pid) - used) / IDLE_S for pid, used in zip(pids, before, strict=True)]
    before, began = [cpu_s(pid) for pid in pids], time.monotonic()
    for number in range(rounds):
        _take_calls(line, first=_FIRST_NUMBER + number * len(line.desks))
    elapsed = time.monotonic() - began
    used = [cpu_s(pid) - start - rate * elapsed for pid, start, rate in zip(pids, before, idle, strict=True)]
    calls = rounds * len(line.desks)
    return Cost(calls=calls, controller_ms=used[0] / calls * 1000, asterisk_ms=used[1] / calls * 1000)


def _take_calls(line: Line, *, first: int) -> None:
    """Let each agent take one call; each ends it, notes how it went and files a case."""
    numbers = [str(first + n) for n in range(len(line.desks))]
    with line.hotline.callers(*numbers) as callers:
        for leg in callers.legs:
            leg.wait("answered")
            leg.press(GENERAL_KEY)
        until(lambda: all(leg.ended_by for leg in callers.legs), within_s=60, what="every call served")
    desks = {desk.login: desk for desk in line.desks}
    for number in numbers:
        record = wait_for_contact(line.hotline, number)
        _write_up(line, desks[record["agent"]], record["call"])


def _write_up(line: Line, desk: Desk, call: str) -> None:
    case = {"topic": line.topic, "description": "Measured.", "call": call}
    desk.write("POST", "/cases", case, {"Idempotency-Key": f"bench-{call}"})
    wrap_up = {"disposition": line.disposition, "note": "Measured.", "complete": False}
    desk.write("PUT", f"/calls/{call}/wrap-up", wrap_up)
