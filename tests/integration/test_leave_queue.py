"""A caller whom the controller sends out of the queue, on a real Asterisk with the product's dialplan."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from contact.commands import Destination, LeaveQueue
from contact.events import CallDiverted, CallHungUp
from contact.states import Outcome
from runtime.config import Settings
from tests.integration.ami_asterisk import asterisk
from tests.integration.test_ami_link import world


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with asterisk(tmp_path_factory.mktemp("asterisk")) as settings:
        yield settings


OUT = [Destination.MESSAGE, Destination.HANGUP, Destination.VOICEMAIL]


@pytest.mark.parametrize("destination", OUT)
async def test_waiting_caller_is_taken_out_of_the_queue_and_let_go(
    exchange: Settings, tmp_path: Path, destination: Destination
) -> None:
    async with world(exchange, tmp_path) as here, here.caller() as caller:
        queued = await here.queued()
        here.telephony.carry_out(
            LeaveQueue(call=queued.call, channel=queued.channel, destination=destination)
        )
        diverted = await here.input(CallDiverted)
        is_voicemail = destination is Destination.VOICEMAIL
        outcome = Outcome.VOICEMAIL if is_voicemail else Outcome.OVERFLOWED
        assert diverted == CallDiverted(call=queued.call, outcome=outcome, destination=str(destination))
        over = await here.input(CallHungUp)
        assert isinstance(over, CallHungUp)
        assert (over.call, over.place) == (queued.call, "overflow")
        await asyncio.to_thread(caller.wait, "gone")
        assert not here.telephony.translator.counts.faults
