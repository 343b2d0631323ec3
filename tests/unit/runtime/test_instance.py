import os
import socket
from pathlib import Path

import pytest

from runtime import instance
from runtime.config import Agi, Ami, AsteriskSettings, Crm, Demo, Recordings, Runtime, Settings, Sip
from runtime.instance import AlreadyRunning, PortTaken, StateLock


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(city_dir=tmp_path, runtime=Runtime(state_dir=tmp_path / "var"))


def test_a_state_directory_has_one_owner_who_is_named(tmp_path: Path) -> None:
    with (
        StateLock(tmp_path / "var"),
        pytest.raises(AlreadyRunning, match=rf"already runs here \(pid {os.getpid()}\)"),
        StateLock(tmp_path / "var"),
    ):
        pass


def test_a_lock_given_back_can_be_taken_again(tmp_path: Path) -> None:
    with StateLock(tmp_path):
        pass
    with StateLock(tmp_path):
        assert (tmp_path / instance.LOCK_FILE).read_text(encoding="ascii") == f"{os.getpid()}\n"


def test_a_file_left_by_a_killed_process_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / instance.LOCK_FILE).write_text("99999999\n", encoding="ascii")
    with StateLock(tmp_path):
        pass


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "ami.secret"
    secret = instance.kept_secret(file)
    assert len(secret) >= 32
    assert instance.kept_secret(file) == secret
    assert file.stat().st_mode & 0o777 == 0o600


def test_an_empty_secret_file_is_filled(tmp_path: Path) -> None:
    file = tmp_path / "ami.secret"
    file.touch(mode=0o644)
    assert instance.kept_secret(file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_settings_are_completed_the_same_at_every_start(settings: Settings) -> None:
    first, second = instance.complete(settings), instance.complete(settings)
    assert first == second
    assert first.ami.secret


def test_a_given_secret_stays(settings: Settings) -> None:
    asterisk = AsteriskSettings(phone_secret="p")
    recordings = Recordings(key="k" * 32)
    given = settings.model_copy(
        update={"ami": Ami(secret="s"), "asterisk": asterisk, "recordings": recordings}
    )
    assert instance.complete(given) == given
    assert not (settings.state_dir / "ami.secret").exists()


def test_without_the_demo_there_is_no_reference_crm(settings: Settings) -> None:
    plain = settings.model_copy(update={"demo": Demo(enabled=False)})
    assert "crm.reference_crm_port" not in {setting for setting, _, _ in instance.own_ports(plain)}


def test_a_city_with_its_own_crm_needs_no_port_for_the_reference_one(settings: Settings) -> None:
    with_crm = settings.model_copy(update={"crm": Crm(url="https://crm.example/cases")})
    assert {setting for setting, _, _ in instance.own_ports(with_crm)} == {"agi.port", "desktop.port"}


def test_a_taken_port_is_one_line_that_names_the_setting(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        busy = settings.model_copy(update={"agi": Agi(port=port)})
        with pytest.raises(PortTaken) as caught:
            instance.check_free(instance.own_ports(busy))
    assert str(caught.value) == (
        f"port {port} on 127.0.0.1 is in use: set agi.port (CENTRALA_AGI__PORT) to another one"
    )


def test_a_taken_sip_port_is_seen_although_it_is_udp(settings: Settings) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"port {port} .*CENTRALA_SIP__PORT"):
            instance.check_sip_free(settings.model_copy(update={"sip": Sip(port=port)}))


def test_an_address_that_is_not_ours_is_named(settings: Settings) -> None:
    foreign = settings.model_copy(update={"agi": Agi(host="192.0.2.1")})
    with pytest.raises(PortTaken, match="cannot be used"):
        instance.check_free(instance.own_ports(foreign))


def test_free_ports_pass() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    instance.check_free([("ami.port", "127.0.0.1", port)])


def test_the_demo_makes_the_key_of_recordings_and_a_city_gives_its_own(settings: Settings) -> None:
    wanted = settings.model_copy(update={"recordings": Recordings(enabled=True)})
    made = instance.complete(wanted).recordings
    assert made.possible
    assert instance.complete(wanted).recordings == made
    city = wanted.model_copy(update={"demo": Demo(enabled=False)})
    assert not instance.complete(city).recordings.possible
    file = settings.city_dir / "recordings.key"
    named = city.model_copy(update={"recordings": Recordings(enabled=True, key_file="recordings.key")})
    assert not instance.complete(named).recordings.possible
    file.write_text("short\n", encoding="ascii")
    assert not instance.complete(named).recordings.possible
    file.write_text("k" * 32 + "\n", encoding="ascii")
    assert instance.complete(named).recordings.key == "k" * 32
    off = settings.model_copy(update={"recordings": Recordings(enabled=False, key="k" * 32)})
    assert not instance.complete(off).recordings.possible
