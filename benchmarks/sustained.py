"""`python -m benchmarks.sustained --rate 10 --seconds 60`: calls at a steady rate, and what became of them.

Theory of operation. One SIPp places calls, presses a key into the menu and waits to be hung up on; another is
all agents' phones, which answer at once, talk for `TALK_S` and hang up. Neither reports to anybody while it
runs. Afterwards every call that SIPp placed must have exactly one terminal record; those that were connected
were served, any other, or none, is lost. The load generator shares the machine.
"""

import argparse
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.figures import Figures, milliseconds
from benchmarks.line import Line, measured_line
from benchmarks.machine import cpu_s, description
from tests.e2e.ports import free_port
from tests.e2e.records import contacts
from tests.e2e.sip_caller import dialling
from tests.e2e.sipp import spawn
from tests.e2e.wait import until

GENERAL_KEY = "5"
FIRST_NUMBER = 228_000_000
AGENTS_FOR_A_CALL_A_SECOND = 3
"""A call keeps an agent for about 0.5 s; so many leave the agents idle most of the time."""
SETTLED_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sustained:
    """What a steady stream of calls came to; processor shares are of one core."""

    placed: int
    seconds: float
    outcomes: Counter[str]
    doubled: int
    waits: Figures
    controller_share: float
    asterisk_share: float

    @property
    def lost(self) -> int:
        """Return how many calls were not connected, whatever their record says."""
        return self.placed - self.outcomes["connected"]


def sustain(line: Line, *, rate: int, seconds: int, folder: Path) -> Sustained:
    """Place `rate` calls a second for so many seconds; return when the last one is over."""
    calls = rate * seconds
    pids = (line.hotline.controller_pid, line.hotline.asterisk_pid)
    users = folder / "callers.csv"
    rows = [f"{number};19115;" for number in range(FIRST_NUMBER, FIRST_NUMBER + calls)]
    users.write_text("\n".join(["SEQUENTIAL", *rows, ""]), encoding="utf-8")
    before, began = [cpu_s(pid) for pid in pids], time.monotonic()
    sipp = spawn(
        name="sustained",
        scenario=dialling(GENERAL_KEY),
        target_port=line.hotline.sip_port,
        local_port=free_port(),
        folder=folder,
        options=("-inf", str(users), "-m", str(calls), "-l", str(calls), "-r", str(rate), "-aa"),
    )
    try:
        sipp.wait(seconds + SETTLED_S)
    finally:
        sipp.kill()
        sipp.wait()
    elapsed = time.monotonic() - began
    shares = [(cpu_s(pid) - used) / elapsed for pid, used in zip(pids, before, strict=True)]
    ours = _records(line, calls)
    by_call = Counter(record["caller"] for record in ours)
    return Sustained(
        placed=calls,
        seconds=elapsed,
        outcomes=Counter(record["outcome"] for record in ours),
        doubled=sum(1 for count in by_call.values() if count > 1),
        waits=Figures.of([record["wait_s"] for record in ours]),
        controller_share=shares[0],
        asterisk_share=shares[1],
    )


def _records(line: Line, calls: int) -> list[dict[str, Any]]:
    numbers = {str(number) for number in range(FIRST_NUMBER, FIRST_NUMBER + calls)}

    def found() -> list[dict[str, Any]]:
        return [record for record in contacts(line.hotline) if record["caller"][-9:] in numbers]

    def is_complete() -> bool:
        return len(found()) >= calls

    try:
        until(is_complete, within_s=15, what="every record")
    except AssertionError as error:
        print(error, file=sys.stderr)
    return found()


def main() -> int:
    """Run what the command line asks for; 1 where a call was lost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sustained", description=__doc__)
    parser.add_argument("--rate", type=int, default=10, help="calls a second (default 10)")
    parser.add_argument("--seconds", type=int, default=60, help="for so long (default 60)")
    options = parser.parse_args()
    agents = max(10, options.rate * AGENTS_FOR_A_CALL_A_SECOND)
    print(f"{description()}; load {os.getloadavg()[0]:.1f}; {agents} agents")
    with measured_line(agents) as line, line.ready_agents():
        folder = line.hotline.trace_folder()
        folder.mkdir(parents=True)
        found = sustain(line, rate=options.rate, seconds=options.seconds, folder=folder)
    print(f"{found.placed} calls in {found.seconds:.1f} s: {dict(found.outcomes)}, {found.doubled} doubled")
    waits = f"p50 {milliseconds(found.waits.p50_ms)}, p99 {milliseconds(found.waits.p99_ms)} ms"
    print(f"wait in the queue {waits}")
    print(f"one core: controller {found.controller_share:.0%}, Asterisk {found.asterisk_share:.0%}")
    return 1 if found.lost or found.doubled else 0


if __name__ == "__main__":
    sys.exit(main())
