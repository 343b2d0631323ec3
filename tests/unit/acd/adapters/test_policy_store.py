import os
import stat
from pathlib import Path

import pytest

from acd.adapters.policy_store import TEXT_BYTES_MAX, PolicyStore, version_of
from acd.errors import PolicyError
from contact.ids import QueueId
from runtime.config import Acd

TEXT = '# the queues\n[queue.roads]\nnames = { pl = "Drogi" }\nrequirement = "roads>=40"\n'


def store(folder: Path) -> PolicyStore:
    file = folder / "queues.toml"
    file.write_text(TEXT, encoding="utf-8")
    return PolicyStore(file=file, defaults=Acd(), time_zone="Europe/Warsaw")


def test_text_is_written_as_it_is_with_the_files_mode_and_nothing_left_beside_it(tmp_path: Path) -> None:
    one = store(tmp_path)
    (tmp_path / "queues.toml").chmod(0o640)
    new = TEXT + "priority = 3  # ważne\r\n"
    one.write(new)
    assert one.read() == new.replace("\r\n", "\n")
    assert (tmp_path / "queues.toml").read_bytes() == new.encode()
    assert stat.S_IMODE((tmp_path / "queues.toml").stat().st_mode) == 0o640
    assert [one.name for one in tmp_path.iterdir()] == ["queues.toml"]


def test_link_stays_a_link_and_its_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    store(tmp_path / "real")
    (tmp_path / "queues.toml").symlink_to(tmp_path / "real" / "queues.toml")
    PolicyStore(file=tmp_path / "queues.toml", defaults=Acd(), time_zone="UTC").write("# new\n")
    assert (tmp_path / "queues.toml").is_symlink()
    assert (tmp_path / "real" / "queues.toml").read_text(encoding="utf-8") == "# new\n"


def test_write_that_fails_leaves_the_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = store(tmp_path)

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PolicyError, match="cannot be written: No space left"):
        one.write("# new\n")
    assert one.read() == TEXT


def test_ruling_holds_the_policy_and_the_text(tmp_path: Path) -> None:
    ruling = store(tmp_path).ruling(TEXT)
    assert list(ruling.policy.queues) == [QueueId("roads")]
    assert "Europe/Warsaw" in ruling.body


def test_text_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=f"more than {TEXT_BYTES_MAX} bytes"):
        store(tmp_path).ruling(TEXT + "#" * TEXT_BYTES_MAX)


def test_error_is_told_without_the_files_name(tmp_path: Path) -> None:
    one = store(tmp_path)
    with pytest.raises(PolicyError) as error:
        one.ruling("[queue.roads]\n")
    assert one.unplaced(error.value) == "queue.roads.names: Field required"


def test_versions_differ_with_the_text() -> None:
    assert version_of(TEXT) == version_of(TEXT)
    assert version_of(TEXT) != version_of(TEXT + " ")
