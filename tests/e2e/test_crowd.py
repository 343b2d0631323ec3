"""Thirty calls at once for twenty agents: each ends in one record, and all who keep books agree."""

import time
from pathlib import Path

from tests.e2e.city import AGENTS, agents_of
from tests.e2e.hotline import Hotline
from tests.e2e.records import contacts, engine_out_of_journal, journaled
from tests.e2e.sip_phone import Behaviour
from tests.e2e.wait import until

CALLS = 30
GENERAL = "5"
NUMBERS = [f"6040000{n:02d}" for n in range(CALLS)]


def test_every_one_of_thirty_calls_ends_in_one_record(hotline: Hotline, tmp_path: Path) -> None:
    phone = hotline.phone(*(extension for _, extension in agents_of(AGENTS)))
    phone.register(Behaviour(ring_s=0.2, talk_s=1.5))
    for login, _ in agents_of(AGENTS):
        hotline.desk(login).become_ready()
    with hotline.callers(*NUMBERS) as callers:
        for leg in callers.legs:
            leg.wait("answered")
            leg.press(GENERAL)
        until(
            lambda: all(leg.ended_by == "them" for leg in callers.legs), within_s=40, what="every call served"
        )
    until(lambda: len(_records(hotline)) >= CALLS, within_s=10, what="thirty records")
    records = _records(hotline)
    assert sorted(record["caller"][-9:] for record in records) == NUMBERS
    assert {record["outcome"] for record in records} == {"connected"}
    assert len({record["call"] for record in records}) == CALLS
    _books_agree(hotline, {record["call"] for record in records}, tmp_path)
    answered = [leg for leg in phone.legs if leg.at("answered")]
    assert len(answered) == CALLS
    assert sum(record["offers"] for record in records) == len(phone.legs)


def _records(hotline: Hotline) -> list[dict[str, object]]:
    return [record for record in contacts(hotline) if record["caller"][-9:] in NUMBERS]


def _books_agree(hotline: Hotline, calls: set[str], folder: Path) -> None:
    """Asterisk has no channel, routing no call; the journal saw each call come and go, once."""
    until(lambda: not hotline.channels(), within_s=5, what="no channel left")
    until(
        lambda: list(_states(hotline).values()).count("ready") == AGENTS, within_s=10, what="everybody ready"
    )
    assert hotline.desk("sylwia").calls() == []
    for kind in ("CallArrived", "CallHungUp"):
        seen = [event["call"] for event in journaled(hotline, kind) if event["call"] in calls]
        assert sorted(seen) == sorted(calls), kind
    standing = engine_out_of_journal(hotline, folder).standing(time.time())
    assert standing.calls == ()
    assert {agent.agent: str(agent.state.new) for agent in standing.agents} == _states(hotline)


def _states(hotline: Hotline) -> dict[str, str]:
    return {row["id"]: row["state"] for row in hotline.desk("sylwia").get("/agents")}
