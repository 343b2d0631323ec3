"""The role as a whole, its link to Asterisk never reached: nothing here lets the loop turn while it is up."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from acd.app import JOURNAL_FILE, AcdApp
from acd.errors import JournalError, PolicyError
from contact.commands import ConfigureAgent, ExplainCall, GetStanding, SetAvailability
from contact.errors import NotAvailable
from contact.events import CallArrived, CallEnded, CallHungUp, Event, NodeVisited
from contact.ids import E164, AgentId, CallId, ChannelName, Extension, LegId, Skill
from contact.states import AgentState, Availability, Outcome
from runtime.bus import MemoryBus
from runtime.config import Acd, Runtime, Settings
from tests.fakes.crm import ManualClock

QUEUES = '[queue.roads]\nnames = { pl = "Drogi" }\nrequirement = "roads"\n'
ANNA = ConfigureAgent(
    agent=AgentId("anna"), name="Anna", extension=Extension("2001"), skills=((Skill("roads"), 80),)
)
ARRIVED = CallArrived(
    call=CallId("1.1"),
    leg=LegId("1.1"),
    channel=ChannelName("PJSIP/trunk-1"),
    caller=E164("+48600100200"),
    dialled="19115",
)


class Role:
    """One process's worth of the role; the folder outlives it."""

    def __init__(self, folder: Path, acd: Acd | None = None) -> None:
        (folder / "queues.toml").write_text(QUEUES, encoding="utf-8")
        self.bus = MemoryBus()
        self.published: list[Event] = []
        self.bus.subscribe((CallArrived, CallEnded), self.published.append)
        settings = Settings(city_dir=folder, runtime=Runtime(state_dir=folder / "var"), acd=acd or Acd())
        self.app = AcdApp(
            settings=settings,
            bus=self.bus,
            clock=ManualClock(),
            rng=random.Random(1),  # noqa: S311 - a test must repeat itself
        )


def hear(role: Role, *events: CallArrived | CallHungUp) -> None:
    """What telephony would feed."""
    shell = role.app._shell
    assert shell is not None
    for event in events:
        shell.take(event)


async def test_a_role_that_is_not_started_says_so_and_stops_without_harm(tmp_path: Path) -> None:
    role = Role(tmp_path)
    assert role.app.health() == {"asterisk": "not started", "journal": "not started"}
    await role.app.stop()


async def test_a_started_role_answers_and_says_that_asterisk_is_not_there_yet(tmp_path: Path) -> None:
    role = Role(tmp_path)
    with pytest.raises(NotAvailable):
        await role.bus.request(GetStanding())
    await role.app.start()
    standing = await role.bus.request(GetStanding())
    health = role.app.health()
    await role.app.stop()
    assert [one.queue for one in standing.queues] == ["roads"]
    assert not standing.telephony_up
    assert health["journal"] == "ok"
    assert health["asterisk"] != "ok"
    assert role.app.health()["journal"] == "not started"


async def test_what_was_known_outlives_a_stop(tmp_path: Path) -> None:
    first = Role(tmp_path)
    await first.app.start()
    await first.bus.request(ANNA)
    await first.bus.request(
        SetAvailability(
            agent=ANNA.agent, availability=Availability.NOT_READY, reason="lunch", by=AgentId("anna")
        )
    )
    await first.app.stop()
    second = Role(tmp_path)
    await second.app.start()
    (anna,) = (await second.bus.request(GetStanding())).agents
    await second.app.stop()
    assert (anna.name, anna.state.new, anna.state.reason) == ("Anna", AgentState.NOT_READY, "lunch")


async def test_terminal_records_since_the_last_snapshot_are_told_again_after_a_kill(tmp_path: Path) -> None:
    killed = Role(tmp_path)
    await killed.app.start()
    hear(killed, ARRIVED, CallHungUp(call=ARRIVED.call, cause=16))
    second = Role(tmp_path)
    await second.app.start()
    explanation = await second.bus.request(ExplainCall(call=ARRIVED.call))
    await second.app.stop()
    await killed.app.stop()
    ended = [one for one in second.published if isinstance(one, CallEnded)]
    assert [(one.call, one.outcome) for one in ended] == [(ARRIVED.call, Outcome.ABANDONED_IVR)]
    assert explanation.facts == tuple(ended)


async def test_two_processes_never_make_the_same_offer_ids(tmp_path: Path) -> None:
    runs = []
    for seed in (1, 2):
        role = Role(tmp_path)
        role.app._rng = random.Random(seed)  # noqa: S311 - a test must repeat itself
        await role.app.start()
        assert role.app._shell is not None
        runs.append(role.app._shell.engine.snapshot().run)
        await role.app.stop()
    assert len(set(runs)) == 2


async def test_what_the_ivr_visits_goes_into_the_calls_path(tmp_path: Path) -> None:
    role = Role(tmp_path)
    await role.app.start()
    hear(role, ARRIVED)
    role.bus.publish(
        NodeVisited(call=ARRIVED.call, flow="19115", node="menu", heard="2", ended_by="digits", spent_s=1.0)
    )
    hear(role, CallHungUp(call=ARRIVED.call, cause=16))
    await role.app.stop()
    assert [one.path for one in role.published if isinstance(one, CallEnded)] == [("menu=2",)]


async def test_a_policy_with_a_mistake_keeps_the_role_from_starting(tmp_path: Path) -> None:
    role = Role(tmp_path)
    (tmp_path / "queues.toml").write_text("[queue.roads]\n", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"queues\.toml: queue\.roads\.names"):
        await role.app.start()
    await role.app.stop()


async def test_a_journal_that_is_none_keeps_the_role_from_starting(tmp_path: Path) -> None:
    role = Role(tmp_path)
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / JOURNAL_FILE).write_bytes(b"no journal at all, only some text to be refused " * 20)
    with pytest.raises(JournalError, match="not a database"):
        await role.app.start()
    await role.app.stop()


async def test_the_queue_log_begins_with_the_role_and_goes_on_with_the_next(tmp_path: Path) -> None:
    for _ in range(2):
        role = Role(tmp_path)
        await role.app.start()
        await role.bus.request(ANNA)
        await role.bus.request(
            SetAvailability(
                agent=ANNA.agent, availability=Availability.NOT_READY, reason="lunch", by=ANNA.agent
            )
        )
        await role.app.stop()
    written = (tmp_path / "var" / "queue_log").read_text(encoding="utf-8").splitlines()
    events = [line.split("|")[4] for line in written]
    assert events == ["QUEUESTART", "ADDMEMBER", "PAUSEALL", "PAUSE"]


async def test_a_role_that_is_to_write_no_queue_log_writes_none(tmp_path: Path) -> None:
    role = Role(tmp_path, Acd(queue_log=""))
    await role.app.start()
    hear(role, ARRIVED, CallHungUp(call=ARRIVED.call, cause=16))
    await role.app.stop()
    assert not (tmp_path / "var" / "queue_log").exists()
    assert any(isinstance(one, CallEnded) for one in role.published)


async def test_callers_of_the_static_queue_get_their_records_at_the_next_start(tmp_path: Path) -> None:
    role = Role(tmp_path)
    await role.app.start()
    await role.bus.request(ANNA)
    await role.app.stop()
    log = tmp_path / "var" / "asterisk" / "log" / "queue_log"
    log.parent.mkdir(parents=True)
    log.write_text(
        "100|90.1|fallback|NONE|ENTERQUEUE||+48600100200|1\n"
        "103|90.1|fallback|PJSIP/2001|CONNECT|3|1.2|2\n"
        "109|90.1|fallback|PJSIP/2001|COMPLETEAGENT|3|6|1\n",
        encoding="utf-8",
    )
    again = Role(tmp_path)
    await again.app.start()
    await again.app.stop()
    records = [one for one in again.published if isinstance(one, CallEnded)]
    assert [(one.call, one.outcome, one.agent, one.talk_s) for one in records] == [
        ("90.1", Outcome.FALLBACK, "anna", 6.0)
    ]


async def test_a_call_of_an_earlier_run_is_explained_out_of_the_journal(tmp_path: Path) -> None:
    call = CallId(f"{int(ManualClock().now())}.7")
    first = Role(tmp_path)
    await first.app.start()
    arrived = replace(ARRIVED, call=call, leg=LegId(call))
    hear(first, arrived, CallHungUp(call=call, cause=16))
    await first.app.stop()
    second = Role(tmp_path)
    await second.app.start()
    found = await second.bus.request(ExplainCall(call=call))
    unknown = await second.bus.request(ExplainCall(call=CallId("1.99")))
    await second.app.stop()
    assert [type(fact) for fact in found.facts] == [CallEnded]
    assert [lines[0][9:] for _, lines in found.words] == [
        "osoba dzwoniąca rozłączyła się w menu",
        "the caller hung up in the menu",
    ]
    assert unknown.facts == ()
