"""The page that `make bench` writes: the figures, what they are held against, and how to get them again."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks import board
from benchmarks.board import BoardFigures
from benchmarks.cost import Cost
from benchmarks.engine import EngineFigures, section
from benchmarks.figures import Figures, milliseconds
from benchmarks.machine import description

PAGE = Path(__file__).parents[1] / "docs/benchmarks.md"
FREED_P99_MS = 10.0
FREED_SHARE = 50
JOIN_SHARE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything one run measured."""

    date: str
    asterisk: str
    load: float
    agents: int
    join_app_queue: Figures
    join_ours: Figures
    freed_app_queue: Figures
    freed_ours: Figures
    cost: Cost
    engine: EngineFigures
    board: BoardFigures


def page(results: Results) -> str:
    """Return the page as Markdown."""
    return f"""# Benchmarks

Written by `make bench` ({results.date}).
{results.asterisk}; {description()}.
Callers, phones, Asterisk and controller share this machine; its load at the start was {results.load:.1f}.

## Centrala beside `app_queue`

The same Asterisk, the same {results.agents} SIPp phones, the same SIPp callers, in turns within one run.
A phone answers at once, talks 0.3 s and hangs up; there is no wrap-up time on either side. Milliseconds.

| what | measured | count | p50 | p99 | max |
|---|---|---|---|---|---|
{_row("call joins, an agent is free: to the INVITE at the phone", "`app_queue`", results.join_app_queue)}
{_row("", "Centrala", results.join_ours)}
{_row("agent freed, callers waiting: to the next INVITE", "`app_queue`", results.freed_app_queue)}
{_row("", "Centrala", results.freed_ours)}

| promise | limit | measured | kept |
|---|---|---|---|
{_promises(results)}

A whole call is menu, queue, offer, talk, wrap-up and a filed case ({results.cost.calls} of them, through the
HTTP API); what the idle processes use is taken off.

{section(results.engine)}
{board.section(results.board)}
## How it is measured

- *Joins*: the dialplan writes the time right before `Queue()` or our `[wait]` begins, after the call was
  answered; the INVITE's time is in the trace of the phone. Calls arrive at 10 a second, most agents are free.
- *Freed*: a hundred calls at a time for the agents; from the BYE that a phone sends to its next INVITE, both
  in that phone's trace. `app_queue` looks for freed agents once a second in each waiting caller's thread.
- *CPU*: user and system time of the two processes from `/proc`, before and after.

`python -m benchmarks --help` says how to run less or more of it; the code is in `benchmarks/`.
"""


def _promises(results: Results) -> str:
    join = results.join_ours.p99_ms / results.join_app_queue.p99_ms
    freed = results.freed_ours.p99_ms
    times = results.freed_app_queue.p50_ms / freed
    cost = results.cost
    share = cost.controller_ms / cost.asterisk_ms
    return "\n".join(
        (
            _promise(
                "freed agent to next offer, p99",
                f"at most {FREED_P99_MS:g} ms",
                f"{milliseconds(freed)} ms",
                kept=freed <= FREED_P99_MS,
            ),
            _promise(
                "the same beside `app_queue`'s median",
                f"at most 1/{FREED_SHARE}",
                f"1/{times:.0f}",
                kept=times >= FREED_SHARE,
            ),
            _promise(
                "joining call to INVITE, p99 beside `app_queue`'s p99",
                f"at most {JOIN_SHARE} times",
                f"{join:.1f} times",
                kept=join <= JOIN_SHARE,
            ),
            _promise(
                "controller's processor time for a whole call beside Asterisk's",
                "at most the same",
                f"{cost.controller_ms:.1f} ms beside {cost.asterisk_ms:.1f} ms",
                kept=share <= 1,
            ),
        )
    )


def _row(what: str, whose: str, figures: Figures) -> str:
    columns = [str(figures.count), *map(milliseconds, (figures.p50_ms, figures.p99_ms, figures.max_ms))]
    return f"| {what} | {whose} | {' | '.join(columns)} |"


def _promise(what: str, limit: str, measured: str, *, kept: bool) -> str:
    return f"| {what} | {limit} | {measured} | {'yes' if kept else '**no**'} |"
