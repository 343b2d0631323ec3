"""`python -m benchmarks`: measure this hotline beside `app_queue` and write `docs/benchmarks.md`."""

import argparse
import os
import sys
from datetime import UTC, datetime

from benchmarks import board
from benchmarks.board import BoardFigures
from benchmarks.cost import Cost, whole_calls
from benchmarks.engine import EngineFigures, measure
from benchmarks.figures import Figures, milliseconds
from benchmarks.line import APP_QUEUE, CENTRALA, Line, measured_line
from benchmarks.offers import freed_to_invite, join_to_invite
from benchmarks.report import PAGE, Results, page

JOINS_A_ROUND = 150
JOIN_RATE = 10
WAITING_A_ROUND = 100
_FIRST_NUMBER = 225_000_000


def main() -> int:
    """Run what the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--agents", type=int, default=10, help="phones behind both queues (default 10)")
    parser.add_argument("--rounds", type=int, default=3, help="turns of both queues (default 3)")
    parser.add_argument("--cost-rounds", type=int, default=6, help="whole calls for each agent (default 6)")
    parser.add_argument("--dry", action="store_true", help="print the page, do not write it")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    alone = (measure(), board.measure()) if options.rounds else None
    with measured_line(options.agents) as line:
        if alone is None:
            print(f"one whole call: {_cost(line, options)}")
            return 0
        text = page(_measure(line, options, load, *alone))
    if options.dry:
        print(text)
    else:
        PAGE.write_text(text, encoding="utf-8")
        print(f"written: {PAGE}")
    return 0


def _measure(
    line: Line, options: argparse.Namespace, load: float, engine: EngineFigures, boards: BoardFigures
) -> Results:
    joins: dict[str, list[float]] = {APP_QUEUE: [], CENTRALA: []}
    freed: dict[str, list[float]] = {APP_QUEUE: [], CENTRALA: []}
    first = _FIRST_NUMBER
    for turn in range(options.rounds):
        for dialled in (APP_QUEUE, CENTRALA):
            with line.ready_agents(dialled == CENTRALA):
                joins[dialled] += join_to_invite(
                    line, dialled=dialled, first=first, calls=JOINS_A_ROUND, rate=JOIN_RATE
                )
                first += JOINS_A_ROUND
                freed[dialled] += freed_to_invite(line, dialled=dialled, first=first, calls=WAITING_A_ROUND)
                first += WAITING_A_ROUND
            _say(f"round {turn + 1} of {options.rounds}, {'ours' if dialled == CENTRALA else 'app_queue'}")
            _say(f"  joins {_short(joins[dialled])}; freed {_short(freed[dialled])}")
    return Results(
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        asterisk=line.hotline.asterisk("core show version").partition(" built")[0].strip(),
        load=load,
        agents=options.agents,
        join_app_queue=Figures.of(joins[APP_QUEUE]),
        join_ours=Figures.of(joins[CENTRALA]),
        freed_app_queue=Figures.of(freed[APP_QUEUE]),
        freed_ours=Figures.of(freed[CENTRALA]),
        cost=_cost(line, options),
        engine=engine,
        board=boards,
    )


def _cost(line: Line, options: argparse.Namespace) -> Cost:
    with line.ready_agents():
        return whole_calls(line, rounds=options.cost_rounds)


def _short(durations: list[float]) -> str:
    if not durations:
        return "none"
    figures = Figures.of(durations)
    return f"{figures.count}: p50 {milliseconds(figures.p50_ms)}, p99 {milliseconds(figures.p99_ms)} ms"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
