"""Answers what is asked about photos that callers send to cases, and erases those that were taken away."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from contact.case import PhotoAdded
from contact.errors import NotAvailable
from contact.photo import (
    KEY_LENGTH,
    AskedCase,
    AskForPhotos,
    CasePhotos,
    FindPhotoRequest,
    GetCasePhotos,
    GetPicture,
    GetPictureAt,
    KeepPhoto,
    KeptPhoto,
    MadeCode,
    PhotoId,
    PhotoOutcome,
    SetPhotoRemoved,
    WithdrawPhotoRequest,
)
from crm_bridge.adapters.catalogue_yaml import CityCatalogue
from crm_bridge.adapters.photo_store import NewPhoto, NewRequest, PhotoStore
from crm_bridge.asking import Asking
from crm_bridge.core.case import ID_CHARACTERS_MAX, check_text
from crm_bridge.core.mapping import find_topic
from crm_bridge.core.photo import CODES, UNDO_S, code_hash, code_of
from runtime.bus import Bus
from runtime.clock import Clock

log = logging.getLogger(__name__)

ERASE_EVERY_S = 60.0
_ID_BYTES = 16
_KEY_BYTES = KEY_LENGTH * 3 // 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """Where codes, ids and the keys of addresses come from."""

    below: Callable[[int], int] = secrets.randbelow
    new_id: Callable[[], str] = lambda: secrets.token_hex(_ID_BYTES)
    new_key: Callable[[], str] = lambda: secrets.token_urlsafe(_KEY_BYTES)


class PhotoDesk:
    """The server of the requests of `contact.photo`."""

    def __init__(
        self,
        *,
        store: PhotoStore,
        city: CityCatalogue,
        clock: Clock,
        asking: Asking,
        valid_s: float,
        wake: Callable[[], None],
        chance: Chance | None = None,
    ) -> None:
        """A code works for `valid_s`; call `wake` when there is news to deliver."""
        self._store = store
        self._city = city
        self._clock = clock
        self._asking = asking
        self._valid_s = valid_s
        self._wake = wake
        self._chance = chance or Chance()
        self._publish: Callable[[PhotoAdded], None] = lambda _: None

    def serve(self, bus: Bus) -> None:
        """Become the server of every request about photos, and tell `bus` of each that comes."""
        self._publish = bus.publish
        bus.serve(AskForPhotos, self._ask)
        bus.serve(WithdrawPhotoRequest, self._withdraw)
        bus.serve(FindPhotoRequest, self._find)
        bus.serve(KeepPhoto, self._keep)
        bus.serve(GetCasePhotos, self._of_case)
        bus.serve(GetPicture, self._picture)
        bus.serve(GetPictureAt, self._picture_at)
        bus.serve(SetPhotoRemoved, self._set_removed)

    async def run(self) -> None:
        """Erase what was taken away, again and again."""
        while True:
            await self.erase_due()
            await asyncio.sleep(ERASE_EVERY_S)

    async def erase_due(self) -> None:
        """Erase the pictures that nobody can give back any more."""
        try:
            erased = await self._asking(self._store.erase(self._clock.now() - UNDO_S))
        except NotAvailable as error:
            log.debug("photos that were taken away are not erased yet: %s", error)
            return
        if erased:
            log.info("erased %d photos that were taken away", erased)

    async def _ask(self, request: AskForPhotos) -> MadeCode:
        check_text("call", request.call or "", ID_CHARACTERS_MAX)
        code, now = code_of(self._chance.below(CODES)), self._clock.now()
        new = NewRequest(
            number=request.number,
            code_hash=code_hash(code),
            agent=request.agent,
            call=request.call,
            now=now,
            expires_at=now + self._valid_s,
        )
        made = await self._asking(self._store.ask(new, self._chance.new_id()))
        return MadeCode(code=code, request=made.shown())

    async def _withdraw(self, request: WithdrawPhotoRequest) -> CasePhotos:
        return await self._asking(self._store.withdraw(request.number, self._clock.now()))

    async def _find(self, request: FindPhotoRequest) -> AskedCase | None:
        found = await self._asking(self._store.find(code_hash(request.code), self._clock.now()))
        if found is None:
            return None
        asked, case = found
        topic = find_topic(self._city.catalogue, case.topic)
        titles = (("pl", case.title),) if topic is None else topic.titles
        return AskedCase(number=case.number, titles=titles, left=asked.left)

    async def _keep(self, request: KeepPhoto) -> KeptPhoto:
        new = NewPhoto(
            photo=PhotoId(self._chance.new_id()),
            code_hash=code_hash(request.code),
            key=self._chance.new_key(),
            digest=request.digest,
            picture=request.picture,
            thumbnail=request.thumbnail,
            width=request.width,
            height=request.height,
            now=self._clock.now(),
        )
        kept, asked = await self._asking(self._store.keep(new))
        if kept.outcome is PhotoOutcome.TAKEN:
            log.info("case %s has a photo", asked.number)
            self._publish(PhotoAdded(number=asked.number, photo=new.photo, agent=asked.agent))
            self._wake()
        return kept

    async def _of_case(self, request: GetCasePhotos) -> CasePhotos | None:
        return await self._asking(self._store.of_case(request.number, self._clock.now()))

    async def _picture(self, request: GetPicture) -> bytes | None:
        found = self._store.picture(request.number, request.photo, is_thumbnail=request.is_thumbnail)
        return await self._asking(found)

    async def _picture_at(self, request: GetPictureAt) -> bytes | None:
        return await self._asking(self._store.picture_at(request.key))

    async def _set_removed(self, request: SetPhotoRemoved) -> CasePhotos:
        changed = self._store.set_removed(
            request.number,
            request.photo,
            request.agent,
            removed=request.removed,
            now=self._clock.now(),
        )
        found = await self._asking(changed)
        self._wake()
        return found
