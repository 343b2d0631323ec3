"""`centrala sim`: run a day on virtual time, or look for the staff that a service level needs."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from acd.errors import PolicyError, WorkloadError
from acd.sim import report, staffing
from acd.sim.plot import plot
from acd.sim.replicate import AS_IT_IS, InProcesses, InThisProcess, Progress, Replications, Variant
from acd.sim.workload import Workload
from acd.sim.workload_file import load_workload
from runtime.cli_run import say
from runtime.config import Settings
from runtime.garbage import spare_what_stays
from runtime.section import ConfigError

_BAR = 40


def add(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """Describe the command to `add_parser` of argparse's sub-commands."""
    command = add_parser("sim", help="run a day of calls on virtual time by the city's own rules")
    command.add_argument("file", metavar="FILE", type=Path, help="the workload; see docs/simulator.md")
    command.add_argument("--seeds", metavar="N", type=_count, default=5, help="runs (default 5)")
    command.add_argument("--jobs", metavar="N", type=_count, help="processes (default: one a processor)")
    command.add_argument("--json", metavar="OUT", type=Path, help="write all figures as JSON, - for here")
    command.add_argument("--plot", metavar="OUT", type=Path, help="draw them: a .png or .svg file")
    command.add_argument("--staff", metavar="GOAL", help="agents by half hour for a goal like '90%% in 15 s'")
    command.set_defaults(do=sim)


def sim(settings: Settings, arguments: argparse.Namespace) -> int:
    """Print what the workload comes to, or what staff its goal needs; a file with a mistake raises."""
    try:
        workload = load_workload(arguments.file, settings.acd)
        goal = staffing.read_goal(arguments.staff) if arguments.staff else None
    except (WorkloadError, PolicyError) as error:
        raise ConfigError(str(error)) from error
    seeds = range(1, arguments.seeds + 1)
    jobs = min(arguments.jobs or os.cpu_count() or 1, arguments.seeds)
    if jobs == 1:
        return _run(workload, InThisProcess(workload), seeds, goal, arguments)
    with InProcesses(workload, jobs, spare_what_stays) as runs:
        return _run(workload, runs, seeds, goal, arguments)


def _run(
    workload: Workload,
    runs: Replications,
    seeds: range,
    goal: staffing.Goal | None,
    arguments: argparse.Namespace,
) -> int:
    variant = AS_IT_IS
    if goal is not None:
        with _Bar("staff") as bar:
            needs = staffing.search(workload, goal, runs=runs, seeds=seeds, progress=bar)
        say(staffing.table(needs, goal))
        say("")
        variant = Variant(staff=tuple(one.agents for one in needs), service_level_s=goal.within_s)
    with _Bar("runs") as bar:
        found = report.report(variant.of(workload), seeds, runs.run(seeds, variant, bar))
    if arguments.json != Path("-"):
        say(report.table(found))
    if arguments.json is not None:
        _write_json(report.as_json(found), arguments.json)
    if arguments.plot is not None:
        plot(found, arguments.plot)
    return 0


def _write_json(plain: dict[str, Any], file: Path) -> None:
    text = json.dumps(plain, indent=1, ensure_ascii=False)
    if file == Path("-"):
        say(text)
    else:
        file.write_text(text + "\n", encoding="utf-8")


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


class _Bar:
    """A progress bar on standard error, if that is a terminal; it is wiped out when the work is done."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = ""

    def __enter__(self) -> Progress:
        return self._show

    def __exit__(self, *_: object) -> None:
        if self._shown:
            sys.stderr.write("\r" + " " * len(self._shown) + "\r")
            sys.stderr.flush()

    def _show(self, done: float) -> None:
        full = round(done * _BAR)
        text = f"{self._what} [{'#' * full}{'.' * (_BAR - full)}] {done:4.0%}"
        if sys.stderr.isatty() and text != self._shown:
            self._shown = text
            sys.stderr.write("\r" + text)
            sys.stderr.flush()
