import asyncio
from collections.abc import Sequence

import pytest

from contact.errors import CentralaError
from dialplans.render import Phone
from runtime.keeper import RELOAD_ALL, RELOAD_PHONES, Keeper

ANNA = Phone(extension="2001", secret="s1", name="Anna")
BARTEK = Phone(extension="2002", secret="s2", name="Bartek")


class FakeAsterisk:
    """An instance that dies when told to, and fails to start as often as told."""

    def __init__(self, *, is_up: bool = False) -> None:
        self.is_running = is_up
        self.failures = 0
        self.starts = 0
        self.stops = 0
        self.commands: list[str] = []
        self.started = asyncio.Event()
        self._dead = asyncio.Event()

    async def start(self) -> bool:
        if self.failures:
            self.failures -= 1
            raise CentralaError("no")
        was_up, self.is_running = self.is_running, True
        self.starts += not was_up
        self._dead.clear()
        self.started.set()
        return not was_up

    async def stop(self) -> None:
        self.stops += 1
        self.is_running = False

    async def wait(self) -> None:
        await self._dead.wait()

    async def run_cli(self, command: str) -> str:
        self.commands.append(command)
        return ""

    def die(self) -> None:
        self.started.clear()
        self.is_running = False
        self._dead.set()


class Hotline:
    """A keeper with everything around it in the test's hands."""

    def __init__(self, *, is_up: bool = False, differs: bool = True) -> None:
        self.asterisk = FakeAsterisk(is_up=is_up)
        self.phones: Sequence[Phone] = [ANNA]
        self.rendered: list[Sequence[Phone]] = []
        self.pauses: list[float] = []
        self.told = 0
        self.ports_checked = 0
        self._differs = differs
        self.keeper = Keeper(
            asterisk=self.asterisk,
            phones=self._read,
            render=self._render,
            check_ports=self._check,
            changed=self._tell,
            sleep=self._sleep,
        )

    async def _read(self) -> Sequence[Phone]:
        return self.phones

    def _render(self, phones: Sequence[Phone]) -> bool:
        self.rendered.append(phones)
        return self._differs

    def _check(self) -> None:
        self.ports_checked += 1

    async def _tell(self) -> None:
        self.told += 1

    async def _sleep(self, pause_s: float) -> None:
        if pause_s == 5.0 and not self.asterisk.failures:
            await asyncio.Event().wait()
        self.pauses.append(pause_s)
        await asyncio.sleep(0)


async def turns(count: int = 20) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def until_restarted(hotline: Hotline) -> None:
    await hotline.asterisk.started.wait()
    await turns()
    assert hotline.keeper.health() == "ok"


async def test_it_renders_then_starts_then_is_healthy() -> None:
    hotline = Hotline()
    assert hotline.keeper.health() == "not started"
    assert await hotline.keeper.start(is_up=False)
    assert hotline.rendered == [[ANNA]]
    assert (hotline.asterisk.starts, hotline.ports_checked) == (1, 1)
    assert hotline.asterisk.commands == []
    assert hotline.keeper.health() == "ok"
    await hotline.keeper.stop()
    assert hotline.keeper.health() == "stopped"


async def test_an_instance_that_is_up_is_adopted_and_reads_what_changed() -> None:
    hotline = Hotline(is_up=True)
    assert not await hotline.keeper.start(is_up=True)
    assert hotline.asterisk.commands == [RELOAD_ALL]
    assert hotline.ports_checked == 0
    await hotline.keeper.stop()


async def test_an_instance_that_is_up_and_configured_is_left_alone() -> None:
    hotline = Hotline(is_up=True, differs=False)
    await hotline.keeper.start(is_up=True)
    assert hotline.asterisk.commands == []
    await hotline.keeper.stop()


async def test_an_adopted_instance_can_be_left_running() -> None:
    hotline = Hotline(is_up=True)
    await hotline.keeper.start(is_up=True)
    await hotline.keeper.stop(leave=True)
    assert hotline.asterisk.stops == 0
    assert hotline.asterisk.is_running


async def test_a_dead_asterisk_is_started_again_at_once() -> None:
    hotline = Hotline()
    await hotline.keeper.start(is_up=False)
    await turns()
    hotline.asterisk.die()
    assert hotline.keeper.health() == "not running"
    await until_restarted(hotline)
    assert hotline.pauses == [0.0]
    await hotline.keeper.stop()


async def test_pauses_grow_while_it_does_not_come_up(caplog: pytest.LogCaptureFixture) -> None:
    hotline = Hotline()
    await hotline.keeper.start(is_up=False)
    await turns()
    hotline.asterisk.failures = 7
    hotline.asterisk.die()
    await until_restarted(hotline)
    assert hotline.pauses == [0.0, 1.0, 2.0, 5.0, 10.0, 30.0, 30.0, 30.0]
    assert [record.levelname for record in caplog.records if "cannot" in record.message] == ["ERROR"]
    await hotline.keeper.stop()


async def test_a_new_phone_is_rendered_and_only_phones_are_read_again() -> None:
    hotline = Hotline()
    await hotline.keeper.start(is_up=False)
    hotline.phones = [ANNA, BARTEK]
    assert await hotline.keeper.refresh()
    assert hotline.rendered[-1] == [ANNA, BARTEK]
    assert hotline.asterisk.commands == [RELOAD_PHONES]
    assert hotline.told == 1
    await hotline.keeper.stop()


async def test_unchanged_phones_change_nothing() -> None:
    hotline = Hotline()
    await hotline.keeper.start(is_up=False)
    assert not await hotline.keeper.refresh()
    assert len(hotline.rendered) == 1
    assert hotline.told == 0
    await hotline.keeper.stop()


async def test_while_the_accounts_cannot_be_read_the_configuration_stays_as_it_was() -> None:
    hotline = Hotline(is_up=True)
    assert not await hotline.keeper.start(is_up=True, as_it_was=True)
    assert (hotline.rendered, hotline.asterisk.commands) == ([], [])
    hotline.asterisk.die()
    await hotline.asterisk.started.wait()
    assert hotline.rendered == []
    assert await hotline.keeper.refresh()
    assert hotline.rendered == [[ANNA]]
    assert hotline.asterisk.commands == [RELOAD_PHONES]
    await hotline.keeper.stop()
