"""Terminal records of calls: in order, each once, kept while the store is away."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy.exc import DataError

from contact.events import CallEnded
from crm_bridge.measure import BridgeMetrics
from crm_bridge.recorder import ContactRecorder
from runtime.db import DatabaseAway
from tests.fakes.crm import CALLER, ended


class Store:
    """What was written; `away` and `poison` make it fail."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.away = False
        self.poison = ""

    async def write(self, batch: Sequence[CallEnded]) -> int:
        if self.away:
            raise DatabaseAway("gone")
        if any(one.call == self.poison for one in batch):
            raise DataError("INSERT", {}, ValueError("too long"))
        self.calls += [one.call for one in batch]
        return len(batch)


class Bench:
    def __init__(self, tmp_path: Path, records_max: int = 100) -> None:
        self.store = Store()
        self.told: list[str] = []
        self.spill = tmp_path / "sub" / "waiting.jsonl"
        self.records_max = records_max
        self.recorder = self.again()

    def again(self) -> ContactRecorder:
        return ContactRecorder(
            write=self.store.write,
            spill=self.spill,
            metrics=BridgeMetrics(),
            on_written=self.told.append,
            records_max=self.records_max,
        )


async def test_records_are_written_in_order_and_told(tmp_path: Path) -> None:
    bench = Bench(tmp_path, records_max=250)
    for n in range(250):
        bench.recorder.add(ended(str(n)))
    await bench.recorder.drain()
    assert bench.store.calls == [str(n) for n in range(250)]
    assert bench.told[0] == CALLER


async def test_a_store_that_is_away_loses_nothing(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.store.away = True
    bench.recorder.add(ended("1"))
    await bench.recorder.stop()
    bench.recorder.add(ended("2"))
    assert len(bench.spill.read_text().splitlines()) == 2
    bench.store.away = False
    await bench.recorder.drain()
    assert bench.store.calls == ["1", "2"]
    assert not bench.spill.exists()


async def test_another_process_takes_up_what_was_left(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.store.away = True
    bench.recorder.add(ended("1"))
    await bench.recorder.stop()
    with bench.spill.open("a") as stream:
        stream.write('{"type":"CallEnded","call":"half\n')
    bench.store.away = False
    fresh = bench.again()
    fresh.load()
    assert fresh.pending == 1
    await fresh.drain()
    assert bench.store.calls == ["1"]


async def test_a_record_that_cannot_be_stored_does_not_hold_up_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench(tmp_path)
    bench.store.poison = "2"
    for n in range(1, 4):
        bench.recorder.add(ended(str(n)))
    await bench.recorder.drain()
    assert bench.store.calls == ["1", "3"]
    assert CALLER not in caplog.text


async def test_the_queue_has_an_end(tmp_path: Path) -> None:
    bench = Bench(tmp_path, records_max=2)
    for n in range(3):
        bench.recorder.add(ended(str(n)))
    assert bench.recorder.pending == 2


async def test_the_loop_writes_what_comes(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    written = asyncio.Event()
    bench.recorder._on_written = lambda _caller: written.set()
    loop = asyncio.create_task(bench.recorder.run())
    bench.recorder.add(ended("1"))
    await written.wait()
    loop.cancel()
    with suppress(asyncio.CancelledError):
        await loop
    assert bench.store.calls == ["1"]
