"""`centrala replay`."""

import argparse
import json
import sys
from dataclasses import asdict
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from acd.adapters.journal_reader import read_recording, save_recording
from acd.adapters.policy_file import load_policy
from acd.app import JOURNAL_FILE, POLICY_FILE
from acd.core.policy import Policy
from acd.recording import Comparison, Recording, compare
from acd.replay import Column, Figures, Replay, replay
from contact.errors import CentralaError
from contact.times import Seconds, to_utc
from runtime.cli_run import say
from runtime.config import Settings

CHANGED_SHOWN_MAX = 20
_PROGRESS_WIDTH = 40


class ReplayImpossible(CentralaError):
    """There is nothing to replay; the text says what is missing."""


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Run a recorded day again; 1 where its own decisions do not come out the same."""
    zone = ZoneInfo(settings.runtime.time_zone)
    present = load_policy(settings.city_dir / POLICY_FILE, settings.acd, zone)
    path, stretch = _place(settings, arguments.day)
    recording = read_recording(path, present, stretch)
    if not recording.entries:
        raise ReplayImpossible(f"{path}: nothing was recorded in {arguments.day}")
    if arguments.save is not None:
        save_recording(arguments.save, path, recording)
        say(f"{arguments.save}: {len(recording.entries)} entries, callers' numbers replaced")
        return 0
    other = None if arguments.policy is None else load_policy(arguments.policy, settings.acd, zone)
    if arguments.exact:
        return _exact(settings, recording, other, is_json=arguments.json)
    return _counterfactual(settings, recording, other or recording.ruling, arguments)


def _place(settings: Settings, day: str) -> tuple[Path, tuple[Seconds, Seconds] | None]:
    """Return the file that `day` means, and the stretch of it: a date, or a whole file by its path."""
    if Path(day).is_file():
        return Path(day), None
    try:
        date = datetime.strptime(day, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no time zone yet
    except ValueError:
        raise ReplayImpossible(f"{day!r} is neither a day such as 2026-03-01 nor a file") from None
    zone = ZoneInfo(settings.runtime.time_zone)
    begins = datetime.combine(date, time(), tzinfo=zone)
    ends = datetime.combine(date + timedelta(days=1), time(), tzinfo=zone)
    return settings.state_dir / JOURNAL_FILE, (begins.timestamp(), ends.timestamp())


def _exact(settings: Settings, recording: Recording, other: Policy | None, *, is_json: bool) -> int:
    found = compare(recording, other)
    if is_json:
        say(json.dumps(asdict(found), ensure_ascii=False))
    else:
        for line in describe_comparison(found, ZoneInfo(settings.runtime.time_zone)):
            say(line)
    return 1 if found.differences and other is None else 0


def _counterfactual(
    settings: Settings, recording: Recording, policy: Policy, arguments: argparse.Namespace
) -> int:
    found = replay(recording, policy, seed=arguments.seed, progress=_show_progress)
    _clear_progress()
    if arguments.json:
        say(json.dumps(found.as_plain(), ensure_ascii=False))
    else:
        for line in describe(found, ZoneInfo(settings.runtime.time_zone)):
            say(line)
    return 0


def describe(found: Replay, zone: ZoneInfo) -> list[str]:
    """Return a replay as lines of text."""
    lines = [
        f"{_moment(found.begins_at, zone)} to {_moment(found.ends_at, zone)}, seed {found.seed}",
        "",
        f"{'':<28}{'recorded':>12}{'model':>12}{'other rules':>12}",
    ]
    lines += _table("all queues", found.recorded.all, found.model.all, found.other.all)
    lines.append(_row("occupancy", *(_percent(one.occupancy) for one in _columns(found))))
    for queue in found.other.queues:
        figures = [one.queues[queue] for one in _columns(found)]
        lines += ["", *_table(f"queue {queue}", *figures)]
    lines += ["", "calls answered by"]
    agents = sorted({agent for one in _columns(found) for agent in one.agents})
    lines += [_row(agent, *(str(one.agents.get(agent, 0)) for one in _columns(found))) for agent in agents]
    lines += ["", f"{len(found.changed)} of {found.other.all.callers} calls went to somebody else"]
    for call in found.changed[:CHANGED_SHOWN_MAX]:
        lines.append(
            f"  {_moment(call.joined_at, zone)}  {call.call:<20} {call.queue:<12} "
            f"{call.model_agent or '-'} after {call.model_wait_s:.0f} s -> "
            f"{call.other_agent or '-'} after {call.other_wait_s:.0f} s"
        )
    if len(found.changed) > CHANGED_SHOWN_MAX:
        lines.append(f"  and {len(found.changed) - CHANGED_SHOWN_MAX} more (--json lists all)")
    drawn = found.drawn
    lines += [
        "",
        "The model's own error is the second column against the first; what the rules change is the third",
        "against the second. Drawn, because the record cannot know it:",
        f"patience {drawn.patience}, ringing {drawn.ring}, talk {drawn.talk}, wrap-up {drawn.wrap_up} times.",
    ]
    if found.left_out:
        lines.append(f"{found.left_out} calls were already there at the beginning and are left out.")
    return lines


def describe_comparison(found: Comparison, zone: ZoneInfo) -> list[str]:
    """Return an exact replay as lines of text."""
    lines = [f"{found.inputs} inputs; {found.recorded} offers recorded, {found.made} made now"]
    if not found.recorded:
        lines.append("no offers are recorded here: there is nothing to compare with")
    lines += [
        f"  {_moment(one.at, zone)}  {one.call:<20} offer {one.number}: "
        f"{one.recorded or 'none'} -> {one.made or 'none'}"
        for one in found.differences
    ]
    if found.refused:
        lines.append(f"{found.refused} inputs were refused by the engine")
    count = len(found.differences)
    lines.append(f"{count} decisions differ" if count else "every decision is the same")
    return lines


def _columns(found: Replay) -> tuple[Column, Column, Column]:
    return found.recorded, found.model, found.other


def _table(title: str, *columns: Figures) -> list[str]:
    return [
        _row(f"{title}: callers", *(str(one.callers) for one in columns)),
        _row("answered", *(str(one.answered) for one in columns)),
        _row("gave up", *(str(one.abandoned) for one in columns)),
        _row("unserved at the end", *(str(one.unserved) for one in columns)),
        _row("service level", *(_percent(one.service_level) for one in columns)),
        _row("asa", *(_span(one.asa_s) for one in columns)),
        _row("mean wait", *(_span(one.mean_wait_s) for one in columns)),
        _row("longest wait", *(_span(one.wait_max_s) for one in columns)),
    ]


def _row(name: str, *values: str) -> str:
    return f"{name:<28}" + "".join(f"{value:>12}" for value in values)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _span(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.1f} s"


def _moment(at: Seconds, zone: ZoneInfo) -> str:
    return f"{to_utc(at).astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _show_progress(share: float) -> None:
    if sys.stderr.isatty():
        done = int(share * _PROGRESS_WIDTH)
        bar = "#" * done + "." * (_PROGRESS_WIDTH - done)
        print(f"\r[{bar}] {100 * share:3.0f} %", end="", file=sys.stderr, flush=True)  # noqa: T201 - the command's own voice


def _clear_progress() -> None:
    if sys.stderr.isatty():
        print("\r" + " " * (_PROGRESS_WIDTH + 10) + "\r", end="", file=sys.stderr, flush=True)  # noqa: T201 - the same
