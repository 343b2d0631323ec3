"""The IVR as a role: reads the city's flow, has its prompts made, and serves callers over FastAGI."""

import asyncio
import logging
import tomllib
from pathlib import Path

from prometheus_client import CollectorRegistry

from contact.ids import CallId, ChannelName, LegId
from contact.missed import CallEntered
from contact.policy_requests import CheckQueueNeeds, PolicyVerdict
from ivr.adapters.agi_actions import AgiPhone
from ivr.adapters.agi_connection import AgiConnection
from ivr.adapters.city import City, lacks, load_city
from ivr.adapters.fastagi import FastAgiServer
from ivr.adapters.hours_file import load_schedules
from ivr.adapters.line_prompt import LinePrompts
from ivr.adapters.tts import build_prompts, default_cache
from ivr.errors import IvrError
from ivr.line_keeper import LineKeeper
from ivr.measure import IvrMeasures
from ivr.session import CallSession
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.config import Settings
from runtime.telephone import to_e164

log = logging.getLogger(__name__)

LINE_FILE = "line.json"
"""What is decided about the line, below the state directory."""
ROUTE = "entry"
"""The script the dialplan asks for: `agi://host:port/entry`."""


class IvrApp:
    """The IVR. Between `start` and `stop` it answers every call the dialplan brings."""

    def __init__(
        self,
        *,
        settings: Settings,
        bus: Bus,
        clock: Clock,
        registry: CollectorRegistry | None = None,
        cache: Path | None = None,
    ) -> None:
        """Keep the collaborators; `cache` is where finished prompts are kept for every instance."""
        self._settings = settings
        self._bus = bus
        self._clock = clock
        self._cache = cache
        self._measures = IvrMeasures(registry)
        self._city: City | None = None
        self._keeper = LineKeeper(file=settings.state_dir / LINE_FILE, prompts=self._line_prompts())
        self._keeper.serve(bus)
        self._server: FastAgiServer | None = None

    @property
    def prompts_dir(self) -> Path:
        """Where Asterisk finds `<language>/<prompt>.wav`."""
        return self._settings.state_dir / "prompts"

    @property
    def port(self) -> int:
        """The port FastAGI is served on."""
        if self._server is None:
            raise IvrError("the IVR is not running")
        return self._server.port

    async def start(self) -> None:
        """Read the flow, make what prompts are missing, listen.

        Raises:
            FlowError: the flow, the prompts' texts or the queues have mistakes; nothing was started.
            PromptError: the prompts cannot be made.
            OSError: the port cannot be bound.

        """
        self._city = await asyncio.to_thread(self._prepare)
        agi = self._settings.agi
        server = FastAgiServer(
            host=agi.host,
            port=agi.port,
            allow=agi.allow,
            connections_max=agi.connections_max,
            header_timeout_s=agi.header_timeout_s,
            command_timeout_s=agi.command_timeout_s,
            measures=self._measures,
        )
        server.add_route(ROUTE, self._entry)
        await server.start()
        self._server = server
        self._bus.serve(CheckQueueNeeds, self._check_queues)

    async def stop(self) -> None:
        """Stop listening and cut every dialogue off; the dialplan keeps the callers and brings them back."""
        server, self._server = self._server, None
        if server is not None:
            await server.stop()

    def health(self) -> dict[str, str]:
        """Return `ok` or what is wrong, for FastAGI and for the prompts."""
        serving = self._server is not None and self._server.serving
        return {
            "fastagi": "ok" if serving else "not listening",
            "prompts": "ok" if self._city is not None else "not made",
        }

    def _line_prompts(self) -> LinePrompts:
        return LinePrompts(
            prompts=self.prompts_dir,
            recordings=self._settings.state_dir / "recordings",
            cache=self._cache or default_cache(),
        )

    def _prepare(self) -> City:
        city = load_city(self._settings)
        build = build_prompts(
            city.prompts,
            target=self.prompts_dir,
            cache=self._cache or default_cache(),
            studio=self._settings.city_dir / "prompts",
        )
        self._keeper.load(city.flow, load_schedules(self._settings))
        log.info("prompts: %d made, %d from the cache, %d kept", build.made, build.copied, build.kept)
        return city

    async def _check_queues(self, request: CheckQueueNeeds) -> PolicyVerdict:
        if self._city is None:
            raise IvrError("there is no flow")
        try:
            found = lacks(request.text, self._city)
        except tomllib.TOMLDecodeError as error:
            return PolicyVerdict(reason=str(error))
        if not found:
            return PolicyVerdict()
        return PolicyVerdict(place=f"queue.{found[0].queue}.{found[0].key}", reason=found[0].reason)

    async def _entry(self, connection: AgiConnection) -> None:
        """Serve one caller (the script `entry`)."""
        if self._city is None:
            raise IvrError("there is no flow")
        phone = AgiPhone(connection, prompts=self.prompts_dir, measures=self._measures)
        fields = connection.header.fields
        leg = fields.get("uniqueid", "")
        entered = CallEntered(
            call=CallId(await phone.get_variable("CALL_ID") or leg),
            leg=LegId(leg),
            channel=ChannelName(fields.get("channel", "")),
            caller=to_e164(fields.get("callerid", "")),
            dialled=fields.get("extension", ""),
        )
        session = CallSession(
            phone=phone,
            entered=entered,
            flow=self._city.flow,
            bus=self._bus,
            clock=self._clock,
            measures=self._measures,
            line=self._keeper.now,
        )
        await session.run()
