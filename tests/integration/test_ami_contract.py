"""The fake manager interface and the real one answer alike; what unit tests rely on is tried on both."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from acd.adapters.ami_link import AmiLink
from acd.errors import AmiRefused
from runtime.clock import SystemClock
from runtime.config import Ami
from tests.e2e.ports import free_port
from tests.fakes.ami_peer import AmiPeer
from tests.integration.ami_asterisk import asterisk


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ami]:
    with asterisk(tmp_path_factory.mktemp("asterisk")) as settings:
        yield settings.ami


@pytest.fixture(params=["fake", "real"])
async def manager(request: pytest.FixtureRequest, real: Ami) -> AsyncIterator[Ami]:
    """The settings of a manager interface that listens."""
    if request.param == "real":
        yield real
        return
    peer = AmiPeer(secret=real.secret)
    peer.devices = [{"Device": "PJSIP/2001", "State": "UNAVAILABLE"}]
    peer.on_action["Status"] = lambda action_id, action: (
        [{"Response": "Error", "ActionID": action_id, "Message": "No such channel"}]
        if "Channel" in action
        else peer.send_list(action_id, "Status", [])
    )
    server = await peer.serve("127.0.0.1", port := free_port())
    yield real.model_copy(update={"port": port})
    server.close()
    await server.wait_closed()


@asynccontextmanager
async def linked(settings: Ami) -> AsyncIterator[tuple[AmiLink, asyncio.Event]]:
    up = asyncio.Event()

    async def on_up() -> None:
        up.set()

    link = AmiLink(
        settings=settings,
        on_event=lambda _event: None,
        on_up=on_up,
        on_down=up.clear,
        clock=SystemClock(),
        rng=random.Random(),  # noqa: S311 - spreads retries
    )
    task = asyncio.create_task(link.run())
    try:
        yield link, up
    finally:
        task.cancel()
        await asyncio.wait({task})


async def test_the_right_password_is_taken_and_asterisk_says_that_it_booted(manager: Ami) -> None:
    async with linked(manager) as (link, up), asyncio.timeout(60):
        await up.wait()
        assert link.up


async def test_a_wrong_password_is_refused(manager: Ami) -> None:
    async with linked(manager.model_copy(update={"secret": "wrong"})) as (link, _), asyncio.timeout(60):
        while not link.counts.refused_logins:  # noqa: ASYNC110 - the count has no event
            await asyncio.sleep(0.02)
        assert "Authentication failed" in link.trouble


async def test_simple_actions_are_done(manager: Ami) -> None:
    async with linked(manager) as (link, up), asyncio.timeout(60):
        await up.wait()
        assert (await link.action("Ping")).ok
        assert (await link.action("Setvar", {"Variable": "CENTRALA_BEAT", "Value": "1"})).ok


async def test_lists_have_a_beginning_items_and_an_end(manager: Ami) -> None:
    async with linked(manager) as (link, up), asyncio.timeout(60):
        await up.wait()
        assert await link.collect("Status") == ()
        devices = {one.get("Device"): one.get("State") for one in await link.collect("DeviceStateList")}
        assert devices["PJSIP/2001"] == "UNAVAILABLE"


async def test_an_error_to_a_list_action_is_a_refusal(manager: Ami) -> None:
    async with linked(manager) as (link, up), asyncio.timeout(60):
        await up.wait()
        with pytest.raises(AmiRefused, match="No such channel"):
            await link.collect("Status", {"Channel": "PJSIP/nobody-1"})
