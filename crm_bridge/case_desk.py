"""Answers what the desk asks about cases that exist: near ones, reporters, notes, links, calls."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace

from contact.case import Case, Point
from contact.case_requests import (
    AddMediaUrls,
    AddNote,
    AddReporter,
    CaseFile,
    CasesOfCall,
    FindNearby,
    GetCaseFile,
    LinkCall,
    NearbyCase,
)
from contact.codec import to_plain
from contact.errors import Refused
from contact.ids import E164
from contact.numbers import WITHHELD
from crm_bridge.adapters.case_file_store import Addition, CaseFileStore
from crm_bridge.adapters.catalogue_yaml import CityCatalogue
from crm_bridge.asking import Asking
from crm_bridge.core.case import ID_CHARACTERS_MAX, NOTE_CHARACTERS_MAX, check_key, check_media, check_text
from crm_bridge.core.duplicates import DAY_S, Whereabouts, box_around, nearby
from crm_bridge.core.mapping import find_topic
from runtime.bus import Bus
from runtime.clock import Clock


class CaseDesk:
    """The server of the requests of `contact.case_requests`."""

    def __init__(
        self,
        *,
        store: CaseFileStore,
        city: CityCatalogue,
        clock: Clock,
        asking: Asking,
        changed: Callable[[E164], None],
        wake: Callable[[], None],
    ) -> None:
        """Call `changed` with each number whose cases have changed, `wake` when there is news to deliver."""
        self._store = store
        self._city = city
        self._clock = clock
        self._asking = asking
        self._changed = changed
        self._wake = wake

    def serve(self, bus: Bus) -> None:
        """Become the server of every request about cases that exist."""
        bus.serve(FindNearby, self._nearby)
        bus.serve(GetCaseFile, self._file)
        bus.serve(AddReporter, self._add_reporter)
        bus.serve(AddNote, self._add_note)
        bus.serve(AddMediaUrls, self._add_media)
        bus.serve(LinkCall, self._link)
        bus.serve(CasesOfCall, self._of_call)

    async def _nearby(self, request: FindNearby) -> tuple[NearbyCase, ...]:
        if find_topic(self._city.catalogue, request.topic) is None:
            raise Refused(f"topic: {request.topic!r} is not in the catalogue", code="unknown_topic")
        rule, now = self._city.near_rule(request.topic), self._clock.now()
        point = None
        if request.latitude is not None and request.longitude is not None:
            point = Point(latitude=request.latitude, longitude=request.longitude)
        within = None if point is None else box_around(point, rule.radius_m)
        found = await self._asking(self._store.candidates(request.topic, now - rule.days * DAY_S, within))
        place = Whereabouts(point=point, district=request.district, address=request.address)
        return nearby(found, place, rule, now)

    async def _file(self, request: GetCaseFile) -> CaseFile | None:
        return await self._asking(self._store.file(request.number))

    async def _add_reporter(self, request: AddReporter) -> CaseFile:
        addition = self._addition(request, request.note, request.caller)
        return self._told(await self._asking(self._store.add_reporter(addition)), request.caller)

    async def _add_note(self, request: AddNote) -> CaseFile:
        addition = self._addition(request, request.text, WITHHELD)
        if not addition.text:
            raise Refused("note: is empty", code="missing_note")
        return self._told(await self._asking(self._store.add_note(addition)), WITHHELD)

    async def _add_media(self, request: AddMediaUrls) -> CaseFile:
        addition = replace(self._addition(request, "", WITHHELD), media_urls=check_media(request.urls))
        return self._told(await self._asking(self._store.add_media(addition)), WITHHELD)

    async def _link(self, request: LinkCall) -> CaseFile:
        call = check_text("call", request.call, ID_CHARACTERS_MAX)
        if not call:
            raise Refused("call: is empty", code="missing_call")
        now = self._clock.now()
        return await self._asking(self._store.link_call(request.number, request.call, request.agent, now))

    async def _of_call(self, request: CasesOfCall) -> tuple[Case, ...]:
        return await self._asking(self._store.cases_of_call(request.call))

    def _addition(self, request: AddReporter | AddNote | AddMediaUrls, text: str, caller: E164) -> Addition:
        check_key(request.idempotency_key)
        check_text("call", request.call or "", ID_CHARACTERS_MAX)
        plain = json.dumps(to_plain(request), sort_keys=True, ensure_ascii=True)
        return Addition(
            number=request.number,
            key=request.idempotency_key,
            fingerprint=hashlib.sha256(plain.encode("ascii")).hexdigest(),
            agent=request.agent,
            caller=caller,
            call=request.call,
            text=check_text("note", text, NOTE_CHARACTERS_MAX, lines=True),
            now=self._clock.now(),
        )

    def _told(self, found: CaseFile, caller: E164) -> CaseFile:
        for number in {found.case.caller, caller} - {WITHHELD}:
            self._changed(number)
        self._wake()
        return found
