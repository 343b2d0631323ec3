"""`centrala alert test`: tries whether the recipients of alerts can be told."""

import argparse
import asyncio
from collections.abc import Sequence
from typing import assert_never

from agent_desktop.recipient import Recipient
from agent_desktop.sender import Arrived, Deferred, Outcome, Refused
from agent_desktop.telling_setup import TellingSetup, letter_writer, read_setup
from runtime.cli_run import say
from runtime.clock import SystemClock
from runtime.config import Settings
from runtime.section import ConfigError


def test(settings: Settings, arguments: argparse.Namespace) -> int:
    """Send a test message to every recipient, or to the one that is named; 1 where one did not arrive."""
    setup = read_setup(settings)
    chosen = choose(setup.recipients, arguments.recipient)
    outcomes = asyncio.run(_send(settings, setup, chosen))
    for recipient, outcome in zip(chosen, outcomes, strict=True):
        say(describe(recipient, outcome))
    return 0 if all(outcome == Arrived() for outcome in outcomes) else 1


def choose(recipients: Sequence[Recipient], name: str | None) -> Sequence[Recipient]:
    """Return the recipient called `name`, or all; raise `ConfigError` where there is none."""
    if not recipients:
        raise ConfigError("alerts.toml has no [[recipients]]")
    chosen = [one for one in recipients if name in (None, one.name)]
    if not chosen:
        raise ConfigError(
            f"no recipient is called {name!r}; there are {', '.join(one.name for one in recipients)}"
        )
    return chosen


def describe(recipient: Recipient, outcome: Outcome) -> str:
    """Return what became of a recipient's message, in one line."""
    match outcome:
        case Arrived(missed=""):
            found = "the server has taken it"
        case Arrived(missed=missed):
            found = f"taken in part: {missed}"
        case Deferred(reason=reason):
            found = f"not now: {reason}"
        case Refused(reason=reason):
            found = f"refused: {reason}"
        case _:
            assert_never(outcome)
    mark = "ok  " if outcome == Arrived() else "ILL "
    return f"{mark} {recipient.name:<24} {recipient.way.value:<8} {found}"


async def _send(settings: Settings, setup: TellingSetup, chosen: Sequence[Recipient]) -> list[Outcome]:
    clock = SystemClock()
    writer = letter_writer(settings, lambda queue, _: queue)

    async def send(recipient: Recipient) -> Outcome:
        sender = setup.sender(recipient, clock)
        try:
            return await sender.send(writer.test(recipient, clock.now()))
        finally:
            await sender.close()

    return await asyncio.gather(*(send(one) for one in chosen))
