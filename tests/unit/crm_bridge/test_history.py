"""Caller histories from memory and store."""

import asyncio

from contact.case import CallerHistory
from contact.ids import E164
from crm_bridge.history import FRESH_S, Histories
from crm_bridge.measure import BridgeMetrics
from runtime.db import DatabaseAway
from tests.fakes.crm import CALLER, ManualClock


class Reads:
    """A store that counts, fails or waits."""

    def __init__(self) -> None:
        self.count = 0
        self.away = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, caller: E164, _contacts_max: int) -> CallerHistory:
        self.count += 1
        await self.gate.wait()
        if self.away:
            raise DatabaseAway("gone")
        return CallerHistory(caller=caller, note=f"read {self.count}")


def _histories(reads: Reads, clock: ManualClock, budget_s: float = 5.0) -> Histories:
    return Histories(read=reads, clock=clock, metrics=BridgeMetrics(), budget_s=budget_s)


async def test_a_number_is_read_once_while_it_is_fresh() -> None:
    reads, clock = Reads(), ManualClock()
    histories = _histories(reads, clock)
    histories.prefetch(CALLER)
    assert (await histories.look_up(CALLER, 5)).note == "read 1"
    assert (await histories.look_up(CALLER, 5)).note == "read 1"
    clock.at += FRESH_S + 1
    assert (await histories.look_up(CALLER, 5)).note == "read 2"


async def test_what_was_written_here_makes_the_next_look_up_read() -> None:
    reads = Reads()
    histories = _histories(reads, ManualClock())
    await histories.look_up(CALLER, 5)
    histories.forget(CALLER)
    assert (await histories.look_up(CALLER, 5)).note == "read 2"


async def test_a_write_during_a_read_is_not_lost() -> None:
    reads = Reads()
    reads.gate.clear()
    histories = _histories(reads, ManualClock())
    histories.prefetch(CALLER)
    await asyncio.sleep(0)
    histories.forget(CALLER)
    reads.gate.set()
    assert not (await histories.look_up(CALLER, 5)).complete
    assert (await histories.look_up(CALLER, 5)).note == "read 2"


async def test_a_late_store_gives_an_incomplete_answer_and_fills_the_memory() -> None:
    reads = Reads()
    reads.gate.clear()
    histories = _histories(reads, ManualClock(), budget_s=0.0)
    late = await histories.look_up(CALLER, 5)
    assert (late.complete, late.note) == (False, "database: no answer within 0 ms")
    reads.gate.set()
    await asyncio.gather(*histories._running.values())
    assert (await histories.look_up(CALLER, 5)).complete
    assert reads.count == 1


async def test_an_old_answer_serves_while_the_store_is_away() -> None:
    reads, clock = Reads(), ManualClock()
    histories = _histories(reads, clock)
    await histories.look_up(CALLER, 5)
    reads.away = True
    clock.at += FRESH_S + 1
    old = await histories.look_up(CALLER, 5)
    assert not old.complete
    assert old.caller == CALLER


async def test_a_withheld_number_has_no_history_and_asks_nobody() -> None:
    reads = Reads()
    histories = _histories(reads, ManualClock())
    histories.prefetch(E164(""))
    assert (await histories.look_up(E164(""), 5)).complete
    assert reads.count == 0


async def test_stopping_ends_what_is_on_its_way() -> None:
    reads = Reads()
    reads.gate.clear()
    histories = _histories(reads, ManualClock())
    histories.prefetch(CALLER)
    await histories.stop()
    assert histories._running == {}


async def test_what_is_being_read_anew_does_not_pass_for_fresh_meanwhile() -> None:
    reads = Reads()
    histories = _histories(reads, ManualClock())
    await histories.look_up(CALLER, 5)
    histories.forget(CALLER)
    reads.gate.clear()
    histories.prefetch(CALLER)
    await asyncio.sleep(0)
    asked = asyncio.create_task(histories.look_up(CALLER, 5))
    await asyncio.sleep(0)
    assert not asked.done()
    reads.gate.set()
    assert (await asked).note == "read 2"
