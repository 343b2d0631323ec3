"""Free loopback ports for everything that a test starts."""

import random
import socket

_KINDS = (socket.SOCK_STREAM, socket.SOCK_DGRAM)
_FIRST, _MIDDLE, _LAST = 20_000, 24_000, 32_000
"""Below Linux's range of ephemeral ports, so that no outgoing connection takes one in between: single ports
from the first, blocks for speech from the middle on."""
TRIES_MAX = 10_000
_handed_out: set[int] = set()
_random = random.Random()  # noqa: S311 - only spreads test runs over the ports


def free_port(*, even: bool = False, block: int = 1) -> int:
    """Return a port that is free for UDP and TCP, with `block - 1` free ones behind it.

    A single port is handed out once; a block may come again, Asterisk skips what another one speaks on.
    """
    lowest, highest = (_FIRST, _MIDDLE) if block == 1 else (_MIDDLE, _LAST)
    for _ in range(TRIES_MAX):
        first = _random.randrange(lowest, highest - block, 2)
        first += 0 if even else _random.randrange(2)
        wanted = range(first, first + block)
        if first not in _handed_out and all(_is_free(port) for port in _sample(wanted)):
            _handed_out.add(first)
            return first
    message = f"no {block} free ports between {lowest} and {highest}"
    raise AssertionError(message)


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
