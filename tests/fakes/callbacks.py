"""Routing's answers about callbacks without routing: orders stand until they are withdrawn."""

from contact.callback_requests import (
    CallbackStanding,
    ListCallbacks,
    OrderCallback,
    OrderedCallback,
    WithdrawCallback,
)
from contact.commands import Done
from contact.errors import Refused
from contact.ids import CallId, callback_id
from runtime.bus import MemoryBus


class FakeCallbacks:
    """Serves the three requests; `standing` is what there is, in order."""

    def __init__(self, bus: MemoryBus) -> None:
        self.standing: dict[CallId, CallbackStanding] = {}
        self.withdrawn: list[WithdrawCallback] = []
        self._keys: dict[str, CallId] = {}
        bus.serve(OrderCallback, self._order)
        bus.serve(WithdrawCallback, self._withdraw)
        bus.serve(ListCallbacks, self._list)

    async def _order(self, request: OrderCallback) -> OrderedCallback:
        if request.key in self._keys:
            return OrderedCallback(call=self._keys[request.key], is_new=False)
        if not request.number.startswith("+48"):
            raise Refused("this number may not be called", code="number_not_allowed")
        if request.queue is None:
            raise Refused("no queue", code="unknown_queue")
        call = self._keys[request.key] = callback_id(f"1.{len(self._keys)}")
        self.standing[call] = CallbackStanding(
            call=call,
            number=request.number,
            queue=request.queue,
            place="waiting",
            priority=request.priority,
            language=request.language,
            topic=request.topic,
            joined_at=request.not_before_at or 100.0,
            attempts=0,
            attempts_max=3,
            expires_at=1_000.0,
            by=request.by,
        )
        return OrderedCallback(call=call, is_new=True)

    async def _withdraw(self, request: WithdrawCallback) -> Done:
        if self.standing[request.call].place == "dialling":
            raise Refused("this citizen is being called just now", code="being_called")
        self.withdrawn.append(request)
        del self.standing[request.call]
        return Done()

    async def _list(self, _request: ListCallbacks) -> tuple[CallbackStanding, ...]:
        return tuple(self.standing.values())
