"""The `centrala` command. Exit status: 0 fine, 1 a problem was found, 2 wrong usage or configuration."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from contact.errors import CentralaError
from runtime import (
    cli_account,
    cli_alert,
    cli_check,
    cli_demo,
    cli_recordings,
    cli_replay,
    cli_run,
    cli_sim,
    log,
)
from runtime.cli_run import DEFAULT_CONFIG
from runtime.config import load
from runtime.demo_call import KEYS
from runtime.section import ConfigError

CONFIG_VARIABLE = "CENTRALA_CONFIG"
FINE, PROBLEM, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Do what `argv` asks for and return the exit status; every error is one line on standard error."""
    arguments = parser().parse_args(argv)
    try:
        settings = load(Path(arguments.config))
        log.set_up(level=settings.runtime.log_level, form=settings.runtime.log_format)
        status: int = arguments.do(settings, arguments)
    except ConfigError as error:
        return _fail(error, WRONG_USAGE)
    except (CentralaError, OSError) as error:
        return _fail(error, PROBLEM)
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def parser() -> argparse.ArgumentParser:
    """Return the description of the whole command line."""
    top = argparse.ArgumentParser(
        prog="centrala", description="Telephony and IVR orchestrator of a city contact centre."
    )
    top.add_argument(
        "--config",
        metavar="FILE",
        default=os.environ.get(CONFIG_VARIABLE, DEFAULT_CONFIG),
        help=f"the city's settings (default: ${CONFIG_VARIABLE}, else {DEFAULT_CONFIG})",
    )
    top.add_argument("--version", action="version", version=f"centrala {version('centrala')}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_run(commands)
    _add_checks(commands)
    _add_demo(commands)
    _add_accounts(commands)
    _add_recordings(commands)
    cli_sim.add(commands.add_parser)
    _add_replay(commands)
    return top


Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def _add_run(commands: "Commands[argparse.ArgumentParser]") -> None:
    up = commands.add_parser("up", help="run the whole hotline in the foreground")
    up.set_defaults(do=cli_run.up)
    render = commands.add_parser("render", help="write Asterisk's configuration without starting it")
    render.add_argument("--output", metavar="DIR", type=Path, help="another folder than the instance's own")
    render.set_defaults(do=cli_run.render)
    database = commands.add_parser("db", help="the store").add_subparsers(metavar="COMMAND", required=True)
    upgrade = database.add_parser("upgrade", help="bring the schema to the newest revision")
    upgrade.set_defaults(do=cli_run.upgrade)


def _add_checks(commands: "Commands[argparse.ArgumentParser]") -> None:
    doctor = commands.add_parser("doctor", help="test every part and say what to do about each failure")
    doctor.set_defaults(do=cli_check.doctor)
    flow = commands.add_parser("flow", help="the IVR's flow").add_subparsers(metavar="COMMAND", required=True)
    check = flow.add_parser("check", help="name every mistake in the flow and prompts, with file and line")
    check.set_defaults(do=cli_check.flow)
    alert = commands.add_parser("alert", help="alerts").add_subparsers(metavar="COMMAND", required=True)
    test = alert.add_parser("test", help="send a test message to whoever is told of alerts")
    test.add_argument("recipient", metavar="NAME", nargs="?", help="one recipient (default: every one)")
    test.set_defaults(do=cli_alert.test)
    explain = commands.add_parser("explain", help="why a call was routed as it was")
    explain.add_argument("call", metavar="CALL", help="the call's id, such as 1763800000.42")
    explain.add_argument("--login", help="a supervisor (default: the demo's); the password is asked for")
    explain.add_argument("--language", choices=("pl", "en"), default="en", help="of the words (default: en)")
    explain.set_defaults(do=cli_check.explain)


def _add_demo(commands: "Commands[argparse.ArgumentParser]") -> None:
    call = commands.add_parser("demo-call", help="place a real call to the running hotline, without a phone")
    call.add_argument("--topic", choices=sorted(KEYS), default="roads", help="what it is about")
    call.add_argument("--from", dest="number", metavar="+48...", default="+48600100200", help="who calls")
    call.add_argument("--english", action="store_true", help="choose English in the menu first")
    call.add_argument("--wait-for-agent", action="store_true", help="no answer by a consultant is a failure")
    call.add_argument("--patience", metavar="S", type=float, default=300.0, help="how long, in seconds")
    call.set_defaults(do=cli_demo.call)
    agent = commands.add_parser("demo-agent", help="a consultant without a person: answers and files cases")
    agent.add_argument("login", metavar="LOGIN", help="a demo account with a phone, such as anna")
    agent.add_argument("--calls", metavar="N", type=int, help="leave after so many calls (default: never)")
    agent.add_argument("--answer-after", metavar="S", type=float, default=2.0, help="let it ring so long")
    agent.add_argument("--talk", metavar="S", type=float, default=8.0, help="talk so long after the greeting")
    agent.set_defaults(do=cli_demo.agent)


def _add_accounts(commands: "Commands[argparse.ArgumentParser]") -> None:
    user = commands.add_parser("user", help="accounts").add_subparsers(metavar="COMMAND", required=True)
    add = user.add_parser("add", help="make an account; the password is asked for, or read from a pipe")
    add.add_argument("login", metavar="LOGIN")
    add.add_argument("--name", required=True, help="the person's name")
    add.add_argument("--role", choices=cli_account.ROLES, default="agent")
    add.add_argument("--extension", help="the number of the person's phone; agents need one")
    add.add_argument("--skills", default="", metavar="pl=100,roads=80", help="levels are 0 to 100")
    _add_scope(add)
    add.add_argument("--language", default="pl", help="of the desktop: pl or en")
    add.set_defaults(do=cli_account.add)
    change = user.add_parser("change", help="change what is named of an account")
    change.add_argument("login", metavar="LOGIN")
    change.add_argument("--name", help="the person's name")
    change.add_argument("--role", choices=cli_account.ROLES)
    change.add_argument("--extension", help="the number of the person's phone; '' for none")
    change.add_argument("--skills", metavar="pl=100,roads=80", help="all skills, in the place of the present")
    _add_scope(change)
    state = change.add_mutually_exclusive_group()
    state.add_argument("--close", dest="open", action="store_false", default=None, help="let nobody sign in")
    state.add_argument("--open", dest="open", action="store_true", help="take a close back")
    change.set_defaults(do=cli_account.change)


def _add_scope(parser: argparse.ArgumentParser) -> None:
    """Add what limits a person; each is the whole list, '' for none."""
    parser.add_argument("--team", help="the team that the person belongs to")
    parser.add_argument("--teams", metavar="A,B", help="teams that a lead, supervisor or analyst oversees")
    parser.add_argument("--queues", metavar="A,B", help="queues that they oversee (default: every queue)")
    parser.add_argument("--districts", metavar="A,B", help="districts whose cases they see (default: all)")


def _add_recordings(commands: "Commands[argparse.ArgumentParser]") -> None:
    recordings = commands.add_parser("recordings", help="talks that were recorded").add_subparsers(
        metavar="COMMAND", required=True
    )
    erase = recordings.add_parser("erase", help="erase every recording of a caller's number")
    erase.add_argument("--caller", required=True, metavar="+48...", help="the number")
    erase.add_argument("--reason", required=True, metavar="TEXT", help="why, for the audit")
    erase.set_defaults(do=cli_recordings.erase)


def _add_replay(commands: "Commands[argparse.ArgumentParser]") -> None:
    replay = commands.add_parser("replay", help="run a recorded day again, under other rules if you like")
    replay.add_argument("day", metavar="DAY", help="a day such as 2026-03-01, or the file of a recording")
    replay.add_argument("--policy", metavar="FILE", type=Path, help="the other rules, a queues.toml")
    replay.add_argument("--exact", action="store_true", help="feed the inputs unchanged, compare each offer")
    replay.add_argument("--seed", metavar="N", type=int, default=1, help="of what is drawn (default: 1)")
    replay.add_argument("--json", action="store_true", help="everything, as JSON")
    replay.add_argument("--save", metavar="FILE", type=Path, help="write the recording as text, and no more")
    replay.set_defaults(do=cli_replay.run)


def _fail(error: Exception, status: int) -> int:
    with suppress(BrokenPipeError):
        line = " ".join(str(error).split()) or type(error).__name__
        print(f"centrala: {line}", file=sys.stderr)  # noqa: T201 - this is the command's own voice
    return status
