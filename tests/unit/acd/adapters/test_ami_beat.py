"""The controller's beat."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast

import pytest

from acd.adapters.ami_beat import BEAT_INTERVAL_S, beat, beat_once
from acd.adapters.ami_link import AmiLink
from acd.adapters.ami_message import AmiReply, Fields
from acd.errors import AmiDown, AmiError, AmiTimeout
from tests.fakes.ami_peer import LoopClock, VirtualTimePolicy

pytestmark = pytest.mark.filterwarnings("ignore:Overriding the:pytest.PytestDeprecationWarning")


@pytest.fixture
def event_loop_policy() -> VirtualTimePolicy:
    return VirtualTimePolicy()


@dataclass
class FakeLink:
    """Takes actions, or fails with the first of `failures`."""

    up: bool = True
    values: list[Fields] = field(default_factory=list)
    failures: list[AmiError] = field(default_factory=list)

    async def action(self, name: str, fields: Fields) -> AmiReply:
        assert name == "Setvar"
        if self.failures:
            raise self.failures.pop(0)
        self.values.append(fields)
        return AmiReply.of({"Response": "Success"})


async def test_the_beat_is_the_time_in_whole_seconds_in_a_global_variable() -> None:
    link = FakeLink()
    await beat_once(cast("AmiLink", link), LoopClock())
    assert link.values == [{"Variable": "CENTRALA_BEAT", "Value": "1000"}]


async def test_the_beat_goes_on_after_failures_and_stays_silent_without_a_link() -> None:
    link = FakeLink(failures=[AmiDown("gone"), AmiTimeout("slow")])
    task = asyncio.create_task(beat(cast("AmiLink", link), LoopClock()))
    await asyncio.sleep(3.5 * BEAT_INTERVAL_S)
    assert len(link.values) == 2
    link.up = False
    await asyncio.sleep(10 * BEAT_INTERVAL_S)
    assert len(link.values) == 2
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
