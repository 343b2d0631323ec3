"""The private Asterisk: found, started, adopted, asked, stopped, and two of them at once."""

import asyncio
import os
import pwd
import re
import signal
import sys
from pathlib import Path

import pytest

from dialplans.module import modules_for
from dialplans.render import Phone, render
from runtime.asterisk import AsteriskError, AsteriskProcess
from runtime.asterisk_place import is_alive
from tests.integration.asterisk_instance import (
    SECRET,
    account_and_limits,
    log_of,
    open_folder,
    register,
    rendered,
    settings_in,
)

START_AND_DIE = """\
import asyncio, os, pathlib, signal, sys
from tests.integration.asterisk_instance import rendered
from runtime.config import Settings
settings = Settings.model_validate_json(sys.argv[1])
async def main():
    asterisk = rendered(settings)
    await asterisk.start()
    print(asterisk.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


async def test_instance_boots_with_every_module_and_without_a_complaint(tmp_path: Path) -> None:
    asterisk = rendered(settings_in(tmp_path))
    assert await asterisk.start()
    try:
        assert asterisk.is_running
        assert asterisk.install.text.split()[1] in await asterisk.run_cli("core show version")
        shown = await asterisk.run_cli("module show")
        running = set(re.findall(r"^(\S+)\.so\s.*\sRunning\s", shown, re.MULTILINE))
        assert set(modules_for(asterisk.install.modules_dir)) - running == set()
        assert log_of(asterisk) == []
    finally:
        await asterisk.stop()


async def test_every_application_of_the_dialplan_exists(tmp_path: Path) -> None:
    asterisk = rendered(settings_in(tmp_path))
    await asterisk.start()
    try:
        text = (asterisk.place.layout.etc / "extensions.conf").read_text()
        applications = set(re.findall(r"(?:,|\?)([A-Z]\w+)\(", text)) - {"CHANNEL"}
        assert len(applications) > 10
        for name in applications:
            shown = await asterisk.run_cli(f"core show application {name}")
            assert "is not registered" not in shown.splitlines()[0] + shown[:80], name
    finally:
        await asterisk.stop()


async def test_reload_takes_a_new_phone_without_a_complaint(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    asterisk = rendered(settings)
    await asterisk.start()
    try:
        phones = [Phone(extension=extension, secret=SECRET, name="X") for extension in ("2001", "2002")]
        etc = asterisk.place.layout.etc
        assert render(settings=settings, phones=phones, install=asterisk.install, directory=etc)
        await asterisk.reload()
        assert "2002" in await asterisk.run_cli("pjsip show endpoints")
        assert "PJSIP/2002" in await asterisk.run_cli("queue show fallback")
        assert log_of(asterisk) == []
    finally:
        await asterisk.stop()


async def test_stop_leaves_neither_process_nor_socket(tmp_path: Path) -> None:
    asterisk = rendered(settings_in(tmp_path))
    await asterisk.start()
    pid = asterisk.pid
    await asterisk.stop()
    assert not is_alive(pid)
    assert not asterisk.is_running
    assert not asterisk.place.pid_file.exists()
    assert not asterisk.place.layout.control_socket.exists()
    await asterisk.stop()


async def test_killed_controller_leaves_asterisk_to_be_adopted(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    arguments = ("-c", START_AND_DIE, settings.model_dump_json())
    controller = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": "."}
    )
    output, _ = await controller.communicate()
    assert controller.returncode == -signal.SIGKILL
    asterisk = rendered(settings)
    try:
        assert not await asterisk.start()
        assert asterisk.pid == int(output)
        assert "Asterisk" in await asterisk.run_cli("core show version")
    finally:
        await asterisk.stop()
    assert not is_alive(int(output))


async def test_death_of_asterisk_is_seen_and_it_starts_again(tmp_path: Path) -> None:
    asterisk = rendered(settings_in(tmp_path))
    await asterisk.start()
    try:
        watch = asyncio.create_task(asterisk.wait())
        await asyncio.sleep(0)
        os.kill(asterisk.pid, signal.SIGKILL)
        async with asyncio.timeout(60):
            await watch
        assert not asterisk.is_running
        with pytest.raises(AsteriskError):
            await asterisk.run_cli("core show version")
        assert await asterisk.start()
        assert asterisk.is_running
    finally:
        await asterisk.stop()


async def test_pid_of_another_process_is_not_taken_for_asterisk(tmp_path: Path) -> None:
    asterisk = rendered(settings_in(tmp_path))
    asterisk.place.pid_file.write_text(f"{os.getpid()}\n1\n{tmp_path / 'socket'}\n")
    assert not await asterisk.adopt()


async def test_two_instances_run_side_by_side(tmp_path: Path) -> None:
    settings = [settings_in(tmp_path / name) for name in "ab"]
    pair = [rendered(one) for one in settings]
    try:
        await asyncio.gather(*(one.start() for one in pair))
        assert pair[0].pid != pair[1].pid
        assert [await register(one, tmp_path, secret=SECRET) for one in settings] == [0, 0]
        await pair[0].stop()
        assert "Asterisk" in await pair[1].run_cli("core show version")
    finally:
        for one in pair:
            await one.stop()


async def test_deep_state_directory_gets_a_short_control_socket(tmp_path: Path) -> None:
    asterisk = rendered(settings_in(tmp_path / ("d" * 100)))
    run = asterisk.place.layout.run
    assert not run.is_relative_to(tmp_path)
    await asterisk.start()
    try:
        assert "Asterisk" in await asterisk.run_cli("core show version")
        assert run.stat().st_mode & 0o777 == 0o700
    finally:
        await asterisk.stop()
    assert not run.exists()


async def test_configuration_that_cannot_work_is_told_in_asterisks_words(tmp_path: Path) -> None:
    asterisk = rendered(settings_in(tmp_path))
    text = asterisk.place.configuration.read_text()
    asterisk.place.configuration.write_text(re.sub(r"(?m)^astdbdir = .*", "astdbdir = /nowhere", text))
    try:
        with pytest.raises(AsteriskError, match="ended while it started"):
            await asterisk.start()
        assert not asterisk.is_running
        assert not asterisk.place.pid_file.exists()
    finally:
        await asterisk.stop()


async def test_unrendered_instance_does_not_start(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    install = rendered(settings_in(tmp_path / "other")).install
    with pytest.raises(AsteriskError, match="render"):
        await AsteriskProcess(settings=settings, install=install).start()


async def test_root_runs_it_as_the_unprivileged_account() -> None:
    with open_folder() as folder:
        settings = settings_in(folder)
        asterisk = rendered(settings)
        await asterisk.start()
        try:
            account, limits = account_and_limits(asterisk.pid)
            secrets = asterisk.place.layout.etc / "pjsip.conf"
            assert account == (pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid())
            assert len(limits) == 1
            assert secrets.stat().st_mode & 0o007 == 0
            render(settings=settings, phones=[], install=asterisk.install, directory=secrets.parent)
            await asterisk.reload()
            assert "2001" not in await asterisk.run_cli("pjsip show endpoints")
            assert log_of(asterisk) == []
        finally:
            await asterisk.stop()
