"""How a server of requests asks the store: nobody waits for one that is not there."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from contact.errors import NotAvailable
from runtime.db import DatabaseAway

T = TypeVar("T")


class Asking:
    """Turns a store that has no tables yet, or is away, into `NotAvailable`."""

    def __init__(self, require_prepared: Callable[[], None]) -> None:
        """`require_prepared` raises `NotAvailable` while the store has no tables yet."""
        self._require_prepared = require_prepared

    async def __call__(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what `work` on the store returns; raise `NotAvailable`."""
        try:
            self._require_prepared()
        except NotAvailable:
            work.close()
            raise
        try:
            return await work
        except DatabaseAway as error:
            raise NotAvailable(str(error)) from error
