"""A FastAGI server that a port scan, a slow peer, a stray line or a dead caller cannot upset.

FastAGI has no authentication, so only allowed networks are served, and everything has a limit: open
connections, header and line length, time for the header, for a command and for a whole script. What
happens on one connection is told in `agi_connection`.

The routing table is panoramisk's, for coroutine functions only; its handler is not used (it reads for
ever at end of file, takes `HANGUP` for a reply and swallows cancellation).
"""

import asyncio
import ipaddress
import logging
from collections.abc import Awaitable, Callable, Sequence
from inspect import iscoroutinefunction

from panoramisk.fast_agi import Application

from ivr.adapters.agi_codec import LINE_BYTES_MAX
from ivr.adapters.agi_connection import AgiConnection
from ivr.errors import AgiError, AgiGone, AgiProtocolError, CallerHungUp
from ivr.measure import IvrMeasures

log = logging.getLogger(__name__)

SCRIPT_TIMEOUT_S = 1_800.0
"""No caller spends half an hour in a menu; a script that does is stuck."""
TURNS_TO_ACCEPT = 5
"""In so many turns of the loop a connection that came in the moment of the stop has been refused."""

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network

Endpoint = Callable[[AgiConnection], Awaitable[None]]


class _Routes(Application):
    """Panoramisk's routing table, looked up by path without the query."""

    def __init__(self) -> None:
        super().__init__(loop=asyncio.get_running_loop())  # type: ignore[no-untyped-call]

    def find(self, path: str) -> Endpoint | None:
        endpoint: Endpoint | None = self._route.get(path)
        return endpoint


class FastAgiServer:
    """Serves scripts to Asterisk; owns a task for each open connection."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        allow: Sequence[str],
        connections_max: int,
        header_timeout_s: float,
        command_timeout_s: float,
        measures: IvrMeasures,
        script_timeout_s: float = SCRIPT_TIMEOUT_S,
    ) -> None:
        """Keep the limits; `allow` holds networks such as `127.0.0.0/8`, `port` 0 takes a free one."""
        self._host = host
        self._port = port
        self._allow = _networks(allow)
        self._connections_max = connections_max
        self._header_timeout_s = header_timeout_s
        self._command_timeout_s = command_timeout_s
        self._script_timeout_s = script_timeout_s
        self._measures = measures
        self._routes: _Routes | None = None
        self._endpoints: dict[str, Endpoint] = {}
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._warned: set[str] = set()

    @property
    def port(self) -> int:
        """The port that is listened on."""
        if self._server is None:
            raise AgiError("the FastAGI server is not running")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def serving(self) -> bool:
        """Whether new connections are accepted."""
        return self._server is not None and self._server.is_serving()

    def add_route(self, path: str, endpoint: Endpoint) -> None:
        """Run `endpoint` for `agi://host:port/<path>`, whatever query follows it."""
        if not iscoroutinefunction(endpoint):
            raise AgiError(f"the endpoint of {path} is not a coroutine function")
        if path in self._endpoints:
            raise AgiError(f"two endpoints for {path}")
        self._endpoints[path] = endpoint

    async def start(self) -> None:
        """Listen. Raises `OSError` where the address cannot be bound."""
        self._routes = _Routes()
        for path, endpoint in self._endpoints.items():
            self._routes.add_route(path, endpoint)  # type: ignore[no-untyped-call]
        self._server = await asyncio.start_server(
            self._accept, self._host, self._port, limit=LINE_BYTES_MAX, backlog=512
        )

    async def stop(self) -> None:
        """Stop listening, cancel every script and wait for its end; said twice, nothing more happens."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if server is not None:
            await server.wait_closed()
            for _ in range(TURNS_TO_ACCEPT):
                await asyncio.sleep(0)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._server is None:  # it came in the moment of the stop
            writer.transport.abort()
            return
        refusal = self._refusal(writer)
        if refusal is not None:
            self._measures.connections_ended.labels(how=refusal).inc()
            self._complain(refusal, "FastAGI connection from %s: %s", _peer(writer), refusal)
            writer.transport.abort()
            return
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        self._measures.connections.inc()
        task.add_done_callback(self._finished)
        # Not in the task's own `finally`: one that is cancelled before its first step never gets there.
        task.add_done_callback(lambda _task: writer.transport.abort())

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._measures.connections.dec()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a FastAGI connection failed", exc_info=error)

    def _refusal(self, writer: asyncio.StreamWriter) -> str | None:
        address = ipaddress.ip_address(_peer(writer))
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if not any(address in network for network in self._allow):
            return "address_not_allowed"
        return "too_many" if len(self._tasks) >= self._connections_max else None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = AgiConnection(reader, writer, command_timeout_s=self._command_timeout_s)
        pump = asyncio.get_running_loop().create_task(connection.pump())
        how = "cancelled"
        try:
            how = await self._converse(connection, _peer(writer))
        finally:
            self._measures.connections_ended.labels(how=how).inc()
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)
            await connection.close()

    async def _converse(self, connection: AgiConnection, peer: str) -> str:
        """Run the script the header asks for; return how it ended, in the words of the metric."""
        try:
            endpoint = await self._asked_for(connection)
            async with asyncio.timeout(self._script_timeout_s):
                await endpoint(connection)
        except CallerHungUp:
            how = "hung_up"
        except AgiGone as error:
            how = "gone"
            log.debug("FastAGI connection from %s: %s", peer, error)
        except AgiProtocolError as error:
            how = "not_agi"
            self._complain(how, "FastAGI connection from %s: %s", peer, error)
        except (AgiError, TimeoutError) as error:
            how = "failed"
            self._complain(how, "FastAGI script: %s", error if str(error) else "it took too long")
        except Exception:
            how = "failed"
            log.exception("a FastAGI script failed")
        else:
            how = "done"
        return how

    async def _asked_for(self, connection: AgiConnection) -> Endpoint:
        """Wait for the header and return the endpoint of its path."""
        try:
            async with asyncio.timeout(self._header_timeout_s):
                header = await connection.read_header()
        except TimeoutError:
            raise AgiProtocolError(f"no header within {self._header_timeout_s:g} s") from None
        endpoint = self._routes.find(header.path) if self._routes is not None else None
        if endpoint is None:
            raise AgiError(f"there is no script {header.path!r}")
        return endpoint

    def _complain(self, kind: str, message: str, *values: object) -> None:
        """Warn of the first of a kind; its repeats are for whoever looks closely."""
        log.log(logging.DEBUG if kind in self._warned else logging.WARNING, message, *values)
        self._warned.add(kind)


def _networks(allow: Sequence[str]) -> tuple[_Network, ...]:
    try:
        return tuple(ipaddress.ip_network(network) for network in allow)
    except ValueError as error:
        raise AgiError(f"agi.allow: {error}") from None


def _peer(writer: asyncio.StreamWriter) -> str:
    """Return the other side's address; a peer that has gone already counts as an unspecified address."""
    name = writer.get_extra_info("peername")
    return str(name[0]).partition("%")[0] if name else "0.0.0.0"
