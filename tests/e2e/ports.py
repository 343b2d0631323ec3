"""Free loopback ports for everything that a test starts."""

import fcntl
import random
import socket
import tempfile
from pathlib import Path
from typing import TextIO

_KINDS = (socket.SOCK_STREAM, socket.SOCK_DGRAM)
_SHARES = 8
"""So many processes may run tests at once on one machine, each with ports that no other one hands out."""
_SINGLE, _BLOCKS, _END = 10_000, 18_000, 32_000
"""Where single ports begin, and blocks for speech; below Linux's range of ephemeral ports, so that no
outgoing connection takes one in between."""
TRIES_MAX = 10_000
_handed_out: set[int] = set()
_held: list[tuple[int, TextIO]] = []
_random = random.Random()  # noqa: S311 - only spreads test runs over the ports


def free_port(*, even: bool = False, block: int = 1) -> int:
    """Return a port that is free for UDP and TCP, with `block - 1` free ones behind it.

    A single port is handed out once; a block may come again, Asterisk skips what another one speaks on.
    """
    lowest, highest = _range(_SINGLE, _BLOCKS) if block == 1 else _range(_BLOCKS, _END)
    for _ in range(TRIES_MAX):
        first = _random.randrange(lowest, highest - block, 2)
        first += 0 if even else _random.randrange(2)
        wanted = range(first, first + block)
        if first not in _handed_out and all(_is_free(port) for port in _sample(wanted)):
            _handed_out.add(first)
            return first
    message = f"no {block} free ports between {lowest} and {highest}"
    raise AssertionError(message)


def _range(first: int, end: int) -> tuple[int, int]:
    """Return this process's own part of a range of ports."""
    size = (end - first) // _SHARES
    return first + _share() * size, first + (_share() + 1) * size


def _share() -> int:
    """Return the number of this process's share, held by a lock for as long as it lives."""
    for number in range(_SHARES) if not _held else ():
        lock = (Path(tempfile.gettempdir()) / f"centrala-test-ports-{number}.lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            continue
        _held.append((number, lock))
        return number
    assert _held, f"{_SHARES} processes run tests already"
    return _held[0][0]


def _sample(wanted: range) -> range:
    return wanted[:: max(1, len(wanted) // 50)]


def _is_free(port: int) -> bool:
    for kind in _KINDS:
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
