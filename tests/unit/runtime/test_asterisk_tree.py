"""Where the packages of a private Asterisk come from, and how its folder comes to be."""

import os
from pathlib import Path

import pytest

from runtime.asterisk_install import AsteriskError
from runtime.asterisk_tree import (
    TREE,
    Source,
    machine_sources,
    mirror_of,
    os_release,
    parse_sources,
    unpacked,
)

DEBIAN = """\
Types: deb
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
"""
FAKE_LOADER = "#!/bin/sh\necho Asterisk 22.10.1\n"
FAKE_MMDEBSTRAP = """\
#!/bin/sh
echo "$@" >> {log}
case "$*" in
  *{fails}*) echo "E: {error}" >&2; exit 1;;
esac
echo "I: running apt-get update..." >&2
tar -C {tree} -c .
"""


def machine(folder: Path, *, release: str, sources: str = DEBIAN) -> Path:
    etc = folder / "etc"
    (etc / "apt" / "sources.list.d").mkdir(parents=True)
    (etc / "os-release").write_text(release)
    (etc / "apt" / "sources.list.d" / "x.sources").write_text(sources)
    return etc


@pytest.fixture
def mmdebstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in that packs a ready tree; it fails for commands that hold the word in `fails`."""
    tree = tmp_path / "packed"
    libraries = tree / "usr/lib/x86_64-linux-gnu"
    (libraries / "asterisk/modules").mkdir(parents=True)
    (libraries / "ld-linux-x86-64.so.2").write_text(FAKE_LOADER)
    (libraries / "ld-linux-x86-64.so.2").chmod(0o755)
    (tree / "usr/sbin").mkdir()
    (tree / "usr/sbin/asterisk").touch()
    programs = tmp_path / "bin"
    programs.mkdir()
    write_mmdebstrap(tmp_path)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return tmp_path / "log"


def write_mmdebstrap(folder: Path, *, fails: str = "no-such-word", error: str = "") -> None:
    program = folder / "bin" / "mmdebstrap"
    text = FAKE_MMDEBSTRAP.format(log=folder / "log", tree=folder / "packed", fails=fails, error=error)
    program.write_text(text)
    program.chmod(0o755)


def test_sources_are_read_in_the_new_form() -> None:
    assert parse_sources(DEBIAN, deb822=True)[0] == Source(
        uri="http://mirror.example/debian", suites=("bookworm", "bookworm-updates"), components=("main",)
    )


def test_sources_are_read_in_the_one_line_form() -> None:
    text = (
        "# deb http://off.example x main\n"
        "deb [arch=amd64 signed-by=/k.gpg] http://m.example/debian bookworm main contrib # why\n"
        "deb-src http://m.example/debian bookworm main\n"
    )
    assert parse_sources(text, deb822=False) == [
        Source(uri="http://m.example/debian", suites=("bookworm",), components=("main", "contrib"))
    ]


def test_source_that_is_switched_off_or_holds_no_packages_is_left_out() -> None:
    off = DEBIAN.replace("Types: deb\n#", "Enabled: no\nTypes: deb\n#", 1)
    assert [source.uri for source in parse_sources(off, deb822=True)] == [
        "http://mirror.example/debian-security"
    ]
    assert parse_sources(DEBIAN.replace("Types: deb\n", "Types: deb-src\n"), deb822=True) == []


def test_mirror_is_the_distribution_and_not_its_security_nor_a_vendor() -> None:
    vendor = Source(uri="http://vendor.example", suites=("nodistro",), components=("main",))
    security, plain = parse_sources(DEBIAN, deb822=True)[::-1]
    found = mirror_of([vendor, security, plain], release={"VERSION_CODENAME": "bookworm"})
    assert found == plain
    assert mirror_of([vendor, security], release={"VERSION_CODENAME": "bookworm"}) is None


def test_both_places_of_sources_are_read(tmp_path: Path) -> None:
    etc = machine(tmp_path, release="ID=debian\n")
    (etc / "apt" / "sources.list").write_text("deb http://first.example/debian bookworm main\n")
    assert [source.uri for source in machine_sources(etc)][:2] == [
        "http://first.example/debian",
        "http://mirror.example/debian",
    ]


def test_release_is_read_without_its_quotes(tmp_path: Path) -> None:
    etc = machine(tmp_path, release='ID=debian\nVERSION_CODENAME="bookworm"\n')
    assert os_release(etc) == {"ID": "debian", "VERSION_CODENAME": "bookworm"}


def test_tree_is_unpacked_once_from_the_machines_own_mirror(tmp_path: Path, mmdebstrap: Path) -> None:
    etc = machine(tmp_path, release="ID=debian\nVERSION_CODENAME=bookworm\n")
    lines: list[str] = []
    for _ in range(2):
        found = unpacked(tmp_path / "cache", mirror="", say=lines.append, etc=etc)
        assert found.modules_dir.is_relative_to(tmp_path / "cache" / TREE)
    assert mmdebstrap.read_text().count("\n") == 1
    assert mmdebstrap.read_text().split()[-3:] == ["forky", "-", "http://mirror.example/debian"]
    assert any("reading the package lists" in line for line in lines)


def test_expired_list_is_used_with_a_line_and_only_then(tmp_path: Path, mmdebstrap: Path) -> None:
    program = (tmp_path / "bin" / "mmdebstrap").read_text()
    stale = 'case "$*" in *Check-Valid*) ;; *) echo "E: Release file x is expired" >&2; exit 1;; esac\n'
    (tmp_path / "bin" / "mmdebstrap").write_text(program.replace("case", stale + "case", 1))
    etc = machine(tmp_path, release="ID=debian\nVERSION_CODENAME=bookworm\n")
    lines: list[str] = []
    unpacked(tmp_path / "cache", mirror="", say=lines.append, etc=etc)
    assert any("past its date" in line for line in lines)
    assert ["Check-Valid-Until" in line for line in mmdebstrap.read_text().splitlines()] == [False, True]


def test_second_suite_is_tried_when_the_first_has_none(tmp_path: Path, mmdebstrap: Path) -> None:
    write_mmdebstrap(tmp_path, fails="forky", error="no such suite")
    etc = machine(tmp_path, release="ID=debian\nVERSION_CODENAME=bookworm\n")
    unpacked(tmp_path / "cache", mirror="", say=[].append, etc=etc)
    assert [line.split()[-3] for line in mmdebstrap.read_text().splitlines()] == ["forky", "sid"]


def test_failed_build_leaves_nothing_behind_and_can_be_repeated(tmp_path: Path, mmdebstrap: Path) -> None:
    assert not mmdebstrap.exists()
    write_mmdebstrap(tmp_path, fails="extract", error="mirror is away")
    etc = machine(tmp_path, release="ID=debian\nVERSION_CODENAME=bookworm\n")
    with pytest.raises(AsteriskError, match="mirror is away"):
        unpacked(tmp_path / "cache", mirror="", say=[].append, etc=etc)
    assert [file.name for file in (tmp_path / "cache").iterdir()] == [".lock"]
    (tmp_path / "cache" / f".{TREE}-interrupted").mkdir()
    write_mmdebstrap(tmp_path)
    unpacked(tmp_path / "cache", mirror="", say=[].append, etc=etc)
    assert sorted(file.name for file in (tmp_path / "cache").iterdir()) == [".lock", TREE]


def test_machine_without_a_debian_mirror_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    etc = machine(tmp_path, release="ID=ubuntu\nVERSION_CODENAME=noble\n", sources="")
    with pytest.raises(AsteriskError, match="CENTRALA_ASTERISK__MIRROR"):
        unpacked(tmp_path / "cache", mirror="", say=[].append, etc=etc)


@pytest.mark.parametrize(("offers", "taken"), [("1:20.6.0~dfsg-2build5", False), ("1:22.5.2~dfsg-1", True)])
def test_ubuntu_uses_its_own_package_where_that_is_sound(
    tmp_path: Path, mmdebstrap: Path, offers: str, *, taken: bool
) -> None:
    policy = tmp_path / "bin" / "apt-cache"
    policy.write_text(f"#!/bin/sh\necho '  Candidate: {offers}'\n")
    policy.chmod(0o755)
    ubuntu = "Types: deb\nURIs: http://u.example/ubuntu\nSuites: noble\nComponents: main universe\n"
    etc = machine(tmp_path, release="ID=ubuntu\nVERSION_CODENAME=noble\n", sources=ubuntu)
    if taken:
        unpacked(tmp_path / "cache", mirror="", say=[].append, etc=etc)
        assert "--components=main,universe" in mmdebstrap.read_text()
    else:
        with pytest.raises(AsteriskError, match="CVE-2024-42365"):
            unpacked(tmp_path / "cache", mirror="", say=[].append, etc=etc)


def test_mirror_of_the_settings_goes_first(tmp_path: Path, mmdebstrap: Path) -> None:
    etc = machine(tmp_path, release="ID=ubuntu\n", sources="")
    unpacked(tmp_path / "cache", mirror="http://own.example/debian", say=[].append, etc=etc)
    assert mmdebstrap.read_text().split()[-1] == "http://own.example/debian"
