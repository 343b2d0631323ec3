"""What an instance leaves for the next controller, and who is mistaken for it."""

import os
from pathlib import Path

import pytest

from runtime.asterisk_install import AsteriskError
from runtime.asterisk_place import Account, Place, is_alive, start_of


def place_in(folder: Path) -> Place:
    place = Place(state_dir=folder)
    place.layout.etc.mkdir(parents=True)
    place.prepare(None)
    return place


def test_instance_is_found_again_by_its_pid_and_start(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    place.write_pid(os.getpid())
    assert place.read_pid() == (os.getpid(), place.layout.control_socket)


@pytest.mark.parametrize("text", ["", "x\n1\n/s\n", "1\n", "{own}\n1\n/s\n", "999999999\n1\n/s\n"])
def test_pid_file_of_nobody_or_of_somebody_else_is_no_instance(tmp_path: Path, text: str) -> None:
    place = place_in(tmp_path)
    place.pid_file.write_text(text.format(own=os.getpid()))
    assert place.read_pid() is None


def test_no_pid_file_is_no_instance(tmp_path: Path) -> None:
    assert Place(state_dir=tmp_path).read_pid() is None


def test_this_process_lives_and_has_a_start() -> None:
    assert is_alive(os.getpid())
    assert start_of(os.getpid()).isdigit()
    assert not is_alive(999_999_999)
    assert start_of(999_999_999) == ""


def test_folders_that_asterisk_writes_to_are_private(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    assert {folder.stat().st_mode & 0o777 for folder in place.layout.written} == {0o700}


def test_forgetting_removes_socket_and_pid_file(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    place.write_pid(os.getpid())
    place.layout.control_socket.touch()
    place.forget()
    assert not place.pid_file.exists()
    assert not place.layout.control_socket.exists()
    place.forget()


def test_short_folder_that_is_somebody_elses_link_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    place = Place(state_dir=tmp_path / ("x" * 120))
    place.layout.etc.mkdir(parents=True)
    place.layout.run.symlink_to(tmp_path)
    with pytest.raises(AsteriskError, match="somebody else"):
        place.prepare(None)


def test_account_gets_what_it_writes_and_may_read_the_configuration(tmp_path: Path) -> None:
    other = 65534 if os.geteuid() == 0 else os.geteuid()
    group = 65534 if os.geteuid() == 0 else os.getegid()
    place = Place(state_dir=tmp_path)
    place.layout.etc.mkdir(parents=True)
    (place.layout.etc / "pjsip.conf").write_text("")
    place.prepare(Account(name="x", uid=other, gid=group))
    assert {folder.stat().st_uid for folder in place.layout.written} == {other}
    assert (place.layout.etc / "pjsip.conf").stat().st_gid == group
    assert (place.layout.etc / "pjsip.conf").stat().st_uid == os.geteuid()
    later = place.layout.etc / "later.conf"
    later.write_text("")
    assert later.stat().st_gid == group
