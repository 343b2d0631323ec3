"""The doctor beside a running Asterisk, beside a broken one, and where nothing runs."""

import asyncio
from pathlib import Path

from runtime.config import Ami, Settings
from runtime.doctor import Check, examine
from tests.integration.asterisk_instance import rendered, settings_in


async def checks_of(settings: Settings) -> dict[str, Check]:
    return {check.name: check for check in await examine(settings)}


async def test_everything_is_well_before_the_first_start(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    rendered(settings)
    checks = await checks_of(settings)
    assert [check for check in checks.values() if not check.ok] == []
    assert {"Asterisk found", "Asterisk modules", "SIP port", "AMI port", "database", "prompts"} <= set(
        checks
    )
    assert not (tmp_path / "var" / "centrala.sqlite").exists()


async def test_everything_is_well_beside_a_running_hotline(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    asterisk = rendered(settings)
    await asterisk.start()
    try:
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", settings.agi.port)
        async with server:
            checks = await checks_of(settings)
        assert [check for check in checks.values() if not check.ok] == []
        assert checks["Asterisk runs"].found == f"pid {asterisk.pid}"
        assert checks["AMI"].found == "logged in with the least privileges"
        assert checks["browser phones"].found.endswith("/ws")
        assert asterisk.is_running
    finally:
        await asterisk.stop()


async def test_absent_controller_and_wrong_secret_are_named_with_what_to_do(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    asterisk = rendered(settings)
    await asterisk.start()
    try:
        ami = Ami(port=settings.ami.port, secret="another")
        checks = await checks_of(settings.model_copy(update={"ami": ami}))
        ill = {name: check for name, check in checks.items() if not check.ok}
        assert set(ill) == {"AGI", "AMI"}
        assert all(check.advice for check in ill.values())
    finally:
        await asterisk.stop()


async def test_module_that_is_not_loaded_is_named(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    asterisk = rendered(settings)
    modules = asterisk.place.layout.etc / "modules.conf"
    modules.write_text(modules.read_text().replace("load = res_pjsip_transport_websocket.so\n", ""))
    await asterisk.start()
    try:
        checks = await checks_of(settings)
        assert "res_pjsip_transport_websocket" in checks["modules loaded"].found
        assert not checks["browser phones"].ok
    finally:
        await asterisk.stop()


async def test_port_of_somebody_else_is_named_with_its_setting(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", settings.ami.port)
    async with server:
        check = (await checks_of(settings))["AMI port"]
    assert not check.ok
    assert "CENTRALA_AMI__PORT" in check.advice
