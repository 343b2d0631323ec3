"""Keeps recorded talks, finds and plays them, and erases them when they are to go.

Theory of operation. A talk is a row of the store and a file of the vault. The file is written first and
deleted last: a process that is killed in between leaves a file that nobody knows, never a row without sound.
Such files are swept at the start and once a day; the same round erases what is older than the city keeps.
"""

import asyncio
import logging

from contact.commands import Done
from contact.errors import NotAvailable, Refused
from contact.kept_talk import (
    Erased,
    EraseTalks,
    GetTalk,
    GetTalkSound,
    KeepTalk,
    KeptTalk,
    SearchTalks,
    TalkQuery,
    TalkSound,
)
from contact.talk_recording import TalksExpired
from crm_bridge.adapters.kept_talk_store import KeptTalkStore
from crm_bridge.adapters.vault import Vault, VaultFault
from crm_bridge.asking import Asking
from crm_bridge.measure import BridgeMetrics
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.db import DatabaseAway

log = logging.getLogger(__name__)

LISTED_MAX = 500
SOUND_BYTES_MAX = 4 * 1024 * 1024
ROUND_S = 86_400.0
ROUND_AGAIN_S = 600.0
"""A round that could not be done is tried again after so long."""
_DAY_S = 86_400.0


class KeptTalks:
    """The server of the requests about kept talks; without a store it answers `NotAvailable`."""

    def __init__(
        self,
        *,
        store: KeptTalkStore,
        vault: Vault,
        keep_days: int,
        clock: Clock,
        asking: Asking,
        metrics: BridgeMetrics,
    ) -> None:
        """Keep talks in `store` and `vault` for `keep_days`."""
        self._store = store
        self._vault = vault
        self._keep_s = keep_days * _DAY_S
        self._clock = clock
        self._asking = asking
        self._metrics = metrics
        self._bus: Bus | None = None
        self._in_trouble = False

    def serve(self, bus: Bus) -> None:
        """Become the server of every request about kept talks."""
        self._bus = bus
        bus.serve(KeepTalk, self._keep)
        bus.serve(SearchTalks, self._search)
        bus.serve(GetTalk, self._get)
        bus.serve(GetTalkSound, self._sound)
        bus.serve(EraseTalks, self._erase)

    async def run(self) -> None:
        """Go the daily round until cancelled, the first one at once."""
        while True:
            try:
                await self.go_round()
                self._in_trouble = False
                pause_s = ROUND_S
            except (DatabaseAway, NotAvailable, VaultFault) as error:
                level = logging.DEBUG if self._in_trouble else logging.WARNING
                log.log(level, "recorded talks could not be looked through: %s", error)
                self._in_trouble, pause_s = True, ROUND_AGAIN_S
            await asyncio.sleep(pause_s)

    async def go_round(self) -> None:
        """Erase what is too old, and sweep files that nobody knows."""
        before_at = self._clock.now() - self._keep_s
        names = await self._store.expire(before_at)
        await self._remove(names, "expired")
        if names:
            log.info("%d recorded talks were erased: they were too old", len(names))
            if self._bus is not None:
                self._bus.publish(TalksExpired(count=len(names), before_at=before_at))
        swept = await asyncio.to_thread(self._vault.sweep, await self._store.names())
        if swept:
            log.warning("%d files of recorded talks that nobody knew were deleted", swept)
        await self._count()

    async def _keep(self, request: KeepTalk) -> Done:
        if not self._vault.has_key:
            raise Refused("there is no key to encrypt recorded talks with", code="no_key")
        if await self._asking(self._store.has(request.talk.offer)):
            return Done()
        try:
            name, size = await asyncio.to_thread(self._vault.put, request.audio)
        except VaultFault as error:
            raise NotAvailable(f"a recorded talk cannot be kept: {error}") from error
        kept = await self._asking(
            self._store.keep(request.talk, recording=name, duration_s=request.duration_s, size=size)
        )
        if not kept:
            await self._remove((name,), "kept_twice")
            return Done()
        self._metrics.talks_kept.inc()
        await self._asking(self._count())
        return Done()

    async def _search(self, request: SearchTalks) -> tuple[KeptTalk, ...]:
        most = min(max(request.talks_max, 1), LISTED_MAX)
        return await self._asking(self._store.found(request.query, most=most))

    async def _get(self, request: GetTalk) -> KeptTalk | None:
        return await self._asking(self._store.one(request.recording))

    async def _sound(self, request: GetTalkSound) -> TalkSound | None:
        if await self._asking(self._store.one(request.recording)) is None:
            return None
        most = min(max(request.bytes_max, 1), SOUND_BYTES_MAX)
        first = max(0, request.first)
        try:
            read = await asyncio.to_thread(self._vault.read, request.recording, first, most)
        except VaultFault as error:
            log.warning("a recorded talk cannot be played: %s", error)
            raise NotAvailable(f"a recorded talk cannot be played: {error}") from error
        return None if read is None else TalkSound(size=read[0], first=first, audio=read[1])

    async def _erase(self, request: EraseTalks) -> Erased:
        if request.query == TalkQuery():
            return Erased(count=0)
        names = await self._asking(self._store.erase(request.query))
        try:
            await self._remove(names, "asked")
        except VaultFault as error:
            raise NotAvailable(f"a recorded talk is found no more, and not deleted yet: {error}") from error
        await self._asking(self._count())
        return Erased(count=len(names))

    async def _remove(self, names: tuple[str, ...], why: str) -> None:
        for name in names:
            await asyncio.to_thread(self._vault.remove, name)
            self._metrics.talks_erased.labels(why).inc()

    async def _count(self) -> None:
        count, size = await self._store.stored()
        self._metrics.talks_stored.set(count)
        self._metrics.talk_bytes.set(size)
