"""The vault: what is inside comes out whole and in parts, and nothing else comes out."""

import os
from pathlib import Path

import pytest

from crm_bridge.adapters.vault import CHUNK, ORPHAN_S, Vault, VaultFault

KEY, OTHER_KEY = "k" * 32, "o" * 32
INSIDE = bytes(range(256)) * 700
"""More than two chunks."""


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(folder=tmp_path / "vault", key=KEY)


def only(tmp_path: Path) -> Path:
    (found,) = (tmp_path / "vault").iterdir()
    return found


@pytest.mark.parametrize(
    ("first", "most"),
    [
        (0, len(INSIDE)),
        (0, 1),
        (CHUNK - 1, 2),
        (CHUNK, CHUNK),
        (5, 2 * CHUNK),
        (len(INSIDE) - 1, 10),
        (len(INSIDE), 10),
        (len(INSIDE) + 5, 10),
    ],
)
def test_any_part_can_be_read(vault: Vault, first: int, most: int) -> None:
    name, _ = vault.put(INSIDE)
    assert vault.read(name, first, most) == (len(INSIDE), INSIDE[first : first + most])


def test_nothing_inside_is_a_file_too(vault: Vault) -> None:
    name, _ = vault.put(b"")
    assert vault.read(name, 0, 10) == (0, b"")


def test_what_lies_on_the_disk_says_nothing(vault: Vault, tmp_path: Path) -> None:
    name, size = vault.put(INSIDE)
    file = only(tmp_path)
    assert (file.name, file.stat().st_size) == (name, size)
    assert file.stat().st_mode & 0o077 == 0
    assert INSIDE[:64] not in file.read_bytes()
    again, _ = vault.put(INSIDE)
    assert (tmp_path / "vault" / again).read_bytes()[40:] != file.read_bytes()[40:]


def test_a_file_that_was_changed_is_not_played(vault: Vault, tmp_path: Path) -> None:
    name, _ = vault.put(INSIDE)
    file = only(tmp_path)
    sealed = bytearray(file.read_bytes())
    sealed[-1] ^= 1
    file.write_bytes(bytes(sealed))
    assert vault.read(name, 0, 10) == (len(INSIDE), INSIDE[:10])
    with pytest.raises(VaultFault, match="was changed"):
        vault.read(name, len(INSIDE) - 1, 1)


def test_chunks_cannot_change_places_and_a_shorter_length_is_not_believed(
    vault: Vault, tmp_path: Path
) -> None:
    name, _ = vault.put(INSIDE)
    file = only(tmp_path)
    sealed = file.read_bytes()
    head, one, two = (
        sealed[:40],
        sealed[40 : 40 + CHUNK + 16],
        sealed[40 + CHUNK + 16 : 40 + 2 * (CHUNK + 16)],
    )
    file.write_bytes(head + two + one + sealed[40 + 2 * (CHUNK + 16) :])
    with pytest.raises(VaultFault, match="was changed"):
        vault.read(name, 0, 10)
    file.write_bytes(head[:-1] + bytes([head[-1] ^ 1]) + sealed[40:])
    with pytest.raises(VaultFault, match="was changed"):
        vault.read(name, 0, 10)


def test_another_key_is_told_by_name_and_no_key_keeps_nothing(vault: Vault, tmp_path: Path) -> None:
    name, _ = vault.put(INSIDE)
    with pytest.raises(VaultFault, match="another key"):
        Vault(folder=tmp_path / "vault", key=OTHER_KEY).read(name, 0, 1)
    without = Vault(folder=tmp_path / "vault", key="")
    assert not without.has_key
    with pytest.raises(VaultFault, match="no key"):
        without.put(b"x")


def test_names_that_lead_elsewhere_are_refused_and_one_that_is_gone_is_none(vault: Vault) -> None:
    for name in ("../centrala.sqlite", "", "A" * 32):
        with pytest.raises(VaultFault, match="no name"):
            vault.read(name, 0, 1)
    name, _ = vault.put(b"x")
    vault.remove(name)
    vault.remove(name)
    assert vault.read(name, 0, 1) is None


def test_a_full_disk_leaves_nothing_behind(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(VaultFault, match="No space left"):
        vault.put(INSIDE)
    assert list((tmp_path / "vault").iterdir()) == []


def test_a_sweep_takes_what_nobody_knows_and_is_not_fresh(vault: Vault, tmp_path: Path) -> None:
    assert vault.sweep(()) == 0
    known, orphan, fresh = (vault.put(b"x")[0] for _ in range(3))
    half = tmp_path / "vault" / f".{'a' * 32}"
    for file in (half, tmp_path / "vault" / "notes.txt"):
        file.write_bytes(b"x")
    for file in (half, *(tmp_path / "vault" / one for one in (known, orphan, "notes.txt"))):
        os.utime(file, (file.stat().st_mtime - ORPHAN_S - 1,) * 2)
    assert vault.sweep({known}) == 2
    assert {one.name for one in (tmp_path / "vault").iterdir()} == {known, fresh, "notes.txt"}
