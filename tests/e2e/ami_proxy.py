"""A bad line between the controller and Asterisk's manager interface: it cuts where a test wants it cut."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Self

CHUNK_BYTES = 4_096

CONTROLLER, ASTERISK = "controller", "asterisk"
Watch = Callable[[bytes, str], int | None]
"""Is shown each piece and who sent it; an answer is how much of it still passes, then the line is cut."""


class AmiProxy:
    """Listens at `port` and carries bytes to and from `target_port`, both on loopback."""

    def __init__(self, *, port: int, target_port: int) -> None:
        """Prepare; nothing listens before the context is entered."""
        self._port, self._target_port = port, target_port
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._server: socket.socket | None = None
        self.watch: Watch = lambda _data, _sender: None
        self.connections = 0
        self._refuses = False

    def __enter__(self) -> Self:
        """Listen."""
        self._server = socket.create_server(("127.0.0.1", self._port))
        self._start(self._accept, self._server)
        return self

    def __exit__(self, *_: object) -> None:
        """Close everything and wait for its threads."""
        assert self._server is not None
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
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

    def cut(self) -> None:
        """Cut every connection."""
        with self._lock:
            for one in self._sockets:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, name="ami-proxy", daemon=True)
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
        back = threading.Thread(target=self._carry, args=(far, near, ASTERISK), daemon=True)
        back.start()
        self._carry(near, far, CONTROLLER)
        back.join()
        with self._lock:
            self._sockets -= {near, far}
        near.close()
        far.close()

    def _carry(self, source: socket.socket, sink: socket.socket, sender: str) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK_BYTES):
                passes = self.watch(data, sender)
                sink.sendall(data if passes is None else data[:passes])
                if passes is not None:
                    break
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
