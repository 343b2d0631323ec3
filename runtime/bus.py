"""The bus in one process: events in the order of their publication, requests with one server each.

Theory of operation. `publish` calls every subscriber of the event's type at once, in the order of
subscription; a subscriber is a plain function, so nothing can overtake. A subscriber that raises is
logged and does not stop the others. An event published by a subscriber is delivered after the current
one has reached everybody, so all subscribers see one same order. A request has exactly one server;
asking for one that nobody serves, or that does not answer in time, raises `NotAvailable`.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol, TypeVar

from contact.commands import Request
from contact.errors import CentralaError, NotAvailable
from contact.events import Event

log = logging.getLogger(__name__)

Reply = TypeVar("Reply")
E = TypeVar("E", bound=Event)
REQUEST_TIMEOUT_S = 5.0


class Bus(Protocol):
    """What the roles know of the bus."""

    def publish(self, event: Event) -> None:
        """Tell every subscriber of this event's type."""

    def subscribe(self, kinds: Iterable[type[E]], handler: Callable[[E], None]) -> Callable[[], None]:
        """Have `handler` called with each event of `kinds`; return the function that ends it."""

    def serve(self, kind: type[Request[Reply]], handler: Callable[[Any], Awaitable[Reply]]) -> None:
        """Make `handler` the one that answers requests of `kind`."""

    async def request(self, request: Request[Reply], *, timeout_s: float = REQUEST_TIMEOUT_S) -> Reply:
        """Return the reply; raise `Refused` from the server, `NotAvailable` when none came in time."""


class MemoryBus:
    """The bus of one process."""

    def __init__(self) -> None:
        """Start with no subscriber and no server."""
        self._subscribers: dict[type, list[Callable[[Any], None]]] = {}
        self._servers: dict[type, Callable[[Any], Awaitable[Any]]] = {}
        self._pending: deque[Event] = deque()
        self._delivering = False

    def publish(self, event: Event) -> None:
        """Deliver `event`, or queue it behind the one that is being delivered now."""
        self._pending.append(event)
        if self._delivering:
            return
        self._delivering = True
        try:
            while self._pending:
                self._deliver(self._pending.popleft())
        finally:
            self._delivering = False

    def subscribe(self, kinds: Iterable[type[E]], handler: Callable[[E], None]) -> Callable[[], None]:
        """Add `handler` behind the earlier subscribers of each kind."""
        wanted = tuple(kinds)
        for kind in wanted:
            self._subscribers.setdefault(kind, []).append(handler)

        def unsubscribe() -> None:
            for kind in wanted:
                if handler in self._subscribers[kind]:
                    self._subscribers[kind].remove(handler)

        return unsubscribe

    def serve(self, kind: type[Request[Reply]], handler: Callable[[Any], Awaitable[Reply]]) -> None:
        """Register the only server of `kind`; a second one is a mistake in the wiring."""
        if kind in self._servers:
            message = f"two servers for {kind.__name__}"
            raise CentralaError(message)
        self._servers[kind] = handler

    async def request(self, request: Request[Reply], *, timeout_s: float = REQUEST_TIMEOUT_S) -> Reply:
        """Ask the server of this kind of request and wait at most `timeout_s`."""
        server = self._servers.get(type(request))
        if server is None:
            message = f"nobody answers {type(request).__name__}"
            raise NotAvailable(message)
        try:
            async with asyncio.timeout(timeout_s):
                reply: Reply = await server(request)
        except TimeoutError:
            message = f"no answer to {type(request).__name__} within {timeout_s:g} s"
            raise NotAvailable(message) from None
        return reply

    def _deliver(self, event: Event) -> None:
        for handler in tuple(self._subscribers.get(type(event), ())):
            try:
                handler(event)
            except Exception:
                log.exception("a subscriber of %s failed", type(event).__name__)
