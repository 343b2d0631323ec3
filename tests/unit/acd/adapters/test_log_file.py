"""Files that are rotated under their writer and their reader."""

import errno
import os
from pathlib import Path

import pytest

from acd.adapters import log_file
from acd.adapters.log_file import AppendedFile, Place, read_on


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "queue_log"


def test_lines_are_appended_to_what_is_there(path: Path) -> None:
    path.write_bytes(b"old\n")
    file = AppendedFile(path)
    assert file.append(b"one\n") == 4
    assert file.append(b"two\n") == 4
    file.close()
    assert path.read_bytes() == b"old\none\ntwo\n"


def test_file_is_made_with_its_folder_for_owner_and_group(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "queue_log"
    file = AppendedFile(path)
    file.append(b"one\n")
    file.close()
    assert path.stat().st_mode & 0o007 == 0


def test_rotated_file_is_left_and_a_new_one_begun(path: Path) -> None:
    file = AppendedFile(path)
    file.append(b"one\n")
    path.rename(path.with_name("queue_log.1"))
    file.append(b"two\n")
    file.close()
    assert path.read_bytes() == b"two\n"
    assert path.with_name("queue_log.1").read_bytes() == b"one\n"


def test_place_is_the_end_of_the_file(path: Path) -> None:
    file = AppendedFile(path)
    file.append(b"one\n")
    assert file.place() == Place(inode=path.stat().st_ino, length=4)
    file.close()


@pytest.mark.parametrize(
    ("content", "kept"),
    [(b"", b""), (b"one\n", b"one\n"), (b"one\ntw", b"one\n"), (b"tw", b"")],
    ids=["empty", "whole", "torn", "only_torn"],
)
def test_torn_end_is_cut(path: Path, content: bytes, kept: bytes) -> None:
    path.write_bytes(content)
    file = AppendedFile(path)
    file.cut_torn_end()
    file.close()
    assert path.read_bytes() == kept


class FullDisk:
    """Takes so many bytes, then nothing."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.write = os.write

    def __call__(self, descriptor: int, content: bytes) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, "no space left")
        written = self.write(descriptor, content[: self.room])
        self.room -= written
        return written


@pytest.mark.parametrize(("room", "written"), [(4, 4), (7, 4), (8, 8)])
def test_full_disk_takes_whole_lines_only(
    path: Path, monkeypatch: pytest.MonkeyPatch, room: int, written: int
) -> None:
    file = AppendedFile(path)
    monkeypatch.setattr(log_file.os, "write", FullDisk(room))
    assert file.append(b"one\ntwo\nfour\n") == written
    file.close()
    assert path.read_bytes() == b"one\ntwo\nfour\n"[:written]


@pytest.mark.parametrize("room", [0, 3])
def test_disk_with_no_room_for_a_line_is_an_error_and_leaves_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    file = AppendedFile(path)
    monkeypatch.setattr(log_file.os, "write", FullDisk(room))
    with pytest.raises(OSError, match="no space"):
        file.append(b"one\ntwo\n")
    file.close()
    assert path.read_bytes() == b""


def test_reading_goes_on_where_it_stopped_and_leaves_unfinished_lines(path: Path) -> None:
    path.write_text("one\ntwo")
    lines, place = read_on(path, Place())
    assert lines == ["one"]
    with path.open("a") as stream:
        stream.write("2\nthree\n")
    lines, place = read_on(path, place)
    assert lines == ["two2", "three"]
    assert read_on(path, place) == ([], place)


def test_file_that_is_not_there_has_no_lines(path: Path) -> None:
    assert read_on(path, Place(inode=7, length=7)) == ([], Place(inode=7, length=7))


def test_rotated_files_are_read_to_their_ends_first(path: Path) -> None:
    path.write_text("one\n")
    _, place = read_on(path, Place())
    with path.open("a") as stream:
        stream.write("two\n")
    for number, text in ((2, "three\n"), (1, "four\n")):
        rotated = path.rename(path.with_name(f"queue_log.{number}"))
        os.utime(rotated, (1000 - number, 1000 - number))
        path.write_text(text)
    lines, place = read_on(path, place)
    assert lines == ["two", "three", "four"]
    assert place == Place(inode=path.stat().st_ino, length=5)


def test_file_that_was_removed_is_read_from_its_start(path: Path) -> None:
    path.write_text("one\n")
    other = path.with_name("queue_log.other")
    other.write_text("none of ours\n")
    lines, _ = read_on(path, Place(inode=path.stat().st_ino + 99_999, length=50))
    assert lines == ["one"]


def test_emptied_file_is_read_from_its_start(path: Path) -> None:
    path.write_text("one\ntwo\n")
    _, place = read_on(path, Place())
    path.write_text("three\n")
    assert read_on(path, place)[0] == ["three"]


def test_odd_characters_do_not_split_lines(path: Path) -> None:
    path.write_bytes("a\u2028b\x0cc\n".encode() + b"\xff\n")
    assert read_on(path, Place())[0] == ["a\u2028b\x0cc", "\ufffd"]
