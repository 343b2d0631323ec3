"""Wires distribution: journal, engine, shell, telephony, and the requests the other roles make."""

import asyncio
import logging
import random
import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry

from acd.adapters.ami_consult import Outside
from acd.adapters.ami_telephony import Telephony
from acd.adapters.fallback_import import FallbackImport
from acd.adapters.journal import SqliteJournal
from acd.adapters.journal_reader import facts_of_call
from acd.adapters.policy_record import recorded_policy
from acd.adapters.policy_store import PolicyStore
from acd.adapters.queue_log import QueueLog
from acd.announcing import Announcing
from acd.callback_requests import CallbackRequests
from acd.consult_requests import ConsultRequests
from acd.core.engine import Engine
from acd.core.policy import Policy
from acd.core.queue_log_lines import Profile
from acd.entrance import ENTRIES, Entrance
from acd.journal import recover
from acd.listening import Listening
from acd.measure import COUNTED, Measure, RecordingMeasure
from acd.owner import OwnerLookUp
from acd.policy_requests import PolicyRequests
from acd.recording_requests import RecordingRequests
from acd.requests import Requests
from acd.ring_lead import REPORTS, RingLead
from acd.shell import Shell
from acd.talk_import import HEARD, TalkImport
from acd.talk_requests import TalkRequests
from acd.voicemail import VoicemailImport
from acd.watchdog import Watchdog
from contact.commands import Command, Publish
from contact.errors import CentralaError
from contact.events import (
    CallArrived,
    CallEnded,
    Fact,
    Input,
    NodeVisited,
    TelephonyLost,
    TelephonyResynced,
)
from contact.ids import E164, CallId, Extension
from contact.talk_recording import TalkRecordingBegan
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.config import Settings
from runtime.telephone import to_e164

log = logging.getLogger(__name__)

JOURNAL_FILE = "journal.sqlite"
POLICY_FILE = "queues.toml"
ASTERISK_QUEUE_LOG = Path("asterisk", "log", "queue_log")
"""What Asterisk's own app_queue writes, below the state directory."""
ASTERISK_MESSAGES = Path("asterisk", "spool", "messages")
"""Where the dialplan records messages, below the state directory."""
ASTERISK_TALKS = Path("asterisk", "spool", "talks")
"""Where the dialplan records talks, below the state directory."""
FALLBACK_MEMORY_FILE = "fallback.json"


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
        registry = registry or CollectorRegistry()
        self._measure, self._recordings = Measure(registry), RecordingMeasure(registry)
        self._policy = PolicyStore(
            file=settings.city_dir / POLICY_FILE,
            defaults=settings.acd,
            time_zone=settings.runtime.time_zone,
        )
        self._shell: Shell | None = None
        self._journal: SqliteJournal | None = None
        self._telephony: Telephony | None = None
        self._queue_log: QueueLog | None = None
        self._fallback: FallbackImport | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._lead: RingLead | None = None
        self._unsubscribe: list[Callable[[], None]] = []

    async def start(self) -> None:
        """Bring the engine back from its journal, serve the bus, and connect to Asterisk."""
        settings = self._settings
        text = self._policy.read()
        ruling = self._policy.ruling(text)
        settings.state_dir.mkdir(parents=True, exist_ok=True)
        self._journal = SqliteJournal(settings.state_dir / JOURNAL_FILE)
        self._queue_log = queue_log = self._new_queue_log()
        recovered = recover(self._journal, ruling.policy, queue_log, recorded_policy)
        if queue_log is not None:
            queue_log.catch_up()
        log.info("%d inputs taken again from the journal", recovered.entries)

        def feed(event: Input) -> None:
            if isinstance(event, TelephonyResynced):
                fallback.read()
            lead.observe(event)
            shell.feed(event)
            if isinstance(event, TelephonyResynced):
                entrance.resynced()
            if isinstance(event, TelephonyLost):
                listening.forget_all()

        def take(event: Input) -> None:
            shell.take(event)

        self._telephony = telephony = self._new_telephony(recovered.engine, feed)
        entrance = Entrance(sight=telephony, has_call=recovered.engine.has_call, feed=feed)
        self._lead = lead = RingLead(
            telephony=telephony, feed=feed, lead_s=settings.acd.ring_lead_s, held_s=self._measure.led
        )
        self._fallback = fallback = self._new_fallback(recovered.engine, take)
        self._shell = shell = Shell(
            engine=recovered.engine,
            journal=self._journal,
            telephony=lead,
            publish=fallback.publish,
            clock=self._clock,
            measure=self._measure,
            pace=recovered.pace,
            record=queue_log,
        )
        listening = self._listen(shell, telephony)
        fallback.begin()
        self._publish_again(recovered.commands, shell, fallback)
        shell.take(TelephonyLost())
        fallback.read()
        shell.begin_run(f"{self._rng.getrandbits(40):010x}")
        shell.rule_by(ruling)
        announcing = self._announce(shell, telephony)
        self._serve_callbacks(shell)
        self._serve(shell, telephony, ruling.policy, in_force=text, told=announcing.policy_changed)
        self._unsubscribe = [
            self._bus.subscribe((NodeVisited,), shell.feed),
            self._bus.subscribe(ENTRIES, entrance.hear),
            self._bus.subscribe(REPORTS, lead.hear),
            announcing.stop,
            *self._look_up_owners(shell),
        ]
        self._run(shell, telephony, fallback, self._take_over_talks(shell, ruling.policy))

    def _run(self, shell: Shell, telephony: Telephony, fallback: FallbackImport, talks: TalkImport) -> None:
        messages = self._settings.state_dir / ASTERISK_MESSAGES
        voicemail = VoicemailImport(
            folder=messages, bus=self._bus, is_up=shell.engine.has_call, clock=self._clock
        )
        self._unsubscribe += [
            self._bus.subscribe((CallEnded,), voicemail.hear),
            self._bus.subscribe(HEARD, talks.hear),
            self._bus.subscribe(COUNTED, self._recordings.hear),
        ]
        self._tasks = [
            asyncio.create_task(voicemail.run(), name="acd-voicemail"),
            asyncio.create_task(talks.run(), name="acd-talks"),
            asyncio.create_task(telephony.run(), name="acd-telephony"),
            asyncio.create_task(fallback.run(), name="acd-fallback"),
            asyncio.create_task(self._new_watchdog(shell, telephony).run(), name="acd-watchdog"),
        ]

    async def stop(self) -> None:
        """Let go of Asterisk and keep a snapshot; calls go on without us."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []
        if self._lead is not None:
            self._lead.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        if self._shell is not None and self._fallback is not None:
            self._shell.flush()
            self._fallback.stop()
            self._shell.stop()
            self._shell = None
        if self._queue_log is not None:
            self._queue_log.close()
            self._queue_log = None
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def health(self) -> dict[str, str]:
        """Return the state of the link to Asterisk and of the journal."""
        if self._shell is None or self._telephony is None:
            return {"asterisk": "not started", "journal": "not started"}
        return {**self._telephony.health(), "journal": self._shell.journal_trouble or "ok"}

    def _new_telephony(self, engine: Engine, feed: Callable[[Input], None]) -> Telephony:
        return Telephony(
            settings=self._settings.ami,
            feed=feed,
            extensions=self._extensions,
            open_offers=engine.open_offers,
            number=to_e164,
            clock=self._clock,
            rng=self._rng,
            hang_up_lost=lambda: self._measure.repaired("hang_up_lost"),
            outside=Outside(
                own_number=self._settings.sip.dialled,
                outbound=self._settings.sip.outbound,
                emergency=self._settings.sip.emergency_uri,
            ),
        )

    def _new_queue_log(self) -> QueueLog | None:
        acd = self._settings.acd
        if not acd.queue_log:
            return None
        path = self._settings.state_dir / acd.queue_log
        profile = Profile(acd.queue_log_profile)
        return QueueLog(path=path, profile=profile, dialled=self._settings.sip.dialled)

    def _new_fallback(self, engine: Engine, tell: Callable[[Input], None]) -> FallbackImport:
        state_dir = self._settings.state_dir
        return FallbackImport(
            log_path=state_dir / ASTERISK_QUEUE_LOG,
            memory_path=state_dir / FALLBACK_MEMORY_FILE,
            routing=engine,
            tell=tell,
            publish=self._bus.publish,
            queue_log=self._queue_log,
            number=to_e164,
            dialled=self._settings.sip.dialled,
            clock=self._clock,
            count=self._measure.imported,
        )

    def _look_up_owners(self, shell: Shell) -> tuple[Callable[[], None], Callable[[], None]]:
        owners = OwnerLookUp(engine=shell.engine, bus=self._bus, feed=shell.feed)
        return self._bus.subscribe((CallArrived,), owners.hear), owners.stop

    def _listen(self, shell: Shell, telephony: Telephony) -> Listening:
        listening = Listening(
            shell=shell,
            listeners=telephony.listeners,
            publish=self._bus.publish,
            now=self._clock.now,
            new_id=lambda: f"{self._rng.getrandbits(60):015x}",
        )
        telephony.listeners.events = listening
        listening.serve(self._bus)
        return listening

    def _take_over_talks(self, shell: Shell, policy: Policy) -> TalkImport:
        async def facts_of(call: CallId) -> tuple[Fact, ...]:
            facts = shell.facts_of(call)
            path = self._settings.state_dir / JOURNAL_FILE
            began = any(isinstance(fact, TalkRecordingBegan) for fact in facts)
            return facts if began else await asyncio.to_thread(facts_of_call, path, policy, call)

        talks = TalkImport(
            folder=self._settings.state_dir / ASTERISK_TALKS,
            bus=self._bus,
            open_offers=shell.engine.open_offers,
            facts_of=facts_of,
            clock=self._clock,
            measure=self._recordings,
        )
        RecordingRequests(shell=shell, now=self._clock.now, talks=talks).serve(self._bus)
        return talks

    def _announce(self, shell: Shell, telephony: Telephony) -> Announcing:
        announcing = Announcing(
            engine=shell.engine,
            pace=shell.pace,
            carry_out=telephony.carry_out,
            clock=self._clock,
            measure=self._measure,
        )
        announcing.start(self._bus)
        return announcing

    def _new_watchdog(self, shell: Shell, telephony: Telephony) -> Watchdog:
        return Watchdog(
            look=telephony.look,
            drift=shell.engine.drift,
            repair=telephony.resync,
            count=self._measure.repaired,
            clock=self._clock,
        )

    def _publish_again(self, commands: Sequence[Command], shell: Shell, fallback: FallbackImport) -> None:
        """Publish the terminal records since the snapshot: whether they arrived before is not known."""
        facts = [one.fact for one in commands if isinstance(one, Publish)]
        shell.remember(facts)
        for fact in facts:
            if isinstance(fact, CallEnded):
                fallback.publish(fact)

    def _serve(
        self, shell: Shell, telephony: Telephony, policy: Policy, *, in_force: str, told: Callable[[], None]
    ) -> None:
        requests = Requests(
            shell=shell,
            clock=self._clock,
            measure=self._measure,
            zone=ZoneInfo(self._settings.runtime.time_zone),
            look_up=partial(self._look_up, policy),
        )
        requests.serve(self._bus)
        TalkRequests(
            shell=shell,
            now=self._clock.now,
            is_at_page=telephony.translator.is_at_page,
            may_dial=self._can_dial,
        ).serve(self._bus)
        ConsultRequests(
            shell=shell,
            now=self._clock.now,
            may_dial=self._can_dial,
            has_emergency=bool(self._settings.sip.emergency_uri),
        ).serve(self._bus)

        def on_policy() -> None:
            requests.watch_waits()
            told()

        PolicyRequests(shell=shell, store=self._policy, in_force=in_force, on_policy=on_policy).serve(
            self._bus
        )

    def _may_dial(self, number: E164) -> bool:
        return any(re.fullmatch(pattern, number) for pattern in self._settings.sip.dial_allow)

    def _can_dial(self, number: E164) -> bool:
        return bool(self._settings.sip.outbound) and self._may_dial(number)

    def _serve_callbacks(self, shell: Shell) -> None:
        callbacks = CallbackRequests(
            shell=shell,
            clock=self._clock,
            may_dial=self._may_dial,
            can_dial=bool(self._settings.sip.outbound),
        )
        callbacks.serve(self._bus)
        callbacks.drop_forbidden()

    async def _look_up(self, policy: Policy, call: CallId) -> tuple[Fact, ...]:
        """Return the facts of a call out of the journal, in a thread: it may take a second."""
        path = self._settings.state_dir / JOURNAL_FILE
        try:
            return await asyncio.to_thread(facts_of_call, path, policy, call)
        except CentralaError as error:
            log.warning("a call could not be looked up: %s", error)
            return ()

    def _extensions(self) -> tuple[Extension, ...]:
        assert self._shell is not None  # noqa: S101 - telephony runs only while started
        return tuple(one.extension for one in self._shell.engine.standing(self._clock.now()).agents)
