"""Answers what the other roles ask about callers' messages."""

from contact.commands import Done
from contact.voicemail import (
    CompleteVoicemail,
    GetVoicemail,
    GetVoicemailAudio,
    KeepVoicemail,
    ListVoicemails,
    Voicemail,
)
from crm_bridge.adapters.voicemail_store import VoicemailStore
from crm_bridge.asking import Asking
from runtime.bus import Bus
from runtime.clock import Clock

LISTED_MAX = 500


class Voicemails:
    """The server of the requests of `contact.voicemail`; without a store it answers `NotAvailable`."""

    def __init__(self, *, store: VoicemailStore, clock: Clock, asking: Asking) -> None:
        """Answer from `store`, as `asking` lets one ask it."""
        self._store = store
        self._clock = clock
        self._asking = asking

    def serve(self, bus: Bus) -> None:
        """Become the server of every request about messages."""
        bus.serve(KeepVoicemail, self._keep)
        bus.serve(ListVoicemails, self._list)
        bus.serve(GetVoicemail, self._get)
        bus.serve(GetVoicemailAudio, self._audio)
        bus.serve(CompleteVoicemail, self._complete)

    async def _keep(self, request: KeepVoicemail) -> Done:
        await self._asking(self._store.keep(request))
        return Done()

    async def _list(self, request: ListVoicemails) -> tuple[Voicemail, ...]:
        most = min(max(request.voicemails_max, 1), LISTED_MAX)
        return await self._asking(self._store.listed(done=request.done, most=most))

    async def _get(self, request: GetVoicemail) -> Voicemail | None:
        return await self._asking(self._store.one(request.call))

    async def _audio(self, request: GetVoicemailAudio) -> bytes | None:
        return await self._asking(self._store.audio(request.call))

    async def _complete(self, request: CompleteVoicemail) -> Voicemail | None:
        at, by = (self._clock.now(), request.by) if request.done else (None, None)
        return await self._asking(self._store.mark(request.call, by=by, at=at))
