"""Which Asterisk is taken, and which is passed over with what words."""

from pathlib import Path

import pytest

from runtime.asterisk_install import (
    AsteriskError,
    default_cache_dir,
    installed,
    objection,
    parse_version,
    private,
)


def fake_asterisk(prefix: Path, prints: str, *, complete: bool = True) -> str:
    binary = prefix / "sbin" / "asterisk"
    binary.parent.mkdir(parents=True)
    binary.write_text(f"#!/bin/sh\necho '{prints}'\n")
    binary.chmod(0o755)
    if complete:
        (prefix / "lib" / "x86_64-linux-gnu" / "asterisk" / "modules").mkdir(parents=True)
        (prefix / "share" / "asterisk").mkdir(parents=True)
    return str(binary)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("Asterisk 22.10.1+dfsg+~cs6.17.60671434-1", (22, 10, 1)),
        ("Asterisk 20.6.0~dfsg+~cs6.13.40431414-2build5\n", (20, 6, 0)),
        ("Asterisk certified/20.7-cert1", (20, 7, 0)),
        ("Asterisk 22.1", (22, 1, 0)),
        ("Asterisk GIT-master-abc", None),
        ("bash: asterisk: command not found", None),
        ("", None),
    ],
)
def test_version_is_read_from_what_asterisk_prints(text: str, version: tuple[int, int, int] | None) -> None:
    assert parse_version(text) == version


@pytest.mark.parametrize("version", [(11, 25, 3), (16, 28, 0), (18, 24, 2), (19, 8, 1)])
def test_line_before_twenty_is_too_old(version: tuple[int, int, int]) -> None:
    assert "too old" in objection(version)


@pytest.mark.parametrize("version", [(20, 0, 0), (20, 6, 0), (20, 9, 1), (21, 0, 0), (21, 4, 1)])
def test_version_with_the_hole_in_the_manager_is_refused_by_its_name(version: tuple[int, int, int]) -> None:
    assert "CVE-2024-42365" in objection(version)


@pytest.mark.parametrize("version", [(20, 9, 2), (20, 10, 0), (21, 4, 2), (22, 0, 0), (23, 1, 0)])
def test_sound_version_is_taken(version: tuple[int, int, int]) -> None:
    assert objection(version) == ""


def test_installed_asterisk_is_taken_with_its_folders(tmp_path: Path) -> None:
    lines: list[str] = []
    found = installed(fake_asterisk(tmp_path, "Asterisk 22.10.1"), say=lines.append)
    assert found is not None
    assert (found.version, found.private) == ((22, 10, 1), False)
    assert found.modules_dir == tmp_path / "lib/x86_64-linux-gnu/asterisk/modules"
    assert lines == []


def test_package_of_ubuntu_24_04_is_passed_over_with_a_line_that_says_so(tmp_path: Path) -> None:
    lines: list[str] = []
    binary = fake_asterisk(tmp_path, "Asterisk 20.6.0~dfsg+~cs6.13.40431414-2build5")
    assert installed(binary, say=lines.append) is None
    assert len(lines) == 1
    assert "20.6.0" in lines[0]
    assert "passed over" in lines[0]
    assert "CVE-2024-42365" in lines[0]


@pytest.mark.parametrize("prints", ["Asterisk 16.28.0", "something else"])
def test_other_installed_program_is_passed_over_with_a_line(tmp_path: Path, prints: str) -> None:
    lines: list[str] = []
    assert installed(fake_asterisk(tmp_path, prints), say=lines.append) is None
    assert "passed over" in lines[0]


def test_installed_asterisk_without_its_modules_is_passed_over(tmp_path: Path) -> None:
    lines: list[str] = []
    binary = fake_asterisk(tmp_path, "Asterisk 22.10.1", complete=False)
    assert installed(binary, say=lines.append) is None
    assert "modules" in lines[0]


def test_binary_that_is_not_there_is_passed_over(tmp_path: Path) -> None:
    assert installed(str(tmp_path / "none"), say=[].append) is None


def test_half_a_private_tree_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AsteriskError, match="remove this folder"):
        private(tmp_path)


def test_cache_is_where_the_environment_says_else_where_the_account_can_share_it() -> None:
    home = {"XDG_CACHE_HOME": "/home/x/.cache"}
    assert default_cache_dir({"CENTRALA_CACHE": "/srv/cache"}, root=True) == Path("/srv/cache")
    assert default_cache_dir(home, root=True) == Path("/var/cache/centrala")
    assert default_cache_dir(home, root=False) == Path("/home/x/.cache/centrala")
