"""The desktop role: the web server, its parts, and how they are joined.

Theory of operation. At start the tables' accounts are told to routing (again and again until routing
takes them), the feed starts from routing's standing, and from then on every fact moves feed and pops at
once. Every `STANDING_EVERY_S` the standing is read again: it corrects what a lost event left behind, and
its absence is what the pages show as "routing does not answer".
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Callable
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from prometheus_client import CollectorRegistry

from agent_desktop.access import Access
from agent_desktop.alert_keeper import AlertKeeper
from agent_desktop.api import ALL_UNDOS, ROUTES
from agent_desktop.audit import Audit
from agent_desktop.city import read_alert_rules, read_desk, read_prompts
from agent_desktop.day import bounds_of_day
from agent_desktop.day_keeper import DayKeeper
from agent_desktop.favourites import Favourites
from agent_desktop.feed import FOLDED, Feed, LiveEvent
from agent_desktop.headers import add_security_headers
from agent_desktop.keys import (
    ACCESS,
    AUDIT,
    BUS,
    CLOCK,
    DESK,
    FAVOURITES,
    FEED,
    HEALTH,
    HUB,
    LINE,
    METRICS,
    OPENAPI,
    OWN_DAYS,
    PAGES,
    PHONE_LINES,
    PHOTO_DOOR,
    POPS,
    PROMPTS,
    QUALITY,
    RECORDINGS,
    ROSTER,
    SESSIONS,
    SIGN_IN,
    TV_BOARDS,
    USERS,
    ZONE,
)
from agent_desktop.line_keeper import LineKeeper
from agent_desktop.line_store import LineStore
from agent_desktop.listenings import FOLLOWED as LISTENINGS
from agent_desktop.listenings import Listenings
from agent_desktop.measure import DesktopMeasures
from agent_desktop.notifier import Notifier
from agent_desktop.openapi import document
from agent_desktop.own_day import OwnDayEvent, OwnDays
from agent_desktop.page import Pages
from agent_desktop.passwords import Passwords
from agent_desktop.phone_line import PhoneLines
from agent_desktop.photo_door import PhotoDoor, tell_of_photos
from agent_desktop.pop import FOLLOWED, Pop, PopEvent, Pops
from agent_desktop.pop_row import pop_row
from agent_desktop.problem import as_problems
from agent_desktop.proxy import behind
from agent_desktop.quality.desk import QualityDesk
from agent_desktop.quality.file import read_quality
from agent_desktop.recording_state import RECORDING_MOVED
from agent_desktop.recordings import Recordings
from agent_desktop.roster import Roster
from agent_desktop.rows import inside
from agent_desktop.sessions import Sessions
from agent_desktop.signing import SignIn
from agent_desktop.sockets import Hub
from agent_desktop.telling_setup import new_notifier
from agent_desktop.tv import TvBoards
from agent_desktop.undo import UNDOS
from agent_desktop.users import Users
from agent_desktop.views import pages, photo_page, tv
from contact.case import PhotoAdded
from contact.errors import CentralaError
from contact.events import TelephonyResynced
from contact.flash import FlashHeard
from contact.ids import AgentId
from contact.talk_recording import TalksExpired
from contact.talk_requests import ReportLostPage
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.config import Settings
from runtime.db import Database

log = logging.getLogger(__name__)

BODY_BYTES_MAX = 64 * 1024
STANDING_EVERY_S = 5.0
ROUTING_RETRY_S = 0.5
SHUTDOWN_S = 2.0


class DesktopApp:
    """The desktop role of the process."""

    def __init__(
        self,
        *,
        settings: Settings,
        bus: Bus,
        clock: Clock,
        database: Database,
        health: Callable[[], dict[str, str]],
        metrics: Callable[[], bytes],
        registry: CollectorRegistry | None = None,
        passwords: Passwords | None = None,
    ) -> None:
        """Build the parts; raise `BundleMissing` or `AccountsInvalid` where a file cannot be used."""
        self._settings = settings
        self._bus = bus
        self._clock = clock
        self._passwords = passwords or Passwords()
        self._desk = read_desk(settings.city_dir)
        self._measures = DesktopMeasures(registry)
        self.users = Users(database=database, passwords=self._passwords, clock=clock)
        self._feed = Feed(read_alert_rules(settings.city_dir))
        self._roster = Roster(users=self.users, bus=bus, teams_are=self._feed.teams_are)
        self._hub = Hub(feed=self._feed, clock=clock, measures=self._measures, report=bus.publish)
        self._pops = Pops(bus=bus, clock=clock, send=self._send_pop, measures=self._measures)
        self._listenings = Listenings(
            bus=bus,
            send=self._send_listening,
            show=self._pops.show_listeners if settings.desktop.listening_shown else None,
        )
        self._lines = PhoneLines(
            address=settings.asterisk.phone_address,
            secret=settings.asterisk.phone_secret if settings.desktop.browser_phone else "",
            auto_answer=settings.desktop.auto_answer,
            lost=self._phone_lost,
        )
        self._zone = ZoneInfo(settings.runtime.time_zone)
        self._own_days = OwnDays(
            bounds=lambda now: bounds_of_day(now, self._zone),
            ended=lambda how: self._measures.wrap_ups.labels(how).inc(),
        )
        self._quality = self._quality_desk(database)
        self._audit = Audit(database=database, clock=clock)
        self._recordings = Recordings(audit=self._audit)
        self._line = LineKeeper(
            store=LineStore(database=database, clock=clock),
            live=self._feed.line,
            bus=bus,
            clock=clock,
            audit=self._audit,
            changed=self._hub.changed,
        )
        self._notifier = self._new_notifier(database)
        self._tasks: set[asyncio.Task[None]] = set()
        self._web = self._application(database, health, metrics)
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Serve on the configured address; routing is told and read in the background."""
        if self._runner is not None:
            return
        runner = web.AppRunner(self._web, access_log=None, shutdown_timeout=SHUTDOWN_S)
        self._runner = runner
        await runner.setup()
        desktop = self._settings.desktop
        await web.TCPSite(runner, desktop.host, desktop.port).start()
        log.info("the desktop is at http://%s:%d", desktop.host, desktop.port)

    async def stop(self) -> None:
        """End every stream, answer what is under way, close the port."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await self._hub.stop()
            await self._lines.stop()
            await runner.cleanup()
        self._passwords.close()

    def health(self) -> dict[str, str]:
        """Say whether pages are served and routing answers."""
        return {
            "desktop": "ok" if self._runner is not None else "not started",
            "desktop_routing": "ok" if self._hub.routing_up else "routing does not answer",
        }

    async def configure_agents(self) -> None:
        """Have routing know the agents as the accounts have them now; raise `CentralaError`."""
        await self._roster.sync()

    def _new_notifier(self, database: Database) -> Notifier:
        return new_notifier(
            settings=self._settings,
            feed=self._feed,
            database=database,
            users=self.users,
            clock=self._clock,
            measures=self._measures,
            changed=self._hub.changed,
        )

    def _quality_desk(self, database: Database) -> QualityDesk:
        return QualityDesk(
            rules=read_quality(self._settings.city_dir),
            database=database,
            listens=self._listenings.hears,
            users=self.users,
            bus=self._bus,
            clock=self._clock,
            zone=self._zone,
        )

    def _application(
        self, database: Database, health: Callable[[], dict[str, str]], metrics: Callable[[], bytes]
    ) -> web.Application:
        desktop = self._settings.desktop
        sessions = Sessions(
            database=database,
            users=self.users,
            clock=self._clock,
            idle_s=desktop.session_idle_s,
            max_s=desktop.session_max_s,
        )
        access = Access(settings=desktop, sessions=sessions)
        middlewares = [*([behind(desktop.proxies)] if desktop.proxies else []), as_problems]
        app = web.Application(middlewares=middlewares, client_max_size=BODY_BYTES_MAX)
        app[ACCESS] = access
        app[AUDIT] = self._audit
        app[BUS] = self._bus
        app[CLOCK] = self._clock
        app[DESK] = self._desk
        app[FAVOURITES] = Favourites(database=database)
        app[FEED] = self._feed
        app[HEALTH] = health
        app[HUB] = self._hub
        app[LINE] = self._line
        app[METRICS] = metrics
        app[USERS] = self.users
        app[OPENAPI] = json.dumps(document(ROUTES, version=version("centrala")), ensure_ascii=False)
        app[OWN_DAYS] = self._own_days
        app[PAGES] = Pages()
        app[PHONE_LINES] = self._lines
        app[PHOTO_DOOR] = PhotoDoor(
            bus=self._bus, clock=self._clock, measures=self._measures, settings=self._settings
        )
        app[POPS] = self._pops
        app[PROMPTS] = read_prompts(self._settings.city_dir)
        app[QUALITY] = self._quality
        app[RECORDINGS] = self._recordings
        app[ROSTER] = self._roster
        app[SESSIONS] = sessions
        app[SIGN_IN] = SignIn(users=self.users, sessions=sessions, audit=self._audit, clock=self._clock)
        app[TV_BOARDS] = TvBoards(database=database, clock=self._clock)
        app[UNDOS] = ALL_UNDOS
        app[ZONE] = self._zone
        for route in ROUTES:
            route.install(app, access)
        pages.install(app)
        tv.install(app)
        photo_page.install(app)
        app.on_response_prepare.append(add_security_headers(is_https=access.is_https))
        app.cleanup_ctx.append(self._live)
        return app

    async def _live(self, web_app: web.Application) -> AsyncIterator[None]:
        """Follow the bus and routing as long as the application runs."""
        ends = [
            self._bus.subscribe(FOLDED, self._fold),
            self._bus.subscribe(FOLLOWED, self._follow),
            self._bus.subscribe((FlashHeard,), self._line.hear),
            self._bus.subscribe(LISTENINGS, self._listenings.follow),
            self._bus.subscribe((PhotoAdded,), tell_of_photos(self._hub)),
            self._bus.subscribe(RECORDING_MOVED, self._pops.follow_recording),
            self._bus.subscribe((TalksExpired,), self._recordings.hear),
        ]
        self._hub.start()
        keeper = DayKeeper(
            feed=self._feed, bus=self._bus, clock=self._clock, zone=web_app[ZONE], changed=self._hub.changed
        )
        watch = AlertKeeper(
            feed=self._feed,
            bus=self._bus,
            clock=self._clock,
            measures=self._measures,
            notifier=self._notifier,
            changed=self._hub.changed,
        )
        own = (
            asyncio.create_task(self._follow_routing(keeper), name="desktop follows routing"),
            asyncio.create_task(keeper.run(), name="desktop keeps the day"),
            asyncio.create_task(watch.run(), name="desktop watches for alerts"),
            asyncio.create_task(self._notifier.run(), name="desktop tells of alerts"),
            asyncio.create_task(self._line.run(), name="desktop keeps the line"),
            asyncio.create_task(self._quality.run(), name="desktop draws talks to be reviewed"),
        )
        yield
        for end in ends:
            end()
        for task in (*own, *self._tasks):
            task.cancel()
        await asyncio.gather(*own, *self._tasks, return_exceptions=True)
        await self._pops.stop()
        await self._hub.stop()

    async def _follow_routing(self, keeper: DayKeeper) -> None:
        while True:
            try:
                standing = await self._roster.sync()
            except CentralaError as error:
                level = logging.WARNING if self._hub.routing_up else logging.DEBUG
                log.log(level, "routing does not answer: %s", error)
                self._hub.routing_is(up=False)
                await asyncio.sleep(ROUTING_RETRY_S)
                continue
            self._feed.start_from(standing)
            self._own_days.start_from(standing, self._clock.now())
            self._pops.start_from(standing)
            if not self._feed.day.known:
                keeper.wake()
            self._hub.flush()
            self._hub.routing_is(up=True)
            await asyncio.sleep(STANDING_EVERY_S)

    def _phone_lost(self, agent: AgentId) -> None:
        """Tell routing: whoever was talked to on that page is to hear music."""
        task = asyncio.create_task(self._report_lost(agent), name=f"report the lost page of {agent}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _report_lost(self, agent: AgentId) -> None:
        try:
            await self._bus.request(ReportLostPage(agent=agent))
        except CentralaError as error:
            log.warning("routing was not told that the page of %s is gone: %s", agent, error)
        await self._listenings.page_lost(agent)

    def _fold(self, event: LiveEvent) -> None:
        self._feed.fold(event, self._clock.now())
        if isinstance(event, OwnDayEvent):
            self._own_days.fold(event, self._clock.now())
        if isinstance(event, TelephonyResynced):
            self._hub.report_pages()
        self._hub.changed()

    def _follow(self, event: PopEvent) -> None:
        self._pops.follow(event)

    def _send_listening(self, supervisor: AgentId, row: dict[str, Any]) -> None:
        self._hub.flush()
        self._hub.send_private(supervisor, "listening", inside(row))

    def _send_pop(self, pop: Pop) -> None:
        if self._hub.watches(pop.agent):
            self._hub.flush()
            self._hub.send_private(pop.agent, "offer", inside(pop_row(pop, self._desk.path)))
        if pop.state == "pending" and pop.history_state != "loading":
            task = asyncio.create_task(self._record_pop(pop), name=f"audit of offer {pop.offer}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _record_pop(self, pop: Pop) -> None:
        with contextlib.suppress(CentralaError):
            await self._audit.record(
                actor=pop.agent, action="caller.pop", subject=pop.caller, detail=pop.call
            )
