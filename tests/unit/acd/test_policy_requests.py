"""Another policy while calls wait: in force at once, in the journal and the file, or refused whole."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from acd.adapters.journal import SqliteJournal
from acd.adapters.policy_file import read_policy
from acd.adapters.policy_record import recorded_policy
from acd.adapters.policy_store import PolicyStore, version_of
from acd.core.engine import Engine
from acd.core.policy import Policy
from acd.errors import PolicyError
from acd.journal import EntryKind, Ruling, recover
from acd.measure import Measure
from acd.policy_requests import PolicyRequests
from acd.shell import Shell, Telephony
from contact.commands import Command, OfferCall, ReloadPolicy
from contact.errors import Refused
from contact.events import AvailabilityRequested, PhoneChanged
from contact.ids import AgentId, Extension
from contact.policy_requests import (
    CheckPolicyText,
    PolicyText,
    PolicyVerdict,
    ReadPolicyText,
    WritePolicyText,
)
from contact.states import Availability, PhoneState
from runtime.bus import MemoryBus
from runtime.config import Acd
from tests.fakes.exchange import Exchange
from tests.unit.acd.core.floor import configured

STRICT = '[queue.roads]\nnames = { pl = "Drogi" }\nrequirement = "roads>=90"\n'
MILD = STRICT.replace("90", "40")
ADMIN = AgentId("admin")
BAD = STRICT.replace("roads>=90", "roads>=")


class StillClock:
    """A clock that stands."""

    def now(self) -> float:
        return 1_000.0


@dataclass
class Trunk:
    """Telephony that keeps what it was ordered."""

    orders: list[Command] = field(default_factory=list)

    def carry_out(self, order: Command) -> None:
        self.orders.append(order)


class World:
    """Distribution as `acd.app` wires it, without Asterisk."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "queues.toml"
        self.file.write_text(STRICT, encoding="utf-8")
        self.store = PolicyStore(file=self.file, defaults=Acd(), time_zone="UTC")
        self.journal = SqliteJournal(folder / "journal.sqlite")
        self.trunk = Trunk()
        self.bus = MemoryBus()
        self.exchange = Exchange()
        clock, measure = StillClock(), Measure(CollectorRegistry())
        telephony: Telephony = self.trunk
        self.shell = Shell(
            engine=Engine(policy=self.ruling().policy, run=""),
            journal=self.journal,
            telephony=telephony,
            publish=self.bus.publish,
            clock=clock,
            measure=measure,
        )
        self.shell.begin_run("r")
        self.shell.rule_by(self.ruling())
        self.told = 0
        PolicyRequests(shell=self.shell, store=self.store, in_force=STRICT, on_policy=self.note_policy).serve(
            self.bus
        )

    def note_policy(self) -> None:
        self.told += 1

    def ruling(self) -> Ruling:
        return self.store.ruling(self.store.read())

    def open(self) -> None:
        """One agent with roads at level 50 is ready, and a caller waits for roads."""
        self.shell.take(configured("anna", {"roads": 50}))
        self.exchange.phones[Extension("2001")] = PhoneState.IDLE
        self.shell.take(self.exchange.report())
        anna = AgentId("anna")
        self.shell.take(PhoneChanged(extension=Extension("2001"), state=PhoneState.IDLE))
        self.shell.take(
            AvailabilityRequested(agent=anna, availability=Availability.READY, reason="", by=anna)
        )
        arrived = self.exchange.arrive()
        self.shell.take(arrived)
        self.shell.take(self.exchange.queue(arrived.call, "roads", 1_000.0))

    async def write(self, text: str) -> None:
        self.file.write_text(text, encoding="utf-8")
        await self.bus.request(ReloadPolicy(by=ADMIN))

    async def send(self, text: str, *, version: str = "") -> PolicyText:
        """Have routing write `text`, over what it has by default."""
        version = version or (await self.bus.request(ReadPolicyText())).version
        return await self.bus.request(WritePolicyText(text=text, version=version, by=ADMIN))

    def offered(self) -> list[str]:
        return [one.call for one in self.trunk.orders if isinstance(one, OfferCall)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    one = World(tmp_path)
    yield one
    one.shell.stop()
    one.journal.close()


async def test_waiting_caller_is_offered_as_soon_as_the_new_policy_allows_it(world: World) -> None:
    world.open()
    assert world.offered() == []
    await world.write(MILD)
    assert world.offered() == ["c00001"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BAD, r"queue\.roads\.requirement: character 8"),
        ("\n[queue] 1", r"queues\.toml: .*line 2"),
        (STRICT + "colour = 1\n", r"queue\.roads\.colour: unknown key"),
    ],
)
async def test_bad_file_is_refused_with_its_place_and_the_old_policy_goes_on(
    world: World, text: str, reason: str
) -> None:
    world.open()
    with pytest.raises(Refused, match=reason) as refused:
        await world.write(text)
    assert refused.value.code == "bad_policy"
    assert world.shell.engine.standing(1_000.0).queues[0].requirement == "roads>=90"
    assert world.offered() == []


async def test_missing_file_is_refused(world: World) -> None:
    world.file.unlink()
    with pytest.raises(Refused, match="no such file"):
        await world.bus.request(ReloadPolicy(by=ADMIN))


async def test_engine_comes_back_under_the_policy_of_each_moment(world: World) -> None:
    world.open()
    await world.write(MILD)
    old = read_policy(STRICT, world.file, Acd())
    again = recover(world.journal, old, read_policy=recorded_policy).engine
    assert again.snapshot() == world.shell.engine.snapshot()
    assert again.standing(1_000.0).queues[0].requirement == "roads>=40"


async def test_policy_that_ruled_is_known_behind_a_snapshot(world: World) -> None:
    await world.write(MILD)
    world.shell.keep_snapshot()
    world.open()
    _, entries = world.journal.latest()
    assert next(iter(entries)).kind is EntryKind.POLICY
    again = recover(world.journal, read_policy(STRICT, world.file, Acd()), read_policy=recorded_policy).engine
    assert again.snapshot() == world.shell.engine.snapshot()


async def test_day_taken_again_without_a_reader_keeps_the_given_policy(world: World) -> None:
    world.open()
    await world.write(MILD)
    strict = recover(world.journal, read_policy(STRICT, world.file, Acd())).engine
    assert strict.snapshot().offers == ()


async def test_policy_in_the_journal_that_cannot_be_read_is_passed_over(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.open()

    def refuse(body: str) -> Policy:
        raise PolicyError(body)

    with caplog.at_level(logging.CRITICAL):
        again = recover(world.journal, world.ruling().policy, read_policy=refuse)
    assert len(again.engine.snapshot().calls) == 1


async def test_same_policy_again_changes_nothing(world: World) -> None:
    world.open()
    before = world.shell.engine.snapshot()
    await world.bus.request(ReloadPolicy(by=ADMIN))
    assert world.shell.engine.snapshot() == before


async def test_what_is_written_is_in_the_file_and_rules_the_callers_who_wait(world: World) -> None:
    world.open()
    now = await world.send(MILD)
    assert now == PolicyText(
        text=MILD,
        version=version_of(MILD),
        writable=True,
        in_force=True,
        defaults=world.store.queue_defaults(),
    )
    assert dict(now.defaults)["service_level_s"] == "30"
    assert world.file.read_text(encoding="utf-8") == MILD
    assert (world.offered(), world.told) == (["c00001"], 1)


async def test_two_who_write_over_the_same_text_cannot_both(world: World) -> None:
    seen = (await world.bus.request(ReadPolicyText())).version
    await world.send(MILD, version=seen)
    with pytest.raises(Refused) as refused:
        await world.send(STRICT.replace("90", "10"), version=seen)
    assert refused.value.code == "policy_changed"
    assert world.file.read_text(encoding="utf-8") == MILD


async def test_what_cannot_rule_is_neither_written_nor_in_force(world: World) -> None:
    with pytest.raises(Refused, match=r"^queue\.roads\.requirement: character 8") as refused:
        await world.send(BAD)
    assert refused.value.code == "bad_policy"
    assert world.file.read_text(encoding="utf-8") == STRICT
    assert world.told == 0


async def test_file_that_cannot_be_written_leaves_the_old_rules(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.store, "is_writable", lambda: False)
    assert not (await world.bus.request(ReadPolicyText())).writable
    with pytest.raises(Refused, match=r"^is read-only$") as refused:
        await world.send(MILD)
    assert refused.value.code == "policy_not_written"
    assert world.shell.engine.standing(1_000.0).queues[0].requirement == "roads>=90"


async def test_file_changed_by_hand_is_not_in_force_before_it_is_read(world: World) -> None:
    world.file.write_text(MILD, encoding="utf-8")
    now = await world.bus.request(ReadPolicyText())
    assert (now.text, now.in_force) == (MILD, False)
    await world.bus.request(ReloadPolicy(by=ADMIN))
    assert (await world.bus.request(ReadPolicyText())).in_force


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (MILD, PolicyVerdict()),
        (
            BAD,
            PolicyVerdict(
                place="queue.roads.requirement",
                reason="character 8: expected a level from 0 to 100, found the end",
            ),
        ),
        (STRICT + "colour = 1\n", PolicyVerdict(place="queue.roads.colour", reason="unknown key")),
    ],
)
async def test_verdict_names_the_key_and_changes_nothing(
    world: World, text: str, verdict: PolicyVerdict
) -> None:
    assert await world.bus.request(CheckPolicyText(text=text)) == verdict
    assert world.file.read_text(encoding="utf-8") == STRICT


async def test_text_that_is_no_toml_has_a_reason_without_a_key(world: World) -> None:
    verdict = await world.bus.request(CheckPolicyText(text="[queue"))
    assert (verdict.place, bool(verdict.reason)) == ("", True)


async def test_policy_text_of_a_missing_file_is_refused(world: World) -> None:
    world.file.unlink()
    with pytest.raises(Refused, match="no such file"):
        await world.bus.request(ReadPolicyText())
