"""The engine alone: how long a decision takes in a full house, and how long a simulated day takes.

`python -m benchmarks.engine` prints the section that `make bench` writes into `docs/benchmarks.md`.
"""

import random
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from acd.core.engine import Engine
from acd.core.policy import Policy, QueuePolicy, Relaxation
from acd.core.skills import parse
from acd.sim.driver import simulate
from acd.sim.workload_file import load_workload
from benchmarks.figures import Figures
from contact.commands import Command, OfferCall
from contact.events import (
    AgentConfigured,
    AvailabilityRequested,
    CallHungUp,
    CallQueued,
    Input,
    OfferAnswered,
    PhoneChanged,
    TalkEnded,
    TalkStarted,
    TelephonyResynced,
)
from contact.ids import (
    E164,
    AgentId,
    CallId,
    ChannelName,
    Extension,
    Language,
    LegId,
    OfferId,
    QueueId,
    Skill,
)
from contact.states import Availability, PhoneState
from runtime.config import Acd
from runtime.garbage import spare_what_stays

NEW_YORK = Path(__file__).parents[1] / "config/warszawa/sim/new_york.toml"
AGENTS, WAITING = 650, 2_000
LANGUAGES = {"pl": 1.0, "en": 0.4, "uk": 0.15}
"""The share of the agents that speak each."""
SUBJECTS = 197
SKILLS = SUBJECTS + len(LANGUAGES)
SUBJECTS_EACH = 8
CALLERS_FIRST = 0.8
"""The share of the callers that ask for the first language; the others ask for any of them."""
DECISIONS = 4_000
DECISION_P99_US = 200.0
DAY_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFigures:
    """`freed` and `joins` are decisions in milliseconds; the day in seconds of processor time."""

    freed: Figures
    joins: Figures
    day_s: float
    day_calls: int
    day_agents: int
    day_steps: int


def measure(days: int = 3) -> EngineFigures:
    """Measure the day `days` times for the median, and then decisions once."""
    workload = load_workload(NEW_YORK, Acd())
    spent = []
    calls = steps = 0
    spare_what_stays()
    for seed in range(1, days + 1):
        began = time.process_time()
        run = simulate(workload, random.Random(seed))  # noqa: S311 - a simulation, no secret
        spent.append(time.process_time() - began)
        calls, steps = len(run.calls), run.steps
    freed, joins = decisions()
    return EngineFigures(
        freed=Figures.of(freed),
        joins=Figures.of(joins),
        day_s=statistics.median(spent),
        day_calls=calls,
        day_agents=max(workload.staff()),
        day_steps=steps,
    )


def decisions() -> tuple[list[float], list[float]]:
    """Return seconds of each decision: an agent is freed while all wait; a call joins and all are free."""
    return _freed(), _joins()


def section(found: EngineFigures) -> str:
    """Return the figures as a section of the page, in Markdown."""
    worst = max(found.freed.p99_ms, found.joins.p99_ms) * 1000
    decision = f"{worst:.0f} µs | {_kept(worst <= DECISION_P99_US)}"
    day = f"{found.day_s:.1f} s | {_kept(found.day_s <= DAY_S)}"
    return f"""## The engine alone

{AGENTS} agents, {SKILLS} skills: {SUBJECTS} subjects with a queue each, {SUBJECTS_EACH} or so to an
agent, and {len(LANGUAGES)} languages. Every decision is explained.
Microseconds of processor time for the whole step, from the input to the list of commands; garbage is
collected as in the running hotline.

| decision | count | p50 | p99 | max |
|---|---|---|---|---|
| an agent is freed, {WAITING:,} callers wait: which one | {_row(found.freed)} |
| a call joins, all agents are free: whose it is | {_row(found.joins)} |

| promise | limit | measured | kept |
|---|---|---|---|
| routing decision, p99 | at most {DECISION_P99_US:g} µs | {decision} |
| simulated day of {found.day_calls:,} calls and {found.day_agents} agents | at most {DAY_S:g} s | {day} |

The day is `config/warszawa/sim/new_york.toml`: {found.day_steps:,} steps of the engine, processor time, the
median of several seeds; garbage is collected as in the processes of `centrala sim`.
Facts that the simulator does not listen for are not made.

`python -m benchmarks.engine` measures this section alone.
"""


class _House:
    """An engine with everybody signed in."""

    def __init__(self) -> None:
        self.chance = random.Random(7)  # noqa: S311 - a simulation, no secret
        queues = {
            QueueId(f"q{n}"): QueuePolicy(
                queue=QueueId(f"q{n}"),
                requirement=parse(f"k{n}>=40"),
                relaxations=(Relaxation(after_s=1e6, requirement=parse(f"k{n}>=40 | k{n + 1}>=60")),),
            )
            for n in range(SUBJECTS)
        }
        self.engine = Engine(policy=Policy(queues=queues, wrap_up_s=0.0), run="b")
        self.now = 1_000_000.0
        phones = []
        for n in range(AGENTS):
            agent, extension = AgentId(f"a{n:03d}"), Extension(str(2000 + n))
            names = {f"k{self.chance.randrange(SUBJECTS)}" for _ in range(SUBJECTS_EACH)} | {
                f"k{n % SUBJECTS}"
            }
            names |= {one for one, share in LANGUAGES.items() if self.chance.random() < share}
            levels = tuple((Skill(one), self.chance.randrange(40, 100)) for one in sorted(names))
            self.tell(AgentConfigured(agent=agent, name=agent, extension=extension, skills=levels))
            self.tell(
                AvailabilityRequested(agent=agent, availability=Availability.READY, reason="", by=agent)
            )
            phones.append(PhoneChanged(extension=extension, state=PhoneState.IDLE))
        self.tell(TelephonyResynced(calls=(), waiting=(), offers=(), phones=tuple(phones)))

    def tell(self, event: Input) -> tuple[Command, ...]:
        self.now += 0.01
        return self.engine.handle(event, self.now)

    def join(self, number: int) -> CallQueued:
        queue = self.chance.randrange(SUBJECTS)
        language = "pl" if self.chance.random() < CALLERS_FIRST else self.chance.choice(tuple(LANGUAGES))
        return CallQueued(
            call=CallId(f"c{number}"),
            leg=LegId(f"c{number}"),
            channel=ChannelName(f"PJSIP/trunk-{number}"),
            caller=E164("+48600100200"),
            queue=QueueId(f"q{queue}"),
            requirement=language,
            priority=0,
            language=Language(language),
            joined_at=self.now,
        )

    def answer(self, commands: tuple[Command, ...]) -> list[tuple[OfferId, CallId]]:
        orders = [one for one in commands if isinstance(one, OfferCall)]
        for order in orders:
            self.tell(OfferAnswered(offer=order.offer))
            self.tell(TalkStarted(offer=order.offer, call=order.call))
        return [(order.offer, order.call) for order in orders]


def _freed() -> list[float]:
    """Everybody talks and `WAITING` callers wait; a talk ends, the agent takes the next, one more joins."""
    house = _House()
    talking: list[tuple[OfferId, CallId]] = []
    number = 0
    while len(house.engine.snapshot().calls) < WAITING + AGENTS:
        for _ in range(50):
            number += 1
            talking += house.answer(house.tell(house.join(number)))
    spent = []
    spare_what_stays()
    for _ in range(DECISIONS):
        offer, call = talking.pop(house.chance.randrange(len(talking)))
        event = TalkEnded(offer=offer)
        house.now += 0.01
        began = time.thread_time()
        commands = house.engine.handle(event, house.now)
        spent.append(time.thread_time() - began)
        talking += house.answer(commands)
        house.tell(CallHungUp(call=call, cause=16))
        number += 1
        talking += house.answer(house.tell(house.join(number)))
    return spent


def _joins() -> list[float]:
    """Everybody is free; a call joins, is offered, and hangs up again."""
    house = _House()
    spent = []
    spare_what_stays()
    for number in range(DECISIONS):
        event = house.join(number)
        house.now += 0.01
        began = time.thread_time()
        commands = house.engine.handle(event, house.now)
        spent.append(time.thread_time() - began)
        for offer, call in house.answer(commands):
            house.tell(TalkEnded(offer=offer))
            house.tell(CallHungUp(call=call, cause=16))
    return spent


def _row(figures: Figures) -> str:
    microseconds = (figures.p50_ms * 1000, figures.p99_ms * 1000, figures.max_ms * 1000)
    return " | ".join([str(figures.count), *(f"{one:.0f}" for one in microseconds)])


def _kept(kept: bool) -> str:  # noqa: FBT001 - a cell of a table
    return "yes" if kept else "**no**"


if __name__ == "__main__":
    print(section(measure()))
