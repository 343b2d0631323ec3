"""Answers what the other roles ask about talks that are over."""

from contact.finished_talks import FinishedTalk, GetTalk, ListTalks
from crm_bridge.adapters.talk_store import TalkStore
from crm_bridge.asking import Asking
from runtime.bus import Bus


class Talks:
    """The server of the requests of `contact.finished_talks`; without a store it answers `NotAvailable`."""

    def __init__(self, *, store: TalkStore, asking: Asking) -> None:
        """Answer from `store`, as `asking` lets one ask it."""
        self._store = store
        self._asking = asking

    def serve(self, bus: Bus) -> None:
        """Become the server of every request about finished talks."""
        bus.serve(ListTalks, self._list)
        bus.serve(GetTalk, self._get)

    async def _list(self, request: ListTalks) -> tuple[FinishedTalk, ...]:
        return await self._asking(self._store.listed(request))

    async def _get(self, request: GetTalk) -> FinishedTalk | None:
        return await self._asking(self._store.one(request.call))
