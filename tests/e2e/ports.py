"""Free loopback ports for everything that a test starts."""

import random
import socket

_KINDS = (socket.SOCK_STREAM, socket.SOCK_DGRAM)
_FIRST, _LAST = 20_000, 32_000
"""Below Linux's range of ephemeral ports, so that no outgoing connection takes one in between."""
_handed_out: set[int] = set()
_random = random.Random()  # noqa: S311 - only spreads test runs over the ports


def free_port(*, even: bool = False, block: int = 1) -> int:
    """Return a port that is free for UDP and TCP, with `block - 1` untouched ones behind it."""
    while True:
        first = _random.randrange(_FIRST, _LAST - block, 2)
        first += 0 if even else _random.randrange(2)
        wanted = range(first, first + block)
        if _handed_out.isdisjoint(wanted) and all(_is_free(port) for port in _sample(wanted)):
            _handed_out.update(wanted)
            return first


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
