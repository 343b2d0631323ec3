"""Five hundred callers wait when the controller is killed: snapshot and journal bring all of it back."""

import time
from collections.abc import Callable
from pathlib import Path

from acd.adapters.journal import SqliteJournal
from acd.core.engine import Engine
from acd.core.policy import Policy, QueuePolicy
from acd.core.skills import parse
from acd.journal import Entry, EntryKind, recover
from contact import codec
from contact.commands import OfferCall
from contact.events import (
    AgentConfigured,
    AvailabilityRequested,
    CallHungUp,
    CallQueued,
    Input,
    OfferAnswered,
    PhoneChanged,
    TalkStarted,
    TelephonyResynced,
)
from contact.ids import E164, AgentId, CallId, ChannelName, Extension, Language, LegId, QueueId, Skill
from contact.states import AgentState, Availability, PhoneState

WAITING, AGENTS, AFTER_SNAPSHOT = 500, 100, 200
TOPICS = ("roads", "waste", "transport", "animals", "general")
POLICY = Policy(
    queues={QueueId(one): QueuePolicy(queue=QueueId(one), requirement=parse(one)) for one in TOPICS}
)


def test_an_engine_with_500_waiting_callers_and_100_agents_comes_back_whole(
    tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    journal = SqliteJournal(tmp_path / "journal.sqlite")
    lived = Engine(policy=POLICY, run="")
    now = 1_000_000.0

    def tell(event: Input) -> None:
        nonlocal now
        now += 0.25
        journal.append([Entry(at=now, kind=EntryKind.EVENT, body=codec.encode(event))])
        for command in lived.handle(event, now):
            if isinstance(command, OfferCall):
                tell(OfferAnswered(offer=command.offer))
                tell(TalkStarted(offer=command.offer, call=command.call))

    for event in beginning():
        tell(event)
    for number in range(WAITING + AGENTS):
        tell(caller(number, now))
    journal.keep(lived.snapshot())
    for number in range(AFTER_SNAPSHOT):
        waiting = next(one for one in lived.standing(now).calls if one.place == "waiting")
        tell(CallHungUp(call=waiting.call, cause=16))
        tell(caller(WAITING + AGENTS + number, now))
    journal.close()

    again = SqliteJournal(tmp_path / "journal.sqlite")
    began = time.perf_counter()
    recovered = recover(again, POLICY)
    took_s = time.perf_counter() - began
    again.close()
    record_testsuite_property("restored_in_s", round(took_s, 3))

    standing = recovered.engine.standing(now)
    assert standing == lived.standing(now)
    assert recovered.engine.snapshot() == lived.snapshot()
    assert sum(one.place == "waiting" for one in standing.calls) == WAITING
    assert sum(one.state.new is AgentState.TALKING for one in standing.agents) == AGENTS
    assert recovered.entries == 2 * AFTER_SNAPSHOT


def beginning() -> list[Input]:
    """A hundred agents, each with two topics, sign in."""
    phones = tuple(
        PhoneChanged(extension=Extension(str(3000 + number)), state=PhoneState.IDLE)
        for number in range(AGENTS)
    )
    events: list[Input] = [
        AgentConfigured(
            agent=AgentId(f"agent{number:03d}"),
            name=f"Agent {number}",
            extension=Extension(str(3000 + number)),
            skills=tuple((Skill(TOPICS[(number + shift) % 5]), 80) for shift in range(2)),
        )
        for number in range(AGENTS)
    ]
    events.append(TelephonyResynced(calls=(), waiting=(), offers=(), phones=phones))
    for number in range(AGENTS):
        agent = AgentId(f"agent{number:03d}")
        events.append(
            AvailabilityRequested(agent=agent, availability=Availability.READY, reason="", by=agent)
        )
    return events


def caller(number: int, now: float) -> CallQueued:
    call = CallId(f"{1_000_000 + number}.{number}")
    return CallQueued(
        call=call,
        leg=LegId(call),
        channel=ChannelName(f"PJSIP/trunk-{number:08x}"),
        caller=E164("+48600100200"),
        queue=QueueId(TOPICS[number % 5]),
        requirement="",
        priority=number % 3,
        language=Language("pl"),
        joined_at=now,
    )
