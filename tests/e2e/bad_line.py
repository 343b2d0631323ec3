"""A bad line between two programs: it breaks, or falls silent, where a test wants that."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Self

CHUNK_BYTES = 4_096

NEAR, FAR = "near", "far"
"""Who connected, and whom the line leads to."""
Watch = Callable[[bytes, str], int | None]
"""Is shown each piece and who sent it; an answer is how much of it still passes, then the line is cut."""


class BadLine:
    """Listens at `port` and carries bytes to and from `target_port`, both on loopback."""

    def __init__(self, *, port: int, target_port: int) -> None:
        """Prepare; nothing listens before the context is entered."""
        self.port, self._target_port = port, target_port
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._server: socket.socket | None = None
        self.watch: Watch = lambda _data, _sender: None
        self.connections = 0
        self._refuses = False
        self._flows = threading.Event()
        self._flows.set()

    def __enter__(self) -> Self:
        """Listen."""
        self._server = socket.create_server(("127.0.0.1", self.port))
        self._start(self._accept, self._server)
        return self

    def __exit__(self, *_: object) -> None:
        """Close everything and wait for its threads."""
        assert self._server is not None
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._flows.set()
        self.cut()
        for thread in self._threads:
            thread.join(5)

    @contextmanager
    def away(self) -> Iterator[None]:
        """While this lasts there is no connection."""
        self._refuses = True
        self.cut()
        try:
            yield
        finally:
            self._refuses = False

    @contextmanager
    def silent(self) -> Iterator[None]:
        """While this lasts nothing passes, not even that an end has closed; afterwards all of it does."""
        self._flows.clear()
        try:
            yield
        finally:
            self._flows.set()

    def cut(self) -> None:
        """Cut every connection."""
        with self._lock:
            for one in self._sockets:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, name="bad-line", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                near, _ = server.accept()
            except OSError:
                return
            if self._refuses:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self._target_port), timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            self.connections += 1
            with self._lock:
                self._sockets |= {near, far}
            self._start(self._connection, near, far)

    def _connection(self, near: socket.socket, far: socket.socket) -> None:
        back = threading.Thread(target=self._carry, args=(far, near, FAR), daemon=True)
        back.start()
        self._carry(near, far, NEAR)
        back.join()
        with self._lock:
            self._sockets -= {near, far}
        near.close()
        far.close()

    def _carry(self, source: socket.socket, sink: socket.socket, sender: str) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK_BYTES):
                self._flows.wait()
                passes = self.watch(data, sender)
                sink.sendall(data if passes is None else data[:passes])
                if passes is not None:
                    break
        self._flows.wait()
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
