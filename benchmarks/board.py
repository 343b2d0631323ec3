"""The live wallboard: how long a change takes to every board, and what it costs.

`python -m benchmarks.board` prints the section that `make bench` writes into `docs/benchmarks.md`.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from benchmarks.board_house import AGENTS
from benchmarks.board_page import PageFigures, watch_page
from benchmarks.figures import milliseconds
from benchmarks.machine import cpu_s

BOARDS, DESKS = 200, 650
SECONDS = 60.0
VISIBLE_MS = 500.0
ENDS_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Where a house serves, and its process."""

    origin: str
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFigures:
    """`boards` and `desks` are as `board_watchers` prints them; `server_share` is of one core."""

    load: float
    rate: float
    seconds: float
    boards: dict[str, float]
    desks: dict[str, float]
    server_share: float
    server_mb: float
    page: PageFigures


def measure(*, rate: float = 1.0, seconds: float = SECONDS, desks: int = DESKS) -> BoardFigures:
    """Fill a house, have it watched by all, and then by one page."""
    load = os.getloadavg()[0]
    with _house(rate) as house:
        watched, share = _watched(house, seconds=seconds, desks=desks)
        server_mb = _resident_mb(house.pid)
        page = watch_page(house.origin, login="s219", seconds=seconds / 2)
    return BoardFigures(
        load=load,
        rate=rate,
        seconds=seconds,
        boards=watched["boards"],
        desks=watched["desks"],
        server_share=share,
        server_mb=server_mb,
        page=page,
    )


def section(found: BoardFigures) -> str:
    """Return the figures as a section of the page, in Markdown."""
    boards, desks, page = found.boards, found.desks, found.page
    worst = max(boards["max"], page.painted.max_ms)
    kept = worst <= VISIBLE_MS and not _lost(found)
    painted = " | ".join(milliseconds(one) for one in (page.painted.p50_ms, page.painted.p99_ms))
    return f"""## The live wallboard

{AGENTS} agents and callers at {found.rate:g} times the rate of New York's busiest half hour, through the real
engine, journal, bus and desktop in one process; phones and callers are pretended. {boards["watchers"]:.0f}
boards and {desks["watchers"]:.0f} consultants' pages are open as WebSockets of another process, for
{found.seconds:g} s. Milliseconds from the change in the engine, by one clock; load {found.load:.1f} at the
start.

| what | changes a second | deliveries | p50 | p95 | p99 | max |
|---|---|---|---|---|---|---|
| change to its patch at a board | {_row(boards)} |
| change to its patch at a consultant's page | {_row(desks)} |

| promise | limit | measured | kept |
|---|---|---|---|
| change visible on {boards["watchers"]:.0f} boards, the slowest of all | at most {VISIBLE_MS:g} ms | \
{milliseconds(worst)} ms | {"yes" if kept else "**no**"} |

- Only differences are sent: to a board {_traffic(boards)}, to a consultant's page {_traffic(desks)}.
  Streams that broke or missed a number: {_lost(found)}.
- The process of engine and desktop uses {found.server_share:.0%} of one core and {found.server_mb:.0f} MB.
- One more board, in Chromium on the same machine: painted p50 | p99 {painted} ms after the change. A patch
  is {milliseconds(page.work_ms)} ms of work for the page's main thread, busy {page.share:.0%} of the time.

`python -m benchmarks.board` measures this section alone.
"""


def _traffic(found: dict[str, float]) -> str:
    return f"{found['octets_a_s'] / 1000:.1f} kB in {found['frames_a_s']:.1f} patches a second"


def _row(found: dict[str, float]) -> str:
    delays = (milliseconds(found[one]) for one in ("p50", "p95", "p99", "max"))
    return " | ".join([f"{found['changes_a_s']:.1f}", f"{found['delays']:.0f}", *delays])


def _lost(found: BoardFigures) -> int:
    return int(sum(kind[name] for kind in (found.boards, found.desks) for name in ("broken", "gaps")))


@contextmanager
def _house(rate: float) -> Iterator[House]:
    """Run a full house; give its address and its process."""
    command = [sys.executable, "-m", "benchmarks.board_house", "--rate", str(rate)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as house:
        try:
            yield House(**json.loads(_line(house.stdout)))
        finally:
            house.communicate(timeout=ENDS_WITHIN_S)


def _watched(house: House, *, seconds: float, desks: int) -> tuple[dict[str, dict[str, float]], float]:
    """Return what the watchers found, and the server's share of a core while they watched."""
    command = [sys.executable, "-m", "benchmarks.board_watchers", house.origin, "--boards", str(BOARDS)]
    command += ["--desks", str(desks), "--seconds", str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watchers:
        _line(watchers.stdout)
        used, began = cpu_s(house.pid), time.monotonic()
        found = json.loads(_line(watchers.stdout))
        share = (cpu_s(house.pid) - used) / (time.monotonic() - began)
    return found, share


def _line(output: IO[str] | None) -> str:
    line = "" if output is None else output.readline()
    if not line:
        message = "a process of the benchmark ended before it said anything"
        raise RuntimeError(message)
    return line


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1000
    return float("nan")


def main() -> None:
    """Print the section."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.board", description=__doc__)
    parser.add_argument("--rate", type=float, default=1.0, help="times New York's busiest half hour")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--desks", type=int, default=DESKS, help="consultants' pages beside the boards")
    options = parser.parse_args()
    print(section(measure(rate=options.rate, seconds=options.seconds, desks=options.desks)))


if __name__ == "__main__":
    main()
