"""A full house for the wallboard: the real desktop and the real engine in one process.

Theory of operation. Engine, shell, journal, bus and desktop are those of `centrala up`. Asterisk is
pretended (`Crowd`): phones ring and answer after the workload's times, callers come at the rate of New York's
busiest half hour, talk, and hang up. It begins with as many talks under way as that rate comes to. Of the
bridge there is what the desktop asks it for, without a past. The process prints one line of JSON when it
serves, and ends with its standard input.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from itertools import accumulate
from pathlib import Path

import uvloop
from argon2 import PasswordHasher
from prometheus_client import CollectorRegistry

from acd.adapters.journal import SqliteJournal
from acd.core.engine import Engine
from acd.measure import Measure
from acd.requests import Requests
from acd.shell import Shell
from acd.sim.workload import HALF_HOUR_S, CallType, Workload
from acd.sim.workload_file import load_workload
from agent_desktop.app import DesktopApp
from agent_desktop.passwords import Passwords
from agent_desktop.users import Role, User
from benchmarks.engine import NEW_YORK
from contact.case import CallerHistory
from contact.commands import LeaveQueue, LookUpCaller, OfferCall, Order, RescindOffer
from contact.day import DayTallies, DeliveryStanding, GetDeliveries, ReadDay
from contact.events import (
    AgentStateChanged,
    AvailabilityRequested,
    CallHungUp,
    CallQueued,
    Input,
    OfferAnswered,
    OfferFailed,
    PhoneChanged,
    TalkEnded,
    TalkStarted,
    TelephonyResynced,
    WrapUpCompleted,
)
from contact.ids import E164, AgentId, CallId, ChannelName, Extension, Language, LegId, OfferId
from contact.states import AgentState, Availability, OfferCause, PhoneState
from runtime.bus import MemoryBus
from runtime.clock import SystemClock
from runtime.config import Acd, Settings, load
from runtime.db import Database
from runtime.garbage import spare_what_stays
from tests.e2e.hotline import CITY
from tests.e2e.ports import free_port

PASSWORD = "a measured password"  # noqa: S105 - of a house that lives for a minute
AGENTS, SUPERVISORS = 650, 220
ACCOUNTS_AT_ONCE = 16
SETTLED_S = 2.0
_NORMAL_CLEARING = 16


class Crowd:
    """Callers and phones; takes the engine's orders and tells what comes of them."""

    def __init__(self, *, workload: Workload, clock: SystemClock, chance: random.Random, rate: float) -> None:
        """Prepare for `rate` times the calls of the workload's busiest half hour."""
        self._clock = clock
        self._chance = chance
        self._types = workload.types
        self._limits = list(accumulate(one.weight for one in workload.types))
        self.calls_per_s = rate * max(workload.calls) / HALF_HOUR_S
        self._ring = workload.ring.drawer(chance)
        self._talk = {one.name: one.talk.drawer(chance) for one in workload.types}
        self._wrap_up = {one.name: one.wrap_up.drawer(chance) for one in workload.types}
        self._kinds: dict[CallId, CallType] = {}
        self._ringing: dict[OfferId, CallId] = {}
        self._under_way = workload.handle_s * self.calls_per_s
        self._number = 0
        self.feed: Callable[[Input], None] = lambda _: None

    def carry_out(self, order: Order) -> None:
        """Have a phone ring, fall silent, or a caller leave."""
        match order:
            case OfferCall():
                self._ringing[order.offer] = order.call
                self._later(self._ring(), partial(self._answer, order.offer))
            case RescindOffer() if self._ringing.pop(order.offer, None) is not None:
                self.feed(OfferFailed(offer=order.offer, cause=OfferCause.WITHDRAWN))
            case LeaveQueue():
                self._hang_up(order.call)
            case _:  # nobody holds, hands on or asks a third in this house
                pass

    def begin(self) -> None:
        """Let those come who talk already, and from now on one after the other."""
        for _ in range(int(self._under_way)):
            self._arrive()
        self._next()

    def wrap_up(self, event: AgentStateChanged) -> None:
        """Have an agent end the work after a call by themselves."""
        kind = self._kinds.get(event.call) if event.call is not None else None
        if event.new is AgentState.WRAP_UP and event.call is not None and kind is not None:
            done = WrapUpCompleted(agent=event.agent, call=event.call)
            self._later(self._wrap_up[kind.name](), partial(self.feed, done))

    def _next(self) -> None:
        self._later(self._chance.expovariate(self.calls_per_s), self._arrive_and_go_on)

    def _arrive_and_go_on(self) -> None:
        self._arrive()
        self._next()

    def _arrive(self) -> None:
        self._number += 1
        call = CallId(f"1763800000.{self._number}")
        kind = self._chance.choices(self._types, cum_weights=self._limits)[0]
        self._kinds[call] = kind
        self.feed(
            CallQueued(
                call=call,
                leg=LegId(call),
                channel=ChannelName(f"PJSIP/trunk-{self._number}"),
                caller=E164(f"+48600{self._number % 1_000_000:06d}"),
                queue=kind.queue,
                requirement=kind.requirement,
                priority=kind.priority,
                language=Language("en"),
                joined_at=self._clock.now(),
            )
        )

    def _answer(self, offer: OfferId) -> None:
        call = self._ringing.pop(offer, None)
        if call is None:
            return
        self.feed(OfferAnswered(offer=offer))
        self.feed(TalkStarted(offer=offer, call=call))
        first = len(self._kinds) <= self._under_way
        talk_s = self._talk[self._kinds[call].name]() * (self._chance.random() if first else 1.0)
        self._later(talk_s, partial(self._end_talk, offer, call))

    def _end_talk(self, offer: OfferId, call: CallId) -> None:
        self.feed(TalkEnded(offer=offer))
        self._hang_up(call)

    def _hang_up(self, call: CallId) -> None:
        self.feed(CallHungUp(call=call, cause=_NORMAL_CLEARING))

    def _later(self, after_s: float, deed: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(after_s, deed)


async def serve(folder: Path, *, rate: float) -> None:
    """Serve a full house until standard input ends."""
    port = str(free_port())
    settings = load(CITY, {"CENTRALA_DESKTOP__PORT": port, "CENTRALA_RUNTIME__STATE_DIR": str(folder)})
    workload = load_workload(NEW_YORK, Acd())
    clock, bus, database = SystemClock(), MemoryBus(), Database(settings.database_url)
    await database.upgrade()
    crowd = Crowd(workload=workload, clock=clock, chance=random.Random(11), rate=rate)  # noqa: S311
    shell = _routing(folder, workload, crowd, bus, clock)
    _bridge(bus)
    desktop = _desktop(settings, bus, clock, database)
    agents = await _people(desktop, workload)
    await desktop.start()
    await desktop.configure_agents()
    for agent in agents:
        shell.feed(AvailabilityRequested(agent=agent, availability=Availability.READY, reason="", by=agent))
    crowd.begin()
    await asyncio.sleep(SETTLED_S)
    spare_what_stays()
    print(json.dumps({"origin": f"http://127.0.0.1:{port}", "pid": os.getpid()}), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await desktop.stop()
    shell.stop()
    await database.close()


def _routing(folder: Path, workload: Workload, crowd: Crowd, bus: MemoryBus, clock: SystemClock) -> Shell:
    measure = Measure(CollectorRegistry())
    shell = Shell(
        engine=Engine(policy=workload.policy, run="b"),
        journal=SqliteJournal(folder / "journal.sqlite"),
        telephony=crowd,
        publish=bus.publish,
        clock=clock,
        measure=measure,
    )
    crowd.feed = shell.feed
    Requests(shell=shell, clock=clock, measure=measure).serve(bus)
    bus.subscribe((AgentStateChanged,), crowd.wrap_up)
    phones = (PhoneChanged(extension=_extension(n), state=PhoneState.IDLE) for n in range(AGENTS))
    shell.feed(TelephonyResynced(calls=(), waiting=(), offers=(), phones=tuple(phones)))
    return shell


def _bridge(bus: MemoryBus) -> None:
    async def look_up(request: LookUpCaller) -> CallerHistory:
        return CallerHistory(caller=request.caller)

    async def read_day(_: ReadDay) -> DayTallies:
        return DayTallies()

    async def deliveries(_: GetDeliveries) -> DeliveryStanding:
        return DeliveryStanding(pending=0, oldest_at=None, refused=0)

    bus.serve(LookUpCaller, look_up)
    bus.serve(ReadDay, read_day)
    bus.serve(GetDeliveries, deliveries)


def _desktop(settings: Settings, bus: MemoryBus, clock: SystemClock, database: Database) -> DesktopApp:
    return DesktopApp(
        settings=settings,
        bus=bus,
        clock=clock,
        database=database,
        health=dict,
        metrics=bytes,
        passwords=Passwords(hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
    )


async def _people(desktop: DesktopApp, workload: Workload) -> list[AgentId]:
    """Open an account for everybody; return the agents."""
    skills = [group.skills for group in workload.groups]
    people = [
        User(
            login=AgentId(f"a{n:03d}"),
            name=f"Agent {n:03d}",
            role=Role.AGENT,
            extension=_extension(n),
            skills=skills[n % len(skills)],
        )
        for n in range(AGENTS)
    ]
    agents = [one.login for one in people]
    people += [
        User(login=AgentId(f"s{n:03d}"), name=f"Supervisor {n:03d}", role=Role.SUPERVISOR, skills=())
        for n in range(SUPERVISORS)
    ]
    for first in range(0, len(people), ACCOUNTS_AT_ONCE):
        some = people[first : first + ACCOUNTS_AT_ONCE]
        await asyncio.gather(*(desktop.users.create(one, PASSWORD) for one in some))
    return agents


def _extension(number: int) -> Extension:
    return Extension(str(2001 + number))


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.board_house", description=__doc__)
    parser.add_argument("--rate", type=float, default=1.0, help="times New York's busiest half hour")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="centrala-board-") as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(serve(Path(folder), rate=options.rate))


if __name__ == "__main__":
    main()
