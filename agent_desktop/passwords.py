"""Passwords as argon2id hashes, worked out in threads so that the event loop never waits for them.

One hash costs about 64 MiB and 50-100 ms; `threads` bounds both the memory and the processor time that
a burst of sign-ins can take.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_NOBODY = "a password that no account has"


class Passwords:
    """Makes and checks hashes. `close` ends its threads."""

    def __init__(self, *, hasher: PasswordHasher | None = None, threads: int = 2) -> None:
        """Use argon2-cffi's current recommendation unless `hasher` says otherwise."""
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """Return the encoded hash of `password` under a new salt."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Say whether `password` made `stored`; for None (no such account) take as long and say no."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._verify, stored, password)

    def is_outdated(self, stored: str) -> bool:
        """Say whether `stored` was made with weaker parameters than are used now."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        """End the threads; a hash under way is finished first."""
        self._threads.shutdown(wait=True)

    def _verify(self, stored: str | None, password: str) -> bool:
        known = stored is not None
        if stored is None:
            self._nobody = self._nobody or self._hasher.hash(_NOBODY)
            stored = self._nobody
        try:
            return self._hasher.verify(stored, password) and known
        except (VerificationError, InvalidHashError):
            return False
