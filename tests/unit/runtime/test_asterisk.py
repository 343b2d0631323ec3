"""Finding an Asterisk by the settings, and an instance that does not run."""

import os
from pathlib import Path

import pytest

from runtime.asterisk import AsteriskError, AsteriskInstall, AsteriskProcess, find_asterisk
from runtime.asterisk_tree import TREE
from runtime.config import AsteriskSettings, Runtime, Settings

LOADER = "#!/bin/sh\necho Asterisk 22.10.1\n"


def settings_for(folder: Path, *, binary: str = "") -> Settings:
    asterisk = AsteriskSettings(binary=binary)
    return Settings(city_dir=folder, asterisk=asterisk, runtime=Runtime(state_dir=folder / "var"))


def program(file: Path, prints: str) -> str:
    file.parent.mkdir(parents=True)
    file.write_text(f"#!/bin/sh\necho '{prints}'\n")
    file.chmod(0o755)
    return str(file)


def private_tree(cache: Path) -> Path:
    libraries = cache / TREE / "usr/lib/x86_64-linux-gnu"
    (libraries / "asterisk/modules").mkdir(parents=True)
    (libraries / "ld-linux-x86-64.so.2").write_text(LOADER)
    (libraries / "ld-linux-x86-64.so.2").chmod(0o755)
    (cache / TREE / "usr/sbin").mkdir()
    (cache / TREE / "usr/sbin/asterisk").touch()
    return cache


def process_in(folder: Path) -> AsteriskProcess:
    install = AsteriskInstall(
        command=("/nowhere/asterisk",),
        version=(22, 10, 1),
        text="Asterisk 22.10.1",
        modules_dir=folder,
        data_dir=folder,
        private=False,
    )
    return AsteriskProcess(settings=settings_for(folder), install=install)


def test_installed_asterisk_that_is_sound_goes_first(tmp_path: Path) -> None:
    binary = program(tmp_path / "sbin/asterisk", "Asterisk 20.9.2")
    (tmp_path / "lib/asterisk/modules").mkdir(parents=True)
    (tmp_path / "share/asterisk").mkdir(parents=True)
    settings = settings_for(tmp_path, binary=binary)
    assert find_asterisk(settings=settings, cache_dir=private_tree(tmp_path / "c")).command == (binary,)


def test_private_asterisk_is_used_where_the_installed_one_is_too_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin/asterisk", "Asterisk 16.28.0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    lines: list[str] = []
    found = find_asterisk(
        settings=settings_for(tmp_path), cache_dir=private_tree(tmp_path / "c"), say=lines.append
    )
    assert found.private
    assert ["passed over" in line for line in lines] == [True]


def test_asterisk_that_was_asked_for_by_name_is_not_replaced_by_another(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, binary=program(tmp_path / "old/asterisk", "Asterisk 20.6.0"))
    with pytest.raises(AsteriskError, match=r"asterisk\.binary"):
        find_asterisk(settings=settings, cache_dir=private_tree(tmp_path / "c"), say=[].append)


async def test_instance_that_never_ran_is_neither_running_nor_waited_for(tmp_path: Path) -> None:
    process = process_in(tmp_path)
    assert not process.is_running
    assert not process.find()
    assert not await process.adopt()
    await process.wait()
    await process.stop()
    assert process.pid == 0


async def test_instance_without_configuration_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(AsteriskError, match="render the configuration first"):
        await process_in(tmp_path).start()


async def test_a_console_that_is_served_before_it_knows_its_commands_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.asterisk.POLL_S", 0)
    answers = ["No such command 'core waitfullybooted'", "Asterisk has fully booted."]

    async def answer(_process: AsteriskProcess, _command: str) -> str:
        return answers.pop(0)

    monkeypatch.setattr(AsteriskProcess, "run_cli", answer)
    asterisk = process_in(tmp_path)
    asterisk._pid, asterisk._socket = os.getpid(), tmp_path
    await asterisk._booted()
    assert answers == []
