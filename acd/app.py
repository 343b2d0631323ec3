"""Wires distribution: journal, engine, shell, telephony, and the requests the other roles make."""

import asyncio
import logging
import random
from collections.abc import Callable

from prometheus_client import CollectorRegistry

from acd.adapters.ami_telephony import Telephony
from acd.adapters.journal import SqliteJournal
from acd.adapters.policy_file import policy_text, read_policy
from acd.adapters.policy_record import policy_body
from acd.journal import recover
from acd.measure import Measure
from acd.requests import Requests
from acd.shell import Shell
from contact.commands import Publish
from contact.events import CallEnded, Input, NodeVisited, TelephonyLost
from contact.ids import Extension
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.config import Settings
from runtime.telephone import to_e164

log = logging.getLogger(__name__)

JOURNAL_FILE = "journal.sqlite"
POLICY_FILE = "queues.toml"


class AcdApp:
    """The distribution role: `start`, then it serves the bus until `stop`."""

    def __init__(
        self,
        *,
        settings: Settings,
        bus: Bus,
        clock: Clock,
        registry: CollectorRegistry | None = None,
        rng: random.Random | None = None,
    ) -> None:
        """Prepare; a policy or journal that cannot be used is found at `start`."""
        self._settings = settings
        self._bus = bus
        self._clock = clock
        self._rng = rng or random.Random()  # noqa: S311 - spreads retries, guards nothing
        self._measure = Measure(registry or CollectorRegistry())
        self._shell: Shell | None = None
        self._journal: SqliteJournal | None = None
        self._telephony: Telephony | None = None
        self._link_task: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] | None = None

    async def start(self) -> None:
        """Bring the engine back from its journal, serve the bus, and connect to Asterisk."""
        settings = self._settings
        written = policy_text(settings.city_dir / POLICY_FILE)
        policy = read_policy(written, settings.city_dir / POLICY_FILE, settings.acd)
        settings.state_dir.mkdir(parents=True, exist_ok=True)
        self._journal = SqliteJournal(settings.state_dir / JOURNAL_FILE)
        recovered = recover(self._journal, policy)
        log.info("%d inputs taken again from the journal", recovered.entries)

        def feed(event: Input) -> None:
            shell.feed(event)

        telephony = Telephony(
            settings=settings.ami,
            feed=feed,
            extensions=self._extensions,
            number=to_e164,
            clock=self._clock,
            rng=self._rng,
        )
        self._telephony = telephony
        self._shell = shell = Shell(
            engine=recovered.engine,
            journal=self._journal,
            telephony=telephony,
            publish=self._bus.publish,
            clock=self._clock,
            measure=self._measure,
            pace=recovered.pace,
        )
        shell.begin_run(f"{self._rng.getrandbits(40):010x}")
        shell.note_policy(policy_body(written, settings.acd))
        facts = [one.fact for one in recovered.commands if isinstance(one, Publish)]
        shell.remember(facts)
        for fact in facts:
            if isinstance(fact, CallEnded):
                self._bus.publish(fact)
        shell.take(TelephonyLost())
        requests = Requests(shell=shell, telephony=telephony, clock=self._clock, measure=self._measure)
        requests.serve(self._bus)
        self._unsubscribe = self._bus.subscribe((NodeVisited,), shell.feed)
        self._link_task = asyncio.create_task(telephony.run(), name="acd-telephony")

    async def stop(self) -> None:
        """Let go of Asterisk and keep a snapshot; calls go on without us."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        if self._link_task is not None:
            self._link_task.cancel()
            await asyncio.gather(self._link_task, return_exceptions=True)
            self._link_task = None
        if self._shell is not None:
            self._shell.stop()
            self._shell = None
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def health(self) -> dict[str, str]:
        """Return the state of the link to Asterisk and of the journal."""
        if self._shell is None or self._telephony is None:
            return {"asterisk": "not started", "journal": "not started"}
        return {**self._telephony.health(), "journal": self._shell.journal_trouble or "ok"}

    def _extensions(self) -> tuple[Extension, ...]:
        assert self._shell is not None  # noqa: S101 - telephony runs only while started
        return tuple(one.extension for one in self._shell.engine.standing(self._clock.now()).agents)
