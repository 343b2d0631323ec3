"""A manager interface of our own making, for tests of what a real Asterisk does only on bad days.

`AmiPeer` is the other end of a connection: it greets, checks the password, answers `Ping`, `Status`,
`DeviceStateList` and whatever a test adds, and does on command what goes wrong: it splits packets, stalls,
drops, garbles. It runs over memory (`AmiPeer.connect`, given to `AmiLink`) or over loopback TCP (`serve`).
`VirtualTimeLoop` is an event loop whose clock jumps to the next timer as soon as nothing else can happen,
so that minutes of waiting pass at once and always in the same order.
"""

import asyncio
import selectors
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
BOOTED = b"Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n"
SECRET = "secret"
Headers = Mapping[str, str]


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Time stands still while callbacks run and jumps over waiting; for transports in memory only."""

    def __init__(self) -> None:
        self.virtual_s = 1_000.0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        return self.virtual_s


class _JumpingSelector(selectors.SelectSelector):
    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise AssertionError("everybody waits and no timer is left")
        if not ready and timeout is not None and timeout > 0:
            self._loop.virtual_s += timeout
        return ready


class VirtualTimePolicy(asyncio.DefaultEventLoopPolicy):
    """Makes `VirtualTimeLoop`s, and only when asked: never one that nobody closes."""

    def __init__(self) -> None:
        super().__init__()
        self.set_event_loop(None)

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return VirtualTimeLoop()


class LoopClock:
    """A `Clock` that tells the running loop's time."""

    def now(self) -> float:
        return asyncio.get_running_loop().time()


class MemoryTransport(asyncio.Transport):
    """One direction of a connection in memory: writes go to a function, the other side feeds the protocol."""

    def __init__(self, protocol: asyncio.Protocol, on_write: Callable[[bytes], None]) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._protocol = protocol
        self._on_write = on_write
        self.closed = False
        self.on_closed: Callable[[], None] = lambda: None

    def write(self, data: Any) -> None:
        if not self.closed:
            self._on_write(bytes(data))

    def get_write_buffer_size(self) -> int:
        return 0

    def close(self) -> None:
        self.lose(None)

    def abort(self) -> None:
        self.lose(None)

    def lose(self, error: Exception | None) -> None:
        if not self.closed:
            self.closed = True
            self._loop.call_soon(self._protocol.connection_lost, error)
            self.on_closed()

    def feed(self, data: bytes) -> None:
        if not self.closed:
            self._loop.call_soon(self._feed, data)

    def _feed(self, data: bytes) -> None:
        if not self.closed:
            self._protocol.data_received(data)


class AmiPeer:
    """The scripted manager interface; one instance sees all connections that are made to it."""

    def __init__(self, *, user: str = "centrala", secret: str = SECRET) -> None:
        self.user, self.secret = user, secret
        self.connections = 0
        self.refusing_connections = False
        self.greets = True
        self.boots = True
        self.stalled = False
        self.chunk_bytes = 0
        self.actions: list[dict[str, list[str]]] = []
        self.channels: list[Headers] = []
        self.devices: list[Headers] = []
        self.before_list: list[Headers] = []
        self.on_action: dict[str, Callable[[str, dict[str, list[str]]], Iterable[Headers] | None]] = {}
        self._send: Callable[[bytes], None] = lambda _data: None
        self._lose: Callable[[], None] = lambda: None
        self._read = b""

    # --- over memory ----------------------------------------------------------------------------

    async def connect(self, factory: Callable[[], asyncio.Protocol]) -> None:
        """Connect the protocol of `factory` to this peer."""
        if self.refusing_connections:
            raise ConnectionRefusedError("nobody listens")
        protocol = factory()
        transport = MemoryTransport(protocol, self.received)
        protocol.connection_made(transport)
        self._opened(transport.feed, transport.close)

    # --- over TCP -------------------------------------------------------------------------------

    async def serve(self, host: str, port: int) -> asyncio.Server:
        """Listen; the caller closes the server that is returned."""

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._opened(writer.write, writer.close)
            while data := await reader.read(65_536):
                self.received(data)
            writer.close()

        return await asyncio.start_server(handle, host, port)

    # --- what it does ---------------------------------------------------------------------------

    def send(self, *messages: Headers) -> None:
        """Send messages, in the order given, all in one write."""
        self.send_bytes(b"".join(message(one) for one in messages))

    def send_bytes(self, data: bytes) -> None:
        """Send bytes, cut into packets of `chunk_bytes` where that is set; nothing while stalled."""
        if self.stalled:
            return
        size = self.chunk_bytes or len(data) or 1
        for start in range(0, len(data), size):
            self._send(data[start : start + size])

    def drop(self) -> None:
        """Close the connection."""
        self._lose()

    def named(self, action: str) -> list[dict[str, list[str]]]:
        """Every action of this name that arrived, on any connection."""
        return [one for one in self.actions if one["Action"] == [action]]

    def received(self, data: bytes) -> None:
        """Take bytes of the client and answer what they complete."""
        self._read += data
        while b"\r\n\r\n" in self._read:
            block, self._read = self._read.split(b"\r\n\r\n", 1)
            action: dict[str, list[str]] = {}
            for line in block.decode().split("\r\n"):
                name, _, value = line.partition(": ")
                action.setdefault(name, []).append(value)
            self.actions.append(action)
            self._answer(action)

    def _opened(self, send: Callable[[bytes], None], lose: Callable[[], None]) -> None:
        self.connections += 1
        self._send, self._lose, self._read = send, lose, b""
        if self.greets:
            self.send_bytes(BANNER)

    def _answer(self, action: dict[str, list[str]]) -> None:
        name, action_id = action["Action"][0], action["ActionID"][0]
        special = self.on_action.get(name)
        if special is not None:
            answers = special(action_id, action)
            if answers is not None:
                self.send(*answers)
            return
        if name == "Login":
            self._log_in(action, action_id)
        elif name == "Status":
            self.send_list(action_id, "Status", self.channels)
        elif name == "DeviceStateList":
            self.send_list(action_id, "DeviceStateChange", self.devices)
        else:
            self.send({"Response": "Success", "ActionID": action_id, "Message": f"{name} done"})

    def _log_in(self, action: dict[str, list[str]], action_id: str) -> None:
        if (action["Username"], action["Secret"]) != ([self.user], [self.secret]):
            self.send({"Response": "Error", "ActionID": action_id, "Message": "Authentication failed"})
            return
        self.send({"Response": "Success", "ActionID": action_id, "Message": "Authentication accepted"})
        if self.boots:
            self.send_bytes(BOOTED)

    def send_list(self, action_id: str, event: str, items: Sequence[Headers]) -> None:
        """Answer a list action as Asterisk does."""
        start = {"Response": "Success", "ActionID": action_id, "EventList": "start", "Message": "will follow"}
        end = {"Event": f"{event}Complete", "ActionID": action_id, "EventList": "Complete"}
        listed = [{"Event": event, "ActionID": action_id, **one} for one in items]
        self.send(*self.before_list, start, *listed, end)
        self.before_list = []


def message(headers: Headers) -> bytes:
    """One message on the wire; a value with line breaks becomes a header that comes several times."""
    lines = [f"{name}: {one}" for name, value in headers.items() for one in value.split("\n")]
    return "\r\n".join([*lines, "", ""]).encode()
