"""Callers without a controller, on a real Asterisk: they reach a phone, and their records come home."""

import asyncio
import contextlib
from collections import Counter
from pathlib import Path

from acd.core.queue_log_lines import TERMINAL
from contact.ids import AgentId, CallId
from contact.states import Outcome
from runtime.config import Settings
from tests.integration.acd_hotline import FALLBACK_AFTER_S, Controller, answered, hotline, lines_of, until
from tests.integration.ami_asterisk import entry_script
from tests.integration.asterisk_instance import call


def events_of(settings: Settings, call: CallId) -> list[tuple[str, str, str]]:
    """Return queue, agent and event of each line that our queue_log has of a call."""
    return [(line[2], line[3], line[4]) for line in lines_of(settings) if line[1] == call]


def ended_by(settings: Settings, call: CallId) -> str:
    """Return the terminal event that Asterisk itself wrote for a call: who left first is for it to say."""
    text = (settings.state_dir / "asterisk" / "log" / "queue_log").read_text(encoding="utf-8")
    lines = [line.split("|") for line in text.splitlines()]
    (event,) = [line[4] for line in lines if line[1] == call and line[4] in TERMINAL]
    assert event in {"COMPLETEAGENT", "COMPLETECALLER"}
    return event


async def test_callers_of_a_dead_controller_reach_a_phone_and_their_records_come_home_once(
    tmp_path: Path,
) -> None:
    async with hotline(tmp_path) as (settings, phone), contextlib.AsyncExitStack() as callers:
        first = Controller(settings)
        await first.start()
        async with entry_script(settings):
            await callers.enter_async_context(call(settings, tmp_path))
            await until(lambda: bool(first.waiting))
        known = first.waiting[0]
        await first.kill()
        # One caller waits in `[wait]`, one finds nobody, one is still in the static queue afterwards.
        leg = await answered(phone, 1)
        await asyncio.sleep(2.5)
        await asyncio.to_thread(leg.hang_up)
        for caller in ("+48600100201", "+48600100202"):
            await callers.enter_async_context(call(settings, tmp_path, caller=caller))
        talking = await answered(phone, 2)

        second = Controller(settings)
        await second.start()
        try:
            await until(lambda: [one.call for one in second.ended] == [known])
            await asyncio.to_thread(talking.hang_up)
            last = await answered(phone, 3)
            await asyncio.to_thread(last.hang_up)
            await until(lambda: len(second.ended) == 3)
        finally:
            await second.stop()

    records = {one.call: one for one in second.ended}
    assert len(records) == 3
    assert {one.outcome for one in records.values()} == {Outcome.FALLBACK}
    assert {one.agent for one in records.values()} == {AgentId("anna")}
    mine = records.pop(known)
    assert (mine.queue, mine.caller) == ("roads", "+48600100200")
    assert mine.talk_s >= 1
    # The time without a controller begins with its last beat, and the static queue's log has whole seconds.
    assert mine.wait_s >= FALLBACK_AFTER_S - 2
    assert {one.queue for one in records.values()} == {"fallback"}
    assert {one.caller for one in records.values()} == {"+48600100201", "+48600100202"}
    assert {one.dialled for one in records.values()} == {"19115"}
    served = [("fallback", "NONE", "ENTERQUEUE"), ("fallback", "anna", "CONNECT")]
    assert events_of(settings, known) == [
        ("roads", "NONE", "ENTERQUEUE"),
        ("roads", "NONE", "EXITWITHTIMEOUT"),
        *served,
        ("fallback", "anna", ended_by(settings, known)),
    ]
    for stranger in records:
        assert events_of(settings, stranger) == [*served, ("fallback", "anna", ended_by(settings, stranger))]


async def test_what_was_imported_is_not_imported_again(tmp_path: Path) -> None:
    async with hotline(tmp_path) as (settings, phone):
        first = Controller(settings)
        await first.start()
        await first.stop()
        async with call(settings, tmp_path):
            leg = await answered(phone, 1)
            await asyncio.to_thread(leg.hang_up)
        second = Controller(settings)
        await second.start()
        await until(lambda: len(second.ended) == 1)
        await second.kill()
        third = Controller(settings)
        await third.start()
        await third.stop()
        fourth = Controller(settings)
        await fourth.start()
        await fourth.stop()
    # After a kill the last record is told again, for nobody knows whether it arrived; after a stop it is not.
    assert third.ended == second.ended
    assert fourth.ended == []
    events = Counter(line[4] for line in lines_of(settings))
    assert events["ENTERQUEUE"] == 1
    assert sum(count for event, count in events.items() if event in TERMINAL) == 1
