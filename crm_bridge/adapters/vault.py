"""The vault: files that hold something private, encrypted, under names that say nothing.

A file is a header and chunks. The header has the form's mark, which key it was made with, a salt and the
length of what is inside; the salt and the master key give the file's own key (HKDF). Each chunk is sealed by
itself (AES-256-GCM, the nonce is its number), so that a part can be read without the rest; header and number
are sealed with it, so that no chunk can be moved, left out or taken into another file. A file is written
beside its place, brought to the disk, and then given its name: it is there whole or not at all.
"""

import hashlib
import os
import re
import secrets
import struct
import time
from collections.abc import Container
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from contact.errors import CentralaError

MARK = b"CTRV1\0\0\0"
CHUNK = 65_536
TAG = 16
KEY_BYTES = 32
NAME_BYTES = 16
ORPHAN_S = 3_600.0
"""A file that nobody knows is left alone for so long: its row may be about to be written."""
_HEADER = struct.Struct(">8s8s16sQ")
_NAME = re.compile(r"[0-9a-f]{32}")


class VaultFault(CentralaError):
    """A file of the vault that cannot be read or written: which one, and why."""


class _Header(NamedTuple):
    mark: bytes
    key_id: bytes
    salt: bytes
    size: int

    @property
    def packed(self) -> bytes:
        return _HEADER.pack(*self)


class Vault:
    """One folder of encrypted files. Everything here waits for the disk: not for the event loop."""

    def __init__(self, *, folder: Path, key: str) -> None:
        """Keep files in `folder`, sealed with what is made of `key`; without one nothing is kept or read."""
        self._folder = folder
        self._master = _derived(key.encode(), b"", b"centrala vault") if key else b""
        self._key_id = hashlib.sha256(b"id" + self._master).digest()[:8]

    @property
    def has_key(self) -> bool:
        """Whether files can be kept and read."""
        return bool(self._master)

    def put(self, inside: bytes) -> tuple[str, int]:
        """Keep `inside`; return the file's name and how large it is. Raises `VaultFault`."""
        name = secrets.token_hex(NAME_BYTES)
        header = _Header(MARK, self._key_id, secrets.token_bytes(16), len(inside))
        cipher = self._cipher(header)
        half = self._folder / f".{name}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(header.packed)
                for number in range(_chunks(header.size)):
                    part = inside[number * CHUNK : (number + 1) * CHUNK]
                    stream.write(cipher.encrypt(_nonce(number), part, header.packed))
                stream.flush()
                os.fsync(stream.fileno())
                size = stream.tell()
            half.rename(self._folder / name)
        except OSError as error:
            half.unlink(missing_ok=True)
            raise VaultFault(f"{self._folder}: {error.strerror}") from error
        return name, size

    def read(self, name: str, first: int, bytes_max: int) -> tuple[int, bytes] | None:
        """Return the size of what is inside and a part of it; None for no such file. Raises `VaultFault`."""
        path = self._path(name)
        try:
            with path.open("rb") as stream:
                header = self._header(name, stream.read(_HEADER.size))
                last = min(header.size, first + bytes_max)
                if first >= last:
                    return header.size, b""
                cipher, parts = self._cipher(header), []
                for number in range(first // CHUNK, (last - 1) // CHUNK + 1):
                    stream.seek(_HEADER.size + number * (CHUNK + TAG))
                    sealed = stream.read(min(CHUNK, header.size - number * CHUNK) + TAG)
                    parts.append(cipher.decrypt(_nonce(number), sealed, header.packed))
        except FileNotFoundError:
            return None
        except InvalidTag:
            raise VaultFault(f"{name}: it was changed, or is damaged") from None
        except OSError as error:
            raise VaultFault(f"{name}: {error.strerror}") from error
        begins = first - first // CHUNK * CHUNK
        return header.size, b"".join(parts)[begins : begins + last - first]

    def remove(self, name: str) -> None:
        """Delete a file, if it is there; raise `VaultFault`."""
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError as error:
            raise VaultFault(f"{name}: {error.strerror}") from error

    def sweep(self, known: Container[str]) -> int:
        """Delete every file that is not `known` and not fresh, half-written ones too; return how many."""
        swept = 0
        for path in self._folder.glob("*") if self._folder.is_dir() else ():
            name = path.name.removeprefix(".")
            is_half = path.name.startswith(".")
            if _NAME.fullmatch(name) is None or (name in known and not is_half):
                continue
            try:
                if path.stat().st_mtime + ORPHAN_S < time.time():
                    path.unlink()
                    swept += 1
            except OSError as error:
                raise VaultFault(f"{path.name}: {error.strerror}") from error
        return swept

    def _header(self, name: str, read: bytes) -> _Header:
        if len(read) < _HEADER.size or not read.startswith(MARK):
            raise VaultFault(f"{name}: no file of this vault")
        header = _Header(*_HEADER.unpack(read))
        if header.key_id != self._key_id:
            raise VaultFault(f"{name}: it was encrypted with another key")
        return header

    def _cipher(self, header: _Header) -> AESGCM:
        if not self._master:
            raise VaultFault("there is no key")
        return AESGCM(_derived(self._master, header.salt, b"file"))

    def _path(self, name: str) -> Path:
        if _NAME.fullmatch(name) is None:
            raise VaultFault(f"{name!r}: no name of this vault")
        return self._folder / name


def _chunks(size: int) -> int:
    return -(-size // CHUNK)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12)


def _derived(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=salt, info=purpose).derive(key)
