"""One FastAGI connection: a single reader, one command at a time, and an end that everybody hears of.

Theory of operation. The *pump*, the only one that reads, cuts the stream into frames (`agi_codec`); the
*script* sends one command at a time and waits for its reply. The pump hands a reply to the command that
waits; a reply nobody waits for ends the connection, because from then on answers could not be told apart.
`HANGUP` is never a reply: it sets `hung_up` and fails the waiting command. End of file, a violation or a
deadline is the end of the connection, and every later command says which of them it was. A command that
was cut short (deadline, cancellation) ends the connection for the same reason.
"""

import asyncio
from contextlib import suppress

from ivr.adapters.agi_codec import (
    CODE_DEAD_CHANNEL,
    CODE_SUCCESS,
    AgiReader,
    Frame,
    HangUpNotice,
    Header,
    Reply,
    Violation,
    encode_command,
)
from ivr.errors import AgiError, AgiGone, AgiProtocolError, AgiRefused, AgiTimeout, CallerHungUp, IvrError

_CLOSE_TIMEOUT_S = 1.0
_READ_BYTES = 4_096


class AgiConnection:
    """One call's conversation with Asterisk. `header` is what the call brought."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, command_timeout_s: float
    ) -> None:
        """Wrap an accepted connection; nothing is read before `pump` runs."""
        self._reader = reader
        self._writer = writer
        self._command_timeout_s = command_timeout_s
        self._frames = AgiReader()
        self._header: asyncio.Future[Header] = asyncio.get_running_loop().create_future()
        self._pending: asyncio.Future[Reply] | None = None
        self._over: IvrError | None = None
        self.hung_up = asyncio.Event()

    @property
    def header(self) -> Header:
        """What the call brought; there before the script is started."""
        return self._header.result()

    async def command(self, *words: str, takes_s: float = 0.0) -> Reply:
        """Send one command and return its reply, whose code is 200.

        Args:
            words: the command's name, then its arguments, which are quoted here.
            takes_s: how long the command itself may take (a prompt's length), on top of the deadline.

        Raises:
            ValueRefused: an argument cannot be sent; nothing was.
            AgiRefused: Asterisk does not know, or does not permit, the command.
            CallerHungUp: the caller is gone.
            AgiTimeout, AgiGone, AgiProtocolError: the connection is over.

        """
        line = encode_command(words)
        if self._over is not None:
            raise self._over
        if self._pending is not None:
            raise AgiError("a second command was given before the first one was answered")
        self._pending = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self._command_timeout_s + takes_s):
                self._writer.write(line)
                await self._writer.drain()
                reply = await self._pending
        except TimeoutError:
            self.end(AgiTimeout(f"no reply to {words[0]} in time"))
            raise AgiTimeout(f"no reply to {words[0]} in time") from None
        except OSError as error:
            self.end(AgiGone(f"the connection broke: {error}"))
            raise AgiGone(f"the connection broke: {error}") from None
        except asyncio.CancelledError:
            self.end(AgiGone(f"{words[0]} was cut short"))
            raise
        finally:
            _forget(self._pending)
            self._pending = None
        return self._accepted(words[0], reply)

    async def pump(self) -> None:
        """Read until the connection is over. Never raises, except when it is cancelled."""
        try:
            while self._over is None or self.hung_up.is_set():
                data = await self._reader.read(_READ_BYTES)
                if not data:
                    self.end(AgiGone("Asterisk closed the connection"))
                    return
                for frame in self._frames.receive(data):
                    self._take(frame)
        except OSError as error:
            self.end(AgiGone(f"the connection broke: {error}"))

    async def read_header(self) -> Header:
        """Return the header when it is complete; raise `AgiGone` or `AgiProtocolError` if it never is."""
        return await self._header

    def end(self, error: IvrError) -> None:
        """Let the waiting command, the wait for the header and every later command fail with `error`."""
        if self._over is None:
            self._over = error
        for waiting in (self._header, self._pending):
            if waiting is not None and not waiting.done():
                waiting.set_exception(error)

    async def close(self) -> None:
        """Close the connection and let go of whoever still waits; harmless when it is closed already."""
        self.end(AgiGone("the connection was closed here"))
        _forget(self._header)
        self._writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                await self._writer.wait_closed()

    def _take(self, frame: Frame) -> None:
        match frame:
            case Header():
                if not self._header.done():
                    self._header.set_result(frame)
            case HangUpNotice():
                self.hung_up.set()
                self.end(CallerHungUp("the caller hung up"))
            case Violation():
                self.end(AgiProtocolError(frame.reason))
            case Reply():
                if self._pending is not None and not self._pending.done():
                    self._pending.set_result(frame)
                elif not self.hung_up.is_set():
                    self.end(AgiProtocolError("a reply came that no command asked for"))

    def _accepted(self, name: str, reply: Reply) -> Reply:
        if reply.code == CODE_SUCCESS:
            return reply
        if reply.code == CODE_DEAD_CHANNEL:
            self.hung_up.set()
            self.end(CallerHungUp("the caller hung up"))
            raise CallerHungUp("the caller hung up")
        raise AgiRefused(f"Asterisk refused {name}: {reply.code} {reply.text.partition(chr(10))[0]}")


def _forget(waiting: asyncio.Future[Reply] | asyncio.Future[Header]) -> None:
    """Cancel what nobody waits for any more and mark its error as seen."""
    if not waiting.cancel() and not waiting.cancelled():
        waiting.exception()
