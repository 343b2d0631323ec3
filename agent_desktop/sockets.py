"""The event stream: a WebSocket a browser, with a snapshot first and then numbered differences.

Theory of operation. Frames of one stream are numbered without a gap by `seq`; whoever finds a gap sends
`{"type":"snapshot"}` and gets a new one. Facts are gathered for `GATHER_S` and then sent as one patch,
encoded once for all streams of a view and scope: a stream only puts its own number in front. Pops are sent at
once, to the streams of their agent. Without a change an empty patch goes out every `BEAT_S`, so that
the page can tell quiet from broken. A stream that does not read fills its bounded queue and is closed
with `CLOSE_SLOW`; the page comes back by itself. A stream whose session has ended is closed with
`CLOSE_SIGNED_OUT`. A page that shows offers says so once by `{"type":"paints"}` and then tells of each
one that is on the screen by `{"type":"painted","offer":…}`, which lets the phone ring; whoever does not is
not waited for. No rows are made for a view and scope that nobody watches.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import WSCloseCode, WSMsgType, web

from agent_desktop.feed import Feed
from agent_desktop.measure import DesktopMeasures
from agent_desktop.rows import Mirror, inside
from agent_desktop.scope import WHOLE, Scope
from agent_desktop.view import View
from contact.ids import AgentId, OfferId
from contact.pages import PageClosed, PageOpened, PageReport, PopPainted
from runtime.clock import Clock

log = logging.getLogger(__name__)

GATHER_S = 0.05
BEAT_S = 1.0
SESSION_CHECK_S = 15.0
SEND_TIMEOUT_S = 10.0
PING_S = 20.0
FRAMES_MAX = 256
WATCHERS_MAX = 2_000
WATCHERS_MAX_LOGIN = 20
MESSAGE_BYTES_MAX = 4_096
CLOSE_SLOW = 4408
CLOSE_SIGNED_OUT = 4401
CLOSE_NONSENSE = 4400
Sight: TypeAlias = tuple[View, Scope]


class Watcher:
    """One stream: its number, its bounded queue, and the socket behind it.

    Streams of the same `sight` may see the same, and are sent the same.
    """

    def __init__(self, *, login: AgentId, session_key: str, view: View, scope: Scope = WHOLE) -> None:
        """Start with nothing sent."""
        self.login = login
        self.session_key = session_key
        self.view = view
        self.sight: Sight = (view, scope)
        self.paints = False
        self.seq = 0
        self.close_code: int | None = None
        self._frames: asyncio.Queue[str | None] = asyncio.Queue(FRAMES_MAX)

    def put(self, kind: str, content: str) -> bool:
        """Queue a frame under the next number; False where the queue is full, and nothing more follows."""
        if self.close_code is not None:
            return True
        self.seq += 1
        tail = f",{content}" if content else ""
        try:
            self._frames.put_nowait(f'{{"type":"{kind}","seq":{self.seq}{tail}}}')
        except asyncio.QueueFull:
            self.end(CLOSE_SLOW)
            return False
        return True

    def end(self, code: int) -> None:
        """Have the stream closed with `code`; what is queued is dropped."""
        if self.close_code is not None:
            return
        self.close_code = code
        while not self._frames.empty():
            self._frames.get_nowait()
        self._frames.put_nowait(None)

    async def next_frame(self) -> str | None:
        """Return the next frame, None when the stream is to be closed."""
        return await self._frames.get()


class Hub:
    """All streams."""

    def __init__(
        self, *, feed: Feed, clock: Clock, measures: DesktopMeasures, report: Callable[[PageReport], None]
    ) -> None:
        """Send what `feed` says; give to `report` what pages say of the offers they show."""
        self._feed = feed
        self._clock = clock
        self._measures = measures
        self._report = report
        self._watchers: set[Watcher] = set()
        self._mirrors: dict[Sight, Mirror] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._beat: asyncio.Task[None] | None = None
        self._closing = False
        self.routing_up = False

    @property
    def is_full(self) -> bool:
        """Say whether no further stream is taken."""
        return self._closing or len(self._watchers) >= WATCHERS_MAX

    def start(self) -> None:
        """Begin to beat."""
        self._beat = asyncio.create_task(self._beat_on(), name="event stream beat")

    async def stop(self) -> None:
        """Close every stream."""
        self._closing = True
        if self._timer is not None:
            self._timer.cancel()
        for watcher in tuple(self._watchers):
            watcher.end(WSCloseCode.GOING_AWAY)
        if self._beat is not None:
            self._beat.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._beat

    def add(self, watcher: Watcher, own: str) -> None:
        """Take a stream in and give it its snapshot; of one person's streams the oldest may have to go."""
        same = sorted((one for one in self._watchers if one.login == watcher.login), key=lambda one: -one.seq)
        for surplus in same[: max(0, len(same) + 1 - WATCHERS_MAX_LOGIN)]:
            surplus.end(WSCloseCode.POLICY_VIOLATION)
        self._watchers.add(watcher)
        if watcher.sight not in self._mirrors:
            self._mirrors[watcher.sight] = Mirror(*watcher.sight)
            self._mirrors[watcher.sight].catch_up(self._feed)
        self._measures.watchers.set(len(self._watchers))
        self.send_snapshot(watcher, own)

    def remove(self, watcher: Watcher) -> None:
        """Forget a stream."""
        self._watchers.discard(watcher)
        if watcher.paints and watcher.login not in self._painting():
            self._report(PageClosed(agent=watcher.login))
        self._measures.watchers.set(len(self._watchers))

    def send_snapshot(self, watcher: Watcher, own: str) -> None:
        """Send everything the view shows, and `own`, which is the person's alone."""
        head = inside({"at": self._clock.now(), "routing_up": self.routing_up})
        parts = (head, own, self._mirrors[watcher.sight].text())
        self._put(watcher, "snapshot", ",".join(part for part in parts if part))

    def watches(self, login: AgentId) -> bool:
        """Say whether the person has a stream."""
        return any(watcher.login == login for watcher in self._watchers)

    def paints(self, watcher: Watcher) -> None:
        """Note that the page behind a stream tells when it shows an offer."""
        if watcher.paints or watcher not in self._watchers:
            return
        is_first = watcher.login not in self._painting()
        watcher.paints = True
        if is_first:
            self._report(PageOpened(agent=watcher.login))

    def painted(self, watcher: Watcher, offer: OfferId) -> None:
        """Note that the page behind a stream shows an offer."""
        self._report(PopPainted(offer=offer, agent=watcher.login))

    def report_pages(self) -> None:
        """Report every agent whose page is open: routing may have begun anew."""
        for login in sorted(self._painting()):
            self._report(PageOpened(agent=login))

    def _painting(self) -> set[AgentId]:
        return {one.login for one in self._watchers if one.paints}

    def send_private(self, login: AgentId, kind: str, content: str) -> None:
        """Send a frame to the streams of one person."""
        for watcher in tuple(self._watchers):
            if watcher.login == login:
                self._put(watcher, kind, content)

    def changed(self) -> None:
        """Note that the feed moved on; a patch follows within `GATHER_S`."""
        if self._timer is None and not self._closing:
            self._timer = asyncio.get_running_loop().call_later(GATHER_S, self.flush)

    def flush(self, *, beat: bool = False) -> None:
        """Send what differs since the last patch; with `beat` even if nothing does."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        changes = self._feed.take_changes()
        moment = {"at": self._clock.now()}
        for sight, mirror in tuple(self._mirrors.items()):
            watchers = [one for one in self._watchers if one.sight == sight]
            if not watchers:
                del self._mirrors[sight]
                continue
            patch = mirror.move_on(self._feed, changes) if changes else {}
            if patch or beat:
                content = inside({**moment, **patch})
                for watcher in watchers:
                    self._put(watcher, "patch", content)

    def routing_is(self, *, up: bool) -> None:
        """Tell everybody when routing stops or begins to answer."""
        if up == self.routing_up:
            return
        self.routing_up = up
        content = inside({"at": self._clock.now(), "routing_up": up})
        for watcher in tuple(self._watchers):
            self._put(watcher, "patch", content)

    def end_session(self, session_key: str) -> None:
        """Close the streams of a session that has ended."""
        for watcher in tuple(self._watchers):
            if watcher.session_key == session_key:
                watcher.end(CLOSE_SIGNED_OUT)

    def end_login(self, login: AgentId) -> None:
        """Close the streams of a person whose sessions have ended, all of them."""
        for watcher in tuple(self._watchers):
            if watcher.login == login:
                watcher.end(CLOSE_SIGNED_OUT)

    def _put(self, watcher: Watcher, kind: str, content: str) -> None:
        if watcher.put(kind, content):
            self._measures.frames.inc()
        else:
            self._measures.slow.inc()
            log.warning("the event stream of %s does not read and is closed", watcher.login)

    async def _beat_on(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            self.flush(beat=True)


async def run_stream(
    *,
    socket: web.WebSocketResponse,
    watcher: Watcher,
    hub: Hub,
    own: Callable[[], str],
    is_signed_in: Callable[[], Awaitable[bool]],
) -> None:
    """Serve one stream until either side ends it."""
    hub.add(watcher, own())
    reader = asyncio.create_task(_read(socket, watcher, hub, own), name="event stream reader")
    guard = asyncio.create_task(_guard(watcher, is_signed_in), name="event stream guard")
    try:
        await _write(socket, watcher)
    finally:
        hub.remove(watcher)
        for task in (reader, guard):
            task.cancel()
        await asyncio.gather(reader, guard, return_exceptions=True)
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await socket.close(code=watcher.close_code or WSCloseCode.OK)


async def _write(socket: web.WebSocketResponse, watcher: Watcher) -> None:
    while True:
        frame = await watcher.next_frame()
        if frame is None:
            return
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await socket.send_str(frame)
        except (TimeoutError, ConnectionError):
            watcher.end(CLOSE_SLOW)
            return


async def _read(socket: web.WebSocketResponse, watcher: Watcher, hub: Hub, own: Callable[[], str]) -> None:
    """Take what the page says; anything but the three messages it may send ends the stream."""
    async for message in socket:
        match _plain(message.data) if message.type is WSMsgType.TEXT else None:
            case {"type": "snapshot"}:
                hub.send_snapshot(watcher, own())
            case {"type": "paints"} if watcher.view is View.AGENT:
                hub.paints(watcher)
            case {"type": "painted", "offer": str(offer)} if watcher.view is View.AGENT:
                hub.painted(watcher, OfferId(offer))
            case _:
                watcher.end(CLOSE_NONSENSE)
                return
    watcher.end(WSCloseCode.OK)


def _plain(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


async def _guard(watcher: Watcher, is_signed_in: Callable[[], Awaitable[bool]]) -> None:
    while True:
        await asyncio.sleep(SESSION_CHECK_S)
        if not await is_signed_in():
            watcher.end(CLOSE_SIGNED_OUT)
            return
