"""The bridge role: cases, contacts and caller histories behind the bus."""

import asyncio
import logging
import os
import random
import uuid
from collections.abc import Coroutine
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry

from contact.agent_day import AgentDay, AgentTally
from contact.case import CallerHistory, Case, Catalogue
from contact.commands import (
    Done,
    FileCase,
    GetCase,
    GetCatalogue,
    ListCases,
    ListUndeliverable,
    LookUpCaller,
    RecordWrapUp,
    SendCaseAgain,
    Undeliverable,
)
from contact.day import DayTallies, DeliveryStanding, GetDeliveries, ReadDay
from contact.errors import NotAvailable, Refused
from contact.events import CallArrived, CallEnded, CaseOpened
from contact.ids import CaseNumber
from contact.knowledge import GetKnowledge, Knowledge
from contact.numbers import mask
from contact.times import Seconds, to_utc
from crm_bridge.adapters.agent_day import read_agent_day
from crm_bridge.adapters.day import read_day
from crm_bridge.adapters.http_generic import HttpCrm
from crm_bridge.adapters.outbox import StoredOutbox
from crm_bridge.adapters.store import Filing, Store
from crm_bridge.asking import Asking
from crm_bridge.city import CityFiles, read_city
from crm_bridge.core.case import (
    ID_CHARACTERS_MAX,
    NOTE_CHARACTERS_MAX,
    check_draft,
    check_key,
    check_text,
    fingerprint,
    open_case,
)
from crm_bridge.demo import seed_demo
from crm_bridge.history import Histories
from crm_bridge.measure import BridgeMetrics
from crm_bridge.ports import Delivery
from crm_bridge.recorder import ContactRecorder
from crm_bridge.servers import Servers, new_servers
from crm_bridge.worker import DeliveryWorker
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.config import Settings
from runtime.db import Database, DatabaseAway

log = logging.getLogger(__name__)

T = TypeVar("T")
DAY_S = 86_400.0
PREPARE_RETRY_S = 2.0
LISTED_CASES_MAX = 200
DEMO_FILE = "demo_past.toml"


class BridgeApp:
    """Serves cases, photos, contacts, people, messages, the catalogue, knowledge, places and figures.

    It keeps every `CallEnded` as a contact and delivers every case to the city's CRM. A store that is away
    does not stop it from starting: the catalogue is served, and the rest follows when the store answers.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        bus: Bus,
        clock: Clock,
        database: Database,
        registry: CollectorRegistry | None = None,
    ) -> None:
        """Read the city's catalogue and CRM template; raise `ConfigError` naming file, line and reason."""
        self._settings = settings
        self._bus = bus
        self._clock = clock
        self._database = database
        self._metrics = BridgeMetrics(registry)
        self._zone = ZoneInfo(settings.runtime.time_zone)
        files = read_city(settings)
        self._city, self._knowledge, self._places = files.catalogue, files.knowledge, files.places
        self._store = Store(database=database, new_id=_new_id)
        self._asking = Asking(self._require_prepared)
        self._outbox = StoredOutbox(database=database, template=files.template)
        self._crm = HttpCrm(
            url=settings.crm_url,
            timeout_s=settings.crm.timeout_s,
            reference_field=settings.crm.reference_field,
        )
        self._histories = Histories(read=self._store.history, clock=clock, metrics=self._metrics)
        self._recorder = ContactRecorder(
            write=self._store.add_contacts,
            spill=settings.state_dir / "crm_bridge" / "contacts-waiting.jsonl",
            metrics=self._metrics,
            on_written=self._histories.forget,
        )
        self._worker = DeliveryWorker(
            outbox=self._outbox,
            crm=self._crm,
            bus=bus,
            clock=clock,
            metrics=self._metrics,
            settings=settings.crm,
            name=f"{os.getpid()}-{uuid.uuid4().hex[:12]}",
            jitter=random.random,
            on_change=self._delivery_changed,
        )
        self._servers = self._new_servers(files)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._filings: set[asyncio.Task[Case]] = set()
        self._unsubscribe: list[Any] = []
        self._prepared = False
        self._fault = "not prepared yet"

    def _new_servers(self, files: CityFiles) -> Servers:
        return new_servers(
            settings=self._settings,
            files=files,
            database=self._database,
            clock=self._clock,
            asking=self._asking,
            metrics=self._metrics,
            history=self._store.history,
            changed=self._histories.forget,
            wake=self._worker.wake,
            new_id=_new_id,
        )

    async def start(self) -> None:
        """Serve requests, prepare the store and begin to deliver."""
        self._bus.serve(GetCatalogue, self._get_catalogue)
        self._bus.serve(LookUpCaller, self._look_up)
        self._bus.serve(FileCase, self._file)
        self._bus.serve(GetCase, self._get_case)
        self._bus.serve(ListCases, self._list_cases)
        self._bus.serve(RecordWrapUp, self._record_wrap_up)
        self._bus.serve(ListUndeliverable, self._list_undeliverable)
        self._bus.serve(SendCaseAgain, self._send_again)
        self._bus.serve(ReadDay, self._read_day)
        self._bus.serve(GetDeliveries, self._deliveries)
        self._bus.serve(AgentDay, self._agent_day)
        self._bus.serve(GetKnowledge, self._get_knowledge)
        for server in self._servers.all:
            server.serve(self._bus)
        self._recorder.load()
        self._unsubscribe = [
            self._bus.subscribe([CallArrived], lambda event: self._histories.prefetch(event.caller)),
            self._bus.subscribe([CallEnded], self._recorder.add),
        ]
        await self._crm.open()
        if await self._prepare():
            self._work()
        else:
            self._own(self._prepare_later(), "prepare the store")

    async def stop(self) -> None:
        """Stop serving the store: finish what is being filed, keep what waits, close connections."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []
        if self._filings:
            await asyncio.wait(self._filings)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._histories.stop()
        await self._recorder.stop()
        await self._crm.close()

    def health(self) -> dict[str, str]:
        """Return `database` and `crm`, each "ok" or what is wrong."""
        known = self._worker.health()
        return known if self._prepared else known | {"database": self._fault}

    async def send_again(self, number: CaseNumber) -> bool:
        """Have a case that the CRM refused delivered once more; return False where it was not refused."""
        sent = await self._outbox.requeue(number, self._clock.now())
        self._worker.wake()
        return sent

    async def _prepare(self) -> bool:
        """Bring the store to this version and this catalogue; return False where it does not answer."""
        try:
            await self._database.upgrade()
            await self._store.load_catalogue(self._city.catalogue)
            past = self._settings.city_dir / DEMO_FILE
            if self._settings.demo.enabled and await asyncio.to_thread(past.exists):
                await seed_demo(
                    self._database,
                    catalogue=self._city.catalogue,
                    file=past,
                    now=self._clock.now(),
                    zone=self._zone,
                    place=self._places.put,
                )
        except DatabaseAway as error:
            log.log(
                logging.DEBUG if self._fault == str(error) else logging.WARNING, "not prepared: %s", error
            )
            self._fault = str(error)
            return False
        self._prepared = True
        return True

    async def _prepare_later(self) -> None:
        while not self._prepared:
            await asyncio.sleep(PREPARE_RETRY_S)
            await self._prepare()
        log.info("the store is prepared")
        self._work()

    def _work(self) -> None:
        self._own(self._worker.run(), "deliver cases")
        self._own(self._recorder.run(), "record contacts")
        self._own(self._servers.photos.run(), "erase photos")
        self._own(self._servers.kept_talks.run(), "look through recorded talks")

    def _own(self, work: Coroutine[Any, Any, T], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _get_catalogue(self, _request: GetCatalogue) -> Catalogue:
        return self._city.catalogue

    async def _look_up(self, request: LookUpCaller) -> CallerHistory:
        return await self._histories.look_up(request.caller, request.contacts_max)

    async def _get_case(self, request: GetCase) -> Case | None:
        return await self._asking(self._store.case(request.number))

    async def _list_cases(self, request: ListCases) -> tuple[Case, ...]:
        if not request.caller:
            return ()
        most = min(max(request.cases_max, 1), LISTED_CASES_MAX)
        return await self._asking(self._store.cases_of(request.caller, most))

    async def _list_undeliverable(self, request: ListUndeliverable) -> tuple[Undeliverable, ...]:
        most = min(max(request.cases_max, 1), LISTED_CASES_MAX)
        return await self._asking(self._outbox.refused(most))

    async def _send_again(self, request: SendCaseAgain) -> Done:
        if not await self._asking(self.send_again(request.number)):
            message = f"case {request.number} was not refused by the CRM"
            raise Refused(message, code="not_undeliverable")
        return Done()

    async def _read_day(self, request: ReadDay) -> DayTallies:
        return await self._asking(read_day(self._database, request))

    async def _agent_day(self, request: AgentDay) -> AgentTally:
        return await self._asking(read_agent_day(self._database, request))

    async def _get_knowledge(self, _request: GetKnowledge) -> Knowledge:
        return self._knowledge

    async def _deliveries(self, _request: GetDeliveries) -> DeliveryStanding:
        found = await self._asking(self._outbox.standing())
        return DeliveryStanding(pending=found.pending, oldest_at=found.oldest_at, refused=found.refused)

    async def _file(self, request: FileCase) -> Case:
        """File a case in a task of its own: an asker that gives up does not cut the transaction."""
        self._require_prepared()
        check_key(request.idempotency_key)
        draft = check_draft(self._places.put(request.draft), self._city.catalogue)
        now = self._clock.now()
        days = self._city.answer_days.get(draft.topic)
        filing = Filing(
            key=request.idempotency_key,
            fingerprint=fingerprint(request.draft),
            year=self._year(now),
            filed_at=now,
            catalogue_version=self._city.catalogue.version,
            build=lambda number: open_case(
                draft,
                self._city.catalogue,
                number=number,
                opened_at=now,
                promised_at=None if days is None else now + days * DAY_S,
            ),
        )
        task = asyncio.create_task(self._file_now(filing), name="file a case")
        self._filings.add(task)
        task.add_done_callback(self._filed)
        return await asyncio.shield(task)

    async def _file_now(self, filing: Filing) -> Case:
        case, new = await self._asking(self._store.file(filing))
        if new:
            self._metrics.cases_filed.inc()
            self._histories.forget(case.caller)
            log.info("case %s filed for %s", case.number, mask(case.caller) or "no number")
            opened = CaseOpened(
                number=case.number, topic=case.topic, unit=case.unit, call=case.call, caller=case.caller
            )
            self._bus.publish(opened)
            self._worker.wake()
        return case

    def _filed(self, task: asyncio.Task[Case]) -> None:
        self._filings.discard(task)
        if not task.cancelled():
            task.exception()

    async def _record_wrap_up(self, request: RecordWrapUp) -> Done:
        self._require_prepared()
        known = {name for name, _ in self._city.catalogue.dispositions}
        if request.disposition and request.disposition not in known:
            message = f"disposition: {request.disposition!r} is not in the catalogue"
            raise Refused(message, code="disposition_unknown")
        check_text("call", request.call, ID_CHARACTERS_MAX)
        caller = await self._asking(
            self._store.record_wrap_up(
                request.call,
                request.agent,
                disposition=request.disposition,
                note=check_text("note", request.note, NOTE_CHARACTERS_MAX, lines=True),
                now=self._clock.now(),
            )
        )
        if caller is not None:
            self._histories.forget(caller)
        return Done()

    def _require_prepared(self) -> None:
        if not self._prepared:
            raise NotAvailable(f"database: {self._fault}")

    def _delivery_changed(self, delivery: Delivery) -> None:
        self._histories.forget(delivery.case.caller)

    def _year(self, now: Seconds) -> int:
        moment: datetime = to_utc(now).astimezone(self._zone)
        return moment.year


def _new_id() -> str:
    return str(uuid.uuid4())
