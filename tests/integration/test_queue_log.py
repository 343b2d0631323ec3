"""The queue_log of calls on a real Asterisk: who ended the talk, who rang in vain, and nothing twice."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

from contact.states import Availability
from runtime.config import Settings
from tests.e2e.sip_caller import CallerLeg, Callers
from tests.e2e.sip_phone import ANSWERS, DECLINES
from tests.integration.acd_hotline import Controller, answered, hotline, lines_of, until
from tests.integration.ami_asterisk import NUMBER, entry_script


@contextlib.asynccontextmanager
async def caller(settings: Settings, folder: Path) -> AsyncIterator[CallerLeg]:
    callers = Callers(
        sip_port=settings.sip.port, folder=folder / f"caller-{time.time_ns()}", numbers=[NUMBER]
    )
    await asyncio.to_thread(callers.__enter__)
    try:
        yield callers.legs[0]
    finally:
        await asyncio.to_thread(callers.__exit__, None, None, None)


def told(settings: Settings) -> list[tuple[str, ...]]:
    """Return queue, agent, event and the fields of no duration of each line about calls."""
    about_calls = [line for line in lines_of(settings) if line[1] not in ("NONE", "MANAGER")]
    return [(line[2], line[3], line[4]) for line in about_calls]


async def test_talk_is_completed_by_whoever_hangs_up(tmp_path: Path) -> None:
    async with hotline(tmp_path) as (settings, phone), entry_script(settings):
        controller = Controller(settings)
        await controller.start()
        try:
            await controller.ask(Availability.READY)
            async with caller(settings, tmp_path):
                leg = await answered(phone, 1)
                await controller.talks()
                await asyncio.sleep(1.2)
                await asyncio.to_thread(leg.hang_up)
                await until(lambda: len(controller.ended) == 1)
            await controller.ask(Availability.READY)
            async with caller(settings, tmp_path) as second:
                await answered(phone, 2)
                await controller.talks()
                await asyncio.to_thread(second.hang_up)
                await until(lambda: len(controller.ended) == 2)
        finally:
            await controller.stop()
    joined, met = ("roads", "NONE", "ENTERQUEUE"), ("roads", "anna", "CONNECT")
    assert told(settings) == [
        joined,
        met,
        ("roads", "anna", "COMPLETEAGENT"),
        joined,
        met,
        ("roads", "anna", "COMPLETECALLER"),
    ]
    connected, completed = lines_of(settings)[-5:-3]
    assert connected[6].startswith("offer-")
    assert int(completed[6]) >= 1
    assert next(line[6] for line in lines_of(settings) if line[4] == "ENTERQUEUE") == NUMBER


async def test_killed_controller_writes_what_it_owed_and_closes_what_it_took_over(tmp_path: Path) -> None:
    async with hotline(tmp_path) as (settings, phone), entry_script(settings):
        await asyncio.to_thread(phone.behave, DECLINES)
        first = Controller(settings)
        await first.start()
        await first.ask(Availability.READY)
        async with caller(settings, tmp_path) as leg:
            await until(lambda: ("roads", "anna", "RINGNOANSWER") in told(settings))
            await first.kill()
            path = settings.state_dir / "queue_log"
            whole = path.read_text(encoding="utf-8").splitlines(keepends=True)
            path.write_text("".join(whole[:-2]), encoding="utf-8")

            await asyncio.to_thread(phone.behave, ANSWERS)
            second = Controller(settings)
            await second.start()
            try:
                assert path.read_text(encoding="utf-8").splitlines(keepends=True)[: len(whole)] == whole
                await answered(phone, len(phone.legs) + 1)
                await second.talks()
                await asyncio.to_thread(leg.hang_up)
                await until(lambda: len(second.ended) == 1)
            finally:
                await second.stop()
    events = [event for _, _, event in told(settings)]
    assert events[:2] == ["ENTERQUEUE", "RINGNOANSWER"]
    assert events[-2:] == ["CONNECT", "COMPLETECALLER"]
    assert events.count("ENTERQUEUE") == events.count("CONNECT") == 1
    assert [line[4] for line in lines_of(settings)].count("QUEUESTART") == 1
