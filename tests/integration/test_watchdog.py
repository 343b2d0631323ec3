"""News of Asterisk that never arrived, on a real one: the watchdog sees what lasts and has it repaired."""

import asyncio
import contextlib
from pathlib import Path

from contact.states import AgentState, Availability, Outcome
from tests.integration.acd_hotline import Controller, answered, hotline, until
from tests.integration.ami_asterisk import entry_script
from tests.integration.asterisk_instance import call


def repairs(controller: Controller, what: str) -> float:
    return controller.registry.get_sample_value("centrala_acd_repairs_total", {"what": what}) or 0.0


async def test_a_talk_whose_end_nobody_heard_of_is_over_and_the_next_caller_is_served(tmp_path: Path) -> None:
    async with hotline(tmp_path) as (settings, phone), contextlib.AsyncExitStack() as callers:
        controller = Controller(settings)
        await controller.start()
        try:
            await controller.ask(Availability.READY)
            async with entry_script(settings):
                await callers.enter_async_context(call(settings, tmp_path))
                leg = await answered(phone, 1)
                await until(lambda: bool(controller.waiting))
                await controller.talks()
                with controller.deaf():
                    await asyncio.to_thread(leg.hang_up)
                    await controller.no_legs()
                    await asyncio.sleep(1)
                await until(lambda: bool(controller.ended))
            assert [one.outcome for one in controller.ended] == [Outcome.CONNECTED]
            assert await controller.anna() is AgentState.WRAP_UP
            assert repairs(controller, "offer_without_leg") == 1
            assert repairs(controller, "call_without_leg") == 1
        finally:
            await controller.stop()


async def test_a_line_at_rest_or_in_talk_needs_no_repair(tmp_path: Path) -> None:
    async with hotline(tmp_path) as (settings, phone), contextlib.AsyncExitStack() as callers:
        controller = Controller(settings)
        await controller.start()
        try:
            await controller.ask(Availability.READY)
            async with entry_script(settings):
                await callers.enter_async_context(call(settings, tmp_path))
                leg = await answered(phone, 1)
                await controller.talks()
                await asyncio.sleep(8)
                await asyncio.to_thread(leg.hang_up)
                await until(lambda: bool(controller.ended))
            found = [one for metric in controller.registry.collect() for one in metric.samples]
            assert [one for one in found if one.name == "centrala_acd_repairs_total"] == []
        finally:
            await controller.stop()
